"""What is said of a condition whatever is measured: never more than is certain."""

from math import inf

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from rules.condition import Condition
from rules.evaluation import evaluator
from rules.instant import Instant, seconds
from rules.language.certainty import MOST_SHARED, always, implies, never
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
from rules.values import Values

X, Y = Point("a", "smoke"), Point("b", "smoke")
A, B, C = (Active(Point(name, "contact")) for name in "abc")
NIGHT = OnSchedule("night", when_unknown=True)
FIRE = InForce("hall", Condition.FIRE_ALARM)


def x(sign, threshold):
    return Compared(X, Comparison(sign), threshold)


def y(sign, threshold):
    return Compared(Y, Comparison(sign), threshold)


def at_least(count, *members):
    return Counted(members, Comparison.GREATER_OR_EQUAL, count)


@pytest.mark.parametrize(
    "expression",
    [
        AllOf((x(">", 5), x("<", 3))),
        AllOf((x(">", 5), x("<", 5))),
        AllOf((x(">=", 5), x("<", 5))),
        AllOf((x(">", 5), y(">", 5), Not(x(">", 4)))),
        AllOf((AnyOf((A, B)), Not(A), Not(B))),
        AllOf((A, B, Not(at_least(2, A, B, C)))),
        AllOf((at_least(2, A, B, C), Not(A), Not(B))),
        at_least(2, x(">", 5), x("<", 3)),
        at_least(2, AllOf((A, Not(A))), B),
        Held(AllOf((x(">", 5), x("<", 3))), seconds(60)),
        Held(Held(AllOf((A, Not(A))), seconds(60)), seconds(60)),
        Verified(AllOf((A, Not(A))), seconds(10), seconds(60)),
        AllOf((Verified(A, seconds(10), seconds(60)), Not(A))),
        AllOf((NIGHT, Not(NIGHT))),
        AllOf((FIRE, Not(FIRE))),
        AllOf((A, Not(Held(A, seconds(60))))),
    ],
    ids=str,
)
def test_what_can_never_be_true_is_found(expression):
    assert never(expression)
    assert always(Not(expression))
    assert not always(expression)


@pytest.mark.parametrize(
    "expression",
    [
        AnyOf((x(">", 3), x("<", 5))),
        AnyOf((x(">=", 5), x("<", 5))),
        AnyOf((A, Not(A))),
        AnyOf((x(">", 3), y(">", 0), x("<", 5))),
        at_least(1, x(">", 3), x("<=", 3)),
        at_least(2, A, B, Not(A), Not(B)),
        Held(AnyOf((A, Not(A))), seconds(60)),
    ],
    ids=str,
)
def test_what_is_always_true_is_found(expression):
    assert always(expression)
    assert never(Not(expression))


@pytest.mark.parametrize(
    "expression",
    [
        A,
        x(">", 5),
        AllOf((x(">", 3), x("<", 5))),
        AllOf((x(">=", 5), x("<=", 5))),
        AnyOf((x(">", 5), x("<", 3))),
        AnyOf((x(">", 5), x("<", 5))),
        AllOf((A, B, Not(C))),
        AllOf((x(">", 5), Compared(Window("avg", X, seconds(60)), Comparison.LESS, 3))),
        AllOf((Held(A, seconds(60)), Not(A))),
        AllOf((A, Not(Verified(A, seconds(10), seconds(60))))),
        # With the clock unknown both are taken to be true.
        AllOf((NIGHT, Not(OnSchedule("night", when_unknown=False)))),
    ],
    ids=str,
)
def test_nothing_is_said_of_what_may_be_either(expression):
    assert not never(expression)
    assert not always(expression)


def test_a_stricter_condition_implies_a_weaker_one():
    assert implies(x(">", 5), x(">", 3))
    assert implies(AllOf((A, B)), A)
    assert implies(at_least(2, A, B, C), AnyOf((A, B, C)))
    assert not implies(x(">", 3), x(">", 5))
    assert not implies(AnyOf((A, B)), A)


def test_twenty_contacts_are_few_enough_and_more_than_the_bound_are_left_alone():
    def contradiction(count):
        contacts = [Active(Point(f"d{number}", "contact")) for number in range(count)]
        return AllOf((at_least(2, *contacts), *(Not(contact) for contact in contacts)))

    assert never(contradiction(20))
    assert never(contradiction(40))
    assert not never(contradiction(MOST_SHARED + 1))


def test_a_search_that_grows_beyond_its_bound_is_given_up():
    contacts = [Active(Point(f"d{number}", "contact")) for number in range(30)]
    pairs = tuple(zip(contacts[::2], contacts[1::2], strict=True))
    # In no pair both, in every pair one, and yet one more than there are pairs: of 2^15 ways none.
    some = tuple(AnyOf(pair) for pair in pairs)
    not_both = tuple(Not(AllOf(pair)) for pair in pairs)
    too_many = at_least(len(pairs) + 1, *contacts)

    assert not never(AllOf((*some, *not_both, too_many)))


# -- never a false alarm ---------------------------------------------------------------------------

numbers = st.sampled_from([-inf, 0.0, 1.0, 1.5, 2.0, 3.0, inf, None])
thresholds = st.sampled_from([0.5, 1.0, 1.5, 2.0])
signs = st.sampled_from([sign for sign in Comparison if sign not in ("==", "!=")])
spans = st.sampled_from([seconds(1), seconds(3)])
leaves = st.one_of(
    st.builds(Compared, st.sampled_from([X, Y]), signs, thresholds),
    st.sampled_from([A, B, NIGHT, OnSchedule("night", when_unknown=False), FIRE]),
    st.builds(Compared, st.just(Window("max", X, seconds(2))), signs, thresholds),
)


def branches(children):
    members = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Not, children),
        st.builds(AllOf, members),
        st.builds(AnyOf, members),
        st.builds(Counted, members, st.sampled_from(Comparison), st.integers(1, 2)),
        st.builds(Held, children, spans),
        st.builds(Verified, children, st.sampled_from([seconds(0), seconds(1)]), spans),
    )


expressions = st.recursive(leaves, branches, max_leaves=8)
moments = st.fixed_dictionaries(
    {
        "numbers": st.tuples(numbers, numbers),
        "contacts": st.tuples(*[st.sampled_from([0.0, 1.0, None])] * 2),
        "night": st.sampled_from([True, False, None]),
        "fire": st.sampled_from([True, False, None]),
    }
)


def play(values, moment, now):
    """Let the world be so from now on."""
    for point, value in zip((X, Y), moment["numbers"], strict=True):
        values.point(point).set(now, value)
    for contact, value in zip((A, B), moment["contacts"], strict=True):
        values.point(contact.point).set(now, value)
    values.seen_from("hall").schedule("night").is_on = moment["night"]
    values.seen_from("hall").condition("hall", Condition.FIRE_ALARM).truth = moment["fire"]


@settings(max_examples=400)
@given(expressions, st.lists(moments, min_size=1, max_size=12))
def test_what_is_called_constant_is_contradicted_by_no_life(expression, life):
    is_never, is_always = never(expression), always(expression)
    event(f"never {is_never}, always {is_always}")
    values = Values()
    judge = evaluator(expression, values.seen_from("hall"))

    for number, moment in enumerate(life):
        now = Instant(number * seconds(1) + 1)
        play(values, moment, now)
        truth = judge(now)

        assert not (truth is True and is_never)
        assert not (truth is False and is_always)


@settings(max_examples=400)
@given(
    st.recursive(leaves, branches, max_leaves=4),
    st.recursive(leaves, branches, max_leaves=4),
    st.lists(moments, min_size=1, max_size=8),
)
def test_what_is_called_implied_is_so_in_every_life(one, other, life):
    implied = implies(one, other)
    event(f"implied {implied}")
    values = Values()
    view = values.seen_from("hall")
    judge_one, judge_other = evaluator(one, view), evaluator(other, view)

    for number, moment in enumerate(life):
        now = Instant(number * seconds(1) + 1)
        play(values, moment, now)
        first, second = judge_one(now), judge_other(now)

        assert not (implied and first is True and second is False)
