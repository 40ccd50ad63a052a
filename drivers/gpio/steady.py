"""gpiozero's lgpio pins, without the moments in which an output is something else.

gpiozero's own pin claims its line as a floating input when it is made, then as a low output, and
only then sets the level; when closed it becomes an input again. A siren that was sounding, or one
behind a relay board that is active low, would hear each of these. The pin here claims its line
once, in the direction and at the level that are wanted, and leaves an output alone when closed.
"""

import contextlib
from typing import Any

import lgpio
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.local import LocalPiPin


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

    def close(self) -> None:
        """Make an input plain again; leave an output at its level."""
        if not self._is_driven:
            with contextlib.suppress(lgpio.error):  # a dead chip: closing the factory must go on
                super().close()


def open_steady_factory() -> Any:
    """Open the chip with steady pins."""
    factory = LGPIOFactory()
    factory.pin_class = SteadyPin
    return factory
