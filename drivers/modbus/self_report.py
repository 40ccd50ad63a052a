"""What a device says of itself: faults, that it is out of service, warnings, state, heartbeat.

A device that does not measure often goes on answering, with the value that it had last. So all of
this is looked at before any value is believed. Only a warning leaves the values as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.device_words import DeviceState
from drivers.modbus.codec import NotANumberError, Words
from drivers.modbus.data_model import DataType
from drivers.modbus.device import ModbusFault, ModbusHeartbeat, ModbusProfile, ModbusState
from drivers.modbus.placed import Placed, Places
from rules.instant import Duration, Instant
from rules.reading import FaultCause

Reason = tuple[FaultCause, str]
"""Why a poll gives no value: the cause, and one line for the technician."""


class Pulse:
    """What was last seen of a heartbeat; it outlasts a line that is opened anew.

    Only time in which the device was asked can show that it stands still. Between two readings no
    more than `most_between` counts, so that no single silence, however long, makes it stand still;
    and a device that is asked seldom is still found out, a few readings later.
    """

    __slots__ = ("_at", "_number", "_still", "between")

    def __init__(self) -> None:
        self.between = Duration(0)  # how much counted of the time between the last two readings
        self._number: float | None = None
        self._at = Instant(0)
        self._still = Duration(0)

    def beat(self, number: float, at: Instant, most_between: Duration) -> Duration:
        """Take a reading; give for how long the number may have been the same at most.

        It counts from the last reading that showed another one; the first of all begins at zero.
        """
        self.between = Duration(min(at - self._at, most_between))
        if self._number is None:
            self._still = Duration(0)
        elif number != self._number:
            self._still = self.between
        else:
            self._still = Duration(self._still + self.between)
        self._number, self._at = number, at
        return self._still

    def begin_anew(self) -> None:
        """Let no time count that has passed: the device may have reason to stand still."""
        self._still = Duration(0)


@dataclass(frozen=True, slots=True)
class Sign:
    """A fault, an inhibit or a warning, found in the replies."""

    placed: Placed
    is_bit: bool
    lowest: int
    words: Mapping[int, str]

    def shown(self, replies: Sequence[Words]) -> str:
        """Name it with its place, its code and the word for it; empty where it is not set.

        Raises:
            NotANumberError: the registers hold no number.
        """
        number = self.placed.number_in(replies)
        if number < self.lowest:
            return ""
        where = self.placed.where
        if self.is_bit:
            return f"{self.placed.name} ({where})"
        code = round(number)
        word = f": {self.words[code]}" if code in self.words else ""
        return f"{self.placed.name} ({where} is {code}{word})"


@dataclass(frozen=True, slots=True)
class State:
    """The register in which the device says what it does."""

    placed: Placed
    meanings: Mapping[int, DeviceState]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The register that a living device changes."""

    placed: Placed
    stopped_after: Duration
    pulse: Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReport:
    """All that a device says of itself."""

    unit: int
    faults: tuple[Sign, ...]
    inhibits: tuple[Sign, ...]
    warnings: tuple[Sign, ...]
    state: State | None
    heartbeat: Heartbeat | None

    @property
    def blocks(self) -> frozenset[int]:
        """The numbers of the replies that it is read from."""
        placed = [sign.placed for sign in (*self.faults, *self.inhibits, *self.warnings)]
        placed += [found.placed for found in (self.state, self.heartbeat) if found is not None]
        return frozenset(each.block for each in placed)

    def reason(self, replies: Sequence[Words], arrivals: Sequence[Instant]) -> Reason | None:
        """Give why the values are not to be believed, the gravest reason first; None: they are."""
        try:
            found = self._said(replies)
            still = self._stands_still(replies, arrivals)
        except NotANumberError as error:
            return FaultCause.BAD_REPLY, f"unit {self.unit}, {error}"
        if found is not None and self.heartbeat is not None:
            self.heartbeat.pulse.begin_anew()
        return found or still

    def warning(self, replies: Sequence[Words]) -> str:
        """Give what wants attention, for the technician; empty where nothing does.

        Digits that are none want it too: a value that counts is not lost to them.
        """
        if not self.warnings:
            return ""
        try:
            shown = _all_shown(self.warnings, replies)
        except NotANumberError as error:
            shown = str(error)
        return f"unit {self.unit} wants attention: {shown}" if shown else ""

    def _said(self, replies: Sequence[Words]) -> Reason | None:
        unit = f"unit {self.unit}"
        if shown := _all_shown(self.faults, replies):
            return FaultCause.DEVICE_FAULT, f"{unit} reports {shown}"
        state, told = self._state_said(replies)
        if state is DeviceState.FAILED:
            return FaultCause.DEVICE_FAULT, f"{unit} has failed: {told}"
        if state is None:
            return FaultCause.DEVICE_FAULT, f"{unit}, {told}, which its profile does not list"
        if shown := _all_shown(self.inhibits, replies):
            return FaultCause.INHIBITED, f"{unit} is out of service: {shown}"
        if state is DeviceState.INHIBITED:
            return FaultCause.INHIBITED, f"{unit} is out of service: {told}"
        if state is DeviceState.WARMING_UP:
            return FaultCause.WARMING_UP, f"{unit} is warming up: {told}"
        return None

    def _state_said(self, replies: Sequence[Words]) -> tuple[DeviceState | None, str]:
        """Give what the state means, None where that is not known, and the state for people."""
        if self.state is None:
            return DeviceState.MEASURING, ""
        number = round(self.state.placed.number_in(replies))
        return self.state.meanings.get(number), f"{self.state.placed.where}: state {number}"

    def _stands_still(self, replies: Sequence[Words], arrivals: Sequence[Instant]) -> Reason | None:
        if self.heartbeat is None:
            return None
        placed, stopped_after = self.heartbeat.placed, self.heartbeat.stopped_after
        number, pulse = placed.number_in(replies), self.heartbeat.pulse
        still = pulse.beat(number, arrivals[placed.block], Duration(-(-stopped_after // 3)))
        # The reading nearest to the end decides: one whose answer came a millisecond sooner than
        # that of the first must not leave it to the next, a whole period later.
        if still + pulse.between // 2 < stopped_after:
            return None
        # Without the time that has passed: a fault that stands is told once, not at each poll.
        detail = f"unit {self.unit}, {placed.where}: the heartbeat stands still at {round(number)}"
        return FaultCause.HEARTBEAT, detail


def self_report(
    unit: int, device: ModbusProfile, places: Places, pulse: Pulse
) -> SelfReport | None:
    """Make what looks for all that a profile says of how its device reports on itself."""
    signs_of_it = device.faults or device.inhibits or device.warnings
    if not (signs_of_it or device.state or device.heartbeat):
        return None

    def signs(named: Mapping[str, ModbusFault]) -> tuple[Sign, ...]:
        return tuple(
            Sign(
                placed=places.place(name, sign.as_point()),
                is_bit=sign.type is DataType.BIT,
                lowest=sign.lowest,
                words={int(code, 0): word for code, word in sign.words.items()},
            )
            for name, sign in named.items()
        )

    return SelfReport(
        unit=unit,
        faults=signs(device.faults),
        inhibits=signs(device.inhibits),
        warnings=signs(device.warnings),
        state=None if device.state is None else _state(device.state, places),
        heartbeat=None if device.heartbeat is None else _beat(device.heartbeat, places, pulse),
    )


def _state(state: ModbusState, places: Places) -> State:
    meanings = {int(number, 0): meaning for number, meaning in state.meanings.items()}
    return State(places.place("state", state.as_point()), meanings)


def _beat(heartbeat: ModbusHeartbeat, places: Places, pulse: Pulse) -> Heartbeat:
    placed = places.place("heartbeat", heartbeat.as_point())
    return Heartbeat(placed, heartbeat.stopped_after, pulse)


def _all_shown(signs: Sequence[Sign], replies: Sequence[Words]) -> str:
    return ", ".join(filter(None, (sign.shown(replies) for sign in signs)))
