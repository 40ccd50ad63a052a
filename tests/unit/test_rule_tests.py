"""Tests of rules: what a fire engineer writes is what happens, and each difference is seen."""

import re

import pytest
from golden_file import assert_golden
from rule_examples import ROOT, market, read, verdicts

from gateway.cli.firegw import run
from gateway.cli.outcome import ExitCode
from gateway.rehearsal.verdict_view import verdict_lines
from gateway.text import Language

pytestmark = pytest.mark.unmeasured  # hours of sites, which take three times as long with it

HEAT_AND_CO = """\
tests:
  - name: fast heat with carbon monoxide is a fire
    given:
      - at: 0 s
        kitchen-heat.temperature: 28 °C
        kitchen-co.co: 70 ppm
      - at: 1 min
        kitchen-heat.temperature: to 64 °C in 3 min
      - at: 5 min
        kitchen-heat.temperature: 30 °C
        kitchen-co.co: 5 ppm
      - at: 6 min
        acknowledge: kitchen
        reset: kitchen
    expect:
      - {at: 1 min 5 s, within: 30 s, enters: fire-alarm, by: kitchen-fire}
      - {at: 5 min, clears: fire-alarm, by: kitchen-fire}
      - {at: 6 min, leaves: fire-alarm, by: kitchen-fire}
"""


def one(given: str, expect: str = "expect: nothing", more: str = ""):
    """Judge a test of a few lines."""
    return verdicts(f"tests:\n  - {{name: it, {more} given: [{given}], {expect}}}\n")[0]


def happened(verdict):
    """Give what was checked, as `seconds what`."""
    rows = [row.happening for row in verdict.rows if row.happening is not None]
    return [f"{each.at / 1e9:g} {getattr(each.what, 'change', each.what)}" for each in rows]


def test_a_fire_that_comes_as_expected_passes():
    (verdict,) = verdicts(HEAT_AND_CO)

    assert verdict.passed
    assert len(verdict.rows) == 3


@pytest.mark.parametrize("language", Language)
def test_a_failure_shows_what_is_missing_what_came_and_why(language):
    given = HEAT_AND_CO.replace("28 °C", "88 °C").replace("by: kitchen-fire}", "by: hall-smoke}", 1)
    (verdict,) = verdicts(given)

    lines = verdict_lines(verdict, language)

    assert max(map(len, lines)) <= 80
    assert_golden(f"rule-test-failed.{language}", "\n".join(lines))


def test_a_site_in_quiet_raises_nothing_not_even_a_fault():
    verdict = one("", more="complete: true, until: 1 h,")

    assert [row for row in verdict.rows if row.at > 60e9] == []
    assert not any("fault" in str(row.happening) for row in verdict.rows)


PULSE = "{at: 5 s, kitchen-gas: {0 s: 0 %LEL, 9 s: 21 %LEL, 14 s: 0 %LEL}}"


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        ("{at: 10 s, hall-call-point-1: active}", ["10 entered"]),
        ("{at: 10 s, panel-alarm: active for 3 s}", ["10 entered", "13 cleared"]),
        ("{at: 10 s, kitchen-heat: 90 °C for 20 s}", ["15 entered", "30 cleared"]),
        ("{at: 10 s, kitchen-heat: 90 °C for 3 s}", []),
        ("{at: 0 s, kitchen-gas: to 50 %LEL in 100 s}", ["41 entered", "81 entered"]),
        (PULSE, ["14 entered", "16 left"]),
        ("{at: 5 s, stalls-smoke-1: lost}, {at: 6 s, stalls-smoke-1: active}", []),
        ("{at: 5 s, bus rs485: down}, {at: 6 s, hall-smoke-1: active}", []),
    ],
)  # fmt: skip
def test_what_is_given_is_what_the_detectors_measure(given, rows):
    assert happened(one(given)) == rows


def test_an_event_that_is_early_is_as_wrong_as_one_that_is_late():
    given = "{at: 10 s, panel-alarm: active}"
    exact = "expect: [{at: 10 s, enters: fire-alarm}]"

    assert one(given, exact).passed
    assert not one(given, exact.replace("10 s", "11 s")).passed
    assert not one(given, exact.replace("10 s", "8 s")).passed
    assert one(given, exact.replace("10 s,", "8 s, within: 2 s,")).passed


def test_of_two_expectations_the_one_that_says_more_is_met_first():
    given = "{at: 10 s, hall-call-point-1: active}, {at: 10 s, hall-call-point-2: active}"
    expect = (
        "expect: [{at: 10 s, enters: fire-alarm}, "
        "{at: 10 s, enters: fire-alarm, by: hall-call-point-1}]"
    )

    assert one(given, expect).passed


def test_a_fault_is_checked_where_it_is_named_and_then_its_whole_life():
    given = "{at: 10 s, kitchen-co: lost}, {at: 30 s, kitchen-co: answers}"
    enters = "{at: 10 s, within: 10 s, enters: fault, by: detector/kitchen-co, cause: no-reply}"
    leaves = "{at: 30 s, leaves: fault, by: detector/kitchen-co}"

    assert one(given).passed
    assert not one(given, f"expect: [{enters}]").passed
    assert one(given, f"expect: [{enters}, {leaves}]").passed
    assert not one(given, more="complete: true,").passed


def test_a_refused_act_fails_unless_it_is_expected():
    given = "{at: 10 s, panel-alarm: active}, {at: 20 s, reset: hall}"
    enters = "{at: 10 s, enters: fire-alarm}"

    assert not one(given, f"expect: [{enters}]").passed
    assert one(given, f"expect: [{enters}, {{at: 20 s, refuses: reset}}]").passed


def test_an_act_below_a_value_comes_after_the_detector_was_read_and_one_above_before():
    begin = "{at: 10 s, panel-alarm: active}, "
    below = "{at: 20 s, panel-alarm: at rest, reset: hall}"
    above = "{at: 20 s, reset: hall, panel-alarm: at rest}"
    expect = "expect: [{at: 10 s, enters: fire-alarm}, {at: 20 s, clears: fire-alarm}, %s]"

    assert one(begin + below, expect % "{at: 20 s, leaves: fire-alarm}").passed
    assert one(begin + above, expect % "{at: 20 s, refuses: reset}").passed


def test_outputs_are_checked_where_they_are_named():
    given = "{at: 10 s, panel-alarm: active}, {at: 20 s, silence: site}"
    enters = "{at: 10 s, enters: fire-alarm}"
    on, off = "{at: 10 s, energises: siren}", "{at: 20 s, releases: siren}"

    assert one(given, f"expect: [{enters}, {on}, {off}]").passed
    assert not one(given, f"expect: [{enters}, {on}]").passed


def test_a_zone_under_test_raises_alarms_that_are_not_in_earnest():
    given = "{at: 5 s, test: hall}, {at: 10 s, panel-alarm: active for 5 s}"

    assert not one(given, "expect: [{at: 10 s, enters: fire-alarm}]").passed
    verdict = one(given, "expect: [{at: 10 s, enters: fire-alarm, mode: test}]")
    assert "entered" in happened(verdict)[0]
    assert verdict.rows[0].expected is not None


def test_a_disabled_detector_raises_nothing():
    given = "{at: 5 s, disable: detector/panel-alarm for 1 min}, {at: 10 s, panel-alarm: active}"

    assert one(given, "expect: [{at: 1 min 5 s, enters: fire-alarm, within: 2 s}]").passed


def test_an_alarm_outlives_a_power_cut_and_stands_again():
    given = "{at: 10 s, panel-alarm: active}, {at: 20 s, power: off}, {at: 30 s, power: on}"
    expect = "expect: [{at: 10 s, enters: fire-alarm}, {at: 30 s, stands: fire-alarm}]"

    assert one(given, expect).passed


def test_in_the_dark_nothing_happens():
    given = "{at: 10 s, power: off}, {at: 20 s, panel-alarm: active}"

    assert one(given).passed


def test_a_test_of_an_hour_stops_the_clock_at_every_reading():
    given = "{at: 59 min 50 s, kitchen-gas: 30 %LEL}"

    assert happened(one(given)) == ["3590 entered"]


def test_the_same_test_comes_to_the_same_twice():
    settings = market()

    assert verdicts(HEAT_AND_CO, settings)[0].rows == verdicts(HEAT_AND_CO, settings)[0].rows


def test_every_mistake_is_told_at_once_with_its_place():
    _, problems = read((ROOT / "tests/sites/wrong.test.yaml").read_text())

    assert_golden("rule-test-mistakes", "\n".join(problems))


# -- the command ----------------------------------------------------------------------------------


def written(tmp_path, tests, site="config/examples/market.yaml"):
    file = tmp_path / "x.test.yaml"
    file.write_text(f"site: {ROOT / site}\n{tests}")
    return str(file)


def test_the_command_names_each_test_counts_them_and_says_how_it_went(tmp_path, capsys):
    passing = written(tmp_path, HEAT_AND_CO)

    assert run(["rules", "test", passing, passing]) == ExitCode.OK

    lines = capsys.readouterr().out.splitlines()
    assert lines == ["ok    fast heat with carbon monoxide is a fire"] * 2 + ["2 tests: all ok"]


def test_the_command_tells_a_failure_by_its_exit_code_and_a_wrong_file_by_another(tmp_path, capsys):
    failing = written(tmp_path, HEAT_AND_CO.replace("by: kitchen-fire}", "by: hall-smoke}"))
    assert run(["rules", "test", failing]) == ExitCode.REFUSED
    assert capsys.readouterr().out.endswith("1 test: failed\n")

    wrong = written(tmp_path, HEAT_AND_CO.replace("kitchen-fire", "kitchn-fire", 1))
    assert run(["rules", "test", wrong, "--json"]) == ExitCode.BAD_INPUT
    assert "did you mean kitchen-fire?" in capsys.readouterr().out

    nowhere = written(tmp_path, HEAT_AND_CO, site="nowhere.yaml")
    assert run(["rules", "test", nowhere]) == ExitCode.BAD_INPUT
    assert "no such file" in capsys.readouterr().out
    assert run(["rules", "test", str(tmp_path / "none")]) == ExitCode.BAD_INPUT
    assert "cannot be read" in capsys.readouterr().out


def test_each_test_file_of_the_manual_reads_and_passes():
    for page in ("rule-tests.md", "rule-tests.vi.md"):
        text = (ROOT / "docs" / page).read_text()
        (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
        assert all(verdict.passed for verdict in verdicts(block.partition("\n")[2])), page
