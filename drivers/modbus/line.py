"""One serial line or one connection to a host, and one question on it at a time.

Each attempt ends within a bound: in an answer of the right shape, in an error that says what came
instead, or in LineDownError. pymodbus frames and checks; opening, closing and giving up are ours,
so that one supervisor alone decides when a line is opened again.
"""

import asyncio
import logging
import os
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from pymodbus.exceptions import ConnectionException, ModbusException, ModbusIOException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import ModbusPDU
from pymodbus.transaction import TransactionManager

from drivers.bus import LineDownError, Now
from drivers.modbus.answer import answer_in, exception_text, why_unanswered
from drivers.modbus.codec import Words, character_time, silence_between_frames
from drivers.modbus.opening import MOST_BUFFERED, Opening, pymodbus_for
from drivers.modbus.options import ModbusBusOptions
from drivers.modbus.question import Question
from drivers.modbus.serial_port import NoiseError, SerialPort
from drivers.wake import Wake
from rules.instant import Duration, Instant, in_seconds, later
from rules.reading import FaultCause

logger = logging.getLogger(__name__)

LONGEST_FRAME: Final = 256  # MODBUS over Serial Line V1.02, 2.5.1


def _take_no_note() -> None:
    """Let an answer be like any other."""


class NoAnswerError(Exception):
    """A unit gave no usable answer, and the attempt has held the line for its whole time.

    Its other blocks are not asked in this turn.
    """

    def __init__(self, cause: FaultCause, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail


class RefusedError(Exception):
    """A unit answered with an exception code: it lives, and its other blocks are asked."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Exchange(NamedTuple):
    """The bytes of one attempt as they went over the line, an echo included."""

    sent: bytes
    received: bytes


class Line:
    """A serial port or a TCP connection; it may be opened again after it was closed.

    Attributes:
        name: the port or host, for people.
        tcp: whether it is a connection to a host, which may be dead without a word of it.
        arrived: when the last answer was complete.
        lost: whether the port or connection is gone.
        echoes: whether the line sends back what it is told to; None while nobody knows. Any read
            tells. Until then the copy of a write is taken for an echo, and for no answer.
    """

    def __init__(self, options: ModbusBusOptions, now: Now) -> None:
        self.options = options
        self.name = options.port or f"{options.host}:{options.tcp_port}"
        self.tcp = options.host is not None
        self.arrived = Instant(0)
        self.lost = False
        self.echoes: bool | None = None
        self._now = now
        self._numbered = options.numbered
        self._rests_until = Instant(0)
        self._opening = Opening(options, self.name)
        self._context: TransactionManager | None = None
        self._serial: SerialPort | None = None
        self._wake: Wake | None = None
        self._first_answer = _take_no_note
        self._question: Question | None = None
        self._expects_echo = False
        self._is_sent = False
        self._sent = self._received = self._frame = b""
        self._kept = 0  # how many of the bytes received pymodbus gives again with the next

    @property
    def exchanged(self) -> Exchange:
        """Give the bytes of the last attempt."""
        return Exchange(self._sent, self._received)

    async def open(
        self, wake: Wake | None = None, first_answer: Callable[[], None] = _take_no_note
    ) -> None:
        """Open the port or the connection.

        Args:
            wake: called when the line is lost; None where nobody waits but for an answer.
            first_answer: called when anybody has answered, an exception code included: once.

        Raises:
            LineDownError: it does not open; its text says why and what to look at.
        """
        self.lost = False
        self.echoes = None
        if self._numbered or self.options.echo:
            self.echoes = self.options.echo
        self._wake = wake
        self._first_answer = first_answer
        self._context = pymodbus_for(self.options, self._see_bytes, self._see_connection)
        self._serial = await self._opening.open(self._context)
        if self._serial is not None:
            silence = silence_between_frames(self.options)
            self._serial.keep_silence(silence, self._now, self._begin, self._fail)

    def close(self) -> None:
        """Close the port or the connection, without waiting for what was not sent."""
        context, self._context = self._context, None
        port, self._serial = self._serial, None
        # A port whose adapter is gone cannot be closed in style.
        with suppress(OSError, termios.error):
            if port is not None and port.sync_serial:
                port.sync_serial.reset_output_buffer()
            if context is not None and isinstance(context.transport, asyncio.Transport):
                context.transport.abort()
        with suppress(OSError, termios.error):
            if context is not None:
                context.close()

    async def ask(self, question: Question) -> Words:
        """Ask a question and give the registers or bits of its answer.

        Raises:
            NoAnswerError: no usable answer came in time.
            RefusedError: the unit answered with an exception code.
            LineDownError: the line is lost.
        """
        while (rest := self._rests_until - self._now()) > 0:  # noqa: ASYNC110  time is no event
            await asyncio.sleep(in_seconds(rest))
        context = self._ready_context()
        self._expects_echo = question.shape.repeats if self.echoes is None else self.echoes
        self._is_sent = False
        self._question = question
        try:
            reply = await self._reply(context, question)
        except ModbusException:
            raise self._failure(question) from None
        finally:
            self._question = None
            if self._serial is not None:
                self._serial.hold_back()
            if question.turn_around:
                self._rests_until = later(self._now(), question.turn_around)
        if not self._numbered:
            self._learn_echo(question)
        first_answer, self._first_answer = self._first_answer, _take_no_note
        first_answer()
        if reply.isError():
            code = reply.exception_code
            raise RefusedError(code, f"{question.text}: {exception_text(code)}")
        return reply.bits if question.bits else reply.registers

    def _see_bytes(self, sending: bool, data: bytes) -> bytes:
        """Take note of all bytes, and show pymodbus only what can be the answer."""
        if sending:
            self._sent = data
            if self._serial is None:
                self._begin()
            return data
        question = self._question
        if question is None or not self._is_sent or len(self._received) > MOST_BUFFERED:
            return b""  # the answer to a question that was given up, or to none at all
        self._received += data[self._kept :]
        frame = answer_in(
            self._received,
            self._sent,
            question.shape,
            _has_good_checksum,
            echoes=self._expects_echo,
        )
        # Where pymodbus refuses the frame, it cuts so many bytes off the front of what it keeps.
        self._kept = len(data) - len(frame)
        if frame:
            self.arrived = self._now()
            self._frame = frame
        return frame

    def _see_connection(self, connected: bool) -> None:
        """Take note that the line is lost, and let nobody wait for it."""
        if connected or self._context is None:
            return
        self.lost = True
        self._fail(ConnectionException("lost"))
        if self._wake is not None:
            self._wake.call()

    async def _reply(self, context: TransactionManager, question: Question) -> ModbusPDU:
        """Have a question asked; its time begins when it is sent.

        A unit that babbles does not hold the line up: after the time of a whole frame the question
        is asked all the same.
        """
        within, port = question.within_seconds, self._serial
        if port is None:
            return await self._execute(context, question, within)
        try:
            rest = in_seconds(port.rest_of_silence())
            return await self._execute(context, question, within + rest)
        except NoiseError:
            await port.silence(Duration(LONGEST_FRAME * character_time(self.options)))
        port.is_patient = False
        try:
            return await self._execute(context, question, within)
        finally:
            port.is_patient = True

    async def _execute(
        self, context: TransactionManager, question: Question, within_seconds: float
    ) -> ModbusPDU:
        """Have pymodbus frame and send a question, and wait for what it makes of the answer.

        Its own `execute` takes a lock that nobody else wants, and waits by asyncio.wait_for, which
        costs a turn of the event loop and in Python 3.11 swallows a cancellation that comes
        together with the answer.
        """
        loop = asyncio.get_running_loop()
        question.request.transaction_id = context.getNextTID()
        context.recv_buffer = b""
        waiting = context.response_future = loop.create_future()
        ending = loop.call_later(within_seconds, self._fail, ModbusIOException("no answer in time"))
        try:
            context.pdu_send(question.request)
            reply: ModbusPDU = await waiting
        finally:
            ending.cancel()
        return reply

    def _begin(self) -> None:
        """Take what comes from now on for the answer, and nothing that came before."""
        if self._context is not None:
            self._context.recv_buffer = b""
        self._received = self._frame = b""
        self._kept = 0
        self._is_sent = True

    def _fail(self, error: Exception) -> None:
        """Let nobody wait for an answer any more."""
        if self._context is None or self._question is None:
            return
        waiting = self._context.response_future
        if not waiting.done():
            waiting.set_exception(error)

    def _ready_context(self) -> TransactionManager:
        """Give pymodbus; where answers over TCP are not numbered, without what came in between.

        It would pass for the answer to the next question.
        """
        context = self._context
        if context is None or self.lost or not context.transport:
            raise self.gone()
        if self._serial is None and not self._numbered:
            descriptor = context.transport.get_extra_info("socket").fileno()
            with suppress(OSError):  # nothing came; or the line is lost, as is seen soon enough
                os.read(descriptor, MOST_BUFFERED)
        return context

    def _learn_echo(self, question: Question) -> None:
        """Learn from the first that came whether the line echoes, where nobody has said so."""
        if self.options.echo:
            return
        received, before = self._received, self.echoes
        if not received:
            # An echo needs no device that answers: where there is one, it comes.
            self.echoes = before or False
        elif question.shape.repeats:
            return  # its answer looks like its echo
        elif received.startswith(self._sent):
            self.echoes = True
            if not before:
                logger.info(
                    "%s sends back what it is told to; that is skipped (echo: true says so)",
                    self.name,
                )
        elif self._frame and received.startswith(self._frame):
            self.echoes = False

    def _failure(self, question: Question) -> NoAnswerError | LineDownError:
        """Say why a question has no answer."""
        if self.lost:
            return self.gone()
        if self._serial is not None and self._serial.intern_write_buffer:
            return LineDownError(f"{self.name}: the port takes no bytes; unplug the adapter")
        received, sent = self._received, self._sent
        if not self._numbered:
            self._frame = b""  # it was refused
            self._learn_echo(question)
        cause, what = why_unanswered(
            received, sent, question.shape, _has_good_checksum, echoes=self._expects_echo
        )
        if cause is FaultCause.NO_REPLY:
            what = f"{what} in {question.within_seconds * 1000:.0f} ms"
        return NoAnswerError(cause, f"{question.text}: {what}")

    def gone(self) -> LineDownError:
        """Say that the line is lost."""
        if self.tcp:
            return LineDownError(
                f"{self.name}: the connection was lost; see the host and its cable"
            )
        return LineDownError(
            f"{self.name}: the port was lost; is the adapter still plugged in? "
            "see ls -l /dev/serial/by-id"
        )


def _has_good_checksum(frame: bytes) -> bool:
    """Whether a whole RTU frame ends in its own checksum."""
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))
