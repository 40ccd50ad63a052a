"""Whom a search asks, in which order, and how long that may take.

First the settings with which devices are delivered, and there the units that they are delivered
with: a few seconds. Then each setting with every unit. Almost all of the time is spent on units
that do not exist.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from drivers.device_words import Parity
from drivers.modbus.codec import Block, block_of
from drivers.modbus.data_model import Table
from drivers.modbus.device import ModbusProfile
from rules.instant import NANOSECONDS_PER_SECOND, Duration
from rules.profile import Profile

ANYBODY: Final = Block(Table.HOLDING_REGISTER, 0, 1)
"""What a unit is asked of which nothing is known: an exception would be an answer as well."""

CHARACTERS: Final = 8 + 7  # of that question and its answer
DEFAULT_UNIT: Final = 1  # of a device whose maker states none


@dataclass(frozen=True, slots=True, order=True)
class LineSettings:
    """How a serial line is set."""

    baud: int
    parity: Parity
    stop_bits: int

    def __str__(self) -> str:
        return f"{self.baud} 8{self.parity[0].upper()}{self.stop_bits}"

    @property
    def character_time(self) -> Duration:
        """How long a character takes."""
        bits = 1 + 8 + (self.parity is not Parity.NONE) + self.stop_bits
        return Duration(bits * NANOSECONDS_PER_SECOND // self.baud)


@dataclass(frozen=True, slots=True)
class Ask:
    """A unit, and what it is asked for until it answers."""

    unit: int
    blocks: tuple[Block, ...] = (ANYBODY,)


@dataclass(frozen=True, slots=True)
class Step:
    """A setting of the line, and whom to ask with it. Over TCP there is nothing to set."""

    settings: LineSettings | None
    asks: tuple[Ask, ...]

    def takes(self, within: Duration) -> Duration:
        """Give how long it takes where nobody is there, each waited for `within`."""
        wire = 0 if self.settings is None else CHARACTERS * self.settings.character_time
        return Duration(sum(len(ask.blocks) for ask in self.asks) * (within + wire))


def delivered_settings(profiles: Iterable[Profile]) -> list[LineSettings]:
    """Give the settings with which devices are delivered, the most usual one first."""
    counts: dict[LineSettings, int] = {}
    for profile in profiles:
        settings = _settings_of(profile.device)
        if settings is not None:
            counts[settings] = counts.get(settings, 0) + 1
    return sorted(counts, key=lambda settings: (-counts[settings], settings))


def search_plan(
    profiles: Sequence[Profile], settings: Sequence[LineSettings], units: Sequence[int]
) -> list[Step]:
    """Give the steps of a search on a serial line.

    Args:
        profiles: of Modbus devices.
        settings: with which the line is tried, in this order.
        units: whom to ask; a search for fewer than all asks no others.
    """
    first = [_first_step(profiles, each, set(units)) for each in settings]
    asked = {(step.settings, ask.unit) for step in first for ask in step.asks}
    rest = [
        Step(each, tuple(Ask(unit) for unit in units if (each, unit) not in asked))
        for each in settings
    ]
    return [step for step in (*first, *rest) if step.asks]


def search_plan_of_host(profiles: Sequence[Profile], units: Sequence[int]) -> list[Step]:
    """Give the steps of a search behind a TCP host: there is nothing to set."""
    first = _first_asks([profile.device for profile in profiles], set(units))
    asked = {ask.unit for ask in first}
    rest = tuple(Ask(unit) for unit in units if unit not in asked)
    return [Step(None, asks) for asks in (first, rest) if asks]


def found_first(steps: list[Step], settings: LineSettings | None) -> list[Step]:
    """Put the steps with a setting at which somebody answered before the others."""
    return sorted(steps, key=lambda step: step.settings != settings)


def _first_step(profiles: Sequence[Profile], settings: LineSettings, units: set[int]) -> Step:
    devices = [profile.device for profile in profiles]
    return Step(
        settings, _first_asks([each for each in devices if _settings_of(each) == settings], units)
    )


def _first_asks(devices: Sequence[ModbusProfile], units: set[int]) -> tuple[Ask, ...]:
    """Give the units with which devices are delivered; each is asked for what such a one has."""
    blocks: dict[int, dict[Block, None]] = {}
    for device in devices:
        delivered = device.as_delivered
        stated = None if delivered is None else delivered.unit
        unit = DEFAULT_UNIT if stated is None else stated
        if unit in units:
            point = next(iter(device.points.values()))
            blocks.setdefault(unit, {ANYBODY: None})[block_of(point)] = None
    return tuple(Ask(unit, tuple(asked)) for unit, asked in sorted(blocks.items()))


def _settings_of(device: ModbusProfile) -> LineSettings | None:
    delivered = device.as_delivered
    if delivered is None:
        return None
    return LineSettings(delivered.baud, delivered.parity, delivered.stop_bits)
