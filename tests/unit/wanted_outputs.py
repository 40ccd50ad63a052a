"""What the conditions in force ask of an output, by its definition."""

from rules.condition import Condition, Mode
from rules.instant import seconds
from rules.output import OutputKind

TROUBLES = {Condition.FAULT, Condition.DEGRADED}
TRIED_FOR = seconds(2)


def is_wanted(output, in_force, began, now):
    """Tell whether an output is to be energised.

    in_force has what is heard of each condition, by condition and source; began has the instant
    from which on a delay counts.
    """
    if output.kind is OutputKind.FAULT_RELAY:
        return not any(condition in TROUBLES for condition, _ in in_force)
    if (Condition.DISABLED, f"output/{output.id}") in in_force:
        return False
    driving = {
        key: heard
        for key, heard in in_force.items()
        if key[0] in output.conditions and (not output.zones or heard.zone in output.zones)
    }
    live = {key: heard for key, heard in driving.items() if heard.mode is Mode.LIVE}
    if output.kind in (OutputKind.SIREN, OutputKind.BUZZER):
        driving = {key: heard for key, heard in driving.items() if not heard.silenced}
    if output.kind is OutputKind.BUZZER:
        driving = {key: heard for key, heard in driving.items() if heard.acknowledged is None}
    for key, heard in driving.items():
        waited = now - began[key]
        if heard.mode is Mode.TEST:
            if waited < TRIED_FOR and output.kind is not OutputKind.RELAY:
                return True
        elif key[1].startswith("call-point/") or (
            waited >= output.delay and _in_alarm(heard.zone, live) >= output.coincidence
        ):
            return True
    return False


def _in_alarm(zone, live):
    named = {name for heard in live.values() if heard.zone == zone for name in heard.detectors}
    return max(1, len(named))
