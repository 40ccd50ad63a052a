"""An event loop that wakes when it was told to, and not up to a millisecond later.

epoll counts its waits in whole milliseconds, and Python rounds them up. On a serial line of 115200
baud, where the silence that parts two frames takes 1.75 ms and a whole poll 5.1, that would cost a
twentieth of what the line can carry. select counts in microseconds and can wait for an epoll
descriptor. So short waits are select's, and epoll only says whose turn it is; long ones are
epoll's alone, since they are not worth a second call to the kernel.
"""

import asyncio
import select
from contextlib import suppress
from pathlib import Path
from selectors import EpollSelector, SelectorKey
from typing import Final

SHORT: Final = 0.05
"""Seconds: a millisecond is a fiftieth of it."""

HIGHEST_DESCRIPTOR: Final = 1023
"""What select can wait for. The loop is made when few descriptors are open."""


TIMER_SLACK: Final = Path("/proc/self/timerslack_ns")
SLACK_NS: Final = 1000
"""The kernel may wake who waits so much later, to wake several at once; 50 µs unless told so."""


class PunctualSelector(EpollSelector):
    """epoll, with short waits to the microsecond."""

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Wait for descriptors, and give those that are ready."""
        if timeout is not None and 0 < timeout < SHORT and self.fileno() <= HIGHEST_DESCRIPTOR:
            select.select((self.fileno(),), (), (), timeout)
            timeout = 0
        return super().select(timeout)


def punctual_loop() -> asyncio.AbstractEventLoop:
    """Make the event loop of the main thread, and have the kernel wake that on time."""
    with suppress(OSError):
        TIMER_SLACK.write_text(str(SLACK_NS))
    return asyncio.SelectorEventLoop(PunctualSelector())
