"""What the person before the demo sees: a story, and between its acts what happens, as it happens.

Lines come from several threads; each is written whole. Without a terminal there is no colour and
80 columns.
"""

import os
import shutil
import sys
import textwrap
import threading
from collections.abc import Iterable
from typing import Final

from gateway.demo.told import Tone, clipped

NARROWEST, WIDEST = 80, 130
COLOURS: Final = {
    Tone.ALARM: "\x1b[1;31m",
    Tone.WARNING: "\x1b[33m",
    Tone.GOOD: "\x1b[32m",
    Tone.PLAIN: "",
}
BOLD, FAINT, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class ScreenGoneError(Exception):
    """Nobody reads on, as in `make demo | head`."""


class Screen:
    """Standard output."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._has_colour = sys.stdout.isatty() and not (
            os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        )
        columns = shutil.get_terminal_size((NARROWEST, 24)).columns
        self.width = min(max(columns, NARROWEST), WIDEST)
        self._is_gone = False

    def act(self, title: str, text: str) -> None:
        """Begin an act: what happens now, in plain words."""
        self._write("", *(self._dyed(line, BOLD) for line in self._wrapped(f"{title} {text}")))
        self._check()

    def say(self, text: str) -> None:
        """Say something in between."""
        self._write(*self._wrapped(text))
        self._check()

    def command(self, line: str) -> None:
        """Show a command that is run now, or that a person may run."""
        self._write(self._dyed(f"$ {line}", BOLD))
        self._check()

    def output(self, lines: Iterable[str]) -> None:
        """Show what a command said; a line that is too long goes on below itself."""
        for line in lines:
            indent = " " * (len(line) - len(line.lstrip()) + 2)
            self._write(*(self._wrapped(line, indent) if len(line) > self.width else (line,)))
        self._check()

    def event(self, line: str, tone: Tone) -> None:
        """Show what just happened. Called from any thread; a screen that is gone is told later."""
        shown = clipped(line, self.width)
        self._write(self._dyed(shown, COLOURS[tone]))

    def aside(self, line: str) -> None:
        """Show what just happened beside the story, likewise."""
        self._write(self._dyed(clipped(line, self.width), FAINT))

    def complain(self, text: str) -> None:
        """Say why it cannot go on."""
        self._write("", *(self._dyed(line, COLOURS[Tone.ALARM]) for line in text.splitlines()))

    def _wrapped(self, text: str, further: str = "") -> list[str]:
        return textwrap.wrap(
            text,
            self.width,
            subsequent_indent=further,
            break_on_hyphens=False,
            break_long_words=False,
        )

    def _dyed(self, line: str, colour: str) -> str:
        return f"{colour}{line}{PLAIN}" if self._has_colour and colour else line

    def _write(self, *lines: str) -> None:
        with self._lock:
            if self._is_gone:
                return
            try:
                sys.stdout.write("".join(f"{line}\n" for line in lines))
                sys.stdout.flush()
            except BrokenPipeError:
                self._is_gone = True

    def _check(self) -> None:
        if self._is_gone:
            raise ScreenGoneError
