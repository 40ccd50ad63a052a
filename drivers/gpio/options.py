"""What a site file may say of a GPIO chip and the contacts and outputs on it."""

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.bus import Claim
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

HIGHEST_LINE = 27  # BCM numbers on the 40-pin header are 0 to 27 (Raspberry Pi documentation)
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
    """Refuse a line that the header does not have."""
    if not 0 <= line <= HIGHEST_LINE:
        raise InvalidSettingError(
            "line", f"there is no GPIO line {line}", f"BCM numbers go from 0 to {HIGHEST_LINE}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GpioBusOptions:
    """The chip: found by gpiozero, which knows each model's."""

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


def claims_of_bus(_: GpioBusOptions) -> tuple[Claim, ...]:
    """Take the one header that there is."""
    return (Claim("", "the GPIO header"),)


def claims_of_line(options: GpioDetectorOptions | GpioOutputOptions, *_: str) -> tuple[Claim, ...]:
    """Take the line: two contacts on one would each report the other."""
    return (Claim("line", f"GPIO line {options.line}"),)


def measures(_: object) -> frozenset[str]:
    """Give what a GPIO line can tell: a bit."""
    return frozenset({"contact"})
