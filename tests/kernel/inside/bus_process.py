"""Runs a GPIO bus in a process of its own, and prints what it tells.

    python bus_process.py [contact=NAME:LINE] [hold=NAME:LINE] [release=NAME:LINE] ...

Outputs are energised at once. Each measurement is a line: "up", "NAME 1.0", "NAME failed: TEXT",
and at last "down: TEXT" where the bus failed. SIGTERM ends it in order.
"""

import asyncio
import contextlib
import signal
import sys

from bus_rehearsal import now, plan
from gpio_site import QUICK, contact, output

from drivers.bus import BusPlan, LineDownError
from drivers.gpio.bus import open_bus
from drivers.gpio.options import OnExit
from rules.instant import seconds
from rules.reading import BusUp, FailedPoll, Measurement, Reading


def planned(words: list[str]) -> BusPlan:
    contacts, outputs = [], []
    for word in words:
        kind, _, rest = word.partition("=")
        name, _, line = rest.partition(":")
        if kind == "contact":
            contacts.append(contact(int(line), name, debounce=seconds(0.02)))
        else:
            outputs.append(output(name, int(line), on_exit=OnExit(kind)))
    return plan(QUICK, tuple(contacts), tuple(outputs))


def tell(measurement: Measurement) -> None:
    match measurement:
        case BusUp():
            print("up", flush=True)
        case Reading():
            print(measurement.detector, measurement.value, flush=True)
        case FailedPoll():
            print(f"{measurement.detector} failed: {measurement.detail}", flush=True)


async def main(words: list[str]) -> int:
    this = planned(words)
    bus = open_bus(this, tell, now)
    for each in this.outputs:
        bus.set_output(each.id, energised=True)
    running = asyncio.create_task(bus.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await running
    except LineDownError as error:
        print("down:", error, flush=True)
        return 1
    finally:
        bus.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
