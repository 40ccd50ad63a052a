"""Which commands are believed, which of them are carried out, and what no command can do."""

import json

import pytest
from centre_keys import EPOCH, GATEWAY, SESSION, centre, command, key_of
from scenario import detector, rule, site

from gateway.command_desk import (
    MOST_COMMANDS,
    MOST_RESENT,
    ROW_PREFIX,
    CommandDesk,
    Order,
    counters_of,
)
from gateway.contract.example_site import ORIGIN
from gateway.messages.command import (
    MOST_CHECKS,
    CheckResult,
    CommandOutcome,
    CommandWord,
    reply_message,
)
from gateway.messages.parts import Stamp
from gateway.messages.signed import Distrust, NotTrustedError, SignedKind
from gateway.record import ClockQuality, Span
from rules.condition import Lane
from rules.engine import Engine
from rules.instant import Instant, seconds

NOW = Instant(10**15)
PC = key_of("pc").public.id
RESEND = {"word": CommandWord.RESEND, "epoch": EPOCH, "lane": Lane.ALARM}


def desk(**counters: int) -> CommandDesk:
    used = {key_of(name).public.id: counter for name, counter in counters.items()}
    return CommandDesk(GATEWAY, [centre("pc"), centre("co", required=False)], used)


def judge(
    at: CommandDesk, payload: bytes, *, second: float = 0, session: str = SESSION, others=()
) -> Order | None:
    now = Instant(NOW + seconds(second))
    return at.judge(payload, now, retained=False, session=session, others=others)


def distrust(at: CommandDesk, payload: bytes, **how) -> Distrust:
    with pytest.raises(NotTrustedError) as refused:
        judge(at, payload, **how)
    assert str(refused.value)
    return refused.value.why


# What is believed.


def test_a_signed_command_of_this_session_is_carried_out_and_its_counter_kept():
    order = judge(desk(pc=6), command("pc", CommandWord.SELF_TEST, counter=7))

    assert (order.centre, order.body.command) == ("pc", CommandWord.SELF_TEST)
    assert order.refusal is None
    assert order.counter_row == (f"{ROW_PREFIX}{PC}", "7")


def test_a_centre_that_is_not_required_may_ask_too():
    assert judge(desk(), command("co")).refusal is None


def test_each_key_has_a_counter_of_its_own():
    at = desk()
    judge(at, command("pc", counter=9))

    assert judge(at, command("co", counter=1)).counter_row[1] == "1"


def test_a_command_that_comes_by_two_paths_is_carried_out_once():
    at = desk()
    payload = command("pc")

    assert judge(at, payload, session="session-2", others=(SESSION,)) is None
    assert judge(at, payload, others=("session-2",)) is not None
    assert judge(at, payload, session="session-2", others=(SESSION,)) is None


def test_resend_names_what_is_to_be_sent_again():
    order = judge(desk(), command("pc", **RESEND, first=3, last=3 + MOST_RESENT - 1))

    assert order.refusal is None
    assert order.resend == Span(EPOCH, Lane.ALARM, 3, MOST_RESENT + 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"first": 5}, "needs epoch, lane, first and last"),
        ({"first": 5, "last": 4}, "beyond last"),
        ({"first": 1, "last": MOST_RESENT + 1}, "at most 10000"),
        ({"first": 1, "last": 2, "epoch": None}, "needs epoch"),
        ({"first": 1, "last": 2, "lane": None}, "needs epoch"),
    ],
)
def test_a_resend_that_cannot_be_done_is_refused_in_words_and_its_counter_is_used(arguments, said):
    at = desk()
    order = judge(at, command("pc", **(RESEND | arguments)))

    assert said in order.refusal
    assert order.resend is None
    assert order.counter_row == (f"{ROW_PREFIX}{PC}", "1")
    assert distrust(at, command("pc")) is Distrust.STALE


def test_too_many_commands_are_refused_in_words_and_cost_the_disk_nothing():
    at = desk()
    for counter in range(1, MOST_COMMANDS + 1):
        assert judge(at, command("pc", counter=counter)).refusal is None
    order = judge(at, command("pc", counter=11), second=59)

    assert "too many" in order.refusal
    assert order.counter_row is None
    assert distrust(at, command("pc", counter=11), second=61) is Distrust.STALE
    assert judge(at, command("co"), second=59).refusal is None  # no other centre suffers for it
    assert judge(at, command("pc", counter=12), second=60).refusal is None


# What is not, and moves nothing.


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (command("pc", key=key_of("thief")), Distrust.UNKNOWN_KEY),
        (command("pc", key=key_of("co")), Distrust.WRONG_SIGNATURE),
        (command("nobody", key=key_of("pc")), Distrust.WRONG_SIGNATURE),
        (command("pc", kind=SignedKind.ACK), Distrust.WRONG_SIGNATURE),
        (command("pc").replace(b"identify", b"resend"), Distrust.WRONG_SIGNATURE),
        (command("pc", gateway="hy-0002"), Distrust.OTHER_GATEWAY),
        (command("pc", session="session-0"), Distrust.OTHER_SESSION),
        (command("pc", session=""), Distrust.OTHER_SESSION),
        (command("pc", counter=0), Distrust.MALFORMED),
        (b'{"command":"identify"}', Distrust.MALFORMED),
        (b"[" * 10_000, Distrust.MALFORMED),
    ],
)
def test_a_command_that_is_not_believed_moves_nothing(payload, why):
    at = desk()

    assert distrust(at, payload) is why
    assert judge(at, command("pc", counter=1)).refusal is None


def test_a_command_that_the_broker_kept_is_not_believed():
    at = desk()
    with pytest.raises(NotTrustedError) as refused:
        at.judge(command("pc"), NOW, retained=True, session=SESSION)

    assert refused.value.why is Distrust.RETAINED
    assert judge(at, command("pc")) is not None


def test_a_path_without_a_session_carries_no_command():
    assert distrust(desk(), command("pc", session=""), session="") is Distrust.OTHER_SESSION


def test_a_replayed_command_is_stale():
    at = desk()
    judge(at, command("pc", counter=5))

    assert distrust(at, command("pc", counter=5)) is Distrust.STALE
    assert distrust(at, command("pc", counter=4)) is Distrust.STALE


def test_a_counter_outlives_the_process():
    row = judge(desk(), command("pc", counter=5)).counter_row
    restarted = CommandDesk(GATEWAY, [centre("pc")], counters_of(dict([row])))

    assert distrust(restarted, command("pc", counter=5)) is Distrust.STALE
    assert judge(restarted, command("pc", counter=6)) is not None


def test_only_rows_that_hold_a_counter_are_read_as_one():
    rows = {f"{ROW_PREFIX}a": "7", f"{ROW_PREFIX}b": "x", f"{ROW_PREFIX}c": "9" * 5000, "boot": "1"}

    assert counters_of(rows) == {"a": 7}


def test_the_engine_leaves_the_counters_alone():
    building = site(detector("s", "smoke"), rule("fire", "s.smoke > 3 %/m"))
    key = f"{ROW_PREFIX}{PC}"
    engine = Engine(building, "boot", {key: "7", "boot": "earlier"}, NOW)

    assert key not in dict(engine.start(NOW).changes)


# How it is answered.


def test_a_reply_says_whose_command_it_answers_and_stays_within_bounds():
    order = judge(desk(), command("pc", CommandWord.SELF_TEST, counter=7))
    stamp = Stamp(boot_id="b", at=NOW, wall_ns=0, clock=ClockQuality.UNKNOWN)
    checks = [CheckResult(part="detector/" + "x" * 200, ok=True, detail="ế" * 900)] * 500

    payload = reply_message(
        stamp, ORIGIN, order.body, outcome=CommandOutcome.DONE, detail="all is well", checks=checks
    )
    reply = json.loads(payload)

    assert (reply["centre"], reply["counter"], reply["command"]) == ("pc", 7, "self-test")
    assert (reply["outcome"], reply["detail"], reply["time"]) == ("done", "all is well", None)
    assert len(reply["checks"]) == MOST_CHECKS
    assert len(payload) < 64 * 1024
