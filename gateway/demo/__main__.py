"""`python -m gateway.demo`: a market on fire, from its detectors to the province, in a minute.

Exit code 0 only where every event that the journal holds was received, exactly once after
duplicates are removed.
"""

import argparse
import io
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from types import FrameType
from typing import Final, NoReturn

from gateway.cli.outcome import ExitCode
from gateway.demo.broker import KINDS, Broker, asked_for, free_port, kind_of_broker
from gateway.demo.failure import DemoError
from gateway.demo.province import TOPIC
from gateway.demo.reckoning import reckon
from gateway.demo.screen import Screen, ScreenGoneError
from gateway.demo.stage import Stage
from gateway.demo.story import Story
from gateway.demo.summary import is_all_well, summary
from gateway.demo.texts import tell
from gateway.journal.reader import JournalReader, JournalUnreadableError
from gateway.text import language_of, speak

BROKER_PORTS: Final = range(18830, 18930)
"""Below those that the kernel hands out: nobody gets one by chance while the broker is away."""

GPIO_CHIP: Final = Path("/dev/gpiochip0")
LONGEST_FOLDER: Final = 80  # characters: the path of a socket in it may have 107


def main() -> int:
    """Run the demo, and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a locale without the letters: a question mark
    speak(language_of(os.environ))
    arguments = parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    screen = Screen()
    with folder(screen, keep=arguments.keep) as place:
        try:
            return play(arguments, place, screen)
        except (DemoError, JournalUnreadableError) as error:
            screen.complain(tell("failed", why=error))
            return ExitCode.REFUSED
        except KeyboardInterrupt:
            screen.aside(tell("interrupted"))
            return ExitCode.INTERRUPTED
        except ScreenGoneError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.OUTPUT_CLOSED


def parser() -> argparse.ArgumentParser:
    """Make the parser of the demo's arguments."""
    made = argparse.ArgumentParser(prog="python -m gateway.demo", description=tell("about"))
    made.add_argument("--broker", choices=KINDS, help=tell("option.broker"))
    made.add_argument(
        "--broker-port",
        type=int,
        metavar="PORT",
        help=tell("option.broker-port", default=BROKER_PORTS[0]),
    )
    made.add_argument("--keep", action="store_true", help=tell("option.keep"))
    made.add_argument("--pace", type=float, default=1.0, metavar="FACTOR", help=tell("option.pace"))
    return made


def play(arguments: argparse.Namespace, place: Path, screen: Screen) -> int:
    """Set the stage, play the story, and reckon."""
    wanted = arguments.broker_port
    port = free_port(*BROKER_PORTS) if wanted is None else asked_for(wanted)
    broker = Broker(kind_of_broker(arguments.broker), port, place)
    screen.say(tell("introduction", broker=broker.kind))
    screen.say(tell("pins.chip" if GPIO_CHIP.exists() else "pins"))
    screen.say(tell("watch"))
    screen.command(f"mosquitto_sub -p {port} -t '{TOPIC}' -v")
    screen.say(tell("columns"))
    with Stage(place, broker, screen, max(0.0, arguments.pace)) as stage:
        Story(stage).play()
        reckoning = reckon(stage.journaled(), stage.province.arrivals())
        unread = stage.province.unread
        reader = JournalReader(stage.journal)
        try:
            first_broken = reader.verify()
        finally:
            reader.close()
    screen.output(["", *summary(reckoning, unread, first_broken)])
    return ExitCode.OK if is_all_well(reckoning, unread, first_broken) else ExitCode.REFUSED


@contextmanager
def folder(screen: Screen, *, keep: bool) -> Iterator[Path]:
    """Make a folder for everything that the demo writes, and remove it unless it is to be kept."""
    own = Path(tempfile.gettempdir())
    above = own if len(str(own)) <= LONGEST_FOLDER else Path("/tmp")  # noqa: S108 - mkdtemp makes it
    place = Path(tempfile.mkdtemp(prefix="firegw-demo-", dir=above))
    try:
        yield place
    finally:
        if keep:
            screen.aside(tell("kept", folder=place))
        else:
            rmtree(place, ignore_errors=True)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """End as by Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
