"""What a bus can do to its supervisor, and what its siblings notice of it: nothing."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

import pytest

from drivers.bus import LineDownError
from gateway.backoff import Backoff
from gateway.supervisor import MOST_ABANDONED, Supervised, supervise
from rules.instant import Duration, seconds

PATIENCE_S = 20.0  # no test waits so long unless it fails
SOON = Backoff(first=seconds(0.001), longest=seconds(0.002))
BOUND = seconds(0.2)


class Rehearsal:
    """A supervised bus whose runs do what the test says, one behaviour a run; the last repeats."""

    def __init__(self, *behaviours: Callable[["Rehearsal"], object], bound: Duration = BOUND):
        self.behaviours = list(behaviours)
        self.bound = bound
        self.attempts = 0
        self.runs = 0
        self.made = 0
        self.closed = 0
        self.told: list[str] = []
        self._changed = asyncio.Event()

    def deliver(self) -> None:
        self.attempts += 1
        self._changed.set()

    def make(self) -> "Rehearsal":
        self.made += 1
        return self

    async def run(self) -> None:
        behaviour = self.behaviours[min(self.runs, len(self.behaviours) - 1)]
        self.runs += 1
        self._changed.set()
        await behaviour(self)

    def close(self) -> None:
        self.closed += 1
        self._changed.set()

    def down(self, detail: str) -> None:
        self.told.append(f"down: {detail}")
        self._changed.set()

    def up(self) -> None:
        self.told.append("up")
        self._changed.set()

    async def until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not wanted():
                self._changed.clear()
                await self._changed.wait()

    @contextlib.asynccontextmanager
    async def supervised(self, name: str = "bus/stalls", backoff: Backoff = SOON):
        what = Supervised(
            name=name,
            make=self.make,
            attempts=lambda: self.attempts,
            bound=self.bound,
            on_down=self.down,
            on_up=self.up,
        )
        task = asyncio.create_task(supervise(what, random=lambda: 0.5, backoff=backoff))
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def works(bus: Rehearsal) -> None:
    while True:
        bus.deliver()
        await asyncio.sleep(0.005)


async def line_down(_: Rehearsal) -> None:
    raise LineDownError("/dev/ttyUSB0: no such port; is the adapter plugged in?")


async def opens_then_line_down(bus: Rehearsal) -> None:
    bus.deliver()
    raise LineDownError("/dev/ttyUSB0: unplugged")


async def mistake(_: Rehearsal) -> None:
    raise ZeroDivisionError("division by zero")


async def hangs(_: Rehearsal) -> None:
    await asyncio.Event().wait()


async def returns(_: Rehearsal) -> None:
    return


async def exits(_: Rehearsal) -> None:
    raise SystemExit(3)


async def cancels_itself(_: Rehearsal) -> None:
    raise asyncio.CancelledError


async def raises_a_group(_: Rehearsal) -> None:
    raise BaseExceptionGroup("several", [GeneratorExit(), ValueError("one")])


async def test_an_outage_is_told_once_and_its_end_once():
    bus = Rehearsal(line_down, line_down, line_down, works)

    async with bus.supervised():
        await bus.until(lambda: "up" in bus.told)

    assert bus.told == ["down: /dev/ttyUSB0: no such port; is the adapter plugged in?", "up"]
    assert bus.made == 1, "the same bus is run anew: it knows its outputs' levels"


async def test_a_port_that_opens_and_fails_again_is_told_each_time():
    bus = Rehearsal(opens_then_line_down, opens_then_line_down, works)

    async with bus.supervised():
        await bus.until(lambda: bus.told.count("up") == 2)

    assert bus.told == ["down: /dev/ttyUSB0: unplugged", "up"] * 2


async def test_a_bus_that_works_is_never_told_of():
    bus = Rehearsal(works)

    async with bus.supervised():
        await bus.until(lambda: bus.attempts > 100)

    assert bus.told == []
    assert (bus.runs, bus.made) == (1, 1)


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (mistake, "down: ZeroDivisionError: division by zero"),
        (returns, "down: it ended by itself"),
        (exits, "down: SystemExit: 3"),
        (cancels_itself, "down: it was cancelled from within"),
        (raises_a_group, "down: BaseExceptionGroup: several (2 sub-exceptions)"),
        (hangs, "down: no attempt completed within 0.2 s"),
    ],
)
async def test_whatever_a_bus_does_it_is_told_run_anew_and_its_siblings_notice_nothing(
    behaviour, told
):
    sibling = Rehearsal(works)
    bus = Rehearsal(behaviour, works)

    async with sibling.supervised("bus/sibling") as siblings, bus.supervised():
        await bus.until(lambda: "up" in bus.told)
        before = sibling.attempts
        await sibling.until(lambda: sibling.attempts > before + 5)
        assert not siblings.done()

    assert bus.told == [told, "up"]
    assert sibling.told == []
    assert sibling.runs == 1


async def test_a_mistake_is_logged_with_its_traceback_once_and_the_bus_made_anew(caplog):
    bus = Rehearsal(mistake, mistake, mistake, mistake, works)

    async with bus.supervised():
        await bus.until(lambda: "up" in bus.told)

    with_traceback = [record for record in caplog.records if record.exc_info]
    assert len(with_traceback) == 1
    assert with_traceback[0].levelno == logging.ERROR
    assert bus.made == 5, "who knows what state it was in"
    assert bus.closed == 5


async def test_a_bus_that_cannot_even_be_made_is_told_and_tried_again():
    class MadeAtTheSecondAttempt(Rehearsal):
        def make(self) -> Rehearsal:
            super().make()
            if self.made == 1:
                raise ImportError("no module named lgpio")
            return self

    bus = MadeAtTheSecondAttempt(works)

    async with bus.supervised("bus/gpio"):
        await bus.until(lambda: "up" in bus.told)

    assert bus.told == ["down: ImportError: no module named lgpio", "up"]


class Stubborn:
    """A bus that swallows its cancellation for as long as the test wants."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()

    async def __call__(self, bus: Rehearsal) -> None:
        while not self.let_go.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await self.let_go.wait()


@pytest.fixture
async def stubborn(monkeypatch):
    monkeypatch.setattr("gateway.supervisor.CANCEL_WITHIN", seconds(0.02))
    made = Stubborn()
    yield made
    made.let_go.set()


async def test_a_bus_that_swallows_its_cancellation_is_abandoned_and_another_made(stubborn):
    bus = Rehearsal(stubborn, works)

    async with bus.supervised():
        await bus.until(lambda: "up" in bus.told)
        stubborn.let_go.set()

    assert bus.told == ["down: no attempt completed within 0.2 s", "up"]
    assert bus.made == 2
    assert bus.closed == 2, "the one that was left behind, and the one that worked"


async def test_only_so_many_are_left_behind_at_once(stubborn):
    bus = Rehearsal(*[stubborn] * MOST_ABANDONED, works, bound=seconds(0.05))
    sibling = Rehearsal(works)

    async with bus.supervised(), sibling.supervised("bus/sibling"):
        await bus.until(lambda: bus.closed == MOST_ABANDONED)
        before = sibling.attempts
        await sibling.until(lambda: sibling.attempts > before + 50)
        assert bus.runs == MOST_ABANDONED
        stubborn.let_go.set()
        await bus.until(lambda: "up" in bus.told)


async def test_a_bus_that_floods_does_not_starve_its_sibling():
    async def floods(bus: Rehearsal) -> None:
        while True:
            for _ in range(1_000):
                bus.deliver()
            await asyncio.sleep(0)

    bus, sibling = Rehearsal(floods), Rehearsal(works)

    async with bus.supervised(), sibling.supervised("bus/sibling"):
        await sibling.until(lambda: sibling.attempts > 20)

    assert bus.told == sibling.told == []


async def test_a_supervisor_that_is_cancelled_cancels_its_bus_and_closes_it():
    ended = asyncio.Event()

    async def notes_its_end(bus: Rehearsal) -> None:
        try:
            await works(bus)
        finally:
            ended.set()

    bus = Rehearsal(notes_its_end)
    async with bus.supervised() as task:
        await bus.until(lambda: bus.attempts > 0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert ended.is_set()
    assert bus.closed == 1
    assert bus.told == []


async def test_the_wait_grows_while_it_fails_and_is_short_again_after_it_has_worked():
    drawn: list[int] = []

    class Noting(Backoff):
        def delay(self, attempt: int, random_fraction: float) -> Duration:
            drawn.append(attempt)
            return Duration(0)

    async def works_a_while(bus: Rehearsal) -> None:
        async with asyncio.timeout(0.3):
            await works(bus)

    bus = Rehearsal(line_down, line_down, line_down, works_a_while, works)
    async with bus.supervised(backoff=Noting(first=seconds(1), longest=seconds(1))):
        await bus.until(lambda: bus.runs == 5)

    assert drawn == [0, 1, 2, 0]
