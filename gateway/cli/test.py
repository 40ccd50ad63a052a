"""`firegw test`: a zone is under test; what it raises is not in earnest until that ends.

With --walk it stays, and ticks off the detectors.
"""

import argparse
from typing import Final

from gateway.cli.acting import add_yes_and_asking_arguments, carry_out
from gateway.cli.confirming import confirm
from gateway.cli.outcome import CommandError, ExitCode
from gateway.cli.walking import stay, walk_now
from gateway.cli.wording import read_span
from gateway.commissioning.proof import zones_under_test
from gateway.control.protocol import Request, Verb
from gateway.spoken_time import span
from gateway.text import say, spoken
from rules.instant import in_seconds
from rules.operator import LONGEST_TEST

NAME: Final = "test"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the zone, --for, --end, --walk, --whole-site, --yes, --socket and --json."""
    parser.add_argument("zone", metavar="ZONE", nargs="?", help=say("argument.test-zone"))
    longest = span(spoken(), LONGEST_TEST)
    text = say("argument.for", usual=longest, most=longest)
    parser.add_argument("--for", dest="span", metavar="TIME", help=text)
    parser.add_argument("--end", action="store_true", help=say("argument.end"))
    parser.add_argument("--walk", action="store_true", help=say("argument.walk"))
    parser.add_argument("--whole-site", action="store_true", help=say("argument.whole-site"))
    add_yes_and_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Begin a test, once the person was asked, or end one."""
    if arguments.zone is None and not (arguments.whole_site or arguments.walk):
        raise CommandError(ExitCode.BAD_INPUT, say("test.which"))
    if arguments.walk:
        return walk(arguments)
    if not arguments.end:
        return begin(arguments)
    if arguments.span is not None:
        raise CommandError(ExitCode.BAD_INPUT, say("test.end-for"))
    return carry_out(
        Request(verb=Verb.END_TEST, zone=arguments.zone),
        arguments,
        asked={"zone": arguments.zone},
        done=lambda author: said(Verb.END_TEST, arguments.zone, author=author),
    )


def begin(arguments: argparse.Namespace) -> int:
    """Ask the person, then put the zone or the whole site under test."""
    zone, written = arguments.zone, arguments.span
    duration = LONGEST_TEST if written is None else read_span(written, LONGEST_TEST)
    length = span(spoken(), duration)
    where = "site" if zone is None else "zone"
    confirm(say(f"test.ask.{where}", zone=zone, span=length), NAME, arguments)
    request = Request(
        verb=Verb.TEST,
        zone=zone,
        duration_s=in_seconds(duration),
        whole_site=arguments.whole_site,
    )
    return carry_out(
        request,
        arguments,
        asked={
            "zone": zone,
            "duration_s": request.duration_s,
            "whole_site": request.whole_site,
        },
        done=lambda author: said(Verb.TEST, zone, span=length, author=author),
    )


def walk(arguments: argparse.Namespace) -> int:
    """Begin a test where none runs, and stay; whoever only looks on needs no right to begin it."""
    if arguments.end:
        raise CommandError(ExitCode.BAD_INPUT, say("walk.end"))
    now = walk_now(arguments)
    meant = {detector.zone for detector in now.detectors}
    tested = zones_under_test(now)
    is_named = arguments.zone is not None or arguments.whole_site
    if is_named and not (tested >= meant if arguments.whole_site else tested):
        code = begin(arguments)
        if code != ExitCode.OK:
            return code
    return stay(arguments)


def said(verb: Verb, zone: str | None, **values: str) -> str:
    """Say what was done, in a zone or in the whole site."""
    return say(f"act.{verb}.{'site' if zone is None else 'zone'}", zone=zone, **values)
