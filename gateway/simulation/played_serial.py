"""A device of a serial profile: a sensor that sends frames, or a panel that prints lines."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from drivers.serial.device import SerialProfile
from drivers.serial.encode import encode
from drivers.serial.frame import FrameFault
from drivers.serial.pattern import ANY, POINT
from drivers.serial.printed import PrintedEvent, Says
from gateway.simulation.pseudo_terminal import PseudoTerminal
from gateway.simulation.wanted import LONGEST_SHOWN, PlayError, driver_number, quiet_number
from gateway.text import say
from rules.instant import Duration
from rules.profile import Profile

LINE_END: Final = "\r\n"
LIVES_BEFORE_SILENT: Final = 3  # so often a panel prints that it lives in the time it has for it
MOST_UNREAD: Final = 256  # bytes of questions; the longest is a quarter of it

Send = Callable[[bytes], None]


class PlayedSensor:
    """A sensor: the frame that it sends tells what it measures.

    Attributes:
        name: the profile's id.
        beats_every: None: a frame is its only sign of life.
    """

    def __init__(self, profile: Profile) -> None:
        """Make it as if it had just been switched on: all quiet, sound and measuring."""
        self.name = profile.id
        self.beats_every: Duration | None = None
        self._profile = profile
        self._device: SerialProfile = profile.device
        self._silent = False
        self._values = {
            quantity: quiet_number(limits) for quantity, limits in profile.quantities.items()
        }

    def frame(self) -> bytes:
        """Give the frame that it sends now; empty while it is silent."""
        return b"" if self._silent else encode(self._device, self._values)

    def measure(self, quantity: str, text: str, channel: int = 0) -> str:
        """Let it measure something; give its frame.

        Raises:
            PlayError: it does not measure that, or its frame cannot hold the value.
        """
        _no_channels(channel)
        limits = self._profile.quantities.get(quantity)
        if limits is None:
            known, shown = ", ".join(self._profile.quantities), repr(quantity[:LONGEST_SHOWN])
            raise PlayError(say("play.no-quantity", quantity=shown, known=known))
        return self._with(quantity, driver_number(text, quantity, limits))

    def set_fault(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Let it report a fault, or that it is out of service; give its frame.

        Raises:
            PlayError: it reports no such thing.
        """
        signs = {**self._device.faults, **self._device.inhibits}
        return self._set_sign(signs, name, channel, on=on, code=code)

    def set_warning(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Let it say that it wants attention; give its frame.

        Raises:
            PlayError: it says no such thing.
        """
        return self._set_sign(self._device.warnings, name, channel, on=on, code=code)

    def set_state(self, word: str, channel: int = 0) -> str:
        """Let it say what it does; give its frame.

        Raises:
            PlayError: it has no such state.
        """
        _no_channels(channel)
        meanings = {} if self._device.state is None else self._device.state.meanings
        number = next((text for text, meant in meanings.items() if word in (text, meant)), None)
        if number is None:
            known = ", ".join(dict.fromkeys(meanings.values())) or "-"
            raise PlayError(say("play.no-state", word=repr(word[:LONGEST_SHOWN]), known=known))
        return self._with("state", int(number, 0))

    def set_silent(self, *, silent: bool) -> None:
        """Let it send nothing, or send again."""
        self._silent = silent

    def set_beating(self, *, beating: bool) -> None:  # noqa: ARG002  the protocol has it
        """Refuse: it has no heartbeat."""
        raise PlayError(say("play.no-heartbeat"))

    def beat(self) -> None:
        """Do nothing."""

    def _set_sign(
        self,
        signs: Mapping[str, FrameFault],
        name: str,
        channel: int,
        *,
        on: bool,
        code: int | None,
    ) -> str:
        _no_channels(channel)
        if name not in signs:
            known = ", ".join(signs) or "-"
            raise PlayError(say("play.no-fault", name=repr(name[:LONGEST_SHOWN]), known=known))
        lowest = signs[name].lowest
        if code is None:
            code = lowest if on else min(0, lowest - 1)
        elif on != (code >= lowest):
            raise PlayError(say("play.no-code", code=code, name=name, lowest=lowest))
        return self._with(name, code)

    def _with(self, name: str, number: float) -> str:
        values = {**self._values, name: number}
        try:
            frame = encode(self._device, values)
        except ValueError as error:
            raise PlayError(say("play.does-not-fit", detail=error)) from None
        self._values = values
        return frame.hex(" ").upper()


class PlayedPanel:
    """A panel that prints: an order is a line of it, `ZONE 3 active` or `all all-rest`.

    Attributes:
        name: the profile's id.
        beats_every: how often it prints that it lives; None where it has no such line.
    """

    def __init__(self, profile: Profile) -> None:
        device: SerialProfile = profile.device
        assert device.lines is not None, "a panel prints lines"
        self.name = profile.id
        self.beats_every: Duration | None = None
        self.send: Send = lambda _: None
        self._lines = device.lines
        self._silent = False
        self._living = True
        if self._lines.alive_within is not None and self._event(Says.ALIVE) is not None:
            self.beats_every = Duration(self._lines.alive_within // LIVES_BEFORE_SILENT)

    def measure(self, quantity: str, text: str, channel: int = 0) -> str:
        """Print that a point is active, at rest, in fault or sound.

        Args:
            quantity: the first word of the point's name.
            text: its further words, and at last what is said of it.
            channel: 0.

        Raises:
            PlayError: there is no line that says so.
        """
        _no_channels(channel)
        *rest, word = text.split()
        point = " ".join([quantity, *rest])
        says = next((each for each in Says if each == word), None)
        event = None if says is None else self._event(says)
        if event is None:
            known = ", ".join(dict.fromkeys(each.says for each in self._lines.events))
            raise PlayError(say("play.no-line", word=repr(word[:LONGEST_SHOWN]), known=known))
        return self._print(event, point)

    def set_fault(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Print that a point is in fault, or sound."""
        if code is not None:
            raise PlayError(say("play.no-code", code=code, name=name, lowest="-"))
        return self.measure(name, Says.FAULT if on else Says.SOUND, channel)

    def set_warning(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Print that a point wants attention, or is sound."""
        if code is not None:
            raise PlayError(say("play.no-code", code=code, name=name, lowest="-"))
        return self.measure(name, Says.WARNING if on else Says.SOUND, channel)

    def set_state(self, word: str, channel: int = 0) -> str:
        """Refuse: its lines are all that it says."""
        _no_channels(channel)
        raise PlayError(say("play.no-state", word=repr(word[:LONGEST_SHOWN]), known="-"))

    def set_silent(self, *, silent: bool) -> None:
        """Let it print nothing, or print again."""
        self._silent = silent

    def set_beating(self, *, beating: bool) -> None:
        """Stop its signs of life, or let them go on."""
        if self.beats_every is None:
            raise PlayError(say("play.no-heartbeat"))
        self._living = beating

    def beat(self) -> None:
        """Print that it lives."""
        event = self._event(Says.ALIVE)
        if event is not None and self._living:
            self._print(event, "")

    def _event(self, says: Says) -> PrintedEvent | None:
        return next((event for event in self._lines.events if event.says is says), None)

    def _print(self, event: PrintedEvent, point: str) -> str:
        line = " ".join(event.match.replace(POINT, point).replace(ANY, "").split())
        if not self._silent:
            self.send((line + LINE_END).encode(self._lines.encoding, "replace"))
        return line


class SerialPort:
    """The port of one device: it streams, answers when it is asked, or prints."""

    def __init__(
        self, device: PlayedSensor | PlayedPanel, ask: bytes, link: Path, every_s: float
    ) -> None:
        """Prepare it.

        Args:
            device: whose port.
            ask: the question that it answers; empty where it streams.
            link: under which path the port is to be opened.
            every_s: seconds between two frames of one that streams.
        """
        self._device = device
        self._ask = ask
        self._every_s = every_s
        self._pair = PseudoTerminal(link, self._take)
        self._unread = b""
        self._streaming: asyncio.Task[None] | None = None

    async def plug(self) -> str:
        """Make the port; give the link."""
        self._pair.plug()
        if isinstance(self._device, PlayedPanel):
            self._device.send = self._pair.write
        elif not self._ask:
            self._streaming = asyncio.create_task(self._stream(self._device))
        return str(self._pair.link)

    def unplug(self) -> None:
        """Take the port away."""
        if self._streaming is not None:
            self._streaming.cancel()
            self._streaming = None
        self._pair.unplug()

    async def _stream(self, sensor: PlayedSensor) -> None:
        while True:
            self._pair.write(sensor.frame())
            await asyncio.sleep(self._every_s)

    def _take(self, chunk: bytes) -> None:
        if not self._ask or isinstance(self._device, PlayedPanel):
            return
        *asked, self._unread = (self._unread + chunk).split(self._ask)
        self._unread = self._unread[-MOST_UNREAD:]
        for _ in asked:
            self._pair.write(self._device.frame())


def _no_channels(channel: int) -> None:
    if channel:
        raise PlayError(say("play.no-channel", channel=channel, last=0))


def played_serial(
    profile: Profile, link: Path, every_s: float
) -> tuple[PlayedSensor | PlayedPanel, SerialPort]:
    """Make a device of a serial profile, and its port."""
    device: SerialProfile = profile.device
    played = PlayedSensor(profile) if device.lines is None else PlayedPanel(profile)
    return played, SerialPort(played, bytes.fromhex(device.ask), link, every_s)
