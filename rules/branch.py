"""The branches of an expression at work: the leaves, and the contrary of one.

A branch holds the states that it looks at: judging looks nothing up by name.
"""

from typing import Protocol

from rules.comparing import COMPARE
from rules.instant import Instant
from rules.language.syntax import Active, Compared, InForce, Not, OnSchedule
from rules.trace import Traced
from rules.truth import Truth, negated
from rules.values import ConditionState, PointState, ScheduleState
from rules.window import TimedWindow, WindowState


class Branch(Protocol):
    """A part of an expression that is true, false or unknown.

    Attributes:
        is_timed: whether it may turn though nothing comes in.
        decided_by: the points whose newest values alone make it what it is; None where something
            else does too: time, the past, a schedule, a condition.
    """

    __slots__ = ()

    @property
    def is_timed(self) -> bool:
        """See the class."""

    @property
    def decided_by(self) -> tuple[PointState, ...] | None:
        """See the class."""

    def judge(self, now: Instant) -> Truth:
        """Give what it is now, and remember what there is to remember."""

    def due(self, now: Instant) -> Instant | None:
        """Give the first instant after now at which it may turn though nothing comes in."""

    def traced(self, now: Instant) -> Traced:
        """Give what `judge` would, with its reasons, and change nothing."""

    def inherit(self, former: "Branch") -> None:
        """Take over what a branch of the same expression remembers."""


class Leaf(Branch, Protocol):
    """A branch that does not turn by itself."""

    __slots__ = ()

    @property
    def is_timed(self) -> bool:
        """See Branch."""
        return False

    @property
    def decided_by(self) -> tuple[PointState, ...] | None:
        """See Branch."""
        return None

    def due(self, now: Instant) -> Instant | None:  # noqa: ARG002 - of any leaf
        """See Branch."""
        return None

    def inherit(self, former: Branch) -> None:  # noqa: ARG002 - of any leaf
        """See Branch. What it looks at has its own memory."""
        return


class ComparedPoint(Leaf):
    """A point's newest value against a threshold."""

    __slots__ = ("_compare", "_expression", "_point", "_threshold")

    def __init__(self, expression: Compared, point: PointState) -> None:
        self._expression = expression
        self._compare, self._threshold = COMPARE[expression.comparison], expression.threshold
        self._point = point

    @property
    def decided_by(self) -> tuple[PointState, ...]:
        """See Branch."""
        return (self._point,)

    def judge(self, _now: Instant) -> Truth:
        """See Branch."""
        value = self._point.value
        return None if value is None else self._compare(value, self._threshold)

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        return Traced(self._expression, self.judge(now), self._point.value)


class ComparedWindow(Leaf):
    """The value of a window against a threshold."""

    __slots__ = ("_compare", "_expression", "_threshold", "_value", "_window")

    def __init__(self, expression: Compared, window: WindowState) -> None:
        self._expression = expression
        self._compare, self._threshold = COMPARE[expression.comparison], expression.threshold
        self._window = window
        self._value = window.value

    def judge(self, now: Instant) -> Truth:
        """See Branch."""
        value = self._value(now)
        return None if value is None else self._compare(value, self._threshold)

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        value = self._window.glimpse(now)
        truth = None if value is None else self._compare(value, self._threshold)
        return Traced(self._expression, truth, value)


class ComparedTimedWindow(ComparedWindow):
    """The value of a window that moves by itself against a threshold."""

    __slots__ = ("_moving",)

    def __init__(self, expression: Compared, window: TimedWindow) -> None:
        super().__init__(expression, window)
        self._moving = window

    @property
    def is_timed(self) -> bool:
        """See Branch."""
        return True

    def due(self, now: Instant) -> Instant | None:
        """See Branch."""
        return self._moving.passes(now, self._threshold)


class ActiveContact(Leaf):
    """A contact that is active."""

    __slots__ = ("_expression", "_point")

    def __init__(self, expression: Active, point: PointState) -> None:
        self._expression = expression
        self._point = point

    @property
    def decided_by(self) -> tuple[PointState, ...]:
        """See Branch."""
        return (self._point,)

    def judge(self, _now: Instant) -> Truth:
        """See Branch."""
        value = self._point.value
        return None if value is None else value > 0.5  # a contact is 0.0 or 1.0

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        return Traced(self._expression, self.judge(now), self._point.value)


class Scheduled(Leaf):
    """A schedule that is on. It turns when the wall clock says so."""

    __slots__ = ("_expression", "_schedule")

    def __init__(self, expression: OnSchedule, schedule: ScheduleState) -> None:
        self._expression = expression
        self._schedule = schedule

    @property
    def is_timed(self) -> bool:
        """See Branch."""
        return True

    def judge(self, _now: Instant) -> Truth:
        """See Branch."""
        is_on = self._schedule.is_on
        return self._expression.when_unknown if is_on is None else is_on

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        return Traced(self._expression, self.judge(now))


class ConditionInForce(Leaf):
    """A condition that is in force in a zone."""

    __slots__ = ("_condition", "_expression")

    def __init__(self, expression: InForce, condition: ConditionState) -> None:
        self._expression = expression
        self._condition = condition

    def judge(self, _now: Instant) -> Truth:
        """See Branch."""
        return self._condition.truth

    def traced(self, _now: Instant) -> Traced:
        """See Branch."""
        return Traced(self._expression, self._condition.truth)


class Contrary:
    """What its operand is not."""

    __slots__ = ("_expression", "_operand", "decided_by", "is_timed")

    def __init__(self, expression: Not, operand: Branch) -> None:
        self._expression = expression
        self._operand = operand
        self.is_timed = operand.is_timed
        self.decided_by = operand.decided_by

    def judge(self, now: Instant) -> Truth:
        """See Branch."""
        return negated(self._operand.judge(now))

    def due(self, now: Instant) -> Instant | None:
        """See Branch."""
        return self._operand.due(now)

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        operand = self._operand.traced(now)
        return Traced(self._expression, negated(operand.truth), members=(operand,))

    @property
    def operand(self) -> Branch:
        """What it is the contrary of."""
        return self._operand

    def inherit(self, former: Branch) -> None:
        """See Branch."""
        assert isinstance(former, Contrary)
        self._operand.inherit(former.operand)
