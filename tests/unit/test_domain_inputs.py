"""What stands between a wire and a rule, through the engine: contacts, loops, bits of a device."""

import pytest
from scenario import RANGES, Life, World, call_point, detector, rule, site, told
from settings_sites import PROFILES, loaded

from drivers.gpio.debounce import Debouncer
from drivers.gpio.options import GpioDetectorOptions
from drivers.modbus.codec import decoder
from gateway.settings.read_profile import load_profile
from rules.condition import Condition
from rules.instant import Instant, seconds
from rules.profile import (
    CurrentLoop,
    DetectorKind,
    EndOfLine,
    HazardousSide,
    QuantityRange,
)
from rules.reading import FaultCause

FAULT = Condition.FAULT

# -- contacts --------------------------------------------------------------------------------------

MS = 1_000_000


def told_of_a_closure(milliseconds):
    """Give what a call point tells whose contact closes for a time; the line is high at rest."""
    judge = Debouncer(GpioDetectorOptions(line=17).debounce)
    life = Life(site(call_point("mcp")))
    begins, lines = 1000, []
    for now in range(begins + milliseconds + 500):
        is_closed = begins <= now < begins + milliseconds
        if now in (begins, begins + milliseconds):
            judge.edge(Instant(now * MS))
        due = judge.due
        if now == 0 or (due is not None and due <= now * MS):
            found = judge.read(not is_closed, Instant(now * MS))
            if found is not None:
                lines += told(life.read(now / 1000, "mcp", "contact", float(not found.level)))
    return lines


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (50, []),
        (
            150,
            [
                "alarm: entered fire-alarm call-point/mcp because call-point",
                "alarm: cleared fire-alarm call-point/mcp",
            ],
        ),
    ],
)
def test_1_a_contact_that_closes_for_50_ms_is_no_alarm_and_for_150_ms_is_one(milliseconds, said):
    assert told_of_a_closure(milliseconds) == said


def test_a_stable_contact_is_judged_after_100_ms_and_looked_at_each_second_whatever_edges_come():
    contact = next(each for each in loaded().detectors if each.id == "call-point")
    judge = Debouncer(contact.options.debounce)
    judge.read(True, Instant(0))
    judge.edge(Instant(7 * MS))

    assert judge.due == 107 * MS
    assert loaded((": {poll_every: 4 s}", ": {}")).buses[0].options.poll_every == seconds(1)


# -- 4-20 mA and supervised loops ------------------------------------------------------------------

LOOP = QuantityRange(lowest=0, highest=100, current_loop=CurrentLoop())
SUPERVISED = QuantityRange(
    lowest=0,
    highest=1,
    hazardous_side=HazardousSide.NEITHER,
    end_of_line=EndOfLine(
        short_below=0.1,
        active_from=0.15,
        active_to=0.35,
        normal_from=0.4,
        normal_to=0.6,
        open_above=0.85,
    ),
)


def after_four_seconds(quantity, limits, signal):
    """Give the value, whether there is an alarm, and the causes of the faults in force."""
    of_gas = quantity == "gas"
    life = Life(
        site(
            detector("d", quantity, ranges={**RANGES, quantity: limits}),
            rule("r", "d.gas > 20 %LEL" if of_gas else "d.contact"),
        )
    )
    for second in range(1, 5):
        life.read(second, "d", quantity, signal)
        life.tick(second)
    in_force = life.in_force()
    return (
        life.value("d", quantity),
        (Condition.FIRE_ALARM, "rule/r") in in_force,
        {each.cause for (condition, _), each in in_force.items() if condition is FAULT},
    )


@pytest.mark.parametrize(
    ("current", "value", "alarm", "faults"),
    [
        (3.5, None, False, {FaultCause.LOOP_LOW}),
        (3.7, None, False, {FaultCause.LOOP_UNDEFINED}),
        (12.0, 50.0, True, set()),
        (20.6, float("inf"), True, {FaultCause.OVER_RANGE, FaultCause.LOOP_UNDEFINED}),
        (21.2, None, False, {FaultCause.LOOP_HIGH}),
        (0.0, None, False, {FaultCause.LOOP_LOW}),
    ],
)
def test_19_each_current_of_a_loop_is_a_value_or_a_fault_to_the_rules(
    current, value, alarm, faults
):
    assert after_four_seconds("gas", LOOP, current) == (value, alarm, faults)


def test_20_the_five_results_of_a_supervised_loop_are_five_to_the_rules():
    levels = {"open": 1.0, "short": 0.0, "normal": 0.5, "alarm": 0.24, "between the bands": 0.37}

    results = {
        name: after_four_seconds("contact", SUPERVISED, level) for name, level in levels.items()
    }

    assert results == {
        "open": (None, False, {FaultCause.OPEN_CIRCUIT}),
        "short": (None, False, {FaultCause.SHORT_CIRCUIT}),
        "normal": (0.0, False, set()),
        "alarm": (1.0, True, set()),
        "between the bands": (None, False, {FaultCause.LOOP_UNDEFINED}),
    }


def test_a_head_that_is_taken_off_its_base_is_a_fault_that_degrades_its_zone():
    limits = {**RANGES, "contact": SUPERVISED}
    hall = site(detector("d", "contact", ranges=limits), rule("fire", "d.contact"))
    World(hall=hall).run("""
        0   d.contact 0.5 |
        9   d.contact 1.0 | trouble: entered fault detector/d/signal because open-circuit
                          | trouble: entered degraded zone/hall because unprotected
    """)


# -- bits and registers of a device ----------------------------------------------------------------


INVERTED = b"""\
id: inverted
name: a detector whose alarm bit is 0 while there is an alarm
driver: modbus
kind: smoke-detector
source: none
quantities: {contact: {}}
modbus:
  points:
    contact: {table: holding-register, address: 3, type: bit, bit: 2, inverted: true}
"""


@pytest.mark.parametrize(("register", "alarms"), [(0b000, True), (0b011, True), (0b100, False)])
def test_15_of_an_inverted_alarm_bit_zero_raises_the_alarm(register, alarms):
    profile, problems = load_profile(INVERTED, "inverted.yaml")
    read = decoder(profile.device.points["contact"], 0)
    life = Life(site(detector("d", "contact"), rule("fire", "d.contact")))

    life.read(1, "d", "contact", read([register]))

    assert not problems
    assert ((Condition.FIRE_ALARM, "rule/fire") in life.in_force()) is alarms


def test_18_where_manuals_contradict_each_other_either_fault_bit_counts_and_each_can_be_moved():
    file = next(each for each in PROFILES if each.endswith("honeywell-sensepoint-xrl.yaml"))
    text = PROFILES[file]

    def fault_bits(written):
        profile, problems = load_profile(written, file)
        assert not problems
        return sorted(sign.bit for sign in profile.device.faults.values() if sign.type == "bit")

    assert fault_bits(text) == [5, 6]
    assert fault_bits(text.replace(b"type: bit, bit: 6}", b"type: bit, bit: 7}")) == [5, 7]


def test_18_what_a_device_says_is_wrong_with_it_is_a_fault_at_once():
    hall = site(detector("g", "gas", kind=DetectorKind.GAS), rule("gas", "g.gas > 20 %LEL"))
    life = Life(hall)
    life.read(1, "g", "gas", 5.0)

    life.fail(2, "g", FaultCause.DEVICE_FAULT)

    assert (FAULT, "detector/g") in life.in_force()
    assert life.value("g", "gas") is None
