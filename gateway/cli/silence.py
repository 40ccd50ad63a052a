"""`firegw silence`: the sirens stop, until a new alarm."""

import argparse
from typing import Final

from gateway.cli.acting import add_acting_arguments, order
from gateway.control.protocol import Verb

NAME: Final = "silence"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --zone, --yes, --socket and --json."""
    add_acting_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Order it."""
    return order(Verb.SILENCE, arguments)
