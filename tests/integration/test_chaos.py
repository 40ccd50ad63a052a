"""A short campaign, and that its books would show what it looks for."""

import json

import pytest
from chaos.damage import Kept
from chaos.faults import FAULTS
from chaos.ledger import SECOND, Ledger, Life
from chaos.network import NoNetworkError, what_is_missing
from chaos.run import Given, play_building

SEED, ROUNDS = 21, 7
EPOCH = "e" * 32


def test_some_rounds_of_chaos_lose_nothing_and_invent_nothing(tmp_path):
    if missing := what_is_missing():
        pytest.skip(missing)
    given = Given(faults=tuple(FAULTS), centre_decides=True, evidence=tmp_path)
    try:
        outcome = play_building(SEED, ROUNDS, given)
    except NoNetworkError as error:
        pytest.skip(str(error))
    assert outcome.failures == []
    assert outcome.passed == ROUNDS
    assert outcome.counts["told"] > outcome.counts["edges"] > ROUNDS


def books(*, closed: float = 10, opened: float = 13) -> Ledger:
    """Give books of a gateway that lives from 1 s on, and of a contact that is closed for 3 s."""
    ledger = Ledger(lives=[Life(1 * SECOND)])
    ledger.moved("fire-1", 1, round(closed * SECOND))
    ledger.moved("fire-1", 0, round(opened * SECOND))
    return ledger


def tell(ledger: Ledger, seq: int, change: str, at: float, *, path: str = "lan", **other) -> None:
    told(ledger, seq, change, at, path=path, **other)
    ledger.has({(EPOCH, "alarm", seq): kept(change, at)})


def told(
    ledger: Ledger,
    seq: int,
    change: str,
    at: float,
    *,
    path: str = "lan",
    durable: bool = True,
    historical: bool = False,
) -> None:
    event = {
        "monotonicns": str(round(at * SECOND)),
        "durable": durable,
        "historical": historical,
        "data": kept(change, at).data,
    }
    ledger.arrived([(seq, path, EPOCH, "alarm", seq, 0, json.dumps(event))])


def kept(change: str, at: float) -> Kept:
    data = {"source": "rule/fire-1", "incident": "1", "change": change}
    return Kept(round(at * SECOND), json.dumps(data, sort_keys=True).encode())


def wrong(ledger: Ledger) -> str:
    ledger.check(60 * SECOND)
    return "\n".join(ledger.wrong)


def test_what_happened_and_was_told_once_or_twice_is_in_order():
    ledger = books()
    tell(ledger, 1, "entered", 10.1)
    tell(ledger, 2, "cleared", 13.1)
    told(ledger, 1, "entered", 10.1)
    told(ledger, 2, "cleared", 13.1, path="4g")
    assert wrong(ledger) == ""


def test_an_edge_that_is_told_nowhere_is_lost():
    ledger = books()
    tell(ledger, 1, "cleared", 13.1)
    assert "lost: fire-1 closed" in wrong(ledger)


def test_an_edge_is_not_lost_where_the_gateway_was_killed_at_once_and_it_ended_meanwhile():
    ledger = books(opened=10.4)
    ledger.lives[0].ended = ledger.lives[0].gone = round(10.2 * SECOND)
    ledger.lives.append(Life(11 * SECOND))
    assert wrong(ledger) == ""


def test_a_contact_that_opened_and_closed_while_the_gateway_was_dead_is_the_same_incident():
    ledger = books()
    ledger.lives[0].ended = ledger.lives[0].gone = round(11.5 * SECOND)
    ledger.lives.append(Life(20 * SECOND))
    tell(ledger, 1, "entered", 10.1)
    ledger.moved("fire-1", 1, 15 * SECOND)
    assert wrong(ledger) == ""


def test_an_edge_is_lost_where_it_still_stood_for_the_next_life():
    ledger = books(opened=15)
    ledger.lives[0].ended = ledger.lives[0].gone = round(10.2 * SECOND)
    ledger.lives.append(Life(11 * SECOND))
    tell(ledger, 1, "cleared", 15.1)
    assert "lost: fire-1 closed" in wrong(ledger)


def test_a_record_that_is_only_in_the_journal_is_lost():
    ledger = books()
    tell(ledger, 1, "entered", 10.1)
    ledger.has({(EPOCH, "alarm", 2): kept("cleared", 13.1)})
    assert "in the journal only" in wrong(ledger)


def test_what_no_journal_has_is_invented_unless_memory_died_with_it():
    for durable, without_store, is_wrong in (
        (True, True, True),
        (False, False, True),
        (False, True, False),
    ):
        ledger = books()
        ledger.lives[0].ended = ledger.lives[0].gone = 20 * SECOND
        ledger.lives[0].without_store = without_store
        told(ledger, 1, "entered", 10.1, durable=durable)
        told(ledger, 2, "cleared", 13.1, durable=durable)
        assert ("is in no journal" in wrong(ledger)) is is_wrong


def test_an_alarm_of_a_contact_that_was_open_is_invented():
    ledger = books()
    tell(ledger, 1, "entered", 10.1)
    tell(ledger, 2, "cleared", 13.1)
    tell(ledger, 3, "entered", 40)
    assert "invented: an alarm of fire-1" in wrong(ledger)


def test_a_first_copy_behind_a_later_one_on_the_same_path_is_out_of_order():
    ledger = books()
    ledger.has({(EPOCH, "alarm", seq): kept("entered", 10 + seq / 10) for seq in (1, 2)})
    told(ledger, 2, "entered", 10.2)
    told(ledger, 1, "entered", 10.1, path="4g")
    told(ledger, 1, "entered", 10.1, historical=True)  # a copy for the centre, told after a start
    assert "out of order" not in wrong(ledger)
    told(ledger, 1, "entered", 10.1)
    assert "out of order on lan" in wrong(ledger)


def test_a_name_that_two_happenings_share_is_found():
    ledger = books()
    tell(ledger, 1, "entered", 10.1)
    tell(ledger, 1, "cleared", 13.1)
    assert "two happenings under one name in the journal" in wrong(ledger)
    assert "two happenings under one name at the centre" in wrong(ledger)


def test_a_happening_that_has_two_names_is_found():
    ledger = books()
    tell(ledger, 1, "entered", 10.1)
    tell(ledger, 2, "entered", 10.1)
    assert "one happening under 2 names" in wrong(ledger)
