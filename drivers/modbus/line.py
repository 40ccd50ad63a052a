"""One serial line or one Modbus/TCP connection, and one question on it at a time.

Each attempt ends within a bound: in an answer of the right shape, in an error that says what came
instead, or in LineDownError. pymodbus frames and checks; opening, closing and giving up are ours,
so that one supervisor alone decides when a line is opened again.
"""

import asyncio
import logging
import socket
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.transaction import TransactionManager
from pymodbus.transport.serialtransport import SerialTransport

from drivers.bus import LineDownError, Now
from drivers.modbus.answer import answer_in, exception_text, why_unanswered
from drivers.modbus.codec import Words, character_time, silence_between_frames
from drivers.modbus.data_model import (
    Parity,
)
from drivers.modbus.options import (
    ModbusBusOptions,
)
from drivers.modbus.ports import why_not_open
from drivers.modbus.question import Question
from drivers.wake import Wake
from rules.instant import Instant, in_seconds
from rules.reading import FaultCause

# What pymodbus logs (each time-out, with the last twenty frames) reaches us as exceptions and is
# told as faults; a dead device would fill the log with it besides.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

OPEN_WITHIN_SECONDS: Final = 5.0
# TCP gives up on a host that acknowledges nothing for so long, instead of a quarter of an hour.
UNACKNOWLEDGED_MS: Final = 5000
# Room for a late answer before the good one; pymodbus's own bound is one frame (260 bytes).
MOST_BUFFERED: Final = 1024
LONGEST_FRAME: Final = 256  # MODBUS over Serial Line V1.02, 2.5.1
PARITIES: Final = {Parity.NONE: "N", Parity.EVEN: "E", Parity.ODD: "O"}


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


class Line:
    """A serial port or a TCP connection; it may be opened again after it was closed.

    Attributes:
        name: the port or host, for people.
        tcp: whether answers name their questions.
        arrived: when the last answer was complete.
        lost: whether the port or connection is gone.
    """

    def __init__(self, options: ModbusBusOptions, now: Now) -> None:
        self.options = options
        self.name = options.port or f"{options.host}:{options.tcp_port}"
        self.tcp = options.host is not None
        self.arrived = Instant(0)
        self.lost = False
        self._now = now
        self._silence = silence_between_frames(options)
        self._last_byte = Instant(0)
        self._cancelled_before = 0
        self._opening: asyncio.Future[SerialTransport] | None = None
        self._context: TransactionManager | None = None
        self._serial: SerialTransport | None = None
        self._wake: Wake | None = None
        self._first_answer = _take_no_note
        self._question: Question | None = None
        self._sent = self._received = self._shown = b""

    async def open(self, wake: Wake, first_answer: Callable[[], None] = _take_no_note) -> None:
        """Open the port or the connection.

        Args:
            wake: called when the line is lost.
            first_answer: called when anybody has answered, an exception code included: once.

        Raises:
            LineDownError: it does not open; its text says why and what to look at.
        """
        self.lost = False
        self._wake = wake
        self._first_answer = first_answer
        self._cancelled_before = _cancellations()
        context = self._context = self._context_of_client()
        try:
            async with asyncio.timeout(OPEN_WITHIN_SECONDS):
                if self.tcp:
                    context.transport, _ = await context.call_create()
                    context.transport.get_extra_info("socket").setsockopt(
                        socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS
                    )
                else:
                    context.transport = self._serial = await self._open_port(context)
        except TimeoutError:
            hint = "is the host powered, and its address right?" if self.tcp else "unplug it"
            raise LineDownError(
                f"{self.name}: did not open in {OPEN_WITHIN_SECONDS:g} s; {hint}"
            ) from None
        except (OSError, ValueError, termios.error) as error:
            raise LineDownError(f"{self.name}: {why_not_open(error)}") from error

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
        context = self._context
        if context is None or self.lost or not context.transport:
            raise self.gone()
        if self._serial is not None:
            await self._keep_silence(self._serial)
        context.comm_params.timeout_connect = question.within_seconds
        self._received = self._shown = b""
        self._question = question
        try:
            reply = await context.execute(False, question.request)
        except ModbusException:
            raise self._failure(question) from None
        finally:
            self._question = None
            # pymodbus waits by asyncio.wait_for, which in Python 3.11 swallows a cancellation that
            # comes together with the answer.
            if _cancellations() > self._cancelled_before:
                raise asyncio.CancelledError
        first_answer, self._first_answer = self._first_answer, _take_no_note
        first_answer()
        if reply.isError():
            code = reply.exception_code
            raise RefusedError(code, f"{question.text}: {exception_text(code)}")
        return reply.bits if question.bits else reply.registers

    def _context_of_client(self) -> TransactionManager:
        """Make pymodbus's client; it neither re-tries nor reopens nor gives up by itself."""
        client: AsyncModbusTcpClient | AsyncModbusSerialClient
        if self.tcp:
            client = AsyncModbusTcpClient(
                self.options.host or "",
                port=self.options.tcp_port,
                reconnect_delay=0,
                retries=0,
                trace_packet=self._see_bytes,
                trace_connect=self._see_connection,
            )
        else:
            client = AsyncModbusSerialClient(
                self.options.port or "",
                reconnect_delay=0,
                retries=0,
                trace_packet=self._see_bytes,
                trace_connect=self._see_connection,
            )
        client.set_max_no_responses(sys.maxsize)
        client.ctx.max_buffer_size = MOST_BUFFERED
        return client.ctx

    async def _open_port(self, context: TransactionManager) -> SerialTransport:
        """Open the serial port, in a thread of its own since a broken adapter's driver may hang."""
        if self._opening is not None and not self._opening.done():
            raise LineDownError(
                f"{self.name}: still hanging in the attempt to open it; unplug the adapter"
            )
        loop = asyncio.get_running_loop()
        options = self.options
        opening = self._opening = loop.run_in_executor(
            None,
            partial(
                SerialTransport,
                loop,
                context,
                options.port,
                options.baud,
                8,
                PARITIES[options.parity],
                options.stop_bits,
                OPEN_WITHIN_SECONDS,
            ),
        )
        try:
            port = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_late)
            raise
        port.setup()
        return port

    def _see_bytes(self, sending: bool, data: bytes) -> bytes:
        """Take note of all bytes, and show pymodbus only what can be the answer."""
        if sending:
            self._sent = data
            return data
        self._last_byte = self._now()
        question = self._question
        if question is None:
            return b""  # the answer to a question that was given up
        self._received = data
        frame = answer_in(data, self._sent, question.shape)
        if frame:
            self._shown = frame
            self.arrived = self._last_byte
        return frame

    def _see_connection(self, connected: bool) -> None:
        """Take note that the line is lost, and let nobody wait for it."""
        if connected or self._context is None or self._wake is None:
            return
        self.lost = True
        waiting = self._context.response_future
        if self._question is not None and not waiting.done():
            waiting.set_exception(ConnectionException("lost"))
        self._wake.call()

    async def _keep_silence(self, port: SerialTransport) -> None:
        """Wait until the line has been silent between two frames, and forget what came meanwhile.

        A unit that babbles does not hold the line up: after the time of a whole frame the question
        is asked all the same.
        """
        give_up = self._now() + LONGEST_FRAME * character_time(self.options)
        rest = self._last_byte + self._silence - self._now()
        while rest > 0 and self._now() < give_up:
            await asyncio.sleep(in_seconds(rest))
            rest = self._last_byte + self._silence - self._now()
        if self.lost or not port.sync_serial:
            raise self.gone()
        try:
            port.sync_serial.reset_input_buffer()
        except (OSError, termios.error) as error:
            raise self.gone() from error

    def _failure(self, question: Question) -> NoAnswerError | LineDownError:
        """Say why a question has no answer."""
        if self.lost:
            return self.gone()
        if self._serial is not None and self._serial.intern_write_buffer:
            return LineDownError(f"{self.name}: the port takes no bytes; unplug the adapter")
        cause, what = why_unanswered(
            self._received,
            self._sent,
            question.shape,
            shown=self._shown,
            sound=_has_good_checksum,
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


def _cancellations() -> int:
    """Give how often the running task was told to end."""
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


def _has_good_checksum(frame: bytes) -> bool:
    """Whether a whole RTU frame ends in its own checksum."""
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))


def _close_late(opening: "asyncio.Future[SerialTransport]") -> None:
    """Close a port that opened when nobody waited for it any more."""
    if not opening.cancelled() and opening.exception() is None:
        with suppress(OSError, termios.error):
            opening.result().sync_serial.close()
