"""What is held and what is verified, held against all judgements that ever were."""

from math import inf

import pytest
from evaluated import LETTERS, Contacts, F, T, U, contact, judgements
from hypothesis import given
from hypothesis import strategies as st

from rules.instant import Instant, seconds
from rules.language.syntax import (
    AllOf,
    Comparison,
    Counted,
    Held,
    Not,
    Verified,
)

FIVE = Held(contact(), seconds(5))
TYPE_A = Verified(contact(), seconds(60), seconds(300))  # EN 54-2, 7.1


def results(expression, table):
    """Judge by a table of `letter@seconds=result`."""
    given_table = " ".join(entry.partition("=")[0] for entry in table.split())
    wanted = [LETTERS[entry.partition("=")[2]] for entry in table.split()]
    return [result for _, result in judgements(expression, given_table)], wanted


@pytest.mark.parametrize(
    "table",
    [
        "F@0=U F@4.999=U F@5=F",  # what was before the start is not known
        "T@0=T F@1=T F@5=T F@5.001=F",  # to the end of the span, and no longer
        "F@0=U F@6=F T@7=T F@8=T T@12=T F@13=T F@17=T F@17.001=F",  # begun anew
        "F@0=U U@6=U F@7=U F@11=U F@11.001=F",  # it may have been true while unknown
        "F@0=U T@6=T U@7=T U@11=T U@11.5=U",
        "T@0=T U@3=T F@4=T F@6=U F@8=U F@8.001=F",
        "F@0=U F@6=F T@9=T F@8=T F@14=T F@14.001=F",  # a late judgement counts as at the newest
        "F@0=U F@9=F T@8=T F@14=T F@14.001=F",
    ],
)
def test_held_is_true_for_a_span_after_it_was_last_true(table):
    given_results, wanted = results(FIVE, table)

    assert given_results == wanted


@pytest.mark.parametrize(
    "table",
    [
        "F@0=F T@10=F T@30=F T@69.999=F T@70=T T@100=T F@101=F",
        "T@0=F F@20=F F@60=F T@90=T",  # the second time, within the time
        "T@0=F F@1=F T@360=T",  # to the very end of it
        "T@0=F F@1=F F@361=F T@370=F T@400=F T@430=T",  # forgotten, and begun anew
        "T@0=F F@1=F T@360.001=F T@420=F T@420.001=T",
        "T@0=F U@30=U T@59=F U@60=U T@61=T U@62=U T@63=T F@64=F T@65=F T@125=T",
        "U@0=U F@1=F T@2=F T@1=F T@62=T",
        "T@100=F T@10=F T@159=F T@20=F T@160=T F@20=F",  # late ones move nothing back
    ],
)
def test_verified_wants_it_true_again_after_it_has_settled(table):
    given_results, wanted = results(TYPE_A, table)

    assert given_results == wanted


@pytest.mark.parametrize(
    ("within", "table"),
    [
        (10, "T@0=F T@0=F T@1=T"),  # of a later instant: another detector's reading is none
        (10, "T@0=F F@1=F T@10=T F@11=F"),
        (1, "T@0=F T@2=F T@3=T"),  # too late to confirm: it is the first of the next
    ],
)
def test_without_a_time_to_settle_verified_wants_a_second_judgement(within, table):
    given_results, wanted = results(Verified(contact(), seconds(0), seconds(within)), table)

    assert given_results == wanted


class PlainHeld:
    """The definition, over all judgements of the operand that ever were."""

    def __init__(self, held):
        self.span = held.span
        self.judged = []

    def judge(self, now, truth):
        self.judged.append((now, truth))
        in_span = {truth for at, truth in self.judged if at >= now - self.span}
        if T in in_span:
            return T
        if U in in_span or now - self.judged[0][0] < self.span:
            return U
        return F


class PlainVerified:
    """The definition, read anew from the first judgement at each."""

    def __init__(self, verified):
        self.settle, self.within = verified.settle, verified.within
        self.judged = []

    def judge(self, now, truth):
        self.judged.append((now, truth))
        first, confirmed, result = None, False, F
        for at, operand in self.judged:
            settled = inf if first is None else first + self.settle
            until = -inf if first is None else settled + self.within
            if confirmed or (first != at and settled <= at <= until):
                result, confirmed = operand, operand is T or (confirmed and operand is U)
                first = None if operand is T or confirmed else first
            else:
                result = U if operand is U else F
                if first is None or at > until:  # idle, or not confirmed in time
                    first = at if operand is T else None
        return result


SPANS = st.sampled_from([seconds(0), seconds(1), seconds(5), seconds(12)])
JUDGEMENTS = st.lists(
    st.tuples(
        st.one_of(st.integers(-3, 8).map(seconds), st.integers(-2, 2), st.just(seconds(30))),
        st.sampled_from([T, F, F, U]),
    ),
    min_size=1,
    max_size=40,
)
REMEMBERING = st.one_of(
    st.builds(Held, st.just(contact()), SPANS),
    st.builds(Verified, st.just(contact()), SPANS, SPANS),
)


def plain(expression):
    return PlainHeld(expression) if isinstance(expression, Held) else PlainVerified(expression)


@given(expression=REMEMBERING, series=JUDGEMENTS)
def test_a_memory_gives_what_its_definition_gives(expression, series):
    contacts, definition = Contacts(), plain(expression)
    judge = contacts.evaluator(expression)
    at, newest = Instant(seconds(1000)), Instant(0)

    for step, truth in series:
        at = Instant(at + step)
        newest = max(newest, at)
        contacts.set(at / 1e9, truth)
        expected = definition.judge(newest, truth)
        assert judge.traced(at).truth is expected
        assert judge(at) is expected


@given(expression=REMEMBERING, series=JUDGEMENTS, looks=st.lists(st.integers(0, 40), max_size=40))
def test_tracing_changes_nothing(expression, series, looks):
    contacts = Contacts()
    looked_at, left_alone = (contacts.evaluator(Not(expression)) for _ in range(2))
    at = Instant(seconds(1000))

    for (step, truth), ahead in zip(series, looks, strict=False):
        at = Instant(at + step)
        contacts.set(at / 1e9, truth)
        looked_at.traced(Instant(at + seconds(ahead)))
        assert looked_at.due(at) == left_alone.due(at)
        assert looked_at(at) is left_alone(at)


@given(expression=REMEMBERING, series=JUDGEMENTS)
def test_between_a_judgement_and_its_due_nothing_turns(expression, series):
    """And at its due something may: looking only then sees what looking always would."""
    contacts = Contacts()
    judge = contacts.evaluator(expression)
    at = Instant(seconds(1000))

    for step, truth in series:
        at = Instant(at + abs(step))
        contacts.set(at / 1e9, truth)
        result, due = judge(at), judge.due(at)
        assert due is None or due > at
        last = Instant(at + seconds(60) if due is None else due - 1)
        for later in {Instant((at + last + 1) // 2), last} - {at}:
            assert judge.traced(later).truth is result
        if due is not None and isinstance(expression, Held):
            assert judge.traced(due).truth is not result


def test_a_held_alarm_is_due_when_it_runs_out_and_a_verified_one_when_it_has_settled():
    contacts = Contacts()
    held, verified = contacts.evaluator(FIVE), contacts.evaluator(TYPE_A)
    contacts.set(10, T)
    for judge in (held, verified):
        judge(Instant(seconds(10)))
    assert held.due(Instant(seconds(10))) is None
    assert verified.due(Instant(seconds(10))) == seconds(70)

    contacts.set(11, F)
    for judge in (held, verified):
        judge(Instant(seconds(11)))
    assert held.due(Instant(seconds(11))) == seconds(15) + 1
    assert verified.due(Instant(seconds(11))) is None


def test_a_second_detector_within_five_minutes_makes_a_coincidence_and_not_after():
    """EN 54-2, 7.12: the first alarm waits for the second."""
    minutes = 60
    members = tuple(Held(contact(number), seconds(5 * minutes)) for number in range(2))
    coincidence = Counted(members, Comparison.GREATER_OR_EQUAL, 2)

    def second_at(second):
        contacts = Contacts()
        judge = contacts.evaluator(coincidence)
        contacts.set(0, F, F)
        judge(Instant(0))
        judge(Instant(seconds(10 * minutes)))
        contacts.set(600, T)
        judge(Instant(seconds(600)))
        contacts.set(610, F)
        judge(Instant(seconds(610)))
        contacts.set(second, ..., T)
        return judge(Instant(seconds(second)))

    assert second_at(700) is T
    assert second_at(900) is T
    assert second_at(901) is F


def test_every_member_remembers_though_another_decides_already():
    contacts = Contacts()
    judge = contacts.evaluator(AllOf((contact(0), Held(contact(1), seconds(5)))))
    contacts.set(0, F, F)
    judge(Instant(0))
    contacts.set(10, F, T)
    judge(Instant(seconds(10)))
    contacts.set(12, T, F)

    assert judge(Instant(seconds(12))) is T
