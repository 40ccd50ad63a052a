"""Builders for the tests of the journal."""

import itertools
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from gateway.journal.journal import Journal
from gateway.journal.keeper import Recovery, WriterPorts
from gateway.journal.queue import Work
from gateway.journal.reader import JournalReader
from gateway.record import Batch, ClockQuality, Draft, Record, Span, span_of
from gateway.signature import PrivateKey
from rules.condition import Lane
from rules.instant import Instant

MACHINE = "a-machine"
KEY = PrivateKey(b"\1" * 32)
BOOT = "6c1b6a4e-0000-4000-8000-000000000001"
_bodies = itertools.count(1)


def make_epoch() -> str:
    return secrets.token_hex(16)


def open_journal(
    path: Path, *, machine_id: str = MACHINE, boot_id: str = BOOT, kind=Journal, signer=KEY
):
    return kind.open(
        path, machine_id=machine_id, boot_id=boot_id, make_epoch=make_epoch, signer=signer
    )


def draft(lane: Lane = Lane.ALARM, body: bytes | None = None, at: int = 7, wall_ns: int = 1_000):
    return Draft(
        lane=lane,
        at=Instant(at),
        wall_ns=wall_ns,
        clock=ClockQuality.SYNCHRONISED,
        kind="condition",
        body=b'{"event":%d}' % next(_bodies) if body is None else body,
    )


def batch(*lanes: Lane, changes=(), size: int | None = None) -> Batch:
    bodies = (None if size is None else secrets.token_bytes(size) for _ in lanes)
    return Batch(tuple(map(draft, lanes, bodies)), tuple(changes))


def work(*batches: Batch, marks=(), reopened=(), boots=None, closing: bool = False) -> Work:
    return Work(
        batches=batches,
        marks=spans(marks),
        reopened=spans(reopened),
        boots=boots or {},
        closing=closing,
    )


def spans(records) -> tuple[Span, ...]:
    """Give the spans of records, or of names; one each."""
    return tuple(span_of(getattr(each, "name", each)) for each in records)


def mark_delivered(journal: Journal, records) -> None:
    journal.append_many((), spans(records))


def seqs(records, lane: Lane) -> list[int]:
    return [record.name.seq for record in records if record.name.lane is lane]


def undelivered(path: Path) -> list[Record]:
    """All of the outbox, by a connection of its own, in the order of the journal."""
    reader = JournalReader(path)
    try:
        found = [record for lane in Lane for record in reader.undelivered(lane, 0, 1_000_000)]
    finally:
        reader.close()
    return sorted(found, key=lambda record: record.number)


@dataclass
class Told:
    """What the rest of the gateway heard from the journal's owner."""

    now_ns: int = 0
    records: list[Record] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)

    def ports(self, post=None, now=None) -> WriterPorts:
        return WriterPorts(
            now=now or (lambda: Instant(self.now_ns)),
            make_epoch=make_epoch,
            post=post or (lambda call: call()),
            committed=self.records.extend,
            store_failed=self.failures.append,
            store_recovered=self.recoveries.append,
        )

    def wait(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1_000_000_000)
