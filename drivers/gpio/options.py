"""What a site file may say of a GPIO chip and the contacts and outputs on it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from drivers.bus import Claim
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

HEADER_LABELS: Final = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""The labels of the chip that the 40-pin header hangs on: Raspberry Pi 5, 4, older ones."""
HIGHEST_HEADER_LINE: Final = (
    27  # BCM numbers on the header are 0 to 27 (Raspberry Pi documentation)
)
HIGHEST_LINE: Final = 255  # lgpio tells of an edge with the number of its line in one byte
LONGEST_LABEL: Final = 31  # linux/gpio.h: 32 bytes with the one that ends it
SHORTEST_DEBOUNCE = seconds(0.005)
LONGEST_DEBOUNCE = seconds(2)


class Contact(StrEnum):
    """How a dry contact rests."""

    NORMALLY_OPEN = "normally-open"
    NORMALLY_CLOSED = "normally-closed"


class OnExit(StrEnum):
    """What an output does when the gateway ends."""

    HOLD = "hold"
    RELEASE = "release"


def check_line(line: int) -> None:
    """Refuse a line that no chip has."""
    if not 0 <= line <= HIGHEST_LINE:
        raise InvalidSettingError("line", f"must be from 0 to {HIGHEST_LINE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GpioBusOptions:
    """The chip, and how often its lines are looked at."""

    chip: str | None = field(
        default=None,
        metadata={
            "help": "the chip's label, as gpiodetect shows it; that of the 40-pin header if absent",
            "longest": LONGEST_LABEL,
        },
    )
    poll_every: Duration = field(
        default=seconds(1),
        metadata={"help": "how often each level is read again, whatever edges were seen"},
    )

    def __post_init__(self) -> None:
        if not seconds(0.05) <= self.poll_every <= seconds(10):
            raise InvalidSettingError("poll_every", "must be from 50 ms to 10 s")


@dataclass(frozen=True, slots=True, kw_only=True)
class GpioDetectorOptions:
    """A dry contact between a line and ground; the line is pulled up inside the chip."""

    line: int = field(metadata={"help": "BCM number of the GPIO line", "example": 17})
    contact: Contact = field(
        default=Contact.NORMALLY_OPEN,
        metadata={"help": "normally-open: closing is active; normally-closed: opening is active"},
    )
    debounce: Duration = field(
        default=seconds(0.1),
        metadata={"help": "how long a level must hold before it counts"},
    )

    def __post_init__(self) -> None:
        check_line(self.line)
        if not SHORTEST_DEBOUNCE <= self.debounce <= LONGEST_DEBOUNCE:
            raise InvalidSettingError("debounce", "must be from 5 ms to 2 s")


@dataclass(frozen=True, slots=True, kw_only=True)
class GpioOutputOptions:
    """A relay or transistor on a line."""

    line: int = field(metadata={"help": "BCM number of the GPIO line", "example": 22})
    active_high: bool = field(
        default=True, metadata={"help": "true where a high level energises the output"}
    )
    on_exit: OnExit = field(
        default=OnExit.HOLD,
        metadata={"help": "hold keeps the level when the gateway ends, release de-energises"},
    )

    def __post_init__(self) -> None:
        check_line(self.line)


def is_header(options: GpioBusOptions) -> bool:
    """Tell whether the lines are those of the 40-pin header."""
    return options.chip is None or options.chip in HEADER_LABELS


def claims_of_bus(options: GpioBusOptions) -> tuple[Claim, ...]:
    """Take the chip. A Raspberry Pi has one header, whatever its chip is called."""
    field_name = "" if options.chip is None else "chip"
    if is_header(options):
        return (Claim(field_name, "the GPIO header"),)
    return (Claim(field_name, f"the GPIO chip {options.chip}"),)


def claims_of_line(options: GpioDetectorOptions | GpioOutputOptions, *_: str) -> tuple[Claim, ...]:
    """Take the line: two contacts on one would each report the other."""
    return (Claim("line", f"GPIO line {options.line}"),)


def measures(_: object) -> frozenset[str]:
    """Give what a GPIO line can tell: a bit."""
    return frozenset({"contact"})


def check_placed(
    bus: GpioBusOptions, options: GpioDetectorOptions | GpioOutputOptions, _: object
) -> None:
    """Refuse a line that the header does not have; another chip's count is known to itself only."""
    if is_header(bus) and options.line > HIGHEST_HEADER_LINE:
        raise InvalidSettingError(
            "line",
            f"there is no GPIO line {options.line}",
            f"BCM numbers go from 0 to {HIGHEST_HEADER_LINE}",
        )
