"""The addresses at which the page is served: those of the interface that the site names.

Asked of the kernel anew each time, since cables and leases come and go. Link-local addresses are
left out: a browser cannot be told which link is meant.
"""

import array
import fcntl
import socket
import struct
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Final

from gateway.control.status import PageNow

SIOCGIFCONF: Final = 0x8912  # netdevice(7)
IFREQ: Final = 40  # bytes of struct ifreq where pointers have eight
MOST_ADDRESSES: Final = 64
IF_INET6: Final = Path("/proc/self/net/if_inet6")
GLOBAL_SCOPE, HOST_SCOPE = 0x00, 0x10
NOT_USABLE: Final = 0x08 | 0x40  # IFA_F_DADFAILED, IFA_F_TENTATIVE


def addresses_of(page: PageNow) -> tuple[str, ...]:
    """Give the addresses to serve on, perhaps none just now; raises OSError."""
    if page.interface is None:
        return () if page.address is None else (str(ip_address(page.address)),)
    there = (*_ipv4_of(page.interface), *_ipv6_of(page.interface))
    if page.address is None:
        return there
    return tuple(each for each in there if ip_address(each) == ip_address(page.address))


def _ipv4_of(interface: str) -> tuple[str, ...]:
    room = array.array("B", bytes(IFREQ * MOST_ADDRESSES))
    place, length = room.buffer_info()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        answer = fcntl.ioctl(asking, SIOCGIFCONF, struct.pack("iL", length, place))
    used = struct.unpack("iL", answer)[0]
    entries = (room[at : at + IFREQ].tobytes() for at in range(0, used, IFREQ))
    return tuple(
        socket.inet_ntoa(entry[20:24])  # behind the name, the family and the port
        for entry in entries
        # A second address may bear a label of its own: eth0:1.
        if entry[:16].rstrip(b"\0").decode(errors="replace").partition(":")[0] == interface
    )


def _ipv6_of(interface: str) -> tuple[str, ...]:
    try:
        lines = IF_INET6.read_text().splitlines()
    except FileNotFoundError:  # a kernel without IPv6
        return ()
    found = []
    for line in lines:
        address, _, _, scope, flags, name = line.split()
        usable = int(scope, 16) in (GLOBAL_SCOPE, HOST_SCOPE) and not int(flags, 16) & NOT_USABLE
        if name == interface and usable:
            found.append(str(IPv6Address(bytes.fromhex(address))))
    return tuple(found)


def listening_at(address: str, page: PageNow) -> socket.socket:
    """Open the socket of one address; raises OSError.

    It hears the named interface alone: the kernel would else take what comes to that address by
    any other, too.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if page.interface is not None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, page.interface.encode())
        opened.bind((address, page.port))
        opened.setblocking(False)
    except OSError:
        opened.close()
        raise
    return opened
