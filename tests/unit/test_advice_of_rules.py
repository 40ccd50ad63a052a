"""What firegw check says of rules: each of it where it is certain, and nothing where it is not."""

import pytest
from settings_sites import EXAMPLES, PROFILES, SITE, load

from gateway.settings.loader import load_site

HEAT = (
    "  - {id: hall-co, zone: hall, bus: line, profile: jxct-jxbs-3001-co, unit: 1}\n",
    """\
  - {id: hall-co, zone: hall, bus: line, profile: jxct-jxbs-3001-co, unit: 1}
  - {id: hall-heat, zone: hall, bus: line, profile: generic-modbus-temperature,
     kind: heat-detector, unit: 2}
  - {id: hall-dust, zone: hall, bus: line, profile: generic-modbus-temperature, unit: 3}
""",
)
OTHERS = {
    name: f"  - {{id: of-{name}, zone: hall, raises: supervisory, when: {name}.{limit}}}\n"
    for name, limit in (
        ("hall-co", "co > 400 ppm"),
        ("hall-heat", "temperature > 99 °C"),
        ("hall-dust", "temperature > 99 °C"),
    )
}
"""So that no detector is without a rule."""

SCHEDULES = {
    "night": """\
  - id: night
    on:
      - {days: [mon, tue, wed, thu, fri, sat, sun], from: "22:00", to: "06:00"}
""",
    "always": """\
  - id: always
    on:
      - {days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00"}
""",
}


def fire(when, **more):
    """Say what is told of a fire rule of the hall."""
    return told(rule("hall-fire", "fire-alarm", when, **more))


def rule(name, raises, when, **more):
    keys = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return (
        f"  - id: {name}\n    zone: hall\n    raises: {raises}\n    when: >-\n      {when}\n{keys}"
    )


def told(rules):
    used = [text for name, text in SCHEDULES.items() if f"schedule({name})" in rules]
    schedules = "schedules:\n" + "".join(used) if used else ""
    others = "".join(text for name, text in OTHERS.items() if name not in rules)
    before, _ = SITE.split("rules:\n")
    after = "uplink:\n" + SITE.split("uplink:\n")[1]
    text = before + schedules + "rules:\n" + rules + others + after
    return [problem.what for problem in load(text, HEAT)[1]]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_of_the_examples_nothing_is_said(file):
    assert load_site(file.read_bytes(), file.name, PROFILES)[1] == ()


# -- conditions that are always the same -----------------------------------------------------------


def test_a_clear_that_only_needs_what_when_excludes_is_refused():
    assert fire("hall-co.co > 60 ppm", clear="hall-co.co > 61 ppm") == [
        "`clear` can never be true while `when` is false: the condition could never end"
    ]
    impossible = '"hall-co.co > 60 ppm and hall-co.co < 30 ppm"'
    assert fire("hall-co.co > 60 ppm", clear=impossible) == [
        "`clear` can never be true while `when` is false: the condition could never end"
    ]


def test_a_stricter_clear_is_as_it_should_be():
    assert fire("hall-co.co > 60 ppm", clear="hall-co.co < 30 ppm") == []
    assert fire("hall-co.co > 60 ppm", clear="hall-heat.temperature < 40 °C") == [
        "only `clear` names hall-heat: it can raise no alarm"
    ]
    assert (
        fire("avg(hall-co.co, 30 s) > 60 ppm or hall-co.co > 300 ppm", clear="hall-co.co < 61 ppm")
        == []
    )


# -- rules behind others ---------------------------------------------------------------------------


def behind(one, other):
    return [what for what in told(one + other) if "raises nothing that" in what]


LOW, HIGH = "hall-co.co > 60 ppm", "hall-co.co > 90 ppm"


def gas(name, when, **more):
    return rule(name, "gas-alarm", when, **more)


def test_a_rule_behind_a_weaker_one_that_waits_no_longer_is_told_whichever_stands_first():
    said = ["high raises nothing that low has not raised before it"]

    assert behind(gas("low", LOW), gas("high", HIGH)) == said
    assert behind(gas("high", HIGH), gas("low", LOW)) == said
    assert behind(gas("low", LOW, **{"for": "5 s"}), gas("high", HIGH, **{"for": "5 s"})) == said


def test_of_two_equal_rules_the_second_is_told():
    assert behind(gas("one", LOW), gas("two", LOW)) == [
        "two raises nothing that one has not raised before it"
    ]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ({"for": "5 s"}, {}),  # the higher is quicker
        ({"latching": "false"}, {}),  # the higher stays
        ({}, {"on_unknown": "alarm"}),  # the higher is raised by a fault besides
    ],
)
def test_a_higher_threshold_that_does_something_else_is_no_shadow(low, high):
    assert behind(gas("low", LOW, **low), gas("high", HIGH, **high)) == []


def test_a_rule_of_another_condition_is_no_shadow():
    assert behind(rule("low", "pre-alarm", LOW), gas("high", HIGH)) == []


# -- what a fire engineer would ask ----------------------------------------------------------------


def test_heat_alone_below_every_class_is_told():
    said = "a fire alarm by heat alone at 50 °C: no class of EN 54-5 responds below 54 °C"

    assert fire("hall-heat.temperature > 50 °C") == [said]
    assert fire("hall-co.co > 90 ppm or hall-heat.temperature >= 50 °C") == [said]
    assert fire("avg(hall-heat.temperature, 4 s) > 50 °C") == [said]
    assert fire("held(hall-heat.temperature > 50 °C, 1 min)") == [said]


@pytest.mark.parametrize(
    "when",
    [
        "hall-heat.temperature > 54 °C",
        "hall-heat.temperature > 50 °C and hall-co.co > 30 ppm",
        "hall-heat.temperature > 50 °C and rate(hall-heat.temperature, 5 s) > 8 °C/min",
        "hall-heat.temperature < 0 °C",
        "not hall-heat.temperature > 50 °C",
        "heat_class(hall-heat.temperature, A1R)",
    ],
)
def test_heat_with_something_else_or_high_enough_is_not(when):
    assert [what for what in fire(when) if "heat alone" in what] == []


def test_sensors_that_no_standard_calls_detectors_raise_no_fire_alarm_alone():
    said = (
        "hall-fire raises a fire alarm by sensors alone: an indication, and no detector after EN 54"
    )

    assert fire("hall-dust.temperature > 60 °C") == [said]
    assert fire("hall-dust.temperature > 60 °C and hall-co.co > 30 ppm") == []
    assert told(rule("dusty", "pre-alarm", "hall-dust.temperature > 60 °C")) == []


def test_on_unknown_alarm_over_two_detectors_is_meant():
    two = "hall-co.co > 60 ppm or hall-heat.temperature > 60 °C"

    assert fire(two, on_unknown="alarm") == []
    assert fire("hall-co.co > 60 ppm", on_unknown="alarm") == [
        "a fault of hall-co alone raises fire-alarm: a broken wire rings"
    ]


def test_a_zone_whose_fire_rules_all_sleep_is_told():
    off = "no fire rule of zone hall is awake while schedule night is off"
    on = "no fire rule of zone hall is awake while schedule night is on"

    assert fire("hall-co.co > 60 ppm and schedule(night)") == [off]
    assert fire("hall-co.co > 60 ppm and not schedule(night)") == [on]
    assert fire("hall-co.co > 60 ppm or schedule(night) and hall-co.co > 30 ppm") == []
    assert fire("hall-co.co > 60 ppm and schedule(always)") == []
    awake = rule("hall-heat-high", "fire-alarm", "hall-heat.temperature > 60 °C")
    asleep = rule("hall-fire", "fire-alarm", "hall-co.co > 60 ppm and schedule(night)")
    assert told(awake + asleep) == []
