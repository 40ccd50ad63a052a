"""A rule as a tree and as a plot: what a person sees in a small terminal."""

import math
from pathlib import Path

import pytest
from golden_file import assert_golden
from recorded_life import HEADER, file_of, lived
from rule_examples import MARKET, market

from gateway.cli.firegw import run
from gateway.cli.outcome import ExitCode
from gateway.recording.black_box import SiteTexts, header_of
from gateway.recording.format import decode
from gateway.recording.plotted import plotted, rule_at
from gateway.rule_view.plot import COLUMNS, SAMPLES, Bar, Curve, Mark, Plot, plot_lines
from gateway.rule_view.shown import shown
from gateway.rule_view.tree import rule_lines
from gateway.rule_view.written import number, span_written, with_unit
from gateway.site_file import read_site
from gateway.text import Language
from rules.alarm import Phase
from rules.condition import Condition
from rules.instant import Instant, seconds
from rules.language.render import written
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
    Window,
)
from rules.part import Tick
from rules.reading import Reading
from rules.trace import RuleNow, Traced

pytestmark = pytest.mark.unmeasured  # recordings of whole sites

HEAT, CO = Point("kitchen-heat", "temperature"), Point("kitchen-co", "co")
RATE = Compared(Window("rate", HEAT, seconds(30)), Comparison.GREATER, 10 / 60)
HOT = Compared(HEAT, Comparison.GREATER, 85.0)
SMOKE = Active(Point("hall-smoke-1", "contact"))
NAME = "a-detector-with-a-very-long-name-in-the-kitchen"
LONG = Compared(
    Window("avg", Point(NAME, "temperature"), seconds(90)), Comparison.LESS_OR_EQUAL, 1000.0
)
TWICE = Verified(Not(SMOKE), seconds(60), seconds(600))
LATELY = Held(SMOKE, seconds(300))
VOTES = Counted((LATELY, TWICE), Comparison.GREATER_OR_EQUAL, 2)
RESTS = Traced(SMOKE, False, 0.0)
ANY = AnyOf((HOT, SMOKE))

WHEN = Traced(
    AnyOf((HOT, AllOf((RATE, LONG)), VOTES)),
    True,
    members=(
        Traced(HOT, False, 61.25),
        Traced(AllOf((RATE, LONG)), None, members=(Traced(RATE, True, 0.2), Traced(LONG, None))),
        Traced(
            VOTES,
            False,
            1.0,
            (
                Traced(LATELY, True, members=(RESTS,)),
                Traced(TWICE, False, members=(Traced(Not(SMOKE), True, members=(RESTS,)),)),
            ),
        ),
    ),
)
BEYOND = Traced(ANY, None, members=(Traced(HOT, False, math.inf), Traced(SMOKE, None)))
RULE = RuleNow(
    source="rule/kitchen-fire",
    at=Instant(seconds(90)),
    phase=Phase.PENDING,
    hold=seconds(5),
    held_for=seconds(2.25),
    when=WHEN,
    clear=Traced(Not(ANY), None, members=(BEYOND,)),
)
A, B = Active(Point("a", "contact")), Active(Point("b", "contact"))
AT_LEAST = Comparison.GREATER_OR_EQUAL


@pytest.mark.parametrize("language", Language)
def test_a_rule_is_a_tree_that_a_person_found_good(language):
    lines = rule_lines(shown(RULE), language)

    assert max(map(len, lines)) <= 80
    assert_golden(f"explain.{language}", "\n".join(lines))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (HOT, "kitchen-heat.temperature > 85 °C"),
        (RATE, "rate(kitchen-heat.temperature, 30 s) > 10 °C/min"),
        (Compared(Window("age", CO, seconds(0)), AT_LEAST, 90.0), "age(kitchen-co.co) >= 90 s"),
        (Compared(Window("co_dose", CO, seconds(0)), AT_LEAST, 9), "co_dose(kitchen-co.co) >= 9 %"),
        (AllOf((A, AnyOf((B, A)))), "a.contact and (b.contact or a.contact)"),
        (AnyOf((AllOf((A, B)), A)), "(a.contact and b.contact) or a.contact"),
        (AnyOf((AnyOf((A, B)), A)), "(a.contact or b.contact) or a.contact"),
        (Not(AllOf((A, B))), "not (a.contact and b.contact)"),
        (Not(A), "not a.contact"),
        (Counted((A, B), AT_LEAST, 2), "at_least(2, a.contact, b.contact)"),
        (Held(A, seconds(300)), "held(a.contact, 5 min)"),
        (Verified(A, seconds(60), seconds(600)), "verified(a.contact, 1 min, 10 min)"),
        (OnSchedule("night", None), "schedule(night)"),
        (InForce("hall", Condition.FIRE_ALARM), "condition(hall, fire-alarm)"),
    ],
)
def test_an_expression_is_written_as_in_a_site_file(expression, text):
    assert written(expression) == text


def test_numbers_and_times_have_no_more_digits_than_say_something():
    assert number(61.2500001) == "61.25"
    assert number(1e9) == "1e+09"
    assert with_unit(math.inf, CO) == "> range"
    assert with_unit(-math.inf, CO) == "< range"
    assert with_unit(None, CO) == "?"
    assert span_written(0) == "0 s"
    assert span_written(seconds(3725.5)) == "1 h 2 min 5.5 s"


# -- the plot -------------------------------------------------------------------------------------

WAVE = tuple(
    None if 40 <= at < 50 else math.inf if at > 130 else 25 + 20 * math.sin(at / 15)
    for at in range(SAMPLES)
)
PLOT = Plot(
    title="rule/kitchen-fire",
    curves=(
        Curve(title="kitchen-heat.temperature, °C", values=WAVE, thresholds=(40.0,)),
        Curve(title="kitchen-co.co, ppm", values=(5.0,) * SAMPLES, thresholds=(50.0, 30.0)),
    ),
    bars=(
        Bar(
            title="hall-smoke-1.contact",
            values=(None,) * 10 + (False,) * 50 + (True,) * (SAMPLES - 60),
        ),
    ),
    marks=(
        Mark(60, "1 min", "enters fire-alarm kitchen-fire"),
        Mark(SAMPLES - 1, "2 min", "leaves"),
    ),
    begins="0 s",
    ends="2 min 20 s",
)


def test_a_plot_is_as_a_person_found_it_good_and_fits_the_terminal():
    lines = list(plot_lines(PLOT, Language.ENGLISH))

    assert max(map(len, lines)) <= 80
    assert len(lines) <= 24
    assert_golden("plot", "\n".join(lines))


def test_many_events_are_counted_and_many_curves_stay_readable():
    marks = tuple(Mark(at, "t", "e") for at in range(12))
    flat = Curve(title="c", values=(1.0,) * SAMPLES, thresholds=())
    lines = list(
        plot_lines(
            Plot(title="r", curves=(flat,) * 6, bars=(), marks=marks, begins="0 s", ends="1 s"),
            Language.ENGLISH,
        )
    )

    assert lines[-1] == "and 3 more events"
    assert sum("1│" in line or "┤" in line for line in lines) >= 12


# -- from a recording -----------------------------------------------------------------------------


def a_fire():
    """A recording of a kitchen that grows hot, with the site that it was made of."""
    read = read_site(MARKET)
    inputs = []
    for second in range(300):
        at = Instant(seconds(second))
        heat = 28 + max(0.0, second - 60) / 4
        inputs.append((at, Reading("kitchen-heat", "temperature", heat, at)))
        inputs.append((at, Reading("kitchen-co", "co", 60.0, at)))
        inputs.append((at, Tick(at)))
    _, segments = lived(read.settings.definition, inputs, at_once=200)
    site = SiteTexts(file=read.file, texts=read.texts)
    return file_of(segments, header_of(read.settings, site, version="1", boot_id=HEADER.boot_id))


def test_a_rule_in_a_recording_is_what_it_was_at_that_time():
    recording, site = decode(a_fire()), market().definition

    before = rule_at(recording, site, "rule/kitchen-fire", Instant(seconds(59)))
    after = rule_at(recording, site, "rule/kitchen-fire", None)

    assert before.phase is Phase.QUIET
    assert after.phase is Phase.STANDING
    assert rule_at(recording, site, "rule/none", None) is None


def test_a_plot_of_a_recording_shows_each_number_that_the_rule_compares():
    recording, site = decode(a_fire()), market().definition

    plot = plotted(recording, site, "rule/kitchen-fire")

    assert [curve.title for curve in plot.curves] == [
        "kitchen-heat.temperature, °C",
        "rate(kitchen-heat.temperature, 30 s), °C/min",
        "kitchen-co.co, ppm",
    ]
    assert plot.curves[0].thresholds == (85.0, 60.0)
    assert plot.curves[0].values[-1] == pytest.approx(88, abs=2)
    assert plot.curves[1].values[0] is None
    assert {len(curve.values) for curve in plot.curves} == {2 * COLUMNS}
    assert next(mark.text for mark in plot.marks) == "enters fire-alarm kitchen-fire"
    assert plotted(recording, site, "rule/none") is None


def test_the_commands_show_a_recorded_rule(tmp_path: Path, capsys):
    file = tmp_path / "a.recording"
    file.write_bytes(a_fire())

    recorded = ["kitchen-fire", "--recording", str(file)]

    assert run(["rules", "explain", *recorded, "--at", "4 min"]) == ExitCode.OK
    assert "raised, its cause holds" in capsys.readouterr().out
    assert run(["rules", "explain", *recorded, "--json"]) == ExitCode.OK
    assert '"kind":"any"' in capsys.readouterr().out
    assert run(["rules", "plot", *recorded]) == ExitCode.OK
    assert "kitchen-co.co, ppm" in capsys.readouterr().out


def test_what_cannot_be_shown_is_said_in_one_line(tmp_path: Path, capsys):
    file = tmp_path / "a.recording"
    file.write_bytes(a_fire())
    recording = ["--recording", str(file)]

    for arguments, said in (
        (["explain", "kitchn-fire", *recording], "there is no rule or call point 'kitchn-fire'"),
        (["explain", "kitchen-fire", *recording, "--at", "soon"], "'soon' is no time"),
        (["explain", "kitchen-fire", "--at", "1 s"], "--at and --site need --recording"),
        (["plot", "kitchen-fire", "--recording", str(tmp_path / "none")], "no such file"),
        (["plot", "kitchen-fire", "--recording", str(MARKET)], "it does not begin as a recording"),
    ):
        assert run(["rules", *arguments]) == ExitCode.BAD_INPUT
        error = capsys.readouterr().err
        assert said in error
        assert len(error.splitlines()) == 1
