"""A market under test: what was tested there, and what a report of it is made from."""

from dataclasses import replace

from status_examples import BOOT, NOW, UTC_OFFSET, before, disabled, quiet

from gateway.commissioning.report import Answers
from gateway.control.installed import (
    Installed,
    InstalledBus,
    InstalledDetector,
    InstalledOutput,
    InstalledPath,
    InstalledRule,
    InstalledSite,
    InstalledZone,
)
from gateway.control.walk_status import Response, WalkedDetector, WalkNow, ZoneTest
from gateway.record import ClockQuality
from gateway.settings.model import DeliveredWhen
from rules.condition import Condition, Lane
from rules.instant import Duration, Moment
from rules.output import OutputKind
from rules.profile import DetectorKind

HERE, FORMER = "ab" * 32, "cd" * 32
KEY = "z2qtUwsr7iG9IgJqv0IiiG+bjiGMK5d5Z7OTzE+Xttk="
EPOCH = "e" * 32
MS = 1_000_000


def response(
    detector: str,
    zone: str,
    seconds_ago: float,
    *,
    seq: int = 1,
    published_ms: float | None = 42,
    centre_ms: float | None = 118,
    **changed: object,
) -> Response:
    at = before(seconds_ago)
    values = {
        "detector": detector,
        "zone": zone,
        "author": "binh",
        "configuration": HERE,
        "measured": Moment(BOOT, at),
        "clock": ClockQuality.SYNCHRONISED,
        "epoch": EPOCH,
        "seq": seq,
        "measured_ns": at + UTC_OFFSET,
        "quantity": "smoke",
        "value": 4.25,
        "durable": Duration(3 * MS),
        "published": None if published_ms is None else Duration(round(published_ms * MS)),
        "centre": None if centre_ms is None else Duration(round(centre_ms * MS)),
        "outputs": ("siren",),
    }
    return Response(**(values | changed))


def zone_test(zone: str, began_ago: float, ended_ago: float | None = None, **changed) -> ZoneTest:
    values = {
        "zone": zone,
        "began": Moment(BOOT, before(began_ago)),
        "author": "binh",
        "ends": before(began_ago - 7200),
        "began_ns": before(began_ago) + UTC_OFFSET,
    }
    if ended_ago is not None:
        values |= {
            "ended": Moment(BOOT, before(ended_ago)),
            "ended_ns": before(ended_ago) + UTC_OFFSET,
            "cause": "end-test",
            "ended_by": "lan",
        }
    return ZoneTest(**(values | changed))


DETECTORS = (
    WalkedDetector(id="hall-smoke-1", name="Đầu báo khói sảnh 1", zone="hall"),
    WalkedDetector(id="hall-smoke-2", name="hall-smoke-2", zone="hall"),
    WalkedDetector(id="hall-mcp", name="Nút ấn cửa Đông", zone="hall"),
    WalkedDetector(id="stall-heat-1", name="Nhiệt độ sạp vải", zone="stalls"),
    WalkedDetector(id="store-gas", name="Khí gas kho sơn", zone="store"),
)


def walk(*responses: Response, tests: tuple[ZoneTest, ...] = (), **changed: object) -> WalkNow:
    values = {
        "now": Moment(BOOT, NOW),
        "now_ns": NOW + UTC_OFFSET,
        "configuration": HERE,
        "has_paths": True,
        "by_centre": True,
        "detectors": DETECTORS,
        "tests": tests,
        "responses": responses,
    }
    return WalkNow(**(values | changed))


def walked() -> WalkNow:
    """One proved, one by hand, one not told, one of another configuration, one never tested."""
    return walk(
        response("hall-smoke-1", "hall", 3000, seq=12),
        response(
            "hall-mcp",
            "hall",
            2000,
            seq=3,
            lane=Lane.ALARM,
            quantity="contact",
            value=1.0,
            published_ms=5.25,
            centre_ms=12_345,
        ),
        response("stall-heat-1", "stalls", 90_000, configuration=FORMER, measured_ns=None),
        response("store-gas", "store", 40, quantity="gas", value=None, centre_ms=None),
        tests=(
            zone_test("hall", 3600, 2000, cause="call-point", ended_by=""),
            zone_test("store", 60),
        ),
    )


def installed_detector(
    each: WalkedDetector, kind: DetectorKind, bus: str, address: str
) -> InstalledDetector:
    return InstalledDetector(
        id=each.id,
        name=each.name,
        zone=each.zone,
        bus=bus,
        address=address,
        kind=kind,
        profile="example",
        device="Example SD-1 (relay output)",
        installed="2026-11-20" if each.zone == "hall" else None,
        every_s=1.0,
    )


def installed_rule(source: str, zone: str, when: str, **changed: object) -> InstalledRule:
    values = {
        "source": source,
        "zone": zone,
        "raises": Condition.FIRE_ALARM,
        "when": when,
        "clear": None,
        "for_s": 0.0,
        "latching": True,
        "fastest_s": 2.5,
        "slowest_s": 2.5,
    }
    return InstalledRule(**(values | changed))


def installed() -> Installed:
    kinds = (
        DetectorKind.SMOKE,
        DetectorKind.SMOKE,
        DetectorKind.MANUAL_CALL_POINT,
        DetectorKind.HEAT,
        DetectorKind.GAS,
    )
    places = (("rs485", "unit 1, register_offset 0"),) * 2 + (("panel", "line 17"),) * 3
    return Installed(
        site=InstalledSite(
            id="CS0001234",
            name="Chợ Phố Hiến",
            province="33",
            commune="12345",
            address="Đường Bãi Sậy, phường Phố Hiến",
            latitude=20.6543,
            longitude=106.0571,
            utc_offset_s=25_200.0,
        ),
        gateway="hy-0001",
        version="0.1.0",
        configuration=HERE,
        device_key=KEY,
        zones=(
            InstalledZone(id="hall", name="Sảnh chính"),
            InstalledZone(id="stalls", name="Dãy quầy vải – tầng 1"),
            InstalledZone(id="store", name="Kho sơn"),
        ),
        buses=(InstalledBus(id="rs485", driver="modbus", place="port /dev/ttyUSB0, baud 9600"),),
        detectors=tuple(
            installed_detector(each, kind, *place)
            for each, kind, place in zip(DETECTORS, kinds, places, strict=True)
        ),
        rules=(
            installed_rule(
                "rule/hall-smoke",
                "hall",
                "hall-smoke-1.smoke > 3 %/m\n  or hall-smoke-2.smoke > 3 %/m",
                for_s=5.0,
                clear="all(smoke < 2 %/m)",
                slowest_s=7.5,
            ),
            installed_rule(
                "rule/night", "store", "schedule(night)", fastest_s=None, slowest_s=None
            ),
            installed_rule("call-point/hall-mcp", "hall", ""),
        ),
        outputs=(
            InstalledOutput(
                id="siren",
                bus="panel",
                address="line 22",
                kind=OutputKind.SIREN,
                conditions=(Condition.FIRE_ALARM, Condition.GAS_ALARM),
                zones=("hall",),
                delay_s=30.0,
                coincidence=2,
            ),
            InstalledOutput(
                id="fault-relay",
                bus="panel",
                address="line 23",
                kind=OutputKind.FAULT_RELAY,
                conditions=(),
                zones=(),
                delay_s=0.0,
                coincidence=1,
            ),
        ),
        paths=(
            InstalledPath(id="lan", host="broker.example", port=8883, tls=True, interface="eth0"),
            InstalledPath(id="4g", host="10.0.0.1", port=1883, tls=False, interface=None),
        ),
        delivered_when=DeliveredWhen.CENTRE,
        centres=("hung-yen",),
    )


def answers(walk_now: WalkNow | None = None) -> Answers:
    """The market, of which a detector and a zone are out of service."""
    return Answers(status=disabled(), walk=walk_now or walked(), installed=installed())


def all_proved() -> Answers:
    responses = [
        response(each.id, each.zone, 600 + place, seq=place + 1)
        for place, each in enumerate(DETECTORS)
    ]
    status = replace(quiet(), by_centre=True)
    return Answers(status=status, walk=walk(*responses), installed=installed())
