"""What a port is, why one does not open, and who switches its direction."""

import array
import errno
import fcntl
import os
import socket
import termios
from pathlib import Path
from typing import Final

HINTS: Final = {
    errno.ENOENT: "is the adapter plugged in? see ls -l /dev/serial/by-id",
    errno.EACCES: "is the gateway's user in group dialout?",
    errno.EAGAIN: "does another program use the port?",
    errno.EBUSY: "does another program use the port?",
    errno.EINVAL: "does the port know this rate and parity? a pseudo-terminal knows no parity",
    errno.ECONNREFUSED: "the host is there; is Modbus/TCP switched on, and on this port?",
    errno.EHOSTUNREACH: "is the host powered and its cable plugged in?",
    errno.ENETUNREACH: "is this gateway's own network up?",
}

GET_RS485, SET_RS485 = 0x542E, 0x542F
"""TIOCGRS485 and TIOCSRS485: asm-generic/ioctls.h, so those of ARM and of x86."""

ENABLED, RTS_ON_SEND, RTS_AFTER_SEND, HEARS_ITSELF = 1, 2, 4, 16
"""SER_RS485_ENABLED and others: flags in the first word of struct serial_rs485, linux/serial.h."""

RS485_WORDS: Final = 8  # flags, delay before and behind, and what this program leaves alone


class NoDirectionError(Exception):
    """The kernel does not switch the direction of a port."""


def switch_direction(descriptor: int, port: str) -> None:
    """Have the kernel switch a half-duplex port to sending and back, by its RTS pin.

    Args:
        descriptor: of the open port.
        port: its name, for people.

    Raises:
        NoDirectionError: its driver cannot.
    """
    settings = array.array("I", [0] * RS485_WORDS)
    try:
        fcntl.ioctl(descriptor, GET_RS485, settings)
        settings[0] = rs485_flags(settings[0])
        fcntl.ioctl(descriptor, SET_RS485, settings)
    except OSError as error:
        raise NoDirectionError(
            f"the kernel cannot switch the direction of {what_is(port)} ({error.strerror}); "
            "an adapter that does so itself wants no rs485: true, any other port a driver that can"
        ) from error


def rs485_flags(flags: int) -> int:
    """Give the flags to be set, from those that the kernel has.

    Which level of the pin means sending is left as the board's description says; where nothing is
    said, it is the high one. What the port sends it must not hear.
    """
    if not flags & (RTS_ON_SEND | RTS_AFTER_SEND):
        flags |= RTS_ON_SEND
    return (flags | ENABLED) & ~HEARS_ITSELF


def what_is(port: str) -> str:
    """Say what a port is: its device, and the kernel's driver of it."""
    device = os.path.realpath(port)
    if device.startswith("/dev/pts/"):
        return f"{device}, a pseudo-terminal"
    try:
        driver = Path("/sys/class/tty", Path(device).name, "device/driver").readlink()
    except OSError:
        return device
    return f"{device}, driver {driver.name}"


def why_not_open(error: Exception) -> str:
    """Give the system's own words and what to look at."""
    number = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", None)
    if isinstance(error, socket.gaierror):
        return f"{error.strerror}; is the host's name right, and is there a name server?"
    if number is None:
        return f"{error}; is this a serial port?" if isinstance(error, OSError) else str(error)
    words = os.strerror(number)
    return f"{words}; {HINTS[number]}" if number in HINTS else words
