"""Threads for what may hang: a name server, a dead host, a disk.

The wait is bounded; a thread that hangs is left behind (it is a daemon, and what it gets is thrown
away should it come back), and of those one owner keeps few.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from gateway.own_thread import begin_apart
from rules.instant import Duration, in_seconds

MOST_HANGING: Final = 3
"""Threads that one owner leaves behind: each holds some memory for as long as it hangs."""

Result = TypeVar("Result")


class HangsError(Exception):
    """The work did not end within its bound; it goes on and nobody hears of it."""


class TooManyHangError(Exception):
    """So many threads hang already that no other is begun."""


def _forget(_result: object) -> None:
    """Throw a result away that nobody waits for any more."""


class Apart:
    """Runs one owner's work in threads, one each.

    Args:
        name: of the threads.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._hanging = 0

    @property
    def hanging(self) -> int:
        """How many threads have not come back."""
        return self._hanging

    async def run(
        self,
        work: Callable[[], Result],
        within: Duration,
        *,
        discard: Callable[[Result], object] = _forget,
    ) -> Result:
        """Do some work in a thread; what comes too late is discarded.

        Raises:
            HangsError: it took longer than `within`.
            TooManyHangError: it was not even begun.
            Exception: whatever the work raised.
        """
        if self._hanging >= MOST_HANGING:
            raise TooManyHangError
        outcome: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._hanging += 1

        def ended(error: Exception | None, results: list[Result]) -> None:
            self._hanging -= 1
            _settle(outcome, error, results, discard)

        begin_apart(self._name, work, ended, discard)
        try:
            async with asyncio.timeout(in_seconds(within)):
                return await outcome
        except TimeoutError:
            if outcome.done() and not outcome.cancelled():  # the work's own
                raise
            raise HangsError from None


def _settle(
    outcome: asyncio.Future[Result],
    error: Exception | None,
    results: list[Result],
    discard: Callable[[Result], object],
) -> None:
    if outcome.done():  # too late
        for result in results:
            discard(result)
    elif error is not None:
        outcome.set_exception(error)
    else:
        outcome.set_result(results[0])
