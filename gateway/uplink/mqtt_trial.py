"""One try of a broker, by a client id of its own: does it take us, and what does it let us do?

It must never show the gateway's client id, which would throw the running gateway off; it begins
without a session, leaves none, has no will, and says nothing that a centre could take for news.
"""

import contextlib
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode

from gateway.settings.model import MqttVersion
from gateway.uplink.dial import refusal_of
from gateway.uplink.mqtt_client import Login, SocketClient
from gateway.uplink.mqtt_reasons import Refused, is_refusal
from gateway.uplink.refusal_reason import RefusalReason
from rules.instant import Duration, Instant, in_seconds, seconds

KEEP_ALIVE: Final = seconds(30)
LOOK_S: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is tried.

    Attributes:
        gateway: whose client id ours begins with.
        version: of MQTT.
        username: at the broker, or None.
        password: likewise.
        reads: topics to ask for.
        writes: a topic to write to, once, with QoS 1.
        payload: what is written there.
        content_type: of it.
    """

    gateway: str
    version: MqttVersion
    username: str | None
    password: str | None
    reads: Sequence[str]
    writes: str
    payload: bytes
    content_type: str


@dataclass(slots=True)
class Tried:
    """What came of it.

    Attributes:
        is_taken: whether the broker took us.
        why: why not, in one line.
        reason: likewise in a word; None where nobody refused anything.
        refused: by topic, why it may not be read or written.
        answered: the topics about which the broker said something.
    """

    is_taken: bool = False
    why: str = ""
    reason: RefusalReason | None = None
    refused: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)


def try_broker(
    connected: socket.socket, wanted: Wanted, now: Callable[[], Instant], within: Duration
) -> Tried:
    """Try, blocking, over a connected socket, which is closed then; each wait is bounded."""
    with contextlib.closing(connected):
        return _Trial(connected, wanted, now, within).run()


class _Trial:
    def __init__(
        self,
        connected: socket.socket,
        wanted: Wanted,
        now: Callable[[], Instant],
        within: Duration,
    ) -> None:
        self._wanted = wanted
        self._now = now
        self._until = now() + within
        self._tried = Tried()
        self._is_over = False
        self._asked: dict[int, str] = {}
        login = Login(
            client_id=f"{wanted.gateway}-doctor-{secrets.token_hex(3)}",
            version=wanted.version,
            keep_alive=KEEP_ALIVE,
            username=wanted.username,
            password=wanted.password,
            will_topic=wanted.writes,
            will=b"",
            content_type=wanted.content_type,
        )
        self._client = SocketClient(connected, login)
        self._client.will_clear()
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_publish = self._on_publish

    def run(self) -> Tried:
        """Log in, ask, write, and leave."""
        options: dict[str, Any] = (
            {"clean_start": True} if self._wanted.version is MqttVersion.V5 else {}
        )
        try:
            self._client.connect("broker", 1883, round(in_seconds(KEEP_ALIVE)), **options)
            self._serve(lambda: self._tried.is_taken)
            if self._tried.is_taken:
                self._ask()
            elif not self._tried.why:
                self._tried.why = "it answers the connection, and says nothing of MQTT"
        except (OSError, ValueError) as error:
            said = refusal_of(error)
            self._tried.why, self._tried.reason = said.words, said.reason
        with contextlib.suppress(OSError, ValueError):
            self._client.disconnect()
        return self._tried

    def _ask(self) -> None:
        for topic in self._wanted.reads:
            code, number = self._client.subscribe(topic, qos=1)
            if code is MQTTErrorCode.MQTT_ERR_SUCCESS and number is not None:
                self._asked[number] = topic
        properties = self._client.properties_of(self._wanted.content_type)
        info = self._client.publish(self._wanted.writes, self._wanted.payload, 1, False, properties)
        self._asked[info.mid] = self._wanted.writes
        self._serve(lambda: set(self._asked.values()) <= self._tried.answered)

    def _serve(self, done: Callable[[], bool]) -> None:
        while not (done() or self._is_over) and self._now() < self._until:
            if self._client.loop(LOOK_S) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._ended()

    def _ended(self) -> None:
        self._is_over = True
        failure = self._client.failure
        if failure is not None and not self._tried.why:
            said = refusal_of(failure)
            self._tried.why, self._tried.reason = said.words, said.reason

    def _on_connect(self, _client: Client, _data: Any, _flags: Any, code: Any, said: Any) -> None:
        if not code.is_failure:
            self._tried.is_taken = True
            return
        refused = _refused(code, said)
        self._tried.why, self._tried.reason = str(refused), refused.reason
        self._is_over = True

    def _on_disconnect(self, _client: Client, _data: Any, flags: Any, code: Any, said: Any) -> None:
        if flags.is_disconnect_packet_from_server and not self._tried.why:
            refused = _refused(code, said)
            self._tried.why = str(refused)
            self._tried.reason = refused.reason if is_refusal(refused.code) else None
        self._ended()

    def _on_subscribe(self, _client: Client, _data: Any, mid: int, codes: Any, said: Any) -> None:
        for code in codes:
            self._answered(mid, code, said)

    def _on_publish(self, _client: Client, _data: Any, mid: int, code: Any, said: Any) -> None:
        self._answered(mid, code, said)

    def _answered(self, number: int, code: Any, said: Any) -> None:
        topic = self._asked.get(number)
        if topic is None:
            return
        self._tried.answered.add(topic)
        if is_refusal(code.value):
            self._tried.refused[topic] = str(_refused(code, said))


def _refused(code: Any, said: Any) -> Refused:
    return Refused(code.value, str(code), getattr(said, "ReasonString", ""))
