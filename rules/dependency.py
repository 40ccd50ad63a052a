"""Which rules wait for which: a rule may ask for a condition that another rule raises.

Rules that ask for each other's conditions in a circle have no meaning: each of them would be true
because it is.
"""

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from rules.condition import Condition
from rules.language.mentions import conditions_of
from rules.site import RuleDefinition

Asked = tuple[str, Condition]
"""A condition of a zone."""


def asked_by(rule: RuleDefinition) -> frozenset[Asked]:
    """Give the conditions of zones that a rule asks for, in `when` and in `clear`."""
    asked = conditions_of(rule.when)
    return asked if rule.clear is None else asked | conditions_of(rule.clear)


def cycles_of(rules: Iterable[RuleDefinition]) -> tuple[tuple[str, ...], ...]:
    """Give the ids of the rules of each cycle; each asks for what the next one raises.

    The last asks for what the first raises. Of cycles that share rules one is given: no rule stands
    in two.
    """
    waits: dict[str | Asked, list[str | Asked]] = {}
    for rule in rules:
        waits[rule.id] = [*sorted(asked_by(rule))]
        waits.setdefault((rule.zone, rule.raises), []).append(rule.id)
    found: list[tuple[str, ...]] = []
    while (cycle := _cycle(waits)) is not None:
        found.append(cycle)
        waits = {
            node: [each for each in before if each not in cycle]
            for node, before in waits.items()
            if node not in cycle
        }
    return tuple(found)


def _cycle(waits: dict[str | Asked, list[str | Asked]]) -> tuple[str, ...] | None:
    """Give one cycle, beginning with the first of its rules in the file."""
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        nodes: list[str | Asked] = error.args[1]  # closed: the last is the first again
        rules = [node for node in reversed(nodes[1:]) if isinstance(node, str)]
        at = rules.index(next(node for node in waits if node in rules))
        return tuple(rules[at:] + rules[:at])
    return None
