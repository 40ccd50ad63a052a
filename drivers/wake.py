"""What a bus's loop waits for: the next instant at which there is work, or word from elsewhere.

One loop a bus, one waiter a loop: all that can happen to a bus either has an instant or calls.
"""

import asyncio
from contextlib import suppress

from drivers.bus import Now
from rules.instant import Duration, Instant, in_seconds


def next_turn(turn: Instant, every: Duration, now: Instant) -> Instant:
    """Give the next of regular turns: those missed in a stall are skipped, and none ever moves."""
    missed = max(0, now - turn) // every
    return Instant(turn + (missed + 1) * every)


class Wake:
    """Lets a loop sleep until an instant, and lets others wake it before.

    However often it is called in between, the loop wakes once: the calls of a chattering contact do
    not pile up in the event loop.
    """

    def __init__(self, now: Now) -> None:
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._called = False

    def call(self) -> None:
        """Wake the loop, from its own thread."""
        self._event.set()

    def call_from_thread(self) -> None:
        """Wake the loop, from any other thread; harmless after its event loop was closed.

        What the caller wants seen must be written before it calls: the loop clears the mark first
        and looks then.
        """
        if not self._called:
            self._called = True
            with suppress(RuntimeError):  # the event loop is closed: nobody is left to be woken
                self._loop.call_soon_threadsafe(self._event.set)

    async def until(self, instant: Instant) -> None:
        """Wait until an instant or a call, whichever is first; always lets others run once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, in_seconds(instant - self._now()))):
                await self._event.wait()
        self._event.clear()
        self._called = False
