"""The journal: what happened, in order, durable before it is told.

Events, the state that they leave behind and what is still to be told become durable in one
transaction. Numbers are given here and nowhere else: a lane's seq is contiguous within an epoch,
and a transaction that fails uses none up. One thread owns a journal; others read through
gateway.journal.reader.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from gateway.journal.entries import Entries
from gateway.journal.file import (
    FailureNote,
    connect,
    has_log,
    migrate,
    read_migrations,
    transaction,
)
from gateway.journal.holdings import Holdings
from gateway.journal.opening import opened
from gateway.journal.ram_epoch import MARKS_KEPT
from gateway.journal.rescue import rescue
from gateway.journal.rows import EpochKind, EpochReason, Rows
from gateway.journal.tables import (
    Stored,
    read_boots,
    read_newest_wall_ns,
    read_stored,
)
from gateway.journal.verification import verify
from gateway.journal.vouched import Checkpoint
from gateway.journal.voucher import Voucher
from gateway.record import Batch, BootOffset, ClockQuality, Record, Span, StateChange
from gateway.signature import Signer
from gateway.span_set import SpanSet
from rules.condition import Lane
from rules.instant import Instant

COMMITS_TO_CHECKPOINT: Final = 250
"""With some three pages a commit the log then holds 1.5 MiB, and SQLite's own checkpoint, which
would hold up the commit that it falls on, is seldom due."""

RECORDS_TO_TIDY: Final = 500
"""Under a load that leaves no idle turn the bounds are looked after this often: no more may come
meanwhile than one step of retention.LARGEST_STEP removes."""

CHECKPOINT: Final = "PRAGMA wal_checkpoint(PASSIVE)"
BEGIN_LOG: Final = "PRAGMA wal_checkpoint(RESTART)"

NO_BOOTS: Final[Mapping[str, BootOffset]] = MappingProxyType({})


class Journal:
    """An open journal. A method that writes has committed when it returns.

    Methods raise sqlite3.Error or OSError where the store fails. The journal must then be closed,
    and opened anew. What the failed method was to write is not in it, except where the very report
    of the commit was lost: `write_ram_records` takes that back.

    Attributes:
        path: the database's file.
        begun: why its epoch began at opening; None where an earlier one goes on.
        damage: what became of a damaged database at opening, in words, or None.
    """

    def __init__(
        self,
        path: Path,
        *,
        machine_id: str,
        boot_id: str,
        make_epoch: Callable[[], str],
        signer: Signer | None = None,
    ) -> None:
        self.path = path
        self.damage: str | None = None
        self._make_epoch = make_epoch
        self._commits_since_checkpoint = 0
        self._records_since_tidy = 0
        was_closed = not has_log(path)
        self._connection = connect(path)
        self._rows = Rows(self._connection)
        self._voucher = Voucher(self._connection, signer)
        self._holdings = Holdings(self._connection, self._voucher)
        try:
            migrate(self._connection, read_migrations(), path)
            note = FailureNote(path)
            with transaction(self._connection):
                self.begun = self._rows.go_on_or_begin(
                    machine_id,
                    make_epoch,
                    store_failed=note.tells_of_failure,
                    was_closed=was_closed,
                )
                self._boot = self._rows.refer_to_boot(boot_id)
                self._voucher.sign_the_first_time()
            note.remove()
            self._load()
        except BaseException:
            self._connection.close()
            raise
        self._epoch_is_unused = self.begun is not None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        machine_id: str,
        boot_id: str,
        make_epoch: Callable[[], str],
        signer: Signer | None = None,
    ) -> Self:
        """Open a journal, or make it.

        A damaged one is set aside whole and a new one made, into which is taken over what can still
        be read of the state and the undelivered records. A database that only a newer program
        understands raises JournalRefusedError.
        """
        return opened(
            path,
            partial(
                cls, machine_id=machine_id, boot_id=boot_id, make_epoch=make_epoch, signer=signer
            ),
        )

    def close(self) -> None:
        """Close the journal; never raises."""
        with suppress(sqlite3.Error):
            self._connection.close()

    @property
    def epoch(self) -> str:
        """The epoch of the records to come."""
        return self._epoch.name

    @property
    def undelivered(self) -> dict[Lane, int]:
        """How many records are still to be delivered, by lane."""
        return self._holdings.undelivered

    @property
    def last_number(self) -> int:
        """The number of the last record, 0 where there is none."""
        return self._head.number

    @property
    def last_hash(self) -> bytes:
        """The hash of the last record, zeros where there is none."""
        return self._head.hash

    @property
    def last_seqs(self) -> Mapping[Lane, int]:
        """By lane, the last seq of the epoch; 0 where it has none."""
        return self._head.seqs

    def append(self, batch: Batch) -> tuple[Record, ...]:
        """Make one batch durable, and give its records."""
        return self.append_many((batch,))

    def append_many(
        self,
        batches: Sequence[Batch],
        delivered: Collection[Span] = (),
        boots: Mapping[str, BootOffset] = NO_BOOTS,
        reopened: Collection[Span] = (),
    ) -> tuple[Record, ...]:
        """Make batches, marks of delivery and boot offsets durable in one transaction.

        What is reopened is to be delivered once more, as far as it is still there and is not marked
        here. A span of an epoch that is not known is passed over.
        """
        entries = Entries(self._head)
        changes: dict[str, str | None] = {}
        for batch in batches:
            for draft in batch.drafts:
                entries.number(draft, self._epoch, self._boot)
            changes.update(batch.changes)
        with transaction(self._connection):
            self._rows.write(entries)
            self._rows.change_state(changes)
            self._rows.set_offsets(boots)
            back = self._rows.reopen(reopened) if reopened else {}
            marked = self._rows.mark(delivered) if delivered else {}
        self._boots.update(boots)
        self._take_note(entries, marked, back)
        return tuple(entries.records)

    def remember_boot(self, boot_id: str, offset: BootOffset) -> None:
        """Take note of a boot's wall clock; it dates that boot's events."""
        self.append_many((), (), {boot_id: offset})

    def begin_epoch(self, reason: EpochReason) -> str:
        """Begin a new epoch, and give its name."""
        with transaction(self._connection):
            self._rows.begin_epoch(self._make_epoch(), reason)
        self._load()
        self._epoch_is_unused = True
        return self.epoch

    def write_ram_records(
        self,
        records: Iterable[Record],
        delivered: Iterable[Span],
        changes: Iterable[StateChange],
        *,
        boots: Mapping[str, BootOffset] = NO_BOOTS,
        undo_after: int | None = None,
    ) -> tuple[Record, ...]:
        """Write what was numbered in memory while the store failed, and begin a new epoch.

        Gives the records at their places in the journal.

        Args:
            records: under the names that they have, in their order.
            delivered: what needs no delivery any more, of these records or of others.
            changes: of the durable state.
            boots: wall clocks that became known meanwhile.
            undo_after: the number of the last record whose commit was reported. Later ones are in
                the journal only because the report of their commit was lost; their events were
                told since, under names in memory.
        """
        done = SpanSet(MARKS_KEPT)
        for span in delivered:
            done.add(span)
        with transaction(self._connection):
            if undo_after is not None:
                self._rows.undo_after(undo_after)
                self._voucher.undo_after(undo_after)
            written = self._rows.write_foreign(records, done, EpochKind.MEMORY, self._epoch)
            self._rows.change_state(dict(changes))
            self._rows.set_offsets(boots)
            self._rows.mark(done)
            if not self._epoch_is_unused:
                self._rows.begin_epoch(self._make_epoch(), EpochReason.STORE_FAILED)
        self._load()
        self._epoch_is_unused = True
        return written

    @property
    def is_untidy(self) -> bool:
        """Whether `tidy` should not wait for an idle moment any longer."""
        return self._records_since_tidy >= RECORDS_TO_TIDY

    def tidy(self, now: Instant) -> Mapping[Lane, int]:
        """Make one step towards the bounds, and say how many undelivered were given up, by lane.

        Signs a checkpoint where one is due.
        """
        self._records_since_tidy = 0
        given_up = self._holdings.make_room(self._checkpoint(now), self._epoch.id)
        if self._voucher.is_due(self.last_number, now):
            self.vouch(now)
        if self._commits_since_checkpoint >= COMMITS_TO_CHECKPOINT:
            self._commits_since_checkpoint = 0
            # Where the file cannot grow, the log perhaps still can; a commit will show.
            with suppress(sqlite3.OperationalError):
                self._connection.execute(CHECKPOINT).fetchall()
        return given_up

    def vouch(self, now: Instant) -> None:
        """Sign a checkpoint of the last record, where that says anything new."""
        if self._voucher.can_vouch_for(self.last_number):
            with transaction(self._connection):
                self._voucher.vouch(self._checkpoint(now))

    def stored(self) -> Stored:
        """Give what a gateway starts from."""
        return read_stored(self._connection)

    def verify(self) -> int | None:
        """Give the number at which the first thing is wrong; None where all is whole."""
        finding = verify(self._connection).finding
        return None if finding is None else finding.number

    def begin_log(self) -> None:
        """Have the log begun anew, so that nothing is left in it of what a cut of power spoilt.

        Left there, it could be taken for damage after another cut: see gateway.journal.log_check.
        """
        # A full disk, or one that cannot be written: the first commit will show.
        with suppress(sqlite3.OperationalError):
            self._connection.execute(BEGIN_LOG).fetchall()

    def take_over(self, damaged: Path) -> None:
        """Take over from a damaged journal what can still be read and is sound."""
        rescued = rescue(damaged)
        with transaction(self._connection):
            self._rows.write_foreign(rescued.records, SpanSet(0), EpochKind.RESCUED, self._epoch)
            self._rows.change_state(rescued.state)
            self._rows.set_offsets(rescued.boots)

    def note_damage(self, damaged: Path | None) -> None:
        """Note that this is a new journal, which has just taken a damaged one's place."""
        self.begun, self._epoch_is_unused = EpochReason.MADE_ANEW, True
        aside = "" if damaged is None else f"set aside as {damaged.name}, "
        self.damage = (
            f"{self.path}: was damaged; {aside}a new journal begun, "
            f"{sum(self.undelivered.values())} undelivered events and {len(self.stored().state)} "
            "rows of state taken over"
        )

    def _load(self) -> None:
        """Read where the journal goes on from."""
        self._epoch = self._rows.newest_epoch()
        self._head = self._rows.head(self._epoch)
        self._holdings.load()
        self._boots = read_boots(self._connection)
        self._voucher.load()

    def _take_note(
        self, entries: Entries, marked: Mapping[Lane, int], back: Mapping[Lane, int]
    ) -> None:
        """Go on from what has just been committed."""
        self._head = entries.head
        for record in entries.records:
            self.undelivered[record.name.lane] += 1
        for lane, count in marked.items():
            self.undelivered[lane] -= count
        for lane, count in back.items():
            self.undelivered[lane] += count
        self._epoch_is_unused = self._epoch_is_unused and not entries.records
        self._commits_since_checkpoint += 1
        self._records_since_tidy += len(entries.records)

    def _checkpoint(self, now: Instant) -> Checkpoint:
        """Say how the chain stands, and when that is."""
        offset = self._boots.get(self._boot.name)
        if offset is None:  # the wall clock cannot be earlier than the last record, nor be believed
            newest = read_newest_wall_ns(self._connection)
            offset = BootOffset((newest or now) - now, ClockQuality.UNKNOWN)
        return Checkpoint(
            number=self.last_number,
            hash=self.last_hash,
            epoch=self.epoch,
            boot_id=self._boot.name,
            monotonic_ns=now,
            wall_ns=now + offset.offset_ns,
            clock=offset.quality,
        )
