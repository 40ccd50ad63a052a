"""`firegw confirm`: what was applied stays in force; or, with --back, the one before is again."""

import argparse
from typing import Final

from gateway.cli.acting import carry_out
from gateway.cli.asking import add_asking_arguments
from gateway.control.protocol import Request, Verb
from gateway.text import say

NAME: Final = "confirm"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --back, --socket and --json."""
    parser.add_argument("--back", action="store_true", help=say("argument.back"))
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Confirm, or go back. Nobody is asked: time is short, and either can be done again."""
    verb = Verb.GO_BACK if arguments.back else Verb.CONFIRM
    return carry_out(
        Request(verb=verb),
        arguments,
        asked={},
        done=lambda author: say(f"confirm.done.{verb}", author=author),
    )
