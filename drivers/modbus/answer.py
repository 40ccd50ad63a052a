"""What the answer to a question looks like, and what came instead.

    RTU   unit | function | data ...                            | CRC
    TCP   transaction | protocol 0 | length | unit | function | data ...

pymodbus frames, checks and decodes. It is shown only bytes that can be the answer to the question
that was asked last: of that unit, that function and that length, on TCP of that transaction. So
nothing on the wire makes it skip a good frame behind a glitch, take an answer of another length, or
raise in a callback; and when no answer came, the bytes that did come are at hand to say why.

A half-duplex adapter may send back what it is told to send. The answer to most questions differs
from the question, and there an echo is known by itself. A single write is answered by its own
repetition: who does not know whether the line echoes cannot tell a sound module from a dead one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rules.reading import FaultCause

EXCEPTION_BIT: Final = 0x80  # set in the function code of an exception reply
TCP_PREFIX: Final = 4  # transaction and protocol identifier: the answer repeats the question's
TCP_HEADER: Final = 7
CHECKSUM: Final = 2
REPEATED: Final = (5, 6)  # functions whose good answer is the question over again
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

Sound = Callable[[bytes], bool]
"""Whether a whole RTU frame ends in its own checksum."""


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
        numbered: whether it carries the number of its question: Modbus/TCP.
        repeats: whether the good answer is the question over again.
    """

    unit: int
    function: int
    head: bytes
    length: int
    exception_head: bytes
    exception_length: int
    numbered: bool
    repeats: bool


def shape_of(
    *, unit: int, function: int, data_head: bytes, data_length: int, numbered: bool
) -> Shape:
    """Make the shape of the answer to a question.

    Args:
        unit: who is asked.
        function: the function code.
        data_head: the first bytes after the function code, as far as they are known: the byte
            count of a read, all of an answer to a write.
        data_length: how many bytes come after the function code.
        numbered: whether it is asked over Modbus/TCP.
    """
    repeats = function in REPEATED
    head = bytes((unit, function)) + data_head
    exception_head = bytes((unit, function | EXCEPTION_BIT))
    if not numbered:
        return Shape(
            unit=unit,
            function=function,
            head=head,
            length=2 + data_length + CHECKSUM,
            exception_head=exception_head,
            exception_length=3 + CHECKSUM,
            numbered=False,
            repeats=repeats,
        )
    return Shape(
        unit=unit,
        function=function,
        head=(2 + data_length).to_bytes(2, "big") + head,
        length=TCP_HEADER + 1 + data_length,
        exception_head=(3).to_bytes(2, "big") + exception_head,
        exception_length=TCP_HEADER + 2,
        numbered=True,
        repeats=repeats,
    )


def answer_in(received: bytes, sent: bytes, shape: Shape, sound: Sound, *, echoes: bool) -> bytes:
    """Find the frame that can be the answer among the bytes received; empty while there is none.

    It may stand behind a glitch of the line or behind the late answer to an older question. Whether
    the checksum of a frame that stands alone is right is for the framer to say; among several that
    look right, it is the first that is.

    Args:
        received: all bytes since the question was sent.
        sent: the question.
        shape: of its answer.
        sound: whether a whole RTU frame has the right checksum.
        echoes: whether the line is known to send back the question.
    """
    if shape.numbered:
        return _frame_in(received, sent[:TCP_PREFIX], shape, None)
    return _frame_in(_behind_echo(received, sent, shape, echoes=echoes), b"", shape, sound)


def _behind_echo(received: bytes, sent: bytes, shape: Shape, *, echoes: bool) -> bytes:
    """Give the bytes in which the answer can be; none where those are the echo, or spoil it."""
    if received.startswith(sent) and (echoes or not shape.repeats):
        return received[len(sent) :]
    if sent.startswith(received) and received != sent:
        return b""  # an echo that is under way must not be taken for anything else
    if not echoes:
        return received
    # No echo where one should be: what begins as an answer in its place may be one all the same.
    if received.startswith(shape.head) and not shape.repeats:
        return received[: shape.length]
    if received.startswith(shape.exception_head):
        return received[: shape.exception_length]
    return b""


def _frame_in(received: bytes, prefix: bytes, shape: Shape, sound: Sound | None) -> bytes:
    """Find a frame of the right form: the good answer, and where none begins the exception."""
    for head, length in (
        (prefix + shape.head, shape.length),
        (prefix + shape.exception_head, shape.exception_length),
    ):
        start = received.find(head)
        if start < 0:
            continue
        while 0 <= start <= len(received) - length:
            frame = received[start : start + length]
            if sound is None or len(frame) == len(received) or sound(frame):
                return frame
            start = received.find(head, start + 1)
        return b""
    return b""


def why_unanswered(
    received: bytes, sent: bytes, shape: Shape, sound: Sound, *, echoes: bool
) -> tuple[FaultCause, str]:
    """Say why a question is unanswered, from the bytes that came within its time.

    Args:
        received: all bytes since the question was sent.
        sent: the question.
        shape: of its answer.
        sound: whether a whole RTU frame has the right checksum.
        echoes: whether the line is known to send back the question.
    """
    if not received:
        return FaultCause.NO_REPLY, "no reply"
    if shape.numbered:
        return FaultCause.BAD_REPLY, f"{_of_tcp(received, sent, shape)}: {in_hex(received)}"
    reply = _behind_echo(received, sent, shape, echoes=echoes)
    if not reply and received.startswith(sent):
        return FaultCause.NO_REPLY, "no reply, only the line's echo,"
    if not reply and echoes:
        what = "the line's echo is not what was sent; did somebody else send at the same time?"
        return FaultCause.BAD_REPLY, f"{what} {in_hex(received)}"
    return _of_rtu(reply or received, shape, sound)


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


def _of_rtu(reply: bytes, shape: Shape, sound: Sound) -> tuple[FaultCause, str]:
    """Say what is wrong with a reply on a serial line."""
    for head, length in (
        (shape.head, shape.length),
        (shape.exception_head, shape.exception_length),
    ):
        start = reply.find(head)
        if 0 <= start <= len(reply) - length:
            frame = reply[start : start + length]
            return FaultCause.BAD_CHECKSUM, f"bad checksum: {in_hex(frame)}"
    if len(reply) >= shape.exception_length and sound(reply):
        return FaultCause.BAD_REPLY, f"{_of_another(reply, shape)}: {in_hex(reply)}"
    heads = (shape.head, shape.exception_head)
    if any(reply.startswith(head) or head.startswith(reply) for head in heads):
        what = f"reply cut short after {len(reply)} bytes"
        return FaultCause.BAD_REPLY, f"{what}: {in_hex(reply)}"
    return FaultCause.BAD_CHECKSUM, f"no frame with a good checksum: {in_hex(reply)}"


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
