"""What goes out beside the events: state, inventory, heartbeat, telemetry; and how soon."""

import asyncio
import contextlib
import socket
import threading
from dataclasses import replace
from typing import Self

from uplink_site import Centre, Site, plain_path, quiet_site

from gateway.uplink import heartbeats
from rules.condition import Condition, Lane
from rules.health import Health, HealthState
from rules.instant import Instant, Moment, seconds
from rules.reading import FaultCause, Reading
from rules.snapshot import ConditionNow, DetectorNow

PREFIX = "pccc/v1/33/CS0001/GW-1"


def burning(**changes):
    fire = ConditionNow(
        condition=Condition.FIRE_ALARM,
        zone="hall",
        source="rule/hall-fire",
        incident=Moment("boot", Instant(1)),
        standing=True,
        latched=True,
        acknowledged=None,
        cause="rule",
        detail="",
    )
    return quiet_site(conditions=(fire,), **changes)


def overalls(centre: Centre) -> list[str]:
    return [each.json["overall"] for each in centre.of("state")]


async def test_state_and_inventory_are_retained(mosquitto):
    async with Site(plain_path(mosquitto.port)) as gateway:
        gateway.uplink.set_state(burning)
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())
        with Centre(mosquitto.port) as centre:
            await centre.until(lambda _: centre.of("state") and centre.of("inventory"))

    (state,), (inventory,) = centre.of("state"), centre.of("inventory")
    assert (state.retained, inventory.retained) == (True, True)
    assert state.json["overall"] == "fire-alarm"
    assert inventory.json["configuration"] == "ab" * 32


async def test_a_change_of_the_present_is_told_after_the_event_that_made_it(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            present = quiet_site()
            gateway.uplink.set_state(lambda: present)
            await gateway.until_up()
            await gateway.until_caught_up()  # before, an event waits for the journal's first page
            await centre.until(lambda _: overalls(centre) == ["quiescent"])

            present = burning()
            gateway.tell()
            gateway.uplink.state_changed()
            await centre.until(lambda _: overalls(centre) == ["quiescent", "fire-alarm"])

    what = [each.what for each in centre.messages]
    assert what.index("event/alarm") < len(what) - 1 - what[::-1].index("state")
    assert centre.of("state")[-1].json["seq"] == {"alarm": 1}


async def test_a_present_that_is_as_it_was_is_not_told_again(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            gateway.uplink.set_state(quiet_site)
            await gateway.until_up()
            await centre.until(lambda _: centre.of("state"))
            for _ in range(50):
                gateway.uplink.state_changed()
                await asyncio.sleep(0.01)
            gateway.uplink.set_state(burning)
            await centre.until(lambda _: "fire-alarm" in overalls(centre))

    assert overalls(centre) == ["quiescent", "fire-alarm"]


async def test_a_storm_of_changes_is_few_states_and_the_newest_wins(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            level = 0
            gateway.uplink.set_state(lambda: quiet_site(outputs={f"lamp-{level}": True}))
            await gateway.until_up()
            for level in range(1, 501):  # noqa: B007 - the provider reads it
                gateway.uplink.state_changed()
                await asyncio.sleep(0)
            await centre.until(
                lambda _: (
                    centre.of("state")
                    and centre.of("state")[-1].json["outputs"] == {"lamp-500": True}
                )
            )

    assert len(centre.of("state")) <= 5


async def test_a_broker_with_a_small_packet_limit_gets_state_and_events_all_the_same(
    start_mosquitto,
):
    broker = start_mosquitto("allow_anonymous true", "max_packet_size 1500")
    faulty = tuple(
        DetectorNow(
            id=f"smoke-{number}",
            zone="hall",
            health=Health(HealthState.FAULTY, FaultCause.NO_REPLY, "no reply " * 10),
            values={"smoke": None},
        )
        for number in range(300)
    )
    with Centre(broker.port) as centre:
        async with Site(plain_path(broker.port)) as gateway:
            gateway.uplink.set_state(lambda: burning(detectors=faulty))
            await gateway.until_up()
            await gateway.until_delivered(gateway.tell())
            await centre.until(lambda _: centre.of("state") and centre.events("alarm"))

    state = centre.of("state")[-1].json
    assert state["omitted"]["detectors"] == 300
    assert state["detector_counts"]["faulty"] == 300
    assert [each["condition"] for each in state["conditions"]] == ["fire-alarm"]


async def test_an_event_that_no_broker_limit_can_be_met_for_is_set_aside(start_mosquitto):
    broker = start_mosquitto("allow_anonymous true", "max_packet_size 700")
    async with Site(plain_path(broker.port)) as gateway:
        await gateway.until_up()
        gateway.tell()
        await gateway.until(lambda: gateway.heard("refused"))

    assert "the broker takes" in gateway.heard("refused")[0][2]


async def test_telemetry_tells_the_newest_value_that_changed_and_expires(mosquitto, monkeypatch):
    with Centre(mosquitto.port) as centre:
        gateway = Site(plain_path(mosquitto.port), telemetry_every=seconds(0.05))
        async with gateway:
            await gateway.until_up()
            for value in (20.0, 21.5):
                gateway.uplink.telemetry(Reading("heat", "temperature", value, Instant(1)))
            await centre.until(lambda _: centre.of("telemetry"))
            gateway.uplink.telemetry(Reading("heat", "temperature", 21.5, Instant(2)))
            gateway.uplink.telemetry(Reading("heat", "temperature", float("inf"), Instant(3)))
            await centre.until(lambda _: len(centre.of("telemetry")) == 2)

    first, second = [each.json["readings"] for each in centre.of("telemetry")]
    assert [each["value"] for each in first] == [21.5]
    assert [(each["value"], each["over_range"]) for each in second] == [(None, True)]
    assert 0 < centre.of("telemetry")[0].expiry_s <= 300
    assert centre.of("telemetry")[0].retained is False


async def test_the_heart_beats(mosquitto, monkeypatch):
    monkeypatch.setattr(heartbeats, "EVERY", seconds(0.05))
    monkeypatch.setattr(heartbeats, "JITTER", seconds(0.01))
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            gateway.uplink.set_state(burning)
            await gateway.until_up()
            await gateway.until_delivered(gateway.tell())
            await centre.until(lambda _: len(centre.of("heartbeat")) >= 3)

    beats = [each.json for each in centre.of("heartbeat")]
    assert len({beat["nonce"] for beat in beats}) == len(beats)
    assert beats[-1]["counts"]["fire_alarms"] == 1
    assert beats[-1]["outbox"] == {"alarm": 0, "trouble": 0, "status": 0}
    assert beats[-1]["paths"] == {"lan": True}


async def test_messages_say_what_they_are(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            gateway.uplink.set_state(quiet_site)
            await gateway.until_up()
            await gateway.until_delivered(gateway.tell())
            await centre.until(lambda _: centre.of("state") and centre.events("alarm"))

    (event,) = centre.of("event/alarm")
    assert event.content_type == "application/cloudevents+json; charset=utf-8"
    assert {each.content_type for each in centre.messages if each is not event} == {
        "application/json; charset=utf-8"
    }
    assert {each.topic.removesuffix(each.what) for each in centre.messages} == {f"{PREFIX}/"}


class Wire:
    """A broker of one connection, read by the test itself and not by the event loop."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._welcome, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._thread.join(5)
        self.socket.close()
        self._listening.close()

    def _welcome(self) -> None:
        self.socket, _ = self._listening.accept()
        self.socket.recv(4096)
        self.socket.sendall(b"\x20\x03\x00\x00\x00")

    def read_now(self) -> bytes:
        """Give what lies in the socket, without letting the event loop turn."""
        self.socket.setblocking(False)
        data = b""
        with contextlib.suppress(BlockingIOError):
            while chunk := self.socket.recv(65536):
                data += chunk
        return data


async def test_a_committed_record_is_on_the_wire_before_the_event_loop_turns():
    with Wire() as wire:
        async with Site(plain_path(wire.port)) as gateway:
            await gateway.until_up()
            await gateway.until_caught_up()
            wire.read_now()

            gateway.tell()

            assert b"/event/alarm" in wire.read_now()


async def test_the_alarm_goes_first_of_what_was_committed_together():
    with Wire() as wire:
        async with Site(plain_path(wire.port)) as gateway:
            await gateway.until_up()
            await gateway.until_caught_up()
            wire.read_now()
            records = [gateway.make(lane) for lane in (Lane.STATUS, Lane.TROUBLE, Lane.ALARM)]

            gateway.uplink.committed(records)

            sent = wire.read_now()
    places = [sent.index(f"/event/{lane}".encode()) for lane in Lane]
    assert places == sorted(places)


async def test_a_record_that_cannot_be_made_a_message_is_refused_and_holds_up_no_other(mosquitto):
    async with Site(plain_path(mosquitto.port)) as gateway:
        await gateway.until_up()
        damaged = replace(gateway.make(Lane.ALARM), body=b'{"source": ')
        gateway.journal.records[-1] = damaged
        gateway.uplink.committed([damaged])

        await gateway.until_delivered(gateway.tell())
        mosquitto.restart()
        await gateway.until_delivered(gateway.tell())

    assert [told[1] for told in gateway.heard("refused")] == [damaged.name]


async def test_a_state_that_cannot_be_made_keeps_no_event_from_going(mosquitto):
    def broken():
        raise ZeroDivisionError

    async with Site(plain_path(mosquitto.port)) as gateway:
        gateway.uplink.set_state(broken)

        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())

    assert not gateway.heard("down")
