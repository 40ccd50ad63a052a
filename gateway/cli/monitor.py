"""`firegw monitor`: a live screen of the present, with keys to act on it."""

import argparse
import os
import shutil
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from gateway.cli.asking import add_asking_arguments
from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.control.client import NotPermittedError
from gateway.control.layout import clean
from gateway.control.status import Status, encode
from gateway.monitor.asker import Asker
from gateway.monitor.desk import Desk
from gateway.monitor.paint import TO_SCREEN, painted
from gateway.monitor.pen import Pen
from gateway.monitor.picture import ASK_EVERY, Heard, Picture, with_heard
from gateway.monitor.screen import LEAST_HEIGHT, LEAST_WIDTH, printed, screen
from gateway.monitor.terminal import (
    Terminal,
    WayOut,
    end_by,
    environment_at_start,
    left_as_found,
    look_around,
)
from gateway.text import say, spoken
from rules.instant import in_seconds

NAME: Final = "monitor"
CODES: Final = {
    WayOut.INTERRUPTED: ExitCode.INTERRUPTED,
    WayOut.GONE: ExitCode.OUTPUT_CLOSED,
}
SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class SignalledError(Exception):
    """A signal came that ends us."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How the live screen ended: with a code, by a signal, or by a mistake of ours."""

    code: int = ExitCode.OK
    signal: int | None = None
    mistake: Exception | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --once, --no-colour, --socket and --json."""
    parser.add_argument("--once", action="store_true", help=say("argument.monitor-once"))
    parser.add_argument("--no-colour", action="store_true", help=say("argument.no-colour"))
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show the screen until a key ends it, or print what is asked for."""
    asker = Asker(arguments.socket)
    try:
        heard = asker.once()
    except NotPermittedError as error:
        raise CommandError(ExitCode.DENIED, str(error)) from None
    if arguments.json:
        return stream(asker, heard, is_once=arguments.once)
    environment = environment_at_start()
    if arguments.no_colour:
        environment["NO_COLOR"] = "1"
    terminal = look_around(environment)
    if not (arguments.once or terminal.has_screen) and sys.stdin.isatty() and sys.stdout.isatty():
        complain(say("monitor.no-screen"))
    if arguments.once or not terminal.has_screen:
        return print_once(asker, heard, terminal)
    return watch(asker, with_heard(Picture(), heard), terminal)


def stream(asker: Asker, heard: Heard, *, is_once: bool) -> int:
    """Print the status as a line of JSON, and again every second unless once is enough."""
    pause = threading.Event()
    while True:
        show(encode(status_in(heard)).decode())
        if is_once:
            return ExitCode.OK
        sys.stdout.flush()
        pause.wait(in_seconds(ASK_EVERY))
        heard = asker.once()


def print_once(asker: Asker, heard: Heard, terminal: Terminal) -> int:
    """Print the overview as text."""
    status_in(heard)
    pen = pen_for(terminal, LEAST_WIDTH)
    show("\n".join(printed(with_heard(Picture(), heard), pen, asker.now())))
    return ExitCode.OK


def watch(asker: Asker, picture: Picture, terminal: Terminal) -> int:
    """Show the screen until somebody or something ends it."""
    with left_as_found():
        width, height = shutil.get_terminal_size((LEAST_WIDTH, LEAST_HEIGHT))
        rows = screen(picture, Desk(), pen_for(terminal, width), height, asker.now()).rows
        # Shown before the rest is imported, which takes a small board some seconds.
        sys.stdout.write(TO_SCREEN + painted(rows, has_colour=terminal.has_colour))
        sys.stdout.flush()
        end = show_live(asker, picture, terminal)
    if end.mistake is not None:
        detail = clean(f"{type(end.mistake).__name__}: {end.mistake}")
        raise CommandError(ExitCode.REFUSED, say("monitor.mistake", detail=detail))
    if end.signal is not None:
        end_by(end.signal)
    return end.code


def show_live(asker: Asker, picture: Picture, terminal: Terminal) -> End:
    """Run the live screen."""
    for number in SIGNALS:  # until the screen takes them itself
        signal.signal(number, raise_signal)
    try:
        os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"  # old terminals show its request as letters
        os.environ.pop("NO_COLOR", None)  # heeded already; Textual would add codes for it
        from gateway.monitor.app import MonitorApp  # noqa: PLC0415  slow, and asked for by no other

        app = MonitorApp(asker, picture, terminal, lambda width: pen_for(terminal, width))
        way = app.run(mouse=False) or WayOut.QUIT
        app.stopped()
    except SignalledError as error:
        return End(signal=error.number)
    except Exception as error:  # noqa: BLE001  the terminal is given back first, then it is told
        return End(mistake=error)
    return End(code=CODES.get(way, ExitCode.OK), signal=app.ended_by, mistake=app.mistake)


def raise_signal(number: int, _frame: object) -> None:
    """Leave by an exception, so that the terminal is given back."""
    raise SignalledError(number)


def status_in(heard: Heard) -> Status:
    """Give the status; without one the command ends."""
    if heard.status is None:
        raise CommandError(ExitCode.UNREACHABLE, heard.trouble)
    return heard.status


def pen_for(terminal: Terminal, width: int) -> Pen:
    """Give the pen for a terminal of a width."""
    here = datetime.now(UTC).astimezone().tzinfo or UTC
    return Pen(language=spoken(), zone=here, width=width, ascii_only=terminal.ascii_only)
