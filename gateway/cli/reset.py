"""`firegw reset`: latched alarms end, once their cause has gone and a person says so."""

import argparse
from typing import Final

from gateway.cli.acting import add_acting_arguments, order
from gateway.cli.confirming import confirm
from gateway.control.protocol import Verb
from gateway.text import say

NAME: Final = "reset"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --zone, --yes, --socket and --json."""
    add_acting_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask the person, then order it."""
    where = "site" if arguments.zone is None else "zone"
    confirm(say(f"reset.ask.{where}", zone=arguments.zone), NAME, arguments)
    return order(Verb.RESET, arguments)
