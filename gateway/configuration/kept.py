"""What is kept of a configuration beside the site file, and which of the two is in force. Pure.

The daemon may not write the site file. What was confirmed it keeps among its own state, with what
the file was that it succeeds: as long as the file is that one, what is kept is in force. A file
that a person has edited since wins; one that has caught up makes it needless; one that is about to
catch up, piece by piece, is no edited one.

A configuration on trial is noted, and not kept: at the next start it is not there, which is to go
back to the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import msgspec

from gateway.configuration.site_files import SiteFiles, hash_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a site file, and the profiles beside it, were.

    Attributes:
        site: SHA-256 of the site file, hexadecimal; empty where it could not be read.
        profiles: by file name, that of each profile.
    """

    site: str
    profiles: Mapping[str, str]


def base_of(files: SiteFiles | None) -> Base:
    """Say what files are."""
    if files is None:
        return Base(site="", profiles={})
    return Base(
        site=files.hash, profiles={name: hash_of(text) for name, text in files.profiles.items()}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A configuration that is kept.

    Attributes:
        files: its texts.
        base: what the files were in whose place it is in force.
        author: who confirmed it; empty where it was in force before anybody applied another.
    """

    files: SiteFiles
    base: Base
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A note of a configuration on trial.

    Attributes:
        hash: of its site file.
        digest: of all its files.
        author: who applied it.
    """

    hash: str
    digest: str
    author: str


class InForce(Enum):
    """Which is in force, and why."""

    FILE = "nothing is kept"
    SETTLED = "the file holds what is kept"
    KEPT = "what is kept succeeds the file"
    EDITED = "the file was edited since"


def in_force(file: SiteFiles | None, kept: Kept | None) -> InForce:
    """Decide between the site file and what is kept.

    Args:
        file: the site file and all profiles beside it; None where it cannot be read.
        kept: what is kept, if anything.
    """
    if kept is None:
        return InForce.FILE
    if file is None:
        return InForce.EDITED
    if kept.files.lies_in(file):
        return InForce.SETTLED
    return InForce.EDITED if _is_edited(file, kept) else InForce.KEPT


def _is_edited(file: SiteFiles, kept: Kept) -> bool:
    """Tell whether any piece is neither what it was nor what it is to become."""
    now, old, new = base_of(file), kept.base, base_of(kept.files)
    return now.site not in (old.site, new.site) or any(
        now.profiles.get(name) not in (old.profiles.get(name), new.profiles.get(name))
        for name in {*now.profiles, *old.profiles, *new.profiles}
    )


def encoded(kept: Kept | Trial) -> bytes:
    """Give what is written."""
    return msgspec.json.encode(kept)


def read_kept(data: bytes) -> Kept:
    """Read it; raises ValueError where it is none."""
    return _read(data, Kept)


def read_trial(data: bytes) -> Trial:
    """Read it; raises ValueError where it is none."""
    return _read(data, Trial)


def _read(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None
