"""What may block for ever, each time in a thread of its own; of these there are at most so many.

A thread that hangs in the kernel or in a library cannot be ended. It keeps its place until it comes
back, and holds up neither the event loop, nor the end of the process, nor what is asked elsewhere.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


def begin_apart(
    name: str,
    work: Callable[[], T],
    ended: Callable[[Exception | None, list[T]], None],
    lost: Callable[[T], object] = lambda _result: None,
) -> None:
    """Begin some work in a thread of its own; the interpreter does not wait for it at the end.

    Args:
        name: of the thread.
        work: what may block.
        ended: called in the event loop that this is called in: with what the work raised, or with
            its one result.
        lost: takes the result where that loop is closed meanwhile; called in the thread.

    Raises:
        RuntimeError: the machine has no thread left.
    """
    loop = asyncio.get_running_loop()

    def run() -> None:
        error, results = _tried(work)
        try:
            loop.call_soon_threadsafe(ended, error, results)
        except RuntimeError:  # the loop is closed
            for result in results:
                lost(result)

    Thread(target=run, name=name, daemon=True).start()


def _tried(work: Callable[[], T]) -> tuple[Exception | None, list[T]]:
    try:
        return None, [work()]
    except Exception as error:  # noqa: BLE001 - it must reach the one who waits
        return error, []


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
            done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

            def leave(error: Exception | None, results: list[T]) -> None:
                self._leave()
                ended()
                if done.done():  # nobody waits any more
                    return
                if error is not None:
                    done.set_exception(error)
                else:
                    done.set_result(results[0])

            try:
                begin_apart(self._name, work, leave)
            except BaseException:
                self._leave()
                ended()
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
