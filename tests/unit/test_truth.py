"""Three-valued logic held against what unknown means: it may be either."""

from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.comparing import COMPARE
from rules.evaluation import evaluator
from rules.instant import Instant
from rules.language.syntax import Active, AllOf, AnyOf, Comparison, Counted, Not, Point
from rules.possibility import could_be
from rules.truth import all_of, any_of, negated
from rules.values import Values

T, U, F = True, None, False
NOW = Instant(0)


def points(number):
    return [Point(f"m{i}", "contact") for i in range(number)]


def value_of(expression, truths):
    """Evaluate over contacts of the given truths, None for unknown."""
    values = Values()
    for point, truth in truths.items():
        values.point(point).set(NOW, None if truth is None else float(truth))
    return evaluator(expression, values)(NOW)


def agreed(expression, truths):
    """Give what every assignment of the unknowns leads to, or None where they differ."""
    unknown = [point for point, truth in truths.items() if truth is None]
    outcomes = {
        value_of(expression, truths | dict(zip(unknown, guess, strict=True)))
        for guess in product((T, F), repeat=len(unknown))
    }
    return outcomes.pop() if len(outcomes) == 1 else None


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        (T, T, T, T),
        (T, U, U, T),
        (T, F, F, T),
        (U, T, U, T),
        (U, U, U, U),
        (U, F, F, U),
        (F, T, F, T),
        (F, U, F, U),
        (F, F, F, F),
    ],
)
def test_and_and_or_follow_kleenes_tables(left, right, conjunction, disjunction):
    a, b = points(2)

    assert all_of([left, right]) is conjunction
    assert any_of([left, right]) is disjunction
    assert value_of(AllOf((Active(a), Active(b))), {a: left, b: right}) is conjunction
    assert value_of(AnyOf((Active(a), Active(b))), {a: left, b: right}) is disjunction


@pytest.mark.parametrize(("operand", "contrary"), [(T, F), (U, U), (F, T)])
def test_not_follows_kleenes_table(operand, contrary):
    (a,) = points(1)

    assert negated(operand) is contrary
    assert value_of(Not(Active(a)), {a: operand}) is contrary


@pytest.mark.parametrize("comparison", Comparison)
@pytest.mark.parametrize("voters", range(1, 5))
def test_a_count_is_definite_exactly_when_the_unknown_voters_cannot_change_it(comparison, voters):
    named = points(voters)

    for threshold in range(voters + 2):
        counted = Counted(tuple(map(Active, named)), comparison, threshold)
        for given_truths in product((T, U, F), repeat=voters):
            truths = dict(zip(named, given_truths, strict=True))
            assert value_of(counted, truths) is agreed(counted, truths)


def test_two_of_three_with_a_dead_voter_as_the_documentation_words_it():
    named = points(3)
    two = Counted(tuple(map(Active, named)), Comparison.GREATER_OR_EQUAL, 2)

    def count(*truths):
        return value_of(two, dict(zip(named, truths, strict=True)))

    assert count(T, T, U) is T  # the known true are enough
    assert count(T, F, U) is U  # the dead one decides
    assert count(F, F, U) is F  # not even the dead one could make two
    assert count(T, U, U) is U
    assert count(U, U, F) is U


@st.composite
def expressions(draw, names=None, depth=3):
    """Draw an expression in which no contact stands twice."""
    names = list(points(6)) if names is None else names
    if depth == 0 or len(names) == 1 or draw(st.booleans()):
        chosen = draw(st.sampled_from(names))
        return Active(chosen) if draw(st.booleans()) else Not(Active(chosen))
    parts = draw(st.integers(2, min(3, len(names))))
    members = tuple(draw(expressions(names[i::parts], depth - 1)) for i in range(parts))
    match draw(st.sampled_from(["and", "or", "count", "not"])):
        case "and":
            return AllOf(members)
        case "or":
            return AnyOf(members)
        case "not":
            return Not(members[0])
    return Counted(members, draw(st.sampled_from(Comparison)), draw(st.integers(0, parts)))


@given(
    expression=expressions(),
    given_truths=st.lists(st.sampled_from([T, U, F]), min_size=6, max_size=6),
)
def test_an_expression_is_unknown_only_where_the_unknowns_could_change_it(expression, given_truths):
    truths = dict(zip(points(6), given_truths, strict=True))

    assert value_of(expression, truths) is agreed(expression, truths)


@given(expression=expressions(), truth=st.booleans(), known=st.sets(st.sampled_from(points(6))))
def test_what_is_left_could_raise_a_rule_exactly_when_some_values_of_it_would(
    expression, truth, known
):
    reachable = any(
        value_of(
            expression,
            dict.fromkeys(points(6)) | dict(zip(sorted(known, key=str), guess, strict=True)),
        )
        is truth
        for guess in product((T, F), repeat=len(known))
    )

    assert could_be(expression, truth, known.__contains__) is reachable


def test_a_voter_that_a_dead_part_keeps_from_being_false_can_still_be_counted_as_true():
    heat, smoke, dead_smoke, dead_heat = points(4)
    voters = (
        AnyOf((Active(heat), Active(dead_smoke))),
        AnyOf((Active(smoke), Active(dead_heat))),
    )
    alive = {heat, smoke}.__contains__

    assert could_be(Counted(voters, Comparison.GREATER_OR_EQUAL, 2), True, alive)
    assert not could_be(Counted(voters, Comparison.LESS, 1), True, alive)


@pytest.mark.parametrize(
    ("sign", "below", "equal", "above"),
    [
        (">", F, F, T),
        (">=", F, T, T),
        ("<", T, F, F),
        ("<=", T, T, F),
        ("==", F, T, F),
        ("!=", T, F, T),
    ],
)
def test_each_comparison_is_what_its_sign_says(sign, below, equal, above):
    compare = COMPARE[Comparison(sign)]

    assert [compare(value, 2.0) for value in (1.0, 2.0, 3.0)] == [below, equal, above]
    assert [compare(value, 2.0) for value in (-inf, inf)] == [below, above]
