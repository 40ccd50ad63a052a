"""The files of recordings: numbered, bounded in number and bytes, the oldest go first.

What is written here is on disk before the call returns: after a fire has cut the power it is there.
"""

import os
import re
from pathlib import Path
from typing import BinaryIO, Final

SUFFIX: Final = ".recording"
MOST_FILES: Final = 20
MOST_BYTES: Final = 100 * 1024 * 1024
_NAME: Final = re.compile(r"(?P<number>[0-9]{6})-[a-z0-9-]{1,80}\.recording")


class RecordingFile:
    """A recording that is being written, segment by segment."""

    def __init__(self, path: Path, opened: BinaryIO) -> None:
        self.path = path
        self._opened = opened

    def append(self, data: bytes) -> None:
        """Add bytes; raises OSError."""
        self._opened.write(data)
        self._opened.flush()
        os.fsync(self._opened.fileno())

    def close(self) -> None:
        """End it."""
        self._opened.close()


class RecordingFolder:
    """Where recordings lie."""

    def __init__(
        self, path: Path, *, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES
    ) -> None:
        self._path = path
        self._most_files = most_files
        self._most_bytes = most_bytes

    def begin(self, reason: str, data: bytes) -> RecordingFile:
        """Make a file, with room made for it first.

        Args:
            reason: a few words that become part of its name.
            data: its beginning.

        Raises:
            OSError: it cannot be written.
        """
        self._path.mkdir(mode=0o750, exist_ok=True)
        there = self._files()
        self._make_room(there, len(data))
        words = re.sub("[^a-z0-9]+", "-", reason.lower()).strip("-")[:60] or "recording"
        number = (_number(there[-1]) if there else 0) + 1
        path = self._path / f"{number:06d}-{words}{SUFFIX}"
        begun = RecordingFile(path, path.open("xb"))
        begun.append(data)
        return begun

    def _make_room(self, there: list[Path], wanted: int) -> None:
        sizes = [path.stat().st_size for path in there]
        total = sum(sizes) + wanted
        for count, (path, size) in enumerate(zip(there, sizes, strict=True)):
            if total <= self._most_bytes and len(there) - count < self._most_files:
                break
            path.unlink()
            total -= size

    def _files(self) -> list[Path]:
        named = [path for path in self._path.iterdir() if _NAME.fullmatch(path.name)]
        return sorted(named, key=_number)


def _number(path: Path) -> int:
    return int(path.name[:6])
