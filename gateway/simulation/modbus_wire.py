"""What played Modbus devices are wired to: a pseudo-terminal (RTU) or a TCP port."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

from gateway.simulation.modbus_unit import READS_BITS, READS_REGISTERS, Devices, Send
from gateway.simulation.pseudo_terminal import CHUNK_BYTES, PseudoTerminal

BITS_PER_CHARACTER: Final = 11
SILENCE_CHARACTERS: Final = 3.5
QUESTION_BYTES: Final = 8  # unit, function, address, count or value, checksum
MULTIPLE_WRITES: Final = (15, 16)  # those carry a count of bytes, and so many bytes
LONGEST_FRAME: Final = 256


def checksum(data: bytes) -> bytes:
    """Give the CRC-16 of an RTU frame, low byte first (MODBUS over Serial Line V1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def rtu_frame(unit: int, answer: bytes) -> bytes:
    """Frame an answer for a serial line."""
    body = bytes((unit,)) + answer
    return body + checksum(body)


def tcp_frame(transaction: int, unit: int, answer: bytes) -> bytes:
    """Frame an answer for TCP."""
    head = (transaction % 65536).to_bytes(2, "big") + b"\0\0"
    return head + (len(answer) + 1).to_bytes(2, "big") + bytes((unit,)) + answer


class RtuQuestions:
    """Cuts the bytes of an RTU line into questions, and has each answered.

    A question is known by its checksum. Bytes that begin none are given up one by one.
    """

    def __init__(self, devices: Devices, send: Send, seconds_per_byte: float) -> None:
        self._devices = devices
        self._send = send
        self._seconds_per_byte = seconds_per_byte
        self._buffer = b""

    def feed(self, chunk: bytes) -> None:
        """Take bytes as they came."""
        self._buffer += chunk
        while len(self._buffer) >= QUESTION_BYTES:
            size = QUESTION_BYTES
            if self._buffer[1] in MULTIPLE_WRITES:
                size = QUESTION_BYTES + 1 + self._buffer[6]
            if size <= LONGEST_FRAME and len(self._buffer) < size:
                return
            frame = self._buffer[:size]
            if size > LONGEST_FRAME or checksum(frame[:-2]) != frame[-2:]:
                self._buffer = self._buffer[1:]
                continue
            self._buffer = self._buffer[size:]
            delay = (size + _answer_bytes(frame) + SILENCE_CHARACTERS) * self._seconds_per_byte
            self._devices.take(frame[0], frame[1:-2], rtu_frame, self._send, delay)


def _answer_bytes(frame: bytes) -> int:
    """Give how long the answer to a question will be."""
    count = int.from_bytes(frame[4:6], "big")
    if frame[1] in READS_BITS:
        return 5 + (count + 7) // 8
    return 5 + 2 * count if frame[1] in READS_REGISTERS else QUESTION_BYTES


class Terminal:
    """The serial line: a pseudo-terminal pair under a symbolic link.

    With a baud rate each answer takes the time that the wire would take; with an echo the line
    says again whatever it hears, as a half-duplex adapter may.
    """

    def __init__(
        self, devices: Devices, link: Path, baud: int | None = None, *, echo: bool = False
    ) -> None:
        self._devices = devices
        self._seconds_per_byte = BITS_PER_CHARACTER / baud if baud else 0.0
        self._echo = echo
        self._pair = PseudoTerminal(link, self._take)
        self._questions = self._no_questions()

    async def plug(self) -> str:
        """Make the pair and the link; give the link."""
        self._questions = self._no_questions()
        self._pair.plug()
        return str(self._pair.link)

    def unplug(self) -> None:
        """Take the pair and the link away: whoever has it open gets a hang-up."""
        self._pair.unplug()

    def _take(self, chunk: bytes) -> None:
        if self._echo:
            self._pair.write(chunk)
        self._questions.feed(chunk)

    def _no_questions(self) -> RtuQuestions:
        return RtuQuestions(self._devices, self._pair.write, self._seconds_per_byte)


class Host:
    """The TCP port: Modbus/TCP, or RTU frames as a plain serial server passes them on."""

    def __init__(self, devices: Devices, host: str, port: int, *, rtu: bool = False) -> None:
        self._devices = devices
        self._host, self._port = host, port
        self._serve = self._serve_rtu if rtu else self._serve_tcp
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def plug(self) -> int:
        """Listen; give the port.

        Raises:
            OSError: there is no listening there.
        """
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, self._host, self._port)
            self._port = self._server.sockets[0].getsockname()[1]
        return self._port

    def unplug(self) -> None:
        """Listen no more, and drop all connections."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's questions."""
        self._writers.add(writer)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # cancelled only at the end of the program
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readexactly(7)
            rest = int.from_bytes(head[4:6], "big") - 1
            if not 0 <= rest <= LONGEST_FRAME:
                return  # whoever says so does not speak Modbus/TCP
            question = await reader.readexactly(rest)
            frame = partial(tcp_frame, int.from_bytes(head[:2], "big"))
            self._devices.take(head[6], question, frame, writer.write, 0.0)

    async def _serve_rtu(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        questions = RtuQuestions(self._devices, writer.write, 0.0)
        while chunk := await reader.read(CHUNK_BYTES):
            questions.feed(chunk)


Wire = Terminal | Host
