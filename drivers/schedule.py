"""Which device of a bus to ask next.

A line carries one question at a time, and one that gets no answer holds the line for a whole
time-out. Four rules share it out:

1. A device is due at instants one period apart. An instant that has passed is skipped and never
   made up for: a slow line drops polls evenly, and no period drifts.
2. Of the due, alarm points go first, then who has been due for longest.
3. A unit that failed is asked again after a back-off that doubles, and then in a gap in which
   nobody else becomes due, as long as such a gap comes.
4. Nobody waits for ever. A failed unit is asked again within 30 s, gap or not; an ordinary device
   that has been due for 10 s goes before an alarm point, every other time.

Each step costs the logarithm of the number of devices.
"""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What is asked together, in one turn of one unit.

    Attributes:
        unit: slots of one unit fail together, and answer together again.
        every: the period.
        alarm: whether it goes before others.
        jitter: from 0 to 1, made from the unit's name, so that it is the same at each start.
    """

    unit: int
    every: Duration
    alarm: bool
    jitter: float


class Schedule:
    """The order of questions on one line.

    A slot that was picked must be told as answered or failed before the next is picked.
    """

    __slots__ = (
        "_alarm",
        "_attempt",
        "_due",
        "_failed",
        "_failures",
        "_ordinary",
        "_ordinary_went_first",
        "_parked",
        "_retries_from",
        "_slots",
    )

    def __init__(self, slots: Sequence[Slot], start: Instant, attempt: Duration) -> None:
        """Make all slots due at the start.

        Args:
            slots: a slot's place in the sequence is its name from now on.
            start: the first due instant.
            attempt: for how long an unanswered question holds the line.
        """
        self._slots = tuple(slots)
        self._attempt = attempt
        self._due = [start] * len(self._slots)
        self._failures = {slot.unit: 0 for slot in self._slots}
        self._alarm = [(start, n) for n, slot in enumerate(self._slots) if slot.alarm]
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
        living = self._next_living()
        if self._failed and self._fits(now, living):
            _, slot = heappop(self._failed)
        elif living <= now:
            _, slot = heappop(self._first_served(now))
        else:
            return None
        every = self._slots[slot].every
        due = self._due[slot]
        self._due[slot] = Instant(due + ((now - due) // every + 1) * every)
        return slot

    def next_due(self, now: Instant) -> Instant:
        """Give the instant at which there is something to ask; it may have passed."""
        living = self._next_living()
        if not self._failed:
            return living
        retry_at = self._failed[0][0]
        if living - max(retry_at, now) < self._attempt:
            retry_at = max(later(retry_at, GAP_PATIENCE), self._retries_from)
        return min(living, retry_at)

    def answered(self, slot: int) -> None:
        """Take note that a picked slot's unit answered."""
        unit = self._slots[slot].unit
        self._wait(slot)
        if self._failures[unit]:
            self._failures[unit] = 0
            for other in self._parked.pop(unit, ()):
                self._wait(other)

    def failed(self, slot: int, now: Instant, hold: Duration = Duration(0)) -> None:
        """Take note that a picked slot's unit gave no usable answer.

        Args:
            slot: the one that was picked.
            now: when the attempt ended.
            hold: for how long the unit must not be asked, however short its back-off.
        """
        unit, every = self._slots[slot].unit, self._slots[slot].every
        if self._failures[unit]:
            self._retries_from = Instant(now + (RETRY_PARTS - 1) * self._attempt)
        doublings = min(self._failures[unit], MOST_DOUBLINGS)
        wait = max(every, min(every << doublings, LONGEST_BACK_OFF))
        wait += int(wait * JITTER_SHARE * self._slots[slot].jitter)
        self._failures[unit] += 1
        heappush(self._failed, (Instant(now + max(wait, hold)), slot))

    def _fits(self, now: Instant, living: Instant) -> bool:
        """Whether the next re-try is due, and has a gap or has waited long enough for one."""
        retry_at = self._failed[0][0]
        if now < retry_at:
            return False
        has_gap = living - now >= self._attempt
        return has_gap or now >= max(later(retry_at, GAP_PATIENCE), self._retries_from)

    def _next_living(self) -> Instant:
        """Give the next due instant among units that have not failed."""
        return min(self._first_due(self._alarm), self._first_due(self._ordinary))

    def _first_due(self, heap: list[tuple[Instant, int]]) -> Instant:
        """Give the first due instant of a heap, having parked the slots of failed units."""
        while heap:
            due, slot = heap[0]
            unit = self._slots[slot].unit
            if not self._failures[unit]:
                return due
            heappop(heap)
            self._parked.setdefault(unit, []).append(slot)
        return NEVER

    def _first_served(self, now: Instant) -> list[tuple[Instant, int]]:
        """Give the heap whose first slot goes now; one of them is due, and none is of a failed."""
        ordinary_due = self._ordinary[0][0] if self._ordinary else NEVER
        if not self._alarm or self._alarm[0][0] > now:
            return self._ordinary
        overdue = now - ordinary_due >= ORDINARY_PATIENCE
        self._ordinary_went_first = overdue and not self._ordinary_went_first
        return self._ordinary if self._ordinary_went_first else self._alarm

    def _wait(self, slot: int) -> None:
        """Let a slot wait for its due instant."""
        heap = self._alarm if self._slots[slot].alarm else self._ordinary
        heappush(heap, (self._due[slot], slot))
