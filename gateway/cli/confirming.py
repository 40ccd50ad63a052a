"""Asking before something is done that takes protection away."""

import argparse
import sys
from typing import Final

from gateway.cli.outcome import CommandError, ExitCode
from gateway.text import say

YES: Final = frozenset({"y", "yes", "c", "có", "co"})  # in either language, accents or not


def confirm(question: str, command: str, arguments: argparse.Namespace) -> None:
    """Ask at the terminal, unless --yes was given; anything but a yes ends the command.

    Without a terminal nobody can be asked, and nothing is done.
    """
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(ExitCode.BAD_INPUT, say("act.cannot-ask", command=command))
    # On standard error, so that --json prints nothing but JSON.
    print(question, end="", file=sys.stderr, flush=True)  # noqa: T201  a question, not a result
    if sys.stdin.readline().strip().lower() not in YES:
        raise CommandError(ExitCode.REFUSED, say("act.not-done"))
