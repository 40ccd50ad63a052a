"""What the answer to a question looks like, and what came instead.

    RTU   unit | function | data ...                            | CRC
    TCP   transaction | protocol 0 | length | unit | function | data ...

pymodbus frames, checks and decodes. It is shown only bytes that can be the answer to the question
that was asked last: of that unit, that function and that length, on TCP of that transaction. So
nothing on the wire makes it skip a good frame behind a glitch, take an answer of another length, or
raise in a callback; and when no answer came, the bytes that did come are at hand to say why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rules.reading import FaultCause

EXCEPTION_BIT: Final = 0x80  # set in the function code of an exception reply
TCP_PREFIX: Final = 4  # transaction and protocol identifier: the answer repeats the question's
TCP_HEADER: Final = 7
CHECKSUM: Final = 2
MOST_SHOWN: Final = 24  # bytes of a bad reply in a detail: enough to recognise it, still one line

EXCEPTIONS: Final = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledge, still busy",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target did not respond",
}
"""MODBUS Application Protocol V1.1b3, 7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The bytes by which an answer is known: how it begins and how long it is.

    Attributes:
        unit: who has to answer.
        function: the function code asked for.
        head: first bytes of the good answer, on TCP those after transaction and protocol.
        length: of the good answer, in bytes, the whole frame.
        exception_head: as head, for an exception reply.
        exception_length: as length, for an exception reply.
        tcp: whether it comes over TCP.
    """

    unit: int
    function: int
    head: bytes
    length: int
    exception_head: bytes
    exception_length: int
    tcp: bool


def shape_of(*, unit: int, function: int, data_head: bytes, data_length: int, tcp: bool) -> Shape:
    """Make the shape of the answer to a question.

    Args:
        unit: who is asked.
        function: the function code.
        data_head: the first bytes after the function code, as far as they are known: the byte
            count of a read, all of an echoed write.
        data_length: how many bytes come after the function code.
        tcp: whether it is asked over TCP.
    """
    head = bytes((unit, function)) + data_head
    exception_head = bytes((unit, function | EXCEPTION_BIT))
    if not tcp:
        return Shape(
            unit=unit,
            function=function,
            head=head,
            length=2 + data_length + CHECKSUM,
            exception_head=exception_head,
            exception_length=3 + CHECKSUM,
            tcp=False,
        )
    return Shape(
        unit=unit,
        function=function,
        head=(2 + data_length).to_bytes(2, "big") + head,
        length=TCP_HEADER + 1 + data_length,
        exception_head=(3).to_bytes(2, "big") + exception_head,
        exception_length=TCP_HEADER + 2,
        tcp=True,
    )


def answer_in(received: bytes, sent: bytes, shape: Shape) -> bytes:
    """Find the frame that can be the answer among the bytes received; empty while there is none.

    It may stand behind a glitch of the line or behind the late answer to an older question. Whether
    its checksum is right is for the framer to say.
    """
    prefix = sent[:TCP_PREFIX] if shape.tcp else b""
    start = received.find(prefix + shape.head)
    length = shape.length
    if start < 0:
        start = received.find(prefix + shape.exception_head)
        length = shape.exception_length
    if start < 0 or len(received) - start < length:
        return b""
    return received[start : start + length]


def why_unanswered(
    received: bytes, sent: bytes, shape: Shape, *, shown: bytes, sound: Callable[[bytes], bool]
) -> tuple[FaultCause, str]:
    """Say why a question is unanswered, from the bytes that came within its time.

    Args:
        received: all bytes since the question was sent.
        sent: the question.
        shape: of its answer.
        shown: the frame that was found by `answer_in` and that the framer refused, or empty.
        sound: whether a whole RTU frame has the right checksum.
    """
    if not received:
        return FaultCause.NO_REPLY, "no reply"
    if shown:
        return FaultCause.BAD_CHECKSUM, f"bad checksum: {in_hex(shown)}"
    what = _of_tcp(received, sent, shape) if shape.tcp else _of_rtu(received, sent, shape, sound)
    if what is None:
        return FaultCause.BAD_CHECKSUM, f"no frame with a good checksum: {in_hex(received)}"
    return FaultCause.BAD_REPLY, f"{what}: {in_hex(received)}"


def _of_tcp(received: bytes, sent: bytes, shape: Shape) -> str:
    """Say what is wrong with a reply over TCP."""
    if received[2:4] != b"\0\0"[: len(received) - 2]:
        return "not Modbus/TCP"
    if len(received) < TCP_HEADER + 1 or len(received) < 6 + int.from_bytes(received[4:6], "big"):
        return f"reply cut short after {len(received)} bytes"
    if received[:2] != sent[:2]:
        return "answer to another question, number {} and not {}".format(
            *(int.from_bytes(number[:2], "big") for number in (received, sent))
        )
    return _of_another(received[6:], shape)


def _of_rtu(
    received: bytes, sent: bytes, shape: Shape, sound: Callable[[bytes], bool]
) -> str | None:
    """Say what is wrong with a reply on a serial line; None where it is noise."""
    if received.startswith(sent):
        return "the adapter sends back what it is told to send; switch its echo off"
    if len(received) >= shape.exception_length and sound(received):
        return _of_another(received, shape)
    heads = (shape.head, shape.exception_head)
    if any(received.startswith(head) or head.startswith(received) for head in heads):
        return f"reply cut short after {len(received)} bytes"
    return None


def _of_another(reply: bytes, shape: Shape) -> str:
    """Say in what a whole reply, from its unit on, differs from the answer."""
    if reply[0] != shape.unit:
        return f"unit {reply[0]} answered"
    if reply[1] & ~EXCEPTION_BIT != shape.function:
        return f"answer to function {reply[1]} and not {shape.function}"
    return "answer of another length"


def exception_text(code: int) -> str:
    """Name an exception code."""
    return f"exception {code:02} ({EXCEPTIONS.get(code, 'reserved code')})"


def in_hex(data: bytes) -> str:
    """Show bytes in hex, not more than a line of them."""
    return data[:MOST_SHOWN].hex(" ").upper() + (" …" if len(data) > MOST_SHOWN else "")
