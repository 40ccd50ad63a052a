"""What waits for a condition: rules that ask for it, and outputs that count detectors."""

import pytest
from settings_sites import said

END = "uplink:\n"


def rule(name: str, raises: str, when: str, zone: str = "hall") -> str:
    return f'  - {{id: {name}, zone: {zone}, raises: {raises}, when: "{when}"}}\n'


def with_rules(*rules: str) -> tuple[str, str]:
    return (END, "".join(rules) + END)


def without_hints(problems: list[str]) -> list[str]:
    return [problem.partition(" (")[0] for problem in problems]


def test_a_call_point_and_any_detector_raise_conditions_without_a_rule():
    assert said(with_rules(rule("a", "supervisory", "condition(hall, fire-alarm)"))) == []
    assert said(with_rules(rule("a", "supervisory", "condition(hall, fault)"))) == []


def test_each_condition_that_nothing_raises_is_told_at_its_place():
    clear = "60 ppm\n    clear: not condition(hall, supervisory)"
    ask = rule("a", "fault", "condition(hall, pre-alarm) or condition(attic, fault)")
    attic = ("detectors:\n", "  - {id: attic, name: Gác mái}\ndetectors:\n")

    problems = said(("60 ppm", clear), with_rules(ask), attic)

    assert without_hints(problems) == [
        "site.yaml:23:26: nothing can raise supervisory in zone hall",
        "site.yaml:24:57: nothing can raise pre-alarm in zone hall",
        "site.yaml:24:87: nothing can raise fault in zone attic",
    ]
    assert "(there can be fault, fire-alarm, gas-alarm)" in problems[0]
    assert "(it has neither rule nor detector)" in problems[2]


@pytest.mark.parametrize(
    "change",
    [
        ("raises: gas-alarm", "raises: gas"),  # it may have been meant to be the pre-alarm
        ("    raises: gas-alarm\n", ""),
        ("    zone: hall\n", ""),
        ("call-point, zone: hall", "call-point"),
        ("rules:\n", "rulez:\n"),
    ],
)
def test_a_condition_may_be_asked_for_where_what_raises_it_may_be_what_is_broken(change):
    problems = said(with_rules(rule("a", "fault", "condition(hall, pre-alarm)")), change)

    assert problems
    assert not [problem for problem in problems if "nothing can raise" in problem]


def test_a_call_point_whose_model_is_not_known_may_be_one():
    ask = rule("a", "supervisory", "condition(hall, fire-alarm)")
    problems = said(with_rules(ask), ("dry-contact, kind: manual-call-point", "dry-contakt"))

    assert without_hints(problems) == ["site.yaml:11:55: there is no profile dry-contakt"]


def test_each_ring_of_rules_is_told_once_at_its_first_rule():
    problems = said(
        with_rules(
            rule("b", "pre-alarm", "condition(hall, supervisory)"),
            rule("c", "supervisory", "condition(hall, pre-alarm)"),
            rule("d", "fault", "condition(hall, fault)"),
        )
    )

    assert without_hints(problems) == [
        "site.yaml:22:10: rules ask for each other's conditions: b → c → b",
        "site.yaml:24:10: the rule asks for the condition that it raises itself",
    ]


DETECTORS = """\
  - {id: b, zone: attic, bus: line, profile: jxct-jxbs-3001-co, unit: 2}
  - {id: c, zone: attic, bus: line, profile: jxct-jxbs-3001-co, unit: 3}
outputs:
"""
ATTIC = (
    ("detectors:\n", "  - {id: attic, name: Gác mái}\ndetectors:\n"),
    ("outputs:\n", DETECTORS),
    with_rules(rule("d", "fire-alarm", "any(co > 99 ppm)", zone="attic")),
)


def test_an_output_counts_detectors_in_its_own_zones_only():
    attic_only = ("line: 22", "line: 22, coincidence: 2, zones: [attic]")

    assert said(*ATTIC, attic_only) == []


def test_an_output_that_could_never_count_enough_is_told_the_zone():
    (problem,) = said(*ATTIC, ("line: 22", "line: 22, coincidence: 2"))

    assert "in zone hall rules name only 1 of 2 detectors: siren would never" in problem


def test_an_output_counts_for_the_conditions_that_drive_it():
    assert said(*ATTIC, ("line: 22", "line: 22, coincidence: 2, driven_by: [fire-alarm]")) == []


def test_detectors_are_not_counted_where_a_rule_is_broken():
    broken = ("co > 60 ppm", "co > 60")

    assert len(said(broken, ("line: 22", "line: 22, coincidence: 2"))) == 1


def test_a_rule_is_not_wrong_because_a_zone_that_it_looks_into_has_a_broken_detector():
    lost = ("outputs:\n", "  - {id: z, zone: attic, bus: line, profile: jxct, unit: 9}\noutputs:\n")
    attic = ("detectors:\n", "  - {id: attic, name: Gác mái}\ndetectors:\n")
    both = ("hall-co.co > 60 ppm", '"count(hall, attic: co > 60 ppm) >= 2"')

    (problem,) = said(attic, lost, both)

    assert "there is no profile jxct" in problem
