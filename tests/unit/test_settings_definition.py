"""A site with everything that a site file can say, and what the engine gets of it."""

from datetime import UTC, date, datetime, timedelta

from settings_sites import PROFILES, load

from rules.condition import Condition
from rules.instant import seconds
from rules.language.syntax import (
    AllOf,
    Compared,
    Comparison,
    Counted,
    InForce,
    Not,
    OnSchedule,
    Point,
)
from rules.output import OutputDefinition, OutputKind
from rules.profile import CONTACT_RANGE, DetectorKind, QuantityRange
from rules.schedule import HOLIDAY, Period, ScheduleDefinition
from rules.site import (
    DetectorDefinition,
    OnUnknown,
    RuleDefinition,
    SiteDefinition,
    ZoneDefinition,
)

EVERYTHING = """\
site:
  id: CS0001
  name: Chợ Phố Hiến
  province: "33"
  commune: "12345"
  utc_offset: "+08:00"
  holidays: [2026-09-02]
gateway: {id: GW-0001}
buses:
  - id: panel
    gpio: {poll_every: 4 s}
  - id: line
    modbus: {host: 127.0.0.1}
zones:
  - {id: hall, name: Sảnh chính}
detectors:
  - {id: call-point, zone: hall, bus: panel, profile: dry-contact, kind: manual-call-point,
     line: 17}
  - {id: co-1, zone: hall, bus: line, profile: co-of-a-thousand-days, unit: 1,
     installed: 2025-03-01}
  - {id: co-2, zone: hall, bus: line, profile: co-of-a-thousand-days, unit: 2}
outputs:
  - {id: siren, bus: panel, kind: siren, line: 22, delay: 30 s, coincidence: 2}
  - {id: trouble, bus: panel, kind: fault-relay, line: 23}
schedules:
  - id: night
    on:
      - {days: [mon, holiday], from: 22:00, to: 06:00}
    holidays: [2027-02-06]
rules:
  - id: hall-gas
    zone: hall
    raises: gas-alarm
    when: count(co > 60 ppm) >= 2
    clear: all(co < 30 ppm) and schedule(night)
    on_unknown: alarm
  - id: unseen
    zone: hall
    raises: supervisory
    when: condition(hall, gas-alarm) and not schedule(night)
uplink:
  paths:
    - {id: lan, host: mqtt.example, tls: {}}
"""

(SHIPPED,) = (data for file, data in PROFILES.items() if "jxct-jxbs-3001-co" in file)
LASTING = SHIPPED.replace(b"id: jxct-jxbs-3001-co", b"id: co-of-a-thousand-days")
OWN = {"co-of-a-thousand-days.yaml": LASTING + b"service_life: 1000 d\n"}

# Midnight of 1 March at +08:00 is 16:00 of 28 February, UTC.
SERVICE_ENDS = datetime(2025, 2, 28, 16, tzinfo=UTC) + timedelta(days=1000)


def definition() -> SiteDefinition:
    settings, problems = load(EVERYTHING, profiles=PROFILES | OWN)
    assert settings is not None, [str(problem) for problem in problems]
    return settings.definition


def co(name: str, ends_ns: int | None) -> DetectorDefinition:
    return DetectorDefinition(
        id=name,
        zone="hall",
        bus="line",
        kind=DetectorKind.CO,
        quantities={"co": QuantityRange(lowest=0.0, highest=500.0)},
        every=seconds(1),
        stale_after=seconds(10),
        warm_up=seconds(0),
        service_ends_ns=ends_ns,
    )


def each_co(comparison: Comparison, ppm: float) -> tuple[Compared, ...]:
    return tuple(Compared(Point(name, "co"), comparison, ppm) for name in ("co-1", "co-2"))


def test_detectors_are_defined_with_the_end_of_their_service_life():
    assert definition().zones == (ZoneDefinition(id="hall", name="Sảnh chính"),)
    assert definition().detectors == (
        DetectorDefinition(
            id="call-point",
            zone="hall",
            bus="panel",
            kind=DetectorKind.MANUAL_CALL_POINT,
            quantities={"contact": CONTACT_RANGE},
            every=seconds(4),
            stale_after=seconds(12),
            warm_up=seconds(0),
        ),
        co("co-1", int(SERVICE_ENDS.timestamp()) * 10**9),
        co("co-2", None),
    )


def test_rules_are_defined_with_what_they_ask_for():
    """What is unknown of the clock makes `when` true and keeps `clear` false."""
    assert definition().rules == (
        RuleDefinition(
            id="hall-gas",
            zone="hall",
            raises=Condition.GAS_ALARM,
            when=Counted(each_co(Comparison.GREATER, 60.0), Comparison.GREATER_OR_EQUAL, 2),
            clear=AllOf(
                (AllOf(each_co(Comparison.LESS, 30.0)), OnSchedule("night", when_unknown=False))
            ),
            hold=seconds(0),
            latching=True,
            on_unknown=OnUnknown.ALARM,
        ),
        RuleDefinition(
            id="unseen",
            zone="hall",
            raises=Condition.SUPERVISORY,
            when=AllOf(
                (
                    InForce("hall", Condition.GAS_ALARM),
                    Not(OnSchedule("night", when_unknown=False)),
                )
            ),
            clear=None,
            hold=seconds(0),
            latching=False,
        ),
    )


def test_outputs_are_defined_with_what_they_wait_for():
    assert definition().outputs == (
        OutputDefinition(id="siren", kind=OutputKind.SIREN, delay=seconds(30), coincidence=2),
        OutputDefinition(id="trouble", kind=OutputKind.FAULT_RELAY, conditions=frozenset()),
    )


def test_schedules_are_defined_in_the_time_of_the_site_and_with_its_holidays():
    assert definition().utc_offset == seconds(8 * 3600)
    assert definition().schedules == (
        ScheduleDefinition(
            id="night",
            periods=(Period(days=frozenset({0, HOLIDAY}), begins=22 * 60, ends=6 * 60),),
            holidays=frozenset({date(2026, 9, 2), date(2027, 2, 6)}),
        ),
    )
