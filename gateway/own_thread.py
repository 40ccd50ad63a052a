"""What may block for ever, each time in a thread of its own; of these there are at most so many.

A thread that hangs in the kernel or in a library cannot be ended. It keeps its place until it comes
back, and holds up neither the event loop, nor the end of the process, nor what is asked elsewhere.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class OwnThreads(Generic[T]):
    """Places for threads of one purpose. For the event loop's thread.

    Attributes:
        most: how many may be under way at once.
        under_way: how many are.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._places = asyncio.Semaphore(most)
        self.most = most
        self.under_way = 0

    async def run(
        self, work: Callable[[], T], within_s: float, ended: Callable[[], None] = lambda: None
    ) -> T:
        """Do the work in a thread, and give what it gives or raises.

        Args:
            work: what may block.
            within_s: how long it is waited for, in seconds.
            ended: called in the event loop once nothing of it is under way any more, though
                perhaps long after this has returned.

        Raises:
            TimeoutError: it was not done within the time, or all places were taken for so long.
            RuntimeError: the machine has no thread left.
        """
        async with asyncio.timeout(within_s):
            try:
                await self._places.acquire()
            except BaseException:
                ended()
                raise
            self.under_way += 1
            loop = asyncio.get_running_loop()
            done: asyncio.Future[T] = loop.create_future()

            def leave() -> None:
                self._leave()
                ended()

            try:
                # A daemon: the interpreter does not wait for it at the end.
                Thread(
                    target=_do, args=(work, loop, done, leave), name=self._name, daemon=True
                ).start()
            except BaseException:
                leave()
                raise
            return await done

    async def ended(self, within_s: float) -> None:
        """Wait until none is under way, and take all places for ever; or give up after the time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                for _ in range(self.most):
                    await self._places.acquire()

    def _leave(self) -> None:
        self.under_way -= 1
        self._places.release()


def _do(
    work: Callable[[], T],
    loop: asyncio.AbstractEventLoop,
    done: "asyncio.Future[T]",
    leave: Callable[[], None],
) -> None:
    """Do the work, and have the event loop told what came of it."""
    tell: Callable[[], None]
    try:
        result = work()
    except Exception as error:  # noqa: BLE001  # it is raised where the answer is awaited
        tell = partial(done.set_exception, error)
    else:
        tell = partial(done.set_result, result)

    def end() -> None:
        leave()
        if not done.done():  # else nobody waits any more
            tell()

    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(end)
