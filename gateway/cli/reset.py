"""`firegw reset`: latched alarms end, once their cause has gone and a person says so."""

import argparse
import sys
from typing import Final

from gateway.cli.acting import add_acting_arguments, order
from gateway.cli.outcome import CommandError, ExitCode
from gateway.control.protocol import Verb
from gateway.text import say

NAME: Final = "reset"
YES: Final = frozenset({"y", "yes", "c", "có", "co"})  # in either language, accents or not


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --zone, --yes, --socket and --json."""
    add_acting_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask the person, then order it."""
    if not arguments.yes and not is_confirmed(arguments.zone):
        raise CommandError(ExitCode.REFUSED, say("reset.not-done"))
    return order(Verb.RESET, arguments)


def is_confirmed(zone: str | None) -> bool:
    """Ask at the terminal; without one nobody can be asked, and nothing is done."""
    if not sys.stdin.isatty():
        raise CommandError(ExitCode.BAD_INPUT, say("reset.cannot-ask"))
    where = "site" if zone is None else "zone"
    # On standard error, so that --json prints nothing but JSON.
    print(say(f"reset.ask.{where}", zone=zone), end="", file=sys.stderr, flush=True)  # noqa: T201  a question, not a result
    return sys.stdin.readline().strip().lower() in YES
