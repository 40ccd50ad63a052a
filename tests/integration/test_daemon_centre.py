"""A daemon that believes a centre's word: nothing else delivers, and nobody else gives orders."""

import json
from pathlib import Path
from typing import Self

import pytest
from daemon_process import HEAD, Centre, Daemon, Heard, Numbers, Played, name_of, wait_for
from mosquitto_broker import Mosquitto, free_port

from gateway.messages.command import CommandWord
from gateway.messages.signed import SignedKind
from rules.condition import Lane
from tests.unit import centre_keys
from tests.unit.centre_keys import key_of, received

CENTRE = "pc07-33"
PREFIX = "pccc/v1/33/CS0001/GW-1"

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: smoke, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact, latching: false}}]
uplink:
  paths: [{{id: lan, host: 127.0.0.1, port: {port}}}]
  delivered_when: centre
  centres: [{{id: pc07-33, key: "{key}"}}]
metrics: {{port: {metrics}}}
"""


class Province(Centre):
    """A centre that says what it is told to say, signed or not."""

    def __enter__(self) -> Self:
        super().__enter__()
        self.counter = 0
        return self

    def say(self, what: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(f"{PREFIX}/{what}", payload, qos=1, retain=retain)

    def acknowledge_all(self) -> None:
        """Acknowledge every event that has come."""
        spans: dict[tuple[str, str], list[int]] = {}
        for event in self.events():
            spans.setdefault((event["epoch"], event["lane"]), []).append(event["seq"])
        for (epoch, lane), seqs in spans.items():
            ranges = [(seq, seq) for seq in sorted(set(seqs))]
            self.say("ack", ack(received(*ranges, epoch=epoch, lane=Lane(lane))))

    def order(self, word: CommandWord, **how: object) -> int:
        """Give an order, signed for the session that stands; give its counter."""
        self.counter += 1
        self.say("command", self.command(word, self.counter, **how))
        return self.counter

    def command(self, word: CommandWord, counter: int, **how: object) -> bytes:
        how = {"session": self.session, **how}
        return centre_keys.command(CENTRE, word, counter=counter, gateway="GW-1", **how)

    @property
    def session(self) -> str:
        return self.of("presence/lan")[-1].json["session"]

    def reply(self, counter: int) -> dict:
        return wait_for(
            lambda: [each.json for each in self.of("reply") if each.json["counter"] == counter],
            f"an answer to command {counter}",
        )[0]


def ack(*entries, **how) -> bytes:
    return centre_keys.ack(CENTRE, *entries, **{"gateway": "GW-1", **how})


class Place:
    """A daemon, its broker, and a centre that listens."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.building = Played(folder / "script")
        self.building.set("smoke", 0)
        self.metrics = free_port()
        site = SITE.format(
            script=self.building.path,
            port=broker.port,
            key=key_of(CENTRE).public.text,
            metrics=self.metrics,
        )
        self.daemon = Daemon(folder, HEAD + site)
        self.centre = Province(broker.port)

    def __enter__(self) -> Self:
        self.centre.__enter__()
        self.daemon.__enter__()
        self.daemon.start().until_up()
        return self

    def __exit__(self, *exc: object) -> None:
        self.daemon.__exit__(*exc)
        self.centre.__exit__(*exc)

    def burn(self) -> dict:
        """Have the hall burn; give the event as the centre heard it."""
        self.building.set("smoke", 1)
        entered = {"condition": "fire-alarm", "change": "entered"}
        return wait_for(lambda: self.centre.events("alarm", **entered), "the alarm")[0]

    def until_delivered(self) -> None:
        def is_done() -> bool:
            self.centre.acknowledge_all()
            return not any(self.waiting().values())

        wait_for(is_done, "an empty outbox")

    def waiting(self) -> dict[Lane, int]:
        return dict(self.daemon.status().outbox)

    def refused(self, kind: str, reason: str) -> float:
        return Numbers(self.metrics).of("firegw_messages_refused_total", kind=kind, reason=reason)

    def until_refused(self, kind: str, reason: str) -> None:
        wait_for(lambda: self.refused(kind, reason) == 1, f"{kind} refused: {reason}")


@pytest.fixture
def place(tmp_path, mosquitto):
    with Place(tmp_path, mosquitto) as place:
        yield place


def test_only_the_centres_word_empties_the_outbox(place):
    place.burn()

    # The broker has acknowledged what the centre has got: yet it waits.
    assert place.waiting()[Lane.ALARM] == 1
    place.until_delivered()

    assert place.daemon.rows("SELECT count(*) FROM outbox") == [(0,)]


def test_after_a_kill_what_the_centre_has_not_confirmed_comes_again_under_its_name(place):
    first = place.burn()
    place.daemon.kill()

    place.daemon.start().until_up()
    copies = wait_for(
        lambda: [e for e in place.centre.events("alarm") if name_of(e) == name_of(first)][1:],
        "the alarm once more",
    )

    again = copies[0]
    assert (first["historical"], again["historical"]) == (False, True)
    place.until_delivered()


def test_an_acknowledgement_that_is_not_to_be_believed_moves_nothing_and_is_told(place):
    alarm = place.burn()
    epoch = alarm["epoch"]
    good = received((1, 1), epoch=epoch)
    lies = {
        "wrong-signature": ack(good).replace(b'\\"lane\\"', b'\\"lane\\" '),
        "unknown-key": ack(good, key=key_of("stranger")),
        "foreign-epoch": ack(received((1, 1), epoch="0" * 32)),
        "too-high": ack(good, received((1, 99), epoch=epoch, lane=Lane.STATUS)),
        "other-gateway": ack(good, gateway="GW-2"),
        "malformed": b"not even JSON",
    }
    for reason, lie in lies.items():
        place.centre.say("ack", lie)
        place.until_refused("ack", reason)
    # A command that is signed is no acknowledgement.
    place.centre.say("ack", ack(good, kind=SignedKind.COMMAND))
    wait_for(lambda: place.refused("ack", "wrong-signature") == 2, "the other kind refused")

    assert place.waiting()[Lane.ALARM] == 1
    told = [e["data"]["detail"] for e in place.centre.events("trouble", notice="message-refused")]
    assert [detail.split(": ")[1] for detail in told] == list(lies)
    place.until_delivered()


def test_a_retained_acknowledgement_moves_nothing(tmp_path, mosquitto):
    with Place(tmp_path, mosquitto) as place:
        alarm = place.burn()
        place.daemon.kill()
        good = ack(received((1, 1), epoch=alarm["epoch"]))
        place.centre.say("ack", good, retain=True)

        place.daemon.start().until_up()
        place.until_refused("ack", "retained")

        assert place.waiting()[Lane.ALARM] >= 1


def test_a_centre_has_a_gateway_say_who_it_is_and_test_itself(place):
    place.until_delivered()

    who = place.centre.reply(place.centre.order(CommandWord.IDENTIFY))
    how = place.centre.reply(place.centre.order(CommandWord.SELF_TEST))

    assert (who["outcome"], how["outcome"]) == ("done", "done")
    assert "gateway GW-1 of Chợ Phố Hiến" in who["detail"]
    assert {"part": "gateway/store", "ok": True, "detail": "works"} in how["checks"]
    # The whole chain is tried too, in the alarm lane, as what nobody can take for a fire.
    test = wait_for(lambda: place.centre.events("alarm", notice="periodic-test"), "the test")[0]
    assert "condition" not in test["data"]
    assert test["data"]["contact_id"]["code"] == "602"
    authors = {e["data"]["author"] for e in place.centre.events("status", notice="command")}
    assert authors == {CENTRE}


def test_a_centre_that_lost_events_has_them_sent_again_and_confirms_them_again(place):
    alarm = place.burn()
    place.until_delivered()

    epoch, lane = alarm["epoch"], Lane.ALARM
    counter = place.centre.order(CommandWord.RESEND, epoch=epoch, lane=lane, first=1, last=1)
    reply = place.centre.reply(counter)
    copies = wait_for(
        lambda: [e for e in place.centre.events("alarm") if e["seq"] == 1][1:], "the alarm again"
    )

    assert reply["outcome"] == "done"
    assert name_of(copies[0]) == name_of(alarm)
    place.until_delivered()


def test_a_command_that_is_not_to_be_believed_is_neither_done_nor_answered(place):
    place.until_delivered()
    counter = place.centre.order(CommandWord.IDENTIFY)
    place.centre.reply(counter)
    identify = CommandWord.IDENTIFY
    lies = {
        "stale": place.centre.command(identify, counter),  # replayed
        "other-session": place.centre.command(identify, 50, session="of-yesterday"),
        "unknown-key": place.centre.command(identify, 51, key=key_of("stranger")),
        "other-gateway": centre_keys.command(
            CENTRE, identify, counter=52, session=place.centre.session, gateway="GW-2"
        ),
        "malformed": json.dumps({"command": "identify"}).encode(),  # unsigned
    }
    for reason, lie in lies.items():
        place.centre.say("command", lie)
        place.until_refused("command", reason)

    def told() -> list[str]:
        events = place.centre.events("trouble", notice="message-refused")
        return [event["data"]["detail"].split(": ")[1] for event in events]

    wait_for(lambda: len(told()) == len(lies), "the lies are not told")  # counted before
    assert told() == list(lies)
    assert len(place.centre.of("reply")) == 1


def test_a_command_of_before_a_restart_is_stale_though_its_session_is_guessed(place):
    place.until_delivered()
    place.centre.reply(place.centre.order(CommandWord.IDENTIFY))
    old = place.centre.session
    place.daemon.kill()
    place.daemon.start().until_up()
    wait_for(lambda: place.centre.session != old, "a new session")

    place.centre.say("command", place.centre.command(CommandWord.IDENTIFY, 1))

    place.until_refused("command", "stale")
    assert len(place.centre.of("reply")) == 1


def test_every_heartbeat_has_the_head_of_the_journal(place):
    place.burn()
    beats: list[Heard] = wait_for(lambda: place.centre.of("heartbeat"), "a heartbeat")

    beat = beats[-1].json
    (hash_,) = place.daemon.rows(
        f"SELECT hex(hash) FROM record WHERE number = {beat['journal_number']}"
    )[0]
    assert beat["journal_head"] == hash_.lower()
