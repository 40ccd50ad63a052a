"""The script of a simulated bus."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.script import ScriptedChange, ScriptError, ScriptReader
from rules.instant import seconds

KNOWN = {"hall-smoke": ("smoke",), "kitchen": ("temperature", "humidity")}


def test_each_line_is_a_change_and_remarks_are_none() -> None:
    reader = ScriptReader(KNOWN)

    changes = reader.feed(
        b"# a fire in the kitchen\n\n1.5 kitchen temperature 63.5  # hot\n"
        b"now hall-smoke smoke silent\n"
    )

    assert changes == [
        ScriptedChange(seconds(1.5), "kitchen", "temperature", 63.5),
        ScriptedChange(seconds(0), "hall-smoke", "smoke", None),
    ]


@given(st.lists(st.integers(0, 100), max_size=10))
def test_however_the_bytes_are_cut_the_changes_are_the_same(places: list[int]) -> None:
    script = b"0 kitchen temperature 20\n2 kitchen humidity 55\n3 hall-smoke smoke 4\n"
    cuts = sorted({0, len(script), *(place % len(script) for place in places)})
    reader = ScriptReader(KNOWN)

    changes = [
        change
        for start, end in itertools.pairwise(cuts)
        for change in reader.feed(script[start:end])
    ]

    assert changes == ScriptReader(KNOWN).feed(script)


def test_a_line_counts_only_when_it_is_whole() -> None:
    reader = ScriptReader(KNOWN)

    assert reader.feed(b"0 kitchen temperature 2") == []
    assert reader.feed(b"5\n") == [ScriptedChange(seconds(0), "kitchen", "temperature", 25)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"0 kitchen temperature", "is not SECONDS DETECTOR QUANTITY VALUE|silent"),
        (b"0 attic temperature 3", "no detector 'attic'"),
        (b"0 kitchen smoke 3", "kitchen does not measure 'smoke', only temperature, humidity"),
        (b"soon kitchen temperature 3", "'soon' is not a number of seconds"),
        (b"-1 kitchen temperature 3", "'-1' seconds lie outside"),
        (b"1e9 kitchen temperature 3", "'1e9' seconds lie outside"),
        (b"0 kitchen temperature hot", "'hot' is not a number, or silent"),
        (b"0 kitchen temperature nan", "'nan' is not a number, or silent"),
        (b"0 kitchen temperature \xff", "is not a number, or silent"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_its_number(line: bytes, said: str) -> None:
    reader = ScriptReader(KNOWN)

    with pytest.raises(ScriptError) as caught:
        reader.feed(b"# first\n" + line + b"\n")

    assert str(caught.value).startswith("line 2: ")
    assert said in str(caught.value)


def test_a_file_without_an_end_of_line_is_refused_rather_than_kept() -> None:
    with pytest.raises(ScriptError, match="line 1: longer than"):
        ScriptReader(KNOWN).feed(b"0" * 1001)
