"""A page of the journal spoilt while nobody has it open, and what may then be asked of the gateway.

A database whose page is spoilt cannot give back what stood there. What is asked is weaker than of
any other fault, and is this:

- It is guarded on: the gateway starts, and goes on to judge and to tell.
- What it finds damaged is set aside whole, another journal begins, with another epoch, and the
  centre is told that something is damaged.
- Every undelivered record whose row in the outbox and whose own row can still be read, and that
  bears its own hash, arrives at the centre, under the name that it had.
- No name is ever given to a second event.
- What stands in the log behind a spoilt page is lost as a page is, and counts as unreadable.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from gateway.journal.tables import computed_hash
from rules.condition import Lane

PAGE = 2048
HOW = ("noise", "zeros", "one bit")

MOST_RECORDS = 5_000
"""More than a building makes."""

LAST = "SELECT max(number) FROM record"
RECORD = """
    SELECT record.number, epoch.name, record.lane, record.seq, boot.boot_id, record.monotonic_ns,
           record.wall_ns, record.clock, record.kind, record.body,
           record.previous_hash, record.hash
    FROM record
    JOIN epoch ON epoch.id = record.epoch
    JOIN boot ON boot.id = record.boot
    WHERE record.number = ?
"""
WAITING = "SELECT 1 FROM outbox WHERE lane = ? AND number = ?"

Name = tuple[str, str, int]


@dataclass(frozen=True)
class Kept:
    """What a journal has of an event."""

    monotonic_ns: int
    body: bytes

    @property
    def data(self) -> dict:
        return json.loads(self.body)


@dataclass
class Damage:
    """What was done, and what was in the journal then.

    Attributes:
        what: in words.
        before: all that the journal held.
        promised: those that must still arrive.
    """

    what: str
    before: dict[Name, Kept] = field(default_factory=dict)
    promised: set[Name] = field(default_factory=set)


def spoil(journal: Path, evidence: Path, dice) -> Damage:
    """Spoil a page of a journal or of its log; keep a copy from before and from after."""
    log = journal.with_name(f"{journal.name}-wal")
    before = read(copied(journal, evidence / "before"))
    files = [file for file in (journal, log) if file.exists() and file.stat().st_size >= PAGE]
    if not files:
        return Damage("there is no journal yet")
    file = dice.choice(files)
    page = dice.randrange(file.stat().st_size // PAGE)
    how = dice.choice(HOW)
    with file.open("r+b") as opened:
        opened.seek(page * PAGE)
        spoilt = _spoilt(opened.read(PAGE), how, dice)
        opened.seek(page * PAGE)
        opened.write(spoilt)
    after = copied(journal, evidence / "after")
    promised = {name for name, kept in read_waiting(after).items() if before.get(name) == kept}
    return Damage(f"page {page} of {file.name}: {how}", before, promised)


def copied(journal: Path, folder: Path) -> Path:
    """Copy a journal and its log."""
    folder.mkdir(parents=True)
    for file in journal.parent.glob(f"{journal.name}*"):
        if not file.name.endswith("-shm") and file.is_file():
            shutil.copy(file, folder)
    return folder / journal.name


def read(journal: Path) -> dict[Name, Kept]:
    """Read the records of a copied journal that bear their own hash, one by one.

    So a spoilt page costs only what is on it.
    """
    if not journal.exists():
        return {}
    with closing(sqlite3.connect(journal)) as opened:
        return dict(_records(opened))


def read_live(journal: Path) -> dict[Name, Kept]:
    """Read likewise the records of a journal that a gateway writes.

    Raises:
        sqlite3.OperationalError: it cannot be read just now.
    """
    with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as opened:
        opened.execute("BEGIN")  # one picture of it all
        opened.execute(LAST).fetchone()
        return dict(_records(opened))


def read_waiting(journal: Path) -> dict[Name, Kept]:
    """Read likewise those of a copied journal that are still to be delivered."""
    if not journal.exists():
        return {}
    with closing(sqlite3.connect(journal)) as opened:
        waiting = set()
        for number in _numbers(opened):
            for lane in Lane:
                with suppress(sqlite3.Error):
                    if opened.execute(WAITING, (lane, number)).fetchone():
                        waiting.add(number)
        return dict(_records(opened, waiting))


def _records(
    opened: sqlite3.Connection, numbers: Iterable[int] | None = None
) -> Iterator[tuple[Name, Kept]]:
    for number in _numbers(opened) if numbers is None else numbers:
        try:
            row = opened.execute(RECORD, (number,)).fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            continue
        if row is not None:
            *columns, before, itself = row
            _, epoch, lane, seq, _, at, *_, body = columns
            if computed_hash(columns, before) == itself:
                yield (epoch, lane, seq), Kept(at, bytes(body))


def _numbers(opened: sqlite3.Connection) -> range:
    """Give the numbers that there may be records of."""
    with suppress(sqlite3.Error):
        return range(1, (opened.execute(LAST).fetchone()[0] or 0) + 1)
    return range(1, MOST_RECORDS)


def _spoilt(page: bytes, how: str, dice) -> bytes:
    if how == "noise":
        return dice.randbytes(PAGE)
    if how == "zeros":
        return bytes(PAGE)
    spoilt = bytearray(page)
    spoilt[dice.randrange(PAGE)] ^= 1 << dice.randrange(8)
    return bytes(spoilt)
