"""A market of three zones, in the states that `firegw status` has to tell apart."""

from dataclasses import replace

from gateway.control.status import PathNow, Status, TrialNow
from gateway.record import ClockQuality
from rules.condition import Condition, Lane, Mode
from rules.health import Health, HealthState
from rules.instant import Instant, Moment, seconds
from rules.reading import FaultCause
from rules.snapshot import ConditionNow, DetectorNow, Protection, SiteNow, ZoneNow

BOOT, EARLIER_BOOT = "boot-b", "boot-a"
NOW = Instant(seconds(100_000))
# At NOW it is 2026-11-24 14:05:00 in Hưng Yên (UTC+7).
UTC_OFFSET = 1_795_503_900 * 1_000_000_000 - NOW


def before(seconds_ago: float) -> Instant:
    return Instant(NOW - seconds(seconds_ago))


def zone(
    id_: str, name: str, *conditions: Condition, protection: Protection = Protection.FULL
) -> ZoneNow:
    return ZoneNow(id=id_, name=name, protection=protection, conditions=conditions)


def detector(id_: str, zone_id: str, health: Health | None = None) -> DetectorNow:
    health = health or Health(HealthState.OK)
    return DetectorNow(id=id_, zone=zone_id, health=health, values={"smoke": 0.2})


def condition(
    what: Condition,
    zone_id: str | None,
    source: str,
    seconds_ago: float = 60,
    *,
    boot: str = BOOT,
    standing: bool = True,
    acknowledged: str | None = None,
    cause: str = "rule",
    detail: str = "",
    mode: Mode = Mode.LIVE,
    author: str | None = None,
    hours_left: float | None = None,
    detectors: tuple[str, ...] = (),
) -> ConditionNow:
    return ConditionNow(
        condition=what,
        zone=zone_id,
        source=source,
        incident=Moment(boot, before(seconds_ago)),
        standing=standing,
        latched=what in (Condition.FIRE_ALARM, Condition.GAS_ALARM),
        acknowledged=acknowledged,
        cause=cause,
        detail=detail,
        mode=mode,
        author=author,
        ends=None if hours_left is None else before(-3600 * hours_left),
        detectors=detectors,
    )


WAITS = "siren waits 30 s after an alarm; a manual call point does not wait"
HALL, STALLS, STORE = "Sảnh chính", "Dãy quầy vải – tầng 1", "Kho sơn"


def quiet() -> Status:
    return Status(
        gateway="hy-0001",
        site_name="Chợ Phố Hiến",
        version="0.1.0",
        boot_id=BOOT,
        started=before(11_520),
        now=SiteNow(
            at=NOW,
            zones=(zone("hall", HALL), zone("stalls", STALLS), zone("store", STORE)),
            conditions=(),
            detectors=(
                detector("hall-smoke-1", "hall"),
                detector("hall-smoke-2", "hall"),
                detector("stall-heat-1", "stalls"),
                detector("store-gas", "store"),
            ),
            outputs={"siren": False, "fault-relay": True},
            silenced=False,
        ),
        paths=(PathNow(id="lan", connected=True, since=before(11_500)),),
        outbox={Lane.ALARM: 0, Lane.TROUBLE: 0, Lane.STATUS: 0},
        clock=ClockQuality.SYNCHRONISED,
        utc_offsets={BOOT: UTC_OFFSET},
        store_ok=True,
    )


def on_trial() -> Status:
    return replace(quiet(), trial=TrialNow(ends=before(-300), author="binh"))


def fire() -> Status:
    status = quiet()
    now = replace(
        status.now,
        zones=(
            zone("hall", HALL, Condition.FIRE_ALARM),
            zone("stalls", STALLS, Condition.FIRE_ALARM, Condition.PRE_ALARM),
            zone("store", STORE),
        ),
        conditions=(
            condition(Condition.PRE_ALARM, "stalls", "rule/stalls-warm", 95),
            condition(
                Condition.FIRE_ALARM,
                "hall",
                "rule/hall-two-smokes",
                90,
                acknowledged="binh",
                detail="hall-smoke-1 smoke 4.2 %/m, hall-smoke-2 smoke 3.9 %/m",
            ),
            condition(
                Condition.FIRE_ALARM, "stalls", "call-point/stall-mcp", 30, cause="call-point"
            ),
        ),
        outputs={"siren": False, "fault-relay": True},
        silenced=True,
    )
    return replace(status, now=now, outbox={Lane.ALARM: 2, Lane.TROUBLE: 0, Lane.STATUS: 14})


def fault() -> Status:
    status = quiet()
    detail = "unit 17, register 30: no reply in 300 ms (3rd time); is the terminator fitted?"
    gone = Health(HealthState.FAULTY, FaultCause.NO_REPLY, detail)
    now = replace(
        status.now,
        zones=(
            zone("hall", HALL, Condition.FAULT, protection=Protection.DEGRADED),
            zone("stalls", STALLS),
            zone("store", STORE),
        ),
        conditions=(
            condition(
                Condition.FAULT,
                "hall",
                "detector/hall-smoke-2",
                90_000,
                cause="no-reply",
                detail=detail,
            ),
            condition(Condition.FAULT, None, "gateway/metrics", 30, cause="port-taken"),
        ),
        detectors=(
            detector("hall-smoke-1", "hall", Health(HealthState.WARMING_UP)),
            detector("hall-smoke-2", "hall", gone),
            *status.now.detectors[2:],
        ),
        outputs={"siren": False, "fault-relay": False},
    )
    return replace(status, now=now, store_ok=False, trial_operators=(1000,))


def unprotected() -> Status:
    status = quiet()
    gone = Health(HealthState.FAULTY, FaultCause.OVER_RANGE)
    now = replace(
        status.now,
        zones=(
            *status.now.zones[:2],
            zone("store", STORE, Condition.FAULT, protection=Protection.UNPROTECTED),
        ),
        conditions=(
            condition(Condition.FAULT, "store", "detector/store-gas", 4, cause="over-range"),
        ),
        detectors=(*status.now.detectors[:3], detector("store-gas", "store", gone)),
    )
    return replace(status, now=now)


def latched() -> Status:
    """After a restart: the cause has gone, the earlier boot's clock was never known."""
    status = quiet()
    now = replace(
        status.now,
        zones=(zone("hall", HALL, Condition.FIRE_ALARM), *status.now.zones[1:]),
        conditions=(
            condition(
                Condition.FIRE_ALARM,
                "hall",
                "rule/hall-two-smokes",
                900,
                boot=EARLIER_BOOT,
                standing=False,
            ),
        ),
        outputs={"siren": True, "fault-relay": True},
    )
    return replace(status, now=now, started=before(42))


def path_lost() -> Status:
    """No path, and a clock that nobody has set."""
    status = quiet()
    now = replace(
        status.now,
        conditions=(
            condition(
                Condition.FAULT,
                None,
                "path/lan",
                200,
                cause="path-lost",
                detail="broker.example:8883: connection refused",
            ),
        ),
    )
    return replace(
        status,
        now=now,
        paths=(
            PathNow(
                id="lan",
                connected=False,
                since=before(200),
                detail="broker.example:8883: connection refused",
            ),
            PathNow(id="4g", connected=False, since=before(90_000), detail="not authorised"),
        ),
        outbox={Lane.ALARM: 0, Lane.TROUBLE: 3, Lane.STATUS: 40},
        clock=ClockQuality.UNKNOWN,
        utc_offsets={},
    )


def starting() -> Status:
    status = quiet()
    first = Protection.STARTING
    now = replace(
        status.now,
        zones=tuple(replace(each, protection=first) for each in status.now.zones),
        detectors=tuple(
            replace(each, health=Health(HealthState.STARTING)) for each in status.now.detectors
        ),
    )
    return replace(status, now=now, started=before(1), paths=())


def disabled() -> Status:
    """A detector, a whole zone and an output are out of service, and the siren waits anyway."""
    status = quiet()
    hall, stalls, store = status.now.zones
    first, *rest, last = status.now.detectors
    gone = Health(HealthState.FAULTY, FaultCause.OPEN_CIRCUIT)
    now = replace(
        status.now,
        zones=(
            replace(
                hall,
                protection=Protection.DEGRADED,
                conditions=(Condition.DEGRADED, Condition.DISABLED),
            ),
            stalls,
            replace(
                store,
                protection=Protection.UNPROTECTED,
                conditions=(Condition.FAULT, Condition.DEGRADED, Condition.DISABLED),
                disabled=True,
            ),
        ),
        conditions=(
            condition(Condition.FAULT, "store", "detector/store-gas", 4, cause="open-circuit"),
            condition(Condition.DEGRADED, "hall", "zone/hall", cause="unknown"),
            condition(Condition.DEGRADED, "store", "zone/store", cause="unknown"),
            condition(
                Condition.DISABLED,
                "hall",
                "detector/hall-smoke-1",
                600,
                cause="disable",
                detail="disabled by binh for 8 h: hàn xì ở trần tầng 1, thợ của công ty cơ điện",
                author="binh",
                hours_left=7.5,
            ),
            condition(
                Condition.DISABLED,
                "store",
                "zone/store",
                author="binh",
                hours_left=100,
                detail="disabled by binh for 4 d 4 h",
            ),
            condition(Condition.DISABLED, None, "output/siren", 30, author="root", hours_left=0.5),
            condition(
                Condition.DISABLED, None, "output/siren/delay", 11_000, cause="delay", detail=WAITS
            ),
        ),
        detectors=(
            replace(first, disabled=True),
            *rest,
            replace(last, health=gone, disabled=True),
        ),
        disabled_outputs=frozenset({"siren"}),
    )
    return replace(status, now=now)


def tested() -> Status:
    """A walk test, one of whose alarms stands, and a clock that nobody has set."""
    status = quiet()
    hall = status.now.zones[0]
    now = replace(
        status.now,
        zones=(
            replace(hall, conditions=(Condition.FIRE_ALARM, Condition.TEST), under_test=True),
            *status.now.zones[1:],
        ),
        conditions=(
            condition(
                Condition.FIRE_ALARM,
                "hall",
                "rule/hall-two-smokes",
                20,
                mode=Mode.TEST,
                detail="hall-smoke-1 smoke 4.2 %/m",
                detectors=("hall-smoke-1",),
            ),
            condition(
                Condition.TEST,
                "hall",
                "zone/hall",
                1_200,
                author="binh",
                hours_left=1.5,
                detail="under test by binh for 1 h 50 min",
            ),
        ),
    )
    return replace(status, now=now, clock=ClockQuality.UNKNOWN, utc_offsets={})


def delayed() -> Status:
    """Nothing is amiss, but the siren waits."""
    status = quiet()
    waits = condition(
        Condition.DISABLED, None, "output/siren/delay", 11_000, cause="delay", detail=WAITS
    )
    return replace(status, now=replace(status.now, conditions=(waits,)))


EXAMPLES = {
    "quiet": quiet,
    "on-trial": on_trial,
    "fire": fire,
    "fault": fault,
    "unprotected": unprotected,
    "latched": latched,
    "path-lost": path_lost,
    "starting": starting,
    "disabled": disabled,
    "test": tested,
    "delayed": delayed,
}
