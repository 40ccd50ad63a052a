"""Signing what a journal holds: its head from time to time, and what is left of removed records.

Nothing here begins or ends a transaction. Without a signer nothing is signed, and all the rest is
as ever.
"""

import sqlite3
from dataclasses import dataclass, replace
from typing import Final

from gateway.journal.hash_chain import NO_HASH
from gateway.journal.tables import read_stubs
from gateway.journal.vouched import NOT_SIGNED, Checkpoint, Mark, Stub, Vouched
from gateway.signature import Signer
from rules.instant import Instant, seconds

RECORDS_BETWEEN: Final = 1_000
CHECKPOINT_EVERY: Final = seconds(3600)
"""Whoever alters records that came after the last checkpoint is only caught by the head that the
centre has heard. A checkpoint costs a commit of its own: on a quiet site 24 a day."""

CHECKPOINTS_KEPT: Final = 1_000
"""A later one vouches for all before it: the older ones only show when that was done."""

NEWEST_CHECKPOINT: Final = "SELECT max(number) FROM checkpoint"
INSERT_CHECKPOINT: Final = """
    INSERT INTO checkpoint (number, hash, epoch, boot_id, monotonic_ns, wall_ns, clock, key,
                            signature)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
THIN_OUT: Final = """
    DELETE FROM checkpoint WHERE number IN (
        SELECT number FROM checkpoint ORDER BY number DESC LIMIT -1 OFFSET ?
    )
"""
UNDO_CHECKPOINTS: Final = "DELETE FROM checkpoint WHERE number > ?"
HASH_OF: Final = "SELECT hash FROM record WHERE number = ?"
IS_VOUCHED_FOR: Final = """
    SELECT EXISTS (SELECT 1 FROM checkpoint) OR EXISTS (SELECT 1 FROM gap WHERE key <> '')
"""
SIGN_GAP: Final = """
    UPDATE gap SET previous_hash = ?, key = ?, signature = ? WHERE first_number = ?
"""


@dataclass(slots=True)
class Voucher:
    """Signs, and knows what is signed already."""

    connection: sqlite3.Connection
    signer: Signer | None
    _newest: int = 0
    _signed_at: Instant | None = None

    def load(self) -> None:
        """Read up to which record the journal is vouched for."""
        self._newest = self.connection.execute(NEWEST_CHECKPOINT).fetchone()[0] or 0

    def is_due(self, number: int, now: Instant) -> bool:
        """Tell whether it is time for a checkpoint, the last record being this one."""
        if not self.can_vouch_for(number):
            return False
        is_late = self._signed_at is None or now - self._signed_at >= CHECKPOINT_EVERY
        return is_late or number - self._newest >= RECORDS_BETWEEN

    def can_vouch_for(self, number: int) -> bool:
        """Tell whether a checkpoint for the last record would say anything new."""
        return self.signer is not None and number > self._newest

    def vouch(self, checkpoint: Checkpoint) -> None:
        """Write a signed checkpoint, where it says anything new, and thin the old ones out."""
        if not self.can_vouch_for(checkpoint.number):
            return
        it, mark = checkpoint, self.sign(checkpoint)
        self.connection.execute(
            INSERT_CHECKPOINT,
            (
                it.number,
                it.hash,
                it.epoch,
                it.boot_id,
                it.monotonic_ns,
                it.wall_ns,
                it.clock,
                mark.key,
                mark.signature,
            ),
        )
        self.connection.execute(THIN_OUT, (CHECKPOINTS_KEPT,))
        # If the transaction fails, the journal is closed.
        self._newest = checkpoint.number
        self._signed_at = Instant(checkpoint.monotonic_ns)

    def undo_after(self, number: int) -> None:
        """Remove the checkpoints of records that are taken back."""
        self.connection.execute(UNDO_CHECKPOINTS, (number,))

    def sign(self, vouched: Vouched) -> Mark:
        """Give this gateway's mark of something, or the empty one."""
        if self.signer is None:
            return Mark(NOT_SIGNED, b"")
        return Mark(self.signer.public.text, self.signer.sign(vouched.message))

    def has_signed(self, stub: Stub, mark: Mark) -> bool:
        """Tell whether a stub is this gateway's own: only such are joined to another.

        A forged one would otherwise be signed with the rest.
        """
        if self.signer is None:
            return mark.key == NOT_SIGNED
        return mark.key == self.signer.public.text and mark.is_of(stub)

    def sign_the_first_time(self) -> None:
        """Sign all stubs of a journal that nobody has vouched for yet.

        It comes from a program that knew no signatures.
        """
        execute = self.connection.execute
        if self.signer is None or execute(IS_VOUCHED_FOR).fetchone()[0]:
            return
        for unsigned, _ in list(read_stubs(self.connection)):
            before = self.connection.execute(HASH_OF, (unsigned.first - 1,)).fetchone()
            stub = replace(unsigned, previous_hash=NO_HASH if before is None else before[0])
            mark = self.sign(stub)
            values = (stub.previous_hash, mark.key, mark.signature, stub.first)
            self.connection.execute(SIGN_GAP, values)
