"""What the tests of the buses share: plans, a listener, and a bus that runs."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from drivers.bus import Bus, BusDetector, BusOutput, BusPlan
from rules.instant import Instant, seconds
from rules.profile import CONTACT_RANGE, DetectorKind, Profile, QuantityRange
from rules.reading import FailedPoll, Measurement, Reading

PATIENCE_SECONDS = 10.0  # no test waits so long unless it fails


def now() -> Instant:
    return Instant(time.monotonic_ns())


def profile(driver: str, *quantities: str, device: Any = None) -> Profile:
    wide = QuantityRange(lowest=-1e6, highest=1e6)
    return Profile(
        id="rehearsal",
        name="Rehearsal",
        driver=driver,
        kind=DetectorKind.SENSOR,
        source="made up",
        quantities={name: CONTACT_RANGE if name == "contact" else wide for name in quantities},
        device=device,
    )


def detector(name: str, model: Profile, options: Any, every_seconds: float = 0.1) -> BusDetector:
    return BusDetector(
        id=name, profile=model, every=seconds(every_seconds), alarm=True, options=options
    )


def plan(
    options: Any, detectors: tuple[BusDetector, ...] = (), outputs: tuple[BusOutput, ...] = ()
) -> BusPlan:
    return BusPlan(id="line", options=options, detectors=detectors, outputs=outputs)


class Heard:
    """What a bus has delivered, in order; one can wait for more of it."""

    def __init__(self) -> None:
        self.all: list[Measurement] = []
        self._more = asyncio.Event()

    def __call__(self, measurement: Measurement) -> None:
        self.all.append(measurement)
        self._more.set()

    async def until(self, wanted: Callable[[Measurement], bool], *, since: int = 0) -> Measurement:
        """Wait for a measurement; `since` leaves out the first ones."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for measurement in self.all[since:]:
                    if wanted(measurement):
                        return measurement
                self._more.clear()
                await self._more.wait()

    async def reading(self, name: str, value: float, *, since: int = 0) -> Reading:
        found = await self.until(
            lambda m: isinstance(m, Reading) and m.detector == name and m.value == value,
            since=since,
        )
        assert isinstance(found, Reading)
        return found

    async def failure(self, name: str, *, since: int = 0) -> FailedPoll:
        found = await self.until(
            lambda m: isinstance(m, FailedPoll) and m.detector == name, since=since
        )
        assert isinstance(found, FailedPoll)
        return found

    def values(self, name: str, *, since: int = 0) -> list[float]:
        return [m.value for m in self.all[since:] if isinstance(m, Reading) and m.detector == name]

    def instants(self, name: str, *, since: int = 0) -> list[Instant]:
        return [m.at for m in self.all[since:] if isinstance(m, Reading) and m.detector == name]


@contextlib.asynccontextmanager
async def running(bus: Bus) -> AsyncIterator["asyncio.Task[None]"]:
    """Run a bus for a while; cancelled and closed at the end."""
    task = asyncio.create_task(bus.run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
        bus.close()


async def ending(task: "asyncio.Task[None]") -> BaseException | None:
    """Wait until a bus ends by itself; give what it raised."""
    await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    assert task.done()
    return task.exception()
