"""What `firegw status` shows, in both languages."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from golden_file import assert_golden
from status_examples import EXAMPLES, condition, fire, quiet

from gateway.control.status import decode, encode
from gateway.control.status_view import view
from gateway.text import Language
from rules.condition import Condition
from rules.snapshot import DetectorNow, Protection

HUNG_YEN = timezone(timedelta(hours=7))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_view_is_as_a_person_found_it_good(name, language):
    lines = view(EXAMPLES[name](), language, HUNG_YEN)

    assert_golden(f"status-{name}.{language}", "\n".join(lines))
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_status_comes_through_its_json_unchanged(name):
    status = EXAMPLES[name]()

    assert status == decode(encode(status))


def test_an_over_range_value_is_null_in_json():
    status = quiet()
    first, *others = status.now.detectors
    infinite = DetectorNow(
        id=first.id, zone=first.zone, health=first.health, values={"gas": float("inf")}
    )
    status = replace(status, now=replace(status.now, detectors=(infinite, *others)))

    read = decode(encode(status))

    assert read.now.detectors[0].values == {"gas": None}


def test_a_fire_goes_before_everything_else_in_the_first_line():
    status = fire()
    worse = (
        condition(Condition.FAULT, "store", "detector/store-gas"),
        condition(Condition.GAS_ALARM, "store", "rule/store-gas"),
        *status.now.conditions,
    )
    unprotected = tuple(
        replace(zone, protection=Protection.UNPROTECTED) for zone in status.now.zones
    )
    status = replace(
        status, now=replace(status.now, conditions=worse, zones=unprotected), store_ok=False
    )

    assert view(status, Language.ENGLISH, HUNG_YEN)[0].startswith("FIRE ALARM in ")


def test_an_unprotected_zone_goes_before_a_fault_but_not_before_an_alarm():
    status = EXAMPLES["unprotected"]()
    alarm = condition(Condition.PRE_ALARM, "hall", "rule/hall")
    with_alarm = replace(status, now=replace(status.now, conditions=(alarm,)))

    assert view(status, Language.ENGLISH, HUNG_YEN)[0] == "NOT PROTECTED: Kho sơn"
    assert view(with_alarm, Language.ENGLISH, HUNG_YEN)[0].startswith("PRE-ALARM in ")


def test_the_alarm_of_a_test_is_never_the_first_line_nor_the_state_of_its_zone():
    lines = view(EXAMPLES["test"](), Language.ENGLISH, HUNG_YEN)

    assert lines[0] == "UNDER TEST: Sảnh chính"
    fires = [line for line in lines if "FIRE ALARM" in line]
    assert fires == ["  test only, FIRE ALARM: Sảnh chính, for 20 s"]


def test_a_fire_in_earnest_beside_a_test_is_the_first_line_and_the_test_the_next_but_one():
    status = EXAMPLES["test"]()
    real = condition(Condition.FIRE_ALARM, "store", "rule/store")
    status = replace(status, now=replace(status.now, conditions=(real, *status.now.conditions)))

    lines = view(status, Language.ENGLISH, HUNG_YEN)

    assert lines[0] == "FIRE ALARM in Kho sơn"
    assert lines[2] == "UNDER TEST: Sảnh chính"


def test_what_is_out_of_service_is_the_first_line_where_nothing_graver_stands():
    status = quiet()
    siren = condition(Condition.DISABLED, None, "output/siren", author="an", hours_left=1)
    status = replace(status, now=replace(status.now, conditions=(siren,)))

    assert view(status, Language.ENGLISH, HUNG_YEN)[0] == "OUT OF SERVICE: output siren"


def test_a_delay_is_shown_and_leaves_the_site_quiet():
    lines = view(EXAMPLES["delayed"](), Language.ENGLISH, HUNG_YEN)

    assert lines[0] == "all quiet: 3 zones protected"
    assert "  output siren: siren waits 30 s after an alarm; a manual call point does not" in lines


def test_the_detectors_of_a_disabled_zone_are_not_listed_one_by_one_unless_they_are_at_fault():
    status = EXAMPLES["disabled"]()
    sound = tuple(
        replace(each, disabled=True, health=status.now.detectors[0].health)
        for each in status.now.detectors
        if each.zone == "store"
    )
    quieter = replace(status, now=replace(status.now, detectors=sound))

    assert "  store-gas     store  out of service; faulty: wire cut (open circuit)" in view(
        status, Language.ENGLISH, HUNG_YEN
    )
    assert "Detectors: all 1 in order" in view(quieter, Language.ENGLISH, HUNG_YEN)


def test_one_standing_alarm_among_latched_ones_is_what_the_first_line_tells():
    status = fire()
    gone = condition(Condition.FIRE_ALARM, "store", "rule/store", standing=False)
    status = replace(
        status, now=replace(status.now, conditions=(gone, *status.now.conditions[1:2]))
    )

    assert view(status, Language.ENGLISH, HUNG_YEN)[0] == "FIRE ALARM in Sảnh chính"


def test_many_places_are_counted_in_the_first_line_and_named_below():
    status = quiet()
    zones = tuple(
        replace(status.now.zones[0], id=f"z{number}", name=f"Khu {number}") for number in range(30)
    )
    alarms = tuple(condition(Condition.FIRE_ALARM, zone.id, f"rule/{zone.id}") for zone in zones)
    status = replace(status, now=replace(status.now, zones=zones, conditions=alarms))

    lines = view(status, Language.ENGLISH, HUNG_YEN)

    assert lines[0] == "FIRE ALARM in Khu 0, Khu 1, Khu 2 and 27 more"
    assert any("Khu 29" in line for line in lines[1:])


def test_a_site_without_zones_is_not_called_quiet():
    status = quiet()
    status = replace(status, now=replace(status.now, zones=(), detectors=()))

    assert view(status, Language.ENGLISH, HUNG_YEN)[0].startswith("NOT PROTECTED")


@pytest.mark.parametrize("hostile", ["\x1b[2J\x1b[31mall quiet", "a\nall quiet", "\u202eteiuq"])
def test_nothing_from_a_wire_steers_the_terminal(hostile):
    status = fire()
    told = condition(Condition.FAULT, "hall", "detector/hall-smoke-1", detail=hostile)
    path = replace(status.paths[0], connected=False, detail=hostile)
    status = replace(status, now=replace(status.now, conditions=(told,)), paths=(path,))

    lines = view(status, Language.ENGLISH, HUNG_YEN)

    assert all(line.isprintable() for line in lines)


def test_a_name_typed_with_loose_accents_takes_no_more_columns():
    status = quiet()
    loose = replace(status.now.zones[0], name="So\u031b\u0300n")  # Sờn, decomposed
    status = replace(status, now=replace(status.now, zones=(loose, *status.now.zones[1:])))

    lines = view(status, Language.ENGLISH, HUNG_YEN)

    rows = lines[lines.index("Zones") + 1 :][:3]
    assert len({row.index("protected") for row in rows}) == 1
