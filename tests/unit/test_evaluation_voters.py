"""Many voters, of which only those with new values are judged, against judging all of them."""

from itertools import product
from math import inf

import pytest
from evaluated import F, T, U
from hypothesis import given
from hypothesis import strategies as st

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
    Not,
    Point,
    Window,
)
from rules.trace import Traced
from rules.values import Values
from rules.voters import MANY

SMOKE = [Point(f"smoke-{number}", "smoke") for number in range(MANY + 4)]
PLAIN = st.sampled_from(SMOKE).map(lambda point: Compared(point, Comparison.GREATER, 3.0))
CONTACTS = st.sampled_from(SMOKE).map(Active)
WINDOWS = st.builds(
    lambda function, point: Compared(
        Window(function, point, seconds(4)), Comparison.GREATER_OR_EQUAL, 2.0
    ),
    st.sampled_from(["avg", "max", "rate", "change"]),
    st.sampled_from(SMOKE),
)
LEAVES = st.one_of(PLAIN, PLAIN, CONTACTS, WINDOWS, st.builds(Held, PLAIN, st.just(seconds(3))))


def joined(parts):
    members = st.lists(parts, min_size=1, max_size=2 * MANY).map(tuple)
    return st.one_of(
        st.builds(AllOf, members),
        st.builds(AnyOf, members),
        st.builds(Counted, members, st.sampled_from(Comparison), st.integers(0, MANY)),
        st.builds(Not, parts),
    )


EXPRESSIONS = joined(st.recursive(LEAVES, joined, max_leaves=30))
VALUES = st.sampled_from([0.0, 1.0, 2.5, 4.0, 9.0, inf, None])
INPUTS = st.lists(
    st.tuples(
        st.one_of(st.just(0), st.integers(0, seconds(1)), st.just(seconds(20))),
        st.integers(0, len(SMOKE) - 1),
        VALUES,
        st.sampled_from([0, 0, seconds(1), -seconds(5)]),  # how late it is judged
        st.sampled_from([T, T, T, F]),  # whether it is judged at all
    ),
    max_size=60,
)


@given(expression=EXPRESSIONS, inputs=INPUTS)
def test_a_late_look_sees_what_looking_at_all_voters_sees(expression, inputs):
    """An evaluator that was made at once has kept account; the trace looks at everything."""
    view = Values().seen_from("hall")
    judge = evaluator(expression, view)
    at = Instant(seconds(1000))

    for step, number, value, later, judged in inputs:
        at = Instant(at + step)
        view.point(SMOKE[number]).set(at, value)
        if judged:
            now = Instant(at + later)
            looked_at_all = judge.traced(now)
            assert judge(now) is looked_at_all.truth
            assert judge.traced(now) == looked_at_all


@given(
    truths=st.lists(st.lists(st.sampled_from([T, U, F]), min_size=MANY, max_size=MANY), max_size=6),
    comparison=st.sampled_from(Comparison),
    threshold=st.integers(-1, MANY + 1),
    known_from=st.sampled_from([0, 1]),
)
def test_a_count_of_many_is_what_every_guess_at_the_unknown_ones_agrees_on(
    truths, comparison, threshold, known_from
):
    view = Values().seen_from("hall")
    points = SMOKE[:MANY]
    judge = evaluator(Counted(tuple(map(Active, points)), comparison, threshold), view)
    compare = {">": int.__gt__, ">=": int.__ge__, "<": int.__lt__, "<=": int.__le__} | {
        "==": int.__eq__,
        "!=": int.__ne__,
    }

    for at, row in enumerate(truths):
        for point, truth in list(zip(points, row, strict=True))[at * known_from :]:
            view.point(point).set(Instant(at), None if truth is None else float(truth))
        values = [view.point(point).value for point in points]
        outcomes = {
            compare[comparison](values.count(1.0) + more, threshold)
            for more in range(values.count(None) + 1)
        }
        assert judge(Instant(at)) is (outcomes.pop() if len(outcomes) == 1 else U)


def test_voters_of_another_zone_are_seen_as_that_zone_shows_them():
    values = Values({point.detector: "attic" for point in SMOKE})
    members = tuple(Compared(point, Comparison.GREATER, 3.0) for point in SMOKE)
    counted = Counted(members, Comparison.GREATER_OR_EQUAL, 2)
    near = evaluator(counted, values.seen_from("attic"))
    afar = evaluator(counted, values.seen_from("hall"))
    now = Instant(0)
    for point in SMOKE:
        values.point(point).set(now, 9.0)
    assert (near(now), afar(now)) == (T, T)

    for point in SMOKE:
        values.point(point).hide(now, hidden=True)
    assert (near(now), afar(now)) == (T, U)

    for point in SMOKE:
        values.point(point).hide(now, hidden=False)
    assert (near(now), afar(now)) == (T, T)


def test_of_many_voters_only_those_are_judged_whose_values_came_anew():
    view = Values().seen_from("hall")
    judge = evaluator(AnyOf(tuple(map(Active, SMOKE))), view)
    for point in SMOKE:
        view.point(point).set(Instant(0), 0.0)
    assert judge(Instant(0)) is F

    view.point(SMOKE[0]).value = 1.0  # past `set`, which tells
    assert judge(Instant(0)) is F

    view.point(SMOKE[0]).set(Instant(0), 1.0)
    assert judge(Instant(0)) is T


@pytest.mark.parametrize("kind", [AllOf, AnyOf])
def test_a_voter_that_breaks_is_judged_again(kind):
    """A step that failed half-way must not leave a voter counted as it was before."""

    class Breaking(float):
        def __gt__(self, other):
            raise ArithmeticError

    view = Values().seen_from("hall")
    judge = evaluator(
        kind(tuple(Compared(point, Comparison.GREATER, 3.0) for point in SMOKE)), view
    )
    for point in SMOKE:
        view.point(point).set(Instant(0), 0.0)
    assert judge(Instant(0)) is F
    for point in SMOKE:
        view.point(point).set(Instant(1), 9.0)
    view.point(SMOKE[5]).set(Instant(1), Breaking(9.0))
    with pytest.raises(ArithmeticError):
        judge(Instant(1))
    view.point(SMOKE[5]).value = 9.0

    assert judge(Instant(1)) is T


def test_the_value_of_a_count_is_how_many_are_true():
    view = Values().seen_from("hall")
    judge = evaluator(Counted(tuple(map(Active, SMOKE[:3])), Comparison.GREATER, 1), view)
    for point, value in zip(SMOKE, (1.0, None, 0.0), strict=False):
        view.point(point).set(Instant(0), value)

    traced = judge.traced(Instant(0))

    assert (traced.truth, traced.value) == (U, 1.0)
    assert [(each.truth, each.value) for each in traced.members] == [(T, 1.0), (U, None), (F, 0.0)]
    assert all(isinstance(each, Traced) for each in traced.members)


@pytest.mark.parametrize("number", [1, MANY, 2 * MANY])
def test_any_all_and_their_counts_agree(number):
    points = [Point(f"m{i}", "contact") for i in range(number)]
    members = tuple(map(Active, points))
    view = Values().seen_from("hall")
    pairs = [
        (AnyOf(members), Counted(members, Comparison.GREATER_OR_EQUAL, 1)),
        (AllOf(members), Counted(members, Comparison.GREATER_OR_EQUAL, number)),
    ]
    pairs = [tuple(evaluator(each, view) for each in pair) for pair in pairs]

    for at, (first, others) in enumerate(product((1.0, None, 0.0), repeat=2)):
        for point in points:
            view.point(point).set(Instant(at), first if point is points[0] else others)
        for left, right in pairs:
            assert left(Instant(at)) is right(Instant(at))
