"""What a unit is: by its marks, or by the profiles that it could be.

A mark says what a device is. Without one there are only profiles that do not contradict: every
register is there and every value lies in range. Of such there may be many, and none may be right.
"""

from collections.abc import Sequence
from typing import Final

from drivers.modbus.codec import (
    Block,
    NotANumberError,
    NoValueError,
    block_of,
    decoder,
    place_in,
    read_plan,
)
from drivers.modbus.device import ModbusProfile
from drivers.modbus.marks import mark_agrees, mark_block, mark_text
from drivers.modbus.scan_line import Outcome, Reply, ScanLine
from gateway.scanning.finding import Match
from rules.profile import Profile, QuantityRange
from rules.quantity import QUANTITIES
from rules.signal import sense

MOST_SILENCES: Final = 3  # of one unit: then it is not asked any more
MOST_GUESSES: Final = 6


class UnitReader:
    """Reads a unit, and asks for nothing twice.

    Attributes:
        unit: its number.
    """

    def __init__(self, line: ScanLine, unit: int) -> None:
        self.unit = unit
        self._line = line
        self._outcomes: dict[Block, Outcome] = {}
        self._silences = 0

    async def words(self, block: Block) -> Outcome:
        """Give what stands in a block, or why nothing does."""
        if block not in self._outcomes:
            if self._silences >= MOST_SILENCES:
                return Outcome(reply=Reply.NOTHING)
            outcome = await self._line.read(self.unit, block)
            if outcome.reply not in (Reply.WORDS, Reply.EXCEPTION):
                self._silences += 1
                outcome = await self._line.read(self.unit, block)
            self._outcomes[block] = outcome
        return self._outcomes[block]


async def identify(reader: UnitReader, profiles: Sequence[Profile]) -> tuple[Match, ...]:
    """Give what a unit is, or what it could be."""
    certain: list[Match] = []
    open_: list[Profile] = []
    for profile in profiles:
        marks = await _marks(reader, profile.device)
        if marks is None:
            continue  # it is another model
        told, agreeing = marks
        if agreeing:
            values = await _values(reader, profile)
            certain.append(Match(profile=profile.id, certain=True, marks=told, values=values or ()))
        else:
            open_.append(profile)
    if certain:
        most = max(len(match.marks) for match in certain)
        return tuple(match for match in certain if len(match.marks) == most)
    guesses: list[tuple[bool, int, Match]] = []
    for profile in open_:
        values = await _values(reader, profile)
        if values is not None:
            registers = sum(block_of(each).count for each in profile.device.all_points.values())
            match = Match(profile=profile.id, certain=False, values=values)
            guesses.append((_is_delivered_as(profile.device, reader.unit), registers, match))
    # What has the number of its delivery, and what says more, is the better guess.
    guesses.sort(key=lambda guess: (not guess[0], -guess[1]))
    return tuple(match for _, _, match in guesses[:MOST_GUESSES])


def _is_delivered_as(device: ModbusProfile, unit: int) -> bool:
    return device.as_delivered is not None and device.as_delivered.unit == unit


async def _marks(
    reader: UnitReader, device: ModbusProfile
) -> tuple[tuple[tuple[str, str], ...], bool] | None:
    """Read the marks that a model must have: what stands there, and whether there are any.

    None where one of them is not there or is another's.
    """
    told: list[tuple[str, str]] = []
    for name, mark in device.marks.items():
        if not mark.equals:
            continue
        outcome = await reader.words(mark_block(mark))
        if outcome.reply is not Reply.WORDS or not mark_agrees(mark, outcome.words):
            return None
        told.append((name, mark_text(mark, outcome.words)))
    return tuple(told), bool(told)


async def _values(reader: UnitReader, profile: Profile) -> tuple[tuple[str, str], ...] | None:
    """Read all that a profile names; None where something is missing or beyond its range."""
    device: ModbusProfile = profile.device
    plan = read_plan(
        (block_of(point) for point in device.all_points.values()),
        device.most_registers,
        device.most_bits,
    )
    replies = []
    for block in plan:
        outcome = await reader.words(block)
        if outcome.reply is not Reply.WORDS:
            return None
        replies.append(outcome.words)
    values: list[tuple[str, str]] = []
    for quantity, point in device.points.items():
        index, at = place_in(plan, block_of(point))
        try:
            number = decoder(point, at)(replies[index])
        except (NotANumberError, NoValueError):
            return None
        said = _said(quantity, number, profile.quantities[quantity])
        if said is None:
            return None
        values.append((quantity, said))
    return tuple(values)


def _said(quantity: str, number: float, limits: QuantityRange) -> str | None:
    """Say a value; None where it cannot be one."""
    value, cause = sense(number, limits)
    if cause is not None or value is None or not limits.lowest <= value <= limits.highest:
        return None
    if quantity == "contact":
        return "active" if value else "at rest"
    return f"{value:g} {QUANTITIES[quantity].unit.symbol}"
