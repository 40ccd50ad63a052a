"""What a process holds as it lives on."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from daemon_process import Numbers

EVERY_S = 5.0


@dataclass(frozen=True)
class Sign:
    """How it stood at a moment.

    Attributes:
        kib: resident memory.
        files: open file descriptors.
        threads: of the operating system.
        tasks: of asyncio.
        blocks: of memory that Python has given out.
    """

    kib: int
    files: int
    threads: int
    tasks: int
    blocks: int


class LifeSigns:
    """Looks at a watched daemon every few seconds."""

    def __init__(self, process, notes, metrics):
        self._of = Path(f"/proc/{process}")
        self._notes, self._metrics = notes, metrics
        self._due = time.monotonic()
        self.seen = []

    def look(self):
        """Take a sign, where it is time, and fetch its metrics as whoever watches it does."""
        if time.monotonic() < self._due:
            return
        self._due += EVERY_S
        Numbers(self._metrics)
        noted = self._notes.read_text().splitlines() if self._notes.exists() else []
        if not noted:
            return
        tasks, _, blocks = map(int, noted[-1].split())
        status = dict(line.split(":", 1) for line in (self._of / "status").read_text().splitlines())
        self.seen.append(
            Sign(
                kib=int(status["VmRSS"].split()[0]),
                files=len(list((self._of / "fd").iterdir())),
                threads=int(status["Threads"]),
                tasks=tasks,
                blocks=blocks,
            )
        )

    def numbers(self, name):
        return [getattr(sign, name) for sign in self.seen]

    def cpu_seconds(self):
        fields = (self._of / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def written_bytes(self):
        """Give how much it has had written to disk."""
        lines = (self._of / "io").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))
