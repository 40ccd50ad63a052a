"""The timing budget by the engine's own instants: no clock is read, nothing is waited for.

From a reading to what it leads to no time passes in the engine. What the hardware, the disk and the
network add is measured elsewhere.
"""

import pytest
from scenario import SIREN, Life, call_point, detector, rule, site, told
from settings_sites import SITE, load, loaded

from drivers.bus import BusDetector, BusPlan
from drivers.modbus.data_model import (
    DataType,
    Table,
)
from drivers.modbus.device import (
    ModbusPoint,
    ModbusProfile,
)
from drivers.modbus.options import (
    ModbusBusOptions,
    ModbusDetectorOptions,
)
from drivers.modbus.times import times_of
from drivers.times import Wait
from gateway.settings.timing import timing_of
from rules.condition import Condition
from rules.instant import in_seconds, seconds
from rules.operator import Act
from rules.profile import DetectorKind, Profile, QuantityRange
from rules.reading import BusDown, FaultCause

S1 = detector("s1", "smoke")
HALL = site(S1, call_point("mcp"), rule("fire", "s1.smoke > 3 %/m"), outputs=[SIREN])
FIRE_TOLD = ["alarm: entered fire-alarm rule/fire", "siren on"]
MCP_TOLD = ["alarm: entered fire-alarm call-point/mcp because call-point", "siren on"]

# -- decided, driven, ended ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "quantity", "value", "said"),
    [("s1", "smoke", 4.0, FIRE_TOLD), ("mcp", "contact", 1.0, MCP_TOLD)],
)
def test_an_alarm_is_decided_and_its_outputs_are_set_with_the_reading_that_shows_it(
    name, quantity, value, said
):
    life = Life(HALL)

    step = life.read(12.5, name, quantity, value, at=12.25)

    assert told(step) == said
    assert step.events[0].at == seconds(12.25)
    assert [command.energised for command in step.outputs] == [True]
    assert "condition/fire-alarm/" in "".join(key for key, _ in step.changes)


def test_the_end_of_a_cause_and_a_reset_are_told_with_what_brings_them():
    life = Life(HALL)
    life.read(1, "s1", "smoke", 4.0)

    cleared = life.read(5, "s1", "smoke", 0.0)
    left = life.order(9, Act.RESET)

    assert told(cleared) == ["alarm: cleared fire-alarm rule/fire"]
    assert "alarm: left fire-alarm rule/fire because reset by Lan" in told(left)
    assert [step.events[0].at for step in (cleared, left)] == [seconds(5), seconds(9)]


# -- from a device to a reading --------------------------------------------------------------------

QUICK_ANSWER, SLOW_ANSWER = 0.03, 0.3


def contacts(units):
    profile = Profile(
        id="contact",
        name="",
        driver="modbus",
        kind=DetectorKind.PANEL_ALARM,
        source="",
        quantities={"contact": QuantityRange(lowest=0, highest=1)},
        device=ModbusProfile(
            points={
                "contact": ModbusPoint(table=Table.DISCRETE_INPUT, address=0, type=DataType.BIT)
            }
        ),
    )
    return tuple(
        BusDetector(
            id=f"d{unit}",
            profile=profile,
            every=seconds(1),
            alarm=True,
            options=ModbusDetectorOptions(unit=unit),
        )
        for unit in range(1, units + 1)
    )


def slowest(units, reply_within, *, one_is_dead):
    """Give how many seconds the slowest unit of a line at 9600 baud may take to be read."""
    options = ModbusBusOptions(port="p", baud=9600, reply_within=seconds(reply_within))
    plan = BusPlan(id="line", options=options, detectors=contacts(units), outputs=())
    return max(
        sum(
            in_seconds(stretch.takes)
            for stretch in times.change
            if one_is_dead or stretch.wait is not Wait.DEAD_UNIT
        )
        for times in times_of(plan).values()
    )


def test_sixteen_quick_units_on_a_sound_line_are_read_within_two_seconds():
    assert slowest(16, QUICK_ANSWER, one_is_dead=False) <= 2


def test_sixteen_units_of_any_speed_are_read_within_five_seconds_though_one_is_dead():
    assert slowest(16, SLOW_ANSWER, one_is_dead=True) <= 5


def test_no_detector_is_read_less_often_than_every_30_s_nor_believed_for_longer_than_100_s():
    every, stale = "unit: 1, every: 31 s}", "unit: 1, stale_after: 101 s}"

    for written, said in ((every, "from 10 ms to 30 s"), (stale, "100 s")):
        settings, problems = load(SITE, ("unit: 1}", written))
        assert settings is None
        assert said in str(problems[0])
    assert [detector.every for detector in loaded().detectors] == [seconds(4), seconds(1)]


def test_a_fire_alarm_of_a_small_site_is_published_within_ten_seconds_by_its_slowest_way():
    serial = ("modbus: {host: 127.0.0.1}", "modbus: {port: /dev/ttyUSB0, baud: 9600}")
    timing = timing_of(loaded(serial, ("raises: gas-alarm", "raises: fire-alarm")))

    for each in timing.rules:
        assert in_seconds(each.ways.slowest.takes) <= 10, each.source


# -- faults ----------------------------------------------------------------------------------------


def fault_after(every, stale_after, attempt):
    """Give how long after its last good answer the fault of a detector is entered, in seconds.

    It fails at each of its polls where `attempt` says so, or else is silent. Ticks come every
    second, but half a second beside the polls.
    """
    hall = site(
        detector("s1", "smoke", every=every, stale_after=stale_after),
        rule("fire", "s1.smoke > 3 %/m"),
    )
    life = Life(hall, now=0.5)
    life.read(1, "s1", "smoke", 0.0)
    life.tick(1.5)
    second = 1
    while second < 300:
        second += 1
        steps = [life.fail(second, "s1")] if attempt and (second - 1) % every == 0 else []
        steps.append(life.tick(second + 0.5))
        for step in steps:
            for event in step.events:
                if event.condition is Condition.FAULT:
                    return in_seconds(event.at) - 1
    return None


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_failed_polls_of_a_detector_that_is_read_every_5_s_are_a_fault_within_ten_seconds(every):
    assert fault_after(every, max(3 * every, 10), attempt=True) <= 10


@pytest.mark.parametrize("every", [1, 10, 20, 30])
@pytest.mark.parametrize("attempt", [True, False])
def test_a_detector_that_is_lost_is_a_fault_within_100_s_however_seldom_it_is_read(every, attempt):
    assert fault_after(every, max(3 * every, 10), attempt) <= 100 - 1.5  # to publish it


def test_the_longest_stale_after_that_a_site_may_have_still_leaves_a_fault_within_100_s():
    assert fault_after(30, 95, attempt=False) <= 100 - 1.5  # to publish it


def test_what_a_device_or_its_bus_says_is_wrong_is_a_fault_with_the_word():
    life = Life(HALL)
    life.read(1, "s1", "smoke", 0.0)

    own = life.fail(2, "s1", FaultCause.DEVICE_FAULT)
    of_the_bus = life.step(3, BusDown("line", "gone", seconds(3)))

    assert told(own)[0] == "trouble: entered fault detector/s1 because device-fault"
    assert told(of_the_bus)[0] == "trouble: entered fault bus/line because bus-down"
