"""One lane of the outbox as one path walks through it, in order, from the beginning.

A lane may hold a hundred thousand records; memory holds a page of them. While the rest is in the
journal the walk is *behind*: new records are not kept here, since their turn has not come, and the
next page brings them. A walk that has caught up takes new records straight from memory.

Behind the walk a second one may follow, *again*: through what it has passed and what is still not
delivered, for as long as nothing new is to be sent.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.backoff import Backoff
from gateway.record import Record, RecordName
from rules.condition import Lane
from rules.instant import Instant, Moment, later, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much may be where.

    Attributes:
        window: records in flight on a path. Few enough that a late alarm waits for none of them,
            many enough that a path with 100 ms of round trip carries 160 events a second.
        page: records of a walk in memory; at 1 KiB each, the walks of two paths are below 1.5 MiB.
            The next page is asked for when half of it is left, so that sending does not wait for
            the disk.
        only_in_memory: records that the journal does not have, while it fails: about 10 MiB.
        aside: refused records of a walk in memory; what is beyond stays in the journal.
        awaiting: of each lane, records that a broker has and the centre has not confirmed, whose
            waiting is measured; of more than these only the journal knows.
    """

    window: int = 16
    page: int = 256
    only_in_memory: int = 10_000
    aside: int = 256
    awaiting: int = 1024


BOUNDS: Final = Bounds()

UNHEARD: Final = Backoff(first=seconds(1), longest=seconds(30))
"""How long a lane waits on a path whose broker has nobody to pass its events to. Without jitter:
the next attempt is one small message to a broker that is there."""


@dataclass(slots=True, eq=False)
class Entry:
    """A record on its way on one path or several.

    Attributes:
        record: the record.
        replayed: whether it happened before this process began.
        delivered: whether it needs no delivery any more.
        gone: whether it was dropped; wherever it still stands in a queue, it is passed over.
    """

    record: Record
    replayed: bool
    delivered: bool = False
    gone: bool = False

    @property
    def name(self) -> RecordName:
        """The record's name."""
        return self.record.name


@dataclass(frozen=True, slots=True)
class Page:
    """A request for the next undelivered records of a lane from the journal.

    Attributes:
        path: whose walk it is for.
        lane: of which lane.
        after_number: records of the journal after this number.
        limit: at most so many.
        again: whether it is for the second walk.
    """

    path: str
    lane: Lane
    after_number: int
    limit: int
    again: bool


@dataclass(slots=True)
class LaneWalk:
    """The walk of one path through one lane.

    Attributes:
        path: whose walk.
        lane: through which lane.
        bounds: how much may be in memory.
        todo: what is to be sent, in order.
        again: what is to be sent again.
        aside: what the broker refused, with the instant at which it is tried again.
        in_flight: how many were sent and not answered.
        behind: whether the journal may hold records whose turn has not come.
        proven: whether the broker has passed one on since this connection began: until then they
            go one by one, so that the first that is heard is the first.
        blind: whether the journal could not be read; new records then do not wait for it.
    """

    path: str
    lane: Lane
    bounds: Bounds = BOUNDS
    todo: deque[Entry] = field(default_factory=deque)
    again: deque[Entry] = field(default_factory=deque)
    aside: dict[RecordName, tuple[Entry, Instant]] = field(default_factory=dict)
    in_flight: int = 0
    behind: bool = True  # at the start nothing is known of what is undelivered
    proven: bool = False
    blind: bool = False
    _known: dict[RecordName, Entry] = field(default_factory=dict)  # in todo, in flight or aside
    _last: int = 0  # every undelivered record up to this number is known or was let go of
    # Alarms that were left to the journal: another path may deliver them before it is read.
    _overlooked: deque[Entry] = field(default_factory=deque)
    _again_after: int | None = None  # how far the second walk has come; None while there is none
    _again_until: int = 0
    _page: Page | None = None  # the page that is under way
    _newest_when_asked: int = 0
    _let_go: bool = False  # whether refused records are in the journal only
    _held_until: Instant | None = None
    _unheard: int = 0

    def offer(self, entry: Entry) -> None:
        """Take a new record, unless it is known already or its turn comes by way of the journal."""
        record = entry.record
        known = self._known.get(entry.name)
        if known is not None:
            known.record = record  # the journal may have taken what was in memory only
            return
        if self.lane is Lane.ALARM:
            self._held_until = None  # it waits for no other's next attempt; somebody may listen now
        if record.number is not None:
            if len(self.todo) >= self.bounds.page:
                self.behind = True
            if self.behind and (not self.blind or len(self.todo) >= self.bounds.page):
                self._overlook(entry)
                return
            if not self.behind:
                self._last = record.number
        self._queue(entry)

    def adopt(self, entry: Entry) -> None:
        """Take over a record that is in flight from an earlier walk of this connection."""
        self._known[entry.name] = entry
        self.in_flight += 1

    def wanted(self, newest: int) -> Page | None:
        """Ask for the next page, if it is time; one at a time, until it is there or has failed.

        Args:
            newest: the highest number in the journal that is known of.
        """
        if self._page is not None or not self.behind or len(self.todo) > self.bounds.page // 2:
            return None
        self._newest_when_asked = newest
        room = self.bounds.page - len(self.todo)
        self._page = Page(self.path, self.lane, self._last, room, again=False)
        return self._page

    def wanted_again(self) -> Page | None:
        """Ask for the next page of what is to be sent again, once nothing new is."""
        if self._page is not None or self._again_after is None:
            return None
        if self.behind or self.todo or self.again:
            return None
        self._page = Page(self.path, self.lane, self._again_after, self.bounds.page, again=True)
        return self._page

    def loaded(
        self, page: Page, records: Sequence[Record], *, newest: int, started: Moment
    ) -> None:
        """Take a page from the journal.

        Args:
            page: that was wanted.
            records: what the journal has of it.
            newest: the highest number in the journal that is known of.
            started: when this process began.
        """
        if page is not self._page:
            return
        self._page = None
        entries = [Entry(each, happened_before(each, started)) for each in records]
        if page.again:
            self._loaded_again(page, entries)
            return
        self.blind = False
        self._last = max([self._last, *(entry.record.number or 0 for entry in entries)])
        if len(entries) < page.limit:
            # All that the journal held when it was asked is here now.
            self._last = max(self._last, self._newest_when_asked)
            self.behind = newest > self._last
        for entry in self._with_overlooked(entries):
            if not self._is_under_way(entry.name):
                self._queue(entry)

    def load_failed(self, overlooked: Iterable[Entry]) -> None:
        """Go on without the journal, with the newest records, whose turn has not come."""
        self._page = None
        if not self.behind or self.blind:
            return
        self.blind = True
        for entry in overlooked:
            if (entry.record.number or 0) > self._last and not self._is_under_way(entry.name):
                self._queue(entry)

    def begin_again(self, only_in_memory: Iterable[Entry] = ()) -> None:
        """Go once more through what was passed and is still undelivered."""
        self._again_after, self._again_until = 0, self._last
        queued = set(map(id, self.again))
        self.again.extend(each for each in only_in_memory if id(each) not in queued)

    def begin_anew(self) -> None:
        """Read the journal from its beginning: it may be another file."""
        self._page = None
        self._last = 0
        self._again_after = None
        self.behind = True

    def first(self, now: Instant) -> Entry | None:
        """Give the next record to be sent for the first time on this walk; None to wait."""
        if self._waits(now):
            return None
        while self.todo:
            entry = self.todo.popleft()
            # An alarm that another path has delivered goes out here all the same.
            if not (entry.gone or (entry.delivered and self.lane is not Lane.ALARM)):
                self.in_flight += 1
                return entry
            if self._known.get(entry.name) is entry:
                del self._known[entry.name]
        return None

    def once_more(self, now: Instant) -> Entry | None:
        """Give the next record to be sent again; None to wait."""
        if self._waits(now):
            return None
        while self.again:
            entry = self.again.popleft()
            if entry.name not in self._known and not (entry.gone or entry.delivered):
                self._known[entry.name] = entry
                self.in_flight += 1
                return entry
        return None

    def retry(self, now: Instant) -> Entry | None:
        """Give a refused record whose time has come."""
        for name, (entry, retry_at) in list(self.aside.items()):
            if entry.gone or entry.delivered:
                self._let_go_of(name)
            elif retry_at <= now:
                del self.aside[name]
                self.in_flight += 1
                return entry
        return None

    def accepted(self, entry: Entry, *, was_refused: bool) -> None:
        """Take note that the broker has passed a record on."""
        self.in_flight -= 1
        self._known.pop(entry.name, None)
        self.proven = True
        self._unheard, self._held_until = 0, None
        if self._let_go and (was_refused or not self.aside):
            # The broker takes such records again, or nobody is left to try it with: fetch those
            # that were let go of.
            self._let_go = False
            self.begin_again()

    def unheard(self, entry: Entry, now: Instant, *, again: bool) -> None:
        """Take note that the broker has nobody to pass a record to: it keeps its turn.

        Args:
            entry: the record.
            now: the present.
            again: whether it was sent again.
        """
        self.in_flight -= 1
        self.proven = False
        queue = self.todo
        if again:
            queue = self.again
            self._known.pop(entry.name, None)
        # Of several in flight the answers come in their order: each goes behind the one before.
        place = 0
        while place < len(queue) and _comes_before(queue[place], entry):
            place += 1
        queue.insert(place, entry)
        if self._held_until is None or now >= self._held_until:
            self._held_until = later(now, UNHEARD.ceiling(self._unheard))
            self._unheard += 1

    def refused(self, entry: Entry, retry_at: Instant) -> None:
        """Take a refused record out of its turn; beyond the bound, leave it to the journal."""
        self.in_flight -= 1
        if len(self.aside) >= self.bounds.aside and entry.record.number is not None:
            self._known.pop(entry.name, None)
            self._let_go = True
        else:
            self.aside[entry.name] = (entry, retry_at)

    def entries(self) -> Iterable[Entry]:
        """Give what is to be sent, once more or for the first time, and what was not answered."""
        return (*self._known.values(), *self.again)

    def _waits(self, now: Instant) -> bool:
        """Tell whether nothing may be sent now, since it is not known that anybody listens."""
        if self._held_until is not None and now < self._held_until:
            return True
        return not self.proven and self.in_flight > 0

    def _loaded_again(self, page: Page, entries: Sequence[Entry]) -> None:
        passed = [each for each in entries if (each.record.number or 0) <= self._again_until]
        self.again.extend(passed)
        at_the_end = len(entries) < page.limit or len(passed) < len(entries)
        self._again_after = None if at_the_end else passed[-1].record.number

    def _overlook(self, entry: Entry) -> None:
        """Remember a record that is left to the journal, as far as alarms go and a page holds."""
        if self.lane is Lane.ALARM:
            self._overlooked.append(entry)
            if len(self._overlooked) > self.bounds.page:
                self._overlooked.popleft()

    def _with_overlooked(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Add to a page the alarms that another path has delivered since: here they go too."""
        if not self._overlooked:
            return entries
        merged = {entry.name: entry for entry in entries}
        while self._overlooked and (self._overlooked[0].record.number or 0) <= self._last:
            entry = self._overlooked.popleft()
            merged.setdefault(entry.name, entry)
        return sorted(merged.values(), key=lambda entry: entry.record.number or 0)

    def _is_under_way(self, name: RecordName) -> bool:
        known = self._known.get(name)
        return known is not None and not known.gone

    def _queue(self, entry: Entry) -> None:
        self._known[entry.name] = entry
        self.todo.append(entry)

    def _let_go_of(self, name: RecordName) -> None:
        del self.aside[name]
        self._known.pop(name, None)


def happened_before(record: Record, started: Moment) -> bool:
    """Tell whether a record is of an earlier boot, or of this boot before a moment of it."""
    return record.boot_id != started.boot_id or record.monotonic_ns < started.at


def _comes_before(one: Entry, other: Entry) -> bool:
    if one.record.number is not None and other.record.number is not None:
        return one.record.number < other.record.number
    return one.name.epoch == other.name.epoch and one.name.seq < other.name.seq
