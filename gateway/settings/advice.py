"""Warnings: what a site file may say, but a technician would hardly mean."""

from collections.abc import Iterator
from typing import Final

from gateway.settings.findings import Findings
from gateway.settings.model import Settings
from gateway.settings.yaml_nodes import MappingNode, Node, SequenceNode
from rules.condition import Condition
from rules.instant import seconds
from rules.language.compile import points_of
from rules.profile import DetectorKind

LONGEST_FIRE_HOLD: Final = seconds(60)
"""EN 54-2, coincidence of type A: a first alarm is held for 60 s at most."""

_ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})


def advise(settings: Settings, root: MappingNode, findings: Findings) -> None:
    """Note what looks like a mistake in a site that can be used."""
    _unprotected_zones(settings, root, findings)
    _unused_detectors(settings, root, findings)
    _empty_buses(settings, root, findings)
    _long_holds(settings, root, findings)
    _open_paths(settings, root, findings)


def _entries(root: MappingNode, section: str) -> Iterator[MappingNode]:
    """Give the nodes of a list's entries: as many as the settings have, in their order."""
    node = root.get(section)
    items = node.items if isinstance(node, SequenceNode) else ()
    return (item for item in items if isinstance(item, MappingNode))


def _at(entry: MappingNode, key: str) -> Node:
    return entry.get(key) or entry


def _unprotected_zones(settings: Settings, root: MappingNode, findings: Findings) -> None:
    protected = {rule.zone for rule in settings.rules if rule.raises in _ALARMS} | {
        detector.zone
        for detector in settings.detectors
        if detector.kind is DetectorKind.MANUAL_CALL_POINT
    }
    for zone, node in zip(settings.zones, _entries(root, "zones"), strict=True):
        if zone.id not in protected:
            findings.warn(
                _at(node, "id"),
                f"nothing raises an alarm in zone {zone.id}",
                "it has no rule that raises fire-alarm or gas-alarm, and no manual call point",
            )


def _unused_detectors(settings: Settings, root: MappingNode, findings: Findings) -> None:
    used = {point.detector for rule in settings.definition.rules for point in points_of(rule.when)}
    for detector, node in zip(settings.detectors, _entries(root, "detectors"), strict=True):
        by_itself = detector.kind is DetectorKind.MANUAL_CALL_POINT
        if detector.id not in used and not by_itself:
            findings.warn(_at(node, "id"), f"no rule names {detector.id}: it can raise no alarm")


def _empty_buses(settings: Settings, root: MappingNode, findings: Findings) -> None:
    used = {detector.bus for detector in settings.detectors} | {
        output.bus for output in settings.outputs
    }
    for bus, node in zip(settings.buses, _entries(root, "buses"), strict=True):
        if bus.id not in used:
            findings.warn(_at(node, "id"), f"nothing is on bus {bus.id}")


def _long_holds(settings: Settings, root: MappingNode, findings: Findings) -> None:
    for rule, node in zip(settings.rules, _entries(root, "rules"), strict=True):
        if rule.raises is Condition.FIRE_ALARM and rule.hold > LONGEST_FIRE_HOLD:
            findings.warn(
                _at(node, "for"),
                "a fire alarm is held back for more than 60 s",
                "EN 54-2 lets a first alarm be held for 60 s at most",
            )


def _open_paths(settings: Settings, root: MappingNode, findings: Findings) -> None:
    uplink = root.get("uplink")
    assert isinstance(uplink, MappingNode)
    if not settings.uplink.paths:
        findings.warn(_at(uplink, "paths"), "no path to the centre: alarms stay in the building")
    for path, node in zip(settings.uplink.paths, _entries(uplink, "paths"), strict=True):
        if path.insecure:
            findings.warn(
                _at(node, "insecure"),
                f"path {path.id} is not encrypted: anyone on the way can read and forge alarms",
            )
