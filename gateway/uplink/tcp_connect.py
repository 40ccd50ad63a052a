"""A TCP connection to a name, by one network interface alone where a path names one.

A socket that is bound to its interface (SO_BINDTODEVICE) goes by that interface or not at all,
whatever the routes say: so the path by the modem is never one more path by the cable. Linux 5.7 and
newer allow that without privileges. The interface needs a route of its own to the broker, a second
default route of a higher metric as a rule; the name itself is asked of the system's name servers,
which go by the system's routes.
"""

import errno
import fcntl
import socket
import struct
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Any, Final

from rules.instant import Duration, in_seconds

MOST_ADDRESSES: Final = 4
"""Of one name; each gets its share of the time, and with a fifth it would be too little."""

SIOCGIFFLAGS: Final = 0x8913  # linux/sockios.h
IFF_UP: Final = 0x1
IFF_RUNNING: Final = 0x40
IFREQ: Final = struct.Struct("16sh14x")  # name, flags; struct ifreq is 32 or 40 bytes
IFREQ_BYTES: Final = 40

Address = tuple[socket.AddressFamily, Any]


class InterfaceError(Exception):
    """The path's network interface cannot be used; the text says why, and what to look at."""


def connect_tcp(host: str, port: int, interface: str | None, within: Duration) -> socket.socket:
    """Connect, blocking: all addresses of a name are tried within the bound.

    Raises:
        InterfaceError: the interface is not there, is down, or may not be used.
        OSError: no address answers; of several, the first one's error, which the system prefers.
    """
    addresses = _addresses(host, port)
    share = in_seconds(within) / len(addresses)
    errors: list[OSError] = []
    for family, address in addresses:
        try:
            return _connected(family, address, interface, share)
        except OSError as error:
            errors.append(error)
    # An address of a kind that this network does not have at all says nothing of the others.
    told = next((each for each in errors if each.errno != errno.ENETUNREACH), errors[0])
    if interface is not None:
        _explain(interface, host, told)
    raise told


def _addresses(host: str, port: int) -> Sequence[Address]:
    """Resolve a name; kinds of addresses take turns, so that a dead one does not use up all."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    kinds: dict[socket.AddressFamily, list[Address]] = {}
    for family, _, _, _, address in found:
        kinds.setdefault(family, []).append((family, address))
    turns: Iterable[Address | None] = chain.from_iterable(zip_longest(*kinds.values()))
    return [address for address in turns if address is not None][:MOST_ADDRESSES]


def _connected(
    family: socket.AddressFamily, address: Any, interface: str | None, within_s: float
) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if interface is not None:
            _bind_to(made, interface)
        made.settimeout(within_s)
        made.connect(address)
    except BaseException:
        made.close()
        raise
    return made


def _bind_to(made: socket.socket, interface: str) -> None:
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode() + b"\0")
    except PermissionError:
        raise InterfaceError(
            f"interface {interface}: the system does not let a path be bound to it; it takes "
            "Linux 5.7 or newer"
        ) from None
    except OSError as error:
        if error.errno == errno.ENODEV:
            raise InterfaceError(
                f"interface {interface}: there is none of that name now; see: ip link"
            ) from None
        raise


def _explain(interface: str, host: str, error: OSError) -> None:
    """Raise what is wrong with the interface, where that is why nothing was reached."""
    flags = _flags_of(interface)
    if flags is None:
        raise InterfaceError(f"interface {interface}: it has gone; see: ip link") from error
    if not flags & IFF_UP:
        raise InterfaceError(
            f"interface {interface}: it is down; see: ip link show {interface}"
        ) from error
    if not flags & IFF_RUNNING:
        raise InterfaceError(
            f"interface {interface}: it has no link; is the cable in, is the modem connected?"
        ) from error
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        raise InterfaceError(
            f"interface {interface}: it has no way to {host}; see: ip route show dev {interface}"
        ) from error


def _flags_of(interface: str) -> int | None:
    """Ask for an interface's flags, in the network namespace of this process."""
    request = IFREQ.pack(interface.encode(), 0).ljust(IFREQ_BYTES, b"\0")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            answer = fcntl.ioctl(asked.fileno(), SIOCGIFFLAGS, request)
        except OSError:
            return None
    _, flags = IFREQ.unpack(answer[: IFREQ.size])
    return int(flags)
