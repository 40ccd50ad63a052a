"""Events in the words of whoever reads them."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from event_examples import EVERY_SORT, LOST, told
from golden_file import assert_golden

from gateway.contract import example_events as story
from gateway.control.event_view import lines, said, short_incident, time_of
from gateway.text import TEXTS, Language
from rules.condition import Condition, Lane
from rules.event import Change, ConditionEvent, Notice, NoticeEvent
from rules.instant import Instant, Moment

VIETNAM = timezone(timedelta(hours=7))
ENGLISH, VIETNAMESE = Language.ENGLISH, Language.VIETNAMESE
HOSTILE = "\x1b[2J\x07\u202eevil\nline"


@pytest.mark.parametrize("language", Language)
def test_every_sort_of_event_is_said(language):
    shown = [
        line
        for number, event in enumerate(EVERY_SORT, 1)
        for line in lines(told(event, number, delivered=number % 2 == 0), language, VIETNAM)
    ]

    assert_golden(f"events.{language}", "\n".join(shown))
    assert max(map(len, shown)) <= 80


def test_every_kind_of_notice_and_change_and_lane_has_words():
    assert [notice for notice in Notice if f"notice.{notice}" not in TEXTS] == []
    assert [change for change in Change if f"event.{change}" not in TEXTS] == []
    assert [lane for lane in Lane if f"lane.{lane}" not in TEXTS] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("change", Change)
def test_whatever_happens_to_whatever_condition_can_be_said(condition, change, language):
    event = replace(story.FIRE, condition=condition, change=change)

    assert said(told(event), language, VIETNAM).title


def test_a_time_that_nobody_knows_is_told_since_power_on():
    unknown = told(story.FIRE, dated=False)

    assert time_of(unknown, ENGLISH, VIETNAM) == "power-on +00:04:05"
    assert time_of(unknown, VIETNAMESE, VIETNAM) == "bật máy +00:04:05"
    assert time_of(told(story.FIRE), ENGLISH, VIETNAM) == "2026-12-04 17:04:05"


def test_a_time_beyond_every_calendar_is_told_nevertheless():
    event = replace(told(story.FIRE), wall_ns=2**63 - 1)
    assert time_of(event, ENGLISH, VIETNAM)
    assert time_of(replace(event, wall_ns=-(2**63)), ENGLISH, VIETNAM)
    assert time_of(replace(event, wall_ns=10**30), ENGLISH, VIETNAM)


def test_an_event_of_another_version_is_told_by_its_kind():
    event = replace(told(story.FIRE), condition=None, kind=f"smell.entered{HOSTILE}")

    assert said(event, ENGLISH, VIETNAM).title == "smell.entered?[2J??evil?line"


@pytest.mark.parametrize("language", Language)
def test_nothing_in_an_event_steers_a_terminal(language):
    hostile = ConditionEvent(
        change=Change.ENTERED,
        condition=Condition.FAULT,
        zone=HOSTILE,
        source=f"detector/{HOSTILE}",
        incident=Moment(HOSTILE, Instant(5)),
        at=Instant(5),
        cause=HOSTILE,
        detail=HOSTILE,
        author=HOSTILE,
    )
    notice = NoticeEvent(
        notice=Notice.COMMAND, at=Instant(5), detail=HOSTILE, author=HOSTILE, zone=HOSTILE
    )
    for event in (hostile, notice):
        view = said(told(event), language, VIETNAM)
        text = "".join(
            (view.title, view.more, view.incident, *lines(told(event), language, VIETNAM))
        )
        assert text.isprintable()


def test_a_lost_path_is_told_as_one_and_as_back():
    lost, back = told(LOST), told(replace(LOST, change=Change.LEFT))

    assert said(lost, ENGLISH, VIETNAM).title == "path lost: lan"
    assert said(lost, ENGLISH, VIETNAM).why == "connection refused"
    assert said(back, VIETNAMESE, VIETNAM).title == "có lại đường truyền: lan"


def test_events_of_one_incident_share_a_short_name():
    assert {
        said(told(event), ENGLISH, VIETNAM).incident for event in (story.FIRE, story.SPREAD)
    } == {"3b7c1a52/245"}
    assert short_incident("from another version") == "from another version"
    assert short_incident("boot:²:x") == "boot:²:x"
