"""`firegw enable`: what was disabled is back in service before its time."""

import argparse
from typing import Final

from gateway.cli.acting import carry_out
from gateway.cli.asking import add_asking_arguments
from gateway.cli.wording import read_target, said_target
from gateway.control.protocol import Request, Verb
from gateway.text import say

NAME: Final = "enable"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is enabled, --socket and --json."""
    parser.add_argument("target", metavar="KIND/ID", help=say("argument.target"))
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Order it; nobody needs to be asked whether to protect."""
    target = read_target(arguments.target)
    return carry_out(
        Request(verb=Verb.ENABLE, target=target.source),
        arguments,
        asked={"target": target.source},
        done=lambda author: say("act.enable", what=said_target(target), author=author),
    )
