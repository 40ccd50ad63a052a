"""What the keys of `firegw monitor` do: none orders anything but the yes to a question."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_examples import STATES, known, pen
from status_examples import EXAMPLES, NOW, condition, quiet

from gateway.control.protocol import Outcome, Reply, Request, Verb
from gateway.monitor.asker import Answer, done_or_why
from gateway.monitor.desk import Desk, View, done, looked, pressed
from gateway.monitor.picture import Heard, with_heard
from gateway.monitor.trends import LEVELS, STRETCHES, Trends, drawn
from gateway.text import Language
from rules.condition import Condition
from rules.instant import Instant, later, seconds
from rules.snapshot import DetectorNow

READ = later(NOW, seconds(1))
KEYS = [*"asrtyqfn?1234zYA", "up", "down", "left", "right", "tab", "escape", "end", "page-up", "f1"]


def typed(keys, desk=None, picture=None, now=NOW):
    """Press keys, each a second after the one before; give the desk and all orders."""
    desk = desk or Desk()
    picture = picture or known(STATES["alarm"]())
    orders = []
    for number, key in enumerate(keys):
        at = later(now, seconds(number))
        step = pressed(desk, key, replace(picture, heard=at), pen(), at)
        desk = step.desk
        orders += [step.order] if step.order is not None else []
    return desk, orders


@pytest.mark.parametrize(
    ("key", "verb"), [("a", Verb.ACKNOWLEDGE), ("s", Verb.SILENCE), ("r", Verb.RESET)]
)
def test_a_key_asks_and_its_yes_orders_for_the_whole_site_or_the_chosen_zone(key, verb):
    asked, none = typed([key])
    _, ordered = typed([key, "y"])
    _, of_zone = typed([key, "y"], Desk(zone="hall"))

    assert asked.question is not None
    assert none == []
    assert ordered == [Request(verb=verb)]
    assert of_zone == [Request(verb=verb, zone="hall")]


@pytest.mark.parametrize("no", [key for key in KEYS if key not in ("y", "Y")])
def test_every_other_answer_is_a_no(no):
    desk, orders = typed(["a", no])

    assert orders == []
    assert desk.question is None
    assert desk.said == "nothing was changed"


@given(st.lists(st.sampled_from(KEYS), max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_sequence_of_keys_orders_without_a_question_and_its_yes(keys):
    desk = Desk()
    picture = known(STATES["alarm"]())
    for number, key in enumerate(keys):
        at = later(NOW, seconds(number))
        step = pressed(desk, key, replace(picture, heard=at), pen(), at)
        if step.order is not None:
            assert key == "y"
            assert desk.question is not None
            assert desk.question.request == step.order
            assert desk.question.text
        desk = step.desk


def test_pasted_text_answers_no_question_since_nobody_has_read_it():
    picture = known(STATES["alarm"]())
    asked = pressed(Desk(), "a", picture, pen(), NOW).desk
    soon = pressed(asked, "y", picture, pen(), later(NOW, seconds(0.2)))

    assert soon.order is None
    assert soon.desk.question is not None


def test_an_alarm_that_comes_while_a_question_stands_withdraws_it():
    asked = pressed(Desk(), "a", known(STATES["alarm"]()), pen(), NOW).desk
    status = STATES["alarm"]()
    further = condition(Condition.GAS_ALARM, "store", "rule/store-gas", 1)
    more = replace(status, now=replace(status.now, conditions=(further, *status.now.conditions)))

    same = looked(asked, known(status), pen(), READ)
    withdrawn = looked(asked, known(more), pen(), READ)

    assert same.question is not None
    assert withdrawn.question is None
    assert "new alarm" in withdrawn.said
    assert pressed(withdrawn, "y", known(more), pen(), READ).order is None


def test_a_question_lapses_with_time_and_with_the_gateway():
    picture = known(STATES["alarm"]())
    asked = pressed(Desk(), "r", picture, pen(), NOW).desk
    gone = with_heard(picture, Heard(at=READ, trouble="nobody answers"))
    much_later = later(NOW, seconds(31))

    assert looked(asked, gone, pen(), READ).question is None
    assert looked(asked, replace(picture, heard=much_later), pen(), much_later).question is None


@pytest.mark.parametrize("key", "asrt")
def test_nothing_is_asked_while_the_gateway_does_not_answer(key):
    gone = with_heard(known(STATES["alarm"]()), Heard(at=NOW, trouble="nobody answers"))

    step = pressed(Desk(zone="hall"), key, gone, pen(), NOW)

    assert step.desk.question is None
    assert "does not answer" in step.desk.said


def test_a_walk_test_needs_a_zone_and_the_same_key_ends_it():
    none, _ = typed(["t"])
    _, begun = typed(["t", "y"], Desk(zone="store"))
    _, ended = typed(["t", "y"], Desk(zone="hall"), known(EXAMPLES["test"]()))

    assert none.said == "Choose a zone by the arrow keys first."
    assert begun == [Request(verb=Verb.TEST, zone="store", duration_s=7200)]
    assert ended == [Request(verb=Verb.END_TEST, zone="hall")]


def test_a_zone_that_is_no_more_is_not_acted_on():
    _, orders = typed(["a", "y"], Desk(zone="gone"))

    assert orders == [Request(verb=Verb.ACKNOWLEDGE)]
    asked, _ = typed(["a"], Desk(zone="gone"))
    assert "whole site" in asked.question.text


def test_arrows_choose_zones_in_the_order_shown_and_come_back_to_the_whole_site():
    picture = known(quiet())
    zones = [typed(["down"] * times, picture=picture)[0].zone for times in range(5)]

    assert zones == [None, "hall", "stalls", "store", None]
    assert typed(["up"], picture=picture)[0].zone == "store"
    assert typed(["down", "escape"], picture=picture)[0].zone is None
    assert typed(["2", "down"], picture=picture)[0].top == 1
    assert typed(["2", "right"], picture=picture)[0].zone == "hall"


def test_views_are_chosen_by_digit_and_tab_and_the_help_goes_by_any_key():
    assert [typed([key])[0].view for key in "1234"] == list(View)
    assert typed(["tab"] * 5)[0].view is View.DETECTORS
    assert typed(["?"])[0].is_helped
    assert not typed(["?", "a"])[0].is_helped
    assert typed(["?", "a"])[0].question is None
    assert typed(["f"])[0].amiss_only
    assert pressed(Desk(), "q", known(quiet()), pen(), NOW).quits


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("verb", [*Verb])
def test_what_was_done_is_said_for_every_order_that_the_screen_can_give(verb, language):
    if verb in (Verb.ACKNOWLEDGE, Verb.SILENCE, Verb.RESET, Verb.TEST, Verb.END_TEST):
        assert "binh" in done(Request(verb=verb, zone="hall"), "binh", pen(language))


def test_a_refusal_and_a_right_that_is_missing_are_said_in_words():
    request = Request(verb=Verb.RESET)
    refused = Reply(outcome=Outcome.REFUSED, words=("smoke stands", "gas stands"))
    may_not = "an may not reset; be in group firegw-operate"

    def say_done(request, author):
        return f"{request.verb} by {author}"

    done_reply = Reply(outcome=Outcome.DONE, author="binh")
    assert done_or_why(Answer(request=request, reply=done_reply), say_done) == "reset by binh"
    assert done_or_why(Answer(request=request, reply=refused), say_done) == (
        "refused: smoke stands; gas stands"
    )
    assert done_or_why(Answer(request=request, trouble=may_not), say_done) == may_not


# Trends


def measured(value, quantity="smoke", id_="a"):
    health = quiet().now.detectors[0].health
    return DetectorNow(id=id_, zone="hall", health=health, values={quantity: value})


def trend_of(values, quantity="smoke", step_s=6.0):
    trends = Trends()
    for number, value in enumerate(values):
        trends.note(Instant(seconds(number * step_s)), [measured(value, quantity)])
    return drawn(trends.of("a", quantity), quantity)


def test_a_value_that_hardly_moves_is_a_flat_line_and_one_that_rises_climbs():
    flat = trend_of([0.20, 0.21, 0.19, 0.22] * 5)
    rising = trend_of(range(20))

    assert set(flat) == {LEVELS[0]}
    assert rising == "".join(sorted(rising))
    assert rising[-1] == LEVELS[-1]
    assert len(flat) == len(rising) == STRETCHES


def test_a_peak_of_one_second_shows_and_an_unknown_value_is_a_gap():
    peak = trend_of([*[0] * 8, 9, *[0] * 10], step_s=1.0)
    gap = trend_of([1, 1, None, 1, float("inf")])

    assert LEVELS[-1] in peak
    assert gap.strip()[2] == " "
    assert trend_of([None]) == " " * STRETCHES


@given(st.lists(st.one_of(st.none(), st.floats()), max_size=50))
@settings(deadline=None)
def test_a_trend_is_always_so_many_cells(values):
    assert len(trend_of(values)) == STRETCHES


def test_detectors_that_are_no_more_are_forgotten_and_a_long_silence_leaves_nothing_old():
    trends = Trends()
    trends.note(Instant(0), [measured(1.0), measured(1.0, id_="b")])
    trends.note(Instant(seconds(3600)), [measured(2.0)])

    assert trends.of("b", "smoke") == ()
    assert trends.of("a", "smoke") == (*[None] * 19, 2.0)
