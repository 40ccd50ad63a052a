"""What an expression mentions, rules that ask in a circle, and expressions written back."""

import pytest
from test_language_functions import CO, DOOR, HEAT, MCP, S1, S2, SCOPE, window

from rules.condition import Condition
from rules.dependency import asked_by, cycles_of
from rules.instant import seconds
from rules.language.compile import (
    compile_expression,
    conditions_of,
    points_of,
    schedules_of,
    windows_of,
)
from rules.language.mentions import all_branches_of
from rules.language.render import written, written_number, written_span
from rules.language.syntax import AllOf, Compared, Comparison, Not
from rules.site import RuleDefinition

EVERYTHING = """
    held(not contact, 1 min) and verified(age(mcp.contact) > 1 min or door.contact, 1 s, 1 min)
    or at_least(1, smoke > 3 %/m, schedule(night), condition(attic, fault))
    or all(rate(temperature, 1 min) > 8 °C/min and condition(hall, gas-alarm))
    or co_dose(co) > 50 %
"""


def test_everything_is_found_wherever_it_stands():
    tree = compile_expression(EVERYTHING, SCOPE)

    assert points_of(tree) == {MCP, DOOR, S1, S2, HEAT, CO}
    assert windows_of(tree) == {
        window("age", MCP),
        window("rate", HEAT, 60),
        window("co_dose", CO),
    }
    assert conditions_of(tree) == {
        ("attic", Condition.FAULT),
        ("hall", Condition.GAS_ALARM),
    }
    assert schedules_of(tree) == {"night"}


def test_branches_come_in_the_order_of_the_text():
    tree = compile_expression("contact and (co > 60 ppm or not door.contact)", SCOPE)

    kinds = [type(branch).__name__ for branch in all_branches_of(tree)]
    assert kinds == ["AllOf", "Active", "AnyOf", "Compared", "Not", "Active"]


def rule(name, when, raises=Condition.FIRE_ALARM, zone="hall", clear=None):
    return RuleDefinition(
        id=name,
        zone=zone,
        raises=raises,
        when=compile_expression(when, SCOPE),
        clear=None if clear is None else compile_expression(clear, SCOPE, clears=True),
        hold=seconds(0),
        latching=False,
    )


FIRE, PRE, FAULT = Condition.FIRE_ALARM, Condition.PRE_ALARM, Condition.FAULT


def test_rules_that_ask_each_other_without_a_circle_are_fine():
    rules = [
        rule("b", "condition(attic, fire-alarm) and contact"),
        rule("a", "condition(hall, fault)", zone="attic"),
        rule("c", "contact", raises=FAULT),
        rule("d", "condition(hall, pre-alarm)"),
    ]

    assert cycles_of(rules) == ()
    assert cycles_of([]) == ()
    assert asked_by(rules[0]) == {("attic", FIRE)}


@pytest.mark.parametrize("clear", [None, "not condition(hall, fire-alarm)"])
def test_a_rule_that_asks_for_what_it_raises_is_a_circle(clear):
    when = "contact" if clear else "contact or not condition(hall, fire-alarm)"

    assert cycles_of([rule("a", "contact"), rule("b", when, clear=clear)]) == (("b",),)


def test_each_circle_begins_with_the_first_of_its_rules():
    rules = [
        rule("z", "contact"),
        rule("y", "condition(attic, fire-alarm)", raises=PRE),
        rule("x", "condition(garden, fault)", zone="attic"),
        rule("w", "condition(hall, pre-alarm)", raises=FAULT, zone="garden"),
        rule("v", "condition(cellar, fault)", raises=FAULT, zone="cellar"),
        rule("u", "condition(cellar, fault)"),
    ]

    assert cycles_of(rules) == (("y", "x", "w"), ("v",))
    assert cycles_of(reversed(rules)) == (("v",), ("w", "y", "x"))


def test_every_rule_that_raises_the_condition_is_asked():
    rules = [
        rule("a", "contact", raises=PRE),
        rule("b", "condition(hall, fire-alarm)", raises=PRE),
        rule("c", "condition(hall, pre-alarm)"),
    ]

    assert cycles_of(rules) == (("b", "c"),)


def test_a_long_chain_of_rules_is_followed_to_its_end():
    zones = [f"zone-{number}" for number in range(3000)]
    chain = [
        RuleDefinition(
            id=f"in-{zone}",
            zone=zone,
            raises=FAULT,
            when=compile_expression("condition(hall, fault)", SCOPE),
            clear=None,
            hold=seconds(0),
            latching=False,
        )
        for zone in zones
    ]

    assert cycles_of(chain) == ()


# What is written back, in the words of the language.
WRITTEN = {
    "contact": "mcp.contact",
    "not contact or co>60ppm": "not mcp.contact or co-1.co > 60 ppm",
    "not (contact and door.contact)": "not (mcp.contact and door.contact)",
    "contact or co > 60 ppm and temperature > 58 °C": (
        "mcp.contact or (co-1.co > 60 ppm and heat.temperature > 58 °C)"
    ),
    "any(smoke > 3 %/m)": "s1.smoke > 3 %/m or s2.smoke > 3 %/m",
    "count(smoke > 3 %/m) >= 2": "at_least(2, s1.smoke > 3 %/m, s2.smoke > 3 %/m)",
    "count(smoke > 3 %/m) < 2": "count(s1.smoke > 3 %/m, s2.smoke > 3 %/m) < 2",
    "held(contact, 300 s)": "held(mcp.contact, 5 min)",
    "verified(contact, 0 s, 90 s)": "verified(mcp.contact, 0 s, 90 s)",
    "verified(contact, 500 ms, 0.5 h)": "verified(mcp.contact, 0.5 s, 30 min)",
    "schedule(night)": "schedule(night)",
    "condition(attic, fault)": "condition(attic, fault)",
    "rate(temperature, 1 min) > 8 °C/min": "rate(heat.temperature, 1 min) > 8 °C/min",
    "rate(temperature, 1 h) > 0.1 °C/s": "rate(heat.temperature, 1 h) > 6 °C/min",
    "change(temperature, 5 min) > 10 K": "change(heat.temperature, 5 min) > 10 °C",
    "age(co) > 600 s": "age(co-1.co) > 10 min",
    "co_dose(co) >= 100 %": "co_dose(co-1.co) >= 100 %",
    "co > 0.0001 %vol": "co-1.co > 1 ppm",
    "co > 0.00001 ppm": "co-1.co > 0.00001 ppm",
    "temperature > -5.5 °C": "heat.temperature > -5.5 °C",
    "heat_class(temperature, A1R)": (
        "heat.temperature >= 56 °C or "
        "(heat.temperature >= 46 °C and rate(heat.temperature, 1 min) >= 4 °C/min)"
    ),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_expression_is_written_back_for_people(text):
    assert written(compile_expression(text, SCOPE)) == WRITTEN[text]


def test_numbers_are_written_with_every_digit_that_counts():
    assert written_number(HEAT, (100 - 32) / 1.8) == "37.77777777777778 °C"
    assert written_number(window("rate", HEAT, 60), 0.1) == "6 °C/min"
    assert written_number(window("rate", HEAT, 60), 1 / 7) == "0.14285714285714285 °C/s"
    assert written_number(window("age", HEAT), 0.25) == "0.25 s"
    assert written_span(seconds(3600)) == "1 h"
    assert written_span(seconds(0)) == "0 s"


def test_what_stands_in_what_keeps_its_parentheses():
    warm = Compared(HEAT, Comparison.GREATER, 58.0)
    nested = AllOf((warm, AllOf((warm, Not(Not(warm))))))

    assert compile_expression(written(nested), SCOPE) == nested
