"""Which events are found, and that each is shown once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from event_examples import told

from gateway.contract import example_events as story
from gateway.control.event_search import (
    MOST_PAGES,
    Followed,
    Wanted,
    in_nanoseconds,
    newest,
    read_since,
    zone_of,
)
from rules.condition import Lane

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)  # 10:00 there
HOUR = 3600 * 10**9


def event(number: int, *, at_ns: int | None = 0, what=story.FIRE):
    return replace(told(what, number), wall_ns=at_ns)


def pages_of(events, size=3):
    asked = []

    def page(before):
        asked.append(before)
        return [each for each in events if before is None or each.number < before][-size:]

    return page, asked


def test_the_newest_are_found_and_no_more_is_asked_than_needed():
    page, asked = pages_of([event(number) for number in range(1, 10)])

    assert [each.number for each in newest(page, Wanted(), 2)] == [8, 9]
    assert asked == [None]


def test_what_is_rare_is_looked_for_over_many_pages():
    events = [event(1), *(event(number, what=story.FAULT) for number in range(2, 12)), event(12)]
    page, _ = pages_of(events)

    assert [each.number for each in newest(page, Wanted(lane=Lane.ALARM), 5)] == [1, 12]


def test_a_search_ends_though_there_is_no_end():
    asked = []

    def page(before):
        asked.append(before)
        return [event(10**6 - len(asked), what=story.FAULT)]

    assert newest(page, Wanted(lane=Lane.ALARM), 5) == []
    assert len(asked) == MOST_PAGES


def test_a_search_ends_where_all_is_too_old():
    page, asked = pages_of([event(number, at_ns=number * HOUR) for number in range(1, 30)])

    found = newest(page, Wanted(since_ns=28 * HOUR), 99)

    assert [each.number for each in found] == [28, 29]
    assert len(asked) == 2


def test_an_event_without_a_time_may_be_of_any():
    page, _ = pages_of([event(1, at_ns=0), event(2, at_ns=None), event(3, at_ns=9 * HOUR)])

    assert [each.number for each in newest(page, Wanted(since_ns=HOUR), 9)] == [2, 3]


def test_a_zone_is_known_by_its_id():
    assert zone_of(event(1)) == "kitchen"
    assert zone_of(event(1, what=story.STARTED)) is None
    assert zone_of(replace(event(1), condition=None)) is None
    assert Wanted(zone="kitchen").has(event(1))
    assert not Wanted(zone="hall").has(event(1))


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("09:30", datetime(2026, 12, 4, 9, 30, tzinfo=VIETNAM)),
        ("10:00:01", datetime(2026, 12, 3, 10, 0, 1, tzinfo=VIETNAM)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=VIETNAM)),
        ("2026-12-01 08:00", datetime(2026, 12, 1, 8, tzinfo=VIETNAM)),
        ("2026-12-01T08:00:30", datetime(2026, 12, 1, 8, 0, 30, tzinfo=VIETNAM)),
        ("2026-13-01", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_a_time_is_read_where_the_person_is(text, there):
    assert read_since(text, NOW, VIETNAM) == there


def test_a_moment_is_given_in_nanoseconds():
    assert in_nanoseconds(NOW) == 1_796_353_200 * 10**9


def test_whoever_follows_is_shown_each_event_once_though_the_numbers_begin_anew():
    followed = Followed([event(500)])
    assert followed.number == 500

    again = replace(event(1), epoch="another")
    assert followed.take([event(500), again]) == [again]
    assert followed.number == 1
    assert followed.take([]) == []
    assert followed.number == 1


def test_what_was_shown_is_remembered_within_bounds():
    followed = Followed([])
    for first in range(1, 5000, 500):
        followed.take([event(number) for number in range(first, first + 500)])

    assert followed.take([event(5000)]) == []
    assert followed.take([event(1)]) == [event(1)]
