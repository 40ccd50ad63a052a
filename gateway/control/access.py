"""Who is on the other end of the control socket, and what that person may do.

The kernel says the user id; the user database says its name and groups, asked anew each time, so
that a removed membership ends at once and not at the next login. The daemon's own user has no right
by itself: a fault that an intruder finds in the daemon is not yet a way to silence a siren.

Users and groups of this machine stand in two files, which are read without asking the user database
of a network: whoever is known here is let in though that hangs.
"""

import grp
import os
import pwd
import socket
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from gateway.control.protocol import RIGHTS_OF_GROUP, Right

ROOT: Final = 0
CREDENTIALS: Final = struct.Struct("iII")  # struct ucred: process, user, group (unix(7))
TRIAL_RIGHTS: Final = frozenset({Right.VIEW, Right.OPERATE})
ETC: Final = Path("/etc")
COLUMNS: Final = 4  # of a row of either file, at the least
LONGEST_FILE: Final = 4 * 1024 * 1024  # bytes; a machine of its own has a few KiB


class HasOptions(Protocol):
    """A socket, or asyncio's stand-in for one."""

    def getsockopt(self, level: int, option: int, length: int, /) -> bytes:
        """Read an option."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person at the socket: the name that stands in events, and the rights."""

    name: str
    rights: frozenset[Right]


SUPERUSER: Final = Caller("root", frozenset(Right))


def user_id_of(connection: HasOptions) -> int:
    """Ask the kernel which user opened the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    user_id: int = CREDENTIALS.unpack(credentials)[1]
    return user_id


def caller_of(user_id: int, trial_operators: frozenset[int]) -> Caller:
    """Look a user up. May block on a user database in the network: not for the event loop."""
    if user_id == ROOT:
        return SUPERUSER
    try:
        user = pwd.getpwuid(user_id)
    except KeyError:
        return nameless(user_id, trial_operators)
    groups = map(_group_name, os.getgrouplist(user.pw_name, user.pw_gid))
    return _caller(user.pw_name, groups, user_id, trial_operators)


def caller_of_this_machine(
    user_id: int, trial_operators: frozenset[int], etc: Path = ETC
) -> Caller | None:
    """Look a user up in the machine's own files; None where it is not in them.

    Raises:
        OSError: they cannot be read.
    """
    for name, _, own_id, group_id, *_ in _rows(etc / "passwd"):
        if own_id == str(user_id):
            groups = (
                group
                for group, _, id_, members, *_ in _rows(etc / "group")
                if id_ == group_id or name in members.split(",")
            )
            return _caller(name, groups, user_id, trial_operators)
    return None


def nameless(user_id: int, trial_operators: frozenset[int]) -> Caller:
    """Give a user of whom nothing but the id is known."""
    return _caller(f"uid {user_id}", (), user_id, trial_operators)


def _caller(
    name: str, groups: Iterable[str], user_id: int, trial_operators: frozenset[int]
) -> Caller:
    trial = TRIAL_RIGHTS if user_id in trial_operators else frozenset[Right]()
    rights = (RIGHTS_OF_GROUP.get(group, frozenset()) for group in groups)
    return Caller(name, trial.union(*rights))


def _rows(file: Path) -> Iterator[list[str]]:
    """Give the rows of a file of users or groups that have all columns that we look at."""
    with file.open("rb") as opened:
        text = opened.read(LONGEST_FILE).decode("utf-8", "surrogateescape")
    for line in text.split("\n"):
        row = line.split(":")
        if len(row) >= COLUMNS and row[0]:
            yield row


def _group_name(group_id: int) -> str:
    try:
        return grp.getgrgid(group_id).gr_name
    except KeyError:
        return ""
