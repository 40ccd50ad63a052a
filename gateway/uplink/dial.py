"""Opens a connection to a broker without ever holding up the event loop.

Names are resolved, TCP connects and TLS shakes hands in a short-lived thread, since the first of
these can hang for as long as it likes. The wait is bounded; a thread that hangs is left behind
(it is a daemon, and closes what it gets should it come back), and of those a path keeps few.
"""

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.uplink.credentials import CredentialsError
from rules.instant import Duration, in_seconds

MOST_HANGING: Final = 3
"""Threads left behind by one path: each holds a socket and some memory for as long as it hangs."""


class DialError(Exception):
    """There is no connection.

    Try again later, with back-off. Its text says which host, what was seen and what to look at.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A broker's address.

    Attributes:
        host: its name, which its certificate must bear.
        port: its port.
        make_tls: makes the context that verifies it, in the dialling thread, since reading the
            system's authorities takes its time; None for plain text.
    """

    host: str
    port: int
    make_tls: Callable[[], ssl.SSLContext] | None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Dialler:
    """Dials for one path."""

    def __init__(self) -> None:
        self._hanging = 0

    async def dial(self, endpoint: Endpoint, within: Duration) -> socket.socket:
        """Connect; raises DialError where that fails or takes longer than `within`.

        Raises:
            DialError: as it says.
            CredentialsError: make_tls found no usable files.
        """
        if self._hanging >= MOST_HANGING:
            raise DialError(
                f"{endpoint}: {self._hanging} earlier attempts still hang; is the name server "
                "reachable?"
            )
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[socket.socket] = loop.create_future()
        self._hanging += 1

        def end(error: Exception | None, connected: socket.socket | None) -> None:
            self._hanging -= 1
            if outcome.done():  # too late
                _close(connected)
            elif connected is not None:
                outcome.set_result(connected)
            else:
                outcome.set_exception(error or DialError(f"{endpoint}: no connection"))

        def post(error: Exception | None, connected: socket.socket | None) -> None:
            try:
                loop.call_soon_threadsafe(end, error, connected)
            except RuntimeError:  # the loop is closed: the gateway has ended meanwhile
                _close(connected)

        threading.Thread(
            target=_run, args=(endpoint, within, post), name=f"dial {endpoint}", daemon=True
        ).start()
        try:
            async with asyncio.timeout(in_seconds(within)):
                return await outcome
        except TimeoutError:
            raise DialError(
                f"{endpoint}: no connection within {in_seconds(within):g} s; is the host up, and "
                "does a firewall drop what goes to that port?"
            ) from None


def _run(
    endpoint: Endpoint,
    within: Duration,
    post: Callable[[Exception | None, socket.socket | None], None],
) -> None:
    try:
        connected = connect(endpoint, within)
    except (DialError, CredentialsError) as error:
        post(error, None)
    except Exception as error:  # noqa: BLE001 - a thread's mistake must reach the one who waits
        post(DialError(f"{endpoint}: {type(error).__name__}: {error}"), None)
    else:
        post(None, connected)


def connect(endpoint: Endpoint, within: Duration) -> socket.socket:
    """Connect, blocking; each step but the resolving of the name ends within the bound."""
    tls = None if endpoint.make_tls is None else endpoint.make_tls()
    try:
        plain = socket.create_connection((endpoint.host, endpoint.port), timeout=in_seconds(within))
    except OSError as error:
        raise DialError(f"{endpoint}: {socket_error_in_words(error)}") from error
    try:
        # An event is one small packet: Nagle's algorithm would hold it back for the last one's ACK.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return plain if tls is None else _secured(plain, endpoint, tls)
    except (OSError, ValueError) as error:
        plain.close()
        raise DialError(f"{endpoint}: {socket_error_in_words(error)}") from error


def _secured(plain: socket.socket, endpoint: Endpoint, tls: ssl.SSLContext) -> ssl.SSLSocket:
    secured = tls.wrap_socket(plain, server_hostname=endpoint.host, do_handshake_on_connect=False)
    try:
        secured.do_handshake()
    except BaseException:
        secured.close()
        raise
    return secured


HINTS: Final = {
    errno.ECONNREFUSED: "is the broker running, and is the port right?",
    errno.ENETUNREACH: "is the network up?",
    errno.EHOSTUNREACH: "is the network up?",
}


def socket_error_in_words(error: Exception) -> str:
    """Say what went wrong, and what to look at."""
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message.rstrip(".").lower()
        return (
            f"the broker's certificate is not accepted: {said}; look at tls.ca, at host, and at "
            "the clock"
        )
    if isinstance(error, ssl.SSLError):
        reason = (getattr(error, "reason", None) or str(error)).replace("_", " ").lower()
        if " alert " in reason:
            return f"the broker refuses our side of TLS: {reason}; look at certificate and key"
        return f"TLS fails: {reason}; is it the broker's TLS port?"
    if isinstance(error, socket.gaierror):
        return f"the name cannot be resolved: {(error.strerror or str(error)).lower()}"
    if isinstance(error, TimeoutError):
        return "no answer; does a firewall drop what goes to that port?"
    if isinstance(error, OSError):
        said = (error.strerror or str(error) or type(error).__name__).lower()
        hint = HINTS.get(error.errno or 0)
        return f"{said}; {hint}" if hint else said
    return f"{type(error).__name__}: {error}"


def _close(connected: socket.socket | None) -> None:
    if connected is not None:
        connected.close()
