"""One MQTT connection, from its hello to its end, served on the event loop.

A connection is used once. What was not acknowledged when it ends comes again from the delivery
policy, which alone knows the order.

paho writes at once when `publish` is called, as long as it has no callback that registers writing;
so a record is on the wire in the turn in which it was committed. Only what the socket does not take
waits for the loop.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.uplink.dial import refusal_of
from gateway.uplink.mqtt_client import Login, SocketClient
from gateway.uplink.mqtt_reasons import NO_MATCHING_SUBSCRIBERS, Refused, is_refusal
from gateway.uplink.refusal_reason import RefusalReason
from rules.instant import Duration, Instant, in_seconds

log = logging.getLogger(__name__)

READS_AT_ONCE: Final = 64
"""Packets read in one turn: a broker that floods us must not hold up the buses."""

NO_LIMIT: Final = 268_435_455  # the largest packet that MQTT can have

Token = TypeVar("Token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What the broker said when it took us.

    Attributes:
        receive_maximum: how many unacknowledged messages it takes at once.
        largest_packet: in bytes.
        retains: whether it keeps retained messages.
    """

    receive_maximum: int
    largest_packet: int
    retains: bool


@dataclass(frozen=True, slots=True)
class Answer(Generic[Token]):
    """A broker's PUBACK.

    Attributes:
        token: for what.
        refused: why it was refused, or None.
        is_heard: false where the broker says that nobody subscribes to it (MQTT 5).
    """

    token: Token
    refused: Refused | None
    is_heard: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener(Generic[Token]):
    """Who is told of what comes in, in the event loop's thread.

    Attributes:
        welcomed: the broker has taken us.
        answered: PUBACKs have come.
        received: a message on a topic to which we are subscribed, and whether it is a retained one
            that was said before we came.
    """

    welcomed: Callable[[Welcome], None]
    answered: Callable[[list[Answer[Token]]], None]
    received: Callable[[str, bytes, bool], None]


@dataclass(slots=True)
class _News(Generic[Token]):
    """What paho's callbacks took note of: they run inside its calls, and so only take note."""

    welcome: Welcome | None = None
    answers: list[Answer[Token]] = field(default_factory=list)
    received: list[tuple[str, bytes, bool]] = field(default_factory=list)


class Connection(Generic[Token]):
    """One connection to a broker.

    Attributes:
        lost: done when the connection has ended, with the reason in one line.
        refusal: why the broker did not take us, where it said so.
        reason: likewise in a word, and also where it refused us before or after: a TLS alert that
            came behind the handshake, or a farewell of its own. None where nobody refused anything.
    """

    def __init__(
        self,
        connected: socket.socket,
        login: Login,
        listener: Listener[Token],
        now: Callable[[], Instant],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = connected
        self._tls = connected if isinstance(connected, ssl.SSLSocket) else None
        self._fd = connected.fileno()
        self._login = login
        self._listener = listener
        self._now = now
        self._unanswered: dict[int, tuple[Token, Instant]] = {}
        self._news: _News[Token] = _News()
        self._writing = False
        self.lost: asyncio.Future[str] = self._loop.create_future()
        self.refusal: Refused | None = None
        self.reason: RefusalReason | None = None
        self._client = SocketClient(connected, login)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message
        self._client.on_socket_close = self._on_socket_close

    def open(self, host: str, port: int) -> None:
        """Say hello; the broker's answer comes to the listener."""
        self._loop.add_reader(self._fd, self._readable)
        self._guarded(lambda: self._client.say_hello(host, port))

    @property
    def unanswered(self) -> int:
        """How many messages wait for their PUBACK."""
        return len(self._unanswered)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return not self.lost.done()

    def publish(
        self, topic: str, payload: bytes, token: Token, *, retain: bool = False, content_type: str
    ) -> None:
        """Send at least once; the broker's answer comes to the listener under the token."""

        def publish() -> None:
            properties = self._client.properties_of(content_type)
            info = self._client.publish(topic, payload, 1, retain, properties)
            if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._unanswered[info.mid] = (token, self._now())

        self._guarded(publish)

    def publish_once(
        self, topic: str, payload: bytes, *, content_type: str, expires_after: Duration
    ) -> None:
        """Send at most once; of no worth after some time (MQTT 5)."""
        properties = self._client.properties_of(content_type, expires_after)
        self._guarded(lambda: self._client.publish(topic, payload, 0, False, properties))

    def subscribe(self, topic: str) -> None:
        """Ask for a topic's messages.

        Also for those that come from our own client id: the will of an earlier connection does.
        """
        self._guarded(lambda: self._client.subscribe(topic, qos=1))

    def tick(self, answer_within: Duration) -> None:
        """Do what is due by time: pings, and finding out that nobody is there; each second."""
        self._guarded(self._client.loop_misc)
        oldest = next(iter(self._unanswered.values()), None)
        if oldest is not None and self._now() - oldest[1] > answer_within:
            self.end(f"no PUBACK within {in_seconds(answer_within):g} s; the line is half-open")

    def farewell(self) -> None:
        """Leave in peace: the broker forgets the will."""
        self._guarded(self._client.disconnect)
        self.end("left")

    def end(self, reason: str) -> None:
        """End the connection; harmless a second time."""
        self._client.on_socket_close = None
        self._stop_listening()
        self._socket.close()
        if not self.lost.done():
            self.lost.set_result(reason)

    def _readable(self) -> None:
        for _ in range(READS_AT_ONCE):
            self._guarded(self._client.loop_read)
            # What TLS has decrypted and keeps does not wake the loop.
            if not self.is_open or self._tls is None or not self._tls.pending():
                break
        else:
            self._loop.call_soon(self._read_on)
        try:
            self._tell()
        except Exception as error:  # a mistake of ours: begin anew rather than stand still
            log.exception("a mistake", extra={"part": "gateway/uplink"})
            self.end(f"{type(error).__name__}: {error}")

    def _read_on(self) -> None:
        if self.is_open:
            self._readable()

    def _tell(self) -> None:
        news, self._news = self._news, _News()
        if news.welcome is not None:
            self._listener.welcomed(news.welcome)
        for topic, payload, retained in news.received:
            self._listener.received(topic, payload, retained)
        if news.answers:
            self._listener.answered(news.answers)

    def _writable(self) -> None:
        self._guarded(self._client.loop_write)

    def _guarded(self, step: Callable[[], object]) -> None:
        """Let paho do something; whatever comes of it, a connection that fails just ends."""
        if self.lost.done():
            return
        try:
            step()
            if self._client.want_write():  # said from within a callback, or the socket is full
                self._client.loop_write()
            self._write_when_possible(wanted=self._client.want_write() and self.is_open)
        except Exception as error:  # noqa: BLE001 - nothing that a broker sends may end the task
            self.end(f"{type(error).__name__}: {error}")

    def _write_when_possible(self, *, wanted: bool) -> None:
        if wanted and not self._writing:
            self._loop.add_writer(self._fd, self._writable)
        elif self._writing and not wanted:
            self._loop.remove_writer(self._fd)
        self._writing = wanted

    def _stop_listening(self) -> None:
        if self._fd >= 0:
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)
        self._fd = -1
        self._writing = False

    def _on_connect(
        self,
        client: Client,
        userdata: Any,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        del client, userdata, flags
        if reason.is_failure:
            self.refusal = _refused(reason, properties)
            return
        self._news.welcome = Welcome(
            receive_maximum=getattr(properties, "ReceiveMaximum", 65_535),
            largest_packet=getattr(properties, "MaximumPacketSize", NO_LIMIT),
            retains=bool(getattr(properties, "RetainAvailable", 1)),
        )

    def _on_disconnect(
        self,
        client: Client,
        userdata: Any,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        del client, userdata
        failure = self._client.failure
        if self.refusal is not None:
            why = f"the broker refuses us: {self.refusal}"
            self.reason = self.refusal.reason
        elif flags.is_disconnect_packet_from_server:
            refused = _refused(reason, properties)
            why = f"the broker ended the connection: {refused}"
            self.reason = refused.reason if is_refusal(refused.code) else None
        elif failure is not None:
            said = refusal_of(failure)
            why = said.words if said.reason is not None else f"the connection broke: {said.words}"
            self.reason = said.reason
        else:
            why = f"the connection ended ({str(reason).lower()})"
        self._stop_listening()
        if not self.lost.done():
            self.lost.set_result(why)

    def _on_publish(
        self,
        client: Client,
        userdata: Any,
        mid: int,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        del client, userdata
        sent = self._unanswered.pop(mid, None)
        if sent is not None:
            refused = _refused(reason, properties) if is_refusal(reason.value) else None
            heard = reason.value != NO_MATCHING_SUBSCRIBERS
            self._news.answers.append(Answer(sent[0], refused, heard))

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        del client, userdata
        self._news.received.append((message.topic, bytes(message.payload), message.retain))

    def _on_socket_close(self, client: Client, userdata: Any, closing: object) -> None:
        del client, userdata, closing
        self._stop_listening()


def _refused(reason: ReasonCode, properties: Properties | None) -> Refused:
    return Refused(reason.value, str(reason), getattr(properties, "ReasonString", ""))
