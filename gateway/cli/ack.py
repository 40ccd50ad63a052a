"""`firegw ack`: a person has seen the alarms and faults."""

import argparse
from typing import Final

from gateway.cli.acting import add_acting_arguments, order
from gateway.control.protocol import Verb

NAME: Final = "ack"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --zone, --yes, --socket and --json."""
    add_acting_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Order it."""
    return order(Verb.ACKNOWLEDGE, arguments)
