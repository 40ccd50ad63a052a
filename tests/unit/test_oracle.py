"""The engine held against the definitions in random cases, and the loader against garbled input.

A case is its seed. `make soak` tries five million.
"""

import pytest
from oracle.trial import failure_of
from soak import hostile_expressions, hostile_files

pytestmark = pytest.mark.unmeasured  # thousands of random cases

CASES = 4_000
PIECE = 250


@pytest.mark.parametrize("first", range(0, CASES, PIECE))
def test_the_engine_tells_what_the_definitions_say(first):
    assert [found for seed in range(first, first + PIECE) if (found := failure_of(seed))] == []


def test_garbled_expressions_are_refused_with_a_place_and_nothing_worse():
    found = map(hostile_expressions.failure_of, range(3_000))

    assert [each for each in found if each] == []


def test_garbled_files_are_refused_with_a_place_and_nothing_worse():
    found = map(hostile_files.failure_of, range(300))

    assert [each for each in found if each] == []
