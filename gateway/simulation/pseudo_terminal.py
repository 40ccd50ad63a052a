"""A serial line without a wire: a pseudo-terminal pair under a symbolic link."""

import asyncio
import os
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

CHUNK_BYTES: Final = 4096
TERMINALS: Final = "/dev/pts/"


class PseudoTerminal:
    """The pair, and the link to the end that others open.

    Both ends are held open here, so that the line stays when whoever has opened it goes.
    """

    def __init__(self, link: Path, take: Callable[[bytes], None]) -> None:
        """Prepare it; `take` gets the bytes that come."""
        self.link = link
        self._take = take
        self._ends: tuple[int, int] | None = None

    def plug(self) -> None:
        """Make the pair and the link.

        Raises:
            OSError: the link cannot be made, or what stands in its place is no link.
        """
        if self._ends is not None:
            return
        if self.link.is_symlink() and str(self.link.readlink()).startswith(TERMINALS):
            self.link.unlink()  # of an earlier one
        ours, theirs = os.openpty()
        try:
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self.link.symlink_to(os.ttyname(theirs))
        except OSError:
            os.close(ours)
            os.close(theirs)
            raise
        self._ends = ours, theirs
        asyncio.get_running_loop().add_reader(ours, self._read, ours)

    def unplug(self) -> None:
        """Take the pair and the link away: whoever has it open gets a hang-up."""
        if self._ends is not None:
            asyncio.get_running_loop().remove_reader(self._ends[0])
            for end in self._ends:
                os.close(end)
            self._ends = None
            self.link.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Send bytes where the line is there; where nobody reads it loses them, as a wire does."""
        if self._ends is not None:
            with suppress(BlockingIOError):
                os.write(self._ends[0], data)

    def _read(self, descriptor: int) -> None:
        self._take(os.read(descriptor, CHUNK_BYTES))
