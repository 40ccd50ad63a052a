"""Ten thousand streams of frames of all kinds, cut, joined and garbled. `make soak`: a million."""

import pytest
from soak.garbled_frames import failure_of

pytestmark = pytest.mark.unmeasured  # thousands of random cases

CASES = 10_000
PIECE = 1_000


@pytest.mark.parametrize("first", range(0, CASES, PIECE))
def test_the_frames_of_a_garbled_stream_are_those_of_the_definition(first):
    assert [found for seed in range(first, first + PIECE) if (found := failure_of(seed))] == []
