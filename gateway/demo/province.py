"""The province's subscriber: shows each event as it comes, and keeps all of them for the reckoning.

It subscribes with a session that the broker keeps, as a centre does, so that what is published
while it is away waits for it.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.demo.broker import HOST, Broker
from gateway.demo.failure import DemoError
from gateway.demo.reckoning import Arrival
from gateway.demo.screen import Screen
from gateway.demo.texts import tell
from gateway.demo.told import (
    EventTold,
    PresenceTold,
    StateTold,
    Told,
    Tone,
    event_line,
    read,
    tone_of,
)
from gateway.record import RecordName
from gateway.text import spoken
from rules.condition import Lane
from rules.instant import Duration

TOPIC: Final = "pccc/v1/#"
CLIENT: Final = "province-centre"
CLOCK_FACE: Final = "%H:%M:%S"
SESSION_KEPT_S: Final = 3600
RECONNECT_S: Final = 1  # the least that paho takes
CONNECTS_WITHIN_S: Final = 20.0

Kind = TypeVar("Kind", EventTold, PresenceTold, StateTold)


@dataclass(frozen=True, slots=True)
class Received:
    """A message and when it came, by the monotonic clock that the gateway has too."""

    told: Told
    at_ns: int


class Province:
    """The centre's eyes and memory."""

    def __init__(self, broker: Broker, screen: Screen) -> None:
        self._screen = screen
        self._port = broker.centre_port
        self._received: list[Received] = []
        self._unread: list[str] = []
        self._presence: dict[str, PresenceTold] = {}
        self._has_told_of_clock = False
        self._is_subscribed = False
        self._changed = threading.Condition()
        self._client = self._make_client(broker.version)

    def open(self) -> None:
        """Begin to listen; reconnects by itself from here on."""
        self._client.connect_async(HOST, self._port, keepalive=10, **self._session())
        self._client.loop_start()

    def close(self) -> None:
        """Listen no more."""
        self._client.disconnect()
        self._client.loop_stop()

    # What the story waits for.

    def wait_subscribed(self) -> None:
        """Wait until the broker has the subscription."""
        if not self.wait_until(lambda: self._is_subscribed, CONNECTS_WITHIN_S):
            raise DemoError("the province's subscriber finds no broker")

    def wait_until(self, is_so: Callable[[], bool], within_s: float) -> bool:
        """Wait until something is so that messages can make so; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(is_so, within_s)

    def has(self, kind: type[Kind], wanted: Callable[[Kind], bool]) -> bool:
        """Tell whether a message of a kind has come that is wanted."""
        return any(map(wanted, self._told(kind)))

    def state(self) -> StateTold | None:
        """Give the newest `state`."""
        newest = None
        for newest in self._told(StateTold):  # noqa: B007 - the last one is wanted
            pass
        return newest

    # What the reckoning asks.

    def arrivals(self) -> list[Arrival]:
        """Give every event, in the order in which they came, duplicates and all."""
        return [
            _arrival(received.told, received.at_ns)
            for received in list(self._received)
            if isinstance(received.told, EventTold)
        ]

    @property
    def unread(self) -> tuple[str, ...]:
        """What came that the contract does not know, each in a line."""
        return tuple(self._unread)

    def _told(self, kind: type[Kind]) -> Iterator[Kind]:
        for received in self._received:
            if isinstance(received.told, kind):
                yield received.told

    # paho's thread.

    def _make_client(self, version: str) -> mqtt.Client:
        self._speaks_v5 = version == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=CLIENT,
            protocol=mqtt.MQTTv5 if self._speaks_v5 else mqtt.MQTTv311,
            clean_session=None if self._speaks_v5 else False,
        )
        client.reconnect_delay_set(RECONNECT_S, RECONNECT_S)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = _send_at_once
        return client

    def _session(self) -> dict[str, Any]:
        if not self._speaks_v5:
            return {}
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own
        properties.SessionExpiryInterval = SESSION_KEPT_S
        return {"clean_start": False, "properties": properties}

    def _on_connect(self, client: mqtt.Client, *_: Any) -> None:
        client.subscribe(TOPIC, qos=1)  # its answer is waited for

    def _on_subscribe(self, *_: Any) -> None:
        with self._changed:
            self._is_subscribed = True
            self._changed.notify_all()

    def _on_disconnect(self, *_: Any) -> None:
        with self._changed:
            self._is_subscribed = False

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        at_ns = time.monotonic_ns()
        try:
            told = read(message.topic, bytes(message.payload))
        except msgspec.MsgspecError as error:
            self._unread.append(f"{message.topic}: {error}")
            return
        if told is None:
            return
        self._show(told)
        with self._changed:
            self._received.append(Received(told, at_ns))
            self._changed.notify_all()

    def _show(self, told: Told) -> None:
        if isinstance(told, EventTold):
            line = event_line(told, self._local(told), spoken(), self._screen.width)
            self._screen.event(line, tone_of(told))
        elif isinstance(told, PresenceTold) and told != self._presence.get(told.path):
            self._presence[told.path] = told  # retained ones come again at each subscription
            key = "presence.online" if told.online else "presence.offline"
            line = tell(key, time=_wall_clock(), path=told.path, reason=told.reason)
            self._screen.event(line, Tone.PLAIN)

    def _local(self, event: EventTold) -> str:
        """Give an event's time as the clock on the wall here shows it.

        Where the gateway's clock is not synchronised, its messages have no wall time. Here the
        monotonic clock is the same, and says when it was.
        """
        if event.time is not None:
            return datetime.fromisoformat(event.time).astimezone().strftime(CLOCK_FACE)
        if not self._has_told_of_clock:
            self._has_told_of_clock = True
            self._screen.aside(tell("clock"))
        return _wall_clock(time.monotonic_ns() - int(event.monotonicns))


def _arrival(event: EventTold, at_ns: int) -> Arrival:
    return Arrival(
        name=RecordName(event.epoch, event.lane, event.seq),
        took=Duration(at_ns - int(event.monotonicns)),
        is_live_alarm=event.lane is Lane.ALARM
        and event.data.change == "entered"
        and not event.historical,
    )


def _wall_clock(nanoseconds_ago: int = 0) -> str:
    """Give the time of day here, now or a while ago."""
    then = datetime.now(UTC) - timedelta(microseconds=nanoseconds_ago // 1000)
    return then.astimezone().strftime(CLOCK_FACE)


def _send_at_once(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    with suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
