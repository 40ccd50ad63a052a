"""How long it takes at worst from a phenomenon to its publication, and from a failure to its fault.

Summed up from what the drivers tell of their lines (drivers.times), what the rules wait for
(gateway.settings.ways), and one allowance for all that the gateway does itself. Not in the sum is
the detector's own response: nobody knows it here. `for` is not rounded up to a reading, since the
core wakes when it has run out. The buses and the gateway are taken to work, with one dead unit on
each line; the way from the broker to the centre is the network's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from types import MappingProxyType
from typing import Final

from drivers.gpio import times as gpio
from drivers.modbus import times as modbus
from drivers.serial import times as serial
from drivers.simulated import times as simulated
from drivers.times import DetectorTimes, TimesOf
from gateway.settings.bus_plans import bus_plans
from gateway.settings.model import DetectorEntry, Settings
from gateway.settings.ways import LOOK_EVERY, Known, Step, Term, Way, Ways, either, ways_to
from rules.condition import Condition
from rules.instant import Duration, seconds
from rules.profile import DetectorKind
from rules.site import RuleDefinition
from rules.supervision import FAILURES_TO_FAULT, FAULT_AFTER

TIMES: Final[Mapping[str, TimesOf]] = MappingProxyType(
    {
        "gpio": gpio.times_of,
        "modbus": modbus.times_of,
        "serial": serial.times_of,
        "simulated": simulated.times_of,
    }
)
"""By the driver's name in drivers.registry."""

PUBLICATION: Final = seconds(1.5)
"""Half a second each to decide, to write and to send: the bounds that the gateway is measured by.
On a sound unit it takes some thousandths of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTiming:
    """The worst-case times of a rule, or of a manual call point.

    Attributes:
        source: as in events: rule/ID or call-point/ID.
        zone: where it raises its condition.
        raises: the condition.
        ways: from the change at the detector to the publication; None where no phenomenon raises
            it, as where only a schedule does.
    """

    source: str
    zone: str
    raises: Condition
    ways: Ways | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTiming:
    """How long after a detector fell silent its fault is published, at the latest."""

    detector: str
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTiming:
    """The times of a site.

    Attributes:
        rules: those of the rules in their order, and those of the manual call points.
        faults: those of all detectors.
    """

    rules: tuple[RuleTiming, ...]
    faults: tuple[FaultTiming, ...]


def timing_of(settings: Settings) -> SiteTiming:
    """Work out the times of a site."""
    return _Reckoning(settings).timing


class _Reckoning:
    """Works out each thing once: rules ask for the times of other rules' conditions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._driver_times = _driver_times(settings)
        self._known = Known(
            {
                detector.id: tuple(
                    Term(part.wait, detector.id, part.takes)
                    for part in self._driver_times[detector.id].change
                )
                for detector in settings.detectors
            },
            self._raising,
        )
        self._raised: dict[tuple[str, Condition], Ways | None] = {}

    @cached_property
    def timing(self) -> SiteTiming:
        """All times."""
        rules = [
            RuleTiming(
                source=f"rule/{rule.id}",
                zone=rule.zone,
                raises=rule.raises,
                ways=_published(self._decided(rule)),
            )
            for rule in self._settings.definition.rules
        ]
        call_points = [
            RuleTiming(
                source=f"call-point/{detector.id}",
                zone=detector.zone,
                raises=Condition.FIRE_ALARM,
                ways=_published(self._read(detector)),
            )
            for detector in self._settings.detectors
            if detector.kind is DetectorKind.MANUAL_CALL_POINT
        ]
        faults = [
            FaultTiming(detector=each.id, way=self._fault(each).then(_publication()))
            for each in self._settings.detectors
        ]
        return SiteTiming(rules=(*rules, *call_points), faults=tuple(faults))

    def _decided(self, rule: RuleDefinition) -> Ways | None:
        """Give the ways to the rule's condition."""
        ways = ways_to(rule.when, True, self._known)
        return None if ways is None else ways.then(Term(Step.FOR, rule.id, rule.hold))

    def _read(self, detector: DetectorEntry) -> Ways:
        way = Way(self._known.readings[detector.id])
        return Ways(way, way)

    def _raising(self, zone: str, condition: Condition) -> Ways | None:
        """Give the ways to a condition of a zone; the loader sees to it that they form no cycle."""
        key = zone, condition
        if key not in self._raised:
            self._raised[key] = None
            self._raised[key] = either(self._sources_of(zone, condition))
        return self._raised[key]

    def _sources_of(self, zone: str, condition: Condition) -> list[Ways | None]:
        definition = self._settings.definition
        sources = [
            self._decided(rule)
            for rule in definition.rules
            if (rule.zone, rule.raises) == (zone, condition)
        ]
        for detector in self._settings.detectors:
            if detector.zone != zone:
                continue
            by_hand = detector.kind is DetectorKind.MANUAL_CALL_POINT
            if condition is Condition.FIRE_ALARM and by_hand:
                sources.append(self._read(detector))
            if condition is Condition.FAULT:
                way = self._fault(detector)
                sources.append(Ways(way, way))
        return sources

    def _fault(self, detector: DetectorEntry) -> Way:
        """Give the way to the fault of a detector that fell silent.

        Failed attempts make it, or its last value grows stale; whichever comes first.
        """
        times = self._driver_times[detector.id]
        needed = min(FAILURES_TO_FAULT, 1 + ceil(FAULT_AFTER / times.apart))
        stale = Duration(detector.stale_after + LOOK_EVERY)
        soonest = min(times.failures[needed - 1], stale)
        return Way((Term(Step.FAULT, detector.id, soonest),))


def _driver_times(settings: Settings) -> dict[str, DetectorTimes]:
    drivers = {bus.id: bus.driver for bus in settings.buses}
    times: dict[str, DetectorTimes] = {}
    for plan in bus_plans(settings):
        times |= TIMES[drivers[plan.id]](plan)
    return times


def _publication() -> Term:
    return Term(Step.PUBLICATION, "", PUBLICATION)


def _published(ways: Ways | None) -> Ways | None:
    return None if ways is None else ways.then(_publication())
