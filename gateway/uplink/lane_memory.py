"""One lane of the outbox: what of it is in memory, and what is known of the rest in the journal.

A lane may hold a hundred thousand records; memory holds a page of them. While the rest is in the
journal the lane is *behind*: new records are not kept here, since their turn has not come, and the
next page brings them. A lane that is not behind takes new records straight from memory.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.record import Record, RecordName
from rules.condition import Lane
from rules.instant import Instant, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much may be where.

    Attributes:
        window: records in flight on a path. Few enough that a late alarm waits for none of them,
            many enough that a path with 100 ms of round trip carries 160 events a second.
        page: records of a lane's backlog in memory; at 1 KiB each, three lanes are below 1 MiB.
            The next page is asked for when half of it is left, so that sending does not wait for
            the disk.
        only_in_memory: records that the journal does not have, while it fails: about 10 MiB.
        aside: refused records of a lane in memory; what is beyond stays in the journal.
    """

    window: int = 16
    page: int = 256
    only_in_memory: int = 10_000
    aside: int = 256


BOUNDS: Final = Bounds()


@dataclass(slots=True, eq=False)
class Entry:
    """A record on its way.

    Attributes:
        record: the record.
        replayed: whether it happened before this process began.
        delivered: whether a broker has it; a copy may still go out on another path.
        gone: whether it was dropped; wherever it still stands in a queue, it is passed over.
        refusals: how often a broker has refused it.
        retry_at: when a refused record is tried again; None while it goes in its turn.
    """

    record: Record
    replayed: bool
    delivered: bool = False
    gone: bool = False
    refusals: int = 0
    retry_at: Instant | None = None

    @property
    def name(self) -> RecordName:
        """The record's name."""
        return self.record.name


@dataclass(frozen=True, slots=True)
class Page:
    """A request for the next records of a lane from the journal."""

    lane: Lane
    after_number: int
    limit: int


@dataclass(slots=True)
class LaneMemory:
    """What of one lane is in memory.

    Attributes:
        lane: which lane.
        bounds: how much may be in memory.
        pending: undelivered records in the order of their turn, those in flight included.
        aside: records that a broker refused, out of turn.
        behind: whether the journal may hold records that are not in memory.
        blind: whether the journal could not be read; new records then do not wait for it.
    """

    lane: Lane
    bounds: Bounds = BOUNDS
    pending: dict[RecordName, Entry] = field(default_factory=dict)
    aside: dict[RecordName, Entry] = field(default_factory=dict)
    behind: bool = True  # at the start nothing is known of what an earlier process left
    blind: bool = False
    _durable: int = 0  # how many of `pending` are in the journal too
    _last: int = 0  # every undelivered record up to this number is in memory or was let go of
    _newest: int = 0  # the highest number that was ever offered
    _page: Page | None = None  # the page that is under way
    _newest_when_asked: int = 0
    # The newest that wait for their turn in the journal, should it turn out to be unreadable.
    _overlooked: deque[Record] = field(default_factory=deque)
    _let_go: bool = False  # whether refused records are in the journal only

    def offer(self, record: Record, *, replayed: bool) -> Entry | None:
        """Take a new record, unless it is known already or its turn comes by way of the journal."""
        if record.number is not None:
            self._newest = max(self._newest, record.number)
        if self._is_known(record):
            return None
        if record.number is not None:
            if self._durable >= self.bounds.page:
                self.behind = True
            if self.behind and (not self.blind or self._durable >= self.bounds.page):
                self._overlook(record)
                return None
            if not self.behind:
                self._last = record.number
        return self._keep(record, replayed=replayed)

    def wanted(self) -> Page | None:
        """Ask for the next page, if it is time; one at a time, until it is there or has failed."""
        if not self.behind or self._page is not None or self._durable > self.bounds.page // 2:
            return None
        self._newest_when_asked = self._newest
        self._page = Page(self.lane, self._last, self.bounds.page - self._durable)
        return self._page

    def loaded(self, page: Page, records: Sequence[Record], *, started: Moment) -> list[Entry]:
        """Take a page from the journal and give the records that are new in memory."""
        if page is not self._page:
            return []
        self._page = None
        self.blind = False
        new = []
        for record in records:
            self._last = max(self._last, record.number or 0)
            if not self._is_known(record):
                new.append(self._keep(record, replayed=happened_before(record, started)))
        if len(records) < page.limit:
            # All that the journal held when it was asked is here now.
            self._last = max(self._last, self._newest_when_asked)
            self.behind = self._newest > self._last
        while self._overlooked and (self._overlooked[0].number or 0) <= self._last:
            self._overlooked.popleft()
        return new

    def load_failed(self, page: Page, *, started: Moment) -> list[Entry]:
        """Go on without the journal; give the new records whose turn does not come then."""
        if page is self._page:
            self._page = None
        if not self.behind or self.blind:
            return []
        self.blind = True
        overlooked, self._overlooked = self._overlooked, deque()
        return [
            self._keep(record, replayed=happened_before(record, started))
            for record in overlooked
            if not self._is_known(record)
        ]

    def delivered(self, entry: Entry) -> None:
        """Let go of a record that a broker has."""
        was_aside = entry.name in self.aside
        # A record that was let go of may have been loaded anew while it was still in flight.
        found = self.pending.get(entry.name) or self.aside.get(entry.name) or entry
        entry.delivered = found.delivered = True
        self.remove(found)
        if was_aside and self._let_go:
            # The broker takes such records again: fetch those that were let go of.
            self._let_go = False
            self._page = None
            self.behind = True
            self._last = 0

    def remove(self, entry: Entry) -> None:
        """Let go of a record that is delivered or dropped, or about to be set aside."""
        if self.pending.pop(entry.name, None) is not None and entry.record.number is not None:
            self._durable -= 1
        self.aside.pop(entry.name, None)

    def set_aside(self, entry: Entry, retry_at: Instant) -> None:
        """Take a refused record out of its turn; beyond the bound, leave it to the journal."""
        self.remove(entry)
        entry.retry_at = retry_at
        if len(self.aside) >= self.bounds.aside and entry.record.number is not None:
            entry.gone = True
            self._let_go = True
        else:
            self.aside[entry.name] = entry

    @property
    def only_here(self) -> int:
        """How many records are lost if memory is; refused ones are counted whole, to be safe."""
        return len(self.pending) - self._durable + len(self.aside)

    def recovered(self, records: Iterable[Record]) -> None:
        """Take note that the journal works again and has what was in memory only.

        It may be another file, in which the numbers begin anew: so it is read from its beginning.
        What is in memory is known and not taken twice, what was delivered is marked there.
        """
        for record in records:
            self._is_known(record)
        self._page = None
        self._last = self._newest = 0
        self.behind = True

    def in_memory_only(self) -> Iterable[Entry]:
        """Give the pending records that the journal does not have, the newest first."""
        return (entry for entry in reversed(self.pending.values()) if entry.record.number is None)

    def _overlook(self, record: Record) -> None:
        self._overlooked.append(record)
        if len(self._overlooked) > self.bounds.page:
            self._overlooked.popleft()

    def _is_known(self, record: Record) -> bool:
        entry = self.pending.get(record.name)
        if entry is not None and entry.record.number is None and record.number is not None:
            self._durable += 1  # the journal has taken what was in memory only
            entry.record = record
        return entry is not None or record.name in self.aside

    def _keep(self, record: Record, *, replayed: bool) -> Entry:
        entry = Entry(record, replayed)
        self.pending[record.name] = entry
        if record.number is not None:
            self._durable += 1
        return entry


def happened_before(record: Record, started: Moment) -> bool:
    """Tell whether a record is of an earlier boot, or of this boot before a moment of it."""
    return record.boot_id != started.boot_id or record.monotonic_ns < started.at
