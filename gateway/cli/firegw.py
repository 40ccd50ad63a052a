"""The console script firegw: finds the command, reads its arguments, runs it.

A command is a module of this package with NAME, add_arguments(parser) and run(arguments) -> int. It
is imported only when it is asked for, so that `firegw status` starts without the drivers, MQTT or
metrics. Help and examples come from gateway.text; adding a command is its module, one line of
COMMANDS, and two texts.
"""

import argparse
import importlib
import io
import os
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NoReturn, Protocol, cast

from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.cli.usage_words import said
from gateway.control.layout import clean
from gateway.text import language_of, say, speak, spoken

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "check": "gateway.cli.check",
        "schema": "gateway.cli.schema",
        "rules": "gateway.cli.rules",
        "replay": "gateway.cli.replay",
        "journal": "gateway.cli.journal",
        "run": "gateway.cli.run",
        "release": "gateway.cli.release",
        "page": "gateway.cli.page",
        "health": "gateway.cli.health",
        "apply": "gateway.cli.apply",
        "confirm": "gateway.cli.confirm",
        "settle": "gateway.cli.settle",
        "status": "gateway.cli.status",
        "monitor": "gateway.cli.monitor",
        "events": "gateway.cli.events",
        "ack": "gateway.cli.ack",
        "silence": "gateway.cli.silence",
        "reset": "gateway.cli.reset",
        "disable": "gateway.cli.disable",
        "enable": "gateway.cli.enable",
        "test": "gateway.cli.test",
        "report": "gateway.cli.report",
        "centre": "gateway.cli.centre",
        "scan": "gateway.cli.scan",
        "read": "gateway.cli.read",
        "doctor": "gateway.cli.doctor",
        "support-bundle": "gateway.cli.support_bundle",
        "simulate": "gateway.cli.simulate",
        "enrol": "gateway.cli.enrol",
        "replace": "gateway.cli.replace",
    }
)

HELP_WIDTH = 80  # fixed, so that help is the same on every terminal and in every manual


class Command(Protocol):
    """What the module of a command offers."""

    NAME: str

    @property
    def add_arguments(self) -> Callable[[argparse.ArgumentParser], None]:
        """Add the command's own arguments."""

    @property
    def run(self) -> Callable[[argparse.Namespace], int]:
        """Do it, and give the exit code."""


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help of a fixed width, its headings in the person's language."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=HELP_WIDTH, max_help_position=24)

    def _split_lines(self, text: str, width: int) -> list[str]:
        # argparse's own breaks paths at their hyphens, and they can then not be copied
        return textwrap.wrap(text, width, break_on_hyphens=False)

    def add_usage(
        self,
        usage: str | None,
        actions: Any,
        groups: Any,
        prefix: str | None = None,
    ) -> None:
        """Add the usage line."""
        super().add_usage(usage, actions, groups, prefix or say("firegw.usage") + ": ")


class CommandParser(argparse.ArgumentParser):
    """A parser whose help and errors are firegw's: one line, and where to read more."""

    def __init__(self, *, prog: str, description: str, epilog: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=HelpFormatter,
            add_help=False,
            allow_abbrev=False,
        )
        # argparse has no public way to name the two groups that it makes itself
        self._positionals.title = say("firegw.arguments")
        self._optionals.title = say("firegw.options")
        self.add_argument("-h", "--help", action="help", help=say("firegw.help"))

    def error(self, message: str) -> NoReturn:
        """End with one line instead of usage and message."""
        command = self.prog.partition(" ")[2]
        raise CommandError(
            ExitCode.BAD_INPUT,
            say("firegw.wrong-usage", detail=clean(said(message, spoken())), command=command),
        )


def load(name: str) -> Command:
    """Import the module of a command."""
    return cast("Command", importlib.import_module(COMMANDS[name]))


def parser_of(name: str, command: Command) -> argparse.ArgumentParser:
    """Make the parser of one command."""
    example = say(f"command.{name}.example")
    parser = CommandParser(
        prog=f"firegw {name}",
        description=say(f"command.{name}"),
        epilog=f"{say('firegw.example')}\n  {example}",
    )
    command.add_arguments(parser)
    return parser


def overview() -> str:
    """Give what `firegw --help` says."""
    indent = max(map(len, COMMANDS)) + 4
    return "\n".join(
        [
            f"{say('firegw.usage')}: firegw [--help] [--version] {say('firegw.command-word')} ...",
            "",
            say("firegw.about"),
            "",
            f"{say('firegw.commands')}:",
            *(f"{'  ' + name:<{indent}}{say(f'command.{name}')}" for name in COMMANDS),
            "",
            say("firegw.more"),
            "",
            say("firegw.exit-codes"),
            *(f"{code:>5}  {say(f'exit.{code}')}" for code in map(int, ExitCode)),
        ]
    )


def version() -> str:
    """Give what `firegw --version` says."""
    from importlib.metadata import version as version_of  # noqa: PLC0415  slow, and rarely asked

    return f"firegw {version_of('fire-gateway')}"


def unknown(name: str) -> CommandError:
    """Say that there is no such command, and which one may have been meant."""
    from difflib import get_close_matches  # noqa: PLC0415  only for a person who mistyped

    close = get_close_matches(name, COMMANDS, n=1)
    near = say("firegw.near", command=close[0]) if close else ""
    text = say("firegw.unknown-command", command=repr(name), near=near)
    return CommandError(ExitCode.BAD_INPUT, text)


def dispatch(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; give its exit code."""
    if not arguments:
        raise CommandError(ExitCode.BAD_INPUT, say("firegw.no-command"))
    name, *rest = arguments
    if name in ("-h", "--help", "help"):
        show(overview())
        return ExitCode.OK
    if name == "--version":
        show(version())
        return ExitCode.OK
    if name not in COMMANDS:
        raise unknown(name)
    command = load(name)
    return command.run(parser_of(name, command).parse_args(rest))


def run(arguments: Sequence[str]) -> int:
    """Dispatch, and turn what a user can cause into one line and an exit code."""
    try:
        code = dispatch(arguments)
        sys.stdout.flush()
    except CommandError as error:
        complain(str(error))
        return error.code
    except KeyboardInterrupt:
        complain(say("firegw.interrupted"))
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # `firegw status | head -1`: nobody reads on, and the flush at exit must not complain either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OUTPUT_CLOSED
    return code


def main() -> None:
    """Be the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A locale without Vietnamese letters must cost a question mark, not the answer.
            stream.reconfigure(errors="replace")
    speak(language_of(os.environ))
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
