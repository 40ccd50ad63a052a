"""What the commands that order something of a running gateway have in common."""

import argparse
from collections.abc import Callable, Mapping

import msgspec

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.outcome import ExitCode, complain, show
from gateway.control.layout import clean
from gateway.control.protocol import Outcome, Request, Verb
from gateway.control.refusal_words import said
from gateway.text import say, spoken


def add_yes_and_asking_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --yes, --socket and --json."""
    parser.add_argument("--yes", action="store_true", help=say("argument.yes"))
    add_asking_arguments(parser)


def add_acting_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of every act on a zone or the whole site."""
    parser.add_argument("--zone", metavar="ID", help=say("argument.zone"))
    add_yes_and_asking_arguments(parser)


def order(verb: Verb, arguments: argparse.Namespace) -> int:
    """Order an act on a zone or the whole site, and say what was done or why not."""
    zone = arguments.zone
    where = "site" if zone is None else "zone"
    return carry_out(
        Request(verb=verb, zone=zone),
        arguments,
        asked={"zone": zone},
        done=lambda author: say(f"act.{verb}.{where}", zone=zone, author=author),
    )


def carry_out(
    request: Request,
    arguments: argparse.Namespace,
    *,
    asked: Mapping[str, object],
    done: Callable[[str], str],
) -> int:
    """Order it, and say what was done or why not.

    Args:
        request: the order.
        arguments: of the command.
        asked: what the JSON of the answer repeats of the order, beside its verb.
        done: says for a person what was done, given the name under which it was done.
    """
    reply = reply_to(request, arguments)
    is_done = reply.outcome is Outcome.DONE
    if arguments.json:
        answer = {
            "verb": request.verb,
            **asked,
            "outcome": reply.outcome,
            "author": reply.author,
            "refusals": reply.words,
        }
        show(msgspec.json.encode(answer).decode())
    elif is_done:
        show(done(reply.author))
    else:
        for refusal in reply.words:
            complain(say("act.refused", refusal=clean(said(refusal, spoken()))))
    return ExitCode.OK if is_done else ExitCode.REFUSED
