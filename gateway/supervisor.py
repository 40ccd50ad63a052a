"""Runs one bus for ever, whatever it does: fail, hang, swallow its cancellation, raise nonsense.

One supervisor a bus; what happens to it never reaches its siblings. What it runs is started anew
after a wait that grows with each failure and begins small again once it has worked for a while. A
run that hangs is cancelled; one that will not end is abandoned and another made in its place, but
only so often: each that is left behind may hold a port and memory.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from drivers.bus import LineDownError
from gateway.backoff import Backoff
from rules.instant import Duration, in_seconds, seconds

log = logging.getLogger(__name__)

CANCEL_WITHIN: Final = seconds(2)
MOST_ABANDONED: Final = 3
LOOKS_PER_BOUND: Final = 4  # a hang is seen after at most a quarter more than its bound
BACKOFF: Final = Backoff(first=seconds(1), longest=seconds(30))
LOOK_FOR_PORT_EVERY: Final = seconds(0.25)  # a look at a name in /dev costs some microseconds


class Runs(Protocol):
    """What can be supervised: a bus, or anything else that runs for ever."""

    async def run(self) -> None:
        """Work until cancelled."""

    def close(self) -> None:
        """Free what it holds; harmless a second time."""


class HungError(Exception):
    """No attempt was completed within the bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised:
    """What is run, and who is told.

    Attributes:
        name: as in "bus/stalls", for the log.
        make: makes it, without touching hardware. Called again when the last one was abandoned or
            made a mistake; what one that was abandoned still delivers has to be ignored.
        attempts: how many attempts it has completed so far, failed ones and BusUp included.
        bound: the longest time in which it completes none and is still believed.
        on_down: told once an outage, with one line for people.
        on_up: told when an attempt was completed after that, and it works.
        works: whether what it completed means that it works; one that opens its port each time and
            hears nothing there does not.
        port: the name in the file system of what it opens, or None: where that is gone, as an
            adapter that was unplugged, it is not waited longer than until it is back.
        is_idle: whether it has nothing to attempt of its own, and so may be silent for ever.
    """

    name: str
    make: Callable[[], Runs]
    attempts: Callable[[], int]
    bound: Duration
    on_down: Callable[[str], None]
    on_up: Callable[[], None]
    works: Callable[[], bool] = lambda: True
    port: str | None = None
    is_idle: bool = False


async def supervise(
    supervised: Supervised, *, random: Callable[[], float], backoff: Backoff = BACKOFF
) -> None:
    """Run it until this is cancelled, and leave it closed then; random draws from 0 to 1."""
    supervision = _Supervision(supervised)
    failures = 0
    try:
        while True:
            if await supervision.run_once():
                failures = 0
            came_back = await supervision.wait(backoff.delay(failures, random()))
            failures = 0 if came_back else failures + 1
            await supervision.wait_for_room()
    finally:
        supervision.close()


class _Supervision:
    """What a supervisor knows of what it runs."""

    def __init__(self, supervised: Supervised) -> None:
        self._of = supervised
        self._name = supervised.name
        self._bound_s = in_seconds(supervised.bound)
        self._running: Runs | None = None
        self._down = False
        self._mistakes_told: set[type[BaseException]] = set()
        self._abandoned: set[asyncio.Task[BaseException | None]] = set()

    async def run_once(self) -> bool:
        """Run it until it fails; give whether it had worked for longer than its bound."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        before = self._of.attempts()
        try:
            running = self._running = self._running or self._of.make()
        except Exception as error:  # noqa: BLE001  the one place where a bus's mistakes end
            self._failed(error)
            return False
        task = asyncio.create_task(_contained(running), name=self._name)
        try:
            why = await self._watch(task)
        except asyncio.CancelledError:
            await _cancel(task)
            raise
        if not task.done():
            self._abandon(task)
        elif not isinstance(why, LineDownError | HungError):
            self.close()  # who knows what state it is in
        self._failed(why)
        return self._of.attempts() > before and loop.time() - started > self._bound_s

    async def wait(self, delay: Duration) -> bool:
        """Wait before the next run; less where the port was gone and came back: tell whether so."""
        loop = asyncio.get_running_loop()
        until = loop.time() + in_seconds(delay)
        was_gone = self._port_is_gone()
        while (left := until - loop.time()) > 0:
            await asyncio.sleep(min(left, in_seconds(LOOK_FOR_PORT_EVERY)) if was_gone else left)
            if was_gone and not self._port_is_gone():
                return True
        return False

    def _port_is_gone(self) -> bool:
        return self._of.port is not None and not os.path.exists(self._of.port)  # noqa: PTH110  quicker

    async def wait_for_room(self) -> None:
        """Start no more while too many that would not end still live; the outage has been told."""
        while len(self._abandoned) >= MOST_ABANDONED:
            log.error(
                "%s: %d runs of it would not end; it is started anew once one has",
                self._name,
                len(self._abandoned),
                extra={"part": self._name, "once_an_hour": ("abandoned", self._name)},
            )
            await asyncio.wait(self._abandoned, timeout=self._bound_s)

    def close(self) -> None:
        """Close what runs, or ran last."""
        running, self._running = self._running, None
        if running is None:
            return
        try:
            running.close()
        except Exception:
            log.exception("%s: cannot be closed", self._name, extra={"part": self._name})

    async def _watch(self, task: asyncio.Task[BaseException | None]) -> BaseException | None:
        """Wait until a run has ended or hung; give why, None where it just returned.

        A hang is counted in looks, not in time: where the whole loop stood still, every bus was
        silent and none is to blame.
        """
        seen, silent_looks = self._of.attempts(), 0
        while silent_looks < LOOKS_PER_BOUND:
            await asyncio.wait({task}, timeout=self._bound_s / LOOKS_PER_BOUND)
            silent_looks += not self._of.is_idle
            attempts = self._of.attempts()
            if attempts != seen:
                seen, silent_looks = attempts, 0
                self._worked()
            if task.done():
                # Cancelled though we did not: something inside it was, as libraries do at times.
                return asyncio.CancelledError() if task.cancelled() else task.result()
        await _cancel(task)
        return HungError(f"no attempt completed within {self._bound_s:g} s")

    def _worked(self) -> None:
        if self._down and self._of.works():
            self._down = False
            extra = {"part": self._name, "once_an_hour": ("up", self._name)}
            log.info("%s: works again", self._name, extra=extra)
            self._of.on_up()

    def _failed(self, error: BaseException | None) -> None:
        """Tell an outage once, and a mistake with its traceback once an outage."""
        detail = describe(error)
        if error is not None and not isinstance(error, LineDownError | HungError):
            if not self._down:
                self._mistakes_told.clear()
            if type(error) not in self._mistakes_told:
                self._mistakes_told.add(type(error))
                extra = {"part": self._name, "once_an_hour": (self._name, type(error))}
                log.error("%s: a mistake in its driver", self._name, exc_info=error, extra=extra)
        if not self._down:
            self._down = True
            extra = {"part": self._name, "once_an_hour": ("down", self._name, detail)}
            log.warning("%s: down: %s", self._name, detail, extra=extra)
            self._of.on_down(detail)

    def _abandon(self, task: asyncio.Task[BaseException | None]) -> None:
        """Leave a run that will not end to itself."""
        log.error("%s: would not end and is left behind", self._name, extra={"part": self._name})
        self._abandoned.add(task)
        task.add_done_callback(self._abandoned.discard)
        self.close()


def describe(error: BaseException | None) -> str:
    """Say in one line why a run ended."""
    if error is None:
        return "it ended by itself"
    if isinstance(error, LineDownError | HungError):
        return str(error)
    if isinstance(error, asyncio.CancelledError):
        return "it was cancelled from within"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


async def _contained(running: Runs) -> BaseException | None:
    """Run it, and give what it raised.

    Even SystemExit, which would end the event loop if it came out of a task; a Ctrl-C does end it.
    """
    try:
        await running.run()
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001  a bus must not end the gateway
        return error
    return None


async def _cancel(task: asyncio.Task[BaseException | None]) -> None:
    """Cancel a task and give it a little time to end; it may not."""
    task.cancel()
    await asyncio.wait({task}, timeout=in_seconds(CANCEL_WITHIN))
