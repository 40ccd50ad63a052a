"""The Contact ID code (SIA DC-05) of an event, for monitoring stations.

The codes are tables. Where no code means what the event means, there is none: a station does
better with nothing than with a code that says something else (there is none for the reset of a
fire alarm system, and 406 would call the alarm false).
"""

from collections.abc import Collection, Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from rules.condition import LANE_OF_CONDITION, Condition, Lane, Mode
from rules.event import Change, ConditionEvent, Notice
from rules.profile import DetectorKind
from rules.reading import FaultCause


class Qualifier(StrEnum):
    """Whether something begins, goes on or ends."""

    NEW = "new"
    STILL = "still"
    RESTORE = "restore"


QUALIFIER_OF_CHANGE: Final[Mapping[Change, Qualifier]] = MappingProxyType(
    {
        Change.ENTERED: Qualifier.NEW,
        Change.STANDING: Qualifier.STILL,
        # News to whoever is on the way: the fire has reached a further detector.
        Change.SPREAD: Qualifier.NEW,
        # The cause has gone, the condition has not: a latched alarm is no restore until it is left.
        Change.CLEARED: Qualifier.STILL,
        Change.LEFT: Qualifier.RESTORE,
        Change.ACKNOWLEDGED: Qualifier.STILL,
        Change.SILENCED: Qualifier.STILL,
    }
)


class ContactIdQualifier(IntEnum):
    """The qualifier digit of a Contact ID message."""

    NEW = 1
    RESTORE = 3
    STILL = 6


DIGIT_OF_QUALIFIER: Final[Mapping[Qualifier, ContactIdQualifier]] = MappingProxyType(
    {
        Qualifier.NEW: ContactIdQualifier.NEW,
        Qualifier.RESTORE: ContactIdQualifier.RESTORE,
        Qualifier.STILL: ContactIdQualifier.STILL,
    }
)

MEANING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "110": "fire",
        "111": "smoke",
        "114": "heat",
        "115": "pull station",
        "118": "near alarm",
        "151": "gas detected",
        "162": "carbon monoxide detected",
        "200": "fire supervisory",
        "300": "system trouble",
        "305": "system reset",
        "306": "panel programming changed",
        "308": "system shutdown",
        "320": "sounder or relay trouble",
        "333": "expansion module failure",
        "351": "telco 1 fault",
        "352": "telco 2 fault",
        "354": "failure to communicate event",
        "371": "protection loop open",
        "372": "protection loop short",
        "373": "fire trouble",
        "377": "swinger trouble",
        "380": "sensor trouble",
        "381": "loss of supervision",
        "393": "maintenance alert",
        "520": "sounder or relay disabled",
        "570": "zone bypass",
        "571": "fire bypass",
        "602": "periodic test report",
        "607": "walk test mode",
        "611": "point tested OK",
        "614": "fire zone walk tested",
        "623": "event log 90% full",
        "624": "event log overflow",
        "625": "time or date reset",
        "626": "time or date inaccurate",
        "912": "fire alarm silence",
    }
)


class ContactId(msgspec.Struct, frozen=True, kw_only=True):
    """A Contact ID code.

    Attributes:
        qualifier: 1 new, 3 restore, 6 still present.
        code: the three digits of the event, as text.
        meaning: what the code says, in words.
    """

    qualifier: ContactIdQualifier
    code: str
    meaning: str


FIRE, SMOKE, HEAT, PULL_STATION = "110", "111", "114", "115"
GAS, CARBON_MONOXIDE, NEAR_ALARM = "151", "162", "118"

CODE_OF_KIND: Final[Mapping[DetectorKind, str]] = MappingProxyType(
    {
        DetectorKind.SMOKE: SMOKE,
        DetectorKind.HEAT: HEAT,
        DetectorKind.MANUAL_CALL_POINT: PULL_STATION,
    }
)
"""Fire alarms that one kind of detector raised; all others are 110."""

CODE_OF_QUANTITY: Final[Mapping[str, str]] = MappingProxyType({"smoke": SMOKE, "temperature": HEAT})
"""Fire alarms that one quantity raised, where the kind of the detector says nothing."""

CODE_OF_NOTICE: Final[Mapping[Notice, str]] = MappingProxyType(
    {
        Notice.STARTED: "305",
        Notice.STOPPED: "308",
        Notice.CLOCK_ESTABLISHED: "625",
        Notice.CONFIGURATION_CHANGED: "306",
        Notice.DETECTOR_TESTED: "611",
        Notice.PERIODIC_TEST: "602",
    }
)

CODE_OF_GATEWAY_PART: Final[Mapping[str, str]] = MappingProxyType(
    {
        "store": "624",
        "journal": "624",
        "disk": "623",  # what is left for the journal is less than a twentieth
        "clock": "626",
        "uplink": "354",
        "delivery": "354",
    }
)
"""By the second word of the source: "gateway/delivery/alarm" is of delivery."""

UNSUPERVISED: Final[frozenset[str]] = frozenset(
    {FaultCause.NO_REPLY, FaultCause.BUS_DOWN, FaultCause.STALE, FaultCause.HEARTBEAT}
)
"""Causes that say that a detector is out of sight rather than broken."""

CODE_OF_CAUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        FaultCause.OPEN_CIRCUIT: "371",
        FaultCause.SHORT_CIRCUIT: "372",
        FaultCause.DEVICE_WARNING: "393",
        FaultCause.CHATTER: "377",  # swinger trouble
        FaultCause.INHIBITED: "571",  # fire bypass: at the device itself
    }
)
"""Faults that have a code of their own."""

_CODE_OF_DISABLED: Final[Mapping[str, str]] = MappingProxyType({"output": "520", "zone": "570"})
"""What is out of service, or waits where it is an output with a delay; a detector is 571."""

OF_THE_GATEWAY: Final = ("gateway/", "path/", "bus/")
"""Sources that are no part of the fire alarm system: their warnings are no fire supervisory."""

CODE_OF_PATH: Final[tuple[str, ...]] = ("351", "352")


def of_notice(notice: Notice) -> ContactId | None:
    """Give the code of a notice, or None where no code means it."""
    code = CODE_OF_NOTICE.get(notice)
    return None if code is None else _contact_id(code, ContactIdQualifier.NEW)


def of_condition(
    event: ConditionEvent, kinds: Collection[DetectorKind], quantities: Collection[str], path: int
) -> ContactId:
    """Give the code of a condition's event.

    Args:
        event: the event.
        kinds: of the detectors that it is about or that decided.
        quantities: names of the quantities that decided.
        path: where the source is a path, its place among the paths, counted from 0.
    """
    if event.mode is Mode.TEST and LANE_OF_CONDITION[event.condition] is Lane.ALARM:
        code = _code_of_a_test(event.condition)
    elif event.change is Change.SILENCED and event.condition is Condition.FIRE_ALARM:
        return _contact_id("912", ContactIdQualifier.NEW)
    else:
        code = _code(event, frozenset(kinds), frozenset(quantities), path)
    return _contact_id(code, DIGIT_OF_QUALIFIER[QUALIFIER_OF_CHANGE[event.change]])


def _contact_id(code: str, qualifier: ContactIdQualifier) -> ContactId:
    return ContactId(qualifier=qualifier, code=code, meaning=MEANING[code])


def _code_of_a_test(alarm: Condition) -> str:
    """Give the code of an alarm that a test raised: no station may send anybody out for it."""
    return "614" if alarm is Condition.FIRE_ALARM else "611"


def _code(
    event: ConditionEvent, kinds: frozenset[DetectorKind], quantities: frozenset[str], path: int
) -> str:
    match event.condition:
        case Condition.FIRE_ALARM:
            return _fire_code(event.source, kinds, quantities)
        case Condition.GAS_ALARM:
            carbon_monoxide = kinds == {DetectorKind.CO} or quantities == {"co"}
            return CARBON_MONOXIDE if carbon_monoxide else GAS
        case Condition.PRE_ALARM:
            return NEAR_ALARM
        case Condition.SUPERVISORY if not event.source.startswith(OF_THE_GATEWAY):
            return "200"
        case Condition.DEGRADED:
            return "373"
        case Condition.DISABLED:
            return _CODE_OF_DISABLED.get(event.source.partition("/")[0], "571")
        case Condition.TEST:
            return "607"
        case Condition.SUPERVISORY | Condition.FAULT:
            return _fault_code(event, kinds, path)


def _fire_code(source: str, kinds: frozenset[DetectorKind], quantities: frozenset[str]) -> str:
    if source.startswith("call-point/"):
        return PULL_STATION
    if kinds == {DetectorKind.SENSOR} and len(quantities) == 1:
        return CODE_OF_QUANTITY.get(next(iter(quantities)), FIRE)
    if len(kinds) == 1:
        return CODE_OF_KIND.get(next(iter(kinds)), FIRE)
    return FIRE


def _fault_code(event: ConditionEvent, kinds: frozenset[DetectorKind], path: int) -> str:
    about, _, name = event.source.partition("/")
    if about == "path":
        of_its_files = name.partition("/")[2] in ("certificate", "credentials", "dates")
        return "300" if of_its_files else CODE_OF_PATH[min(path, len(CODE_OF_PATH) - 1)]
    if about == "bus":
        return "333"
    if about == "output":
        return "320"
    if about == "gateway":
        return CODE_OF_GATEWAY_PART.get(name.partition("/")[0], "300")
    if DetectorKind.PANEL_FAULT in kinds:
        return "300"  # the fire panel reports a trouble of its own; which, its relay cannot say
    if event.cause in CODE_OF_CAUSE:
        return CODE_OF_CAUSE[event.cause]
    return "381" if event.cause in UNSUPERVISED else "380"
