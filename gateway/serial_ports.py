"""The serial ports of this machine, and who has them open, as far as one is allowed to see.

Nothing is opened: that would pull at the lines by which some devices are reset.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

DEVICES: Final = Path("/dev")
PROCESSES: Final = Path("/proc")
TTYS: Final = ("ttyUSB*", "ttyACM*", "ttyAMA*", "ttyS*")
SYSTEM_TTYS: Final = Path("/sys/class/tty")
MOST_PORTS: Final = 100
MOST_PROCESSES: Final = 20_000
PSEUDO_TERMINALS: Final = 136  # their major number (kernel: devices.txt)
LONGEST_COMMAND: Final = 60  # characters that are shown


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has a port open.

    Attributes:
        pid: its number.
        command: the beginning of its command line.
        is_gateway: whether it is a running gateway.
    """

    pid: int
    command: str
    is_gateway: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialPort:
    """A port.

    Attributes:
        path: the name to write in a site file: that by the adapter's id where there is one.
        leads_to: the device file; the same as path where there is no better name.
        is_open_to_us: whether file rights let this person open it.
        holders: who has it open, those of other people only where one is root.
    """

    path: str
    leads_to: str
    is_open_to_us: bool
    holders: tuple[Holder, ...]


def serial_ports(devices: Path = DEVICES, ttys: Path = SYSTEM_TTYS) -> tuple[SerialPort, ...]:
    """Find the ports, those with an id of their own first."""
    named = {os.path.realpath(link): str(link) for link in _by_id(devices)}
    plain = [str(path) for pattern in TTYS for path in sorted(devices.glob(pattern))]
    real = dict.fromkeys([*named, *(path for path in plain if _is_there(path, ttys))])
    return tuple(
        SerialPort(
            path=named.get(path, path),
            leads_to=path,
            is_open_to_us=os.access(path, os.R_OK | os.W_OK),
            holders=holders_of(path),
        )
        for path in list(real)[:MOST_PORTS]
    )


def is_pseudo_terminal(port: str) -> bool:
    """Tell whether a program and no wire is at the other end of a port."""
    return os.path.realpath(port).startswith("/dev/pts/")


def holders_of(port: str) -> tuple[Holder, ...]:
    """Give the processes that have a port open, this one left out."""
    wanted = os.path.realpath(port)
    try:
        device = Path(wanted).stat()
    except OSError:
        return ()  # nobody can have it open by that name
    return tuple(
        _holder(process)
        for process in _processes()
        if process.name != str(os.getpid()) and _has_open(process, wanted, device)
    )


def running_gateways(processes: Path = PROCESSES) -> tuple[Holder, ...]:
    """Give the gateways that run, whatever they have open; what only starts one is left out."""
    found = {process.name: _holder(process) for process in _processes(processes)}
    gateways = {
        name: holder
        for name, holder in found.items()
        if holder.is_gateway and holder.command.startswith(("python", "firegw"))  # and not by sudo
    }
    # One that reads its site has a child for that, which has its command line.
    return tuple(
        holder for name, holder in gateways.items() if _parent(processes / name) not in gateways
    )


def _parent(process: Path) -> str:
    try:
        after = (process / "stat").read_text("ascii", "replace").rpartition(") ")[2].split()
    except OSError:
        return ""
    return after[1] if len(after) > 1 else ""


def _by_id(devices: Path) -> list[Path]:
    return sorted((devices / "serial" / "by-id").glob("*"))


def _is_there(path: str, ttys: Path) -> bool:
    """Tell whether there is hardware behind a name: kernels have ttyS0 to ttyS3 anyhow."""
    name = path.rpartition("/")[2]
    if not name.startswith("ttyS"):
        return True
    try:
        return (ttys / name / "type").read_text().strip() != "0"
    except OSError:
        return False


def _processes(processes: Path = PROCESSES) -> Iterator[Path]:
    try:
        found = [process for process in processes.iterdir() if process.name.isdecimal()]
    except OSError:  # no /proc: nobody can be seen
        return
    yield from found[:MOST_PROCESSES]


def _has_open(process: Path, wanted: str, device: os.stat_result) -> bool:
    """Tell whether a process has a device open; one of the same name in a container is another."""
    try:
        for entry in (process / "fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                # Only then the file itself: of another it could hang.
                if str(entry.readlink()) == wanted and _is_same(entry.stat(), device):
                    return True
    except OSError:  # ended meanwhile, or somebody else's
        return False
    return False


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """Tell whether two device files are one device. Each container numbers its own terminals."""
    if os.major(one.st_rdev) == PSEUDO_TERMINALS:
        return os.path.samestat(one, other)
    return one.st_rdev == other.st_rdev


def _holder(process: Path) -> Holder:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        words = []
    command = [word.decode("utf-8", "replace") for word in words if word]
    shown = " ".join(word.rpartition("/")[2] for word in command)[:LONGEST_COMMAND]
    printable = "".join(character if character.isprintable() else "?" for character in shown)
    return Holder(int(process.name), printable, _is_gateway(command))


def _is_gateway(command: list[str]) -> bool:
    """Tell whether a command line is that of `firegw run`."""
    for before, word in pairwise(command):
        name = before.rpartition("/")[2]
        if word == "run" and name in ("firegw", "firegw.py", "gateway.cli.firegw"):
            return True
    return False
