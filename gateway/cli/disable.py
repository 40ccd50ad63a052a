"""`firegw disable`: a detector, zone or output is out of service for a time."""

import argparse
from typing import Final

from gateway.cli.acting import add_yes_and_asking_arguments, carry_out
from gateway.cli.confirming import confirm
from gateway.cli.wording import read_reason, read_span, read_target, said_target
from gateway.control.protocol import Request, Verb
from gateway.spoken_time import span
from gateway.text import say, spoken
from rules.instant import in_seconds
from rules.operator import DISABLED_FOR, LONGEST_DISABLEMENT

NAME: Final = "disable"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is disabled, --for, --reason, --whole-site, --yes, --socket and --json."""
    parser.add_argument("target", metavar="KIND/ID", help=say("argument.target"))
    times = {"usual": span(spoken(), DISABLED_FOR), "most": span(spoken(), LONGEST_DISABLEMENT)}
    parser.add_argument("--for", dest="span", metavar="TIME", help=say("argument.for", **times))
    parser.add_argument("--reason", metavar="TEXT", default="", help=say("argument.reason"))
    parser.add_argument("--whole-site", action="store_true", help=say("argument.whole-site"))
    add_yes_and_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask the person, then order it."""
    target = read_target(arguments.target)
    written = arguments.span
    duration = DISABLED_FOR if written is None else read_span(written, LONGEST_DISABLEMENT)
    request = Request(
        verb=Verb.DISABLE,
        target=target.source,
        duration_s=in_seconds(duration),
        reason=read_reason(arguments.reason),
        whole_site=arguments.whole_site,
    )
    said = {"what": said_target(target), "span": span(spoken(), duration)}
    confirm(say(f"disable.ask.{target.kind}", **said), NAME, arguments)
    return carry_out(
        request,
        arguments,
        asked={
            "target": request.target,
            "duration_s": request.duration_s,
            "reason": request.reason,
            "whole_site": request.whole_site,
        },
        done=lambda author: say("act.disable", **said, author=author),
    )
