"""The end of the process, in bounded time, whatever in it will not end.

asyncio waits for every task and for every thread of its own before it lets go; a driver that
swallows its cancellation, or a port whose opening hangs in the kernel, would hold up the stop until
systemd kills the process and calls it a failure. By then all has been told, kept and closed that
could be: what is left is left behind.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from gateway.punctual_loop import punctual_loop
from rules.instant import in_seconds, seconds

log = logging.getLogger(__name__)

LEAVE_WITHIN: Final = seconds(1)
"""For what is cancelled to end, and again for threads; the gateway's parts have had theirs."""

MOST_BLOCKING: Final = 16  # threads: the opening of a port each, and the journal's reader
BLOCKING: Final = "blocking"
FAILED: Final = 1


def run_and_leave(main: Coroutine[Any, Any, None]) -> None:
    """Run until it ends, and come back; where something will not end, end the process instead."""
    executor = ThreadPoolExecutor(MOST_BLOCKING, thread_name_prefix=BLOCKING)
    with asyncio.Runner(loop_factory=punctual_loop) as runner:
        runner.run(_run(main, executor))


async def _run(main: Coroutine[Any, Any, None], executor: ThreadPoolExecutor) -> None:
    asyncio.get_running_loop().set_default_executor(executor)
    exit_code = FAILED
    try:
        await main
        exit_code = 0
    finally:
        stuck = [*await _stuck_tasks(), *_stuck_threads(executor)]
        if stuck:
            log.error("left behind at the end: %s", ", ".join(stuck), extra={"part": "gateway"})
            logging.shutdown()
            os._exit(exit_code)


async def _stuck_tasks() -> list[str]:
    """Cancel all that still runs, and name what does not end."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        _, tasks = await asyncio.wait(tasks, timeout=in_seconds(LEAVE_WITHIN))
    return [task.get_name() for task in tasks]


def _stuck_threads(executor: ThreadPoolExecutor) -> list[str]:
    """End the threads that do what blocks, and name those in which something hangs."""
    executor.shutdown(wait=False, cancel_futures=True)
    threads = [each for each in threading.enumerate() if each.name.startswith(BLOCKING)]
    for thread in threads:
        thread.join(in_seconds(LEAVE_WITHIN) / len(threads))
    return [thread.name for thread in threads if thread.is_alive()]
