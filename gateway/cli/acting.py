"""What the commands that order something of a running gateway have in common."""

import argparse

import msgspec

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.outcome import ExitCode, complain, show
from gateway.control.protocol import Outcome, Request, Verb
from gateway.text import say


def add_acting_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of every such command."""
    parser.add_argument("--zone", metavar="ID", help=say("argument.zone"))
    parser.add_argument("--yes", action="store_true", help=say("argument.yes"))
    add_asking_arguments(parser)


def order(verb: Verb, arguments: argparse.Namespace) -> int:
    """Order it, and say what was done or why not."""
    reply = reply_to(Request(verb=verb, zone=arguments.zone), arguments)
    done = reply.outcome is Outcome.DONE
    if arguments.json:
        answer = {
            "verb": verb,
            "zone": arguments.zone,
            "outcome": reply.outcome,
            "author": reply.author,
            "refusals": reply.words,
        }
        show(msgspec.json.encode(answer).decode())
    elif done:
        where = "site" if arguments.zone is None else "zone"
        show(say(f"act.{verb}.{where}", zone=arguments.zone, author=reply.author))
    else:
        for refusal in reply.words:
            complain(say("act.refused", refusal=refusal))
    return ExitCode.OK if done else ExitCode.REFUSED
