"""Warnings: what a site file may say, but a technician would hardly mean."""

from collections.abc import Iterable
from typing import Final

from gateway.settings.cross_checks import SiteDrafts, call_points, kind_of_detector
from gateway.settings.findings import Findings
from gateway.settings.model import Uplink
from gateway.settings.yaml_nodes import MappingNode, SequenceNode
from rules.condition import Condition
from rules.instant import seconds
from rules.language.compile import points_of
from rules.profile import DetectorKind
from rules.site import RuleDefinition

LONGEST_FIRE_HOLD: Final = seconds(60)
"""DOMAIN 5.1: a first alarm is held for 60 s at most."""

_ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})


def advise(
    drafts: SiteDrafts,
    rules: Iterable[RuleDefinition | None],
    uplink: Uplink | None,
    root: MappingNode,
    findings: Findings,
) -> None:
    """Note what looks like a mistake."""
    _unprotected_zones(drafts, findings)
    _unused_detectors(drafts, tuple(rules), findings)
    _empty_buses(drafts, findings)
    _long_holds(drafts, findings)
    _open_paths(uplink, root, findings)


def _unprotected_zones(drafts: SiteDrafts, findings: Findings) -> None:
    ruled = {
        rule.node.word("zone")
        for rule in drafts.rules or ()
        if rule.entry is None or rule.entry.raises in _ALARMS
    }
    protected = ruled | call_points(drafts)
    for zone in drafts.zones or ():
        if zone.id and zone.id not in protected:
            findings.warn(
                zone.id_node,
                f"nothing raises an alarm in zone {zone.id}",
                "it has no rule that raises fire-alarm or gas-alarm, and no manual call point",
            )


def _unused_detectors(
    drafts: SiteDrafts, rules: tuple[RuleDefinition | None, ...], findings: Findings
) -> None:
    """Note detectors that no rule names; nothing can be said while a rule is not understood."""
    if None in rules or drafts.rules is None:
        return
    used: set[str] = set()
    for rule in rules:
        if rule is not None:
            used |= {point.detector for point in points_of(rule.when)}
    for detector in drafts.detectors or ():
        by_itself = kind_of_detector(detector) == DetectorKind.MANUAL_CALL_POINT
        if detector.id and detector.id not in used and not by_itself:
            findings.warn(detector.id_node, f"no rule names {detector.id}: it can raise no alarm")


def _empty_buses(drafts: SiteDrafts, findings: Findings) -> None:
    if drafts.detectors is None or drafts.outputs is None:
        return
    nodes = [draft.node for draft in drafts.detectors] + [draft.node for draft in drafts.outputs]
    used = {node.word("bus") for node in nodes}
    for bus in drafts.buses or ():
        if bus.id and bus.id not in used:
            findings.warn(bus.id_node, f"nothing is on bus {bus.id}")


def _long_holds(drafts: SiteDrafts, findings: Findings) -> None:
    for rule in drafts.rules or ():
        entry = rule.entry
        if entry is None or entry.raises is not Condition.FIRE_ALARM:
            continue
        if entry.hold > LONGEST_FIRE_HOLD:
            findings.warn(
                rule.node.get("for") or rule.node,
                "a fire alarm is held back for more than 60 s",
                "EN 54-2 allows a first alarm to be held for 60 s at most",
            )


def _open_paths(uplink: Uplink | None, root: MappingNode, findings: Findings) -> None:
    section = root.get("uplink")
    if uplink is None or not isinstance(section, MappingNode):
        return
    paths = section.get("paths")
    if not isinstance(paths, SequenceNode):
        return
    if not paths.items:
        findings.warn(paths, "no path to the centre: alarms stay in the building")
    for node, path in zip(paths.items, uplink.paths, strict=True):
        if path.insecure and isinstance(node, MappingNode):
            findings.warn(
                node.get("insecure") or node,
                f"path {path.id} is not encrypted: anyone on the way can read and forge alarms",
            )
