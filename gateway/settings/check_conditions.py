"""What waits for conditions: rules that name them, and outputs that count detectors in alarm.

A condition that nothing can raise, and detectors that are too few, would be waited for in vain, and
nobody would see it before the fire.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from gateway.settings.cross_checks import SiteDrafts, kind_of_detector
from gateway.settings.findings import Findings
from gateway.settings.model import DRIVING_BY_DEFAULT
from gateway.settings.read_entries import Draft
from gateway.settings.scalar_places import stretch_in
from gateway.settings.written import RAISABLE, WrittenOutput, WrittenRule
from gateway.settings.yaml_nodes import ScalarNode
from rules.condition import Condition
from rules.dependency import cycles_of
from rules.language.mentions import points_of
from rules.language.token import Kind, Token, tokens_of
from rules.problem import Problem
from rules.profile import DetectorKind
from rules.site import RuleDefinition

Raised = frozenset[tuple[str, str]]
"""Zones and the conditions that something can raise there."""

_REFERENCE: Final = ("condition", "(", None, ",", None, ")")


def check_conditions(
    drafts: SiteDrafts, rules: tuple[RuleDefinition | None, ...], findings: Findings
) -> None:
    """Note what would be waited for in vain.

    Args:
        drafts: the entries of the site file.
        rules: for each draft of a rule what was made of it, or None.
        findings: where to note.
    """
    raised = _raised(drafts)
    usable = [
        (draft, rule)
        for draft, rule in zip(drafts.rules or (), rules, strict=True)
        if rule is not None
    ]
    if raised is not None:
        for draft, _ in usable:
            for node in (draft.node.get("when"), draft.node.get("clear")):
                if isinstance(node, ScalarNode):
                    _check_references(node, raised, findings)
    _check_rings(usable, findings)
    if len(usable) == len(rules):
        for output in drafts.outputs or ():
            _check_coincidence(output, [rule for _, rule in usable], findings)


def _raised(drafts: SiteDrafts) -> Raised | None:
    """Give what can be raised; more than that where an entry is broken; None where nobody knows."""
    if drafts.rules is None or drafts.detectors is None:
        return None
    raised: set[tuple[str, str]] = set()
    for rule in drafts.rules:
        zone, condition = rule.node.word("zone"), rule.node.word("raises")
        if not zone:
            return None
        raised |= {
            (zone, each) for each in RAISABLE if condition == each or condition not in RAISABLE
        }
    for detector in drafts.detectors:
        zone, kind = detector.node.word("zone"), kind_of_detector(detector)
        if not zone:
            return None
        raised.add((zone, Condition.FAULT))
        if not kind or kind == DetectorKind.MANUAL_CALL_POINT:
            raised.add((zone, Condition.FIRE_ALARM))
    return frozenset(raised)


def _check_references(node: ScalarNode, raised: Raised, findings: Findings) -> None:
    for zone, condition in _references(node.text):
        if (zone.text, condition.text) in raised:
            continue
        offset, end = zone.offset, condition.offset + len(condition.text)
        place, text = stretch_in(node, offset, end - offset)
        what = f"nothing can raise {condition.text} in zone {zone.text}"
        there = sorted(known for where, known in raised if where == zone.text)
        hint = f"there can be {', '.join(there)}" if there else "it has neither rule nor detector"
        findings.add(Problem(place=place, what=what, text=text, hint=hint))


def _references(text: str) -> Iterator[tuple[Token, Token]]:
    """Give zone and condition of each reference, with their places, in what has compiled."""
    words = tokens_of(text)
    for at in range(len(words) - len(_REFERENCE)):
        stretch = words[at : at + len(_REFERENCE)]
        fits = (
            word.kind is Kind.NAME if sign is None else word.text == sign
            for word, sign in zip(stretch, _REFERENCE, strict=True)
        )
        if all(fits):
            yield stretch[2], stretch[4]


def _check_rings(
    usable: list[tuple[Draft[WrittenRule], RuleDefinition]], findings: Findings
) -> None:
    """Note rules that wait for each other: none of them could ever be the first."""
    drafts = {rule.id: draft for draft, rule in reversed(usable)}
    for ring in cycles_of(rule for _, rule in usable):
        node = drafts[ring[0]].id_node
        if len(ring) == 1:
            what = "the rule asks for the condition that it raises itself"
            findings.refuse(node, what, "leave condition(…) out")
            continue
        around = " → ".join((*ring, ring[0]))
        what = f"rules ask for each other's conditions: {around}"
        findings.refuse(node, what, "leave condition(…) out of one of them")


def _check_coincidence(
    draft: Draft[WrittenOutput], rules: list[RuleDefinition], findings: Findings
) -> None:
    """Note an output that no alarm of some zone could ever drive, its detectors being too few."""
    output = draft.entry
    if output is None or output.coincidence == 1:
        return
    driven_by = DRIVING_BY_DEFAULT if output.driven_by is None else output.driven_by
    driving = [rule for rule in rules if rule.raises in driven_by]
    for zone, together in groupby(sorted(driving, key=_zone_of), _zone_of):
        if output.zones and zone not in output.zones:
            continue
        named = {point.detector for rule in together for point in points_of(rule.when)}
        if len(named) < output.coincidence:
            findings.refuse(
                draft.node.get("coincidence") or draft.node,
                f"coincidence: in zone {zone} rules name only {len(named)} of "
                f"{output.coincidence} detectors: {draft.id} would never be driven",
                "make it smaller, or list in zones where it is meant",
            )


def _zone_of(rule: RuleDefinition) -> str:
    return rule.zone
