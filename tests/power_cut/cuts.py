"""Every cut of a recorded life, and what each may leave: tried on the real journal."""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from power_cut import life
from power_cut.disk import Call, Disk, Outcome, outcomes
from power_cut.recording import Said, record
from power_cut.verdict import Story, judge

IN_MEMORY = Path("/dev/shm")
PLACE = IN_MEMORY if IN_MEMORY.is_dir() else None  # thousands of small databases; or where /tmp is

NO_MATTER = "-shm"
"""SQLite's index of its log: the first to open the log throws it away and makes it anew."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A cut after which a promise is broken.

    Attributes:
        calls: how many calls and lines there were before the cut.
        last: the last of them.
        outcome: what became of what was not synced.
        fault: what is wrong.
    """

    calls: int
    last: Call | Said
    outcome: Outcome
    fault: str

    def __str__(self) -> str:
        last = f"{self.last!r:.120}"
        return f"cut after call {self.calls}, {last}; {self.outcome}: {self.fault}"


def recorded_life(kind: str, seed: int, turns: int) -> tuple[Call | Said, ...]:
    """Let a journal live and record it; see power_cut.life. Raises RecordingError."""
    with tempfile.TemporaryDirectory(prefix="power-cut-", dir=PLACE) as name:
        folder = Path(name) / "life"
        folder.mkdir()
        command = [sys.executable, life.__file__, kind, str(folder), str(seed), str(turns)]
        return record(command, folder, Path(name) / "trace", PYTHONPATH=os.pathsep.join(sys.path))


@dataclass(slots=True)
class Sweep:
    """The cuts of a recorded life: one after each call.

    Attributes:
        cuts: how many there were so far.
        tried: how many folders were judged. What is the same as one before, with nothing said
            since, is judged once.
    """

    recorded: Sequence[Call | Said]
    cuts: int = 0
    tried: int = 0

    def failures(self, *, torn: int, mixed: int, seed: int = 0) -> Iterator[Failure]:
        """Try each cut with so many outcomes (see power_cut.disk.outcomes)."""
        disk, story, seen = Disk(), Story(), set()
        with tempfile.TemporaryDirectory(prefix="power-cut-", dir=PLACE) as name:
            for call in self.recorded:
                if isinstance(call, Said):
                    story.hear(json.loads(call.line))
                    seen.clear()
                else:
                    disk.do(call)
                self.cuts += 1
                for outcome in outcomes(torn, mixed, seed=seed + self.cuts * (torn + mixed)):
                    files = disk.after_cut(outcome)
                    if (mark := _mark_of(files)) in seen:
                        continue
                    seen.add(mark)
                    self.tried += 1
                    if (fault := judge(_laid_out(files, Path(name)), story)) is not None:
                        yield Failure(self.cuts, call, outcome, fault)


def _mark_of(files: dict[str, bytes]) -> bytes:
    mark = hashlib.blake2b(digest_size=16)
    for name, content in files.items():
        if not name.endswith(NO_MATTER):
            mark.update(f"{name} {len(content)} ".encode())
            mark.update(content)
    return mark.digest()


def _laid_out(files: dict[str, bytes], folder: Path) -> Path:
    for file in folder.iterdir():
        file.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
