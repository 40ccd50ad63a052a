"""The profiles that a command may name: those that are shipped, and a folder of a person's own."""

import argparse
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from gateway.cli.outcome import CommandError, ExitCode
from gateway.problem_view import problems_view
from gateway.settings.read_profile import ProfileShelf
from gateway.site_texts import profile_texts, shipped_profiles
from gateway.text import say
from rules.profile import Profile

ENDING: Final = ".yaml"
LONGEST_SHOWN: Final = 80


def add_profiles_argument(parser: argparse.ArgumentParser) -> None:
    """Take a folder of profiles."""
    parser.add_argument("--profiles", metavar="DIR", help=say("argument.profiles"))


def shelf_of(folder: str | None, *more: Path) -> tuple[ProfileShelf, dict[str, bytes]]:
    """Arrange the profiles; those of a person's own folder win.

    Returns:
        The shelf, and by file name what each file holds.

    Raises:
        CommandError: there is no such folder.
    """
    if folder is not None and not Path(folder).is_dir():
        raise CommandError(ExitCode.BAD_INPUT, say("profiles.no-folder", folder=folder))
    own = () if folder is None else (Path(folder),)
    texts, _ = profile_texts(shipped_profiles(), *own, *more)
    return ProfileShelf(texts), texts


def named_profile(name: str, folder: str | None) -> Profile:
    """Give the profile that a person names, by its id or by its file.

    Raises:
        CommandError: there is none, or it is broken.
    """
    path = Path(name)
    is_file = name.endswith(ENDING)
    shelf, texts = shelf_of(folder, *((path.parent,) if is_file else ()))
    id_ = path.name.removesuffix(ENDING) if is_file else name
    if id_ not in shelf.ids:
        close = get_close_matches(id_, shelf.ids, n=1)
        near = say("firegw.near", command=close[0]) if close else ""
        shown = repr(name[:LONGEST_SHOWN])
        raise CommandError(ExitCode.BAD_INPUT, say("profiles.unknown", name=shown, near=near))
    profile = shelf.take(id_)
    if profile is None:
        wrong = "\n".join(problems_view(tuple(shelf.problems), texts))
        raise CommandError(ExitCode.BAD_INPUT, say("profiles.broken", name=id_) + "\n" + wrong)
    return profile
