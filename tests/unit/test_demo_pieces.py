"""The demo's site, its sensor, its lines and its words."""

import string
from dataclasses import replace

import pytest
from settings_sites import EXAMPLES, PROFILES

from drivers.serial.answer import decode
from drivers.serial.codec import Frame, Framer
from gateway.demo import building, texts
from gateway.demo.dust_sensor import frame_of
from gateway.demo.failure import DemoError
from gateway.demo.market import MARKET, Wires, demo_site
from gateway.demo.mock_pins import WorldFactory
from gateway.demo.told import EventTold, Tone, event_line, read, tone_of
from gateway.messages.event import body_of, event_message
from gateway.messages.parts import directory_of
from gateway.messages.topics import Origin
from gateway.record import ClockQuality, Record, RecordName
from gateway.settings.loader import load_site
from gateway.settings.model import Settings
from gateway.text import Language
from rules.condition import Condition, Lane
from rules.event import Change, ConditionEvent, Evidence, Notice, NoticeEvent
from rules.instant import Instant, Moment

WIRES = Wires(
    rs485="/tmp/x/rs485",
    dust="/tmp/x/dust",
    gas_port=15020,
    broker_port=18830,
    mqtt_version="3.1.1",
    metrics_port=9999,
)
EVIDENCE = (
    Evidence("stalls-heat", "temperature", 33.0, "°C"),
    Evidence("stalls-smoke-1", "contact", 0.0, "bool"),
    Evidence("stalls-smoke-2", "contact", 1.0, "bool"),
    Evidence("stalls-smoke-3", "contact", 1.0, "bool"),
    Evidence("stalls-dust", "pm2_5", None, "µg/m³"),
)
ORIGIN = Origin(province="33", site="CS0001234", gateway="GW-0001")


def market() -> Settings:
    text = demo_site(MARKET.read_text(), WIRES)
    settings, problems = load_site(text.encode(), "site.yaml", PROFILES)
    assert settings is not None, [str(problem) for problem in problems]
    return settings


def told(event: ConditionEvent | NoticeEvent, *, historical: bool = False) -> EventTold:
    """Send an event the whole way: as the gateway encodes it, and as the demo reads it."""
    record = Record(
        name=RecordName("e" * 32, event.lane, 7),
        number=9,
        boot_id="boot",
        monotonic_ns=event.at,
        wall_ns=1_790_000_000_000_000_000,
        clock=ClockQuality.SYNCHRONISED,
        kind="x",
        body=body_of(event, directory_of(market())),
        durable=True,
    )
    message = event_message(record, ORIGIN, historical=historical)
    seen = read(ORIGIN.event(event.lane), message)
    assert isinstance(seen, EventTold)
    return seen


def fire(change: Change = Change.ENTERED, **changes: object) -> ConditionEvent:
    return ConditionEvent(
        **{
            "change": change,
            "condition": Condition.FIRE_ALARM,
            "zone": "stalls",
            "source": "rule/stalls-fire",
            "incident": Moment("boot", Instant(5)),
            "at": Instant(6),
            "latched": True,
            "detail": "all of it in words",
            "evidence": EVIDENCE,
            **changes,
        }
    )


def test_the_demo_takes_the_market_as_it_is_but_for_its_ports_and_hosts():
    original, _ = load_site((EXAMPLES / "market.yaml").read_bytes(), "market.yaml", PROFILES)
    assert original is not None

    demo = market()

    named_alike = replace(demo.definition, fingerprint=original.definition.fingerprint)
    assert named_alike == original.definition
    assert [zone.name for zone in demo.zones] == [zone.name for zone in original.zones]
    assert demo.uplink.paths[0].host == "127.0.0.1"
    assert demo.uplink.paths[0].tls is None
    assert demo.metrics.port == 9999


def test_the_building_has_the_market_s_addresses():
    by_id = {detector.id: detector.options for detector in market().detectors}

    assert by_id["stalls-heat"].unit == building.STALLS_HEAT
    assert by_id["kitchen-heat"].unit == building.KITCHEN_HEAT
    assert by_id["kitchen-co"].unit == building.KITCHEN_CO
    assert by_id["kitchen-gas"].unit == building.GAS_UNIT
    profiles = {detector.id: detector.profile.id for detector in market().detectors}
    assert profiles["kitchen-gas"] == building.GAS_PROFILE
    assert by_id["stalls-smoke-1"].register_offset == building.STALLS_SMOKE_1
    assert by_id["stalls-smoke-2"].register_offset == building.STALLS_SMOKE_2
    assert by_id["hall-call-point-1"].line == building.HALL_CALL_POINT


def test_a_market_that_has_changed_its_places_is_told_as_it_is():
    with pytest.raises(DemoError, match=r"looks for this once, and cannot find it:\nhost: 192"):
        demo_site(MARKET.read_text().replace("192.168.10.20", "gas"), WIRES)


@pytest.mark.parametrize("value", [0, 18, 1000, 40_000])
def test_the_dust_sensor_s_frames_are_what_the_profile_reads(value):
    profile = market().profiles["plantower-pms5003"].device

    found = Framer(profile).feed(frame_of(value))

    assert [type(each) for each in found] == [Frame]
    assert decode(found[0], profile) == {"pm2_5": value}


@pytest.mark.parametrize("language", Language)
def test_a_line_fits_80_columns_whatever_it_tells(language):
    longest = fire(
        Change.ACKNOWLEDGED, author="nguyễn văn bình " * 9, condition=Condition.GAS_ALARM
    )

    line = event_line(told(longest, historical=True), "23:59:59", language, 80)

    assert len(line) == 80
    assert line.endswith("…")


def test_a_line_tells_time_lane_zone_condition_change_contact_id_and_why():
    line = event_line(told(fire()), "06:10:57", Language.ENGLISH, 130)

    assert line == (
        "06:10:57 alarm   stalls  FIRE ALARM entered      E110"
        " stalls-smoke-2, stalls-smoke-3, stalls-heat 33 °C, stalls-dust ? µg/m³"
    )


def test_history_is_marked_and_a_notice_has_a_line_too():
    old = told(NoticeEvent(notice=Notice.STARTED, at=Instant(1)), historical=True)

    assert event_line(old, "06:10:57", Language.ENGLISH, 80).startswith("06:10:57*status ")
    assert "khởi động" in event_line(old, "06:10:57", Language.VIETNAMESE, 80)


def test_the_end_of_an_alarm_does_not_look_like_its_beginning():
    assert tone_of(told(fire())) is Tone.ALARM
    assert tone_of(told(fire(Change.CLEARED))) is Tone.ALARM
    assert tone_of(told(fire(Change.LEFT, latched=False))) is Tone.GOOD


def test_a_closed_contact_stays_closed_while_a_gateway_starts_anew():
    factory = WorldFactory({17}, lambda *_: None)
    pressed, at_rest = factory.pin(17), factory.pin(27)

    for pin in (pressed, at_rest):
        pin.input_with_pull("up")

    assert (pressed.state, at_rest.state) == (False, True)


def test_what_the_gateway_does_with_its_outputs_is_told_and_nothing_else():
    told_of = []
    factory = WorldFactory({17}, lambda *change: told_of.append(change))
    siren, call_point = factory.pin(22), factory.pin(17)

    siren.output_with_state(False)
    call_point.input_with_pull("up")
    siren.state = True
    siren.state = True
    siren.state = False

    assert told_of == [(22, True), (22, False)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", [*texts.TEXTS, *texts.WORDS])
def test_both_languages_say_it_and_name_the_same_values(key):
    text = texts.TEXTS.get(key) or texts.WORDS[key]

    assert text.en.strip()
    assert text.vi.strip()
    assert placeholders(text.en) == placeholders(text.vi)


def test_every_word_of_an_event_can_be_shown():
    words = [*Condition, *Change, *(f"notice.{notice}" for notice in Notice)]

    assert [word for word in words if word not in texts.WORDS] == []


def test_every_lane_fits_its_column():
    assert max(map(len, Lane)) <= 7
