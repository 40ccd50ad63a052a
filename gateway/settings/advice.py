"""Warnings: what a site file may say, but a technician would hardly mean."""

from typing import Final

from gateway.settings.advice_of_rules import advise_on_rules
from gateway.settings.advice_of_times import advise_on_times
from gateway.settings.entry_nodes import at, entries, items_of
from gateway.settings.findings import Findings
from gateway.settings.model import Settings
from gateway.settings.written_schedule import Day
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode
from rules.condition import Condition
from rules.language.mentions import points_of, schedules_of
from rules.profile import DetectorKind

_ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})


def advise(settings: Settings, root: MappingNode, findings: Findings) -> None:
    """Note what looks like a mistake in a site that can be used.

    Rules that can never do what they are for are mistakes, found only now: after it the site may
    not be used after all.
    """
    _unprotected_zones(settings, root, findings)
    _unused_detectors(settings, root, findings)
    _empty_buses(settings, root, findings)
    advise_on_rules(settings, root, findings)
    advise_on_times(settings, root, findings)
    _service_lives(settings, root, findings)
    _schedules(settings, root, findings)
    _open_paths(settings, root, findings)


def _unprotected_zones(settings: Settings, root: MappingNode, findings: Findings) -> None:
    protected = {rule.zone for rule in settings.rules if rule.raises in _ALARMS} | {
        detector.zone
        for detector in settings.detectors
        if detector.kind is DetectorKind.MANUAL_CALL_POINT
    }
    for zone, node in zip(settings.zones, entries(root, "zones"), strict=True):
        if zone.id not in protected:
            findings.warn(
                at(node, "id"),
                f"nothing raises an alarm in zone {zone.id}",
                "it has no rule that raises fire-alarm or gas-alarm, and no manual call point",
            )


def _unused_detectors(settings: Settings, root: MappingNode, findings: Findings) -> None:
    rules = settings.definition.rules
    used = {point.detector for rule in rules for point in points_of(rule.when)}
    clearing = {
        point.detector
        for rule in rules
        if rule.clear is not None
        for point in points_of(rule.clear)
    }
    for detector, node in zip(settings.detectors, entries(root, "detectors"), strict=True):
        by_itself = detector.kind is DetectorKind.MANUAL_CALL_POINT
        if detector.id not in used and not by_itself:
            what = f"no rule names {detector.id}: it can raise no alarm"
            if detector.id in clearing:
                what = f"only `clear` names {detector.id}: it can raise no alarm"
            findings.warn(at(node, "id"), what)


def _empty_buses(settings: Settings, root: MappingNode, findings: Findings) -> None:
    used = {detector.bus for detector in settings.detectors} | {
        output.bus for output in settings.outputs
    }
    for bus, node in zip(settings.buses, entries(root, "buses"), strict=True):
        if bus.id not in used:
            findings.warn(at(node, "id"), f"nothing is on bus {bus.id}")


def _service_lives(settings: Settings, root: MappingNode, findings: Findings) -> None:
    for detector, node in zip(settings.detectors, entries(root, "detectors"), strict=True):
        if detector.installed is not None and not detector.profile.service_life:
            findings.warn(
                at(node, "installed"),
                f"installed means nothing: {detector.profile.id} has no service_life",
                "write service_life in the profile, as its maker has it",
            )


def _schedules(settings: Settings, root: MappingNode, findings: Findings) -> None:
    used = {
        name
        for rule in settings.definition.rules
        for expression in (rule.when, rule.clear)
        if expression is not None
        for name in schedules_of(expression)
    }
    for schedule, node in zip(
        settings.definition.schedules, entries(root, "schedules"), strict=True
    ):
        if schedule.id not in used:
            findings.warn(at(node, "id"), f"no rule asks for the schedule {schedule.id}")
        holiday = _period_of_holidays(node)
        if holiday is None and items_of(node.get("holidays")):
            findings.warn(
                at(node, "holidays"),
                f"on its holidays {schedule.id} is never on: no period is of holiday",
                "a holiday is no weekday: put holiday among the days of a period",
            )
        if holiday is not None and not schedule.holidays:
            findings.warn(
                holiday,
                "no date is a holiday: neither the schedule nor the site has any",
                "list them in holidays",
            )


def _period_of_holidays(schedule: MappingNode) -> Node | None:
    """Find where a schedule says holiday."""
    for period in entries(schedule, "on"):
        for day in items_of(period.get("days")):
            if isinstance(day, ScalarNode) and day.text == Day.HOLIDAY:
                return day
    return None


def _open_paths(settings: Settings, root: MappingNode, findings: Findings) -> None:
    uplink = root.get("uplink")
    assert isinstance(uplink, MappingNode)
    if not settings.uplink.paths:
        findings.warn(at(uplink, "paths"), "no path to the centre: alarms stay in the building")
    for path, node in zip(settings.uplink.paths, entries(uplink, "paths"), strict=True):
        if path.insecure:
            findings.warn(
                at(node, "insecure"),
                f"path {path.id} is not encrypted: anyone on the way can read and forge alarms",
            )
