"""Words that profiles of more than one driver use in the same sense."""

from collections.abc import Iterable
from enum import StrEnum

from rules.problem import InvalidSettingError


class DeviceState(StrEnum):
    """What a device does, as it says itself."""

    MEASURING = "measuring"
    WARMING_UP = "warming-up"
    INHIBITED = "inhibited"  # maintenance, calibration: its values may be frozen
    FAILED = "failed"


class Parity(StrEnum):
    """Parity bit of each character on a serial line."""

    NONE = "none"
    EVEN = "even"
    ODD = "odd"


def check_numbers(name: str, words: Iterable[str], bounds: tuple[int, int] | None = None) -> None:
    """Refuse words that are no whole numbers, decimal or with 0x, lie outside or come twice.

    Raises:
        InvalidSettingError: of the field of that name.
    """
    found: set[int] = set()
    for word in words:
        try:
            number = int(word, 0)
        except ValueError:
            raise InvalidSettingError(
                name, f"{word!r} is no whole number", "write 12 or 0x0C"
            ) from None
        if bounds is not None and not bounds[0] <= number <= bounds[1]:
            raise InvalidSettingError(name, f"{word} is not from {bounds[0]} to {bounds[1]}")
        if number in found:
            raise InvalidSettingError(name, f"{word} is there twice")
        found.add(number)
