"""Mock pins that another process moves."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

GATEWAY = """
import asyncio, sys, time
from pathlib import Path
from gateway.demo.mock_pins import install_mock_pins
from drivers.bus import BusDetector, BusPlan
from drivers.gpio.bus import open_bus
from drivers.gpio.options import GpioBusOptions, GpioDetectorOptions
from rules.instant import seconds

install_mock_pins(Path(sys.argv[1]))
options = GpioDetectorOptions(line=17, debounce=seconds(0.01))
mcp = BusDetector(id="mcp", profile=None, every=seconds(10), alarm=True, options=options)
plan = BusPlan(id="panel", options=GpioBusOptions(), detectors=(mcp,), outputs=())
tell = lambda m: print(type(m).__name__, getattr(m, "value", ""), flush=True)
asyncio.run(open_bus(plan, tell, time.monotonic_ns).run())
"""


async def test_an_order_through_the_fifo_closes_and_opens_a_contact(tmp_path: Path) -> None:
    fifo = tmp_path / "pins"
    pipe = asyncio.subprocess.PIPE
    gateway = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        GATEWAY,
        str(fifo),
        stdout=pipe,
        stderr=pipe,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert gateway.stdout is not None
    told = []
    try:
        async with asyncio.timeout(20):
            for orders, answers in (("", 2), ("nonsense\n17 low\n", 1), ("17 high\n", 1)):
                if orders:
                    fifo.write_text(orders)
                lines = [await gateway.stdout.readline() for _ in range(answers)]
                told += [line.decode().strip() for line in lines]
    finally:
        with contextlib.suppress(ProcessLookupError):
            gateway.kill()
        _, errors = await gateway.communicate()

    assert told == ["BusUp", "Reading 0.0", "Reading 1.0", "Reading 0.0"]
    assert "'nonsense' cannot be followed" in errors.decode()
