"""From a checked expression tree to a truth, over the newest values of the points.

A tree is turned once into branches that hold the points, windows and memories themselves.
"""

from rules.branch import (
    ActiveContact,
    Branch,
    ComparedPoint,
    ComparedTimedWindow,
    ComparedWindow,
    ConditionInForce,
    Contrary,
    Scheduled,
)
from rules.instant import Instant
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Counted,
    Expression,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
    Window,
)
from rules.memory import HeldBranch, VerifiedBranch
from rules.trace import Traced
from rules.truth import Truth
from rules.values import View
from rules.voters import Voters
from rules.window import TimedWindow


class Evaluator:
    """An expression at work. Each call is a judgement, and what it remembers goes on with it.

    Attributes:
        is_timed: whether the expression may turn though no reading comes in.
        root: its outermost branch.
    """

    __slots__ = ("_judge", "is_timed", "root")

    def __init__(self, root: Branch) -> None:
        self.root = root
        self._judge = root.judge
        self.is_timed = root.is_timed

    def __call__(self, now: Instant) -> Truth:
        """Judge: give what it is now, and remember what there is to remember."""
        return self._judge(now)

    def due(self, now: Instant) -> Instant | None:
        """Give the first instant after now at which it may turn though nothing comes in.

        One that has passed unjudged is given as it is. None where there is none, or where only a
        schedule could turn it.
        """
        return self.root.due(now) if self.is_timed else None

    def traced(self, now: Instant) -> Traced:
        """Give what a judgement would, branch by branch, and change nothing."""
        return self.root.traced(now)

    def inherit(self, former: "Evaluator") -> None:
        """Take over what the evaluator of an equal expression remembers."""
        self.root.inherit(former.root)


def evaluator(expression: Expression, view: View) -> Evaluator:
    """Make the evaluator of an expression, over what a zone sees."""
    return Evaluator(_branch(expression, view))


def _branch(expression: Expression, view: View) -> Branch:  # noqa: C901 - one case a node
    match expression:
        case Compared(left=Point() as point):
            return ComparedPoint(expression, view.point(point))
        case Compared(left=Window() as window):
            state = view.window(window)
            if isinstance(state, TimedWindow):
                return ComparedTimedWindow(expression, state)
            return ComparedWindow(expression, state)
        case Active(point=point):
            return ActiveContact(expression, view.point(point))
        case Not(operand=operand):
            return Contrary(expression, _branch(operand, view))
        case Counted(members=members) | AllOf(members=members) | AnyOf(members=members):
            return Voters(expression, [_branch(member, view) for member in members])
        case Held(operand=operand):
            return HeldBranch(expression, _branch(operand, view))
        case Verified(operand=operand):
            return VerifiedBranch(expression, _branch(operand, view))
        case OnSchedule(schedule=schedule):
            return Scheduled(expression, view.schedule(schedule))
        case InForce(zone=zone, condition=condition):
            return ConditionInForce(expression, view.condition(zone, condition))
        case _:
            raise TypeError(f"no such expression: {expression!r}")
