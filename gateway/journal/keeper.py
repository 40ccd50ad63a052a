"""What the journal's owner does, turn by turn: commit, or keep in memory until it can again.

A store that fails is a state and not an end. In it, events are numbered under an epoch in memory
and told at once as not durable; the store is opened anew at growing intervals, and then takes all
that was kept. No event is told under two names: one whose commit was in doubt is taken back.
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from gateway.journal import opener
from gateway.journal.file import FailureNote, JournalRefusedError, failure_in_words
from gateway.journal.journal import Journal
from gateway.journal.queue import Work
from gateway.journal.ram_epoch import RamEpoch
from gateway.journal.reader import JournalReader, JournalUnreadableError
from gateway.journal.rows import EpochReason
from gateway.journal.tables import NOTHING_STORED, Stored
from gateway.record import Record
from rules.condition import Lane
from rules.instant import Duration, Instant, later, seconds

FIRST_RETRY: Final = seconds(1)
LONGEST_RETRY: Final = seconds(10)
"""The store is tried again at intervals that double between these. Without jitter: the disk is
ours alone, there is no herd."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How the journal was found at the start.

    Attributes:
        stored: what the gateway starts from. Read without writing where the store fails, and empty
            where it cannot even be read or does not answer.
        epoch: of the records to come.
        last_seqs: by lane, the last seq of that epoch.
        begun: why that epoch began now; None where an earlier one goes on.
        failure: what is wrong with the store, in words; events then go out of memory. Or None.
        damage: what became of a damaged journal, in words, or None.
    """

    stored: Stored
    epoch: str
    last_seqs: Mapping[Lane, int]
    begun: EpochReason | None
    failure: str | None
    damage: str | None

    @property
    def highest(self) -> Mapping[tuple[str, Lane], int]:
        """The highest seq in the journal by epoch name and lane; empty where it was not read."""
        return self.stored.highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The store can be written again, and all that was kept in memory is in it.

    Attributes:
        detail: what happened, in words.
        records: those that were only in memory, at their places in the journal. Told already.
        epoch: the epoch that begins.
        damage: what became of a damaged journal, in words, or None.
    """

    detail: str
    records: tuple[Record, ...]
    epoch: str
    damage: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterPorts:
    """What the journal's owner reaches the rest of the world by.

    Attributes:
        now: the monotonic clock.
        make_epoch: makes an epoch's name: 128 random bits in hex.
        post: has a call made in the event loop's thread (loop.call_soon_threadsafe). The three
            below are called so.
        committed: takes records, in order; where they are not durable the store fails.
        store_failed: takes what is wrong, once each time that the store begins to fail. A failure
            at the start is told by the Opening instead.
        store_recovered: takes how that ended.
    """

    now: Callable[[], Instant]
    make_epoch: Callable[[], str]
    post: Callable[[Callable[[], None]], object]
    committed: Callable[[tuple[Record, ...]], None]
    store_failed: Callable[[str], None]
    store_recovered: Callable[[Recovery], None]


class JournalKeeper:
    """The owner of the journal. All but the attributes is for one thread.

    Attributes:
        undelivered: how many records in the journal are still to be delivered, by lane.
        head: number and hash, in hex, of the last record that was committed; None while the store
            fails, or where there is none.
        retry_at: when the store is tried again; None while it works.
    """

    def __init__(
        self, path: Path, open_journal: Callable[[], Journal], ports: WriterPorts, *, boot_id: str
    ) -> None:
        self.undelivered: Mapping[Lane, int] = NOTHING_STORED.undelivered
        self.head: tuple[int, str] | None = None
        self.retry_at: Instant | None = None
        self._path = path
        self._opener = opener.Opener(open_journal)
        self._ports = ports
        self._boot_id = boot_id
        self._store: Journal | RamEpoch = self._begin_in_memory()
        self._retry_after: Duration = FIRST_RETRY
        self._given_up: Counter[Lane] = Counter()
        # The last number whose commit was reported; None while no journal has been open.
        self._reported: int | None = None
        # The durable state as it should be: a journal that was made anew is given all of it.
        self._state: dict[str, str] = {}

    @property
    def epoch(self) -> str:
        """The epoch of the records to come."""
        return self._store.epoch

    @property
    def given_up(self) -> Counter[Lane]:
        """How many events or deliveries were given up for want of room, by lane."""
        store = self._store
        return self._given_up + store.dropped if isinstance(store, RamEpoch) else self._given_up

    def open(self) -> Opening:
        """Open the journal, or go on without it; JournalRefusedError where that is not allowed."""
        journal = None
        try:
            journal = self._opener.first(opener.OPEN_WITHIN)
            stored = journal.stored()
        except JournalRefusedError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the building is still guarded
            failure = self._go_on_in_memory(error, journal)
            hangs = isinstance(error, opener.NoAnswerError)
            stored = NOTHING_STORED if hangs else self._read_without_writing()
            self._state = dict(stored.state)
            self.undelivered = stored.undelivered
            return Opening(
                stored=stored,
                epoch=self.epoch,
                last_seqs=dict.fromkeys(Lane, 0),
                begun=EpochReason.STORE_FAILED,
                failure=failure,
                damage=None,
            )
        self._store = journal
        self._state = dict(stored.state)
        self._take_note_of(journal)
        return Opening(
            stored=stored,
            epoch=journal.epoch,
            last_seqs=dict(journal.last_seqs),
            begun=journal.begun,
            failure=None,
            damage=journal.damage,
        )

    def turn(self, work: Work) -> None:
        """Do one turn's work, in one transaction or in memory."""
        if isinstance(self._store, Journal):
            self._write(self._store, work)
            return
        self._keep(self._store, work)
        if work.closing or (self.retry_at is not None and self.retry_at <= self._ports.now()):
            self._return_to_disk(self._store)

    def close(self) -> None:
        """Sign the last of the journal, and close it."""
        if isinstance(self._store, Journal):
            try:
                self._store.vouch(self._ports.now())
            except Exception as error:  # noqa: BLE001  # nobody is left to be told of it
                self._let_go(error, self._store)
            self._store.close()

    def _write(self, journal: Journal, work: Work) -> None:
        """Commit a turn's work; where that fails, do it in memory."""
        records: tuple[Record, ...] = ()
        try:
            if work.is_something:
                records = journal.append_many(work.batches, work.marks, work.boots, work.reopened)
        except Exception as error:  # noqa: BLE001  # whatever it is, a fire must still be told of
            self._tell(partial(self._ports.store_failed, self._go_on_in_memory(error, journal)))
            self.turn(work)
            return
        self._note_state(work)
        self._take_note_of(journal)
        if records:
            self._tell(partial(self._ports.committed, records))
        if work.batches and not journal.is_untidy:
            return
        try:
            self._given_up += Counter(journal.tidy(self._ports.now()))
        except Exception as error:  # noqa: BLE001  # likewise
            self._tell(partial(self._ports.store_failed, self._go_on_in_memory(error, journal)))

    def _keep(self, memory: RamEpoch, work: Work) -> None:
        """Number a turn's events in memory, and keep all of it for the store.

        What was to be delivered once more is passed over: it cannot be read now.
        """
        records = memory.number(work.batches)
        memory.mark(work.marks)
        memory.boots.update(work.boots)
        self._note_state(work)
        if records:
            self._tell(partial(self._ports.committed, records))

    def _go_on_in_memory(self, error: Exception, journal: Journal | None) -> str:
        """Let go of a store that fails, begin an epoch in memory, and say what is wrong."""
        self._let_go(error, journal)
        self._store = self._begin_in_memory()
        self.head = None
        self._retry_after = FIRST_RETRY
        self.retry_at = later(self._ports.now(), FIRST_RETRY)
        return failure_in_words(self._path, error)

    def _begin_in_memory(self) -> RamEpoch:
        return RamEpoch(self._ports.make_epoch(), self._boot_id)

    def _let_go(self, error: Exception, journal: Journal | None) -> None:
        if not isinstance(error, sqlite3.Error | OSError | JournalRefusedError):
            logger.error("journal: a mistake in the program", exc_info=error)
        if journal is not None:
            FailureNote(self._path).leave(error)
            journal.close()

    def _return_to_disk(self, memory: RamEpoch) -> None:
        """Try the store again, and give it all that was kept."""
        journal = None
        try:
            journal = self._opener.again()
            if self._reported is None or journal.begun is EpochReason.MADE_ANEW:
                self._reported = journal.last_number
            records = journal.write_ram_records(
                memory.records,
                memory.delivered,
                {**memory.changes, **self._state}.items(),
                boots=memory.boots,
                undo_after=self._reported,
            )
        except Exception as error:  # noqa: BLE001  # it has been told of; try again later
            self._let_go(error, journal)
            self._retry_after = Duration(min(2 * self._retry_after, LONGEST_RETRY))
            self.retry_at = later(self._ports.now(), self._retry_after)
            return
        self._store = journal
        self.retry_at = None
        self._given_up += memory.dropped
        self._take_note_of(journal)
        detail = f"{self._path}: can be written again; {len(records)} events were kept in memory"
        recovery = Recovery(
            detail=detail, records=records, epoch=journal.epoch, damage=journal.damage
        )
        self._tell(partial(self._ports.store_recovered, recovery))

    def _note_state(self, work: Work) -> None:
        for batch in work.batches:
            for key, value in batch.changes:
                if value is None:
                    self._state.pop(key, None)
                else:
                    self._state[key] = value

    def _take_note_of(self, journal: Journal) -> None:
        self.undelivered = dict(journal.undelivered)
        self._reported = journal.last_number
        number = journal.last_number
        self.head = (number, journal.last_hash.hex()) if number else None

    def _read_without_writing(self) -> Stored:
        reader = JournalReader(self._path)
        try:
            return reader.stored()
        except JournalUnreadableError:
            return NOTHING_STORED
        finally:
            reader.close()

    def _tell(self, call: Callable[[], None]) -> None:
        # The loop may be closed already at the end: what is durable is told after the next start.
        with suppress(RuntimeError):
            self._ports.post(call)
