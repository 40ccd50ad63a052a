"""The terminal that we stand before: what it can do, and how it is left as it was found.

It is left so on every way out: by a key, by a signal, by a mistake of ours, and where it takes no
more output, as a lost SSH connection does.
"""

import contextlib
import curses
import os
import signal
import sys
import termios
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from gateway.monitor.paint import FROM_SCREEN

LOCALE_VARIABLES: Final = ("LC_ALL", "LC_CTYPE", "LANG")  # the first that is set decides (POSIX)
LEAVE_WITHIN_S: Final = 3.0
LEAST_COLOURS: Final = 8
ENVIRONMENT: Final = Path("/proc/self/environ")


class WayOut(Enum):
    """How the live screen ends."""

    QUIT = "quit"
    INTERRUPTED = "interrupted"  # by Ctrl-C
    GONE = "gone"  # the terminal was hung up
    SIGNAL = "signal"
    MISTAKE = "mistake"  # of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What a terminal can do.

    Attributes:
        has_screen: whether a person sits there, and letters can be placed.
        has_colour: whether it has colours, and the person wants them.
        ascii_only: whether it shows ASCII alone.
    """

    has_screen: bool
    has_colour: bool
    ascii_only: bool


def look_around(environment: Mapping[str, str]) -> Terminal:
    """Find out what the terminal can do."""
    places, colours = _terminfo(environment.get("TERM", ""))
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return Terminal(
        has_screen=at_terminal and places,
        has_colour=colours >= LEAST_COLOURS and not environment.get("NO_COLOR"),
        ascii_only=not speaks_utf8(environment),
    )


def speaks_utf8(environment: Mapping[str, str]) -> bool:
    """Tell whether the locale says that the terminal understands UTF-8."""
    locale = next((environment[name] for name in LOCALE_VARIABLES if environment.get(name)), "")
    return locale.lower().replace("-", "").partition("@")[0].endswith("utf8")


def environment_at_start() -> dict[str, str]:
    """Give the environment as the shell gave it: Python itself replaces LC_CTYPE=C by UTF-8."""
    try:
        entries = ENVIRONMENT.read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return dict(os.environ)
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _terminfo(name: str) -> tuple[bool, int]:
    """Tell whether a kind of terminal can place letters, and how many colours it has."""
    if name in ("", "dumb", "unknown"):
        return False, 0
    try:
        curses.setupterm(name, sys.__stdout__.fileno() if sys.__stdout__ else 1)
    except (curses.error, OSError, ValueError):
        # This machine does not know it: newer than its database, so able to do what all can do.
        return True, 0 if name.startswith("vt") else LEAST_COLOURS
    return curses.tigetstr("cup") is not None, curses.tigetnum("colors")


@contextlib.contextmanager
def left_as_found() -> Iterator[None]:
    """Give the terminal back as it was, whatever happens in between."""
    found = _attributes()
    try:
        yield
    finally:
        give_back(found)


def give_back(found: list[Any] | None) -> None:
    """Write what brings the screen back, and set the attributes, unless the terminal is gone."""
    with contextlib.suppress(OSError, ValueError):
        sys.__stdout__.write(FROM_SCREEN)  # type: ignore[union-attr]  # there is one, or no screen
        sys.__stdout__.flush()  # type: ignore[union-attr]
    _set_attributes(found)


def is_gone() -> bool:
    """Tell whether the terminal has been hung up."""
    return not os.isatty(sys.__stdin__.fileno()) if sys.__stdin__ else True


def leave_soon() -> threading.Timer:
    """See to it that we are gone within a bound, though the terminal may take no more output."""
    found = _attributes()

    def leave() -> None:
        _set_attributes(found)
        os._exit(1)

    timer = threading.Timer(LEAVE_WITHIN_S, leave)
    timer.daemon = True
    timer.start()
    return timer


def end_by(signal_number: int) -> None:
    """End as whoever sent the signal expects: by it."""
    signal.signal(signal_number, signal.SIG_DFL)
    os.kill(os.getpid(), signal_number)


def _attributes() -> list[Any] | None:
    try:
        return termios.tcgetattr(0)
    except (termios.error, OSError):
        return None


def _set_attributes(attributes: list[Any] | None) -> None:
    if attributes is not None:
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(0, termios.TCSANOW, attributes)
