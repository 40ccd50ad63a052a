"""Whether a journal keeps its promises after a cut of power.

The story is what the rest of the gateway knew up to the cut (see power_cut.life). Held against it:
all that was told as durable is there under its name with its body, in the order in which it was
handed over, and nothing else than was handed over; seqs and numbers have no gap but what was marked
and pruned; what is not marked is still to be delivered; each batch is whole or not there, and the
durable state is what the last one left; and the journal goes on.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from journal_parts import batch, open_journal
from power_cut.life import FILE

from rules.condition import Lane

ALL_RECORDS = """
    SELECT record.number, epoch.name, record.lane, record.seq, CAST(record.body AS TEXT)
    FROM record JOIN epoch ON epoch.id = record.epoch
    ORDER BY record.number
"""
ALL_STATE = "SELECT key, value FROM state"
Name = tuple[str, str, int]


@dataclass(slots=True)
class Story:
    """What was known, line by line.

    Attributes:
        machine: that opened the journal last.
        drafts: lane and body of each event, in the order of the journal.
        told: the names of the durable ones, in the same order.
        names: all that ever were told, durable or not.
        marked: those that the centre has.
        damaged: whether a page of the file has gone bad.
        states: after each batch, how many drafts there were and the durable state.
    """

    machine: str = "a-machine"
    drafts: list[tuple[str, str]] = field(default_factory=list)
    told: list[Name] = field(default_factory=list)
    names: set[Name] = field(default_factory=set)
    marked: set[Name] = field(default_factory=set)
    damaged: bool = False
    states: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(0, {})])

    def hear(self, said: dict) -> None:
        """Take a line."""
        self.machine = said.get("opening", self.machine)
        self.damaged = self.damaged or "damaging" in said
        for each in said.get("batches", ()):
            self.drafts += map(tuple, each["drafts"])
            state = {**self.states[-1][1], **each["changes"]}
            present = {key: value for key, value in state.items() if value is not None}
            self.states.append((len(self.drafts), present))
        for epoch, lane, seq, body, durable in said.get("told", ()):
            self.names.add((epoch, lane, seq))
            if durable:
                assert self.drafts[len(self.told)] == (lane, body), "told out of order"
                self.told.append((epoch, lane, seq))
        self.marked.update(map(tuple, said.get("marking", ())))


def judge(folder: Path, story: Story) -> str | None:
    """Open what a cut left, and say what is wrong with it; None where nothing is."""
    path = folder / FILE
    try:
        journal = open_journal(path, machine_id=story.machine, boot_id="after-the-cut")
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is wrong
        return f"does not open: {error!r}"
    with closing(journal), closing(sqlite3.connect(path)) as other:
        faults = _faults_after_damage if story.damaged else _faults
        return next(faults(journal, other, story), None)


def _faults(journal, other: sqlite3.Connection, story: Story) -> Iterator[str]:
    if journal.damage is not None:
        yield f"taken for damaged: {journal.damage}"
    if (broken := journal.verify()) is not None:
        yield f"does not verify at number {broken}"
    if (said := other.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
        yield f"the database is not whole: {said}"
    rows, waiting = _read(other)
    head = max(rows, default=0)
    yield from _faults_of_records(rows, head, story)
    yield from _faults_of_outbox(waiting, rows, story)
    states = [state for count, state in story.states if count == head]
    if not states:
        yield f"{head} records: half a batch"
    if dict(other.execute(ALL_STATE)) not in states:
        yield f"{head} records: the state is not that which they left"
    if sum(journal.undelivered.values()) != len(waiting):
        yield "counts wrongly what is to be delivered"
    yield from _faults_of_going_on(journal, head, story)


def _faults_after_damage(journal, other: sqlite3.Connection, story: Story) -> Iterator[str]:
    """A damaged journal is set aside: delivered records may then be in that file only.

    Of a page that is torn half may still be good, and nobody has noticed yet.
    """
    if (broken := journal.verify()) is not None:
        yield f"does not verify at number {broken}"
    rows, waiting = _read(other)
    due = {row for number, row in rows.items() if number in waiting}
    for name, (_, body) in zip(story.told, story.drafts, strict=False):
        if name not in story.marked and (name, body) not in due:
            yield f"{name}: is not to be delivered, and the centre has it not"
    for name, body in rows.values():
        if (name[1], body) not in story.drafts:
            yield f"{name}: is not what was handed over"
    states = [state for count, state in story.states if count >= len(story.told)]
    if dict(other.execute(ALL_STATE)) not in states:
        yield "the state is none that there was since"
    yield from _faults_of_going_on(journal, max(rows, default=0), story)


def _read(other: sqlite3.Connection) -> tuple[dict[int, tuple[Name, str]], set[int]]:
    rows = {number: (tuple(name), body) for number, *name, body in other.execute(ALL_RECORDS)}
    return rows, {number for (number,) in other.execute("SELECT number FROM outbox")}


def _faults_of_records(rows: dict, head: int, story: Story) -> Iterator[str]:
    if head < len(story.told):
        yield f"holds {head} records of {len(story.told)} told"
    if head > len(story.drafts):
        yield f"holds {head} records of {len(story.drafts)} handed over"
    seqs: dict[tuple[str, str], int] = {}
    for number in range(1, head + 1):
        told = story.told[number - 1] if number <= len(story.told) else None
        if number in rows:
            epoch, lane, seq = name = rows[number][0]
            if told not in (None, name):
                yield f"number {number}: is {name}, was told as {told}"
            if (lane, rows[number][1]) != story.drafts[number - 1]:
                yield f"number {number}: is not what was handed over"
        elif told is None or told not in story.marked:
            yield f"number {number}: is gone, told as {told}, and the centre has it not"
            return
        else:
            epoch, lane, seq = told
        if seq != seqs.get((epoch, lane), 0) + 1:
            yield f"number {number}: its seq {seq} comes after {seqs.get((epoch, lane), 0)}"
        seqs[epoch, lane] = seq


def _faults_of_outbox(waiting: set[int], rows: dict, story: Story) -> Iterator[str]:
    due = (number for number, (name, _) in rows.items() if name not in story.marked)
    if lost := sorted(set(due) - waiting):
        yield f"numbers {lost}: are not to be delivered, and the centre has them not"
    if invented := sorted(waiting - rows.keys()):
        yield f"numbers {invented}: are to be delivered, and are not there"


def _faults_of_going_on(journal, head: int, story: Story) -> Iterator[str]:
    (record,) = journal.append(batch(Lane.ALARM))
    name = record.name
    if record.number != head + 1:
        yield f"goes on with number {record.number} after {head}"
    if (name.epoch, name.lane.value, name.seq) in story.names:
        yield f"goes on with a name that was told: {name}"
    if (broken := journal.verify()) is not None:
        yield f"does not verify at number {broken} once it has gone on"
