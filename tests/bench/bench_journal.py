"""The journal, one event a commit, against the same two insertions by bare sqlite3.

Both write a record and its row of the outbox into tables of the same make, WAL and FULL, by turns
on the same disk. The floor numbers nothing and computes no hash, and has sqlite3's own page size.
Ours is driven as the gateway drives it: by the owner of the journal, which prunes, signs and writes
the log back on the way. Bytes are those that the kernel had to write for this process
(/proc/self/io): pages of the file system's cache, so that a real card writes some more.
"""

import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from figure import tell
from journal_parts import BOOT, Told, draft, open_journal, work

from gateway.journal.file import read_migrations
from gateway.journal.keeper import JournalKeeper
from gateway.journal.rows import INSERT_OUTBOX, INSERT_RECORD
from gateway.record import Batch
from rules.condition import Lane

DISK = "/var/tmp"  # /tmp is often in memory
TURNS, EVENTS = 150, 40  # short turns: whatever else the disk does meets both alike
BODY = 400  # bytes: a usual event
LEAST_OF_BARE = 0.8
MOST_BYTES_OF_BARE = 1.0


@dataclass(slots=True)
class Measured:
    """Seconds of each turn, and bytes of all."""

    write: Callable[[], None]
    seconds: list[float] = field(default_factory=list)
    written: int = 0

    def turn(self) -> None:
        """Write some events, one a commit."""
        before, began = bytes_written(), time.perf_counter()
        for _ in range(EVENTS):
            self.write()
        self.seconds.append(time.perf_counter() - began)
        self.written += bytes_written() - before

    @property
    def kib_each(self) -> float:
        """Give the bytes of an event."""
        return self.written / 1024 / (EVENTS * len(self.seconds))


def bytes_written() -> int:
    """Give what the kernel has written, or is to write, for this process."""
    for line in Path("/proc/self/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    raise OSError("/proc/self/io says nothing of write_bytes")


@contextmanager
def journal(path: Path) -> Iterator[Callable[[], None]]:
    """Give what writes an event into a journal."""
    ports = Told().ports()
    keeper = JournalKeeper(path, lambda: open_journal(path), ports, boot_id=BOOT)
    opening = keeper.open()
    assert opening.failure is None, opening.failure

    def write() -> None:
        keeper.turn(work(Batch((draft(Lane.ALARM, secrets.token_bytes(BODY)),))))

    yield write
    keeper.close()


@contextmanager
def bare(path: Path) -> Iterator[Callable[[], None]]:
    """Give what writes the same two rows without anything else."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        for migration in read_migrations():
            for statement in migration.statements:
                database.execute(statement)
        number = 0

        def write() -> None:
            nonlocal number
            number += 1
            body, hashes = secrets.token_bytes(BODY), bytes(32)
            row = (number, 1, "alarm", number, 1, 7, 1_000, "synchronised", "condition", body)
            database.execute("BEGIN IMMEDIATE")
            database.execute(INSERT_RECORD, (*row, hashes, hashes))
            database.execute(INSERT_OUTBOX, ("alarm", number))
            database.execute("COMMIT")

        yield write


def main() -> None:
    """Measure by turns, and print the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="firegw-bench-", dir=DISK) as name,
        journal(Path(name) / "journal.db") as write_ours,
        bare(Path(name) / "bare.db") as write_bare,
    ):
        ours, floor = Measured(write_ours), Measured(write_bare)
        for _ in range(TURNS):
            ours.turn()
            floor.turn()
    for label, measured in (("journal", ours), ("bare sqlite3", floor)):
        pace = EVENTS / statistics.median(measured.seconds)
        print(f"# {label}: {pace:,.0f} events a second, {measured.kib_each:.1f} KiB written each")
    pairs = zip(floor.seconds, ours.seconds, strict=True)
    ratio = statistics.median(bare_s / ours_s for bare_s, ours_s in pairs)
    tell("journal-events", ratio, LEAST_OF_BARE, least=True)
    tell("journal-bytes-an-event", ours.kib_each / floor.kib_each, MOST_BYTES_OF_BARE)


if __name__ == "__main__":
    main()
