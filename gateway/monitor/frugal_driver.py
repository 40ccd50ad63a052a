"""How Textual reaches the terminal: by standard output, in no more than an old one knows."""

import io
import os
from typing import TYPE_CHECKING, Any, Final

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

STUCK_AFTER: Final = 4  # writes that wait: the line takes no more, so nothing is added
MODES: Final = "\x1b[?"
UNWANTED: Final = (
    "\x1b[?2026$p",  # asks whether updates can be shown at once: ours are small
    "\x1b[?2048$p",  # asks for sizes in band: the kernel tells them
    "\x1b[?1004",  # tells of focus
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
    """Textual's driver, on standard output, for keys and modes alone: others paint.

    Textual draws the whole screen three times before it is first seen, and each row that changes
    from its edge on. Over a slow line that is seconds.
    """

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
        """Write the modes that an old terminal understands too; Textual's drawing is dropped."""
        if data.startswith(MODES) and not data.startswith(UNWANTED):
            super().write(data)

    def paint(self, data: str) -> None:
        """Write what is to be seen."""
        super().write(data)
        self.flush()

    @property
    def is_stuck(self) -> bool:
        """Whether the terminal takes no output just now."""
        thread = self._writer_thread
        return thread is not None and thread._queue.qsize() >= STUCK_AFTER  # noqa: SLF001  no other way
