"""Which points make an expression what it is; when it may turn by itself; what it could become."""

import pytest
from evaluated import Contacts, F, T, U, contact
from hypothesis import given
from hypothesis import strategies as st

from rules.condition import Condition
from rules.evaluation import evaluator
from rules.instant import Instant, seconds
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
    Window,
)
from rules.possibility import could_be
from rules.trace import deciding
from rules.values import Values

A, B, C = (contact(number) for number in range(3))
NIGHT = OnSchedule("night", when_unknown=True)
ALARM_IN_ATTIC = InForce("attic", Condition.FIRE_ALARM)
TWO_OF_THREE = Counted((A, B, C), Comparison.GREATER_OR_EQUAL, 2)


def count(sign, threshold):
    return Counted((A, B, C), Comparison(sign), threshold)


@pytest.mark.parametrize(
    ("expression", "truths", "truth", "points"),
    [
        (A, (T,), T, "0"),
        (A, (U,), U, "0"),
        (Not(A), (T,), F, "0"),
        (AnyOf((A, B, C)), (T, F, T), T, "02"),
        (AnyOf((A, B, C)), (F, F, F), F, "012"),
        (AnyOf((A, B, C)), (F, U, F), U, "1"),
        (AllOf((A, B, C)), (T, T, T), T, "012"),
        (AllOf((A, B, C)), (F, T, U), F, "0"),
        (AllOf((A, B, C)), (T, U, T), U, "1"),
        (AnyOf((AllOf((A, B)), C)), (T, T, F), T, "01"),
        (AnyOf((AllOf((A, Not(B))), C)), (T, F, T), T, "012"),
        (AnyOf((AllOf((A, B)), C)), (T, F, F), F, "12"),
        (count(">=", 2), (T, T, F), T, "01"),
        (count(">=", 2), (T, F, F), F, "12"),
        (count(">=", 2), (T, U, F), U, "1"),
        (count("<", 2), (T, F, F), T, "12"),
        (count("<", 2), (T, F, T), F, "02"),
        (count("<", 2), (T, F, U), U, "2"),
        (count("==", 1), (T, F, F), T, "012"),
        (count("!=", 1), (T, F, F), F, "012"),
        (AnyOf((A, NIGHT)), (F,), T, ""),  # the night alone
        (AnyOf((A, NIGHT)), (T,), T, "0"),
        (AnyOf((A, ALARM_IN_ATTIC)), (F,), F, "0"),
        (Verified(A, seconds(1), seconds(1)), (T,), F, "0"),
    ],
)
def test_those_decide_whose_truth_made_the_whole_what_it_is(expression, truths, truth, points):
    contacts = Contacts()
    contacts.set(0, *truths)

    traced = contacts.evaluator(expression).traced(Instant(0))

    assert traced.truth is truth
    assert deciding(traced) == {contact(int(number)).point for number in points}


def test_of_what_is_held_the_points_decide_that_it_was_true_of():
    contacts = Contacts()
    judge = contacts.evaluator(Held(AnyOf((A, B)), seconds(5)))

    def decided(at):
        judge(Instant(seconds(at)))
        return deciding(judge.traced(Instant(seconds(at))))

    contacts.set(0, T, F)
    assert decided(0) == {A.point}
    contacts.set(1, F, F)
    assert decided(1) == {A.point, B.point}  # which it was is not known any more
    assert decided(7) == {A.point, B.point}


@given(data=st.data())
def test_what_decides_is_enough_to_make_it_so(data):
    """With every other point unknown the result stays."""
    leaves = st.sampled_from([A, B, C]) | st.sampled_from([A, B, C]).map(Not)
    lists = st.lists(leaves, min_size=1, max_size=4).map(tuple)
    parts = st.one_of(leaves, lists.map(AllOf), lists.map(AnyOf))
    expression = data.draw(
        st.one_of(
            st.lists(parts, min_size=1, max_size=4).map(lambda each: AllOf(tuple(each))),
            st.lists(parts, min_size=1, max_size=4).map(lambda each: AnyOf(tuple(each))),
            st.builds(
                Counted,
                st.lists(parts, min_size=1, max_size=4).map(tuple),
                st.sampled_from(Comparison),
                st.integers(0, 4),
            ),
        )
    )
    truths = data.draw(st.lists(st.sampled_from([T, F]), min_size=3, max_size=3))
    contacts = Contacts()
    contacts.set(0, *truths)
    traced = contacts.evaluator(expression).traced(Instant(0))

    decide = deciding(traced)
    known = [truth if contact(number).point in decide else U for number, truth in enumerate(truths)]
    contacts.set(1, *known)

    assert contacts.evaluator(expression)(Instant(seconds(1))) is traced.truth


@pytest.mark.parametrize(
    ("expression", "is_timed"),
    [
        (A, F),
        (Compared(Window("avg", A.point, seconds(5)), Comparison.GREATER, 1.0), F),
        (Compared(Window("age", A.point, seconds(0)), Comparison.GREATER, 1.0), T),
        (Compared(Window("co_dose", A.point, seconds(0)), Comparison.GREATER, 1.0), T),
        (NIGHT, T),
        (ALARM_IN_ATTIC, F),
        (AnyOf((A, Not(NIGHT))), T),
        (Not(AllOf((A, B))), F),
        (AllOf((A, Counted((Held(B, seconds(1)), C), Comparison.GREATER, 1))), T),
        (Verified(A, seconds(1), seconds(1)), T),
    ],
)
def test_what_time_alone_may_turn_is_looked_at_each_second(expression, is_timed):
    assert Contacts().evaluator(expression).is_timed is is_timed


def test_a_schedule_takes_its_part_and_while_it_is_unknown_the_more_sensitive_one():
    contacts = Contacts()
    schedule = contacts.view.schedule("night")
    judges = [contacts.evaluator(OnSchedule("night", when_unknown=truth)) for truth in (T, F, U)]
    seen = []
    for is_on in (U, T, F):
        schedule.is_on = is_on
        seen.append([judge(Instant(0)) for judge in judges])
        assert [judge.traced(Instant(0)).truth for judge in judges] == seen[-1]
        assert [judge.due(Instant(0)) for judge in judges] == [None] * 3

    assert seen == [[T, F, U], [T, T, T], [F, F, F]]


@pytest.mark.parametrize("truth", [T, F, U])
def test_a_condition_is_what_its_zone_tells(truth):
    contacts = Contacts()
    judge = contacts.evaluator(ALARM_IN_ATTIC)
    contacts.view.condition("attic", Condition.FIRE_ALARM).truth = truth

    assert judge(Instant(0)) is truth
    assert judge.traced(Instant(0)).truth is truth


def test_an_age_and_a_dose_are_due_when_they_pass_their_thresholds():
    point = Point("co-1", "co")
    view = Values().seen_from("hall")
    silent, poisoned = (
        evaluator(Compared(Window(function, point, seconds(0)), sign, threshold), view)
        for function, sign, threshold in (
            ("age", Comparison.GREATER, 30.0),
            ("co_dose", Comparison.GREATER_OR_EQUAL, 100.0),
        )
    )
    view.point(point).set(Instant(0), 100.0)
    now = Instant(seconds(10))
    assert (silent(now), poisoned(now)) == (F, F)
    assert silent.due(now) == seconds(30)
    assert silent(Instant(seconds(30))) is F
    assert silent.due(Instant(seconds(30))) == seconds(30) + 1
    assert silent(Instant(seconds(30) + 1)) is T
    assert silent.due(Instant(seconds(30) + 1)) is None

    due = poisoned.due(now)
    assert due == pytest.approx(seconds(25 * 60), abs=2)
    assert poisoned.traced(Instant(due - seconds(0.001))).truth is F
    assert poisoned(Instant(due + 1)) is T


def test_a_member_that_is_due_first_makes_the_whole_due():
    contacts = Contacts()
    judge = contacts.evaluator(
        Counted((Held(A, seconds(9)), Held(B, seconds(4)), C), Comparison.GREATER, 1)
    )
    contacts.set(0, T, T, F)
    judge(Instant(0))
    contacts.set(1, F, F)
    judge(Instant(seconds(1)))

    assert judge.due(Instant(seconds(1))) == seconds(4) + 1


@pytest.mark.parametrize(
    ("expression", "may_be_true", "may_be_false"),
    [
        (Held(A, seconds(1)), T, T),
        (Held(B, seconds(1)), F, F),
        (Verified(A, seconds(1), seconds(1)), T, T),
        (Verified(Not(B), seconds(1), seconds(1)), F, F),
        (AllOf((Held(A, seconds(1)), B)), F, T),
        (NIGHT, T, T),
        (AllOf((B, NIGHT)), F, T),
        (ALARM_IN_ATTIC, T, T),
        (AnyOf((B, ALARM_IN_ATTIC)), T, F),
        (Compared(Window("age", A.point, seconds(0)), Comparison.GREATER, 1.0), T, T),
    ],
)
def test_what_is_left_when_one_contact_is_lost(expression, may_be_true, may_be_false):
    def known(point):
        return point == A.point

    assert could_be(expression, T, known) is may_be_true
    assert could_be(expression, F, known) is may_be_false


def test_a_condition_that_cannot_come_into_force_raises_nothing():
    either = AnyOf((B, ALARM_IN_ATTIC))

    assert not could_be(either, T, lambda _: False, lambda _: False)
    assert could_be(either, T, lambda _: False, lambda each: each.zone == "attic")


def test_what_is_no_expression_is_refused():
    with pytest.raises(TypeError, match="no such expression"):
        evaluator("smoke > 3", Values().seen_from("hall"))
    with pytest.raises(TypeError, match="no such expression"):
        could_be("smoke > 3", T, bool)
    assert Active(A.point) == A
