"""Branches of which so and so many are true: count, all, any, and, or.

All of n are true where n or more are, and any of them where one or more are: Kleene's tables say
the same.
"""

from collections.abc import Sequence
from typing import Final

from rules.branch import Branch
from rules.comparing import COMPARE
from rules.instant import Instant
from rules.language.syntax import AllOf, AnyOf, Comparison, Counted
from rules.trace import Traced
from rules.truth import Truth, tally
from rules.values import PointState

MANY: Final = 8
"""From so many voters that look at newest values only, just those are judged whose values came
anew; of fewer, judging all is cheaper than to keep account."""


class Voters:
    """Compares how many members are true with a number, where the unknown ones leave that open."""

    __slots__ = (
        "_compare",
        "_each_time",
        "_expression",
        "_is_equality",
        "_kept",
        "_members",
        "_possible",
        "_stale",
        "_threshold",
        "_timed",
        "_true",
        "decided_by",
        "is_timed",
    )

    def __init__(self, expression: Counted | AllOf | AnyOf, members: Sequence[Branch]) -> None:
        self._expression = expression
        comparison, self._threshold = _least(expression)
        self._compare = COMPARE[comparison]
        self._is_equality = comparison in (Comparison.EQUAL, Comparison.NOT_EQUAL)
        self._members = tuple(members)
        self._timed = tuple(member for member in members if member.is_timed)
        self.is_timed = bool(self._timed)
        self.decided_by = _all_points(members)
        plain = [index for index, each in enumerate(members) if each.decided_by is not None]
        watched = plain if len(plain) >= MANY else []
        self._each_time = tuple(
            member.judge for index, member in enumerate(members) if index not in set(watched)
        )
        # Of the watched members: what each was when it was judged, and how many were true, and true
        # or unknown. Before the first judgement they count as false.
        self._kept: dict[int, Truth] = dict.fromkeys(watched, False)
        self._true = self._possible = 0
        self._stale = set(watched)
        for index in watched:
            for point in members[index].decided_by or ():
                point.watch(self._stale, index)

    def judge(self, now: Instant) -> Truth:
        """See Branch. Each member is judged whatever the others are: some remember."""
        if self._stale:
            self._renew(now)
        true, possible = self._true, self._possible
        for judge in self._each_time:
            truth = judge(now)
            if truth:
                true += 1
                possible += 1
            elif truth is None:
                possible += 1
        if true == possible:
            return self._compare(true, self._threshold)
        return self._verdict(true, possible)

    def due(self, now: Instant) -> Instant | None:
        """See Branch."""
        dues = [due for each in self._timed if (due := each.due(now)) is not None]
        return min(dues, default=None)

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        members = tuple(member.traced(now) for member in self._members)
        true, possible = tally(member.truth for member in members)
        value = float(true) if isinstance(self._expression, Counted) else None
        return Traced(self._expression, self._verdict(true, possible), value, members)

    @property
    def members(self) -> tuple[Branch, ...]:
        """What is counted."""
        return self._members

    def inherit(self, former: Branch) -> None:
        """See Branch. How many are true is counted anew at the first judgement."""
        assert isinstance(former, Voters)
        for member, before in zip(self._members, former.members, strict=True):
            member.inherit(before)

    def _renew(self, now: Instant) -> None:
        """Judge the watched members whose values came anew."""
        for index in self._stale:
            before, truth = self._kept[index], self._members[index].judge(now)
            if truth is not before:
                self._kept[index] = truth
                self._true += (truth is True) - (before is True)
                self._possible += (truth is not False) - (before is not False)
        self._stale.clear()

    def _verdict(self, true: int, possible: int) -> Truth:
        compare, threshold = self._compare, self._threshold
        verdict = compare(true, threshold)
        # From one end to the other a comparison turns once at most, but for an equality.
        if self._is_equality and true < threshold < possible:
            return None
        return verdict if compare(possible, threshold) is verdict else None


def _least(expression: Counted | AllOf | AnyOf) -> tuple[Comparison, int]:
    match expression:
        case Counted(comparison=comparison, threshold=threshold):
            return comparison, threshold
        case AllOf(members=members):
            return Comparison.GREATER_OR_EQUAL, len(members)
        case AnyOf():
            return Comparison.GREATER_OR_EQUAL, 1


def _all_points(members: Sequence[Branch]) -> tuple[PointState, ...] | None:
    points: list[PointState] = []
    for member in members:
        if member.decided_by is None:
            return None
        points += member.decided_by
    return tuple(points)
