"""What the live screen is shown with: the market of status_examples in each of its states."""

from dataclasses import replace
from datetime import timedelta, timezone

from status_examples import BOOT, EXAMPLES, NOW, before, condition, fire, quiet, zone

from gateway.control.status import Status, TrialNow
from gateway.control.told_event import ToldEvent
from gateway.control.walk_status import Response, WalkedDetector, WalkNow, ZoneTest
from gateway.messages.event import ConditionData, NoticeData
from gateway.messages.parts import ZoneRef
from gateway.monitor.pen import Pen
from gateway.monitor.picture import Heard, Picture, with_heard
from gateway.record import ClockQuality
from gateway.text import Language
from rules.condition import Condition, Lane
from rules.event import Change, Notice
from rules.instant import Instant, Moment, seconds

HUNG_YEN = timezone(timedelta(hours=7))
WALL_NS = 1_795_503_900 * 1_000_000_000


def pen(language: Language = Language.ENGLISH, width: int = 80, *, ascii_only: bool = False) -> Pen:
    return Pen(language=language, zone=HUNG_YEN, width=width, ascii_only=ascii_only)


def happened(number: int, seconds_ago: float, lane: Lane, kind: str, **data: object) -> ToldEvent:
    return ToldEvent(
        number=number,
        epoch="e" * 32,
        lane=lane,
        seq=number,
        kind=kind,
        boot_id=BOOT,
        monotonic_ns=before(seconds_ago),
        wall_ns=WALL_NS - seconds(seconds_ago),
        clock=ClockQuality.SYNCHRONISED,
        delivered=True,
        **data,
    )


def notice(number: int, seconds_ago: float, what: Notice, **more: object) -> ToldEvent:
    given = {"zone": None, "detail": "", "author": None, "contact_id": None, **more}
    data = NoticeData(notice=what, **given)
    return happened(number, seconds_ago, Lane.STATUS, f"notice.{what}", notice=data)


def entered(number: int, seconds_ago: float, what: Condition, source: str) -> ToldEvent:
    data = ConditionData(
        qualifier="new",
        change=Change.ENTERED,
        condition=what,
        zone=ZoneRef("stalls", "Dãy quầy vải – tầng 1"),
        source=source,
        rule=None,
        detector=None,
        latched=True,
        cause="rule",
        detail="",
        author=None,
        evidence=[],
        contact_id="110",
        incident="i",
        since=None,
    )
    return happened(number, seconds_ago, Lane.ALARM, f"{what}.entered", condition=data)


STARTED = notice(1, 11_520, Notice.STARTED, detail="version 0.1.0")
HAPPENED = (
    STARTED,
    entered(2, 95, Condition.PRE_ALARM, "rule/stalls-warm"),
    entered(3, 30, Condition.FIRE_ALARM, "call-point/stall-mcp"),
)


def pre_alarm() -> Status:
    status = quiet()
    warm = condition(
        Condition.PRE_ALARM, "stalls", "rule/stalls-warm", 95, detail="stall-heat-1 47.2 °C"
    )
    stalls = zone("stalls", status.now.zones[1].name, Condition.PRE_ALARM)
    zones = (status.now.zones[0], stalls, status.now.zones[2])
    return replace(status, now=replace(status.now, zones=zones, conditions=(warm,)))


def alarm() -> Status:
    status = fire()
    conditions = tuple(replace(each, acknowledged=None) for each in status.now.conditions)
    siren = {"siren": True, "fault-relay": True}
    now = replace(status.now, conditions=conditions, silenced=False, outputs=siren)
    return replace(status, now=now)


def acknowledged() -> Status:
    status = alarm()
    conditions = tuple(replace(each, acknowledged="binh") for each in status.now.conditions)
    return replace(status, now=replace(status.now, conditions=conditions))


def silenced() -> Status:
    status = acknowledged()
    conditions = tuple(replace(each, silenced=True) for each in status.now.conditions)
    return replace(status, now=replace(status.now, conditions=conditions, silenced=True))


def on_trial() -> Status:
    return replace(quiet(), trial=TrialNow(ends=before(-150), author="lan"))


STATES = {
    "quiet": quiet,
    "pre-alarm": pre_alarm,
    "alarm": alarm,
    "acknowledged": acknowledged,
    "silenced": silenced,
    "fault": EXAMPLES["fault"],
    "disabled": EXAMPLES["disabled"],
    "test": EXAMPLES["test"],
    "path-lost": EXAMPLES["path-lost"],
    "on-trial": on_trial,
    "latched": EXAMPLES["latched"],
    "starting": EXAMPLES["starting"],
}

WALK = WalkNow(
    now=Moment(BOOT, NOW),
    configuration="0" * 64,
    has_paths=True,
    by_centre=False,
    detectors=(
        WalkedDetector(id="hall-smoke-1", name="Sảnh – trần đông", zone="hall"),
        WalkedDetector(id="hall-smoke-2", name="Sảnh – trần tây", zone="hall"),
    ),
    tests=(ZoneTest(zone="hall", began=Moment(BOOT, before(1_200)), author="binh"),),
    responses=(
        Response(
            detector="hall-smoke-1",
            zone="hall",
            author="binh",
            configuration="0" * 64,
            measured=Moment(BOOT, before(20)),
            clock=ClockQuality.UNKNOWN,
            epoch="e" * 32,
            seq=7,
            published=seconds(0.034),
        ),
        Response(  # of the day before: it proves nothing now
            detector="hall-smoke-2",
            zone="hall",
            author="binh",
            configuration="0" * 64,
            measured=Moment(BOOT, before(90_000)),
            clock=ClockQuality.UNKNOWN,
            epoch="e" * 32,
            seq=3,
        ),
    ),
)


def known(status: Status | None, at: Instant = NOW, **more: object) -> Picture:
    """What is known once this status was heard."""
    events = HAPPENED if status is not None and status.now.conditions else (STARTED,)
    return with_heard(Picture(), Heard(at=at, status=status, events=events, **more))
