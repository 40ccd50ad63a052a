"""The demo's reckoning finds what was lost, invented, repeated or out of order."""

from collections import Counter

import pytest

from gateway.demo.reckoning import Arrival, reckon
from gateway.demo.summary import is_all_well, summary
from gateway.record import RecordName
from rules.condition import Lane
from rules.instant import Duration

ALARM, TROUBLE, STATUS = Lane.ALARM, Lane.TROUBLE, Lane.STATUS


def names(lane: Lane, *numbers: int, epoch: str = "a" * 32) -> list[RecordName]:
    return [RecordName(epoch, lane, number) for number in numbers]


def arrived(*runs: list[RecordName], took: int = 1_000_000, live: bool = False) -> list[Arrival]:
    return [
        Arrival(name=name, took=Duration(took), is_live_alarm=live) for run in runs for name in run
    ]


JOURNAL = names(ALARM, 1, 2, 3) + names(TROUBLE, 1, 2) + names(STATUS, 1)


def test_lanes_may_arrive_in_any_order_among_each_other():
    reckoning = reckon(JOURNAL, arrived(names(STATUS, 1), names(TROUBLE, 1, 2), JOURNAL[:3]))

    assert reckoning.is_whole
    assert reckoning.received == Counter({ALARM: 3, TROUBLE: 2, STATUS: 1})


def test_duplicates_are_counted_and_do_no_harm_wherever_they_come():
    twice = arrived(JOURNAL, names(ALARM, 2, 3, 2), names(STATUS, 1))

    reckoning = reckon(JOURNAL, twice)

    assert reckoning.is_whole
    assert reckoning.duplicates == Counter({ALARM: 3, STATUS: 1})
    assert reckoning.received == reckoning.journaled


def test_a_new_epoch_counts_from_one_again():
    journal = names(ALARM, 1, 2) + names(ALARM, 1, epoch="b" * 32)

    assert reckon(journal, arrived(journal)).is_whole


@pytest.mark.parametrize(
    ("journal", "came", "told"),
    [
        (JOURNAL, JOURNAL[:-1], "MISSING: aaaaaaaa/status/1"),
        (JOURNAL[:-2], JOURNAL[:-1], "NOT IN THE JOURNAL: aaaaaaaa/trouble/2"),
        (names(ALARM, 2, 4), names(ALARM, 2, 4), f"GAPS: {'a' * 32}/alarm: 1, 3"),
        (JOURNAL, names(ALARM, 2, 1, 3) + JOURNAL[3:], "OUT OF ORDER: aaaaaaaa/alarm/1"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_called_well(journal, came, told):
    reckoning = reckon(journal, arrived(came))

    lines = list(summary(reckoning, (), None))

    assert not is_all_well(reckoning, (), None)
    assert [line.strip() for line in lines if told in line] == [told]
    assert not any("Nothing was lost" in line for line in lines)


def test_a_message_that_is_not_understood_or_a_broken_chain_is_not_well():
    reckoning = reckon(JOURNAL, arrived(JOURNAL))

    assert is_all_well(reckoning, (), None)
    assert not is_all_well(reckoning, ("pccc/v1/33/x: no JSON",), None)
    assert not is_all_well(reckoning, (), 4)


def test_a_demo_without_alarms_shows_nothing_and_is_not_well():
    quiet = names(TROUBLE, 1) + names(STATUS, 1)

    assert not is_all_well(reckon(quiet, arrived(quiet)), (), None)


def test_the_slowest_is_that_of_new_alarms_alone():
    slow = arrived(names(TROUBLE, 1), took=9_000_000)
    live = arrived(names(ALARM, 1), took=2_000_000, live=True)

    reckoning = reckon([], slow + live)

    assert (reckoning.live_alarms, reckoning.slowest) == (1, 2_000_000)
