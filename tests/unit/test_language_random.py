"""The rule language under texts at random: good ones compile, of others the place is told."""

import unicodedata
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_rules import SCOPE, expression, garbled
from scenario import call_point, detector

from rules.language.compile import Scope, compile_expression, points_of
from rules.language.mentions import all_branches_of
from rules.language.mistake import ExpressionError
from rules.language.render import written
from rules.language.syntax import AllOf, AnyOf, Comparison, Counted, Held, Not, Verified
from rules.language.token import LONGEST_TEXT

SEEDS = st.integers(0, 2**64)


@given(seed=SEEDS, depth=st.integers(0, 5))
@settings(max_examples=300)
def test_a_well_formed_expression_compiles(seed, depth):
    text = expression(Random(seed), depth=depth)

    tree = compile_expression(text, SCOPE)

    assert {point.detector for point in points_of(tree)} <= SCOPE.detectors.keys()


@given(seed=SEEDS)
def test_a_well_formed_expression_compiles_on_any_site(seed):
    site = [detector("one", "smoke", "humidity", every=10), call_point("two", zone="yard")]
    scope = Scope("yard", {each.id: each for each in site})

    compile_expression(expression(Random(seed), scope), scope)


@given(seed=SEEDS, depth=st.integers(0, 3), clears=st.booleans())
@settings(max_examples=300)
def test_what_is_written_back_means_the_same(seed, depth, clears):
    text = expression(Random(seed), depth=depth)
    tree = compile_expression(text, SCOPE, clears=clears)
    again = written(tree)
    if len(again) > LONGEST_TEXT or not all(map(_names_its_voters, all_branches_of(tree))):
        return

    assert compile_expression(again, SCOPE, clears=clears) == _plain(tree)


def _names_its_voters(branch):
    """A count that is not >= has no text in which its voters stand one by one."""
    return not isinstance(branch, Counted) or branch.comparison is Comparison.GREATER_OR_EQUAL


def _plain(tree):
    """An any or all with one voter is that voter."""
    match tree:
        case AnyOf(members=(only,)) | AllOf(members=(only,)):
            return _plain(only)
        case AnyOf(members=members) | AllOf(members=members):
            return type(tree)(tuple(map(_plain, members)))
        case Counted(members=members):
            return Counted(tuple(map(_plain, members)), tree.comparison, tree.threshold)
        case Not(operand=operand):
            return Not(_plain(operand))
        case Held(operand=operand):
            return Held(_plain(operand), tree.span)
        case Verified(operand=operand):
            return Verified(_plain(operand), tree.settle, tree.within)
        case _:
            return tree


def is_refused(text):
    """Compile, and tell whether it was refused, with mistakes that lie in the text."""
    mistakes = None
    try:
        compile_expression(text, SCOPE)
    except ExpressionError as error:
        mistakes = error.mistakes
    assert mistakes != ()
    for mistake in mistakes or ():
        assert 0 <= mistake.offset <= len(text)
        assert mistake.length >= 1
        assert mistake.offset + mistake.length <= max(len(text), mistake.offset + 1)
        said = mistake.what + mistake.hint
        assert not [sign for sign in said if unicodedata.category(sign) in ("Cc", "Cf", "Cs")]
        assert len(said) <= 500
    return mistakes is not None


@pytest.mark.parametrize("batch", range(6))
def test_a_garbled_text_is_an_expression_or_has_mistakes_that_lie_in_it(batch):
    refused = [is_refused(garbled(Random(f"{batch}/{number}"))) for number in range(500)]

    assert 0.5 < sum(refused) / len(refused) < 1


@given(text=st.text(max_size=200))
def test_any_text_is_an_expression_or_has_mistakes_that_lie_in_it(text):
    is_refused(text)


def test_a_seed_names_a_text():
    assert garbled(Random(5)) == garbled(Random(5))
    assert expression(Random(5)) == expression(Random(5))
