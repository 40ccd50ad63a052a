"""From settings to what each bus is to do."""

from drivers.bus import BusDetector, BusOutput, BusPlan
from gateway.settings.model import Settings
from rules.condition import LANE_OF_CONDITION, Lane
from rules.language.compile import points_of
from rules.profile import DetectorKind

_ALARM_BY_ITSELF = frozenset({DetectorKind.MANUAL_CALL_POINT, DetectorKind.PANEL_ALARM})


def bus_plans(settings: Settings) -> tuple[BusPlan, ...]:
    """Give the plan of each bus, in the order of the site file."""
    alarming = _alarming(settings)
    return tuple(
        BusPlan(
            id=bus.id,
            options=bus.options,
            detectors=tuple(
                BusDetector(
                    id=detector.id,
                    profile=detector.profile,
                    every=detector.every,
                    alarm=detector.id in alarming,
                    options=detector.options,
                )
                for detector in settings.detectors
                if detector.bus == bus.id
            ),
            outputs=tuple(
                BusOutput(id=output.id, options=output.options)
                for output in settings.outputs
                if output.bus == bus.id
            ),
        )
        for bus in settings.buses
    )


def _alarming(settings: Settings) -> frozenset[str]:
    """Give the detectors that can raise something of the alarm lane: they go before others."""
    named = {
        point.detector
        for rule in settings.definition.rules
        if LANE_OF_CONDITION[rule.raises] is Lane.ALARM
        for point in points_of(rule.when)
    }
    by_itself = {
        detector.id for detector in settings.detectors if detector.kind in _ALARM_BY_ITSELF
    }
    return frozenset(named | by_itself)
