"""The Contact ID code of each kind of event, as one table."""

from dataclasses import replace

import pytest

from gateway.messages.contact_id import MEANING, of_condition, of_notice
from rules.condition import Condition, Mode
from rules.event import Change, ConditionEvent, Notice
from rules.instant import Instant, Moment
from rules.profile import DetectorKind
from rules.reading import FaultCause

SMOKE, HEAT, SENSOR = DetectorKind.SMOKE, DetectorKind.HEAT, DetectorKind.SENSOR
FIRE, GAS, PRE = Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM
FAULT, SUPERVISORY = Condition.FAULT, Condition.SUPERVISORY

# condition, source, cause, kinds, quantities, place of the path: code
TABLE = [
    (FIRE, "rule/r", "rule", {SMOKE}, {"smoke"}, 0, "111"),
    (FIRE, "rule/r", "rule", {HEAT}, {"temperature"}, 0, "114"),
    (FIRE, "rule/r", "rule", {SMOKE, HEAT}, {"smoke", "temperature"}, 0, "110"),
    (FIRE, "rule/r", "rule", {SENSOR}, {"temperature"}, 0, "114"),
    (FIRE, "rule/r", "rule", {SENSOR}, {"smoke"}, 0, "111"),
    (FIRE, "rule/r", "rule", {SENSOR}, {"pm2_5"}, 0, "110"),
    (FIRE, "rule/r", "rule", {DetectorKind.PANEL_ALARM}, {"contact"}, 0, "110"),
    (FIRE, "rule/r", "unknown", set(), set(), 0, "110"),
    (FIRE, "call-point/m", "call-point", {DetectorKind.MANUAL_CALL_POINT}, {"contact"}, 0, "115"),
    (GAS, "rule/r", "rule", {DetectorKind.GAS}, {"gas"}, 0, "151"),
    (GAS, "rule/r", "rule", {DetectorKind.CO}, {"co"}, 0, "162"),
    (GAS, "rule/r", "rule", {SENSOR}, {"co"}, 0, "162"),
    (GAS, "rule/r", "rule", {DetectorKind.GAS, DetectorKind.CO}, {"gas", "co"}, 0, "151"),
    (PRE, "rule/r", "rule", {SMOKE}, {"smoke"}, 0, "118"),
    (SUPERVISORY, "rule/valve", "rule", set(), set(), 0, "200"),
    (SUPERVISORY, "gateway/clock", "time-unknown", set(), set(), 0, "626"),
    (SUPERVISORY, "path/4g/insecure", "plaintext", set(), set(), 1, "352"),
    (Condition.DEGRADED, "rule/r", "unknown", {SMOKE}, {"smoke"}, 0, "373"),
    (FAULT, "gateway/test", "test", set(), set(), 0, "300"),
    (FAULT, "gateway/disablement", "disabled", set(), set(), 0, "300"),
    (FAULT, "detector/d", FaultCause.OPEN_CIRCUIT, {SMOKE}, set(), 0, "371"),
    (FAULT, "detector/d", FaultCause.SHORT_CIRCUIT, {SMOKE}, set(), 0, "372"),
    (FAULT, "detector/d", FaultCause.LOOP_LOW, {SMOKE}, set(), 0, "380"),
    (FAULT, "detector/d", FaultCause.END_OF_LIFE, {SMOKE}, set(), 0, "380"),
    (Condition.DISABLED, "detector/d", "disable", {SMOKE}, set(), 0, "571"),
    (Condition.DISABLED, "zone/hall", "disable", set(), set(), 0, "570"),
    (Condition.DISABLED, "output/siren", "disable", set(), set(), 0, "520"),
    (Condition.DISABLED, "output/siren/delay", "delay", set(), set(), 0, "520"),
    (Condition.TEST, "zone/hall", "test", set(), set(), 0, "607"),
    (FAULT, "detector/d", FaultCause.NO_REPLY, {SMOKE}, set(), 0, "381"),
    (FAULT, "detector/d", FaultCause.STALE, {SMOKE}, set(), 0, "381"),
    (FAULT, "detector/d", FaultCause.BUS_DOWN, {SMOKE}, set(), 0, "381"),
    (FAULT, "detector/d", FaultCause.DEVICE_FAULT, {SMOKE}, set(), 0, "380"),
    (FAULT, "detector/d", FaultCause.OVER_RANGE, {HEAT}, set(), 0, "380"),
    (FAULT, "detector/p", "rule", {DetectorKind.PANEL_FAULT}, {"contact"}, 0, "300"),
    (FAULT, "bus/line", FaultCause.BUS_DOWN, set(), set(), 0, "333"),
    (FAULT, "output/siren", FaultCause.NO_REPLY, set(), set(), 0, "320"),
    (FAULT, "path/lan", "lost", set(), set(), 0, "351"),
    (FAULT, "path/4g", "lost", set(), set(), 1, "352"),
    (FAULT, "path/4g/answer", "no-answer", set(), set(), 1, "352"),
    (FAULT, "path/4g/certificate", "expired", set(), set(), 1, "300"),
    (FAULT, "gateway/store", "store", set(), set(), 0, "624"),
    (FAULT, "gateway/uplink", "ended", set(), set(), 0, "354"),
    (FAULT, "gateway/delivery/alarm", "refused", set(), set(), 0, "354"),
    (FAULT, "gateway/control", "ended", set(), set(), 0, "300"),
]


def event(condition, source, cause, change=Change.ENTERED) -> ConditionEvent:
    return ConditionEvent(
        change=change,
        condition=condition,
        zone=None,
        source=source,
        incident=Moment("boot", Instant(0)),
        at=Instant(0),
        cause=cause,
    )


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]} {row[-1]}")
def test_the_code_says_what_the_event_says(row):
    condition, source, cause, kinds, names, path, code = row

    contact_id = of_condition(event(condition, source, cause), kinds, names, path)

    assert (contact_id.qualifier, contact_id.code) == (1, code)
    assert contact_id.meaning == MEANING[code]


@pytest.mark.parametrize(
    ("change", "qualifier"),
    [
        (Change.ENTERED, 1),
        (Change.LEFT, 3),
        (Change.STANDING, 6),
        (Change.SPREAD, 1),
        (Change.CLEARED, 6),
        (Change.ACKNOWLEDGED, 6),
    ],
)
def test_only_what_is_left_is_a_restore(change, qualifier):
    contact_id = of_condition(event(FIRE, "rule/r", "rule", change), {SMOKE}, {"smoke"}, 0)

    assert (contact_id.qualifier, contact_id.code) == (qualifier, "111")


def test_silencing_a_fire_has_a_code_of_its_own_and_is_no_new_fire():
    contact_id = of_condition(event(FIRE, "rule/r", "rule", Change.SILENCED), {SMOKE}, set(), 0)

    assert (contact_id.qualifier, contact_id.code) == (1, "912")


@pytest.mark.parametrize(
    ("condition", "change", "qualifier", "code"),
    [
        (FIRE, Change.ENTERED, 1, "614"),
        (FIRE, Change.SPREAD, 1, "614"),
        (FIRE, Change.SILENCED, 6, "614"),
        (FIRE, Change.LEFT, 3, "614"),
        (GAS, Change.ENTERED, 1, "611"),
        (PRE, Change.LEFT, 3, "611"),
        (FAULT, Change.ENTERED, 1, "381"),
    ],
)
def test_an_alarm_of_a_test_has_the_code_of_a_tested_point(condition, change, qualifier, code):
    tested = replace(event(condition, "detector/d", FaultCause.NO_REPLY, change), mode=Mode.TEST)

    contact_id = of_condition(tested, {SMOKE}, {"smoke"}, 0)

    assert (contact_id.qualifier, contact_id.code) == (qualifier, code)


@pytest.mark.parametrize(
    ("notice", "code"),
    [
        (Notice.STARTED, "305"),
        (Notice.STOPPED, "308"),
        (Notice.CLOCK_ESTABLISHED, "625"),
        (Notice.CONFIGURATION_CHANGED, "306"),
        (Notice.RESET, None),
        (Notice.DETECTOR_TESTED, "611"),
    ],
)
def test_notices_have_codes_that_are_no_alarms(notice, code):
    contact_id = of_notice(notice)

    assert (contact_id and contact_id.code) == code


def test_every_kind_of_event_has_a_row():
    assert {row[0] for row in TABLE} == set(Condition)
