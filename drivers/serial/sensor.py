"""A sensor that has a port for itself: one that sends by itself, or one that is asked."""

from typing import Final

from drivers.bus import BusDetector, Deliver, Now
from drivers.serial.answer import Refusal, decode, warning_in
from drivers.serial.codec import Frame, Framer
from drivers.serial.listener import GARBLED_TOLD_EVERY, Listener, Port
from drivers.wake import next_turn
from rules.instant import Duration, Instant, in_seconds, later, seconds
from rules.reading import FailedPoll, FaultCause, Reading

FRAME_PAUSE: Final = seconds(0.5)
"""A frame comes in one go: one that rests so long has lost its end, or its length is garbled."""

MOST_SHOWN: Final = 24  # bytes in a detail: enough to recognise an answer, still one line


class Sensor(Listener):
    """What both kinds of sensors have in common."""

    def __init__(self, detector: BusDetector, port: Port, deliver: Deliver, now: Now) -> None:
        super().__init__(port, detector.profile.device, deliver, now)
        self._detector = detector
        self._framer = Framer(self._device)

    def _tell(self, frame: Frame, at: Instant) -> None:
        """Tell a frame's values, or why it has none; a warning goes before them."""
        said = decode(frame, self._device)
        if isinstance(said, Refusal):
            self._fail(said.cause, said.detail, at)
            return
        if warning := warning_in(frame, self._device):
            self._fail(FaultCause.DEVICE_WARNING, warning, at)
        for quantity, value in said.items():
            self._deliver(Reading(self._detector.id, quantity, value, at))

    def _fail(self, cause: FaultCause, detail: str, at: Instant) -> None:
        self._deliver(FailedPoll(self._detector.id, cause, f"{self._path}: {detail}", at))


class StreamingSensor(Sensor):
    """A sensor that sends by itself.

    Every good frame is a measurement. It is told at once when the last one told is `every` ago or
    more, else the newest is told when it is. A garbled stretch between good frames is a failed
    attempt, told with the good frame behind it; so is each `silent_after` without a good frame.
    """

    def __init__(self, detector: BusDetector, port: Port, deliver: Deliver, now: Now) -> None:
        super().__init__(detector, port, deliver, now)
        self._newest: tuple[Frame, Instant] | None = None
        self._due = now()
        self._silent_at = later(now(), self._device.silent_after)
        self._last_chunk = now()
        self._bytes = 0
        self._bad = 0
        # Before the first good frame, and where silence was told, garbling is no news.
        self._garbling_is_news = False
        self._garbling_from = now()

    async def attend(self) -> None:
        """Tell the newest frame when it is due, and silence when it has lasted."""
        await self._start_device()
        while True:
            await self._until(
                self._silent_at if self._newest is None else min(self._due, self._silent_at)
            )
            now = self._now()
            if self._newest is not None and now >= self._due:
                self._tell_newest(*self._newest)
            if now >= self._silent_at:
                self._tell_silence(now)
                await self._start_device()

    def take(self, chunk: bytes) -> None:
        """Take bytes that have just come."""
        now = self._now()
        found = []
        if self._framer.waits_for_more and now - self._last_chunk >= FRAME_PAUSE:
            found += self._framer.pause()
        self._last_chunk = now
        found += self._framer.feed(chunk)
        self._bytes += len(chunk)
        for frame in found:
            if isinstance(frame, Frame):
                self._take_frame(frame, now)
            else:
                self._bad += 1

    def _take_frame(self, frame: Frame, now: Instant) -> None:
        """Tell a good frame, or keep it until the next one may be told."""
        if frame.skipped and self._garbling_is_news and now >= self._garbling_from:
            self._tell_garbling(frame.skipped, now)
        self._garbling_is_news = True
        self._watch_anew(now)
        if now >= self._due:
            self._tell_newest(frame, now)
        else:
            self._newest = (frame, now)
            self._wake.call()

    def _tell_newest(self, frame: Frame, at: Instant) -> None:
        """Tell a frame, and hold the next ones back for a while."""
        self._newest = None
        self._due = later(self._now(), self._detector.every)
        self._tell(frame, at)

    def _tell_garbling(self, skipped: int, now: Instant) -> None:
        """Tell a garbled stretch; the frame behind it is told at once, for it has got over it."""
        cause = FaultCause.BAD_CHECKSUM if self._bad else FaultCause.BAD_REPLY
        detail = f"{skipped} bytes garbled, {self._bad} frames with a bad checksum, then a good one"
        self._fail(cause, detail, now)
        self._garbling_from = later(now, GARBLED_TOLD_EVERY)
        self._due = now

    def _tell_silence(self, now: Instant) -> None:
        """Tell that an attempt has failed, and why as far as the bytes show."""
        waited = f"{in_seconds(self._device.silent_after):g} s"
        if self._bytes == 0:
            cause = FaultCause.NO_REPLY
            detail = f"not a byte in {waited}; see the sensor's supply and wires"
        else:
            cause = FaultCause.BAD_CHECKSUM if self._bad else FaultCause.BAD_REPLY
            detail = (
                f"{self._bytes} bytes in {waited} and no good frame, "
                f"{self._bad} with a bad checksum; see the port's settings, ground and model"
            )
        self._garbling_is_news = False
        self._watch_anew(now)
        self._fail(cause, detail, now)

    def _watch_anew(self, now: Instant) -> None:
        """Wait for the next good frame."""
        self._silent_at = later(now, self._device.silent_after)
        self._bytes = 0
        self._bad = 0


class AskedSensor(Sensor):
    """A sensor that answers a question with a frame."""

    def __init__(self, detector: BusDetector, port: Port, deliver: Deliver, now: Now) -> None:
        super().__init__(detector, port, deliver, now)
        self._question = bytes.fromhex(self._device.ask)
        self._is_asking = False
        self._answer: tuple[Frame, Instant] | None = None
        self._received = bytearray()
        self._bytes = 0
        self._bad = 0

    async def attend(self) -> None:
        """Ask each `every`, and tell what comes of it."""
        await self._start_device()
        turn = silent_since = self._now()
        while True:
            while self._now() < turn:
                await self._until(turn)
            if await self._ask():
                silent_since = self._now()
            elif self._now() - silent_since >= self._device.silent_after:
                await self._start_device()  # it may have lost its settings with its supply
                silent_since = self._now()
            turn = next_turn(turn, self._detector.every, self._now())

    def take(self, chunk: bytes) -> None:
        """Take bytes that have just come; what nobody asked for is let go."""
        if not self._is_asking or self._answer is not None:
            return
        self._bytes += len(chunk)
        self._received += chunk[: MOST_SHOWN - len(self._received)]
        for frame in self._framer.feed(chunk):
            if isinstance(frame, Frame):
                self._answer = (frame, self._now())
                self._wake.call()
                return
            self._bad += 1

    async def _ask(self) -> bool:
        """Ask once, and tell the answer or that there was none; true where there was one."""
        self._port.drain()
        self._framer.forget()
        self._received.clear()
        self._bytes = self._bad = 0
        self._is_asking, self._answer = True, None
        try:
            self._port.write(self._question)
            deadline = later(self._now(), self._device.answer_within)
            while self._answer is None and self._now() < deadline:
                await self._until(deadline)
        finally:
            self._is_asking = False
        if self._answer is None:
            self._tell_no_answer(self._device.answer_within)
            return False
        self._tell(*self._answer)
        return True

    def _tell_no_answer(self, waited: Duration) -> None:
        """Tell that a question was not answered, and why as far as the bytes show."""
        within = f"{in_seconds(waited):g} s"
        if self._bytes == 0:
            cause = FaultCause.NO_REPLY
            detail = f"not a byte of an answer in {within}; see the sensor's supply and both wires"
        else:
            cause = FaultCause.BAD_CHECKSUM if self._bad else FaultCause.BAD_REPLY
            shown = self._received.hex(" ").upper() + (" …" if self._bytes > MOST_SHOWN else "")
            what = "bad checksum" if self._bad else "no answer that the profile knows"
            detail = f"{what} in {self._bytes} bytes: {shown}"
        self._fail(cause, detail, self._now())
