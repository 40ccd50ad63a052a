"""Ten thousand polls on a line where one byte in a thousand is hit. `make soak`: a million."""

from collections import Counter

import pytest
from soak.bit_errors import VALUE, failure_of, poll_of

from rules.reading import FaultCause

pytestmark = pytest.mark.unmeasured  # thousands of random cases

POLLS = 10_000


def test_no_wrong_value_is_taken_and_the_failures_counted_are_those_that_were_made() -> None:
    polls = [poll_of(seed) for seed in range(POLLS)]

    assert [poll.wrong for poll in polls if poll.wrong] == []
    told = Counter(poll.outcome for poll in polls if not poll.unseen)
    answers_hit = sum(poll.answer_hit for poll in polls if not poll.unseen)
    questions_hit = sum(poll.question_hit for poll in polls if not poll.unseen)
    # Of the answers hit everywhere CRC-16 lets one in 65,536 pass: of these thousand, hardly one.
    assert sum(poll.unseen for poll in polls) <= 1
    assert answers_hit > POLLS // 20
    assert questions_hit > POLLS // 200
    assert told == {
        FaultCause.BAD_CHECKSUM: answers_hit,
        FaultCause.NO_REPLY: questions_hit,
        VALUE: POLLS - sum(poll.unseen for poll in polls) - answers_hit - questions_hit,
    }


def test_a_case_is_its_seed() -> None:
    assert [poll_of(seed) for seed in range(20)] == [poll_of(seed) for seed in range(20)]
    assert failure_of(0) is None
