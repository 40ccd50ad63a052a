"""What happened in the story of the examples: a market of which one zone burns. Pure."""

from typing import Final

from gateway.contract.example_site import BOOT
from rules.condition import Condition, Mode
from rules.event import Change, ConditionEvent, Evidence, Notice, NoticeEvent
from rules.instant import Instant, Moment, seconds
from rules.reading import FaultCause

ALARM_AT: Final = Instant(seconds(245.123))
FAULT_AT: Final = Instant(seconds(251.5))
WORK_AT: Final = Instant(seconds(120))


def fire(change: Change, after_s: float, **rest: object) -> ConditionEvent:
    """Give something that happened to the fire, and how long after its beginning."""
    fields: dict[str, object] = {"latched": True, "cause": "rule", **rest}
    return ConditionEvent(
        change=change,
        condition=Condition.FIRE_ALARM,
        zone="kitchen",
        source="rule/kitchen-fire",
        incident=Moment(BOOT, ALARM_AT),
        at=Instant(ALARM_AT + seconds(after_s)),
        **fields,  # type: ignore[arg-type]  # the fields that an example sets are of their types
    )


FIRE: Final = fire(
    Change.ENTERED,
    0,
    detail="count(temperature > 58 °C) >= 1 held for 5 s",
    evidence=(
        Evidence("kitchen-heat-1", "temperature", 61.5, "°C"),
        Evidence("kitchen-heat-2", "temperature", None, "°C"),
    ),
)
BEYOND_RANGE: Final = fire(
    Change.STANDING,
    40,
    detail="the cause came back while latched",
    evidence=(Evidence("kitchen-heat-1", "temperature", float("inf"), "°C"),),
)
FAULT: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.FAULT,
    zone="kitchen",
    source="detector/kitchen-heat-2",
    incident=Moment(BOOT, FAULT_AT),
    at=FAULT_AT,
    cause=FaultCause.NO_REPLY,
    detail="line: no reply from unit 17 in 300 ms (3rd time)",
)
SPREAD: Final = fire(
    Change.SPREAD,
    20,
    detail="count(temperature > 58 °C) >= 1; kitchen-heat-2 now too",
    evidence=(
        Evidence("kitchen-heat-1", "temperature", 83.25, "°C"),
        Evidence("kitchen-heat-2", "temperature", 59.0, "°C"),
    ),
)
DISABLED: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.DISABLED,
    zone="kitchen",
    source="detector/kitchen-heat-2",
    incident=Moment(BOOT, WORK_AT),
    at=WORK_AT,
    cause="disable",
    detail="disabled by an.nguyen for 8 h: welding on the roof",
    author="an.nguyen",
    ends=Instant(WORK_AT + seconds(8 * 3600)),
)
TEST: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.TEST,
    zone="kitchen",
    source="zone/kitchen",
    incident=Moment(BOOT, WORK_AT),
    at=WORK_AT,
    cause="test",
    detail="under test by an.nguyen for 1 h",
    author="an.nguyen",
    ends=Instant(WORK_AT + seconds(3600)),
)
TEST_FIRE: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.FIRE_ALARM,
    zone="kitchen",
    source="rule/kitchen-fire",
    incident=Moment(BOOT, ALARM_AT),
    at=ALARM_AT,
    cause="rule",
    detail="count(temperature > 58 °C) >= 1 held for 5 s",
    evidence=(Evidence("kitchen-heat-1", "temperature", 61.5, "°C"),),
    mode=Mode.TEST,
)
TESTED: Final = NoticeEvent(
    notice=Notice.DETECTOR_TESTED,
    at=ALARM_AT,
    detail="kitchen-heat-1",
    zone="kitchen",
    mode=Mode.TEST,
)
RESET: Final = NoticeEvent(
    notice=Notice.RESET,
    at=Instant(ALARM_AT + seconds(600)),
    detail="zone kitchen was reset",
    author="an.nguyen",
    zone="kitchen",
)
PERIODIC: Final = NoticeEvent(
    notice=Notice.PERIODIC_TEST, at=Instant(seconds(900)), detail="periodic test"
)
REFUSED: Final = NoticeEvent(
    notice=Notice.MESSAGE_REFUSED,
    at=Instant(seconds(910)),
    detail="ack: wrong-signature: key 56475aa75463474c did not sign it",
)
OBEYED: Final = NoticeEvent(
    notice=Notice.COMMAND, at=Instant(seconds(920)), detail="self-test: done", author="pc07-33"
)
STARTED: Final = NoticeEvent(
    notice=Notice.STARTED, at=Instant(seconds(12)), detail="version 0.1.0, boot 3b7c1a52"
)
