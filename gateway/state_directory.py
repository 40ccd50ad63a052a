"""The directory of a gateway's state: there, and one gateway's alone.

Two daemons on one journal would give two events the same name and drive each other off the broker.
The lock is on the directory itself and leaves no file behind: it needs neither room nor the right
to write, and ends with the process however that ends.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

DEFAULT: Final = Path("/var/lib/fire-gateway")  # as the service names it


class NoStateDirectoryError(Exception):
    """It is not there; make it, or name another."""


class StateInUseError(Exception):
    """Another gateway works on it; stop that one first."""


@contextlib.contextmanager
def held(directory: Path) -> Iterator[None]:
    """Keep other gateways out of a directory meanwhile.

    One that may not be opened, or whose file system knows no locks, keeps no gateway from guarding:
    what is wrong with it the journal will tell.
    """
    with contextlib.ExitStack() as opened:
        try:
            descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
            opened.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (FileNotFoundError, NotADirectoryError):
            raise NoStateDirectoryError from None
        except BlockingIOError:
            raise StateInUseError from None
        except OSError:
            pass
        yield
