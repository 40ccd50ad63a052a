"""gpiozero's lgpio pins, without the moments in which an output is something else.

gpiozero's own pin claims its line as a floating input when it is made, then as a low output, and
only then sets the level; when closed it becomes an input again. A siren that was sounding, or one
behind a relay board that is active low, would hear each of these. The pin here claims its line
once, in the direction and at the level that are wanted, and leaves an output alone when closed.
"""

import contextlib
from typing import Any, Final

import lgpio
from gpiozero.exc import PinEdgeDetectUnsupported, PinInvalidPin
from gpiozero.pins import PinInfo
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.local import LocalPiPin

from drivers.gpio.chips import FoundChip
from rules.instant import NANOSECONDS_PER_SECOND

MOST_LISTENED: Final = 64
"""lgpio's one thread has room for so many lines of all chips, and writes past its end for more."""


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
        self._pull = lgpio.SET_PULL_NONE

    def input_with_pull(self, pull: str) -> None:
        """Claim the line as an input with a pull resistor."""
        self._pull = {
            "up": lgpio.SET_PULL_UP,
            "down": lgpio.SET_PULL_DOWN,
            "floating": lgpio.SET_PULL_NONE,
        }[pull]
        self._claim_input()

    def output_with_state(self, state: bool) -> None:
        """Claim the line as an output at a level, in one call of the kernel."""
        lgpio.gpio_claim_output(self.factory._handle, self._number, int(state))  # noqa: SLF001 - see class
        self._is_driven = True

    def close(self) -> None:
        """Make an input plain again; leave an output at its level."""
        if not self._is_driven:
            with contextlib.suppress(lgpio.error):  # a dead chip: closing the factory must go on
                super().close()

    def _claim_input(self) -> None:
        lgpio.gpio_claim_input(self.factory._handle, self._number, self._pull)  # noqa: SLF001 - see class

    def _enable_event_detect(self) -> None:
        """Claim the line anew as one that tells its edges; where it cannot be, as it was before.

        gpiozero would take a listener for one that listens although this failed.
        """
        if len(_LISTENING) >= MOST_LISTENED:
            self._when_changed = None
            raise PinEdgeDetectUnsupported(f"lgpio can listen to {MOST_LISTENED} lines and no more")
        try:
            lgpio.gpio_claim_alert(
                self.factory._handle,  # noqa: SLF001 - see class
                self._number,
                self._edges,
                self._pull,
            )
        except lgpio.error:
            self._when_changed = None
            self._claim_input()
            raise
        self._callback = lgpio.callback(
            self.factory._handle,  # noqa: SLF001 - see class
            self._number,
            self._edges,
            self._call_when_changed,
        )
        _LISTENING.add(self)

    def _disable_event_detect(self) -> None:
        """Be told of no more edges, even where the line is lost."""
        _LISTENING.discard(self)
        if self._callback is not None:
            self._callback.cancel()
            self._callback = None
        with contextlib.suppress(lgpio.error):
            self._claim_input()

    def _call_when_changed(self, _chip: int, _line: int, level: int, ticks: int) -> None:
        """Tell an edge, in lgpio's thread, which would end with an exception.

        The listener may just have gone: gpiozero would fail over that.
        """
        reference = self._when_changed
        listener = None if reference is None else reference()
        if listener is not None:
            listener(ticks / NANOSECONDS_PER_SECOND, level)


_LISTENING: Final[set[SteadyPin]] = set()


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

    def close(self) -> None:
        """Free the chip and its lines."""
        pins = set(self.pins.values())
        try:
            super().close()
        finally:
            _LISTENING.difference_update(pins)

    def pin(self, name: int) -> SteadyPin:
        """Give the pin of a line."""
        if not 0 <= name < self._found.lines:
            last = self._found.lines - 1
            raise PinInvalidPin(f"the lines of {self._found.label} are 0 to {last}")
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
