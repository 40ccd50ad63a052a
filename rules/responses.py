"""When a detector under test responds: something that it measures turns towards a condition.

What it measures counts by every rule of the site that names it, of whatever zone and for whatever
condition, and by itself: a smoke detector that two must confirm has responded alone, and so has a
valve that is only supervised. A contact that no rule names responds when it is active, and any
measured value when it is over-range.
"""

from collections.abc import Iterable, Iterator
from math import isinf

from rules.evaluation import Evaluator, evaluator
from rules.instant import Instant
from rules.language.syntax import Active, Point
from rules.leaning import Leaf, leaves, point_of
from rules.site import DetectorDefinition, RuleDefinition
from rules.values import PointState, Values


class Responses:
    """The comparisons of all rules that are about some detectors.

    Args:
        detectors: of a zone under test.
        rules: all rules of the site.
        values: of the site; what is hidden from other zones counts here.
    """

    def __init__(
        self,
        detectors: Iterable[DetectorDefinition],
        rules: Iterable[RuleDefinition],
        values: Values,
    ) -> None:
        self._of: dict[str, list[tuple[Evaluator, bool]]] = {each.id: [] for each in detectors}
        self._points: dict[str, list[PointState]] = {}
        for leaf, wanted in self._leaves(detectors, rules):
            name = point_of(leaf).detector
            self._of[name].append((evaluator(leaf, values.seen_at_home(name)), wanted))
        for each in detectors:
            self._points[each.id] = [
                values.point(Point(each.id, quantity)) for quantity in each.quantities
            ]

    @property
    def detectors(self) -> Iterable[str]:
        """Whom it is about."""
        return self._of.keys()

    def has(self, detector: str, now: Instant) -> bool:
        """Tell whether a detector responds."""
        return any(judge(now) is wanted for judge, wanted in self._of[detector]) or any(
            state.value is not None and isinf(state.value) for state in self._points[detector]
        )

    def _leaves(
        self, detectors: Iterable[DetectorDefinition], rules: Iterable[RuleDefinition]
    ) -> Iterator[tuple[Leaf, bool]]:
        """Give each comparison once; of one that counts either way, what is true."""
        found: dict[Leaf, bool] = {}
        for rule in rules:
            for leaf, wanted in leaves(rule.when, wanted=True):
                if point_of(leaf).detector in self._of:
                    found[leaf] = found.get(leaf, False) or wanted
        yield from found.items()
        named = {point_of(leaf) for leaf in found}
        for each in detectors:
            contact = Point(each.id, "contact")
            if "contact" in each.quantities and contact not in named:
                yield Active(contact), True
