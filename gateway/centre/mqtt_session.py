"""One connection of the centre to its broker, used once.

The session at the broker outlives it: what comes while nobody is connected waits there. Nothing is
acknowledged to the broker by itself; whoever has stored a message says so. What was received and
not acknowledged when the connection ends is sent by the broker once more.
"""

import contextlib
import select
import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.broker_login import BrokerLogin
from gateway.centre.heard import LARGEST
from gateway.centre.intake import Incoming
from gateway.uplink.dial import socket_error_in_words
from rules.instant import Instant, in_seconds, later, seconds

SESSION_EXPIRY_S: Final = 7 * 86_400
"""How long the broker keeps what comes while the centre is away."""

ACK_EXPIRY_S: Final = 3600
COMMAND_EXPIRY_S: Final = 60

KEEP_ALIVE_S: Final = 30
TAKES_WITHIN: Final = seconds(15)
"""For the broker to take us and our subscriptions."""

MOST_AT_ONCE: Final = 1000
"""Messages in one batch: so many may be unacknowledged, so much memory may they take."""

LARGEST_PACKET: Final = 4 * LARGEST
"""Beyond, the broker drops it; what is smaller and still too large is noted as refused."""

MOST_QUEUED: Final = 10_000
"""Messages to gateways that may wait; beyond, one is left out, and the gateway sends once more."""

OUR_INFLIGHT: Final = 65_535
"""The window is the broker's; paho's must never be the narrower one."""


class SessionError(Exception):
    """There is no connection, or none any more: try again later, with back-off."""


@dataclass(frozen=True, slots=True)
class _Outgoing:
    topic: str
    payload: bytes
    expiry_s: int


class MqttSession:
    """A connection.

    Args:
        broker: to which broker, and as whom.
        client_id: names the session; no two processes may have the same.
        now: reads the monotonic clock.

    Raises:
        CredentialsError: a file of the credentials cannot be used.
    """

    def __init__(self, broker: BrokerLogin, client_id: str, now: Callable[[], Instant]) -> None:
        self._broker = broker
        self._client_id = client_id
        self._now = now
        self._incoming: list[Incoming] = []
        self._outgoing: deque[_Outgoing] = deque()
        self._under_way = 0
        self._window = 0
        self._taken = False
        self._subscribed = 0
        self._ended: str | None = None
        self._client = self._make_client()

    def open(self, subscriptions: Sequence[tuple[str, int]]) -> None:
        """Connect and subscribe, to each topic with its QoS.

        Raises:
            SessionError: that failed, or took too long.
        """
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's gap
        session.SessionExpiryInterval = SESSION_EXPIRY_S
        session.ReceiveMaximum = MOST_AT_ONCE
        session.MaximumPacketSize = LARGEST_PACKET
        try:
            self._client.connect(
                *(self._broker.host, self._broker.port, KEEP_ALIVE_S),
                clean_start=False,  # the session, and all that waits in it, is taken up again
                properties=session,
            )
        except (OSError, ValueError) as error:
            raise SessionError(f"{self._broker}: {socket_error_in_words(error)}") from error
        self._wait_until(lambda: self._taken, "does not take us")
        for topic, qos in subscriptions:
            self._client.subscribe(topic, qos=qos)
        self._wait_until(lambda: self._subscribed >= len(subscriptions), "takes no subscription")

    def receive(self, within_s: float) -> list[Incoming]:
        """Wait for messages, and give all that have come, up to a bound.

        Raises:
            SessionError: the connection has ended.
        """
        self._read(within_s)
        while len(self._incoming) < MOST_AT_ONCE and self._is_readable(0):
            self._read(0)
        self._look()
        incoming, self._incoming = self._incoming, []
        return incoming

    def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """Say to the broker that these are stored."""
        for message in messages:
            if message.mid:
                self._client.ack(message.mid, 1)

    def publish(self, topic: str, payload: bytes, expiry_s: int) -> None:
        """Say something to a gateway: at least once, not retained, of no worth after a time."""
        if len(self._outgoing) < MOST_QUEUED:
            self._outgoing.append(_Outgoing(topic, payload, expiry_s))
        self._send()

    def _send(self) -> None:
        """Send what may be sent: who sends more at once than a broker takes is thrown out."""
        while self._outgoing and self._under_way < self._window:
            said = self._outgoing.popleft()
            self._under_way += 1
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # likewise
            properties.MessageExpiryInterval = said.expiry_s
            properties.PayloadFormatIndicator = 1  # UTF-8
            properties.ContentType = "application/json"
            self._client.publish(said.topic, said.payload, 1, False, properties)

    def close(self) -> None:
        """Leave; the session stays. Harmless a second time."""
        with contextlib.suppress(OSError, ValueError):
            self._client.disconnect()
            if self._client.want_write():
                self._client.loop_write()
        sock = self._client.socket()
        if sock is not None:
            sock.close()

    # The socket

    def _read(self, within_s: float) -> None:
        """Read what has come, and write what could not be written before."""
        sock = self._client.socket()
        if sock is None:
            return
        wants_write = [sock] if self._client.want_write() else []
        pending = isinstance(sock, ssl.SSLSocket) and sock.pending()
        readable, writable, _ = select.select([sock], wants_write, [], 0 if pending else within_s)
        try:
            if readable or pending:
                self._client.loop_read()
            if writable:
                self._client.loop_write()
            self._client.loop_misc()
        except Exception as error:  # paho over what no broker should send: begin anew
            raise SessionError(f"{self._broker}: {type(error).__name__}: {error}") from error
        self._send()

    def _is_readable(self, within_s: float) -> bool:
        sock = self._client.socket()
        if sock is None:
            return False
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        return bool(select.select([sock], [], [], within_s)[0])

    def _look(self) -> None:
        if self._client.socket() is None or self._ended is not None:
            raise SessionError(f"{self._broker}: {self._ended or 'the connection ended'}")

    def _wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = later(self._now(), TAKES_WITHIN)
        while not is_so():
            if self._now() > deadline:
                raise SessionError(
                    f"{self._broker}: {what} within {in_seconds(TAKES_WITHIN):g} s; is it MQTT 5?"
                )
            self._read(0.2)
            self._look()

    # paho's side: its callbacks run inside its calls, and only take note

    def _make_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.max_inflight_messages_set(OUR_INFLIGHT)
        if self._broker.make_tls is not None:
            client.tls_set_context(self._broker.make_tls())
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password())
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        return client

    def _on_connect(
        self, _client: Client, _data: Any, _flags: Any, reason: ReasonCode, said: Properties | None
    ) -> None:
        if reason.is_failure:
            self._ended = f"the broker refuses us: {_in_words(reason, said)}"
            return
        self._taken = True
        self._window = getattr(said, "ReceiveMaximum", OUR_INFLIGHT)

    def _on_subscribe(
        self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _said: Any
    ) -> None:
        refused = [reason for reason in reasons if reason.is_failure]
        if refused:
            self._ended = f"the broker refuses a subscription: {str(refused[0]).lower()}"
        self._subscribed += 1

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: Any, reason: ReasonCode, said: Properties | None
    ) -> None:
        if self._ended is None:
            self._ended = f"the connection ended: {_in_words(reason, said)}"

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "\ufffd"  # none of the contract's
        mid = message.mid if message.qos else 0
        self._incoming.append(Incoming(topic, bytes(message.payload), message.retain, mid))

    def _on_publish(
        self, _client: Client, _data: Any, _mid: int, _reason: ReasonCode, _said: Any
    ) -> None:
        self._under_way -= 1


def _in_words(reason: ReasonCode, said: Properties | None) -> str:
    more = getattr(said, "ReasonString", "")
    return f"{str(reason).lower()} [0x{reason.value:02X}]" + (f", {more!r}" if more else "")


def _send_at_once(_client: Client, _data: Any, sock: Any) -> None:
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
