"""Runs the parts of the uplink beside each other: what one does wrong disturbs no other."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from rules.instant import in_seconds, seconds

log = logging.getLogger(__name__)

AFTER_MISTAKE: Final = seconds(1)

Run = Callable[[], Coroutine[Any, Any, None]]


async def run_side_by_side(work: Iterable[tuple[str, Run]]) -> None:
    """Run parts, each by its name, until this is cancelled; no fault is told of any."""
    tasks = [asyncio.create_task(_for_ever(name, run), name=name) for name, run in work]
    try:
        await asyncio.wait(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _for_ever(name: str, run: Run) -> None:
    """Run a part; one that makes a mistake is started anew."""
    while True:
        try:
            await run()
        except Exception:  # the one place where a part's mistakes end
            log.exception("a mistake", extra={"part": name, "once_an_hour": ("mistake", name)})
        await asyncio.sleep(in_seconds(AFTER_MISTAKE))
