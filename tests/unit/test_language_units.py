"""Units: what converts into what, and what is said where it depends on the gas."""

from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario import RANGES, detector

from rules.language.compile import Scope, compile_expression
from rules.language.mistake import ExpressionError
from rules.profile import QuantityRange
from rules.quantity import QUANTITIES
from rules.unit import ALIASES, UNITS, convert, rate_of, unit_named

WIDE = RANGES | {
    name: QuantityRange(lowest=-1e9, highest=1e9) for name in QUANTITIES if name != "contact"
}
QUIET = RANGES | {"smoke": QuantityRange(lowest=-10, highest=99)}
EACH = [
    *(detector(f"{name}-1", name, ranges=WIDE) for name in QUANTITIES if name != "smoke"),
    detector("smoke-1", "smoke", ranges=QUIET),
]
SCOPE = Scope("hall", {each.id: each for each in EACH})


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        # 0.05 dB/m is where EN 54-7 begins to call it smoke: 1.145 %/m
        ("smoke > 0.05 dB/m", 100 * (1 - 10**-0.005)),
        ("smoke > 3 dB/m", 100 * (1 - 10**-0.3)),
        ("smoke > 0 dB/m", 0.0),
        ("avg(smoke, 1 min) > 0.15 dB/m", 100 * (1 - 10**-0.015)),
        ("max(smoke, 1 min) > 0.15 dB/m", 100 * (1 - 10**-0.015)),
        ("co2 > 0.5 %vol", 5000.0),
        ("oxygen < 19.5 %vol", 19.5),
        ("oxygen < 195000 ppm", 19.5),
        ("voltage < 11500 mV", 11.5),
        ("pressure < 4 kPa", 4000.0),
        ("pressure < 40 hPa", 4000.0),
        ("pressure < 4000 Pa", 4000.0),
        ("rate(pressure, 1 min) < -6 kPa/min", -100.0),
        ("rate(voltage, 1 min) < -60 mV/min", -0.001),
        ("rate(oxygen, 1 min) < -3600 ppm/h", -0.0001),
        ("pm2_5 > 1 mg/m3", 1000.0),
        ("pm2_5 > 1 mg/m³", 1000.0),
        ("pm2_5 > 300 ug/m3", 300.0),
        ("pm2_5 > 300 ug/m³", 300.0),
        ("pm2_5 > 300 μg/m3", 300.0),
        ("temperature > 58ºC", 58.0),
        ("temperature > 58 ℃", 58.0),
        ("temperature > 136.4 ℉", 58.0),
        ("temperature > 136.4 ºF", 58.0),
        ("rate(temperature, 1 min) > 6 degC/min", 0.1),
        ("change(temperature, 1 min) > 18 degF", 10.0),
        ("change(smoke, 1 min) > 2 %/m", 2.0),
        ("change(oxygen, 1 min) < -5000 ppm", -0.5),
        ("age(smoke) > 1 d", 86400.0),
        ("age(smoke) > 1 y", 365.25 * 86400),
        ("age(smoke) > 500 ms", 0.5),
        ("loop < 3.6 mA", 3.6),
    ],
)
def test_a_threshold_is_converted_to_the_canonical_unit(text, threshold):
    compared = compile_expression(text, SCOPE)

    assert compared.threshold == pytest.approx(threshold, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", QUANTITIES)
def test_every_quantity_can_be_compared_in_every_unit_of_its_dimension(name):
    unit = QUANTITIES[name].unit
    alike = [each for each in UNITS.values() if each.dimension == unit.dimension]

    for each in alike:
        if name != "contact":
            compile_expression(f"{name} > 1 {each.symbol}", SCOPE)
    assert unit in alike


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("rate(smoke, 1 min) > 1 dB/m/min", "use %/m/min"),
        ("rate(smoke, 1 min) > 1 dB/m/d", "use %/m/d"),
        ("change(smoke, 1 min) > 1 dB/m", "use %/m"),
    ],
)
def test_a_difference_in_decibels_is_refused_for_it_depends_on_the_smoke(text, hint):
    with pytest.raises(ExpressionError, match="a difference in dB/m is none in %/m") as caught:
        compile_expression(text, SCOPE)

    assert caught.value.mistakes[0].hint == hint


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("co > 60 mg/m³", "ppm"),
        ("co > 5 %LEL", "ppm"),
        ("gas > 1 %vol", "%LEL"),
        ("gas > 10000 ppm", "%LEL"),
        ("pm2_5 > 1 ppm", "µg/m³"),
    ],
)
def test_what_converts_by_the_gas_is_not_guessed(text, unit):
    with pytest.raises(ExpressionError, match=r"is (a|an) .* is compared") as caught:
        compile_expression(text, SCOPE)

    (mistake,) = caught.value.mistakes
    assert mistake.hint.startswith(f"use {unit}: how much of it ")
    assert "depends on the gas" in mistake.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("humidity > 90 %", "use %RH"),
        ("smoke > 3 %", "use %/m"),
        ("oxygen < 19 %", "use %vol"),
        ("voltage > 3 mA", "use V"),
    ],
)
def test_a_unit_of_something_else_is_answered_with_the_right_one(text, hint):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, SCOPE)

    assert caught.value.mistakes[0].hint == hint


@pytest.mark.parametrize("symbol", ["°C/d", "°C/ms", "°C/y", "dB/m/s", "ppm/°C", "ug", "y/", "%/"])
def test_rates_are_per_second_minute_or_hour(symbol):
    assert unit_named(symbol) is None


def test_every_alias_means_a_unit_also_in_a_rate():
    for alias, symbol in ALIASES.items():
        assert unit_named(alias) is UNITS[symbol]
        assert unit_named(f"{alias}/min") == rate_of(UNITS[symbol], UNITS["min"])


DECIBELS, OBSCURATION = UNITS["dB/m"], UNITS["%/m"]


@given(loss=st.floats(0, 20))
def test_decibels_and_per_cent_convert_both_ways(loss):
    there = convert(loss, DECIBELS, OBSCURATION)

    assert 0 <= there < 100
    assert isclose(there, 100 * (1 - 10 ** (-loss / 10)), rel_tol=1e-9, abs_tol=1e-9)
    assert isclose(loss, convert(there, OBSCURATION, DECIBELS), rel_tol=1e-9, abs_tol=1e-9)


@given(value=st.floats(-1e9, 1e9))
def test_no_number_is_too_large_to_convert(value):
    for source in UNITS.values():
        for target in UNITS.values():
            if source.dimension == target.dimension:
                assert isinstance(convert(value, source, target), float)


def test_smoke_that_lets_no_light_through_is_an_infinite_loss():
    assert convert(100.0, OBSCURATION, DECIBELS) == inf
    assert convert(1e6, DECIBELS, OBSCURATION) == 100.0
    assert convert(-1e6, DECIBELS, OBSCURATION) == -inf
    assert convert(7.0, DECIBELS, DECIBELS) == 7.0
