"""A Modbus device of a profile: values, faults, warnings, state, heartbeat, marks in its registers.

One device can be played several times in one unit, as the channels of an input module: each has
the profile's addresses, moved by its register offset. A device whose registers would then lie upon
each other's has no channels, and is played once.
"""

from collections.abc import Mapping
from typing import Final

from drivers.device_words import DeviceState
from drivers.modbus.codec import block_of, encoder
from drivers.modbus.data_model import lowest_and_highest
from drivers.modbus.device import ModbusFault, ModbusPoint, ModbusProfile
from drivers.modbus.marks import mark_words
from drivers.modbus.numbers import CannotHoldError, own_bits, raw_writer
from gateway.simulation.mishap import Mishap
from gateway.simulation.modbus_unit import Unit
from gateway.simulation.wanted import LONGEST_SHOWN, PlayError, driver_number, quiet_number
from gateway.text import say
from rules.instant import Duration
from rules.profile import Profile

BEATS_BEFORE_STOPPED: Final = 4  # so often a heartbeat advances in the time after which it is dead
SILENT: Final = "silent"


class PlayedModbus:
    """A unit that is a device of a profile.

    Attributes:
        name: the profile's id.
        unit: for the wire.
        beats_every: how often `beat` is to be called; None where the device has no heartbeat.
    """

    def __init__(self, profile: Profile, channels: int = 1) -> None:
        """Make it as if it had just been switched on: all quiet, sound and measuring."""
        device: ModbusProfile = profile.device
        self.unit = Unit(most_registers=device.most_registers, most_bits=device.most_bits)
        self.name = profile.id
        self.beats_every: Duration | None = None
        self._profile, self._device = profile, device
        self._channels = channels if _has_channels(device) else 1
        self._beat = 0
        self._beating = True
        self._mark()
        for channel in range(self._channels):
            for quantity, limits in profile.quantities.items():
                self._put(device.points[quantity], quiet_number(limits), channel)
            for signs in (self._signs, device.warnings):
                for name in signs:
                    self._set_sign(signs, name, channel, on=False, code=None)
            if device.state is not None:
                self._put(device.state.as_point(), self._number_of(DeviceState.MEASURING), channel)
            if device.heartbeat is not None:
                self._put(device.heartbeat.as_point(), 0, channel)
                self.beats_every = Duration(device.heartbeat.stopped_after // BEATS_BEFORE_STOPPED)

    @property
    def _signs(self) -> Mapping[str, ModbusFault]:
        return {**self._device.faults, **self._device.inhibits}

    def measure(self, quantity: str, text: str, channel: int = 0) -> str:
        """Let it measure something; give what stands in its registers now.

        Raises:
            PlayError: it does not measure that, or cannot hold the value.
        """
        limits = self._profile.quantities.get(quantity)
        if limits is None:
            known = ", ".join(self._profile.quantities)
            raise PlayError(
                say("play.no-quantity", quantity=repr(quantity[:LONGEST_SHOWN]), known=known)
            )
        self._check_channel(channel)
        point = self._device.points[quantity]
        return self._put(point, driver_number(text, quantity, limits), channel)

    def set_fault(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Let it report a fault, or that it is out of service; give its registers.

        Raises:
            PlayError: it reports no such thing, or not by that code.
        """
        return self._set_sign(self._signs, name, channel, on=on, code=code)

    def set_warning(self, name: str, channel: int = 0, *, on: bool, code: int | None = None) -> str:
        """Let it say that it wants attention; give its registers.

        Raises:
            PlayError: it says no such thing, or not by that code.
        """
        return self._set_sign(self._device.warnings, name, channel, on=on, code=code)

    def set_state(self, word: str, channel: int = 0) -> str:
        """Let it say what it does, by a word of the profile or by its number; give its registers.

        Raises:
            PlayError: it has no such state.
        """
        self._check_channel(channel)
        state = self._device.state
        known = () if state is None else tuple(dict.fromkeys(state.meanings.values()))
        if state is not None and (word in known or word.isdecimal()):
            number = self._number_of(DeviceState(word)) if word in known else int(word)
            return self._put(state.as_point(), number, channel)
        shown = repr(word[:LONGEST_SHOWN])
        raise PlayError(say("play.no-state", word=shown, known=", ".join(known) or "-"))

    def set_silent(self, *, silent: bool) -> None:
        """Let it answer nothing, or answer again."""
        mishaps = [mishap for mishap in self.unit.mishaps if mishap.kind != SILENT]
        self.unit.mishaps[:] = mishaps
        if silent:
            self.unit.mishaps.append(Mishap(SILENT, None, {}))

    def set_beating(self, *, beating: bool) -> None:
        """Stop its heartbeat, or let it go on.

        Raises:
            PlayError: it has none.
        """
        if self._device.heartbeat is None:
            raise PlayError(say("play.no-heartbeat"))
        self._beating = beating

    def beat(self) -> None:
        """Let the heartbeat advance by one, where it is not stopped."""
        heartbeat = self._device.heartbeat
        if heartbeat is None or not self._beating:
            return
        _, highest = lowest_and_highest(heartbeat.type)
        self._beat = 0 if self._beat >= highest else self._beat + 1
        for channel in range(self._channels):
            self._put(heartbeat.as_point(), self._beat, channel, is_raw=True)

    def _check_channel(self, channel: int) -> None:
        if not 0 <= channel < self._channels:
            raise PlayError(say("play.no-channel", channel=channel, last=self._channels - 1))

    def _number_of(self, state: DeviceState) -> int:
        assert self._device.state is not None, "asked only where there is one"
        meanings = self._device.state.meanings
        return next(int(number, 0) for number, meant in meanings.items() if meant is state)

    def _set_sign(
        self,
        signs: Mapping[str, ModbusFault],
        name: str,
        channel: int,
        *,
        on: bool,
        code: int | None,
    ) -> str:
        self._check_channel(channel)
        if name not in signs:
            shown, has = repr(name[:LONGEST_SHOWN]), ", ".join(signs) or "-"
            raise PlayError(say("play.no-fault", name=shown, known=has))
        fault = signs[name]
        known = [number for word in fault.words if (number := int(word, 0)) >= fault.lowest]
        if code is None:
            code = (known or [fault.lowest])[0] if on else min(0, fault.lowest - 1)
        elif on != (code >= fault.lowest):
            raise PlayError(say("play.no-code", code=code, name=name, lowest=fault.lowest))
        return self._put(fault.as_point(), code, channel, is_raw=True)

    def _put(self, point: ModbusPoint, value: float, channel: int, *, is_raw: bool = False) -> str:
        """Write a number where it stands, and leave the other bits of its registers alone."""
        try:
            words = (raw_writer(point) if is_raw else encoder(point))(value)
        except CannotHoldError as error:
            raise PlayError(say("play.does-not-fit", detail=error)) from None
        address = point.address + channel
        self._merge(point.table, address, tuple(zip(words, own_bits(point), strict=True)))
        shown = " ".join(
            f"{self.unit.tables[point.table][address + n]:04X}" for n in range(len(words))
        )
        return f"{point.table} {address}: {shown}"

    def _mark(self) -> None:
        for mark in self._device.marks.values():
            self._merge(mark.table, mark.address, mark_words(mark))

    def _merge(self, table: str, address: int, words: tuple[tuple[int, int], ...]) -> None:
        held = self.unit.tables[table]
        for at, (word, own) in enumerate(words, address):
            held[at] = held.get(at, 0) & ~own | word & own


def _has_channels(device: ModbusProfile) -> bool:
    """Tell whether moving a device by one register moves it off its own registers."""
    addresses = {
        (point.table, block_of(point).address + n)
        for point in device.all_points.values()
        for n in range(block_of(point).count)
    }
    return not any((table, address + 1) in addresses for table, address in addresses)
