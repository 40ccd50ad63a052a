"""The machine that is looked at: where its system shows things, and the programs that are asked."""

import grp
import os
import pwd
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.small_file import text_of

ASK_WITHIN_S: Final = 8.0
LARGEST_ANSWER: Final = 64 * 1024
ROOT: Final = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program said: its standard output, and whether it went well."""

    text: str
    is_ok: bool


@dataclass(frozen=True, slots=True)
class User:
    """A user, with all groups that the user database puts them into."""

    name: str
    uid: int
    gids: frozenset[int]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where things are; another place where a test has prepared one.

    Attributes:
        dev: device files.
        proc: procfs.
        sys: sysfs.
        boot: what the kernel is started with, the file for the next start first.
        systemd: is there where systemd runs.
        release: the link to the release that runs.
        systemctl: the program.
        vcgencmd: the program.
        timedatectl: the program.
    """

    dev: Path = Path("/dev")
    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    boot: tuple[Path, ...] = (
        Path("/boot/firmware/cmdline.txt"),
        Path("/boot/cmdline.txt"),
        Path("/proc/cmdline"),
    )
    systemd: Path = Path("/run/systemd/system")
    release: Path = Path("/opt/fire-gateway/current")
    systemctl: str = "systemctl"
    vcgencmd: str = "vcgencmd"
    timedatectl: str = "timedatectl"


def asked(*command: str, within_s: float = ASK_WITHIN_S) -> Answer | None:
    """Ask a program; None where it is not there, hangs, or cannot be started."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - its own words and names that a site file was checked for
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=within_s,
            check=False,
            env=environment,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Answer(done.stdout[:LARGEST_ANSWER].decode("utf-8", "replace"), done.returncode == 0)


def properties(machine: Machine, *arguments: str) -> dict[str, str] | None:
    """Ask systemd for properties; None where it does not run or does not answer."""
    if not machine.systemd.is_dir():
        return None
    answer = asked(machine.systemctl, "show", *arguments)
    if answer is None or not answer.is_ok:
        return None
    pairs = (line.partition("=") for line in answer.text.splitlines())
    return {name: value for name, _, value in pairs}


def user_named(name: str) -> User | None:
    """Look a user up."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    gids = frozenset(os.getgrouplist(name, found.pw_gid))
    return User(name, found.pw_uid, gids, frozenset(map(group_name, gids)))


def caller() -> tuple[str, frozenset[str]]:
    """Give the name of whoever calls, and the groups that this very process is in."""
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    return name, frozenset(map(group_name, {*os.getgroups(), os.getegid()}))


def group_name(gid: int) -> str:
    """Give a group's name, or its number where it has none."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def has_group(name: str) -> bool:
    """Tell whether this system knows a group."""
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def may(user: User, wanted: int, file: Path) -> bool:
    """Tell whether a user has rights to a file by its mode: 4 reads, 2 writes, 1 enters.

    Access lists are not looked at.
    """
    status = file.stat()
    if user.uid == ROOT:
        return True
    if status.st_uid == user.uid:
        granted = status.st_mode >> 6
    elif status.st_gid in user.gids:
        granted = status.st_mode >> 3
    else:
        granted = status.st_mode
    return granted & wanted == wanted


def in_the_way(user: User, wanted: int, file: Path) -> Path | None:
    """Give what keeps a user from a file: it, or a folder above it; None where nothing does.

    Raises:
        OSError: this process may not look, or it is not there.
    """
    real = file.resolve()
    for folder in reversed(real.parents):
        if not may(user, 1, folder):
            return folder
    return None if may(user, wanted, real) else real


def mode_of(file: Path) -> str:
    """Write a file's mode as chmod takes it."""
    return f"{stat.S_IMODE(file.stat().st_mode):04o}"


def owner_of(file: Path) -> str:
    """Write a file's owner and group."""
    status = file.stat()
    try:
        name = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        name = str(status.st_uid)
    return f"{name}:{group_name(status.st_gid)}"


def lines_of(file: Path) -> Iterator[str]:
    """Read a small file's lines; none where it cannot be read."""
    yield from (text_of(file) or "").splitlines()
