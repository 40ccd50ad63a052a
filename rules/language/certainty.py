"""What can be said of a condition whatever is measured: that it is never true, or always.

Each measured term is a number of which only the thresholds matter: they cut the line into regions,
and within one region every comparison comes out the same. A search fixes one term after another to
one of its regions, and leaves a branch as soon as what is still free can no longer make the
condition true.

Only what is certain is said. Terms that have to do with each other (a value and its average, the
same detector's quantities) are taken to be independent, memories (held, verified) to remember what
they like, and beyond a bounded effort nothing is said: all of this allows more than can happen, so
that it hides a constant condition now and then, and never makes one up.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

from rules.comparing import COMPARE
from rules.language.mentions import all_branches_of
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
    Verified,
)

MOST_VISITS: Final = 20_000
"""Nodes that one question looks at before it is given up: some hundredths of a second."""

MOST_SHARED: Final = 64
"""Terms that are named more than once; each is a level of the search."""

BOTH: Final = (False, True)
Possible = tuple[bool, bool]
"""Whether something can be true, and whether it can be false."""


def never(expression: Expression) -> bool:
    """Tell whether an expression is certain not to be true, whatever is measured or unknown."""
    dead: set[Held] = set()  # what was never true is held by nobody
    for branch in reversed(list(all_branches_of(expression))):  # the inner before the outer
        if isinstance(branch, Held) and _Search(branch.operand, dead).finds_none():
            dead.add(branch)
    return _Search(expression, dead).finds_none()


def always(expression: Expression) -> bool:
    """Tell whether an expression is certain not to be false; unknown it may be."""
    return never(Not(expression))


def implies(one: Expression, other: Expression) -> bool:
    """Tell whether, where all is known, the other is certain to be true whenever the one is."""
    return never(AllOf((one, Not(other))))


class _GivenUpError(Exception):
    """The effort is spent."""


class _Search:
    """Looks for values with which one expression is true."""

    def __init__(self, root: Expression, dead: AbstractSet[Held]) -> None:
        self._root = root
        self._dead = dead
        self._visits = 0
        self._fixed: dict[Hashable, float] = {}
        leaves = list(_leaves(root))
        named = Counter(key for key, _ in leaves)
        self._shared = [key for key, times in named.items() if times > 1]
        thresholds: dict[Hashable, set[float]] = {key: set() for key in self._shared}
        for key, threshold in leaves:
            if key in thresholds and threshold is not None:
                thresholds[key].add(threshold)
        self._regions = {key: _regions(sorted(cuts)) for key, cuts in thresholds.items()}

    def finds_none(self) -> bool:
        """Tell whether there is certainly nothing with which the expression is true."""
        try:
            if not self._shared or len(self._shared) > MOST_SHARED:
                return not self._possible(self._root)[0]
            return self._none_from(0)
        except _GivenUpError:
            return False

    def _none_from(self, level: int) -> bool:
        if not self._possible(self._root)[0]:
            return True
        if level == len(self._shared):
            return False
        key = self._shared[level]
        for region in self._regions[key]:
            self._fixed[key] = region
            if not self._none_from(level + 1):
                return False
        del self._fixed[key]
        return True

    def _possible(self, expression: Expression) -> Possible:
        """Give what an expression can be; what is not fixed is free, each time that it is named."""
        self._visits += 1
        if self._visits > MOST_VISITS:
            raise _GivenUpError
        match expression:
            case Compared() | Active() | OnSchedule() | InForce():
                return self._leaf(expression)
            case Not(operand=operand):
                true, false = self._possible(operand)
                return false, true
            case AllOf(members=members):
                parts = [self._possible(member) for member in members]
                return all(true for true, _ in parts), any(false for _, false in parts)
            case AnyOf(members=members):
                parts = [self._possible(member) for member in members]
                return any(true for true, _ in parts), all(false for _, false in parts)
            case Counted():
                return self._counted(expression)
            case Held(operand=operand):  # true now, or remembered
                true, false = self._possible(operand)
                return true or expression not in self._dead, false
            case Verified(operand=operand):  # true now, and waited for
                return self._possible(operand)[0], True

    def _leaf(self, leaf: Compared | Active | OnSchedule | InForce) -> Possible:
        key = _key(leaf)
        if key not in self._fixed:
            return True, True
        value = self._fixed[key]
        if isinstance(leaf, Compared):
            truth = COMPARE[leaf.comparison](value, leaf.threshold)
        else:
            truth = bool(value)
        return truth, not truth

    def _counted(self, counted: Counted) -> Possible:
        parts = [self._possible(member) for member in counted.members]
        least = sum(not false for _, false in parts)
        most = sum(true for true, _ in parts)
        compare = COMPARE[counted.comparison]
        outcomes = {compare(count, counted.threshold) for count in range(least, most + 1)}
        return True in outcomes, False in outcomes


def _key(leaf: Compared | Active | OnSchedule | InForce) -> Hashable:
    """Give what two leaves have in common that are about the same thing at the same moment.

    Of a schedule that includes what it is while the clock is unknown: `schedule(night)` and
    `not schedule(night)` are then both taken to be true.
    """
    return leaf.left if isinstance(leaf, Compared) else leaf


def _leaves(expression: Expression) -> Iterator[tuple[Hashable, float | None]]:
    """Give the key of each leaf, with its threshold where it has one."""
    for branch in all_branches_of(expression):
        match branch:
            case Compared(threshold=threshold):
                yield _key(branch), threshold
            case Active() | OnSchedule() | InForce():
                yield _key(branch), None


def _regions(thresholds: list[float]) -> tuple[float, ...]:
    """Give a value out of each region: the thresholds, between them, and beyond them.

    A leaf without thresholds is true or false.
    """
    if not thresholds:
        return BOTH
    between = [(one + other) / 2 for one, other in pairwise(thresholds)]
    return (float("-inf"), *thresholds, *between, float("inf"))
