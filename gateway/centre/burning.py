"""What burns at a gateway now: its last `state`, and the alarms that came after it. Pure."""

from collections.abc import Iterable

import msgspec

from gateway.centre.heard import StateSaid
from rules.condition import LANE_OF_CONDITION, Condition, Lane

ALARMS = frozenset(
    condition for condition in Condition if LANE_OF_CONDITION[condition] is Lane.ALARM
)
ENDS = "left"


class Burning(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that stands or is latched.

    Attributes:
        condition: fire-alarm, gas-alarm or pre-alarm.
        zone: id of the zone; null where the whole site is meant.
        source: what raised it.
        incident: names the incident.
        since: when it began; null where that is not known in wall time.
    """

    condition: str
    zone: str | None
    source: str
    incident: str
    since: str | None


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the lane `alarm` that the last `state` does not know of yet."""

    condition: str | None
    change: str | None
    mode: str
    zone: str | None
    source: str
    incident: str
    time: str | None


def burning(state: StateSaid | None, later: Iterable[Later]) -> list[Burning]:
    """Give the alarms that stand now.

    Args:
        state: the last one; it is the truth about its moment.
        later: the events after it, in their order.
    """
    standing: dict[tuple[str, str], Burning] = {}
    for each in () if state is None else state.conditions:
        if each.condition in ALARMS:
            standing[each.condition, each.incident] = Burning(
                condition=each.condition,
                zone=each.zone,
                source=each.source,
                incident=each.incident,
                since=each.since,
            )
    for event in later:
        if event.condition not in ALARMS or event.mode != "live":
            continue
        key = (event.condition, event.incident)
        if event.change == ENDS:
            standing.pop(key, None)
        elif key not in standing:
            standing[key] = Burning(
                condition=event.condition,
                zone=event.zone,
                source=event.source,
                incident=event.incident,
                since=event.time,
            )
    return list(standing.values())
