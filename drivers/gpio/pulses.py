"""Counts the pulses of a meter, and gives their rate.

A pulse is a time of rest and then one of activity that have both held for the hold time; what is
shorter is bouncing. Pulses are counted by their edges, which come with their instants, so that a
loop that is late loses none. The level at each poll shows an edge that was never told.

The window moves in steps of a sixtieth of its length, so that a count of any height takes the same
memory. The rate is that of the time since the window's beginning, and is told from the time on when
so much has been seen that one pulse more or less does not matter much.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from drivers.gpio.debounce import HOLDS_PER_WINDOW, LONGEST_WINDOW
from drivers.gpio.judge import Edge, Finding, NotKnown
from rules.instant import Duration, Instant, in_seconds, later, seconds
from rules.reading import FaultCause

STEPS: Final = 60
FIRST_RATE_AFTER: Final = seconds(15)


@dataclass(slots=True)
class _Step:
    """A sixtieth of the window, by its number since the clock began, and the pulses in it."""

    number: int
    pulses: int


class PulseWindow:
    """The pulses of the newest window."""

    def __init__(self, over: Duration) -> None:
        self._width = over // STEPS
        self._steps: deque[_Step] = deque(maxlen=STEPS)

    def add(self, at: Instant) -> None:
        """Count a pulse; they come in their order."""
        number = at // self._width
        if not self._steps or self._steps[-1].number != number:
            self._steps.append(_Step(number, 0))
        self._steps[-1].pulses += 1

    def per_second(self, began: Instant, now: Instant) -> float:
        """Give the rate.

        Args:
            began: since when pulses are counted.
            now: the end of the window; later than `began`.
        """
        oldest = now // self._width - STEPS + 1
        while self._steps and self._steps[0].number < oldest:
            self._steps.popleft()
        start = max(oldest * self._width, began)
        return sum(step.pulses for step in self._steps) / in_seconds(now - start)


class PulseJudge:
    """The judge of one pulse output."""

    def __init__(self, hold: Duration, over: Duration) -> None:
        """Begin.

        Args:
            hold: how long rest and activity must each hold to be no bouncing.
            over: the length of the window.
        """
        self._hold = hold
        self._longest_unrest = Duration(min(HOLDS_PER_WINDOW * hold, LONGEST_WINDOW))
        self._first_rate_after = Duration(min(over, FIRST_RATE_AFTER))
        self._window = PulseWindow(over)
        self._began: Instant | None = None
        self._level = False  # by edges, and since when
        self._since = Instant(0)
        self._held: bool | None = None  # the newest level that has held
        self._restless_since: Instant | None = None  # no level has held since
        self._differs_since: Instant | None = None  # read another level than edges tell
        self._lost = 0  # edges since the last rate
        self._told = 0.0

    @property
    def due(self) -> Instant | None:
        """When the level is to be read, to learn whether an edge was lost."""
        return None if self._differs_since is None else later(self._differs_since, self._hold)

    def missed(self, edges: int) -> None:
        """Take that edges were told which could not be kept."""
        self._lost += edges

    def edge(self, edge: Edge) -> None:
        """Take an edge."""
        if self._began is None:
            return
        self._differs_since = None
        if edge.active == self._level:
            self._lost += 1  # the line was the other way in between
        self._change(edge.active, max(edge.at, self._since))

    def read(self, active: bool, at: Instant) -> Finding | NotKnown:
        """Take the level; give the rate, or why there is none."""
        if self._began is None:
            self._began = self._since = at
            self._level = active
        self._compare(active, at)
        self._settle(at)
        counted_for = at - self._began
        amiss = self._amiss(at)
        if counted_for < self._first_rate_after:
            wait = in_seconds(self._first_rate_after)
            return NotKnown(FaultCause.WARMING_UP, f"pulses are counted for {wait:g} s at first")
        rate = self._window.per_second(self._began, at)
        # Too low a rate is told all the same where it is more than was told last: it may be enough.
        if amiss and rate <= self._told:
            return NotKnown(FaultCause.BAD_REPLY, f"{amiss}; the rate is {rate:g} Hz or more")
        self._told = rate
        return Finding("pulse_rate", rate, at, changed=False)

    def _amiss(self, at: Instant) -> str:
        """Say why the count since the last rate is too low; empty where it is not."""
        lost, self._lost = self._lost, 0
        if lost:
            return f"at least {lost} edges were lost"
        if self._restless_since is None or at - self._restless_since < self._longest_unrest:
            return ""
        return f"no level holds for {in_seconds(self._hold) * 1000:g} ms, see `debounce`"

    def _compare(self, active: bool, at: Instant) -> None:
        """Hold the level that was read against the edges; one that is on its way has its time."""
        if active == self._level:
            self._differs_since = None
        elif self._differs_since is None:
            self._differs_since = at
        elif at - self._differs_since >= self._hold:
            self._lost += 1
            self._change(active, self._differs_since)
            self._differs_since = None

    def _change(self, active: bool, at: Instant) -> None:
        """Let the level change."""
        self._settle(at)
        if at - self._since < self._hold and self._restless_since is None:
            self._restless_since = self._since
        self._level, self._since = active, at

    def _settle(self, until: Instant) -> None:
        """Let the level count if it has held until an instant."""
        if until - self._since < self._hold:
            return
        self._restless_since = None
        if self._level and self._held is False:
            self._window.add(self._since)
        self._held = self._level
