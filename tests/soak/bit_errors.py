"""Polls on a serial line with bit errors: whatever becomes of a frame, no wrong value is taken.

One byte in a thousand is hit: one of its bits is turned, or all of them are anything. A device does
not answer a question whose checksum is wrong. Of what comes back, a frame that was hit is told as a
bad checksum, each one, unless its checksum is right all the same: CRC-16 sees every error of one to
three bits, of an odd number of bits, and within two bytes; of all others it misses one in 65,536.
In every tenth case the answer is hit everywhere, for those others to be seen at all.
"""

from dataclasses import dataclass
from functools import cache
from random import Random

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from drivers.modbus.answer import answer_in, why_unanswered
from drivers.modbus.codec import Block
from drivers.modbus.data_model import Table
from drivers.modbus.options import ModbusBusOptions
from drivers.modbus.question import reading
from rules.reading import FaultCause

HIT_ONE_IN = 1000
HIT_EVERYWHERE_ONE_IN = 4
EVERYWHERE_EVERY = 10
LINE = ModbusBusOptions(port="/dev/ttyUSB0")
FRAMER = FramerRTU(DecodePDU(is_server=False))
MOST_BLOCKS = 500
VALUE = "value"
"""What became of a poll, where it was no fault."""


@dataclass(frozen=True)
class Poll:
    """What was done to a poll, and what came of it.

    `question_hit` and `answer_hit` say which frame was damaged; `unseen`, that its checksum is
    right all the same; `outcome`, VALUE or the cause of the failed poll; `wrong`, what must not be.
    """

    question_hit: bool
    answer_hit: bool
    unseen: bool
    outcome: str
    wrong: str | None


def failure_of(seed):
    """Poll once, and give what is wrong, in words, or None."""
    wrong = poll_of(seed).wrong
    return f"seed {seed}: {wrong}" if wrong else None


def poll_of(seed):
    """Ask a question over the bad line."""
    random = Random(seed)
    everywhere = seed % EVERYWHERE_EVERY == 0
    question, sent = question_of(random.randrange(MOST_BLOCKS))
    values = Random(seed // 7)  # some polls find what the last ones found
    heard = sent if everywhere else hit(sent, HIT_ONE_IN, random)
    if heard != sent and not has_good_checksum(heard):
        return judged(question, sent, b"", question_hit=True)
    if heard != sent:  # to the device it is another question
        return Poll(True, False, True, VALUE, badly_missed(sent, heard))
    answer = answer_to(sent, values)
    received = hit(answer, HIT_EVERYWHERE_ONE_IN if everywhere else HIT_ONE_IN, random)
    return judged(question, sent, received, answer=answer)


def judged(question, sent, received, *, answer=b"", question_hit=False):
    """Do with the bytes what the driver does, and compare that with what should come of them."""
    outcome, values = taken(question, sent, received)
    answer_hit = received != answer
    unseen = answer_hit and has_good_checksum(received)
    wrong = None
    if unseen:
        wrong = badly_missed(answer, received)
    elif question_hit:
        wrong = None if outcome == FaultCause.NO_REPLY else f"{outcome} of nothing"
    elif answer_hit:
        wrong = None if outcome == FaultCause.BAD_CHECKSUM else f"{outcome} {values} of {received}"
    elif (outcome, values) != (VALUE, values_in(answer)):
        wrong = f"{outcome} {values} of the good {answer.hex(' ')}"
    return Poll(question_hit, answer_hit, unseen, outcome, wrong)


def taken(question, sent, received):
    """Go the driver's way: its search, pymodbus's framer, and the reason where there is nothing."""
    frame = answer_in(received, sent, question.shape, has_good_checksum, echoes=False)
    _, reply = FRAMER.handleFrame(frame, question.shape.unit, 0) if frame else (0, None)
    if reply is None:
        cause, _ = why_unanswered(received, sent, question.shape, has_good_checksum, echoes=False)
        return cause, None
    if reply.isError():
        return FaultCause.EXCEPTION_REPLY, None
    return VALUE, list(reply.bits if question.bits else reply.registers)


@cache
def question_of(number):
    """Give one of the questions that a line asks, and its bytes."""
    random = Random(number)
    table = random.choice(list(Table))
    count = random.choice((1, 1, 2, 4, 8, 40, 125))
    block = Block(table, random.randrange(65536 - count), count)
    question = reading(LINE, random.randint(1, 247), block)
    sent = FRAMER.buildFrame(question.request)
    assert has_good_checksum(sent)
    return question, sent


def answer_to(sent, random):
    """The oracle's device: unit, function, count of bytes, whatever it measures, checksum."""
    count = int.from_bytes(sent[4:6], "big")
    size = (count + 7) // 8 if sent[1] in (1, 2) else 2 * count
    return framed(sent[:2] + bytes((size,)) + random.randbytes(size))


def values_in(answer):
    """The oracle's way from an answer to bits or registers."""
    data = answer[3:-2]
    if answer[1] in (1, 2):
        return [byte >> bit & 1 for byte in data for bit in range(8)]
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def hit(frame, one_in, random):
    """Hit one byte in so many."""
    hits = [at for at in range(len(frame)) if random.random() * one_in < 1]
    if not hits:
        return frame
    spoiled = bytearray(frame)
    for at in hits:
        spoiled[at] ^= 1 << random.randrange(8) if random.random() < 0.5 else random.randrange(256)
    return bytes(spoiled)


def badly_missed(frame, spoiled):
    """Say in what an error that was not seen is one that CRC-16 always sees, or give None."""
    turned = int.from_bytes(frame, "big") ^ int.from_bytes(spoiled, "big")
    spread = turned.bit_length() - (turned & -turned).bit_length() + 1
    if turned.bit_count() < 4 or turned.bit_count() % 2 or spread <= 16:
        return f"{turned.bit_count()} bits within {spread} were not seen in {spoiled.hex(' ')}"
    return None


@cache
def crc_of_byte(byte):
    """Give what a byte does to the checksum: MODBUS over Serial Line V1.02, 6.2.2, bit by bit."""
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


def framed(body):
    """Put the checksum behind a frame."""
    crc = 0xFFFF
    for byte in body:
        crc = crc >> 8 ^ crc_of_byte((crc ^ byte) & 0xFF)
    return body + crc.to_bytes(2, "little")


def has_good_checksum(frame):
    """Whether a whole frame ends in its own checksum."""
    return framed(frame[:-2]) == frame
