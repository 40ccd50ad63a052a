"""Networks of our own on this machine: namespaces, cables between them, and a router to cut.

They need root and iproute2. A test that asks for one where that is missing fails and says so: that
a path goes by its interface alone cannot be seen in any other way.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = count(1)


def ip(*arguments: str) -> None:
    command = ["ip", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"


class Namespace:
    """A network namespace: a machine of its own, as far as networks go."""

    def __init__(self, name: str) -> None:
        self.name = f"fgw-{os.getpid()}-{next(NUMBERS)}-{name}"

    def create(self) -> None:
        ip("netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def delete(self) -> None:
        ip("netns", "delete", self.name)

    def ip(self, *arguments: str) -> None:
        ip("-n", self.name, *arguments)

    def command(self, *command: str) -> list[str]:
        """Give a command line that runs in here."""
        return ["ip", "netns", "exec", self.name, *command]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be in here, with this thread and those that it begins; sockets stay where they began."""
        with (
            Path("/proc/thread-self/ns/net").open() as home,
            Path("/run/netns", self.name).open() as here,
        ):
            _enter(here.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())


def _enter(descriptor: int) -> None:
    if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def namespaces(*names: str) -> Iterator[list[Namespace]]:
    """Make namespaces; all are gone afterwards, with what is in them."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.fail("networks of our own need root and iproute2: run the tests as root")
    made: list[Namespace] = []
    try:
        for name in names:
            namespace = Namespace(name)
            namespace.create()
            made.append(namespace)
        yield made
    finally:
        for namespace in made:
            namespace.delete()


End = tuple[Namespace, str, str]
"""An end of a cable: where it is plugged in, its interface, its address."""


def cable(one: End, other: End) -> None:
    """Lay a cable, and switch both ends on."""
    here, name, _ = one
    there, far, _ = other
    pair = "link", "add", "name", name, "type", "veth", "peer", "name", far
    here.ip(*pair, "netns", there.name)
    for namespace, interface, address in (one, other):
        namespace.ip("address", "add", address, "dev", interface)
        namespace.ip("link", "set", interface, "up")


class Router:
    """Between a gateway and a broker; it can swallow all packets without a word to anybody."""

    GATEWAY, BROKER = "10.77.1.2", "10.77.2.2"

    def __init__(self, gateway: Namespace, middle: Namespace, broker: Namespace) -> None:
        self.gateway, self.broker = gateway, broker
        self._middle = middle
        cable((gateway, "eth0", f"{self.GATEWAY}/24"), (middle, "near", "10.77.1.1/24"))
        cable((broker, "eth0", f"{self.BROKER}/24"), (middle, "far", "10.77.2.1/24"))
        gateway.ip("route", "add", "default", "via", "10.77.1.1")
        broker.ip("route", "add", "default", "via", "10.77.2.1")
        self.pass_on()

    def pass_on(self) -> None:
        self._forward(1)

    def swallow(self) -> None:
        """From now on no packet gets through, and no link goes down, and no answer says so."""
        self._forward(0)

    def _forward(self, value: int) -> None:
        write = f"echo {value} > /proc/sys/net/ipv4/ip_forward"
        subprocess.run(self._middle.command("sh", "-c", write), check=True, timeout=20)
