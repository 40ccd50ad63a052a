"""What a centre takes off a wire, and what it refuses."""

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.centre.heard import (
    LARGEST,
    EventSaid,
    Heard,
    HeartbeatSaid,
    PresenceSaid,
    Refusal,
    RefusedMessageError,
    StateSaid,
    read,
)
from gateway.contract.example_site import ORIGIN

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/contract/examples"
FIRE = (EXAMPLES / "fire-alarm-entered.json").read_bytes()
HEARTBEAT = (EXAMPLES / "heartbeat.json").read_bytes()

TOPICS = {
    **{name: ORIGIN.event("alarm") for name in ("fire-alarm-entered", "notice-reset")},
    **{name: ORIGIN.event("trouble") for name in ("fault-entered", "notice-message-refused")},
    **{name: ORIGIN.event("status") for name in ("notice-started", "test-fire-alarm-entered")},
    **dict.fromkeys(("state-fire", "state-quiescent", "state-test"), ORIGIN.state),
    **{f"presence-{each}": ORIGIN.presence("lan") for each in ("birth", "will", "farewell")},
    "inventory": ORIGIN.inventory,
    "heartbeat": ORIGIN.heartbeat,
    "reply-refused": ORIGIN.reply,
}


def refusal(topic: str, payload: bytes, *, retained: bool = False) -> Refusal:
    with pytest.raises(RefusedMessageError) as caught:
        read(topic, payload, retained=retained)
    return caught.value.why


def changed(payload: bytes, **fields: object) -> bytes:
    return msgspec.json.encode({**msgspec.json.decode(payload), **fields})


@pytest.mark.parametrize("name", TOPICS)
def test_each_message_of_the_contract_is_taken_whole(name):
    payload = (EXAMPLES / f"{name}.json").read_bytes()

    heard = read(TOPICS[name], payload)

    assert heard.origin == ORIGIN
    assert heard.text.encode() == payload


def test_what_a_centre_needs_is_read():
    event = read(ORIGIN.event("alarm"), FIRE).said
    beat = read(ORIGIN.heartbeat, HEARTBEAT).said

    assert isinstance(event, EventSaid)
    assert (event.seq, event.data.condition, event.data.zone.id) == (1, "fire-alarm", "kitchen")
    assert isinstance(beat, HeartbeatSaid)
    assert beat.journal_number
    assert len(beat.journal_head) == 64
    state = read(ORIGIN.state, (EXAMPLES / "state-fire.json").read_bytes()).said
    assert isinstance(state, StateSaid)
    assert state.conditions[0].condition == "fire-alarm"
    birth = read(ORIGIN.presence("lan"), (EXAMPLES / "presence-birth.json").read_bytes()).said
    assert isinstance(birth, PresenceSaid)
    assert birth.online


def test_fields_that_nobody_knows_yet_are_ignored():
    assert read(ORIGIN.event("alarm"), changed(FIRE, wind="north")).said.seq == 1


@pytest.mark.parametrize(
    ("topic", "payload", "why"),
    [
        (ORIGIN.event("alarm"), b"", Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), b"{", Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), b"[" * 100_000, Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), b"\xff", Refusal.NO_TEXT),
        (ORIGIN.event("alarm"), b" " * (LARGEST + 1), Refusal.TOO_LARGE),
        (ORIGIN.event("alarm"), changed(FIRE, seq=0), Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), changed(FIRE, seq=2**53 + 1), Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), changed(FIRE, epoch=""), Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), changed(FIRE, epoch="e" * 65), Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), changed(FIRE, lane="water"), Refusal.UNREADABLE),
        (ORIGIN.event("alarm"), changed(FIRE, gateway="GW-2"), Refusal.OTHER_SOURCE),
        (ORIGIN.event("alarm"), changed(FIRE, source="/pccc/01/x/y"), Refusal.OTHER_SOURCE),
        (ORIGIN.event("trouble"), FIRE, Refusal.OTHER_SOURCE),
        (ORIGIN.heartbeat, changed(HEARTBEAT, gateway="GW-2"), Refusal.OTHER_SOURCE),
        (ORIGIN.presence("4g"), (EXAMPLES / "presence-birth.json").read_bytes(), "other-source"),
        (ORIGIN.prefix, b"{}", Refusal.UNKNOWN_TOPIC),
        (f"{ORIGIN.prefix}/event", FIRE, Refusal.UNKNOWN_TOPIC),
        (f"{ORIGIN.event('alarm')}/more", FIRE, Refusal.UNKNOWN_TOPIC),
        (ORIGIN.ack, b"{}", Refusal.UNKNOWN_TOPIC),
        ("pccc/v2/33/CS0001234/GW-8F2A/event/alarm", FIRE, Refusal.UNKNOWN_TOPIC),
        ("pccc/v1/33/chợ/GW-8F2A/event/alarm", FIRE, Refusal.UNKNOWN_TOPIC),
        (f"pccc/v1/33/{'x' * 65}/GW-8F2A/state", b"{}", Refusal.UNKNOWN_TOPIC),
    ],
)
def test_what_the_contract_does_not_know_is_refused_with_its_reason(topic, payload, why):
    assert refusal(topic, payload) == why


def test_a_heartbeat_that_the_broker_kept_is_no_sign_of_life():
    assert refusal(ORIGIN.heartbeat, HEARTBEAT, retained=True) is Refusal.RETAINED
    assert read(ORIGIN.event("alarm"), FIRE, retained=True).said.seq == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.sampled_from([*TOPICS.values(), ""]) | st.text(), st.binary() | JSON.map(msgspec.json.encode)
)
@example(ORIGIN.heartbeat, b'"\\ud800"')
def test_whatever_comes_is_taken_or_refused_and_never_more(topic, payload):
    with suppress(RefusedMessageError):
        assert isinstance(read(topic, payload), Heard)


@given(st.sampled_from(sorted(msgspec.json.decode(FIRE))), JSON)
def test_an_event_with_any_field_gone_wrong_is_taken_or_refused_and_never_more(field, value):
    try:
        payload = changed(FIRE, **{field: value})
    except UnicodeEncodeError:
        return
    with suppress(RefusedMessageError):
        assert isinstance(read(ORIGIN.event("alarm"), payload), Heard)
