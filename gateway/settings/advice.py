"""Warnings: what a site file may say, but a technician would hardly mean."""

from collections.abc import Iterator
from typing import Final

from gateway.settings.findings import Findings
from gateway.settings.model import Settings
from gateway.settings.written_schedule import Day
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from rules.condition import Condition
from rules.instant import seconds
from rules.language.compile import points_of
from rules.language.syntax import (
    AllOf,
    AnyOf,
    Counted,
    Expression,
    Held,
    Not,
    OnSchedule,
    Verified,
)
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
    _service_lives(settings, root, findings)
    _schedules(settings, root, findings)
    _open_paths(settings, root, findings)


def _entries(root: MappingNode, section: str) -> Iterator[MappingNode]:
    """Give the nodes of a list's entries: as many as the settings have, in their order."""
    return (item for item in _items(root.get(section)) if isinstance(item, MappingNode))


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else ()


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


def _service_lives(settings: Settings, root: MappingNode, findings: Findings) -> None:
    for detector, node in zip(settings.detectors, _entries(root, "detectors"), strict=True):
        if detector.installed is not None and not detector.profile.service_life:
            findings.warn(
                _at(node, "installed"),
                f"installed means nothing: {detector.profile.id} has no service_life",
                "write service_life in the profile, as its maker has it",
            )


def _schedules(settings: Settings, root: MappingNode, findings: Findings) -> None:
    used = {
        name
        for rule in settings.definition.rules
        for expression in (rule.when, rule.clear)
        if expression is not None
        for name in _schedules_in(expression)
    }
    for schedule, node in zip(
        settings.definition.schedules, _entries(root, "schedules"), strict=True
    ):
        if schedule.id not in used:
            findings.warn(_at(node, "id"), f"no rule asks for the schedule {schedule.id}")
        holiday = _period_of_holidays(node)
        if holiday is None and _items(node.get("holidays")):
            findings.warn(
                _at(node, "holidays"),
                f"on its holidays {schedule.id} is never on: no period is of holiday",
                "a holiday is no weekday: put holiday among the days of a period",
            )
        if holiday is not None and not schedule.holidays:
            findings.warn(
                holiday,
                "no date is a holiday: neither the schedule nor the site has any",
                "list them in holidays",
            )


def _schedules_in(expression: Expression) -> frozenset[str]:
    match expression:
        case OnSchedule(schedule=schedule):
            return frozenset({schedule})
        case Not(operand=operand) | Held(operand=operand) | Verified(operand=operand):
            return _schedules_in(operand)
        case Counted() | AllOf() | AnyOf():
            return frozenset[str]().union(*map(_schedules_in, expression.members))
        case _:
            return frozenset()


def _period_of_holidays(schedule: MappingNode) -> Node | None:
    """Find where a schedule says holiday."""
    for period in _entries(schedule, "on"):
        for day in _items(period.get("days")):
            if isinstance(day, ScalarNode) and day.text == Day.HOLIDAY:
                return day
    return None


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
