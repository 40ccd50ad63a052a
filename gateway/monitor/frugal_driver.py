"""How Textual reaches the terminal: by standard output, in no more than an old one knows."""

import io
import os
from typing import TYPE_CHECKING, Any, Final

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

STUCK_AFTER: Final = 4  # writes that wait: the line takes no more, so nothing is added
UNWANTED: Final = (
    "\x1b[?2026$p",  # asks whether updates can be shown at once: ours are small
    "\x1b[?2048$p",  # asks for sizes in band: the kernel tells them
    "\x1b[?1004",  # tells of focus
    "\x1b[<u",  # ends a keyboard protocol that was never begun
    "\x1b]22",  # the shape of the mouse's pointer
)
"""What Textual says to modern terminals, and an old one might show as letters."""


class Outlet(io.RawIOBase):
    """Standard output, which may be gone: what cannot be written is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self._file = 1

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: object, /) -> int:
        """Write, and say that it was written."""
        view = memoryview(data)  # type: ignore[arg-type]  # a buffer, as RawIOBase promises
        try:
            return os.write(self._file, view)
        except OSError:
            return len(view)


class FrugalDriver(LinuxDriver):
    """Textual's driver, on standard output and without what only modern terminals understand."""

    def __init__(
        self,
        app: "App[Any]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        raw = io.BufferedWriter(Outlet())
        self._file = io.TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="")

    def write(self, data: str) -> None:
        """Write what an old terminal understands too."""
        if not data.startswith(UNWANTED):
            super().write(data)

    @property
    def is_stuck(self) -> bool:
        """Whether the terminal takes no output just now."""
        thread = self._writer_thread
        return thread is not None and thread._queue.qsize() >= STUCK_AFTER  # noqa: SLF001  no other way
