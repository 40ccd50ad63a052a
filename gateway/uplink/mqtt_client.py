"""A paho client around a socket that is connected already.

paho's own ways to connect block, and its own retry queue knows no order of lanes: so it is given a
connected socket, it is used for one connection only, and its window is never the narrower one.
"""

import contextlib
import socket
from dataclasses import dataclass
from typing import Any, Final, cast

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.settings.model import MqttVersion
from rules.instant import Duration, in_seconds

SESSION_EXPIRY_S: Final = 3600
"""How long a broker keeps what is addressed to us while we are away: one hour."""

WILL_DELAY_S: Final = 10
"""A connection that is back within this was never gone, for those who watch `presence`."""

RECEIVE_AT_ONCE: Final = 16
LARGEST_INCOMING: Final = 64 * 1024
OUR_INFLIGHT: Final = 65_535
"""The window is the delivery policy's; paho's must never be the narrower one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a connection begins with.

    Attributes:
        client_id: ours at the broker.
        version: of MQTT.
        keep_alive: how long the line may be silent.
        username: at the broker, or None.
        password: likewise.
        will_topic: where the broker publishes the will.
        will: what it publishes there, retained, when we are gone without a farewell.
        content_type: of the will.
    """

    client_id: str
    version: MqttVersion
    keep_alive: Duration
    username: str | None
    password: str | None
    will_topic: str
    will: bytes
    content_type: str


class PackedProperties:
    """Properties that are packed once; paho would pack them anew for every event, slowly."""

    def __init__(self, properties: Properties) -> None:
        self._packed = bytes(properties.pack())  # type: ignore[no-untyped-call]  # paho's gap

    def pack(self) -> bytes:
        """Give them as they go over the wire: all that paho asks of them."""
        return self._packed


class SocketClient(Client):
    """A client for one connection over a connected socket.

    Attributes:
        failure: what broke the socket, where something did.
    """

    def __init__(self, connected: socket.socket, login: Login) -> None:
        # Names that paho's own attributes cannot meet begin with `own`.
        self.failure: OSError | None = None
        self._own_socket = connected
        self._own_login = login
        self._own_v5 = login.version is MqttVersion.V5
        self._own_properties: dict[tuple[str, Duration | None], PackedProperties] = {}
        options: dict[str, Any] = {"protocol": MQTTProtocolVersion.MQTTv5}
        if not self._own_v5:
            options = {"protocol": MQTTProtocolVersion.MQTTv311, "clean_session": True}
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=login.client_id,
            reconnect_on_failure=False,
            **options,
        )
        self.max_inflight_messages = OUR_INFLIGHT
        if login.username is not None:
            self.username_pw_set(login.username, login.password)
        self.will_set(login.will_topic, login.will, 1, True, _will_properties(login))

    def say_hello(self, host: str, port: int) -> None:
        """Send CONNECT."""
        # The session is resumed (MQTT 5): a broker that ended it would publish the will of the
        # connection before, although we are back within its delay.
        options: dict[str, Any] = {}
        if self._own_v5:
            options = {"clean_start": False, "properties": _connect_properties()}
        self.connect(host, port, max(1, round(in_seconds(self._own_login.keep_alive))), **options)

    def properties_of(self, content_type: str, expiry: Duration | None = None) -> Properties | None:
        """Give the properties of a PUBLISH."""
        if not self._own_v5:
            return None
        key = (content_type, expiry)
        if key not in self._own_properties:
            properties = _made(PacketTypes.PUBLISH)
            properties.PayloadFormatIndicator = 1  # UTF-8
            properties.ContentType = content_type
            if expiry is not None:
                properties.MessageExpiryInterval = round(in_seconds(expiry))
            self._own_properties[key] = PackedProperties(properties)
        return cast("Properties", self._own_properties[key])

    # Three seams of paho that are not public: where it connects, reads and writes.

    def _create_socket(self) -> socket.socket:
        return self._own_socket

    def _sock_recv(self, bufsize: int) -> bytes:
        try:
            return super()._sock_recv(bufsize)
        except BlockingIOError:
            raise
        except OSError as error:  # a TLS alert says which certificate is refused; paho would not
            self.failure = error
            raise

    def _sock_send(self, buf: bytes | bytearray) -> int:
        try:
            return super()._sock_send(buf)
        except BlockingIOError:
            raise
        except OSError as error:
            self.failure = error
            with contextlib.suppress(OSError):
                self._sock_recv(1)  # an alert may lie there, and says more than a broken pipe
            raise


def _will_properties(login: Login) -> Properties | None:
    if login.version is not MqttVersion.V5:
        return None
    properties = _made(PacketTypes.WILLMESSAGE)
    properties.WillDelayInterval = WILL_DELAY_S
    properties.PayloadFormatIndicator = 1
    properties.ContentType = login.content_type
    return properties


def _connect_properties() -> Properties:
    properties = _made(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = SESSION_EXPIRY_S
    properties.ReceiveMaximum = RECEIVE_AT_ONCE
    properties.MaximumPacketSize = LARGEST_INCOMING
    return properties


def _made(packet_type: int) -> Properties:
    return Properties(packet_type)  # type: ignore[no-untyped-call]  # paho's gap
