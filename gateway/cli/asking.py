"""What the commands that speak with a running gateway have in common."""

import argparse

from gateway.cli.outcome import CommandError, ExitCode
from gateway.control.client import ANSWER_WITHIN, NotPermittedError, UnreachableError, ask
from gateway.control.protocol import DEFAULT_SOCKET, Reply, Request
from gateway.text import say
from rules.instant import Duration


def add_asking_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of every such command."""
    parser.add_argument(
        "--socket",
        metavar="PATH",
        default=DEFAULT_SOCKET,
        help=say("argument.socket", default=DEFAULT_SOCKET),
    )
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def reply_to(
    request: Request, arguments: argparse.Namespace, within: Duration = ANSWER_WITHIN
) -> Reply:
    """Ask the gateway; what keeps it from answering ends the command."""
    try:
        return ask(arguments.socket, request, within)
    except UnreachableError as error:
        raise CommandError(ExitCode.UNREACHABLE, str(error)) from None
    except NotPermittedError as error:
        raise CommandError(ExitCode.DENIED, str(error)) from None
