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
