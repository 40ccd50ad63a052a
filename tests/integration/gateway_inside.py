"""The whole gateway inside the test's own process: for what no process can be told from outside.

Everything in it is real but the wall clock, which a test brings along.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from daemon_process import CONTACT, LOOK_EVERY_S, WITHIN_S, now

from gateway.clock import Clock, ClockSources
from gateway.control.client import UnreachableError, ask
from gateway.control.protocol import Request, Verb
from gateway.control.status import Status
from gateway.recording.black_box import SiteTexts
from gateway.run_options import RunOptions
from gateway.service_notification import ServiceNotification
from gateway.site_file import read_site
from gateway.wiring import guard
from rules.instant import seconds

BOOT = "b0070000-0000-4000-8000-000000000001"


@dataclass
class WallClock:
    """A wall clock beside the machine's monotonic one, and what the system says of it.

    Attributes:
        offset_ns: what to add to the monotonic clock to get it.
    """

    offset_ns: int
    is_synchronised: bool = False

    @classmethod
    def showing(cls, unix_ns: int, *, is_synchronised: bool = False) -> "WallClock":
        return cls(unix_ns - time.monotonic_ns(), is_synchronised)

    def jump_to(self, unix_ns: int) -> None:
        self.offset_ns = unix_ns - time.monotonic_ns()

    def sources(self) -> ClockSources:
        return ClockSources(
            time_ns=lambda: time.monotonic_ns() + self.offset_ns,
            is_synchronised=lambda _: self.is_synchronised,
        )


class Inside:
    """A gateway that runs here."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "control.sock"

    async def status(self) -> Status | None:
        """Give its status; None while nobody answers."""
        request = Request(verb=Verb.STATUS)
        try:
            reply = await asyncio.to_thread(ask, str(self.socket), request, seconds(5), now)
        except (UnreachableError, OSError):
            return None
        return reply.status


@contextlib.asynccontextmanager
async def guarding(folder: Path, site: str, wall: WallClock | None = None) -> AsyncIterator[Inside]:
    """Guard a site until the test is done with it."""
    (folder / "state").mkdir(exist_ok=True)
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "simulated-contact.yaml").write_text(CONTACT)
    file = folder / "site.yaml"
    file.write_text(site)
    read = read_site(file)
    assert read.settings is not None, read.problems
    options = RunOptions(
        state_directory=folder / "state",
        control_socket=folder / "control.sock",
        operators=frozenset(),
        machine_id="machine",
        site=SiteTexts(file=read.file, texts=read.texts),
    )
    wall = wall or WallClock.showing(time.time_ns(), is_synchronised=True)
    clock = Clock(wall.sources(), boot_id=BOOT)
    task = asyncio.create_task(guard(read.settings, options, clock, ServiceNotification(None)))
    inside = Inside(folder)
    try:
        await until(inside.status, "the gateway's status", also=task)
        yield inside
        assert not task.done(), "the gateway ended by itself"
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable, what: str, also: asyncio.Task | None = None):
    """Wait for something without holding up the gateway."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if also is not None and also.done():
            also.result()
        await asyncio.sleep(LOOK_EVERY_S)
    raise AssertionError(f"{what}: not within {WITHIN_S:g} s")
