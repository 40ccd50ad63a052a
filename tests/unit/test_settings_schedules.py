"""Schedules, dates and local time of a site file: what they mean, and what is refused."""

from datetime import date

import pytest
from settings_sites import SITE, load, loaded, said

from gateway.settings.calendar_words import read_date, read_time_of_day, read_utc_offset
from gateway.settings.findings import Findings
from gateway.settings.yaml_nodes import read_yaml
from rules.instant import seconds
from rules.schedule import HOLIDAY, Period, ScheduleDefinition


def with_schedule(text: str) -> tuple[str, str]:
    return ("rules:\n", f"schedules:\n  - {text}\nrules:\n")


def schedule(text: str, *changes: tuple[str, str]) -> ScheduleDefinition:
    (found,) = loaded(with_schedule(text), *changes).definition.schedules
    return found


def read(reader, text: str):
    """Give what a reader makes of a word, or the hint of its refusal."""
    node, _ = read_yaml(text.encode(), "f.yaml")
    assert node is not None
    findings = Findings()
    value = reader(node, "word", findings)
    assert (value is None) == bool(findings.problems)
    return findings.problems[0].hint if findings.problems else value


def test_a_schedule_is_read_as_it_is_written():
    night = schedule(
        "{id: night, on: [{days: [mon, sun, holiday], from: '22:00', to: '06:00'}, "
        "{days: [sat], from: '00:00', to: '24:00'}], holidays: ['2026-09-02']}"
    )

    assert night == ScheduleDefinition(
        id="night",
        periods=(
            Period(days=frozenset({0, 6, HOLIDAY}), begins=22 * 60, ends=6 * 60),
            Period(days=frozenset({5}), begins=0, ends=1440),
        ),
        holidays=frozenset({date(2026, 9, 2)}),
    )


def test_a_time_and_a_date_need_no_quotes():
    quoted = (
        "{id: a, on: [{days: [holiday], from: '08:00', to: '16:30'}], holidays: ['2026-09-02']}"
    )

    assert schedule(quoted) == schedule(quoted.replace("'", ""))


def test_midnight_at_the_end_is_the_end_of_the_day():
    late = schedule("{id: late, on: [{days: [fri], from: '22:00', to: '00:00'}]}")

    assert late == schedule("{id: late, on: [{days: [fri], from: '22:00', to: '24:00'}]}")


def test_holidays_of_the_site_are_holidays_of_each_schedule():
    tet = ('commune: "12345"', 'commune: "12345", holidays: [2027-02-06]')
    day = "{id: day, on: [{days: [holiday], from: 08:00, to: 09:00}], holidays: [2026-09-02]}"

    assert schedule(day, tet).holidays == {date(2026, 9, 2), date(2027, 2, 6)}


def test_a_site_without_a_word_of_it_has_the_time_of_vietnam_and_no_schedule():
    definition = loaded().definition

    assert (definition.utc_offset, definition.schedules) == (seconds(7 * 3600), ())


@pytest.mark.parametrize(
    ("written", "hours"), [("+07:00", 7), ("-12:00", -12), ("+14:00", 14), ("+05:45", 5.75)]
)
def test_an_offset_is_hours_and_minutes(written, hours):
    assert read(read_utc_offset, written) == seconds(hours * 3600)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("7", "did you mean +07:00?"),
        ("+7", "did you mean +07:00?"),
        ("UTC+7", "did you mean +07:00?"),
        ("-0330", "did you mean -03:30?"),
        ("+07:xx", "Vietnam is +07:00"),
        ("Z", "Vietnam is +07:00"),
        ("+14:01", "Vietnam is +07:00"),
        ("-12:30", "Vietnam is +07:00"),
    ],
)
def test_an_offset_that_is_none_is_explained(written, hint):
    assert read(read_utc_offset, written) == hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("7:30", "did you mean 07:30?"),
        ("22.00", "did you mean 22:00?"),
        ("22h", "did you mean 22:00?"),
        ("24:01", "a day is from 00:00 to 24:00"),
        ("12:60", "a day is from 00:00 to 24:00"),
        ("10 pm", "as in 06:30"),
    ],
)
def test_a_time_of_day_that_is_none_is_explained(written, meant):
    assert read(read_time_of_day, written) == meant


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2/9/2026", "did you mean 2026-09-02?"),
        ("31.02.2026", "year, month and day, as in 2026-09-02"),
        ("2026-9-2", "year, month and day, as in 2026-09-02"),
        ("2026-02-29", "look at the calendar"),
        ("1969-12-31", ""),
        ("Tet", "year, month and day, as in 2026-09-02"),
    ],
)
def test_a_date_that_is_none_is_explained(written, hint):
    assert read(read_date, written) == hint


@pytest.mark.parametrize("reader", [read_date, read_time_of_day, read_utc_offset])
def test_a_list_is_neither_a_date_nor_a_time(reader):
    assert read(reader, "[1]") == ""


def test_all_mistakes_of_a_schedule_are_told_at_once():
    problems = said(
        with_schedule(
            "{id: any, on: [{days: [mom], from: 6h, to: 25:00}, {days: []}], "
            "holidays: [2026-02-30], of: 1}"
        )
    )

    assert [problem.partition(": ")[2].split(" (")[0] for problem in problems] == [
        "days cannot be 'mom'",
        "from must be a time of day, not '6h'",
        "to: there is no 25:00",
        "from is missing",
        "to is missing",
        "holidays: there is no 2026-02-30",
        "unknown key of",
    ]


def test_a_rule_is_not_wrong_because_the_schedules_are():
    settings, problems = load(SITE, ("rules:\n", "schedules: night\nrules:\n"))

    assert settings is None
    assert [problem.what for problem in problems] == ["schedules must be a list, not one value"]
