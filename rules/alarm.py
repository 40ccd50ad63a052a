"""The life of a rule's condition, after EN 54-2: one table of transitions, and the clock of `for`.

Everything that can change a rule's phase is a row of TRANSITIONS. What is not in the table changes
nothing. Times are instants of measurement.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from rules.instant import Duration, Instant, seconds
from rules.truth import Truth


class Phase(Enum):
    """Where a rule is."""

    QUIET = "quiet"
    PENDING = "pending"  # true, but not yet for long enough
    STANDING = "standing"  # the condition is entered and its cause holds
    LATCHED = "latched"  # the cause has gone; the condition stays until reset


class Trigger(Enum):
    """What can move a rule."""

    TRUE = "true"  # `when` is true
    HELD = "held"  # `when` has been true for long enough
    FALSE = "false"  # `when` is false
    CLEAR = "clear"  # the cause has gone: `clear` is true, or without it `when` is false
    RESET = "reset"  # a person resets


LATCHING_TRANSITIONS: Final[Mapping[Phase, Mapping[Trigger, Phase]]] = MappingProxyType(
    {
        Phase.QUIET: {Trigger.TRUE: Phase.PENDING, Trigger.HELD: Phase.STANDING},
        Phase.PENDING: {Trigger.FALSE: Phase.QUIET, Trigger.HELD: Phase.STANDING},
        Phase.STANDING: {Trigger.CLEAR: Phase.LATCHED, Trigger.RESET: Phase.QUIET},
        Phase.LATCHED: {Trigger.HELD: Phase.STANDING, Trigger.RESET: Phase.QUIET},
    }
)
"""A standing condition is reset only while its cause is unknown; RuleLife sees to that."""

TRANSITIONS: Final[Mapping[bool, Mapping[Phase, Mapping[Trigger, Phase]]]] = MappingProxyType(
    {
        True: LATCHING_TRANSITIONS,
        False: MappingProxyType(
            {
                **LATCHING_TRANSITIONS,
                Phase.STANDING: {Trigger.CLEAR: Phase.QUIET, Trigger.RESET: Phase.QUIET},
            }
        ),
    }
)
"""By whether the condition latches."""

FLAPS: Final = 3
FLAPS_WITHIN: Final = seconds(60)
LINGERS: Final = seconds(20)
"""A cause that has come back so often within so short a time flaps: it is taken to be gone only
once it has been so for this long. So a chattering contact makes three comings and goings in a
minute at most, whatever it does, and none of its comings is late."""


class RuleLife:
    """One rule's phase and the time for which it has been true.

    Unknown changes nothing: the phase stays, and a running `for` is frozen, not started anew. While
    a cause that flaps lingers, unknown stops that time.

    Attributes:
        latching: whether the condition stays until reset; not so while its zone is under test.
        phase: where the rule is.
        last: what `when` was at the last judgement.
    """

    __slots__ = (
        "_comings",
        "_counted",
        "_gone",
        "_gone_since",
        "_hold",
        "_running_since",
        "last",
        "latching",
        "phase",
    )

    def __init__(self, hold: Duration, *, latching: bool, phase: Phase = Phase.QUIET) -> None:
        self._hold = hold
        self.latching = latching
        self._counted = 0  # nanoseconds true in closed stretches of the running `for`
        self._running_since: Instant | None = None
        self.phase = phase
        self.last: Truth = None
        self._gone: Truth = None
        self._comings: tuple[Instant, ...] = ()  # the newest instants at which it came to stand
        self._gone_since: Instant | None = None  # of a cause that flaps, and lingers

    def judge(self, now: Instant, when: Truth, clear: Truth) -> Phase:
        """Take what the expressions say now, and give the phase that follows.

        Args:
            now: instant of the measurement. One that comes late, from before what has been judged
                already, takes nothing back from a running `for`.
            when: of the rule.
            clear: whether the cause has gone.
        """
        self.last = when
        self._gone = clear
        held = self._count(now, when)
        trigger = self._trigger(now, when, clear, held=held)
        if trigger is not None:
            stood = self.phase is Phase.STANDING
            self._move(trigger)
            if self.phase is Phase.STANDING and not stood:
                self._came(now)
        return self.phase

    def reset(self) -> bool:
        """End the condition, unless its cause is known to hold still; tell whether it ended.

        A standing rule can be reset where an unknown input leaves open whether its cause has gone:
        its detector may have burned. One whose cause flaps stands until it has lingered.
        """
        if self.phase is Phase.STANDING and not self.is_open:
            return False
        self._move(Trigger.RESET)
        return True

    @property
    def is_open(self) -> bool:
        """Whether the condition stands, and unknown inputs leave open whether its cause does."""
        return self.phase is Phase.STANDING and (self.last is None or self._gone is None)

    def due(self) -> Instant | None:
        """Give when a running `for`, or a cause's lingering, ends if nothing changes, or None."""
        if self._gone_since is not None:
            return Instant(self._gone_since + LINGERS)
        if self._running_since is None or self.phase not in (Phase.PENDING, Phase.LATCHED):
            return None
        return Instant(self._running_since + self._hold - self._counted)

    def held_for(self, now: Instant) -> Duration:
        """Give how long `when` has been true so far; 0 where it is false."""
        running = 0 if self._running_since is None else max(0, now - self._running_since)
        return Duration(self._counted + running)

    def _count(self, now: Instant, when: Truth) -> bool:
        """Advance the clock of `for`; tell whether it has run out."""
        if self._running_since is not None:
            now = max(now, self._running_since)
            self._counted += now - self._running_since
            self._running_since = None
        if when is None:
            return False
        if not when:
            self._counted = 0
            return False
        self._running_since = now
        return self._counted >= self._hold

    def _trigger(self, now: Instant, when: Truth, clear: Truth, *, held: bool) -> Trigger | None:
        if self.phase is Phase.STANDING:
            return Trigger.CLEAR if self._has_gone(now, clear) else None
        if when is None:
            return None
        if not when:
            return Trigger.FALSE
        return Trigger.HELD if held else Trigger.TRUE

    def _has_gone(self, now: Instant, clear: Truth) -> bool:
        """Tell whether the cause has gone, and for long enough where it flaps."""
        if not clear:
            if self._gone_since is not None:
                self._gone_since = None
                if clear is False:
                    self._came(now)
            return False
        if self._gone_since is None:
            comings = self._comings
            if len(comings) < FLAPS or now - comings[0] >= FLAPS_WITHIN:
                return True
            self._gone_since = now
        return now - self._gone_since >= LINGERS

    def _came(self, now: Instant) -> None:
        self._comings = (*self._comings, now)[-FLAPS:]

    def _move(self, trigger: Trigger) -> None:
        self._gone_since = None
        self.phase = TRANSITIONS[self.latching][self.phase].get(trigger, self.phase)
        if self.phase is Phase.QUIET:
            self._counted = 0
            self._running_since = None
