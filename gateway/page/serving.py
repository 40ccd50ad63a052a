"""The process of the owner's page: watches the gateway, and serves where the site says, if it does.

While the site has no page it waits and costs little: what serves pages is loaded only then. It
follows the interface's addresses, and never listens on more than those.
"""

import asyncio
import importlib
import logging
import socket
from collections.abc import Callable
from typing import Any, Final

from gateway.control.status import PageNow
from gateway.page.addresses import addresses_of, listening_at
from gateway.page.asked import names_of
from gateway.page.watch import Watch
from gateway.text import Language
from rules.instant import Instant

log = logging.getLogger(__name__)
PART: Final = {"part": "page"}

LOOK_EVERY_S: Final = 2.0
BACKLOG: Final = 128  # what the kernel keeps of a crowd until it is let in or dropped
END_WITHIN_S: Final = 2.0


async def serve(control_socket: str, now: Callable[[], Instant]) -> None:
    """Serve until cancelled."""
    watch = Watch(control_socket, now)
    looking = asyncio.create_task(watch.run())
    served = Served(watch)
    try:
        while not looking.done():
            await served.follow(watch.page)
            await asyncio.wait([looking], timeout=LOOK_EVERY_S)
        await looking  # it ends by a mistake alone, which is to be told
    finally:
        looking.cancel()
        await served.follow(None)


class Served:
    """The addresses at which the page is served just now."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._doors: Any = None  # made when there is something to serve
        self._servers: dict[tuple[str, PageNow], asyncio.Server] = {}

    async def follow(self, page: PageNow | None) -> None:
        """Serve at the page's addresses, as they are now, and nowhere else."""
        wanted = [] if page is None else [(address, page) for address in _found(page)]
        for place in [place for place in self._servers if place not in wanted]:
            self._servers.pop(place).close()
            log.info("no longer served at %s port %d", place[0], place[1].port, extra=PART)
        for place in wanted:
            if place not in self._servers:
                await self._open(*place)

    async def _open(self, address: str, page: PageNow) -> None:
        try:
            listening = listening_at(address, page)
        except OSError as error:
            extra = PART | {"once_an_hour": (address, page.port, error.errno)}
            why = error.strerror or str(error)
            log.warning("%s port %d: %s", address, page.port, why, extra=extra)
            return
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._door, sock=listening, backlog=BACKLOG)
        self._servers[address, page] = server
        log.info("served at %s port %d", address, page.port, extra=PART)

    def _door(self) -> asyncio.Protocol:
        if self._doors is None:
            # Half of this process's memory, and not needed where the site has no page.
            app = importlib.import_module("gateway.page.app")
            bounded = importlib.import_module("gateway.page.bounded_http")
            names = names_of(socket.gethostname())
            self._doors = bounded.Doors(app.app_of(self._watch, names, self._language))
        door: asyncio.Protocol = self._doors.door()
        return door

    def _language(self) -> Language:
        page = self._watch.page
        return Language.VIETNAMESE if page is None else Language(page.language)


def _found(page: PageNow) -> tuple[str, ...]:
    try:
        return addresses_of(page)
    except (OSError, ValueError) as error:
        extra = PART | {"once_an_hour": ("addresses", page.interface)}
        log.warning("the addresses cannot be found out: %s", error, extra=extra)
        return ()
