"""Listens to a panel that prints, and tells the state of its points.

A change is told at once; and each point's state again at each of its turns, since a panel that
prints nothing is a panel where nothing happens.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drivers.bus import BusDetector, Deliver, Now
from drivers.serial.answer import Refusal
from drivers.serial.device import SerialProfile
from drivers.serial.line_cutter import LINE_PAUSE, Line, LineCutter
from drivers.serial.listener import GARBLED_TOLD_EVERY, Listener, Port
from drivers.serial.panel import Outcome, Panel
from drivers.serial.pattern import folded
from drivers.wake import next_turn
from rules.instant import Instant, later
from rules.reading import FailedPoll, FaultCause, Reading


@dataclass(slots=True)
class _Round:
    """The detectors of one period, and when it is their turn."""

    detectors: tuple[BusDetector, ...]
    turn: Instant


class PrinterPort(Listener):
    """The port of a panel, while it is open."""

    def __init__(
        self,
        detectors: Sequence[BusDetector],
        panel: Panel,
        port: Port,
        deliver: Deliver,
        now: Now,
    ) -> None:
        """Begin.

        Args:
            detectors: one for each point; all of one profile.
            panel: what is known of the points; it outlives the port.
            port: the open port.
            deliver: takes what is measured.
            now: the monotonic clock.
        """
        device: SerialProfile = detectors[0].profile.device
        super().__init__(port, device, deliver, now)
        if device.lines is None:
            raise ValueError("the profile says nothing of lines")
        self._detectors = {folded(each.options.point): each for each in detectors}
        self._panel = panel
        self._cutter = LineCutter(device.lines.encoding)
        self._last_chunk = now()
        self._garbled_from = now()
        panel.port_opened(now())
        self._rounds = [
            _Round(tuple(each for each in detectors if each.every == every), now())
            for every in sorted({each.every for each in detectors})
        ]

    async def attend(self) -> None:
        """Tell each point at its turns; take a line whose end does not come."""
        await self._start_device()
        while True:
            now = self._now()
            if self._cutter.is_waiting and now - self._last_chunk >= LINE_PAUSE:
                self._hear(self._cutter.pause(), now)
            for each in self._rounds:
                if now >= each.turn:
                    self._tell(each.detectors, now)
                    each.turn = next_turn(each.turn, each.detectors[0].every, now)
            wanted = min(each.turn for each in self._rounds)
            if self._cutter.is_waiting:
                wanted = min(wanted, later(self._last_chunk, LINE_PAUSE))
            await self._until(wanted)

    def take(self, chunk: bytes) -> None:
        """Take bytes that have just come."""
        now = self._now()
        self._last_chunk = now
        self._hear(self._cutter.feed(chunk), now)
        if self._cutter.is_waiting:
            self._wake.call()

    def _hear(self, lines: Iterable[Line], now: Instant) -> None:
        """Take lines, and tell at once what they change."""
        for line in lines:
            heard = self._panel.hear(line, now)
            match heard.outcome:
                case Outcome.SOME:
                    self._tell((self._detectors[point] for point in heard.points), now)
                case Outcome.ALL:
                    self._tell(self._detectors.values(), now)
                case Outcome.GARBLED if now >= self._garbled_from:
                    self._garbled_from = later(now, GARBLED_TOLD_EVERY)
                    self._tell_garbled(line, now)

    def _tell(self, detectors: Iterable[BusDetector], now: Instant) -> None:
        """Tell what is known of some points."""
        for each in detectors:
            point = folded(each.options.point)
            state = self._panel.present(point, now)
            if isinstance(state, Refusal):
                self._fail(each, state.cause, state.detail, now)
            else:
                if warning := self._panel.warning(point):
                    self._fail(each, FaultCause.DEVICE_WARNING, warning, now)
                self._deliver(Reading(each.id, "contact", state, now))

    def _tell_garbled(self, line: Line, now: Instant) -> None:
        """Tell a failed attempt of all points; what was known of them is known as before."""
        for each in self._detectors.values():
            self._fail(each, FaultCause.BAD_REPLY, f"a garbled line: {line.text!r}", now)
        self._tell(self._detectors.values(), now)

    def _fail(self, detector: BusDetector, cause: FaultCause, detail: str, at: Instant) -> None:
        self._deliver(FailedPoll(detector.id, cause, f"{self._path}: {detail}", at))
