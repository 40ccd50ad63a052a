"""Two ways between a gateway and its centre, each of a cable that can be cut or lose packets.

Two network namespaces, `fgc<pid>g` for the gateway and `fgc<pid>c` for the centre, and a veth pair
between them for each path. Packets are dropped by a filter of four instructions that draws a random
number for each (`tc … bpf`): netem is missing from many a kernel, and nft from many a machine.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

COMMANDS = ("ip", "tc", "nsenter", "mosquitto")
WITHIN_S = 20
PORT = 1883
NAME = re.compile(r"fgc(\d+)[gc]")
ALL_RANDOM_NUMBERS = 2**32

DROP_BELOW = "4,32 0 0 4294963256,53 0 1 {threshold},6 0 0 4294967295,6 0 0 2"
"""A = a random number of 32 bits; from the threshold on: go on (-1), below it: drop (2)."""


class NoNetworkError(Exception):
    """No namespaces here: its text says what is missing."""


@dataclass(frozen=True)
class Cable:
    """A path's two ends.

    Attributes:
        path: the path's id in the site file.
        gateway: the interface at the gateway.
        centre: the interface at the centre.
        host: the address at the centre.
    """

    path: str
    gateway: str
    centre: str
    host: str
    gateway_address: str


CABLES = {
    "lan": Cable("lan", "lan0", "lan1", "10.77.1.1", "10.77.1.2"),
    "4g": Cable("4g", "wwan0", "wwan1", "10.77.2.1", "10.77.2.2"),
}


def what_is_missing() -> str | None:
    """Say in a line why there can be no network here; None where there can."""
    absent = [name for name in COMMANDS if shutil.which(name) is None]
    if absent:
        return f"{', '.join(absent)}: not installed"
    return None if os.geteuid() == 0 else "network namespaces need root"


class Network:
    """The namespaces of one building. To be closed, whatever happens."""

    def __init__(self) -> None:
        if missing := what_is_missing():
            raise NoNetworkError(missing)
        self.gateway = f"fgc{os.getpid()}g"
        self.centre = f"fgc{os.getpid()}c"
        sweep()
        try:
            for name in (self.gateway, self.centre):
                run("ip", "netns", "add", name)
                run("ip", "-n", name, "link", "set", "lo", "up")
            for cable in CABLES.values():
                self._lay(cable)
                self.lose(cable.path, 0)  # whether that can be done at all
                self.mend(cable.path)
        except subprocess.SubprocessError as error:
            self.close()
            raise NoNetworkError(f"no network namespaces: {said(error)}") from error

    def inside(self, namespace: str) -> tuple[str, ...]:
        """Give what to put before a command that is to run there; it keeps its process id."""
        return ("nsenter", f"--net=/run/netns/{namespace}")

    def lose(self, path: str, share: float) -> None:
        """Drop this share of the packets of a path, in both directions; 1 drops all."""
        self.mend(path)
        where = ("-n", self.centre, "filter", "add", "dev", CABLES[path].centre)
        threshold = min(ALL_RANDOM_NUMBERS - 1, round(share * ALL_RANDOM_NUMBERS))
        run("tc", "-n", self.centre, "qdisc", "add", "dev", CABLES[path].centre, "clsact")
        for direction in ("ingress", "egress"):
            code = DROP_BELOW.format(threshold=threshold)
            run("tc", *where, direction, "bpf", "direct-action", "bytecode", code)

    def mend(self, path: str) -> None:
        """Drop no more packets."""
        with suppress(subprocess.CalledProcessError):  # there is none to take away
            run("tc", "-n", self.centre, "qdisc", "del", "dev", CABLES[path].centre, "clsact")

    def pull(self, path: str) -> None:
        """Pull the cable out at the gateway's end."""
        run("ip", "-n", self.gateway, "link", "set", CABLES[path].gateway, "down")

    def plug(self, path: str) -> None:
        """Put it in again."""
        run("ip", "-n", self.gateway, "link", "set", CABLES[path].gateway, "up")

    def heal(self) -> None:
        """Make all as it was."""
        for path in CABLES:
            self.mend(path)
            self.plug(path)

    def close(self) -> None:
        """Take all away, and end what still runs in there."""
        for name in (self.gateway, self.centre):
            remove(name)

    def _lay(self, cable: Cable) -> None:
        ends = (
            (self.gateway, cable.gateway, cable.gateway_address),
            (self.centre, cable.centre, cable.host),
        )
        run(
            *("ip", "link", "add", cable.gateway, "netns", self.gateway),
            *("type", "veth", "peer", "name", cable.centre, "netns", self.centre),
        )
        for namespace, interface, address in ends:
            run("ip", "-n", namespace, "address", "add", f"{address}/24", "dev", interface)
            run("ip", "-n", namespace, "link", "set", interface, "up")


def sweep() -> None:
    """Take away what a run that was killed has left behind."""
    for file in Path("/run/netns").glob("fgc*"):
        match = NAME.fullmatch(file.name)
        if match and not Path("/proc", match[1]).exists():
            remove(file.name)


def remove(namespace: str) -> None:
    """Remove a namespace, and end what runs in it: only what was started for it can."""
    with suppress(subprocess.CalledProcessError):
        for pid in run("ip", "netns", "pids", namespace).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        run("ip", "netns", "delete", namespace)


def run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, timeout=WITHIN_S, text=True)
    return done.stdout


def said(error: subprocess.SubprocessError) -> str:
    return (getattr(error, "stderr", None) or str(error)).strip()


if __name__ == "__main__":
    sweep()
    sys.exit(what_is_missing())
