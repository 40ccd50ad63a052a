"""Contacts and outputs that the kernel tests put on lines."""

from typing import Any

from bus_rehearsal import detector, profile

from drivers.bus import BusDetector, BusOutput
from drivers.gpio.options import GpioBusOptions, GpioDetectorOptions, GpioOutputOptions
from rules.instant import seconds

QUICK = GpioBusOptions(poll_every=seconds(0.1))
SLOW = GpioBusOptions(poll_every=seconds(10))


def contact(line: int, name: str = "mcp", **options: Any) -> BusDetector:
    settings = GpioDetectorOptions(line=line, **options)
    return detector(name, profile("gpio", "contact"), settings, every_seconds=10)


def output(name: str, line: int, **options: Any) -> BusOutput:
    return BusOutput(id=name, options=GpioOutputOptions(line=line, **options))
