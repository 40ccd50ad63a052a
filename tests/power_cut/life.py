"""A journal's life, made to be recorded: several runs, of which some die and some end in order.

The real owner of the journal (JournalKeeper) does turn after turn: batches alone and in groups,
marks of delivery, what is to be delivered once more, idle turns in which the log is written back,
the chain is signed and old records go, a store that fails and comes back, another machine. All
bounds are small, so that a short life meets each of them. Whatever the rest of the gateway would
know is said on standard output, in JSON, at the moment at which it would know it:

    {"opening": MACHINE}            the journal is about to be opened, on this machine
    {"batches": [BATCH...]}         these are about to be handed over; a batch is
                                    {"drafts": [[LANE, BODY]...], "changes": {KEY: VALUE}}
    {"told": [RECORD...]}           these were told; a record is [EPOCH, LANE, SEQ, BODY, DURABLE]
    {"marking": [NAME...]}          the centre has these; a name is [EPOCH, LANE, SEQ]
    {"damaging": PAGE}              this page of the file is about to be spoilt

    life.py KIND FOLDER SEED TURNS  one of KINDS, with so many turns in each run
"""

import json
import os
import random
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from journal_parts import BOOT, Told, draft, open_journal, undelivered, work

from gateway.journal import journal as journal_module
from gateway.journal import retention
from gateway.journal.journal import Journal
from gateway.journal.keeper import JournalKeeper
from gateway.record import Batch, BootOffset, ClockQuality, RecordName
from rules.condition import Lane

FILE = "journal.db"
COMMITS_TO_CHECKPOINT = 7
DELIVERED_KEPT = 6
LONGEST_LOG = 20_000  # bytes: a log that has been longer is cut when it begins anew
KEYS = ("condition/fire", "condition/gas", "disabled/hall", "silenced")


class FailingJournal(Journal):
    """Fails when it is told to, as a disk that is full does."""

    fails = False

    def append_many(self, *given, **named):
        if self.fails:
            raise sqlite3.OperationalError("database or disk is full")
        return super().append_many(*given, **named)


def say(**what) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


class Run:
    """One run of the gateway, as far as the journal sees it."""

    def __init__(self, path: Path, machine: str, seed: str) -> None:
        self._dice = random.Random(seed)
        self._told = Told()
        self._waiting: list[RecordName] = []
        self._done: list[RecordName] = []
        self._bodies = 0
        self._path, self._machine, self._seed = path, machine, seed
        ports = replace(
            self._told.ports(),
            committed=self._committed,
            store_recovered=lambda recovery: self._committed(recovery.records),
        )
        self._keeper = JournalKeeper(path, self._open, ports, boot_id=BOOT)

    def live(self, turns: int) -> None:
        """Open the journal and do some turns."""
        say(opening=self._machine)
        opening = self._keeper.open()
        assert opening.failure is None, opening.failure
        self._waiting = [record.name for record in undelivered(self._path)]
        deeds = (
            *((self._commit,) * 5),
            *((self._mark,) * 2),
            *((self._idle,) * 2),
            self._commit_and_mark,
            self._reopen,
            self._fail,
        )
        first = (self._commit, self._commit, self._mark, self._idle)  # in the shortest run too
        for turn in range(turns):
            self._dice.choice(deeds if turn >= len(first) else first[turn : turn + 1])()

    def close(self) -> None:
        """End in order."""
        self._keeper.turn(work(closing=True))
        self._keeper.close()

    def _open(self) -> Journal:
        journal = open_journal(self._path, machine_id=self._machine, kind=FailingJournal)
        journal._connection.execute(f"PRAGMA journal_size_limit = {LONGEST_LOG}")
        return journal

    def _committed(self, records) -> None:
        say(told=[[*_parts(each.name), each.body.decode(), each.durable] for each in records])
        self._waiting.extend(each.name for each in records if each.durable)

    def _batches(self) -> tuple[Batch, ...]:
        batches = tuple(self._batch() for _ in range(self._dice.choice((1, 1, 1, 2, 4))))
        say(
            batches=[
                {
                    "drafts": [[each.lane, each.body.decode()] for each in batch.drafts],
                    "changes": dict(batch.changes),
                }
                for batch in batches
            ]
        )
        return batches

    def _batch(self) -> Batch:
        drafts = []
        for _ in range(self._dice.choice((0, 1, 1, 1, 1, 2, 3))):
            self._bodies += 1
            body = f"{self._seed} {self._bodies} " + "." * self._dice.randrange(400)
            drafts.append(draft(self._dice.choice(tuple(Lane)), body.encode()))
        changes = [
            (key, self._dice.choice((None, json.dumps(self._dice.random()))))
            for key in self._dice.sample(KEYS, self._dice.randrange(3))
        ]
        changes.append(("last", f"{self._seed} {self._bodies}"))
        return Batch(tuple(drafts), tuple(changes))

    def _marks(self) -> list[RecordName]:
        marked = self._waiting[: self._dice.randrange(1, 6)]
        if self._dice.random() < 0.3:  # out of order, as what the centre confirms may be
            marked = self._dice.sample(self._waiting, min(3, len(self._waiting)))
        self._waiting = [name for name in self._waiting if name not in marked]
        self._done += marked
        say(marking=[_parts(name) for name in marked])
        return marked

    def _commit(self) -> None:
        self._keeper.turn(work(*self._batches()))

    def _mark(self) -> None:
        self._keeper.turn(work(marks=self._marks()))

    def _commit_and_mark(self) -> None:
        self._keeper.turn(work(*self._batches(), marks=self._marks(), boots={BOOT: self._offset()}))

    def _reopen(self) -> None:
        self._keeper.turn(work(reopened=self._done[-2:]))

    def _idle(self) -> None:
        self._told.wait(self._dice.choice((1, 3600)))  # an hour: a signed checkpoint is due
        self._keeper.turn(work())

    def _fail(self) -> None:
        FailingJournal.fails = True
        self._keeper.turn(work(*self._batches()))
        FailingJournal.fails = False
        self._keeper.turn(work(*self._batches()))
        self._told.wait(30)
        self._keeper.turn(work(marks=self._marks()))

    def _offset(self) -> BootOffset:
        return BootOffset(self._dice.randrange(10**18), ClockQuality.SYNCHRONISED)


def _parts(name: RecordName) -> list:
    return [name.epoch, name.lane, name.seq]


def in_a_process(deed) -> None:
    """Do something in a process of its own, which then dies without a word."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            deed()
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        sys.exit(1)


def run(folder: Path, machine: str, seed: str, turns: int, *, closes: bool = False) -> None:
    """One run, in a process of its own."""

    def live() -> None:
        one = Run(folder / FILE, machine, seed)
        one.live(turns)
        if closes:
            one.close()

    in_a_process(live)


def with_all_that_happens(folder: Path, seed: int, turns: int) -> None:
    run(folder, "a-machine", f"{seed}/1", turns)
    run(folder, "a-machine", f"{seed}/2", turns, closes=True)
    run(folder, "another-machine", f"{seed}/3", turns)
    run(folder, "another-machine", f"{seed}/4", turns, closes=True)


def with_a_bad_page(folder: Path, seed: int, turns: int) -> None:
    """A page goes bad while the newest records stand only in the log."""
    run(folder, "a-machine", f"{seed}/1", turns, closes=True)
    run(folder, "a-machine", f"{seed}/2", COMMITS_TO_CHECKPOINT // 2)
    in_a_process(lambda: spoil(folder / FILE))
    run(folder, "a-machine", f"{seed}/3", turns)


def spoil(path: Path) -> None:
    """Spoil a page that is read at the opening, and no record."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        find = "SELECT rootpage FROM sqlite_master WHERE name = 'meta'"
        (page,) = database.execute(find).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    say(damaging=page)
    file = os.open(path, os.O_RDWR)
    os.pwrite(file, b"spoilt! " * (size // 8), (page - 1) * size)
    os.fsync(file)


KINDS = {
    "all": with_all_that_happens,
    "bad-page": with_a_bad_page,
}


def main(kind: str, folder: str, seed: str, turns: str) -> None:
    journal_module.COMMITS_TO_CHECKPOINT = COMMITS_TO_CHECKPOINT
    retention.DELIVERED_KEPT, retention.SMALLEST_STEP = DELIVERED_KEPT, 2
    KINDS[kind](Path(folder), int(seed), int(turns))


if __name__ == "__main__":
    main(*sys.argv[1:])
