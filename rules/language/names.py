"""What a name in an expression stands for: a detector, quantity, zone, schedule or condition."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from rules.condition import Condition
from rules.language.grammar import Named, Node
from rules.language.mistake import quoted
from rules.language.notes import Notes
from rules.language.scope import Scope, Standing
from rules.language.syntax import Point
from rules.quantity import QUANTITIES

if TYPE_CHECKING:
    from rules.site import DetectorDefinition

CONDITIONS: Final = (
    Condition.FIRE_ALARM,
    Condition.GAS_ALARM,
    Condition.PRE_ALARM,
    Condition.SUPERVISORY,
    Condition.FAULT,
)
"""What a rule may ask of a zone."""


class Names:
    """Finds what a name stands for, or notes that there is no such thing."""

    def __init__(self, scope: Scope, notes: Notes) -> None:
        self._scope = scope
        self._notes = notes
        self._measuring: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {}

    @cached_property
    def _zones(self) -> frozenset[str]:
        stood_in = {detector.zone for detector in self._scope.detectors.values()}
        return self._scope.zones | stood_in | {self._scope.zone}

    def detector(self, point: Point) -> "DetectorDefinition":
        """Give the detector of a point."""
        return self._scope.detectors[point.detector]

    def point(self, node: Named, standing: Standing) -> Point:
        """Give the point that a quantity means, of a detector or alone."""
        if node.owner is None:
            return self._bare(node, standing)
        detector = self._scope.detectors.get(node.owner)
        if detector is None:
            raise self._notes.refused(
                node,
                f"there is no detector {quoted(node.owner)}",
                self._notes.near(node.owner, self._scope.detectors),
                length=len(node.owner),
            )
        if node.name not in detector.quantities:
            known = ", ".join(detector.quantities)
            raise self._notes.refused(
                node,
                f"{detector.id} does not measure {quoted(node.name)}",
                f"it measures {known}",
            )
        return Point(detector.id, node.name)

    def quantity(self, node: Named) -> str:
        """Give the quantity that a name alone means."""
        if node.name not in QUANTITIES:
            raise self._notes.refused(
                node,
                f"{quoted(node.name)} is no quantity",
                self._notes.near(node.name, QUANTITIES)
                or "a detector's is written detector.quantity",
            )
        return node.name

    def _bare(self, node: Named, standing: Standing) -> Point:
        quantity, zone = self.quantity(node), self._scope.zone
        if standing.member is not None:
            return Point(standing.member, quantity)
        candidates = self.measuring(zone, frozenset({quantity}))
        if not candidates:
            raise self._notes.refused(node, f"no detector of zone {zone} measures {quantity}")
        if len(candidates) > 1:
            raise self._notes.refused(
                node,
                f"{len(candidates)} detectors of zone {zone} measure {quantity}",
                "name one, or use any(…), all(…) or count(…)",
            )
        return Point(candidates[0], quantity)

    def measuring(self, zone: str, quantities: frozenset[str]) -> tuple[str, ...]:
        """Give the detectors of a zone that measure each of some quantities."""
        asked = zone, quantities
        if asked not in self._measuring:
            self._measuring[asked] = tuple(
                detector.id
                for detector in self._scope.detectors.values()
                if detector.zone == zone and quantities <= detector.quantities.keys()
            )
        return self._measuring[asked]

    def zones(self, nodes: Sequence[Named]) -> tuple[str, ...]:
        """Give the zones that a function is told to look at; where it is told none, the rule's."""
        named: list[str] = []
        for node in nodes:
            zone = self.zone(node)
            if zone in named:
                raise self._notes.refused(node, f"zone {zone} is named twice")
            named.append(zone)
        return tuple(named) or (self._scope.zone,)

    def zone(self, node: Node) -> str:
        """Give the zone that a name means."""
        return self._one_of(node, "zone", self._zones)

    def schedule(self, node: Node) -> str:
        """Give the schedule that a name means."""
        return self._one_of(node, "schedule", self._scope.schedules)

    def condition(self, node: Node) -> Condition:
        """Give the condition that a name means."""
        word = self.word(node, "the name of a condition")
        for condition in CONDITIONS:
            if condition == word:
                return condition
        raise self._notes.refused(
            node, f"a rule cannot ask for {quoted(word)}", "one of " + ", ".join(CONDITIONS)
        )

    def _one_of(self, node: Node, what: str, known: frozenset[str]) -> str:
        word = self.word(node, f"the name of a {what}")
        if word not in known:
            raise self._notes.refused(
                node, f"there is no {what} {quoted(word)}", self._notes.near(word, sorted(known))
            )
        return word

    def word(self, node: Node, wanted: str) -> str:
        """Give a name that stands alone."""
        if not isinstance(node, Named) or node.owner is not None:
            raise self._notes.refused(node, f"{wanted} stands here, alone")
        return node.name
