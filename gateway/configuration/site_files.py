"""A site file and the profiles that come with it, as texts. Nouns only.

What is told of one is its hash, the SHA-256 of the site file, as in `inventory`. Whether two are
the same is asked of the digest, in which the profiles count too.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PROFILES: Final = "profiles"
"""The folder beside a site file in which its own profiles lie."""

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of all texts together. A site of 3,000 detectors takes 300 KiB, a profile some KiB."""

MOST_PROFILES: Final = 100
LONGEST_NAME: Final = 200  # characters

_PROFILE: Final = re.compile(r"[^./\x00-\x1f][^/\x00-\x1f]*\.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFiles:
    """What a person wrote.

    Attributes:
        name: of the site file, as the person gave it: for the places of problems.
        site: its text.
        profiles: by file name without folder, the text of each profile that lies with it.
    """

    name: str
    site: str
    profiles: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 of the site file, hexadecimal: the configuration's name."""
        return hash_of(self.site)

    @property
    def digest(self) -> str:
        """SHA-256 over all texts, hexadecimal."""
        whole = hashlib.sha256(self.hash.encode())
        for name, text in sorted(self.profiles.items()):
            whole.update(f"\n{name!r} {hash_of(text)}".encode())
        return whole.hexdigest()

    def lies_in(self, others: "SiteFiles") -> bool:
        """Tell whether others are the same site file, with at least these profiles beside it."""
        return self.site == others.site and self.profiles.items() <= others.profiles.items()

    @property
    def size(self) -> int:
        """How many bytes all texts take."""
        return sum(len(bytes_of(text)) for text in (self.site, *self.profiles.values()))

    @property
    def texts(self) -> dict[str, bytes]:
        """By file name, what each file holds; profiles in the folder beside the site file."""
        folder = self.name[: self.name.rfind("/") + 1] + PROFILES
        return {self.name: bytes_of(self.site)} | {
            f"{folder}/{name}": bytes_of(text) for name, text in self.profiles.items()
        }


def hash_of(text: str) -> str:
    """Give the SHA-256 of a text, hexadecimal."""
    return hashlib.sha256(bytes_of(text)).hexdigest()


def text_of(data: bytes) -> str:
    """Give bytes as text; what is no UTF-8 comes back from `bytes_of` as it was."""
    return data.decode("utf-8", errors="surrogateescape")


def bytes_of(text: str) -> bytes:
    """Give the bytes of a text, those included that are no UTF-8."""
    return text.encode("utf-8", errors="surrogateescape")


def is_of_a_profile(name: str) -> bool:
    """Tell whether a name can be that of a profile's file, and of nothing else."""
    return _PROFILE.fullmatch(name) is not None


def why_refused(files: SiteFiles) -> str | None:
    """Say why files cannot be taken, in one line; None where they can be read and checked."""
    if len(files.profiles) > MOST_PROFILES:
        return f"{len(files.profiles)} profiles; at most {MOST_PROFILES}"
    if files.size > MOST_BYTES:
        return f"{files.size // 1024} KiB of files; at most {MOST_BYTES // 1024} KiB"
    if len(files.name) > LONGEST_NAME:
        return f"a file name of {len(files.name)} characters; at most {LONGEST_NAME}"
    for name in files.profiles:
        if not is_of_a_profile(name) or len(name) > LONGEST_NAME:
            return f"{name!r} is no name of a profile"
    return None
