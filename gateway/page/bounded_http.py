"""HTTP that nobody can hold up: few connections, each for one short question.

A browser that asks slowly, reads slowly or says nothing loses its connection after LIVES_S; there
is no keeping alive. One address has a few connections, so that one telephone gone mad does not shut
out the others.
"""

import asyncio
from collections import Counter
from ipaddress import ip_address
from typing import Any, Final

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

MOST_CONNECTIONS: Final = 64
MOST_OF_A_PEER: Final = 12  # a browser opens six ahead; two in one house behind one address
LIVES_S: Final = 10.0
LARGEST_HEAD: Final = 8 * 1024  # bytes of request line and headers


class BoundedHttp(H11Protocol):
    """A connection."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or drop it where there are too many."""
        super().connection_made(transport)
        of_peer = Counter(_peer(each) for each in self.connections)[_peer(self)]
        if len(self.connections) > MOST_CONNECTIONS or of_peer > MOST_OF_A_PEER:
            transport.abort()
            return
        self._end = self.loop.call_later(LIVES_S, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)


def _peer(connection: Any) -> str:
    """Name who is at the other end; of IPv6 the network, since a machine has many addresses."""
    if connection.client is None:
        return ""
    address = ip_address(connection.client[0].partition("%")[0])
    return str(address) if address.version == 4 else address.exploded[:19]


class Doors:
    """Makes connections for one application."""

    def __init__(self, app: Any) -> None:
        self._config = Config(
            app,
            http=BoundedHttp,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=LARGEST_HEAD,
        )
        self._config.load()
        self._state = ServerState()  # its connections are those of all addresses together

    def door(self) -> BoundedHttp:
        """Make what serves one connection."""
        return BoundedHttp(self._config, self._state, {}, _loop=asyncio.get_running_loop())
