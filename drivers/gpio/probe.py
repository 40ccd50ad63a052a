"""Looks once at a GPIO line: its level, and what that means for the contact."""

from drivers.bus import BusPlan, Now
from drivers.gpio.chip import Chip, chip_errors
from drivers.gpio.options import Contact, GpioBusOptions, GpioDetectorOptions, Reads
from drivers.probe import Seen, Shown, Sort
from rules.reading import Reading


async def read_once(plan: BusPlan, now: Now) -> Seen:
    """Read the level of the line of the one detector of a plan, pulled up as the gateway does.

    One look gives no rate of pulses: there it is the level alone.

    Raises:
        LineDownError: the chip or the line cannot be had.
    """
    (detector,) = plan.detectors
    options: GpioDetectorOptions = detector.options
    bus: GpioBusOptions = plan.options
    chip = Chip(bus.chip)
    try:
        with chip_errors(f"line {options.line} cannot be read"):
            pin = chip.pin(options.line)
            pin.input_with_pull("up")
            high = bool(pin.state)
    finally:
        chip.close()
    active = high == (options.contact is Contact.NORMALLY_CLOSED)
    counts = options.reads is Reads.PULSE_RATE
    shown = Shown(
        sort=Sort.STATE if counts else Sort.VALUE,
        name="level" if counts else "contact",
        place=f"line {options.line}",
        raw="high" if high else "low",
        number=float(active),
        words="open" if high else "closed",
    )
    reading = Reading(detector.id, "contact", float(active), now())
    return Seen(exchanges=(), shown=(shown,), measurements=() if counts else (reading,))
