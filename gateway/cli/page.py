"""`firegw page`: serve the owner's page where the site has one. Its own service does this."""

import argparse
import asyncio
import os
from typing import Final

from gateway.cli.outcome import ExitCode
from gateway.clock import ClockSources
from gateway.control.protocol import DEFAULT_SOCKET
from gateway.log import set_up
from gateway.page.serving import serve
from gateway.text import say
from rules.instant import Instant

NAME: Final = "page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --socket."""
    parser.add_argument(
        "--socket",
        metavar="PATH",
        default=DEFAULT_SOCKET,
        help=say("argument.socket", default=DEFAULT_SOCKET),
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    monotonic_ns = ClockSources().monotonic_ns

    def now() -> Instant:
        return Instant(monotonic_ns())

    set_up(now, os.environ)
    asyncio.run(serve(arguments.socket, now))
    return ExitCode.OK
