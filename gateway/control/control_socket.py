"""The file of the control socket: made so that nobody else can stand in for the gateway.

Its directory belongs to the daemon or root, and only they may write there. A socket that a killed
daemon left behind is removed, but only when nobody answers on it.
"""

import contextlib
import errno
import grp
import logging
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.control.access import ROOT
from gateway.control.protocol import GROUP_FOR, Right

log = logging.getLogger(__name__)

BACKLOG: Final = 32  # callers that wait to be taken: twice what is served at once
ANSWER_WITHIN_S: Final = 1.0  # a living gateway accepts at once
OWNER_ONLY: Final = 0o600
OWNER_AND_GROUP: Final = 0o660
DIRECTORY_MODE: Final = 0o755
VIEWERS: Final = GROUP_FOR[Right.VIEW]


class ControlSocketError(OSError):
    """The control socket cannot be made; the text says the path, what is wrong and the way out.

    The gateway guards on without it, and tells a fault.
    """


@dataclass(frozen=True, slots=True)
class ListeningSocket:
    """The socket, and which file is its own."""

    socket: socket.socket
    path: Path
    device: int
    inode: int

    def remove(self) -> None:
        """Close it and remove its file, unless another gateway has put its own there since."""
        self.socket.close()
        with contextlib.suppress(OSError):
            seen = self.path.lstat()
            if (seen.st_dev, seen.st_ino) == (self.device, self.inode):
                self.path.unlink()


def listen_on(path: Path) -> ListeningSocket:
    """Make the socket; the caller removes it."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        _check_directory(path.parent)
        _remove_stale(path)
        # Linux takes the file's mode from here: at no time can the wrong person connect.
        os.fchmod(listening.fileno(), OWNER_ONLY)
        listening.bind(os.fspath(path))
        _share(path)
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except ControlSocketError:
        listening.close()
        raise
    except OSError as error:
        listening.close()
        raise ControlSocketError(f"{path}: {error.strerror or error}") from None
    made = path.lstat()
    return ListeningSocket(listening, path, made.st_dev, made.st_ino)


def _check_directory(directory: Path) -> None:
    """Refuse a directory in which others could put a socket of their own."""
    seen = directory.stat()
    if seen.st_uid not in (ROOT, os.geteuid()):
        raise ControlSocketError(f"{directory}: belongs to user id {seen.st_uid}, not to us")
    if seen.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not seen.st_mode & stat.S_ISVTX:
        raise ControlSocketError(f"{directory}: others may write there (chmod go-w {directory})")


def _remove_stale(path: Path) -> None:
    """Remove the socket of a daemon that was killed."""
    try:
        seen = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(seen.st_mode):
        raise ControlSocketError(f"{path}: is there already and is no socket; move it away")
    if _answers(path):
        raise ControlSocketError(f"{path}: another gateway answers there; stop it first")
    path.unlink()


def _answers(path: Path) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(ANSWER_WITHIN_S)
        # A full backlog (EAGAIN) is a sign of life, as is everything but a plain refusal.
        return probe.connect_ex(os.fspath(path)) not in (errno.ECONNREFUSED, errno.ENOENT)


def _share(path: Path) -> None:
    """Let the group of viewers connect; what each may do is decided by who it is."""
    try:
        group_id = grp.getgrnam(VIEWERS).gr_gid
    except KeyError:
        return  # no groups on this machine: the owner and root only
    try:
        if path.stat().st_gid != group_id:  # else its directory has seen to it (mode g+s)
            os.chown(path, -1, group_id)
    except PermissionError:
        log.warning(
            "%s: cannot be given to group %s: only this user and root can connect"
            " (the service needs SupplementaryGroups=%s and the system call chown)",
            path,
            VIEWERS,
            VIEWERS,
            extra={"part": "gateway/control"},
        )
        return
    path.chmod(OWNER_AND_GROUP)
