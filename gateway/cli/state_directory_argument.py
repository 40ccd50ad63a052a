"""The argument of the commands that work on the gateway's own files."""

import argparse
from pathlib import Path

from gateway.state_directory import DEFAULT
from gateway.text import say


def add_state_directory_argument(parser: argparse.ArgumentParser) -> None:
    """Add --state-directory."""
    parser.add_argument(
        "--state-directory",
        metavar="DIR",
        type=Path,
        default=DEFAULT,
        help=say("argument.state-directory", default=DEFAULT),
    )
