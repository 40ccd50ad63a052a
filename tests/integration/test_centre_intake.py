"""What a centre keeps in a real database, and what it says of it."""

import base64
import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.centre.asked import Asked
from gateway.centre.intake import MOST_NONCES, Incoming, Intake, Outcome
from gateway.centre.newest import MOST_HEADS, MOST_REFUSED
from gateway.centre.news import Happened
from gateway.centre.resend import MOST_TRIES, Resend
from gateway.centre.status_reader import NoDatabaseError, read_status
from gateway.centre.store import FIRST_ASKED_AFTER_MS, Store, StoreError
from gateway.contract.example_site import EPOCH, ORIGIN
from gateway.fleet.played_site import PlayedSite
from gateway.journal.file import JournalRefusedError
from gateway.messages.acknowledgement import MOST_RANGES
from gateway.messages.command import CommandBody
from gateway.messages.liveness import Absence, presence_message
from gateway.messages.parts import Stamp
from gateway.messages.signed import SignedKind, opened
from gateway.record import ClockQuality
from gateway.signature import PrivateKey
from rules.instant import Instant

KEY = PrivateKey(b"k" * 32)
NOW_MS = 1_796_378_400_000
SITE = PlayedSite(number=1, province="33", epoch=EPOCH, device_key="key")


def stamp(at: int = 1) -> Stamp:
    return Stamp(
        boot_id="boot", at=Instant(at), wall_ns=NOW_MS * 10**6, clock=ClockQuality.SYNCHRONISED
    )


def event(seq: int, **fields: object) -> Incoming:
    message = json.loads(SITE.alarm(seq, stamp(seq))) | fields
    message["source"] = f"/pccc/33/{SITE.origin.site}/{message['gateway']}"
    topic = f"{SITE.origin.prefix}/event/{message['lane']}"
    return Incoming(topic, json.dumps(message).encode())


def heartbeat(nonce: str, alarms: int = 0, **fields: object) -> Incoming:
    message = json.loads(SITE.heartbeat(nonce, alarms, 0, stamp())) | fields
    return Incoming(SITE.origin.heartbeat, json.dumps(message).encode())


def presence(session: str, *, online: bool, since_ms: int = NOW_MS) -> Incoming:
    reason = None if online else Absence.LOST
    since = replace(stamp(), wall_ns=since_ms * 1_000_000)
    payload = presence_message(
        online, session, since, SITE.origin, "lan", version="1", reason=reason
    )
    return Incoming(SITE.origin.presence("lan"), payload)


class Desk:
    """A centre without a broker."""

    def __init__(self, path) -> None:
        self.path = path
        self.store = Store(path)
        self.intake = Intake(self.store, "pc07", KEY.public.id)
        self.resend = Resend(Asked(self.store), "pc07", KEY, lambda: 1.0)

    def take(self, *messages: Incoming, now_ms: int = NOW_MS) -> Outcome:
        with self.store.transaction():
            return self.intake.take(messages, now_ms)

    def asks(self, now_ms: int) -> list[CommandBody]:
        with self.store.transaction():
            commands = self.resend.due(now_ms)
        keys = {KEY.public.id: KEY.public}
        return [opened(each.payload, SignedKind.COMMAND, keys, CommandBody)[1] for each in commands]

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.path)) as database:
            return database.execute(query).fetchall()

    def status(self, now_ms: int = NOW_MS):
        (gateway,) = read_status(self.path, now_ms).gateways
        return gateway


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "centre.db")
    yield desk
    desk.store.close()


def acknowledged(outcome: Outcome) -> set[tuple[str, str, int]]:
    return {
        (received.epoch, received.lane, seq)
        for said in outcome.acknowledgements
        for received in said.body.received
        for first, last in received.ranges
        for seq in range(first, last + 1)
    }


NAMES = st.tuples(
    st.sampled_from(["e1", "e2"]), st.sampled_from(["alarm", "trouble"]), st.integers(1, 12)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(NAMES, min_size=1, max_size=8), min_size=1, max_size=6))
def test_whatever_the_order_each_event_is_kept_once_and_what_came_is_acknowledged(
    tmp_path_factory, batches
):
    desk = Desk(tmp_path_factory.mktemp("centre") / "centre.db")
    told: set[tuple[str, str, int]] = set()
    for batch in batches:
        outcome = desk.take(*(event(seq, epoch=epoch, lane=lane) for epoch, lane, seq in batch))

        told |= set(batch)
        # All of this batch once more, perhaps more, and never what has not come.
        assert set(batch) <= acknowledged(outcome) <= told
        assert all(
            len({received.epoch for received in said.body.received}) <= 1
            for said in outcome.acknowledgements
        )
    kept = desk.rows("SELECT epoch, lane, seq FROM events")
    assert Counter(kept) == Counter(told)
    gaps = {
        (gap.epoch, gap.lane, seq)
        for gap in desk.status().gaps
        for seq in range(gap.first, gap.last + 1)
    }
    highest = {name[:2]: max(other[2] for other in told if other[:2] == name[:2]) for name in told}
    every = {(*lane, seq) for lane, last in highest.items() for seq in range(1, last + 1)}
    assert gaps == every - told
    desk.store.close()


def test_a_duplicate_is_acknowledged_again_and_is_no_news(desk):
    first = desk.take(event(1))
    again = desk.take(event(1, historical=True, durable=False))

    assert acknowledged(again) == acknowledged(first) == {(EPOCH, "alarm", 1)}
    assert [each.happened for each in first.news] == [Happened.EVENT]
    assert again.news == ()


def test_another_event_of_the_same_name_is_no_duplicate_and_is_not_acknowledged(desk):
    desk.take(event(1))
    outcome = desk.take(event(1, monotonicns="999"), event(2))

    assert [each.happened for each in outcome.news] == [Happened.REFUSED, Happened.EVENT]
    assert desk.rows("SELECT why FROM refused") == [("conflict",)]
    assert desk.rows("SELECT monotonic_ns FROM event ORDER BY seq") == [("1",), ("2",)]


def test_an_acknowledgement_never_holds_more_than_a_gateway_reads(desk):
    outcome = desk.take(*(event(seq) for seq in range(1, 4 * MOST_RANGES, 2)))

    assert len(acknowledged(outcome)) == 2 * MOST_RANGES
    for said in outcome.acknowledgements:
        assert msgspec.json.decode(msgspec.json.encode(said.body), type=type(said.body))


def test_each_heartbeat_is_answered_with_its_own_nonce_and_of_many_the_newest(desk):
    few = desk.take(heartbeat("a"), event(1), heartbeat("b"))
    many = desk.take(*(heartbeat(str(number)) for number in range(60)))

    assert [said.body.nonce for said in few.acknowledgements] == ["a", "b"]
    assert acknowledged(few) == {(EPOCH, "alarm", 1)}
    assert [said.body.nonce for said in many.acknowledgements] == ["56", "57", "58", "59"]
    assert len(many.acknowledgements) == MOST_NONCES


def test_an_event_that_a_heartbeat_speaks_of_and_that_never_came_is_missing(desk):
    desk.take(event(1), heartbeat("a", alarms=3))

    assert [(gap.first, gap.last) for gap in desk.status().gaps] == [(2, 3)]


def test_a_will_of_an_earlier_session_is_old_news(desk):
    desk.take(presence("one", online=True), presence("two", online=True))
    late = desk.take(presence("one", online=False))
    online = desk.status().paths
    desk.take(presence("two", online=False))

    assert late.news == ()
    assert online == {"lan": True}
    assert desk.status().paths == {"lan": False}


def test_a_birth_that_comes_behind_a_newer_one_is_old_news(desk):
    desk.take(presence("two", online=True))
    desk.take(presence("one", online=True, since_ms=NOW_MS - 1000))

    assert desk.rows("SELECT session FROM presence") == [("two",)]


def test_an_older_state_of_the_same_boot_by_a_slower_path_changes_nothing(desk):
    burning = Incoming(SITE.origin.state, SITE.state(1, stamp(), stamp(5)))
    quiet = Incoming(SITE.origin.state, SITE.state(0, None, stamp(4)))
    desk.take(burning, quiet)

    assert [alarm.condition for alarm in desk.status().burning] == ["fire-alarm"]


def test_an_alarm_burns_before_the_state_tells_of_it(desk):
    desk.take(Incoming(SITE.origin.state, SITE.state(0, None, stamp())), event(1))

    assert [alarm.zone for alarm in desk.status().burning] == ["kitchen"]


def test_a_gateway_without_a_heartbeat_for_ninety_seconds_is_silent(desk):
    desk.take(heartbeat("a"))

    assert not desk.status(NOW_MS + 90_000).silent
    assert desk.status(NOW_MS + 91_000).silent


def test_heads_of_the_journal_are_kept_within_a_bound_and_a_second_hash_is_seen(desk):
    desk.take(*(heartbeat("a", number) for number in range(1, MOST_HEADS + 20)))
    before = desk.status().head
    desk.take(heartbeat("a", MOST_HEADS, journal_head="0" * 64))

    assert desk.rows("SELECT count(*) FROM head") == [(MOST_HEADS,)]
    assert (before.number, before.contradicted) == (MOST_HEADS + 19, None)
    assert desk.status().head.contradicted == MOST_HEADS


def test_refused_messages_are_kept_within_a_bound(desk):
    flood = [Incoming("nonsense", str(number).encode()) for number in range(MOST_REFUSED + 50)]
    outcome = desk.take(*flood)

    assert outcome.acknowledgements == ()
    assert desk.rows("SELECT count(*), max(body) FROM refused") == [(MOST_REFUSED, b"999")]


def test_a_message_over_which_the_centre_itself_stumbles_holds_up_no_other(desk, monkeypatch):
    real = Store.add_event

    def stumbles(self, stream, heard, said, now_ms):
        added = real(self, stream, heard, said, now_ms)
        if said.seq == 2:
            raise ZeroDivisionError
        return added

    monkeypatch.setattr(Store, "add_event", stumbles)
    with pytest.raises(ZeroDivisionError):
        desk.take(event(1), event(2), event(3))
    with desk.store.transaction():
        outcome = desk.intake.take_singly([event(1), event(2), event(3)], NOW_MS)

    assert acknowledged(outcome) == {(EPOCH, "alarm", 1), (EPOCH, "alarm", 3)}
    assert desk.rows("SELECT seq FROM event") == [(1,), (3,)]
    assert desk.rows("SELECT why FROM refused") == [("mistake",)]


# What is asked for again


def test_a_gap_is_asked_for_signed_and_more_and_more_seldom_and_then_no_more(desk):
    desk.take(presence("session", online=True), event(1), event(4))
    asked_at, now_ms = [], NOW_MS
    for _ in range(4 * 24 * 60):
        if commands := desk.asks(now_ms):
            asked_at.append(now_ms - NOW_MS)
            (command,) = commands
            assert (command.gateway, command.session) == (SITE.origin.gateway, "session")
            assert (command.arguments.first, command.arguments.last) == (2, 3)
        now_ms += 60_000 if asked_at else FIRST_ASKED_AFTER_MS

    waits = [later - earlier for earlier, later in pairwise(asked_at)]
    assert asked_at[0] == FIRST_ASKED_AFTER_MS
    assert len(asked_at) == MOST_TRIES
    assert waits == sorted(waits)
    (gap,) = desk.status().gaps
    assert (gap.asked, gap.given_up) == (MOST_TRIES, True)


def test_counters_grow_over_restarts_and_over_the_loss_of_the_database(desk, tmp_path):
    desk.take(presence("session", online=True), event(2), event(4), event(6))
    first = [command.counter for command in desk.asks(NOW_MS + 20_000)]
    desk.store.close()
    again = Desk(desk.path)
    second = [command.counter for command in again.asks(NOW_MS + 200_000)]
    again.store.close()
    new = Desk(tmp_path / "new.db")
    new.take(presence("session", online=True), event(2))
    third = [command.counter for command in new.asks(NOW_MS + 300_000)]
    new.store.close()

    counters = first + second + third
    assert len(counters) == 7
    assert counters == sorted(set(counters))


def test_nobody_is_asked_while_he_is_not_there_nor_when_nothing_is_missing(desk):
    desk.take(event(2))
    absent = desk.asks(NOW_MS + 60_000)
    desk.take(presence("session", online=True), event(1))

    assert absent == []
    assert desk.asks(NOW_MS + 10**9) == []


def test_a_backlog_that_comes_in_is_not_asked_for(desk):
    desk.take(presence("session", online=True), heartbeat("a", alarms=50))
    for seq in range(1, 51):
        now_ms = NOW_MS + seq * 9_000
        desk.take(event(seq), now_ms=now_ms)

        assert desk.asks(now_ms + 8_000) == []


def test_no_gateway_is_asked_for_more_than_it_carries_out(desk):
    holes = [
        event(seq, epoch=epoch, lane=lane)
        for epoch in ("e1", "e2")
        for lane in ("alarm", "trouble", "status")
        for seq in range(2, 40, 2)
    ]
    desk.take(presence("session", online=True), *holes)
    asked = [
        (at_s, command) for at_s in range(0, 3600, 5) for command in desk.asks(NOW_MS + at_s * 1000)
    ]

    for begin in range(0, 3600, 5):
        assert sum(begin <= at_s < begin + 60 for at_s, _ in asked) <= 10
    assert {command.arguments.lane for _, command in asked[:8]} == {"alarm"}
    assert len({(each.arguments.epoch, each.arguments.lane) for _, each in asked}) == 6


def test_a_reply_is_kept_beside_its_command(desk):
    desk.take(presence("session", online=True), event(2))
    (command,) = desk.asks(NOW_MS + 60_000)
    reply = {
        "gateway": SITE.origin.gateway,
        "centre": "pc07",
        "counter": command.counter,
        "command": "resend",
        "outcome": "refused",
        "detail": "no such events",
    }
    desk.take(Incoming(SITE.origin.reply, json.dumps(reply).encode()))

    assert desk.rows("SELECT outcome, detail FROM command") == [("refused", "no such events")]


# The file


def test_what_fails_before_its_commit_is_not_kept(desk):
    class PowerCutError(Exception):
        pass

    def cut() -> None:
        with desk.store.transaction():
            desk.intake.take([event(1)], NOW_MS)
            raise PowerCutError

    with pytest.raises(PowerCutError):
        cut()

    assert desk.rows("SELECT * FROM gateway") == []
    assert acknowledged(desk.take(event(2))) == {(EPOCH, "alarm", 2)}


def test_two_processes_share_one_database(desk):
    other = Desk(desk.path)
    for seq in range(1, 41):
        (desk if seq % 2 else other).take(event(seq))
    outcome = other.take(event(40))
    other.store.close()

    assert len(acknowledged(outcome)) == 40
    assert desk.status().gaps == []


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE theirs (x)")

    with pytest.raises(JournalRefusedError, match="another program"):
        Store(path)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "no-such-folder" / "centre.db")
    with pytest.raises(NoDatabaseError, match="no such file"):
        read_status(tmp_path / "none.db", NOW_MS)
    with pytest.raises(NoDatabaseError, match="cannot be read"):
        read_status(path, NOW_MS)


def test_hostile_messages_in_any_mixture_leave_the_good_ones_whole(desk):
    draw = random.Random(5)
    good = [event(seq) for seq in range(1, 21)]
    bad = [
        Incoming(f"{ORIGIN.prefix}/event/alarm", draw.randbytes(draw.randrange(200)))
        for _ in range(50)
    ]
    bad += [Incoming(draw.choice(good).topic, base64.b64encode(draw.randbytes(9)))]
    mixed = good + bad
    draw.shuffle(mixed)

    outcome = desk.take(*mixed)

    assert acknowledged(outcome) == {(EPOCH, "alarm", seq) for seq in range(1, 21)}
    assert desk.rows("SELECT count(*) FROM refused") == [(len(bad),)]
