"""What the gateway tells systemd of itself: ready, its status, alive, stopping.

The protocol of sd_notify(3): one datagram to the socket named in NOTIFY_SOCKET. A message that
cannot be sent at once is lost, never waited for: guarding the building goes before being seen to.
`Liveness` decides when systemd may be told that the gateway lives: by completed work, never by a
timer alone, so that a hung core or a hung disk ends in a restart.
"""

import contextlib
import os
import socket
from collections.abc import Mapping
from typing import Final

from rules.instant import Duration

NANOSECONDS_PER_MICROSECOND: Final = 1_000
LONGEST_STATUS: Final = 200  # characters; one line in `systemctl status`


class ServiceNotification:
    """The way to systemd, or nothing where the gateway was not started by it."""

    def __init__(self, address: str | None) -> None:
        self._address = address
        self._socket: socket.socket | None = None
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ServiceNotification":
        """Take the address from NOTIFY_SOCKET; a name that starts with @ is an abstract socket."""
        address = environment.get("NOTIFY_SOCKET")
        if not address or address[0] not in "/@":
            return cls(None)
        return cls("\0" + address[1:] if address[0] == "@" else address)

    def ready(self) -> bool:
        """Say that start-up is complete."""
        return self._send("READY=1")

    def status(self, text: str) -> bool:
        """Show one line in `systemctl status`."""
        line = "".join(letter if letter.isprintable() else " " for letter in text)
        return self._send(f"STATUS={line[:LONGEST_STATUS]}")

    def watchdog(self) -> bool:
        """Say that the gateway lives; only `Liveness` knows when this may be said."""
        return self._send("WATCHDOG=1")

    def stopping(self) -> bool:
        """Say that a clean stop has begun."""
        return self._send("STOPPING=1")

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: str) -> bool:
        """Send, and say whether it was taken."""
        if self._socket is None or self._address is None:
            return False
        with contextlib.suppress(OSError):  # full, gone or not permitted: lost, see above
            self._socket.sendto(message.encode(), self._address)
            return True
        return False


def watchdog_interval(
    environment: Mapping[str, str], process_id: int | None = None
) -> Duration | None:
    """Give the time within which systemd wants a ping; None where it does not watch this process.

    Ping at a third of it or less: one ping may be lost, and one may be late.
    """
    watched = environment.get("WATCHDOG_PID")
    if watched and watched != str(os.getpid() if process_id is None else process_id):
        return None
    microseconds = environment.get("WATCHDOG_USEC", "")
    if not (microseconds.isascii() and microseconds.isdigit() and int(microseconds) > 0):
        return None
    return Duration(int(microseconds) * NANOSECONDS_PER_MICROSECOND)


class Liveness:
    """Whether both the core and the journal's writer have completed a turn since the last ping.

    A turn that ended in a bounded, handled failure (a full disk) counts: only hanging does not.
    """

    def __init__(self) -> None:
        self._core_turns = 0
        self._writer_turns = 0

    def may_ping(self, core_turns: int, writer_turns: int) -> bool:
        """Decide from the turns completed since the start; a yes is taken as pinged."""
        if core_turns <= self._core_turns or writer_turns <= self._writer_turns:
            return False
        self._core_turns, self._writer_turns = core_turns, writer_turns
        return True
