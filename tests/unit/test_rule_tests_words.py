"""The words of test files, each by itself: series, loops, acts, and what a failure says of them."""

import pytest
from rule_examples import market, read, verdicts

from gateway.rehearsal.read_tests import site_named
from gateway.rehearsal.read_words import read_change, span_of
from gateway.rehearsal.series import BREATH, quiet_series
from gateway.rehearsal.verdict_view import verdict_lines
from gateway.settings.findings import Findings
from gateway.settings.yaml_nodes import read_yaml
from gateway.text import Language
from rules.instant import Duration, seconds
from rules.profile import CONTACT_RANGE, CurrentLoop, EndOfLine, QuantityRange

LOOP = QuantityRange(lowest=0, highest=100, current_loop=CurrentLoop())
SUPERVISED = QuantityRange(
    lowest=0,
    highest=1,
    end_of_line=EndOfLine(
        short_below=0.1,
        active_from=0.2,
        active_to=0.4,
        normal_from=0.5,
        normal_to=0.7,
        open_above=0.9,
    ),
)


def changed(quantity, limits, *changes):
    """Read changes, each `(second, words)`; give the series and what is wrong with them."""
    findings = Findings()
    series = quiet_series(quantity, limits)
    for second, words in changes:
        node, problems = read_yaml(f"v: {words}".encode(), "x")
        assert not problems
        after = read_change(node.get("v"), "v", series, seconds(second), findings)
        series = after or series
    return series, [problem.what for problem in findings.problems]


def values(series, *at):
    return [round(series.reading(seconds(second)), 4) for second in at]


def test_a_current_loop_is_given_in_milliamperes_as_its_driver_measures_it():
    series, problems = changed(
        "gas", LOOP, (1, "50 %LEL"), (2, "3.2 mA"), (3, "to 100 %LEL in 10 s")
    )

    assert problems == []
    assert values(series, 0, 1, 2, 8, 13) == [4.0, 12.0, 3.2, 11.6, 20.0]


def test_a_supervised_loop_lies_in_the_middle_of_its_bands_or_beyond_all():
    words = ((1, "active"), (2, "at rest"), (3, "open"), (4, "shorted"))
    series, problems = changed("contact", SUPERVISED, *words)

    assert problems == []
    at_rest, active, again, cut, shorted = values(series, 0, 1, 2, 3, 4)
    assert (at_rest, active, again) == (0.6, 0.3, 0.6)
    assert cut > 0.9
    assert shorted < 0.1


def test_a_value_for_a_while_gives_way_to_what_it_was_unless_something_else_came():
    series, _ = changed("contact", CONTACT_RANGE, (1, "active for 5 s"), (3, "active for 9 s"))
    assert values(series, 0, 1, 5, 7, 11, 12) == [0, 1, 1, 1, 1, 1]

    series, _ = changed("contact", CONTACT_RANGE, (1, "active for 5 s"), (3, "at rest"))
    assert values(series, 2, 3, 7) == [1, 0, 0]


def test_a_living_sensor_breathes_and_a_stuck_one_does_not():
    limits = QuantityRange(lowest=0, highest=100, stuck_after=seconds(60))
    alive, _ = changed("co", limits, (0, "99.99999 ppm"))
    stuck, _ = changed("co", limits, (0, "5 ppm"), (1, "stuck"))

    assert {alive.reading(seconds(at)) for at in range(300)} == {99.99999, 99.99999 - 100 * BREATH}
    assert {stuck.reading(seconds(at)) for at in range(1, 300)} == {5.0}
    assert quiet_series("co", limits).reading(seconds(30)) == 100 * BREATH


def test_what_is_quiet_lies_within_the_range_of_the_model():
    assert (
        quiet_series("temperature", QuantityRange(lowest=40, highest=90)).reading(Duration(0)) == 40
    )
    assert quiet_series("humidity", QuantityRange(lowest=0, highest=100)).reading(Duration(0)) == 60
    assert quiet_series("gas", LOOP).reading(Duration(0)) == 4.0


@pytest.mark.parametrize(
    ("quantity", "words", "said"),
    [
        ("co", "[5 ppm]", "must be a value"),
        ("co", "{0 s: 5 ppm, 3 s: 1 ppm, 2 s: 1 ppm}", "the times of a curve go upwards"),
        ("co", "{0 s: 5 ppm, 3 s: much}", "must be a number with its unit"),
        ("co", "{}", "a curve begins at 0 s"),
        ("co", "5 ppm for ever", "must be a time"),
        ("contact", "to active in 3 s", "a contact does not rise"),
        ("contact", "{0 s: [active]}", "must be one of active, at rest"),
        ("contact", "open", "cannot be 'open'"),
    ],
)
def test_a_word_that_means_nothing_is_refused(quantity, words, said):
    limits = CONTACT_RANGE if quantity == "contact" else QuantityRange(lowest=0, highest=500)
    _, problems = changed(quantity, limits, (0, words))

    assert len(problems) == 1 or "for ever" in words
    assert said in problems[0] or "for ever" in words
    assert problems


def test_times_add_up():
    assert span_of("1 h 2 min 3.5 s") == seconds(3723.5)
    assert span_of("90 s") == seconds(90)
    assert span_of("100 ms") == seconds(0.1)
    assert [span_of(text) for text in ("", "5", "5 m", "1 h 2", "1 min and 3 s", "-3 s")] == [
        None
    ] * 6


SETTINGS = market()


def problems_of(test: str) -> list[str]:
    return read(f"tests:\n  - {{name: x, {test}}}\n", SETTINGS)[1]


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("given: []", "expect is missing"),
        ("given: [], expect: nothing, untill: 3 s", "unknown key untill"),
        ("given: [], expect: nothing, start: hot", "start must be warm or cold"),
        ("given: [], expect: nothing, until: 8 d", "a test lasts 7 d at most"),
        ("given: [], expect: [{at: 5 s, enters: fire-alarm}], until: 1 s", "after the end"),
        ("given: [{at: 5 s}, {at: 1 s}], expect: nothing", "earlier than in the entry before"),
        ("given: [], expect: [{at: 5 s, enters: fault}, {at: 1 s, enters: fault}]", "earlier"),
        ("given: [], expect: [{enters: fire-alarm}]", "at is missing"),
        ("given: [], expect: [{at: 1 s}]", "it is not said what is to come"),
        ("given: [], expect: [{at: 1 s, enters: fault, leaves: fault}]", "in one entry"),
        ("given: [], expect: [{at: 1 s, refuses: rest}]", "there is no 'rest'"),
        ("given: [], expect: [{at: 1 s, enters: fault, mode: tets}]", "mode cannot be"),
        ("given: [], expect: [{at: 1 s, notice: reset, cause: x}]", "cause says nothing"),
        ("given: [{at: 1 s, reset: kitchen for 3 s}], expect: nothing", "reset has no time"),
        ("given: [{at: 1 s, test: kitchen for 3 h}], expect: nothing", "longer than is allowed"),
        ("given: [{at: 1 s, reset: [[a]]}], expect: nothing", "must be"),
        ("given: [{at: 1 s, power: [a]}], expect: nothing", "power must be"),
        ("given: [{at: 1 s, clock: [a]}], expect: nothing", "clock must be"),
        ("given: [{at: 1 s, enable: output/sirn}], expect: nothing", "there is no output"),
        ("given: nothing, expect: 5", "given must be a list"),
    ],
)  # fmt: skip
def test_a_test_that_cannot_be_meant_is_refused_where_it_says_so(test, said):
    problems = problems_of(test)

    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("x.test.yaml:2:") for problem in problems)


def test_a_name_is_given_once_and_a_file_has_tests():
    test = "{name: x, given: [], expect: nothing}"

    assert "at line 2 already" in read(f"tests:\n  - {test}\n  - {test}\n", SETTINGS)[1][0]
    assert "tests is empty" in read("tests: []\n", SETTINGS)[1][0]
    assert read("tests:\n  - 5\n", SETTINGS)[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tests: []", "site is missing"),
        ("{site: [x], tests: []}", "site must be a text"),
        ("[]", "a test file must be"),
        ("{site: a, tests: [], teste: 3}", "unknown key teste"),
    ],
)
def test_a_file_that_is_no_test_file_says_what_it_lacks(text, said):
    findings = Findings()
    root, _ = read_yaml(text.encode(), "x")

    site_named(root, findings)

    assert any(said in problem.what for problem in findings.problems)


EVERYTHING = """\
tests:
  - name: everything that can be written
    clock: "2026-11-24 21:00"
    start: cold
    given:
      - {at: 1 s, clock: unknown, part path/lan: failed, bus rs485: down}
      - {at: 2 s, clock: "2026-11-24 22:00", part path/lan: recovered, bus rs485: up}
      - {at: 3 s, disable: [detector/hall-smoke-1 for 20 s, output/siren], kitchen-co: silent}
      - {at: 4 s, enable: output/siren, test: kitchen for 10 s, hall-smoke-2: device-fault}
      - {at: 5 s, end-test: kitchen, silence: site, acknowledge: site}
      - {at: 6 s, panel-alarm: active, power: off}
      - {at: 7 s, power: on}
      - {at: 8 s, reset: hall, bus rs485: down}
      - {at: 9 s, power: off, kitchen-co: answers}
      - {at: 10 s, power: on}
    expect:
      - {at: 1 s, releases: siren}
      - {at: 3 s, notice: detector-tested, zone: kitchen}
      - {at: 6 s, enters: fire-alarm, by: panel-fire, zone: hall, cause: rule}
      - {at: 8 s, refuses: enable}
"""


def test_everything_that_can_be_written_is_run_and_a_failure_can_say_it():
    (verdict,) = verdicts(EVERYTHING, SETTINGS)

    text = "\n".join(verdict_lines(verdict, Language.ENGLISH))

    assert not verdict.passed
    assert "missing: releases siren" in text
    assert "missing: notice detector-tested in kitchen" in text
    assert "missing: refuses enable" in text
    assert "not expected: refuses reset: " in text
    assert "enters fire-alarm panel-fire" in text


def test_a_long_name_and_a_long_file_name_have_a_line_each():
    name = "a name that is so long that the place of the test can not stand behind it"
    given = "[{at: 1 s, panel-alarm: active}]"
    text = f"tests:\n  - {{name: {name}, given: {given}, expect: nothing}}\n"

    lines = verdict_lines(verdicts(text, SETTINGS)[0], Language.ENGLISH)

    assert lines[:2] == [f"FAIL  {name}", "      x.test.yaml:2:5"]
    assert lines[3].strip() == "panel-alarm.contact active"


def test_a_complete_test_sees_notices_and_what_people_did():
    text = (
        "tests:\n  - {name: x, complete: true, until: 20 s, expect: nothing, "
        "given: [{at: 5 s, test: hall, panel-alarm: active}]}\n"
    )

    said = "\n".join(verdict_lines(verdicts(text, SETTINGS)[0], Language.ENGLISH))

    assert "not expected: enters test zone/hall" in said
    assert "not expected: enters fire-alarm panel-fire (test)" in said
    assert "not expected: notice detector-tested in hall" in said
