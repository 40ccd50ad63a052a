"""What burns, who is silent, what is missing: as a duty officer reads it."""

from datetime import timedelta, timezone

import pytest
from centre_examples import EVERYTHING, NOBODY, QUIET
from golden_file import assert_golden
from hypothesis import given
from hypothesis import strategies as st

from gateway.centre.burning import Later, burning
from gateway.centre.heard import Standing, StateSaid
from gateway.centre.news import Happened, News, line_of
from gateway.centre.silence import Silence
from gateway.centre.status_view import view
from gateway.messages.topics import Origin
from gateway.text import TEXTS, Language
from rules.instant import Instant, later, seconds

HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize("language", Language)
def test_the_status_is_as_a_person_found_it_good(language):
    shown = [view(status, language, HANOI) for status in (EVERYTHING, QUIET, NOBODY)]

    assert max(len(line) for lines in shown for line in lines) <= 80
    assert_golden(
        f"centre-status.{language}", "\n\n---\n\n".join("\n".join(each) for each in shown)
    )


def test_everything_that_can_happen_has_its_words():
    assert [each for each in Happened if f"centre.happened.{each}" not in TEXTS] == []


def test_an_event_is_a_line():
    news = News(
        happened=Happened.EVENT,
        at="2026-12-04T10:04:05.123Z",
        gateway="33/CS0001/GW-1",
        type="vn.pccc.fire-alarm.entered",
        zone="Bếp tầng 1",
        historical=True,
        detail="held for 5 s",
    )

    assert line_of(news, Language.ENGLISH) == (
        "2026-12-04T10:04:05.123Z 33/CS0001/GW-1 event fire-alarm.entered, Bếp tầng 1, "
        "held for 5 s, old news"
    )


def test_what_comes_from_afar_cannot_steer_a_terminal():
    news = News(happened=Happened.REFUSED, at="", gateway="a\x1b[2Jb", detail="c\nd")

    assert line_of(news, Language.ENGLISH) == "a?[2Jb REFUSED c?d"


# What burns

CONDITIONS = ("fire-alarm", "gas-alarm", "pre-alarm", "fault")
EVENTS = st.lists(
    st.builds(
        Later,
        condition=st.sampled_from(CONDITIONS) | st.none(),
        change=st.sampled_from(["entered", "standing", "spread", "cleared", "left"]),
        mode=st.sampled_from(["live", "test"]),
        zone=st.just("hall"),
        source=st.just("rule/x"),
        incident=st.sampled_from("abc"),
        time=st.none(),
    )
)
STANDING = st.lists(
    st.builds(Standing, condition=st.sampled_from(CONDITIONS), incident=st.sampled_from("abc"))
)


@given(STANDING, EVENTS)
def test_an_alarm_burns_until_its_own_end_is_told(standing, events):
    state = StateSaid(gateway="GW-1", boot="b", monotonicns="1", conditions=standing)

    found = {(each.condition, each.incident) for each in burning(state, events)}

    expected = {(each.condition, each.incident) for each in standing}
    for event in events:
        if event.mode == "live":
            key = {(event.condition, event.incident)}
            expected = expected - key if event.change == "left" else expected | key
    assert found == {key for key in expected if key[0] in CONDITIONS[:3]}


# Who is silent

ONE, TWO = Origin("33", "CS1", "GW-1"), Origin("33", "CS1", "GW-2")


def test_a_gateway_is_silent_after_a_heartbeat_and_a_half_and_is_told_of_once():
    start = Instant(0)
    silence = Silence([ONE], start)
    silence.heard([TWO], later(start, seconds(60)))

    assert silence.fallen(later(start, seconds(90))) == []
    assert silence.fallen(later(start, seconds(91))) == [ONE]
    assert silence.fallen(later(start, seconds(92))) == []
    assert silence.heard([ONE, TWO], later(start, seconds(93))) == [ONE]
    assert silence.fallen(later(start, seconds(94))) == []
    assert silence.fallen(later(start, seconds(184))) == [ONE, TWO]
