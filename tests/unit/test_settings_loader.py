"""What a site file means: the examples, the defaults, and all mistakes at once."""

import hashlib

import pytest
from settings_sites import EXAMPLES, PROFILES, SITE, load, loaded, said

from drivers.gpio.options import Contact, GpioDetectorOptions, OnExit
from drivers.modbus.data_model import (
    DataType,
    Table,
)
from drivers.modbus.options import (
    ModbusBusOptions,
    ModbusDetectorOptions,
)
from gateway.settings.bus_plans import bus_plans
from gateway.settings.loader import load_site
from gateway.settings.model import MqttVersion, Tls
from gateway.settings.read_profile import load_profile
from rules.condition import Condition
from rules.instant import seconds
from rules.language.syntax import Compared, Comparison, Counted, Point
from rules.output import OutputKind
from rules.profile import CONTACT_RANGE, DetectorKind, HazardousSide, QuantityRange


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_each_example_loads_without_problem_or_warning(file):
    settings, problems = load_site(file.read_bytes(), str(file), PROFILES)

    assert [str(problem) for problem in problems] == []
    assert settings is not None
    assert settings.hash == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("file", sorted(PROFILES), ids=lambda file: file.rpartition("/")[2])
def test_each_shipped_profile_loads_without_problem_or_warning(file):
    profile, problems = load_profile(PROFILES[file], file)

    assert [str(problem) for problem in problems] == []
    assert profile is not None


def test_the_market_is_read_as_it_is_written():
    settings, _ = load_site((EXAMPLES / "market.yaml").read_bytes(), "market.yaml", PROFILES)
    assert settings is not None

    assert settings.site.name == "Chợ Phố Hiến"
    assert (settings.site.province, settings.site.commune) == ("33", "12345")
    assert settings.site.latitude == 20.6543
    assert [zone.name for zone in settings.zones] == ["Sảnh chính", "Dãy sạp vải", "Bếp ăn"]
    assert [bus.driver for bus in settings.buses] == ["gpio", "modbus", "modbus", "serial"]
    smoke = next(entry for entry in settings.detectors if entry.id == "stalls-smoke-3")
    assert smoke.options == ModbusDetectorOptions(unit=1, register_offset=4)
    assert smoke.kind is DetectorKind.SMOKE
    fire = next(rule for rule in settings.definition.rules if rule.id == "stalls-fire")
    assert fire.hold == seconds(5)
    assert fire.latching
    # The last is the market's own panel; the first three are the stalls' smoke detectors.
    assert isinstance(fire.when.members[0], Counted)
    assert len(fire.when.members[0].members) == 3


def test_units_of_a_profile_are_converted_to_the_canonical_ones():
    profile, _ = load_profile(
        b"id: hot\nname: x\ndriver: modbus\nkind: sensor\nsource: x\nwarm_up: 1 min\n"
        b"quantities:\n  temperature: {lowest: 32 degF, highest: 373.15 K, hazardous_side: low}\n"
        b"modbus:\n  points:\n"
        b"    temperature: {table: holding-register, address: 0x66, type: int16}\n",
        "hot.yaml",
    )
    assert profile is not None

    limits = profile.quantities["temperature"]
    assert (limits.lowest, limits.highest) == pytest.approx((0.0, 100.0))
    assert limits.hazardous_side is HazardousSide.LOW
    assert profile.warm_up == seconds(60)
    point = profile.device.points["temperature"]
    assert (point.table, point.address, point.type) == (
        Table.HOLDING_REGISTER,
        0x66,
        DataType.INT16,
    )


def test_what_is_left_out_has_its_default():
    settings = loaded()

    call_point, co = settings.detectors
    assert call_point.name == "call-point"
    assert call_point.options == GpioDetectorOptions(line=17, contact=Contact.NORMALLY_OPEN)
    assert call_point.profile.quantities == {"contact": CONTACT_RANGE}
    assert co.kind is DetectorKind.CO
    assert (co.every, co.stale_after) == (seconds(1), seconds(10))
    (rule,) = settings.rules
    assert (rule.hold, rule.clear, rule.latching) == (0, None, True)
    siren, _ = settings.outputs
    assert siren.conditions == {Condition.FIRE_ALARM, Condition.GAS_ALARM}
    assert siren.zones == frozenset()
    assert settings.metrics is None
    (path,) = settings.uplink.paths
    assert (path.port, path.version, path.tls) == (8883, MqttVersion.V5, Tls())
    assert settings.buses[1].options == ModbusBusOptions(host="127.0.0.1")


def test_a_fault_relay_is_released_on_exit_and_a_siren_holds():
    siren, trouble = loaded().outputs

    assert siren.options.on_exit is OnExit.HOLD
    assert trouble.kind is OutputKind.FAULT_RELAY
    assert trouble.options.on_exit is OnExit.RELEASE
    assert trouble.conditions == frozenset()


def test_a_contact_is_as_old_as_its_bus_reads_it():
    call_point, _ = loaded().detectors

    assert (call_point.every, call_point.stale_after) == (seconds(4), seconds(12))


def test_stale_after_is_three_periods_and_at_least_ten_seconds():
    _, co = loaded(("unit: 1", "unit: 1, every: 20 s")).detectors

    assert co.stale_after == seconds(60)


@pytest.mark.parametrize(
    ("raises", "latching"),
    [("fire-alarm", True), ("gas-alarm", True), ("pre-alarm", False), ("supervisory", False)],
)
def test_alarms_latch_and_the_rest_does_not(raises, latching):
    (rule,) = loaded(("raises: gas-alarm", f"raises: {raises}")).definition.rules

    assert rule.latching is latching


def test_a_rule_may_say_itself_whether_it_latches():
    (rule,) = loaded(("raises: gas-alarm", "raises: gas-alarm\n    latching: false")).rules

    assert not rule.latching


def test_the_definition_is_what_the_engine_needs():
    definition = loaded(("60 ppm", "60 ppm\n    clear: hall-co.co < 30 ppm")).definition

    assert [zone.id for zone in definition.zones] == ["hall"]
    assert definition.detectors[1].quantities == {"co": QuantityRange(lowest=0.0, highest=500.0)}
    (rule,) = definition.rules
    point = Point("hall-co", "co")
    assert rule.when == Compared(point, Comparison.GREATER, 60.0)
    assert rule.clear == Compared(point, Comparison.LESS, 30.0)
    assert [output.id for output in definition.outputs] == ["siren", "trouble"]


def test_words_are_the_words_that_were_written():
    settings = loaded(
        ("{id: hall, name: Sảnh chính}", "{id: no, name: on}"),
        ("call-point, zone: hall", "call-point, zone: no"),
        ("hall-co, zone: hall", "hall-co, zone: no"),
        ("    zone: hall", "    zone: no"),
        ('province: "33"', "province: 01"),
        ('commune: "12345"', "commune: 00001"),
    )

    assert (settings.zones[0].id, settings.zones[0].name) == ("no", "on")
    assert (settings.site.province, settings.site.commune) == ("01", "00001")


def test_a_name_is_kept_byte_for_byte_whatever_its_form():
    decomposed = "Sa\u0309nh"
    settings, problems = load(SITE, ("Sảnh chính", decomposed))

    assert settings is not None
    assert settings.zones[0].name == decomposed
    assert [problem.warning for problem in problems] == [True]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines():
    problems = said(
        ('province: "33", commune: "12345"', "province: 3, commune: 12"),
        ("line: 17", "line: 99"),
        ("kind: siren, line: 22", "kind: sirene, line: 23"),
        ("60 ppm", "60"),
        ("tls: {}", "port: 0"),
    )

    assert [problem.partition(": ")[2].split(" (")[0] for problem in problems] == [
        "province: must be two digits",
        "commune: must be five digits",
        "line: there is no GPIO line 99",
        "kind cannot be 'sirene'",
        "GPIO line 23 is already taken by siren at line 15",
        "60 has no unit",
        "tls: mqtt.example is not loopback, and the path has no tls",
        "port: must be from 1 to 65535",
    ]


def test_what_names_a_broken_entry_is_not_wrong_as_well():
    """A detector without a usable model leaves its rules alone; a misspelled list its names."""
    assert len(said(("profile: jxct-jxbs-3001-co", "profile: jxct"))) == 1
    assert len(said(("unit: 1", "unit: one"))) == 1
    assert len(said(("zones:", "zonez:"))) == 1
    assert len(said(("detectors:\n", "detectors:\n  hall:\n"))) == 1
    assert len(said(("buses:\n", "buses: {}\nbusses:\n"))) == 2


def test_a_rule_is_looked_at_though_another_entry_of_its_zone_is_wrong():
    problems = said(("unit: 1", "unit: 999"), ("60 ppm", "60 °C"))

    assert len(problems) == 2
    assert "°C is a temperature" in problems[1]


def test_a_broken_profile_is_told_of_in_its_own_file_and_only_where_it_is_named():
    broken = {**PROFILES, "/etc/profiles/tap.yaml": b"id: tap\nname: [x\n"}
    unnamed, problems = load(SITE, profiles=broken)
    assert unnamed is not None
    assert problems == ()

    named, problems = load(
        SITE,
        ("unit: 1}", "unit: 1}\n  - {id: tap-1, zone: hall, bus: line, profile: tap, unit: 2}"),
        ("60 ppm", "60 ppm or tap-1.contact"),
        profiles=broken,
    )

    assert named is None
    assert [str(problem)[:26] for problem in problems] == ["/etc/profiles/tap.yaml:3:1"]


def test_problems_of_the_site_file_come_before_those_of_profiles():
    broken = {**PROFILES, "a.yaml": b"id: a\n"}
    _, problems = load(
        SITE,
        ("profile: jxct-jxbs-3001-co", "profile: a"),
        ("line: 17", "line: 99"),
        profiles=broken,
    )

    assert [problem.place.file for problem in problems] == ["site.yaml"] + ["a.yaml"] * 5


def test_a_comma_in_braces_is_explained():
    rule = "  - {id: a, zone: hall, raises: gas-alarm, when: avg(hall-co.co, 1 min) > 9 ppm}\n"
    problems = said(("uplink:\n", f"{rule}uplink:\n"))

    assert any("a text with a comma in it needs quotes" in problem for problem in problems)


def test_each_bus_is_told_what_is_on_it_and_which_detectors_go_first():
    xrl = "  - {id: b, zone: hall, bus: line, profile: honeywell-sensepoint-xrl, unit: 9}\n"
    drift = "  - {id: drift, zone: hall, raises: fault, when: b.gas < 0 %LEL}\n"
    settings = loaded(("outputs:\n", xrl + "outputs:\n"), ("uplink:\n", drift + "uplink:\n"))

    panel, line = bus_plans(settings)

    assert [detector.id for detector in panel.detectors] == ["call-point"]
    assert panel.detectors[0].alarm
    assert [output.id for output in panel.outputs] == ["siren", "trouble"]
    assert [(detector.id, detector.alarm) for detector in line.detectors] == [
        ("hall-co", True),
        ("b", False),
    ]
    assert line.options == ModbusBusOptions(host="127.0.0.1")
