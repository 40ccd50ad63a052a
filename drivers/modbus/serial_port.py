"""A serial port that keeps its line silent between frames, and else is prompt.

pymodbus writes in the next turn of the event loop, and pyserial asks before each read whether there
is anything: on a fast line that is a twentieth of a poll, and a fifth of what it costs. And what is
to be written is made while the line is still silent: when it has been for long enough, nothing is
left to do but to write.
"""

import asyncio
import os
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from pymodbus.transport.serialtransport import SerialTransport

from drivers.bus import Now
from rules.instant import Duration, Instant, in_seconds, later

MOST_READ: Final = 1024  # bytes in one call

Bytes = bytes | bytearray | memoryview


class NoiseError(Exception):
    """Something came over the line where it should have been silent."""


class SerialPort(SerialTransport):
    """pymodbus's transport of a line on which frames are parted by silence.

    Attributes:
        is_patient: whether it waits for the silence before it writes.
    """

    is_patient = True
    _silence = Duration(0)
    _last_byte = Instant(0)
    _waiting: asyncio.TimerHandle | None = None
    _now: Now
    _sent: Callable[[], None]
    _failed: Callable[[Exception], None]

    def keep_silence(
        self,
        silence: Duration,
        now: Now,
        sent: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Say what silence is to be kept, and who is told.

        Args:
            silence: between the last byte that came and the first that is written.
            now: the monotonic clock.
            sent: called just before bytes are written; what came before is no answer to them.
            failed: called where they are not, with NoiseError where the line was not silent.
        """
        self._silence, self._now = silence, now
        self._sent, self._failed = sent, failed

    def rest_of_silence(self) -> Duration:
        """Give how long the line has to be silent still."""
        return Duration(max(0, self._last_byte + self._silence - self._now()))

    async def silence(self, at_most: Duration) -> None:
        """Wait until the line has been silent for long enough, or is not to be for too long."""
        give_up = later(self._now(), at_most)
        while (rest := self.rest_of_silence()) and self._now() < give_up:  # noqa: ASYNC110  time is no event
            await asyncio.sleep(in_seconds(rest))

    def write(self, data: Bytes) -> None:
        """Write as soon as the line has been silent for long enough."""
        rest = self.rest_of_silence() if self.is_patient else 0
        if rest:
            self._waiting = self.async_loop.call_later(
                in_seconds(rest), self._write_if_silent, data, self._last_byte
            )
        else:
            self._write_now(data)

    def hold_back(self) -> None:
        """Write nothing that has not been written yet; harmless where all has been."""
        if self._waiting is not None:
            self._waiting.cancel()

    def intern_read_ready(self) -> None:
        """Take what is there; a port that is ready and gives nothing is gone."""
        try:
            data = os.read(self.sync_serial.fileno(), MOST_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self.close(error)
            return
        if data:
            self._last_byte = self._now()
            self.intern_protocol.data_received(data)  # type: ignore[attr-defined]
        else:
            self.close(ConnectionResetError("hung up"))

    def _write_if_silent(self, data: Bytes, last_byte: Instant) -> None:
        """Write, unless something came since the last byte that was known of."""
        if self._last_byte == last_byte:
            self._write_now(data)
        else:
            self._failed(NoiseError())

    def _write_now(self, data: Bytes) -> None:
        """Write what the port takes now; the rest, and any error, when it is ready again.

        What came since the last answer and was not read yet would pass for the next: it is lost.
        """
        if not self.sync_serial:
            return  # it was lost, as has been told
        try:
            termios.tcflush(self.sync_serial.fileno(), termios.TCIFLUSH)
        except (OSError, termios.error) as error:
            self.close(OSError(str(error)))
            return
        self._sent()
        sent = 0
        if not self.intern_write_buffer:
            with suppress(OSError):
                sent = os.write(self.sync_serial.fileno(), data)
        if sent < len(data):
            super().write(data[sent:])
