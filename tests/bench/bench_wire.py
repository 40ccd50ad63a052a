"""How much of what a serial line can carry a bus makes use of.

The line is a pseudo-terminal that takes the time of a wire, for the question as for the answer, and
its devices answer at once behind the silence of the standard: see paced_wire.

First one device that is always due: the share of the wire's own limit in polls of two registers,
at three rates. Then 16 alarm points with a period of a second at 19200 baud, which are asked ahead
of their time: from one question to a device to the next, against the least that the wire takes for
all of them, with devices that answer at once and with such as take 5 ms of their own.
"""

import asyncio
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from figure import tell
from paced_wire import Seen, Served, Wire
from polled_bus import ALWAYS_DUE, Polled, plan_of, poll

from drivers.modbus.options import ModbusBusOptions
from gateway.punctual_loop import punctual_loop
from rules.instant import Duration, seconds

RATES = (9600, 19200, 115200)
SECONDS = 10
WINDOW = 1  # seconds: the best of them counts, since other programs may hold up the machine
SHARE = 0.95

ALARM_POINTS = 16
CYCLES_BEGIN = 2  # seconds: by then the bus knows how long the answers take
CYCLE = 1.1
OWN_TIMES = (0.0, 0.005)  # seconds


def polled(wire: Wire, units: int, every: Duration, readings: int) -> tuple[Polled, Seen]:
    """Poll a line until so many readings came; give what the bus did and what the devices saw."""
    with Served(wire, units) as line, asyncio.Runner(loop_factory=punctual_loop) as runner:
        options = ModbusBusOptions(port=line.port, baud=wire.baud, stop_bits=2)
        done = runner.run(poll(plan_of(options, units, every), readings))
    if done.failures or line.seen.unheard:
        print(f"{done.failures} failed, {line.seen.unheard} came too early", file=sys.stderr)
    return done, line.seen


def main() -> None:
    """Measure, and print one line a figure."""
    for baud in RATES:
        limit = 1 / Wire(baud).poll(registers=2)
        done, _ = polled(Wire(baud), 1, ALWAYS_DUE, int(SECONDS * limit))
        best, cpu = done.best_rate(int(WINDOW * limit)), done.cpu_seconds / done.readings
        print(
            f"{baud} baud: {best:.1f} polls/s of {limit:.1f}, {done.rate():.1f} with all that "
            f"disturbed, {cpu * 1e6:.0f} µs CPU each",
            file=sys.stderr,
        )
        tell(f"modbus-wire-share-{baud}", best / limit, SHARE, unit="", least=True)
    for own in OWN_TIMES:
        wire = Wire(19200, own)
        _, seen = polled(wire, ALARM_POINTS, seconds(1), SECONDS * ALARM_POINTS)
        cycles, least = seen.cycles(CYCLES_BEGIN), ALARM_POINTS * wire.poll(registers=2)
        took = statistics.mean(cycles)
        print(
            f"{took * 1e3:.0f} ms, {max(cycles) * 1e3:.0f} at most, wire {least * 1e3:.0f}",
            file=sys.stderr,
        )
        tell(f"alarm-inputs-cycle-own-time-{own * 1000:g}-ms", took / least, CYCLE)


if __name__ == "__main__":
    main()
