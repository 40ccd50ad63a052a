"""Gases: carbon monoxide by its dose, flammable gas and oxygen by their usual set points."""

import pytest
from scenario import RANGES, Life, World, detector, rule, site, told

from rules.condition import Condition
from rules.profile import DetectorKind, HazardousSide, QuantityRange

pytestmark = pytest.mark.unmeasured  # hours of gas

MINUTE = 60

# -- carbon monoxide, EN 50291-1 -------------------------------------------------------------------

CO = site(
    detector("c", "co", kind=DetectorKind.CO),
    rule("dose", "co_dose(c.co) >= 100 %", Condition.GAS_ALARM),
)


def alarms_after(concentration, minutes):
    """Give after how many minutes at a concentration the alarm comes, of clean air before."""
    life = Life(CO)
    life.read(0, "c", "co", 0.0)
    for second in range(1, minutes * MINUTE + 2):
        step = life.read(second, "c", "co", concentration)
        step = step if step.events else life.tick(second)
        if "alarm: entered gas-alarm rule/dose" in told(step):
            return (second - 1) / MINUTE
    return None


def test_24_thirty_ppm_raise_no_alarm_within_120_minutes():
    assert alarms_after(30.0, 120) is None


@pytest.mark.parametrize(
    ("concentration", "earliest", "latest"), [(50.0, 60, 90), (100.0, 10, 40), (300.0, 0, 3)]
)
def test_24_more_carbon_monoxide_alarms_within_its_window(concentration, earliest, latest):
    minutes = alarms_after(concentration, latest)

    assert minutes is not None
    assert earliest <= minutes <= latest


def test_the_two_steps_of_an_industrial_detector_are_two_rules():
    life = Life(
        site(
            detector("c", "co", kind=DetectorKind.CO),
            rule("a1", "c.co >= 30 ppm", Condition.PRE_ALARM),
            rule("a2", "c.co >= 100 ppm", Condition.GAS_ALARM),
        )
    )

    said = [told(life.read(second, "c", "co", 30.0 * second)) for second in range(5)]

    assert said[1] == ["alarm: entered pre-alarm rule/a1"]
    assert said[4] == ["alarm: entered gas-alarm rule/a2"]
    assert said[0] == said[2] == said[3] == []


# -- flammable gas ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [(10, 20), (10, 40), (20, 40), (3, 20)])
def test_flammable_gas_warns_at_its_first_set_point_and_alarms_at_its_second(low, high):
    life = Life(
        site(
            detector("g", "gas", kind=DetectorKind.GAS),
            rule("a1", f"g.gas >= {low} %LEL", Condition.PRE_ALARM),
            rule("a2", f"g.gas >= {high} %LEL", Condition.GAS_ALARM),
        )
    )
    rises = {gas: told(life.read(gas, "g", "gas", float(gas))) for gas in range(high + 1)}

    assert {gas: lines for gas, lines in rises.items() if lines} == {
        low: ["alarm: entered pre-alarm rule/a1"],
        high: ["alarm: entered gas-alarm rule/a2"],
    }


def test_gas_beyond_its_range_alarms_and_stays_though_the_sensor_reads_low_afterwards():
    world = World(
        gas=site(
            detector("g", "gas", kind=DetectorKind.GAS),
            rule("high", "g.gas >= 40 %LEL", Condition.GAS_ALARM),
        )
    )

    world.run("""
        0    g.gas 0      |
        5    g.gas 101    | trouble: entered fault detector/g/range because over-range
                          | alarm: entered gas-alarm rule/high
        9    g.gas 12     | trouble: left fault detector/g/range
        600               |
    """)
    alarm = world.life.in_force()[Condition.GAS_ALARM, "rule/high"]
    assert (alarm.latched, alarm.standing) == (True, True)  # the cause counts as there still


# -- oxygen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("oxygen", "said"),
    [
        (20.9, []),
        (19.5, []),
        (19.4, ["alarm: entered pre-alarm rule/low"]),
        (17.9, ["alarm: entered pre-alarm rule/low", "alarm: entered gas-alarm rule/very-low"]),
        (23.0, []),
        (23.1, ["alarm: entered gas-alarm rule/high"]),
    ],
)
def test_oxygen_alarms_where_it_is_too_low_or_too_high(oxygen, said):
    limits = QuantityRange(lowest=0, highest=30, hazardous_side=HazardousSide.NEITHER)
    life = Life(
        site(
            detector("o", "oxygen", kind=DetectorKind.GAS, ranges={**RANGES, "oxygen": limits}),
            rule("low", "o.oxygen < 19.5 %vol", Condition.PRE_ALARM),
            rule("very-low", "o.oxygen < 18 %vol", Condition.GAS_ALARM),
            rule("high", "o.oxygen > 23 %vol", Condition.GAS_ALARM),
        )
    )

    assert told(life.read(1, "o", "oxygen", oxygen)) == said
