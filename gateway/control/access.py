"""Who is on the other end of the control socket, and what that person may do.

The kernel says the user id; the user database says its name and groups, asked anew each time, so
that a removed membership ends at once and not at the next login. The daemon's own user has no right
by itself: a fault that an intruder finds in the daemon is not yet a way to silence a siren.
"""

import grp
import os
import pwd
import socket
import struct
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.control.protocol import RIGHTS_OF_GROUP, Right

ROOT: Final = 0
CREDENTIALS: Final = struct.Struct("iII")  # struct ucred: process, user, group (unix(7))
TRIAL_RIGHTS: Final = frozenset({Right.VIEW, Right.OPERATE})


class HasOptions(Protocol):
    """A socket, or asyncio's stand-in for one."""

    def getsockopt(self, level: int, option: int, length: int, /) -> bytes:
        """Read an option."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person at the socket: the name that stands in events, and the rights."""

    name: str
    rights: frozenset[Right]


def user_id_of(connection: HasOptions) -> int:
    """Ask the kernel which user opened the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    user_id: int = CREDENTIALS.unpack(credentials)[1]
    return user_id


def caller_of(user_id: int, trial_operators: frozenset[int]) -> Caller:
    """Look a user up. May block on a user database in the network: not for the event loop."""
    trial = TRIAL_RIGHTS if user_id in trial_operators else frozenset[Right]()
    if user_id == ROOT:
        return Caller("root", frozenset(Right))
    try:
        user = pwd.getpwuid(user_id)
    except KeyError:
        return Caller(f"uid {user_id}", trial)
    groups = map(_group_name, os.getgrouplist(user.pw_name, user.pw_gid))
    rights = (RIGHTS_OF_GROUP.get(group, frozenset()) for group in groups)
    return Caller(user.pw_name, trial.union(*rights))


def _group_name(group_id: int) -> str:
    try:
        return grp.getgrgid(group_id).gr_name
    except KeyError:
        return ""
