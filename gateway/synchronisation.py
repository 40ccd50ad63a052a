"""Whether the operating system's clock is synchronised: asked of the kernel and of timesyncd.

Two witnesses, since a sandbox may deny either. The kernel keeps a bound of the clock's error, which
every time daemon (timesyncd, chrony, ntpd) tells it and which grows while nobody does. timesyncd
touches a file at each success. One that says yes is enough.
"""

import ctypes
from pathlib import Path
from typing import Final

from rules.instant import seconds

LARGEST_ERROR_US: Final = 16_000_000
"""The kernel's own limit: it stands there from boot, and is reached again some nine hours after the
last word of a time daemon. Judged instead of STA_UNSYNC alone, which is set for good where the
hardware clock runs in local time (timedatectl does the same)."""

STA_UNSYNC: Final = 0x40

TIMESYNCD_FILE: Final = Path("/run/systemd/timesync/synchronized")

FRESH: Final = seconds(2 * 3600)
"""timesyncd asks at least each 34 min (PollIntervalMaxSec=2048): three failures in a row, and the
file is old. It stays for the whole boot, so that it is there says nothing of the present."""


class Timex(ctypes.Structure):
    """The beginning of `struct timex` of adjtimex(2), with room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),  # 0: only read
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),  # microseconds
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 32),  # 20 in glibc on 64 bits
    )


def is_synchronised(wall_ns: int) -> bool:
    """Say whether a time daemon keeps the system clock, which now shows wall_ns."""
    return kernel_says_synchronised() is True or timesyncd_says_synchronised(wall_ns)


def kernel_says_synchronised() -> bool | None:
    """Ask the kernel; None where it may not be asked (ProtectClock=yes) or cannot be."""
    timex = Timex()
    try:
        result = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    if result == -1:
        return None
    return not timex.status & STA_UNSYNC or timex.maxerror < LARGEST_ERROR_US


def timesyncd_says_synchronised(wall_ns: int, file: Path = TIMESYNCD_FILE) -> bool:
    """Look how old timesyncd's last success is."""
    try:
        touched_ns = file.stat().st_mtime_ns
    except OSError:
        return False
    return abs(wall_ns - touched_ns) <= FRESH
