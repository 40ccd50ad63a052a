"""Whether a journal is whole: no record missing, altered, put in or moved.

The chain of hashes is walked from its beginning, over the stubs of what has gone; each signed
checkpoint is held against it on the way. What is missing at the very end shows only against the
head that somebody else has heard of, and a chain that was made anew only against the signatures.

What the chain does not cover: which records are still to be delivered, and the durable state.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from gateway.journal.hash_chain import NO_HASH
from gateway.journal.tables import (
    any_text,
    computed_hash,
    one_moment,
    read_checkpoints,
    read_stubs,
)
from gateway.journal.vouched import NOT_SIGNED, Checkpoint, Mark, Stub
from gateway.signature import PublicKey

WHOLE_CHAIN: Final = """
    SELECT record.number, epoch.name, record.lane, record.seq, boot.boot_id, record.monotonic_ns,
           record.wall_ns, record.clock, record.kind, record.body,
           record.previous_hash, record.hash
    FROM record
    LEFT JOIN epoch ON epoch.id = record.epoch
    LEFT JOIN boot ON boot.id = record.boot
    ORDER BY record.number
"""


class Flaw(StrEnum):
    """What is wrong with a journal. Text "journal.flaw.X" says each in words."""

    RECORD_MISSING = "record-missing"
    RECORD_ALTERED = "record-altered"
    RECORD_PUT_IN = "record-put-in"  # where by its number none can be
    STUB_UNSIGNED = "stub-unsigned"
    STUB_FORGED = "stub-forged"  # altered, or never signed by the key that it names
    STUB_OF_ANOTHER_KEY = "stub-of-another-key"
    CHECKPOINT_FORGED = "checkpoint-forged"
    CHECKPOINT_CONTRADICTED = "checkpoint-contradicted"  # the chain is not what was signed
    CUT_OFF = "cut-off"  # it ends before the head that was heard of
    HEAD_CONTRADICTED = "head-contradicted"
    NOT_VOUCHED_FOR = "not-vouched-for"  # the newest checkpoint is not by the expected key


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong first, and at which number of the journal."""

    flaw: Flaw
    number: int


@dataclass(frozen=True, slots=True)
class Head:
    """The number and the hash of a record that was the last one when somebody heard of it."""

    number: int
    hash: bytes


@dataclass(slots=True)
class Verified:
    """What was found in a journal.

    Attributes:
        finding: what is wrong first; None where it is whole.
        records: how many were walked.
        last: number of the last of them, 0 where there is none.
        last_hash: its hash.
        gone: how many have gone, by their stubs.
        stubs: how many runs these were.
        checkpoints: how many there are.
        vouched_upto: number of the newest checkpoint, 0 where there is none.
        head_has_gone: whether the head to compare with is among what has gone.
        keys: how often each key was met, by its text.
    """

    finding: Finding | None = None
    records: int = 0
    last: int = 0
    last_hash: bytes = NO_HASH
    gone: int = 0
    stubs: int = 0
    checkpoints: int = 0
    vouched_upto: int = 0
    head_has_gone: bool = False
    keys: Counter[str] = field(default_factory=Counter)


def verify(
    connection: sqlite3.Connection,
    expected: Collection[PublicKey] = (),
    head: Head | None = None,
) -> Verified:
    """Walk a journal up to the first thing that is wrong.

    Args:
        connection: to the journal, for reading; nothing of it is in a transaction.
        expected: the keys that may have signed; without any, whoever signed may have.
        head: what the journal must hold, since somebody has heard of it.
    """
    with one_moment(connection), any_text(connection):
        walk = _Walk(
            stubs={stub.first: (stub, mark) for stub, mark in read_stubs(connection)},
            checkpoints={it.number: (it, mark) for it, mark in read_checkpoints(connection)},
            expected=frozenset(key.text for key in expected),
            head=head,
        )
        walk.found.finding = walk.first_flaw(connection)
    return walk.found


class _Walk:
    """The way along the chain: where it is, and what there is to compare with."""

    def __init__(
        self,
        stubs: Mapping[int, tuple[Stub, Mark]],
        checkpoints: Mapping[int, tuple[Checkpoint, Mark]],
        expected: frozenset[str],
        head: Head | None,
    ) -> None:
        self._stubs = stubs
        self._checkpoints = checkpoints
        self._expected = expected
        self._head = head
        marks = [mark for _, mark in (*stubs.values(), *checkpoints.values())]
        # A journal that nobody ever vouched for is of a program that knew no signatures.
        self._must_be_signed = bool(expected) or any(mark.key != NOT_SIGNED for mark in marks)
        self.found = Verified(
            stubs=len(stubs),
            checkpoints=len(checkpoints),
            vouched_upto=max(checkpoints, default=0),
            keys=Counter(mark.key for mark in marks if mark.key != NOT_SIGNED),
        )

    def first_flaw(self, connection: sqlite3.Connection) -> Finding | None:
        """Give what is wrong first."""
        forged = (
            Finding(Flaw.CHECKPOINT_FORGED, it.number)
            for it, mark in self._checkpoints.values()
            if not mark.is_of(it)
        )
        of_chain = self._flaw_of_chain(connection)
        flaws = [flaw for flaw in (next(forged, None), of_chain) if flaw is not None]
        return min(flaws, key=lambda flaw: flaw.number, default=None) or self._flaw_of_keys()

    def _flaw_of_chain(self, connection: sqlite3.Connection) -> Finding | None:
        for *columns, previous_hash, stored_hash in connection.execute(WHOLE_CHAIN):
            flaw = self._over_stubs()
            if flaw is None and columns[0] <= self.found.last:
                return Finding(Flaw.RECORD_PUT_IN, columns[0])
            flaw = flaw or self._record_flaw(columns, previous_hash, stored_hash)
            if flaw is not None:
                return Finding(flaw, self.found.last + 1)
        return self._flaw_at_the_end()

    def _over_stubs(self) -> Flaw | None:
        """Go on over what has gone. Two stubs side by side are of two keys."""
        while (signed := self._stubs.get(self.found.last + 1)) is not None:
            stub, mark = signed
            if stub.last < stub.first:
                return Flaw.STUB_FORGED
            if mark.key == NOT_SIGNED and self._must_be_signed:
                return Flaw.STUB_UNSIGNED
            if mark.key != NOT_SIGNED and not mark.is_of(stub):
                return Flaw.STUB_FORGED
            if self._expected and mark.key not in self._expected:
                return Flaw.STUB_OF_ANOTHER_KEY
            if mark.key != NOT_SIGNED and stub.previous_hash != self.found.last_hash:
                return Flaw.STUB_FORGED  # a true one, of another journal or of other records
            self._head_has_gone(stub)
            self.found.gone += stub.last - self.found.last
            flaw = self._reach(stub.last, stub.last_hash)
            if flaw is not None:
                return flaw
        return None

    def _record_flaw(self, columns: Sequence[Any], previous: bytes, stored: bytes) -> Flaw | None:
        number = self.found.last + 1
        if columns[0] != number:
            return Flaw.RECORD_MISSING
        if previous != self.found.last_hash or computed_hash(columns, previous) != stored:
            return Flaw.RECORD_ALTERED
        self.found.records += 1
        return self._reach(number, stored)

    def _reach(self, number: int, hash_: bytes) -> Flaw | None:
        """Go on to a record, or to the last of some that have gone."""
        checkpoint, head = self._checkpoints.get(number), self._head
        if checkpoint is not None and checkpoint[0].hash != hash_:
            return Flaw.CHECKPOINT_CONTRADICTED
        if head is not None and head.number == number and head.hash != hash_:
            return Flaw.HEAD_CONTRADICTED
        self.found.last, self.found.last_hash = number, hash_
        return None

    def _head_has_gone(self, stub: Stub) -> None:
        head = self._head
        self.found.head_has_gone |= head is not None and stub.first <= head.number < stub.last

    def _flaw_at_the_end(self) -> Finding | None:
        end = self.found.last
        if self._head is not None and self._head.number > end:
            return Finding(Flaw.CUT_OFF, end + 1)
        if max((*self._stubs, self.found.vouched_upto)) > end:
            return Finding(Flaw.RECORD_MISSING, end + 1)
        return None

    def _flaw_of_keys(self) -> Finding | None:
        if not self._expected or not self.found.records:
            return None
        newest = self._checkpoints.get(self.found.vouched_upto)
        if newest is None or newest[1].key not in self._expected:
            return Finding(Flaw.NOT_VOUCHED_FOR, self.found.vouched_upto)
        return None
