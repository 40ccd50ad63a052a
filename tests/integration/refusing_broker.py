"""A broker that refuses events with a reason of MQTT 5, for which mosquitto may have no use."""

import asyncio
import contextlib
from typing import Self

from daemon_process import now

from rules.instant import Instant

CONNACK, SUBACK, PINGRESP = b"\x20\x03\x00\x00\x00", b"\x90\x04%b\x00\x01", b"\xd0\x00"
PUBACK = b"\x40\x04%b%c\x00"


class RefusingBroker:
    """Takes everything but events.

    Attributes:
        reason: of its PUBACKs for events: 0 for success.
        events: payloads of events, with the instants at which they came.
    """

    def __init__(self, reason: int) -> None:
        self.reason = reason
        self.connections = 0
        self.events: list[tuple[Instant, bytes]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readexactly(1))[0]
                body = await reader.readexactly(await length(reader))
                writer.write(self._answer(head, body))
        writer.close()

    def _answer(self, head: int, body: bytes) -> bytes:
        match head >> 4:
            case 1:
                return CONNACK
            case 3 if head & 0b0110:
                end = 2 + int.from_bytes(body[:2])
                topic, packet, payload = body[2:end], body[end : end + 2], body[end + 2 :]
                if b"/event/" not in topic:
                    return PUBACK % (packet, 0)
                self.events.append((now(), payload))
                return PUBACK % (packet, self.reason)
            case 8:
                return SUBACK % body[:2]
            case 12:
                return PINGRESP
        return b""


async def length(reader: asyncio.StreamReader) -> int:
    """Read how many bytes follow: seven bits a byte, the lowest first."""
    value = place = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        value |= (byte & 0x7F) << place
        place += 7
        if byte < 0x80:
            return value
