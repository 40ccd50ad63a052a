"""Lets another process move the GPIO lines of a gateway that runs on mock pins.

Where there is no GPIO chip, gpiozero's mock pins take its place, and nothing in the driver knows.
But mock pins live in the gateway's own process: this gives them a FIFO, through which whoever plays
the world says `17 low` (the contact on line 17 closes) and `17 high` (it opens). What the gateway
does with its outputs can be told in the same words.
"""

import os
import sys
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from gpiozero import Device
from gpiozero.exc import GPIOZeroError
from gpiozero.pins.mock import MockFactory, MockPin

LONGEST_LINE = 100  # bytes: an order has a dozen

Tell = Callable[[int, bool], None]
"""Takes the line of an output and its new level."""


def _tell_nobody(_line: int, _level: bool) -> None:
    """Forget what an output does."""


class WorldPin(MockPin):  # type: ignore[misc]  # gpiozero has no type information
    """A mock pin to which something is wired; `_number` is its line, as in gpiozero's own pins."""

    def _set_pull(self, value: str) -> None:
        """Pull the line up or down, unless a closed contact holds it down."""
        super()._set_pull(value)
        if self._number in self.factory.closed:
            self.drive_low()

    def _change_state(self, value: bool) -> bool:
        """Take a new level; tell it where it is the gateway's own doing."""
        changed: bool = super()._change_state(value)
        if changed and self._function == "output":
            self.factory.tell(self._number, value)
        return changed


class WorldFactory(MockFactory):  # type: ignore[misc]  # gpiozero has no type information
    """Mock pins wired to contacts, some of them closed, and to a listener."""

    def __init__(self, closed: Collection[int], tell: Tell) -> None:
        super().__init__(pin_class=WorldPin)
        self.closed = frozenset(closed)
        self.tell = tell


def install_mock_pins(
    fifo: Path, *, closed: Collection[int] = (), tell: Tell = _tell_nobody
) -> None:
    """Put mock pins in the place of the GPIO chip, and follow orders from a FIFO for ever.

    To be called before the gateway starts. The FIFO is made if it is not there. An order that
    cannot be followed, as for a line that no contact is watched on, is told on standard error.

    Args:
        fifo: where orders come from.
        closed: lines of contacts that are closed already: a contact does not open because a gateway
            starts anew.
        tell: is called when an output changes its level.
    """
    if not fifo.exists():
        os.mkfifo(fifo, mode=0o600)
    factory = WorldFactory(closed, tell)
    Device.pin_factory = factory
    threading.Thread(
        target=_follow_orders, args=(fifo, factory), name="mock-pins", daemon=True
    ).start()


def _follow_orders(fifo: Path, factory: MockFactory) -> None:
    """Read orders, one a line, from whoever opens the FIFO for writing."""
    # Open for writing too: so the FIFO does not end when a writer goes, and opening does not wait.
    with fifo.open("r+b", buffering=0) as orders:
        rest = b""
        while chunk := orders.read(4096):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-LONGEST_LINE:]
            for line in lines:
                _follow(line.decode("ascii", "replace"), factory)


def _follow(order: str, factory: MockFactory) -> None:
    """Follow one order."""
    words = order.split()
    if not words:
        return
    try:
        line, level = words
        pin = factory.pin(int(line))
        {"low": pin.drive_low, "high": pin.drive_high}[level]()
    except (ValueError, KeyError, AssertionError, GPIOZeroError) as error:
        # gpiozero asserts that a pin which is driven from outside is an input.
        sys.stderr.write(f"mock pins: {order!r} cannot be followed: {error!r}\n")
