"""What is sent next, on which path, and what is on its way. Policy only: no I/O, no clock.

The rules:

- Alarms overtake everything; within a lane and a path the order is kept.
- At most `Bounds.window` records are in flight on a path. One place is kept for alarms, and one of
  the others is kept from the trouble lane, so that it cannot starve the status lane.
- The alarm lane goes out on every connected path, the others on the preferred one only.
- A record is delivered when one broker has acknowledged it. Where a site asks for the centre's own
  acknowledgement, `acknowledged` is the place where that will be awaited.
- What was in flight on a path that is lost goes to the front again, in order.
- What a broker refuses is set aside and tried again apart: it never holds up its lane.
- Memory is bounded: of the journal's backlog a page a lane, and of records that only memory has,
  ten thousand, of which alarms are the last to go.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.backoff import Backoff
from gateway.record import Record, RecordName
from gateway.uplink.lane_memory import BOUNDS, Bounds, Entry, LaneMemory, Page, happened_before
from rules.condition import Lane
from rules.instant import Instant, Moment, later, seconds

LIVE_FOR: Final = seconds(60)
"""A record older than this when it is sent is told as historical."""

RETRY: Final = Backoff(first=seconds(5), longest=seconds(600))
"""How long a refused record waits. Without jitter: refusals are no herd."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A record that is to be sent now, and whether it is old news."""

    record: Record
    historical: bool


@dataclass(slots=True)
class PathView:
    """A path as the policy sees it.

    Attributes:
        window: how many records may be in flight.
        todo: by lane, what is still to be sent on it, in order.
        in_flight: what was sent and not answered, in order.
    """

    window: int
    todo: dict[Lane, deque[Entry]] = field(default_factory=lambda: {lane: deque() for lane in Lane})
    in_flight: dict[RecordName, Entry] = field(default_factory=dict)

    def has_room(self, lane: Lane) -> bool:
        """Tell whether one more of a lane may be in flight."""
        if len(self.in_flight) >= self.window:
            return False
        if lane is Lane.ALARM:
            return True
        lanes = [name.lane for name in self.in_flight]
        others = len(lanes) - lanes.count(Lane.ALARM)
        trouble = lanes.count(Lane.TROUBLE)
        return others < max(1, self.window - 1) and (
            lane is not Lane.TROUBLE or trouble < max(1, self.window - 2)
        )

    def has_retry(self) -> bool:
        """Tell whether a refused record is being tried again."""
        return any(entry.retry_at is not None for entry in self.in_flight.values())


class Delivery:
    """The outbox of all lanes and paths. `started` is when this process began."""

    def __init__(self, paths: Sequence[str], started: Moment, bounds: Bounds = BOUNDS) -> None:
        self._paths = tuple(paths)
        self._started = started
        self._bounds = bounds
        self._lanes = {lane: LaneMemory(lane, bounds) for lane in Lane}
        self._connected: dict[str, PathView] = {}

    # What comes in from the journal.

    def offer(self, record: Record) -> tuple[RecordName, ...]:
        """Take a record that has just been made; give the names of those dropped for it."""
        replayed = happened_before(record, self._started)
        entry = self._lanes[record.name.lane].offer(record, replayed=replayed)
        if entry is None:
            return ()
        self._hand_out(entry)
        return () if record.number is not None else self._drop_beyond_bound()

    def wanted(self) -> Page | None:
        """Give a page that should be read from the journal now, alarms first; None if none."""
        return next((page for lane in Lane if (page := self._lanes[lane].wanted())), None)

    def loaded(self, page: Page, records: Sequence[Record]) -> None:
        """Take a page that was wanted."""
        for entry in self._lanes[page.lane].loaded(page, records, started=self._started):
            self._hand_out(entry)

    def load_failed(self, page: Page) -> None:
        """Take note that the journal cannot be read: no lane waits for it until it can."""
        for memory in self._lanes.values():
            for entry in memory.load_failed(page, started=self._started):
                self._hand_out(entry)

    def recovered(self, records: Sequence[Record]) -> None:
        """Take note that the journal works again, and has these records that memory had."""
        for lane, memory in self._lanes.items():
            memory.recovered(record for record in records if record.name.lane is lane)

    # What comes in from the paths.

    @property
    def preferred(self) -> str | None:
        """The first of the paths that is connected."""
        return next((path for path in self._paths if path in self._connected), None)

    def connected(self, path: str, window: int = BOUNDS.window) -> None:
        """Begin to use a path, of which the broker takes so many records at once."""
        self.disconnected(path)
        before = self.preferred
        self._connected[path] = PathView(max(1, min(window, self._bounds.window)))
        self._refill(path, Lane.ALARM)
        self._prefer(before)

    def disconnected(self, path: str) -> None:
        """Stop using a path; what it had in flight takes its turn again."""
        before = self.preferred
        view = self._connected.pop(path, None)
        if view is None:
            return
        self._prefer(before)
        for entry in (*view.in_flight.values(), *view.todo[Lane.ALARM]):
            # Another path was refused it, and only this one still had it.
            waits = not (entry.delivered or entry.gone) and entry.retry_at is None
            if waits and entry.refusals and not self._is_carried(entry):
                self._set_aside(entry, self._started.at)

    def acknowledged(self, path: str, name: RecordName) -> Record | None:
        """Take a broker's acknowledgement; give the record if it is delivered by it."""
        entry = self._answered(path, name)
        if entry is None or entry.delivered:
            return None
        self._lanes[name.lane].delivered(entry)
        return entry.record

    def refused(self, path: str, name: RecordName, now: Instant) -> bool:
        """Take a broker's refusal; tell whether it is the first for this record.

        The record is set aside, unless another path still carries it.
        """
        entry = self._answered(path, name)
        if entry is None or entry.delivered:
            return False
        entry.refusals += 1
        if entry.retry_at is not None or not self._is_carried(entry):
            self._set_aside(entry, later(now, RETRY.ceiling(entry.refusals - 1)))
        return entry.refusals == 1

    # What goes out.

    def next(self, path: str, now: Instant) -> Sending | None:
        """Give the next record to send on a path, and count it as in flight; None to wait."""
        view = self._connected.get(path)
        if view is None:
            return None
        entry = (
            self._turn(view, Lane.ALARM)
            or self._retry(path, view, now)
            or self._turn(view, Lane.TROUBLE)
            or self._turn(view, Lane.STATUS)
        )
        if entry is None:
            return None
        view.in_flight[entry.name] = entry
        old = now - entry.record.monotonic_ns > LIVE_FOR
        return Sending(entry.record, historical=entry.replayed or old)

    def in_flight(self, path: str) -> tuple[RecordName, ...]:
        """Give what was sent on a path and not answered, in order."""
        view = self._connected.get(path)
        return () if view is None else tuple(view.in_flight)

    def waiting(self) -> Mapping[Lane, int]:
        """Count what is undelivered in memory."""
        return {
            lane: len(memory.pending) + len(memory.aside) for lane, memory in self._lanes.items()
        }

    def set_aside(self) -> frozenset[Lane]:
        """Name the lanes that have refused records which are tried again apart."""
        return frozenset(lane for lane, memory in self._lanes.items() if memory.aside)

    def behind(self) -> frozenset[Lane]:
        """Name the lanes of which more may wait in the journal."""
        return frozenset(lane for lane, memory in self._lanes.items() if memory.behind)

    def _turn(self, view: PathView, lane: Lane) -> Entry | None:
        queue = view.todo[lane]
        while queue and view.has_room(lane):
            entry = queue.popleft()
            # An alarm that another path has delivered goes out here all the same.
            if not (entry.gone or (entry.delivered and lane is not Lane.ALARM)):
                return entry
        return None

    def _retry(self, path: str, view: PathView, now: Instant) -> Entry | None:
        if path != self.preferred or view.has_retry():
            return None
        for lane, memory in self._lanes.items():
            if memory.aside and view.has_room(lane):
                for entry in memory.aside.values():
                    if entry.retry_at is not None and entry.retry_at <= now:
                        return entry
        return None

    def _set_aside(self, entry: Entry, retry_at: Instant) -> None:
        self._lanes[entry.name.lane].set_aside(entry, retry_at)

    def _hand_out(self, entry: Entry) -> None:
        lane = entry.name.lane
        for path, view in self._connected.items():
            if lane is not Lane.ALARM and path != self.preferred:
                continue
            queue = view.todo[lane]
            queue.append(entry)
            if len(queue) > len(self._lanes[lane].pending) + self._bounds.page:
                # Copies of what a faster path has delivered: this one has fallen too far behind.
                view.todo[lane] = deque(each for each in queue if not (each.gone or each.delivered))

    def _prefer(self, before: str | None) -> None:
        """Move what is not an alarm to the path that is the preferred one now."""
        preferred = self.preferred
        if preferred == before:
            return
        for path, view in self._connected.items():
            for lane in (Lane.TROUBLE, Lane.STATUS):
                view.todo[lane].clear()
                if path == preferred:
                    self._refill(path, lane)

    def _refill(self, path: str, lane: Lane) -> None:
        """Line up all that is undelivered, save what this very path has in flight."""
        view = self._connected[path]
        view.todo[lane] = deque(
            entry
            for entry in self._lanes[lane].pending.values()
            if entry.name not in view.in_flight
        )

    def _answered(self, path: str, name: RecordName) -> Entry | None:
        view = self._connected.get(path)
        return None if view is None else view.in_flight.pop(name, None)

    def _is_carried(self, entry: Entry) -> bool:
        return any(
            entry.name in view.in_flight or entry in view.todo[entry.name.lane]
            for view in self._connected.values()
        )

    def _drop_beyond_bound(self) -> tuple[RecordName, ...]:
        """Drop the newest of the least lane: what came first explains the rest."""
        if sum(memory.only_here for memory in self._lanes.values()) <= self._bounds.only_in_memory:
            return ()
        for lane in reversed(Lane):
            for entry in self._lanes[lane].in_memory_only():
                if not any(entry.name in view.in_flight for view in self._connected.values()):
                    entry.gone = True
                    self._lanes[lane].remove(entry)
                    return (entry.name,)
        return ()
