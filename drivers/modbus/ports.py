"""Why a port does not open: the system's own words, and what to look at."""

import errno
import os
import socket
from typing import Final

HINTS: Final = {
    errno.ENOENT: "is the adapter plugged in? see ls -l /dev/serial/by-id",
    errno.EACCES: "is the gateway's user in group dialout?",
    errno.EAGAIN: "does another program use the port?",
    errno.EBUSY: "does another program use the port?",
    errno.ECONNREFUSED: "the host is there; is Modbus/TCP switched on, and on this port?",
    errno.EHOSTUNREACH: "is the host powered and its cable plugged in?",
    errno.ENETUNREACH: "is this gateway's own network up?",
}


def why_not_open(error: Exception) -> str:
    """Give the system's own words and what to look at."""
    number = getattr(error, "errno", None)
    if isinstance(error, socket.gaierror):
        return f"{error.strerror}; is the host's name right, and is there a name server?"
    if number is None:
        return f"{error}; is this a serial port?" if isinstance(error, OSError) else str(error)
    words = os.strerror(number)
    return f"{words}; {HINTS[number]}" if number in HINTS else words
