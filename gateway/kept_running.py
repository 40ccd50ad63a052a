"""Keeps a part beside the core running: where it fails, it alone is started anew.

Buses have a supervisor of their own, since a driver may do worse than fail.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from typing import Any, Final

from gateway.backoff import Backoff
from gateway.control.control_socket import ControlSocketError
from gateway.own_parts import OwnParts
from rules.instant import in_seconds, seconds

log = logging.getLogger(__name__)

WORKED_FOR: Final = seconds(10)
"""A part that has run for so long works again."""

RESTART: Final = Backoff(first=seconds(1), longest=seconds(30))


async def keep_running(
    part: str, run: Callable[[], Coroutine[Any, Any, None]], parts: OwnParts
) -> None:
    """Run a part for ever: its failure is a fault until it has worked for a while."""
    loop = asyncio.get_running_loop()
    failures = 0
    recovery: asyncio.TimerHandle | None = None
    while True:
        began = loop.time()
        try:
            await run()
            detail = "it ended by itself"
        except ControlSocketError as error:
            detail = str(error)
        except Exception as error:  # the one place where a part's mistakes end
            log.exception("%s: a mistake", part, extra={"part": part})
            detail = f"{type(error).__name__}: {error}"
        if recovery is not None:
            recovery.cancel()
        parts.failed(part, "ended", detail)
        failures = 0 if loop.time() - began > in_seconds(WORKED_FOR) else failures + 1
        await asyncio.sleep(in_seconds(RESTART.delay(failures, random.random())))  # noqa: S311 - spreads restarts, hides nothing
        recovery = loop.call_later(in_seconds(WORKED_FOR), parts.recovered, part)
