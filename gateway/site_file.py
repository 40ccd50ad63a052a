"""Site files and profiles on disk: reads them, and has them judged by gateway.settings.loader.

A site's own profiles lie in profiles/ beside its file and win over those that are shipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.settings.loader import load_site
from gateway.settings.model import Settings
from gateway.site_texts import profile_texts, read_text_file, shipped_profiles
from rules.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSite:
    """A site file and what came of it.

    Attributes:
        file: its name, as given.
        settings: None where a problem is more than a warning.
        problems: all of them, also those of profiles.
        texts: by file name, what each file held: the source lines of the problems.
    """

    file: str
    settings: Settings | None
    problems: tuple[Problem, ...]
    texts: Mapping[str, bytes]


def read_site(file: Path) -> ReadSite:
    """Read a site file with the profiles that it may name."""
    name = str(file)
    text, problems = read_text_file(file)
    if text is None:
        return ReadSite(file=name, settings=None, problems=problems, texts={})
    profiles, unreadable = profile_texts(shipped_profiles(), file.parent / "profiles")
    settings, problems = load_site(text, name, profiles)
    if settings is None:
        # One that cannot be read matters only where the site names it, and so cannot be loaded.
        problems += unreadable
    return ReadSite(file=name, settings=settings, problems=problems, texts={name: text, **profiles})
