"""What goes out on one connection, from the broker's welcome on.

Each message is held against what the broker takes: how large a packet, how many unanswered. One
that cannot be made holds up no other.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.messages.content_types import CLOUD_EVENT, JSON
from gateway.messages.event import EVENT_LIMIT, MessageTooLargeError, event_message
from gateway.messages.state import STATE_LIMIT
from gateway.messages.topics import Origin
from gateway.record import RecordName
from gateway.uplink.delivery import Sending
from gateway.uplink.mqtt_connection import Connection, Welcome
from gateway.uplink.retained import RetainedMessages
from rules.instant import Duration

log = logging.getLogger(__name__)

PACKET_OVERHEAD: Final = 256
"""Bytes of a PUBLISH beside payload and topic: header, packet id, properties; rounded up."""


@dataclass(frozen=True, slots=True)
class Other:
    """A message that is no event: the last part of its topic."""

    what: str


Token = RecordName | Other
PRESENCE: Final = Other("presence")
HEARTBEAT: Final = Other("heartbeat")
REPLY: Final = Other("reply")


class Outgoing:
    """What one path sends on one connection; the broker's answers come to the connection's owner.

    Args:
        connection: over which all is sent.
        welcome: what the broker takes.
        part: the path's name, for the log.
        origin: who speaks.
        retained: the path's retained messages.
        refused: told of an event that this broker can never take, and why.
    """

    def __init__(  # noqa: PLR0913 - as said
        self,
        connection: Connection[Token],
        welcome: Welcome,
        *,
        part: str,
        origin: Origin,
        retained: RetainedMessages,
        refused: Callable[[RecordName, str], None],
    ) -> None:
        self._connection = connection
        self._welcome = welcome
        self._part = part
        self._origin = origin
        self._retained = retained
        self._refused = refused

    def event(self, sending: Sending) -> None:
        """Send an event."""
        name = sending.record.name
        topic = self._origin.event(name.lane)
        try:
            payload = event_message(
                sending.record,
                self._origin,
                historical=sending.historical,
                limit=min(EVENT_LIMIT, self._room(topic)),
            )
        except MessageTooLargeError as error:
            self._refused(name, str(error))
            return
        except Exception as error:  # as one of a damaged journal: it must not stop the others
            extra = {"part": self._part, "once_an_hour": ("mistake", type(error))}
            log.exception("%s cannot be made a message", name, extra=extra)
            self._refused(name, f"{type(error).__name__}: {error}")
            return
        self._connection.publish(topic, payload, name, content_type=CLOUD_EVENT)

    def flush(self) -> None:
        """Send the retained messages that are wanted, as far as the broker takes more now."""
        for what in self._retained.due():
            if self._connection.unanswered >= self._welcome.receive_maximum:
                return
            topic = f"{self._origin.prefix}/{what}"
            try:
                payload = self._retained.make(what, min(STATE_LIMIT, self._room(topic)))
            except Exception:  # events go out all the same
                extra = {"part": self._part, "once_an_hour": ("mistake", what)}
                log.exception("%s cannot be made", what, extra=extra)
                continue
            if payload is not None:
                self._publish_retained(topic, payload, Other(what))

    def presence(self, topic: str, payload: bytes) -> None:
        """Say whether we are there."""
        self._publish_retained(topic, payload, PRESENCE)

    def heartbeat(self, payload: bytes) -> None:
        """Send a sign of life."""
        self._connection.publish(self._origin.heartbeat, payload, HEARTBEAT, content_type=JSON)

    def reply(self, payload: bytes) -> None:
        """Answer a command."""
        self._connection.publish(self._origin.reply, payload, REPLY, content_type=JSON)

    def telemetry(self, payload: bytes, expires_after: Duration) -> None:
        """Send readings, once."""
        self._connection.publish_once(
            self._origin.telemetry, payload, content_type=JSON, expires_after=expires_after
        )

    def _publish_retained(self, topic: str, payload: bytes, token: Other) -> None:
        self._retained.sent(token.what)
        self._connection.publish(
            topic, payload, token, retain=self._welcome.retains, content_type=JSON
        )

    def _room(self, topic: str) -> int:
        """Give the bytes that a payload may have."""
        return max(0, self._welcome.largest_packet - PACKET_OVERHEAD - len(topic))
