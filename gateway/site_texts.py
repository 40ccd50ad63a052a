"""What site files and profiles hold, read from disk and judged by nobody.

Apart from gateway.site_file, which loads all that judging takes: the daemon has only to see what
lies on disk, and has no memory to spare.
"""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.settings.source import LARGEST_FILE
from rules.problem import Place, Problem

SITE_FILE: Final = Path("/etc/fire-gateway/site.yaml")
"""The one that the service reads."""

MOST_PROFILES: Final = 500
"""Files that are looked at in one folder of profiles; one is written for each device model."""


def read_text_file(file: Path) -> tuple[bytes | None, tuple[Problem, ...]]:
    """Read another file that a person wrote; without its bytes, the problems say why."""
    try:
        return _content(file), ()
    except OSError as error:
        return None, (_unreadable(str(file), error),)


def shipped_profiles() -> Path:
    """Give the folder of the profiles that come with the gateway.

    In a tree of sources they are the tree's own: an environment that was made of it may hold copies
    from before the last edit.
    """
    tree = Path(__file__).resolve().parents[1]
    if (tree / "pyproject.toml").is_file():
        return tree / "config" / "profiles"
    return Path(sys.prefix) / "share" / "fire-gateway" / "profiles"


def profile_texts(*folders: Path) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Read the profiles of folders; a later folder wins over an earlier one.

    Returns:
        By file name, what each holds; and what is wrong with those that cannot be read.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        files |= {path.name: path for path in _yaml_files(folder)}
    texts: dict[str, bytes] = {}
    unreadable = []
    for path in files.values():
        try:
            texts[str(path)] = _content(path)
        except OSError as error:
            unreadable.append(_unreadable(str(path), error))
    return texts, tuple(unreadable)


def _yaml_files(folder: Path) -> Iterator[Path]:
    try:
        found = sorted(folder.glob("*.yaml"))
    except OSError:  # the folder may not be looked into: then it holds nothing for us
        return
    yield from found[:MOST_PROFILES]


def _content(path: Path) -> bytes:
    """Read a regular file; one byte more than is allowed is enough to see that it is too large.

    Raises:
        OSError: it cannot be read, or is something else, such as a pipe that would block for ever.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "not a file", str(path))
    with path.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _unreadable(file: str, error: OSError) -> Problem:
    hints = {
        FileNotFoundError: "look at the path",
        PermissionError: "look at the file's owner and mode",
    }
    reason = (error.strerror or str(error)).lower()
    return Problem(
        place=Place(file=file, line=1, column=1),
        what=f"cannot be read: {reason}",
        hint=hints.get(type(error), ""),
    )
