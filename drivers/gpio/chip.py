"""Opens the GPIO chip through gpiozero, and hands out its pins.

Two of gpiozero's habits are not ours. Left to itself it tries one pin factory after another and
ends with an experimental one, with a warning: here it is lgpio or a clear error, unless a person
has named another by GPIOZERO_PIN_FACTORY. And at exit it turns every pin of its default factory
into an input: here the factory is our own, so a siren's line stays as it was left.
"""

import contextlib
import importlib
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from drivers.bus import LineDownError
from drivers.gpio.chips import FoundChip, choose_chip, find_chips

NO_CHIP = "see by gpiodetect that it is there and that the gateway's user is in group gpio"
CHIP_OF_OTHERS = "gpio: only lgpio has chips to choose from; unset GPIOZERO_PIN_FACTORY"
NO_LINE = "see by gpioinfo whether another program or the kernel has it"


class Pin(Protocol):
    """The part of gpiozero's Pin that is used here."""

    state: Any
    when_changed: Callable[[object, object], None] | None

    def input_with_pull(self, pull: str) -> None:
        """Make the line an input, pulled up or down."""

    def output_with_state(self, state: bool) -> None:
        """Make the line an output at a level."""


@contextlib.contextmanager
def chip_errors(what: str, way_out: str = NO_LINE) -> Iterator[None]:
    """Turn whatever the pin factory raises into LineDownError.

    Factories raise their own classes besides gpiozero's and the system's (lgpio.error derives from
    Exception alone), and all of them mean that the chip cannot be used.
    """
    try:
        yield
    except LineDownError:
        raise
    except Exception as error:
        raise LineDownError(f"gpio: {what}: {error}; {way_out}") from error


class Chip:
    """An open GPIO chip."""

    def __init__(self, label: str | None) -> None:
        """Open the chip with a label, or that of the 40-pin header where none is named.

        Raises:
            LineDownError: there is none such, or it cannot be opened.
        """
        with chip_errors("the chip cannot be opened", NO_CHIP):
            # A factory that is there already, or was asked for by name, is gpiozero's to close.
            self._is_ours = Device.pin_factory is None and not os.environ.get(
                "GPIOZERO_PIN_FACTORY"
            )
            if self._is_ours:
                self._factory = _open_lgpio(choose_chip(find_chips(), label))
            else:
                Device.ensure_pin_factory()
                self._factory = Device.pin_factory
                if label is not None and not isinstance(self._factory, MockFactory):
                    raise LineDownError(CHIP_OF_OTHERS)

    def pin(self, line: int) -> Pin:
        """Give the pin of a line, by its BCM number or its number on another chip."""
        pin: Pin = self._factory.pin(line)
        return pin

    def close(self) -> None:
        """Free the chip; outputs are left as they are."""
        if self._is_ours:
            with chip_errors("the chip cannot be closed", NO_CHIP):
                self._factory.close()


def _open_lgpio(chip: FoundChip) -> Any:
    """Open a chip by lgpio.

    lgpio makes a FIFO in the working directory while it is imported, and opens it at once. The
    directory may be read-only, and is no place for litter: for that moment it is another.
    """
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        importlib.import_module("lgpio")
    return importlib.import_module("drivers.gpio.steady").SteadyFactory(chip)
