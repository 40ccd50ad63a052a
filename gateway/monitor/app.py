"""The screen at work: Textual brings keys and takes rows; what they mean is decided elsewhere.

One widget fills the terminal. When the rows change, only the cells that differ are written, so
that a quiet building costs a slow line a few bytes a second. There is no mouse, no animation and
no markup.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from gateway.monitor.asker import Answer, Asker, AskingThread, done_or_why
from gateway.monitor.desk import Desk, done, looked, pressed, told
from gateway.monitor.frugal_driver import FrugalDriver
from gateway.monitor.letters import cells
from gateway.monitor.lines import Line, Look, text_of
from gateway.monitor.paint import codes, painted, repainted
from gateway.monitor.pen import Pen
from gateway.monitor.picture import Heard, Picture, with_heard
from gateway.monitor.screen import screen
from gateway.monitor.terminal import Terminal, WayOut, is_gone, leave_soon
from gateway.text import say
from rules.instant import Instant

LOOK_EVERY_S: Final = 1.0
KEYS: Final = {"pageup": "page-up", "pagedown": "page-down", "question_mark": "?"}


class Arrived(Message):
    """Something came from the asker."""

    def __init__(self, what: Heard | Answer | Exception) -> None:
        super().__init__()
        self.what = what


class Glass(Widget):
    """The rows, from edge to edge.

    On a terminal they are painted here, and of rows that change only the cells that differ.
    Textual draws them where there is none, for a picture.
    """

    DEFAULT_CSS = "Glass { width: 100%; height: 100%; background: ansi_default; }"

    def __init__(self, has_colour: bool) -> None:
        super().__init__()
        self._has_colour = has_colour
        self._rows: tuple[Line, ...] = ()
        self._styles: dict[Look, Style] = {}

    def show(self, rows: tuple[Line, ...], driver: FrugalDriver | None) -> None:
        """Show rows; only what differs is written."""
        before, self._rows = self._rows, rows
        if driver is None:
            self.refresh()
        elif len(before) != len(rows) or _width(before) != _width(rows):
            driver.paint(painted(rows, has_colour=self._has_colour))
        elif told := repainted(before, rows, has_colour=self._has_colour):
            driver.paint(told)

    def forget(self) -> None:
        """What was shown is no longer on the terminal."""
        self._rows = ()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Give rows to Textual, as they are now: it keeps none of them."""
        return [self.render_line(y).crop(crop.x, crop.right) for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """Give a row to Textual."""
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width)
        pieces = self._rows[y]
        strip = Strip([Segment(piece.text, self._style(piece.look)) for piece in pieces])
        return strip.adjust_cell_length(width)

    def _style(self, look: Look) -> Style:
        if look not in self._styles:
            self._styles[look] = _style_of(codes(look, has_colour=self._has_colour))
        return self._styles[look]


def _width(rows: tuple[Line, ...]) -> int:
    return cells(text_of(rows[0])) if rows else 0


def _style_of(numbers: tuple[int, ...]) -> Style:
    """Give Rich's name for the codes of a look."""
    ink = next((number - 30 for number in numbers if 30 <= number < 38), None)
    ground = next((number - 40 for number in numbers if 40 <= number < 48), None)
    return Style(
        bold=1 in numbers or None,
        dim=2 in numbers or None,
        reverse=7 in numbers or None,
        color=None if ink is None else f"color({ink})",
        bgcolor=None if ground is None else f"color({ground})",
    )


class BareScreen(Screen[None], inherit_bindings=False):
    """A screen without keys of its own."""


class MonitorApp(App[WayOut], inherit_bindings=False):
    """The live screen.

    Attributes:
        mistake: what ended it, where that was a mistake of ours.
        ended_by: the signal that ended it, or None.
    """

    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: ansi_default; color: ansi_default; }"

    def __init__(
        self, asker: Asker, picture: Picture, terminal: Terminal, pen_of: Callable[[int], Pen]
    ) -> None:
        super().__init__(driver_class=FrugalDriver, ansi_color=True)
        self.animation_level = "none"
        self._asker = asker
        self._picture = picture
        self._pen_of = pen_of
        self._desk = Desk()
        self._glass = Glass(terminal.has_colour)
        self._thread = AskingThread(asker, self)
        self._is_sized = False
        self._at_latest: threading.Timer | None = None
        self.mistake: Exception | None = None
        self.ended_by: signal.Signals | None = None

    def get_default_screen(self) -> Screen[None]:
        """Give the screen that holds the glass."""
        return BareScreen(id="_default")

    def compose(self) -> ComposeResult:
        """Fill the terminal with the glass."""
        yield self._glass

    def on_mount(self) -> None:
        """Begin to ask, and to look."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, self._end_by, number)
        self.app_resume_signal.subscribe(self, self._resumed, immediate=True)
        self.set_interval(LOOK_EVERY_S, self._look)
        self._show()
        self._thread.start()

    # From the asker's thread

    def news(self, heard: Heard) -> None:
        """Take what came of asking."""
        self.post_message(Arrived(heard))

    def answer(self, answer: Answer) -> None:
        """Take what came of an order."""
        self.post_message(Arrived(answer))

    def failure(self, error: Exception) -> None:
        """Take a mistake."""
        self.post_message(Arrived(error))

    # What happens

    def on_arrived(self, message: Arrived) -> None:
        """Take in what the asker brought."""
        match message.what:
            case Heard() as heard:
                self._picture = with_heard(self._picture, heard)
            case Answer() as answer:
                pen = self._pen()
                text = done_or_why(answer, lambda request, author: done(request, author, pen))
                self._desk = told(self._desk, text, self._now())
            case Exception() as error:
                self._handle_exception(error)
                return
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Take a key."""
        event.stop()
        event.prevent_default()
        if event.key == "ctrl+c":
            self._leave(WayOut.INTERRUPTED)
            return
        letter = event.character if event.is_printable else None
        key = letter.lower() if letter else KEYS.get(event.key, event.key)
        step = pressed(self._desk, key, self._picture, self._pen(), self._now())
        self._desk = step.desk
        if step.quits:
            self._leave(WayOut.QUIT)
            return
        if step.order is not None and not self._thread.take(step.order):
            self._desk = told(self._desk, say("monitor.still-asking"), self._now())
        self._show()

    def on_resize(self, _event: events.Resize) -> None:
        """Draw anew for another size; the first that is told is that of the beginning."""
        if self._is_sized:
            self._glass.forget()
        self._is_sized = True
        self._show()

    def _resumed(self, _app: App[Any]) -> None:
        """Draw anew: we were stopped, and somebody else had the terminal."""
        self._glass.forget()
        self._show()

    def _look(self) -> None:
        """Let time pass: ages grow, questions lapse; and see whether anybody can still look."""
        if isinstance(self._driver, FrugalDriver) and is_gone():
            self._leave(WayOut.GONE)
            return
        self._show()

    def _show(self) -> None:
        now, pen = self._now(), self._pen()
        self._desk = looked(self._desk, self._picture, pen, now)
        shown = screen(self._picture, self._desk, pen, self.size.height, now)
        self._desk = replace(self._desk, top=shown.top)  # as far as there is something to scroll
        driver = self._driver if isinstance(self._driver, FrugalDriver) else None
        if driver is None or not driver.is_stuck:  # else it is shown once the line takes it
            self._glass.show(shown.rows, driver)

    def _pen(self) -> Pen:
        return self._pen_of(self.size.width)

    def _now(self) -> Instant:
        return self._asker.now()

    # The ways out

    def _end_by(self, number: signal.Signals) -> None:
        self.ended_by = number
        self._leave(WayOut.SIGNAL)

    def _leave(self, way: WayOut) -> None:
        if self._at_latest is None:
            self._at_latest = leave_soon()
        self.exit(way)

    def stopped(self) -> None:
        """We are out of it: nobody needs to be thrown out any more."""
        if self._at_latest is not None:
            self._at_latest.cancel()

    def _handle_exception(self, error: Exception) -> None:
        """Keep a mistake for whoever started us, instead of painting it over the terminal."""
        if self.mistake is None:
            self.mistake = error
        self._leave(WayOut.MISTAKE)
