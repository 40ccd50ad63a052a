"""Lets another process move the GPIO lines of a gateway that runs on mock pins.

Where there is no GPIO chip, gpiozero's mock pins take its place, and nothing in the driver knows.
But mock pins live in the gateway's own process: this gives them a FIFO, through which whoever plays
the world says `17 low` (the contact on line 17 closes) and `17 high` (it opens).
"""

import os
import sys
import threading
from pathlib import Path

from gpiozero import Device
from gpiozero.exc import GPIOZeroError
from gpiozero.pins.mock import MockFactory

LONGEST_LINE = 100  # bytes: an order has a dozen


def install_mock_pins(fifo: Path) -> None:
    """Put mock pins in the place of the GPIO chip, and follow orders from a FIFO for ever.

    To be called before the gateway starts. The FIFO is made if it is not there. An order that
    cannot be followed, as for a line that no contact is watched on, is told on standard error.
    """
    if not fifo.exists():
        os.mkfifo(fifo, mode=0o600)
    factory = MockFactory()
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
