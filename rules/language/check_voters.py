"""Voters: a condition once for each detector of some zones, for any, all, count and at_least."""

from collections.abc import Sequence
from typing import Final

from rules.language.grammar import Call, Compare, Joined, Named, Node
from rules.language.names import Names
from rules.language.notes import Notes
from rules.language.scope import Standing

LARGEST_TREE: Final = 5000
"""Conditions in all that voters may make of an expression.

Each reading of a voter judges all of them: 5000 take about a millisecond on the slowest unit. 500
detectors may have ten conditions each.
"""

_WITHOUT_QUANTITIES: Final = frozenset({"schedule", "condition"})
_OF_HEAT_CLASS: Final = 5


class Voters:
    """Finds who votes."""

    def __init__(self, names: Names, notes: Notes) -> None:
        self._names = names
        self._notes = notes
        self._size = 0

    def enter(self, call: Call, standing: Standing) -> tuple[str, ...]:
        """Give the zones that a function with voters looks at.

        One inside another would mean nothing, and the tree would grow as a power of the detectors.
        """
        if standing.group:
            raise self._notes.refused(
                call, f"{call.function} cannot stand inside any, all, count or at_least"
            )
        return self._names.zones(call.zones)

    def of(
        self, call: Call, argument: Node, zones: Sequence[str], standing: Standing
    ) -> tuple[Standing, ...]:
        """Give where a condition stands: once for each voter.

        Without a quantity of its own it is one voter, whatever the zones.
        """
        wanted = frozenset(map(self._names.quantity, bare_names(argument)))
        voters: list[str | None] = [] if wanted else [None]
        for zone in zones if wanted else ():
            found = self._names.measuring(zone, wanted)
            if not found:
                measures = " and ".join(sorted(wanted))
                raise self._notes.refused(
                    argument, f"no detector of zone {zone} measures {measures}"
                )
            voters += found
        self._size += len(voters) * _size(argument)
        if self._size > LARGEST_TREE:
            raise self._notes.refused(
                argument,
                f"{len(voters)} voters of {_size(argument)} conditions each are too many: an "
                f"expression may have {LARGEST_TREE} in all",
                "shorten the condition, or make a rule for each zone",
            )
        return tuple(
            Standing(standing.sensitive, group=call.function, member=voter) for voter in voters
        )


def bare_names(node: Node) -> tuple[Named, ...]:
    """Give the quantities without a detector that a condition names."""
    match node:
        case Named(owner=None):
            return (node,)
        case Call(function=function) if function in _WITHOUT_QUANTITIES:
            return ()
        case Call(function="heat_class"):
            return bare_names(node.arguments[0])
        case Call(arguments=members) | Joined(members=members):
            return tuple(name for member in members for name in bare_names(member))
        case Compare():
            return bare_names(node.left) + bare_names(node.right)
        case _:
            return ()


def _size(node: Node) -> int:
    """Give how many conditions are made of a node for each voter."""
    match node:
        case Joined():
            return 1 + sum(map(_size, node.members))
        case Call(function="heat_class"):
            return _OF_HEAT_CLASS
        case Call():
            return 1 + sum(map(_size, node.arguments))
        case _:
            return 1
