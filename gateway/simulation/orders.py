"""What a person may tell played devices, a line at a time.

    [UNIT:] QUANTITY[@CHANNEL] VALUE [UNIT OF MEASURE]
    [UNIT:] fault|warning NAME on|off [CODE]
    [UNIT:] state WORD|NUMBER
    [UNIT:] silent | speak
    [UNIT:] heartbeat stop|go
    help | quit

Without a unit all devices are meant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.simulation.wanted import LONGEST_SHOWN, PlayError
from gateway.text import say
from rules.instant import Duration

LONGEST_ORDER: Final = 400  # characters


class PlayedDevice(Protocol):
    """A device of any driver. What it does not have or know it refuses with PlayError.

    Attributes:
        name: its profile.
        beats_every: how often `beat` is to be called; None where it has no heartbeat.
    """

    name: str
    beats_every: Duration | None

    def measure(self, quantity: str, text: str, channel: int = 0) -> str:
        """Let it measure something; give what it sends from now on."""

    def set_fault(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Let it report a fault, or that it is out of service."""

    def set_warning(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Let it say that it wants attention."""

    def set_state(self, word: str, channel: int = 0) -> str:
        """Let it say what it does."""

    def set_silent(self, *, silent: bool) -> None:
        """Let it say nothing, or speak again."""

    def set_beating(self, *, beating: bool) -> None:
        """Stop its heartbeat, or let it go on."""

    def beat(self) -> None:
        """Let its heartbeat advance."""


@dataclass(frozen=True, slots=True)
class Order:
    """A line, read: for which unit (None: all), and its words."""

    unit: int | None
    words: tuple[str, ...]


def read_order(line: str) -> Order:
    """Read a line.

    Raises:
        PlayError: it is too long.
    """
    if len(line) > LONGEST_ORDER:
        raise PlayError(say("play.no-order", order=repr(line[:LONGEST_SHOWN])))
    head, colon, rest = line.partition(":")
    if colon and head.strip().isdecimal():
        return Order(int(head), tuple(rest.split()))
    return Order(None, tuple(line.split()))


def obey(order: Order, devices: dict[int, PlayedDevice]) -> str:
    """Do what an order says, and say what came of it.

    Raises:
        PlayError: it cannot be done; nothing is changed, or only what came before in `devices`.
    """
    if order.words == ("help",):
        return say("play.help")
    if order.unit is not None and order.unit not in devices:
        known = ", ".join(map(str, devices))
        raise PlayError(say("play.no-unit-number", unit=order.unit, known=known))
    meant = [order.unit] if order.unit is not None else list(devices)
    said = dict.fromkeys(_obey(order.words, devices[unit]) for unit in meant)
    return "; ".join(said)


def _obey(words: tuple[str, ...], device: PlayedDevice) -> str:
    match words:
        case ("silent",):
            device.set_silent(silent=True)
            return say("play.is-silent")
        case ("speak",):
            device.set_silent(silent=False)
            return say("play.speaks")
        case ("heartbeat", "stop" | "go" as word):
            device.set_beating(beating=word == "go")
            return say("play.beats") if word == "go" else say("play.beats-no-more")
        case ("state", place):
            return device.set_state(*_with_channel(place))
        case ("fault" | "warning" as kind, place, "on" | "off" as word):
            return _setter(device, kind)(*_with_channel(place), on=word == "on")
        case ("fault" | "warning" as kind, place, "on" | "off" as word, code) if _is_number(code):
            return _setter(device, kind)(*_with_channel(place), on=word == "on", code=int(code, 0))
        case (place, _, *_) if place not in ("fault", "warning", "state", "heartbeat"):
            quantity, channel = _with_channel(place)
            return device.measure(quantity, " ".join(words[1:]), channel)
    raise PlayError(say("play.no-order", order=repr(" ".join(words)[:LONGEST_SHOWN])))


def _setter(device: PlayedDevice, kind: str) -> Callable[..., str]:
    return device.set_fault if kind == "fault" else device.set_warning


def _with_channel(place: str) -> tuple[str, int]:
    name, at, channel = place.partition("@")
    if at and not (channel.isdecimal() and len(channel) <= 3):
        raise PlayError(say("play.no-order", order=repr(place[:LONGEST_SHOWN])))
    return name, int(channel) if at else 0


def _is_number(word: str) -> bool:
    try:
        int(word, 0)
    except ValueError:
        return False
    return len(word) <= 12
