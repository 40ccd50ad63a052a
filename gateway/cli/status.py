"""`firegw status`: whether the building is protected, and all that is not in order."""

import argparse
from datetime import UTC, datetime
from typing import Final

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.control.protocol import Request, Verb
from gateway.control.status import encode
from gateway.control.status_view import view
from gateway.text import say, spoken

NAME: Final = "status"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --socket and --json."""
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask and show."""
    status = reply_to(Request(verb=Verb.STATUS), arguments).status
    if status is None:
        detail = "no status in it"
        text = say("reach.garbled", path=arguments.socket, detail=detail)
        raise CommandError(ExitCode.UNREACHABLE, text)
    if arguments.json:
        show(encode(status).decode())
    else:
        here = datetime.now(UTC).astimezone().tzinfo or UTC
        show("\n".join(view(status, spoken(), here)))
    return ExitCode.OK
