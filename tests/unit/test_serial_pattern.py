"""Patterns for lines, against a plain oracle; a hostile line costs no more than another."""

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.serial.pattern import MOST_WILDCARDS, Pattern, check_pattern, folded
from rules.problem import InvalidSettingError


def fits_by_definition(pattern: str, line: str) -> bool:
    """The oracle, for patterns of text and stars alone: every way is tried."""
    if not pattern:
        return not line
    if pattern[0] == "*":
        return any(fits_by_definition(pattern[1:], line[at:]) for at in range(len(line) + 1))
    return line[:1] == pattern[0] and fits_by_definition(pattern[1:], line[1:])


stars = st.text("ab*", max_size=8).filter(
    lambda text: "**" not in text and text.count("*") <= MOST_WILDCARDS
)


@given(stars, st.text("ab", max_size=10))
@example("*ab*ab", "abab")
@example("ab*ba", "aba")
def test_a_line_fits_where_some_way_of_filling_the_stars_makes_it(pattern: str, line: str) -> None:
    assert Pattern(pattern).fits(line) == fits_by_definition(pattern, line)


@given(st.text(max_size=120), st.text(max_size=240), st.text(min_size=1, max_size=40))
def test_no_line_whatever_raises(match: str, line: str, point: str) -> None:
    Pattern(match).fits(folded(line), folded(point))
    Pattern(match).fits(folded(line))


@pytest.mark.parametrize(
    ("match", "line", "point"),
    [
        ("*FIRE*ZONE {point} *", "12:05 Fire  Alarm   zone 012 KHO SƠN", "012"),
        ("*FIRE*ZONE {point} *", "FIRE ZONE 012", "012"),
        ("FIRE {point}", "fire 012", "012"),
        ("*ZONE {point}*", "ZONE 12 THEN ZONE 1", "1"),
        ("Z{point}*", "Z12 FIRE", "12"),
        ("*{point}*", "FIRE L1-D012.", "l1-d012"),
        ("{point} FIRE", "Tầng 2 kho FIRE", "Tầng 2  kho"),
        ("CHÁY*{point}", "cháy kho 2", "KHO 2"),
        ("* * {point}", "A B 012", "012"),
        ("*", "whatever it is", ""),
    ],
)
def test_a_line_is_recognised_with_its_point(match: str, line: str, point: str) -> None:
    assert Pattern(match).fits(folded(line), folded(point))
    assert Pattern(match).fits(folded(line))


@pytest.mark.parametrize(
    ("match", "line", "point"),
    [
        ("*ZONE {point}*", "FIRE ZONE 12", "1"),
        ("*ZONE {point}*", "FIRE ZONE 21", "1"),
        ("*{point}*", "FIRE ZONE 1-2", "1"),
        ("*{point}*", "FIRE ZONE 1-2", "2"),
        ("*{point}*", "FIRE AT 12:05", "12"),
        ("*{point}*", "FIRE AT 12.5", "5"),
        ("*FIRE *", "FIREMAN TEST", "1"),
        ("*ZONE {point} *", "ZONE 1X", "1"),
        ("ZONE {point}", "ZONE 1 A", "1"),
        ("FIRE {point}", "", "1"),
    ],
)
def test_a_point_is_not_found_in_a_longer_word(match: str, line: str, point: str) -> None:
    assert not Pattern(match).fits(folded(line), folded(point))


def test_accents_are_the_same_however_they_are_written() -> None:
    assert folded("CHA\u0301Y") == folded("cháy") == "cháy"


def work_of(function, *given) -> int:
    """Count the lines of Python that run: what a clock measures is the machine's load."""
    steps = 0

    def trace(_frame, _event, _argument):
        nonlocal steps
        steps += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*given)
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize(
    ("match", "line"),
    [
        ("*a*a*a*a*a*b", "a" * 240),
        ("*ab*ab*ab*ab*ab*c", "ab" * 120),
        ("*{point}*a*a*a*b", "a-" * 120),
        ("*a {point}*b", "a 1-" * 60),
        ("* a *", "a-a" * 80),
    ],
)
def test_a_hostile_line_costs_a_bounded_number_of_steps(match: str, line: str) -> None:
    # Each of at most 240 places is looked at once a piece, in some ten steps.
    pieces = match.count("*") + 1

    assert work_of(Pattern(match).fits, line, "1") < 240 * 15 * pieces


@pytest.mark.parametrize(
    "match", ["A**B", "{zone}", "}", "{point} {point}", "*a*b*c*d*e*f*", "  ", ""]
)
def test_a_pattern_that_means_nothing_or_too_much_is_refused(match: str) -> None:
    with pytest.raises(InvalidSettingError):
        check_pattern("match", match)
