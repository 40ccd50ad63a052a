"""What a site file may say of a GPIO chip and the contacts and outputs on it."""

from collections.abc import Collection
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
SHORTEST_DEBOUNCE: Final = seconds(0.001)
LONGEST_DEBOUNCE: Final = seconds(2)
FLASH_WITHIN: Final = seconds(3)  # so that 0.35 Hz counts
COUNT_OVER: Final = seconds(60)


class Contact(StrEnum):
    """How a dry contact rests."""

    NORMALLY_OPEN = "normally-open"
    NORMALLY_CLOSED = "normally-closed"


class Reads(StrEnum):
    """What is read from a line."""

    LEVEL = "level"
    FLASHING = "flashing"
    PULSE_RATE = "pulse-rate"

    @property
    def quantity(self) -> str:
        """What that measures."""
        return "pulse_rate" if self is Reads.PULSE_RATE else "contact"


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

    reads: Reads = field(
        default=Reads.LEVEL,
        metadata={
            "help": "level: active for as long as the line is; flashing: a relay that flashes while"
            " it is active; pulse-rate: pulses, counted"
        },
    )
    flash_within: Duration | None = field(
        default=None,
        metadata={"help": "a flashing relay becomes active twice within this time; 3 s if absent"},
    )
    count_over: Duration | None = field(
        default=None,
        metadata={"help": "pulses are counted over this time; 1 min if absent"},
    )

    def __post_init__(self) -> None:
        check_line(self.line)
        if not SHORTEST_DEBOUNCE <= self.debounce <= LONGEST_DEBOUNCE:
            raise InvalidSettingError("debounce", "must be from 1 ms to 2 s")
        if self.flash_within is not None and self.reads is not Reads.FLASHING:
            raise InvalidSettingError("flash_within", "is for a line that reads: flashing")
        if self.count_over is not None and self.reads is not Reads.PULSE_RATE:
            raise InvalidSettingError("count_over", "is for a line that reads: pulse-rate")
        if not seconds(0.5) <= self.flashes_within <= seconds(10):
            raise InvalidSettingError("flash_within", "must be from 500 ms to 10 s")
        if not seconds(10) <= self.counted_over <= seconds(600):
            raise InvalidSettingError("count_over", "must be from 10 s to 10 min")
        if self.reads is Reads.FLASHING and 4 * self.debounce > self.flashes_within:
            raise InvalidSettingError("debounce", "must be a quarter of flash_within at most")

    @property
    def flashes_within(self) -> Duration:
        """Within what time a flashing relay becomes active twice."""
        return FLASH_WITHIN if self.flash_within is None else self.flash_within

    @property
    def counted_over(self) -> Duration:
        """Over what time pulses are counted."""
        return COUNT_OVER if self.count_over is None else self.count_over


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
    """Give what a GPIO line can tell; which of it a detector says by `reads`."""
    return frozenset(reads.quantity for reads in Reads)


def bits(_: object) -> frozenset[str]:
    """Give what a GPIO line can only tell as 0 or 1."""
    return frozenset({"contact"})


def check_placed(
    bus: GpioBusOptions,
    options: GpioDetectorOptions | GpioOutputOptions,
    quantities: Collection[str] | None,
) -> None:
    """Refuse a line that the header does not have, and a model that is not what the line reads.

    How many lines another chip has is known to that chip only.
    """
    if is_header(bus) and options.line > HIGHEST_HEADER_LINE:
        raise InvalidSettingError(
            "line",
            f"there is no GPIO line {options.line}",
            f"BCM numbers go from 0 to {HIGHEST_HEADER_LINE}",
        )
    if isinstance(options, GpioOutputOptions) or quantities is None:
        return
    wanted = options.reads.quantity
    if set(quantities) != {wanted}:
        raise InvalidSettingError(
            "reads",
            f"{options.reads} measures {wanted}, and the model {', '.join(sorted(quantities))}",
            "choose another profile, as dry-contact for a contact and pulse-output for pulses",
        )
