"""Which device of a bus to ask next.

A line carries one question at a time, and one that gets no answer holds the line for a whole
time-out. Five rules share it out:

1. A device is due at instants one period apart. An instant that has passed is skipped and never
   made up for: a slow line drops polls evenly, and no period drifts.
2. Of the due, alarm points go first, the one that was asked longest ago before the others; then
   whoever has been due for longest.
3. A unit that failed is asked again after a back-off that doubles, and then in a gap in which
   nobody else becomes due, as long as such a gap comes.
4. Nobody waits for ever. A failed unit is asked again within 30 s, gap or not; an ordinary device
   that has been due for 10 s goes before an alarm point, every other time.
5. Where nobody is to be asked and the time of the line costs nothing, alarm points are asked ahead
   of their time, in the order of rule 2, as long as their answers are in before anybody is due. It
   moves no instant at which anybody is due.

Each step costs the logarithm of the number of devices; one in which a gap is too short for an alarm
point, or a unit comes back, costs their number.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from rules.instant import Duration, Instant, later, seconds

LONGEST_BACK_OFF: Final = seconds(20)
JITTER_SHARE: Final = 0.25  # of the back-off: spreads the re-tries of units that failed together
GAP_PATIENCE: Final = seconds(5)  # 20 s and a quarter and 5 s: the 30 s of rule 4
ORDINARY_PATIENCE: Final = seconds(10)
# When a full line has no gaps, re-tries take at most one part in so many of its time.
RETRY_PARTS: Final = 4
MOST_DOUBLINGS: Final = 32  # beyond it any period is past the longest back-off
NEVER: Final = Instant(2**63 - 1)

LEAST_APART: Final = seconds(0.1)
"""Nobody is asked ahead of its time sooner than so long after it was asked last. A line with one
or two devices would ask them hundreds of times a second and keep a processor busy, for alarms that
would come some hundredths of a second earlier."""

FORGETS: Final = 4
"""An answer that took less than was expected takes one part in so many off what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What is asked together, in one turn of one unit.

    Attributes:
        unit: slots of one unit fail together, and answer together again.
        every: the period.
        alarm: whether it goes before others.
        jitter: from 0 to 1, made from the unit's name, so that it is the same at each start.
        attempt: for how long a question of it that gets no answer holds the line.
        takes: how long its turn takes, as far as that can be known before it was asked.
    """

    unit: int
    every: Duration
    alarm: bool
    jitter: float
    attempt: Duration
    takes: Duration


class Schedule:
    """The order of questions on one line.

    A slot that was picked must be told as answered or failed before the next is picked.

    Attributes:
        ahead: whether the slot that was picked last is asked ahead of its time.
    """

    __slots__ = (
        "_alarm",
        "_asked",
        "_due",
        "_failed",
        "_failures",
        "_fills_gaps",
        "_ordinary",
        "_ordinary_went_first",
        "_parked",
        "_ready",
        "_retries_from",
        "_slots",
        "_takes",
        "_turns",
        "ahead",
    )

    def __init__(self, slots: Sequence[Slot], start: Instant, *, fills_gaps: bool) -> None:
        """Make all slots due at the start.

        Args:
            slots: a slot's place in the sequence is its name from now on.
            start: the first due instant.
            fills_gaps: whether alarm points are asked ahead of their time: rule 5.
        """
        self.ahead = False
        self._fills_gaps = fills_gaps
        self._slots = tuple(slots)
        self._due = [start] * len(self._slots)
        self._asked = [Instant(0)] * len(self._slots)
        self._takes = [slot.takes for slot in self._slots]
        self._failures = {slot.unit: 0 for slot in self._slots}
        alarm = [number for number, slot in enumerate(self._slots) if slot.alarm]
        # Alarm points by the instants at which they are due; those that are, by when they were
        # asked last; where gaps are filled, those of units that answer in the order of that.
        self._alarm = [(start, number) for number in alarm]
        self._ready: list[tuple[Instant, int]] = []
        self._turns = OrderedDict.fromkeys(alarm if fills_gaps else ())
        self._ordinary = [(start, n) for n, slot in enumerate(self._slots) if not slot.alarm]
        heapify(self._alarm)
        heapify(self._ordinary)
        # One slot of each failed unit, by the instant of its re-try; its other slots are parked.
        self._failed: list[tuple[Instant, int]] = []
        self._parked: dict[int, list[int]] = {}
        self._retries_from = start
        self._ordinary_went_first = False

    @property
    def nobody_answers(self) -> bool:
        """Whether every unit failed when it was last asked."""
        return len(self._failed) == len(self._failures) > 0

    def failures(self, slot: int) -> int:
        """Give how often the slot's unit has failed since it last answered."""
        return self._failures[self._slots[slot].unit]

    def pick(self, now: Instant) -> int | None:
        """Give the slot to ask now, or None where nothing is to be asked yet."""
        living = self._next_living(now)
        self.ahead = False
        if self._failed and self._fits(now, living):
            _, slot = heappop(self._failed)
        elif living <= now:
            _, slot = heappop(self._first_served(now))
        else:
            at, slot = self._next_ahead(now, living)
            if at > now:
                return None
            self.ahead = True
        self._asked[slot] = now
        if slot in self._turns:
            self._turns.move_to_end(slot)
        if not self.ahead:
            every, due = self._slots[slot].every, self._due[slot]
            self._due[slot] = Instant(due + ((now - due) // every + 1) * every)
        return slot

    def next_due(self, now: Instant) -> Instant:
        """Give the instant at which there is something to ask; it may have passed."""
        living = self._next_living(now)
        following = min(living, self._next_ahead(now, living)[0])
        if not self._failed:
            return following
        retry_at, slot = self._failed[0]
        if living - max(retry_at, now) < self._slots[slot].attempt:
            retry_at = max(later(retry_at, GAP_PATIENCE), self._retries_from)
        return min(following, retry_at)

    def answered(self, slot: int, now: Instant) -> None:
        """Take note that a picked slot's unit answered, and that its turn has ended."""
        self._take_note_of(slot, Duration(now - self._asked[slot]))
        unit = self._slots[slot].unit
        if not self.ahead:
            self._wait(slot)
        if self._failures[unit]:
            self._failures[unit] = 0
            for other in self._parked.pop(unit, ()):
                self._wait(other)
            self._come_back(unit)

    def failed(self, slot: int, now: Instant, hold: Duration = Duration(0)) -> None:
        """Take note that a picked slot's unit gave no usable answer.

        Args:
            slot: the one that was picked.
            now: when the attempt ended.
            hold: for how long the unit must not be asked, however short its back-off.
        """
        mine = self._slots[slot]
        unit, every = mine.unit, mine.every
        if self._failures[unit]:
            self._retries_from = Instant(now + (RETRY_PARTS - 1) * mine.attempt)
        else:
            self._go_away(unit, slot)
        doublings = min(self._failures[unit], MOST_DOUBLINGS)
        wait = max(every, min(every << doublings, LONGEST_BACK_OFF))
        wait += int(wait * JITTER_SHARE * mine.jitter)
        self._failures[unit] += 1
        heappush(self._failed, (Instant(now + max(wait, hold)), slot))

    def _fits(self, now: Instant, living: Instant) -> bool:
        """Whether the next re-try is due, and has a gap or has waited long enough for one."""
        retry_at, slot = self._failed[0]
        if now < retry_at:
            return False
        has_gap = living - now >= self._slots[slot].attempt
        return has_gap or now >= max(later(retry_at, GAP_PATIENCE), self._retries_from)

    def _next_living(self, now: Instant) -> Instant:
        """Give the next due instant among units that have not failed."""
        while self._first(self._alarm) <= now:
            _, slot = heappop(self._alarm)
            heappush(self._ready, (self._asked[slot], slot))
        alarm = self._ready if self._first(self._ready) < NEVER else self._alarm
        due = self._due[alarm[0][1]] if alarm else NEVER
        return min(due, self._first(self._ordinary))

    def _next_ahead(self, now: Instant, living: Instant) -> tuple[Instant, int]:
        """Give who can be asked ahead of its time next and from when on; NEVER where nobody can."""
        for slot in self._turns:
            at = max(now, later(self._asked[slot], LEAST_APART))
            if at + self._takes[slot] <= living:
                return at, slot
            if at >= living:
                break  # those behind it were asked later still
        return NEVER, 0

    def _first(self, heap: list[tuple[Instant, int]]) -> Instant:
        """Give the first instant of a heap, having parked the slots of failed units."""
        while heap:
            first, slot = heap[0]
            unit = self._slots[slot].unit
            if not self._failures[unit]:
                return first
            heappop(heap)
            self._parked.setdefault(unit, []).append(slot)
        return NEVER

    def _first_served(self, now: Instant) -> list[tuple[Instant, int]]:
        """Give the heap whose first slot goes now; one of them is due, and none is of a failed."""
        ordinary_due = self._ordinary[0][0] if self._ordinary else NEVER
        if not self._ready:
            return self._ordinary
        overdue = now - ordinary_due >= ORDINARY_PATIENCE
        self._ordinary_went_first = overdue and not self._ordinary_went_first
        return self._ordinary if self._ordinary_went_first else self._ready

    def _wait(self, slot: int) -> None:
        """Let a slot wait for its due instant."""
        heap = self._alarm if self._slots[slot].alarm else self._ordinary
        heappush(heap, (self._due[slot], slot))

    def _take_note_of(self, slot: int, took: Duration) -> None:
        """Expect the next turn of a slot to take as long as its slowest of late.

        It may be too little by what a question takes at most, and then it makes one late by that.
        """
        mine, expected = self._slots[slot], self._takes[slot]
        took = Duration(min(took, max(mine.attempt, mine.takes)))
        self._takes[slot] = max(took, Duration(expected - (expected - took) // FORGETS))

    def _go_away(self, unit: int, slot: int) -> None:
        """Ask nobody of a unit ahead of its time, nor the slot that failed before its re-try."""
        if self.ahead:
            self._alarm.remove((self._due[slot], slot))
            heapify(self._alarm)
        for number in list(self._turns):
            if self._slots[number].unit == unit:
                del self._turns[number]

    def _come_back(self, unit: int) -> None:
        """Let a unit have its place among those that are asked ahead of their time."""
        if self._fills_gaps:
            mine = (n for n, slot in enumerate(self._slots) if slot.alarm and slot.unit == unit)
            turns = sorted((*self._turns, *mine), key=lambda number: self._asked[number])
            self._turns = OrderedDict.fromkeys(turns)
