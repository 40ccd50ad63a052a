"""What is sent next, on which path, and what is on its way. Policy only: no I/O, no clock.

The rules:

- Each path walks through the outbox in order, from its beginning at each connection.
- Alarms overtake everything; within a lane and a path the order is kept.
- At most `Bounds.window` records are in flight on a path. One place is kept for alarms, and one of
  the others is kept from the trouble lane, so that it cannot starve the status lane. Where a broker
  answers fast, a few in flight are as good as many, and an alarm waits behind fewer.
- The alarm lane goes out on every connected path, the others on the preferred one only: the first
  that is connected and whose round trip with the centre is not known to fail.
- Where the site asks for the broker's word only, a record is delivered when one broker has it.
  Where it asks for the centre's, the broker's is a receipt; what the centre has not confirmed is
  sent again at the next connection, when something later was confirmed, or when it has waited
  long, and always after what is new.
- What a broker has nobody to pass to is not accepted then: it keeps its turn.
- What a broker refuses is set aside and tried again apart: it never holds up its lane.
- Memory is bounded: of the journal's backlog a page a walk, and of records that only memory has,
  ten thousand, of which alarms are the last to go.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.backoff import Backoff
from gateway.record import Record, RecordName, Span
from gateway.span_set import SpanSet
from gateway.uplink.awaiting import Awaiting
from gateway.uplink.lane_walk import BOUNDS, Bounds, Entry, LaneWalk, Page, happened_before
from gateway.uplink.path_view import Flight, PathView
from rules.condition import Lane
from rules.instant import Instant, Moment, later, seconds

LIVE_FOR: Final = seconds(60)
"""A record older than this when it is sent is told as historical."""

RETRY: Final = Backoff(first=seconds(5), longest=seconds(600))
"""How long a refused record waits. Without jitter: refusals are no herd."""

DONE_REMEMBERED: Final = 1024
"""Records whose delivery is remembered, so that a second broker's word for it is not counted."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A record that is to be sent now, and whether it is old news."""

    record: Record
    historical: bool


class Delivery:
    """The outbox of all lanes and paths.

    Args:
        paths: their ids, the preferred one first.
        started: when this process began.
        confirmed_by_centre: whether a record is delivered only by the centre's word.
        bounds: how much may be where.
    """

    def __init__(
        self,
        paths: Sequence[str],
        started: Moment,
        *,
        confirmed_by_centre: bool = False,
        bounds: Bounds = BOUNDS,
    ) -> None:
        self._paths = tuple(paths)
        self._started = started
        self._by_centre = confirmed_by_centre
        self._bounds = bounds
        self._connected: dict[str, PathView] = {}
        self._silent: frozenset[str] = frozenset()
        self._newest = dict.fromkeys(Lane, 0)
        # The newest that the journal has, should it turn out to be unreadable.
        self._recent: dict[Lane, deque[Entry]] = {lane: deque(maxlen=bounds.page) for lane in Lane}
        self._memory_only: dict[Lane, dict[RecordName, Entry]] = {lane: {} for lane in Lane}
        self._refusals: dict[RecordName, int] = {}
        self._done: dict[RecordName, None] = {}
        self._is_blind = False  # whether the journal could not be read when it was last asked
        self._awaiting = Awaiting(bounds.awaiting)

    # What comes in from the journal.

    def offer(self, record: Record) -> tuple[RecordName, ...]:
        """Take a record that has just been made; give the names of those dropped for it."""
        lane = record.name.lane
        entry = Entry(record, happened_before(record, self._started))
        if record.number is None:
            self._memory_only[lane][record.name] = entry
        else:
            self._newest[lane] = max(self._newest[lane], record.number)
            self._recent[lane].append(entry)
        for view in self._connected.values():
            if lane in view.walks:
                view.walks[lane].offer(entry)
        return () if record.number is not None else self._drop_beyond_bound()

    def wanted(self) -> Page | None:
        """Give a page that should be read from the journal now, alarms first; None if none."""
        walks = [(lane, walk) for lane in Lane for walk in self._walks(lane)]
        for lane, walk in walks:
            if (page := walk.wanted(self._newest[lane])) is not None:
                return page
        return next((page for _, walk in walks if (page := walk.wanted_again())), None)

    def loaded(self, page: Page, records: Sequence[Record]) -> None:
        """Take a page that was wanted."""
        self._is_blind = False
        for record in records:  # as what was put back into the outbox: it is done no more
            self._done.pop(record.name, None)
        walk = self._walk_of(page)
        if walk is not None:
            walk.loaded(page, records, newest=self._newest[page.lane], started=self._started)

    def load_failed(self, page: Page) -> None:
        """Take note that the journal cannot be read: no lane waits for it until it can.

        Nor does one of a path that comes meanwhile.
        """
        del page  # whosever it was, no other can be read either
        self._is_blind = True
        for lane in Lane:
            for walk in self._walks(lane):
                walk.load_failed(self._recent[lane])

    def recovered(self, records: Sequence[Record]) -> None:
        """Take note that the journal works again, and has these records that memory had.

        It may be another file, in which the numbers begin anew: so it is read from its beginning.
        """
        for record in records:
            entry = self._memory_only[record.name.lane].pop(record.name, None)
            if entry is not None:
                entry.record = record
        for lane in Lane:
            self._newest[lane] = 0
            self._recent[lane].clear()
            for walk in self._walks(lane):
                walk.begin_anew()

    def again(self, lane: Lane) -> None:
        """Have what a lane has passed and is still undelivered sent again, on the preferred path.

        On that one only: there it is to be found out whether it comes through.
        """
        view = self._connected.get(self.preferred or "")
        if view is not None and lane in view.walks:
            view.walks[lane].begin_again(self._memory_only[lane].values())

    # What comes in from the paths.

    @property
    def preferred(self) -> str | None:
        """The first of the paths that is connected and not silent, or else that is connected."""
        up = [path for path in self._paths if path in self._connected]
        return next((path for path in up if path not in self._silent), up[0] if up else None)

    def connected(self, path: str, window: int = BOUNDS.window) -> None:
        """Begin to use a path, of which the broker takes so many records at once."""
        self.disconnected(path)
        before = self.preferred
        view = PathView(max(1, min(window, self._bounds.window)))
        self._connected[path] = view
        self._begin_walk(path, Lane.ALARM)
        self._prefer(before)
        if path == self.preferred:
            self._awaiting.ask_anew()

    def disconnected(self, path: str) -> None:
        """Stop using a path; what it had in flight goes again, by another or with the next."""
        before = self.preferred
        self._silent -= {path}
        if self._connected.pop(path, None) is not None:
            self._prefer(before)

    def silent(self, paths: Iterable[str]) -> None:
        """Take note of which paths do not lead to the centre and back, though connected.

        Once the centre is heard again on the preferred one, what waits for its word goes again at
        once: it may have been lost meanwhile, and the next time to ask may be an hour off.
        """
        before, silent = self.preferred, self._silent
        self._silent = frozenset(paths)
        self._prefer(before)
        if self._by_centre and self.preferred in silent - self._silent:
            self._awaiting.ask_anew()
            for lane in Lane:
                self.again(lane)

    def acknowledged(
        self, path: str, name: RecordName, now: Instant, *, is_heard: bool = True
    ) -> Record | None:
        """Take a broker's acknowledgement; give the record if it is delivered by it.

        Args:
            path: on which path.
            name: of what.
            now: the present.
            is_heard: whether the broker has somebody to pass it to.
        """
        flight, walk = self._answered(path, name, now)
        if flight is None or walk is None:
            return None
        if self._by_centre and not is_heard:
            walk.unheard(flight.entry, now, again=flight.again)
            return None
        walk.accepted(flight.entry, was_refused=flight.retried)
        self._refusals.pop(name, None)
        if self._by_centre:
            if not flight.entry.delivered:
                entry = flight.entry
                made = None if entry.replayed else Instant(entry.record.monotonic_ns)
                self._awaiting.begun(name, now, made)
            return None
        if name in self._done:
            return None
        self._deliver(flight.entry)
        return flight.entry.record

    def refused(self, path: str, name: RecordName, now: Instant) -> bool:
        """Take a broker's refusal; tell whether it is the first for this record."""
        flight, walk = self._answered(path, name, now)
        if flight is None or walk is None:
            return False
        refusals = self._refusals.get(name, 0) + 1
        if len(self._refusals) < self._bounds.aside * len(Lane) or name in self._refusals:
            self._refusals[name] = refusals
        walk.refused(flight.entry, later(now, RETRY.ceiling(refusals - 1)))
        return refusals == 1

    def confirmed(self, spans: Sequence[Span]) -> list[tuple[Lane, Instant]]:
        """Take note that the centre has these: they need no delivery any more.

        Gives lane and instant of those that this process made, as far as it remembers them.
        """
        # An acknowledgement may name a thousand spans, and ten thousand records may wait: each of
        # them is looked at once.
        done = SpanSet(len(spans))
        for span in spans:
            done.add(span)
        made: dict[RecordName, Instant] = {}
        for lane in {span.lane for span in spans}:
            for entry in self._entries(lane):
                if entry.delivered or entry.name not in done:
                    continue
                entry.delivered = True
                self._memory_only[lane].pop(entry.name, None)
                # It may have overtaken the broker's word.
                if not (entry.replayed or self._awaiting.is_confirmed(entry.name)):
                    made[entry.name] = Instant(entry.record.monotonic_ns)
        for name in [name for name in self._refusals if name in done]:
            del self._refusals[name]
        made |= self._awaiting.confirmed(done)
        return [(name.lane, at) for name, at in made.items()]

    # What goes out.

    def next(self, path: str, now: Instant) -> Sending | None:
        """Give the next record to send on a path, and count it as in flight; None to wait."""
        view = self._connected.get(path)
        if view is None:
            return None
        flight = (
            self._turn(view, Lane.ALARM, now)
            or self._retry(path, view, now)
            or self._turn(view, Lane.TROUBLE, now)
            or self._turn(view, Lane.STATUS, now)
            or self._once_more(view, now)
        )
        if flight is None:
            return None
        view.in_flight[flight.entry.name] = flight
        old = now - flight.entry.record.monotonic_ns > LIVE_FOR
        return Sending(flight.entry.record, historical=flight.entry.replayed or old)

    def look(self, now: Instant) -> None:
        """Do what is due by time: send again what no centre has confirmed for long."""
        for lane in self._awaiting.overdue(now):
            self.again(lane)

    def in_flight(self, path: str) -> tuple[RecordName, ...]:
        """Give what was sent on a path and not answered, in order."""
        view = self._connected.get(path)
        return () if view is None else tuple(view.in_flight)

    def only_in_memory(self) -> Mapping[Lane, int]:
        """Count what is undelivered and only in memory."""
        return {lane: len(entries) for lane, entries in self._memory_only.items()}

    def kept_in_memory(self) -> tuple[Record, ...]:
        """Give what is undelivered and only in memory, the oldest of each lane first."""
        return tuple(
            entry.record for entries in self._memory_only.values() for entry in entries.values()
        )

    def set_aside(self) -> frozenset[Lane]:
        """Name the lanes that have refused records which are tried again apart."""
        return frozenset(name.lane for name in self._refusals)

    def behind(self) -> frozenset[Lane]:
        """Name the lanes of which more may wait in the journal."""
        return frozenset(lane for lane in Lane if any(walk.behind for walk in self._walks(lane)))

    def _turn(self, view: PathView, lane: Lane, now: Instant) -> Flight | None:
        walk = view.walks.get(lane)
        if walk is None or not view.has_room(lane):
            return None
        entry = walk.first(now)
        return None if entry is None else Flight(entry, now)

    def _retry(self, path: str, view: PathView, now: Instant) -> Flight | None:
        if path != self.preferred or view.has_retry():
            return None
        for lane, walk in view.walks.items():
            if walk.aside and view.has_room(lane) and (entry := walk.retry(now)) is not None:
                return Flight(entry, now, retried=True)
        return None

    def _once_more(self, view: PathView, now: Instant) -> Flight | None:
        for walk in view.walks.values():
            if walk.again and view.has_room_again():
                entry = walk.once_more(now)
                if entry is not None:
                    return Flight(entry, now, again=True)
        return None

    def _walks(self, lane: Lane) -> Iterator[LaneWalk]:
        return (view.walks[lane] for view in self._connected.values() if lane in view.walks)

    def _entries(self, lane: Lane) -> list[Entry]:
        """Give every record of a lane that is in memory; some of them twice."""
        walks = [entry for walk in self._walks(lane) for entry in walk.entries()]
        return [*self._memory_only[lane].values(), *self._recent[lane], *walks]

    def _walk_of(self, page: Page) -> LaneWalk | None:
        view = self._connected.get(page.path)
        return None if view is None else view.walks.get(page.lane)

    def _begin_walk(self, path: str, lane: Lane) -> None:
        view = self._connected[path]
        walk = view.walks[lane] = LaneWalk(path, lane, self._bounds)
        for name, flight in view.in_flight.items():
            if name.lane is lane:
                walk.adopt(flight.entry)
        for entry in self._memory_only[lane].values():
            walk.offer(entry)
        if self._is_blind:
            walk.load_failed(each for each in self._recent[lane] if not each.delivered)

    def _prefer(self, before: str | None) -> None:
        """Move what is not an alarm to the path that is the preferred one now."""
        preferred = self.preferred
        if preferred == before and (preferred is None or self._carries_all(preferred)):
            return
        for path, view in self._connected.items():
            for lane in (Lane.TROUBLE, Lane.STATUS):
                view.walks.pop(lane, None)
                if path == preferred:
                    self._begin_walk(path, lane)

    def _carries_all(self, path: str) -> bool:
        return len(self._connected[path].walks) == len(Lane)

    def _answered(
        self, path: str, name: RecordName, now: Instant
    ) -> tuple[Flight | None, LaneWalk | None]:
        """Take what was answered out of flight; no walk where the lane left the path meanwhile."""
        view = self._connected.get(path)
        flight = None if view is None else view.answered(name, now)
        if view is None or flight is None:
            return None, None
        walk = view.walks.get(name.lane)
        if walk is None:  # the lane went to another path meanwhile
            walk = LaneWalk(path, name.lane, self._bounds)
            walk.adopt(flight.entry)
        return flight, walk

    def _deliver(self, entry: Entry) -> None:
        entry.delivered = True
        self._memory_only[entry.name.lane].pop(entry.name, None)
        self._done[entry.name] = None
        if len(self._done) > DONE_REMEMBERED:
            del self._done[next(iter(self._done))]

    def _drop_beyond_bound(self) -> tuple[RecordName, ...]:
        """Drop the newest of the least lane: what came first explains the rest."""
        if sum(map(len, self._memory_only.values())) <= self._bounds.only_in_memory:
            return ()
        for lane in reversed(Lane):
            for name, entry in reversed(self._memory_only[lane].items()):
                if not any(name in view.in_flight for view in self._connected.values()):
                    entry.gone = True
                    del self._memory_only[lane][name]
                    self._refusals.pop(name, None)
                    return (name,)
        return ()
