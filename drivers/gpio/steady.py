"""gpiozero's lgpio pins, without the moments in which an output is something else.

gpiozero's own pin claims its line as a floating input when it is made, then as a low output, and
only then sets the level; when closed it becomes an input again. A siren that was sounding, or one
behind a relay board that is active low, would hear each of these. The pin here claims its line
once, in the direction and at the level that are wanted, and leaves an output alone when closed.
"""

import contextlib
import logging
from typing import Any, Final

import lgpio
from gpiozero.exc import PinInvalidPin
from gpiozero.pins import PinInfo
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.local import LocalPiPin

from drivers.gpio.chips import FoundChip

logger = logging.getLogger(__name__)

MOST_LISTENED: Final = 64
"""lgpio's one thread has room for so many lines of all chips, and writes past its end for more."""

_listening: set["SteadyPin"] = set()


class SteadyPin(LGPIOPin):  # type: ignore[misc]  # gpiozero has no type information
    """A line that is claimed once.

    It reaches for `_handle` and `_number` as gpiozero's own pin classes do: overriding these
    methods in a pin class is the way that gpiozero gives for shortening such moments.
    """

    def __init__(self, factory: Any, info: Any) -> None:
        LocalPiPin.__init__(self, factory, info)  # past LGPIOPin's, which claims the line
        self._pwm = None
        self._bounce = None
        self._callback = None
        self._edges = lgpio.BOTH_EDGES
        self._is_driven = False

    def input_with_pull(self, pull: str) -> None:
        """Claim the line as an input with a pull resistor."""
        flags = {
            "up": lgpio.SET_PULL_UP,
            "down": lgpio.SET_PULL_DOWN,
            "floating": lgpio.SET_PULL_NONE,
        }[pull]
        lgpio.gpio_claim_input(self.factory._handle, self._number, flags)  # noqa: SLF001 - see class

    def output_with_state(self, state: bool) -> None:
        """Claim the line as an output at a level, in one call of the kernel."""
        lgpio.gpio_claim_output(self.factory._handle, self._number, int(state))  # noqa: SLF001 - see class
        self._is_driven = True

    def _enable_event_detect(self) -> None:
        """Listen for edges where lgpio has room; the other levels are polled all the same."""
        if len(_listening) >= MOST_LISTENED:
            logger.warning(
                "gpio: %s of %s is polled only: lgpio can listen to %d lines and no more",
                *(self.info.name, self.factory.label, MOST_LISTENED),
            )
            return
        super()._enable_event_detect()
        _listening.add(self)

    def _disable_event_detect(self) -> None:
        """Listen no more. Where the chip is dead lgpio listens until the chip is closed."""
        if self in _listening:
            super()._disable_event_detect()
            _listening.discard(self)

    def close(self) -> None:
        """Make an input plain again; leave an output at its level."""
        if not self._is_driven:
            with contextlib.suppress(lgpio.error):  # a dead chip: closing the factory must go on
                super().close()


class SteadyFactory(LGPIOFactory):  # type: ignore[misc]  # gpiozero has no type information
    """The lines of one chip, by their numbers on it.

    gpiozero's own factory takes a line for a pin of this board's headers, which the lines of other
    chips are not, and keeps the pins of all its factories in one place: two chips would share them.
    """

    def __init__(self, chip: FoundChip) -> None:
        super().__init__(chip.number)
        self.pin_class = SteadyPin
        self.pins: dict[int, SteadyPin] = {}
        self._found = chip

    @property
    def label(self) -> str:
        """Give the chip's label."""
        return self._found.label

    def close(self) -> None:
        """Free the chip and its lines."""
        pins = set(self.pins.values())
        try:
            super().close()
        finally:
            _listening.difference_update(pins)

    def pin(self, name: int) -> SteadyPin:
        """Give the pin of a line."""
        if not 0 <= name < self._found.lines:
            last = self._found.lines - 1
            raise PinInvalidPin(f"the lines of {self.label} are 0 to {last}")
        if name not in self.pins:
            self.pins[name] = SteadyPin(self, _line_as_pin(name))
        return self.pins[name]


def _line_as_pin(line: int) -> PinInfo:
    """Describe a line in gpiozero's words; it has no place on a header that would matter here."""
    return PinInfo(
        number=line,
        name=f"GPIO{line}",
        names=frozenset({line}),
        pull="",
        row=1,
        col=1,
        interfaces=frozenset({"gpio"}),
    )
