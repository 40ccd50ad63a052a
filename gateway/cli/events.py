"""`firegw events`: what happened, the newest last, and what happens from now on."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from threading import Event
from typing import Final

import msgspec

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.cli.wording import read_span
from gateway.control.event_search import (
    Followed,
    Wanted,
    in_nanoseconds,
    newest,
    read_since,
)
from gateway.control.event_view import lines
from gateway.control.protocol import LONGEST_ID, MOST_EVENTS, Request, Verb
from gateway.control.told_event import ToldEvent
from gateway.text import say, spoken
from rules.condition import Lane
from rules.instant import in_seconds, seconds

NAME: Final = "events"

SHOWN: Final = 20  # unless --limit or --since says otherwise
MOST_SHOWN: Final = 10_000
POLL_EVERY_S: Final = 1.0
LONGEST_WAIT_S: Final = 15.0  # between attempts while no gateway answers
LOOK_ANEW_AFTER: Final = 10  # polls without an event: the journal may have been made anew
LONGEST_SINCE: Final = seconds(366 * 86400)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which events, whether to go on, --socket and --json."""
    parser.add_argument("--follow", action="store_true", help=say("argument.events-follow"))
    parser.add_argument(
        "--limit", metavar="N", type=int, help=say("argument.events-limit", default=SHOWN)
    )
    parser.add_argument("--lane", choices=list(map(str, Lane)), help=say("argument.events-lane"))
    parser.add_argument(
        "--since", metavar=say("argument.time-word"), help=say("argument.events-since")
    )
    parser.add_argument("--zone", metavar="ID", help=say("argument.events-zone"))
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask, show, and perhaps go on."""
    here = datetime.now(UTC).astimezone().tzinfo or UTC
    wanted = Wanted(
        lane=None if arguments.lane is None else Lane(arguments.lane),
        zone=arguments.zone,
        since_ns=_since_ns(arguments.since, here),
    )
    limit = _limit(arguments)
    page = MOST_EVENTS if wanted != Wanted() else min(limit, MOST_EVENTS)
    events = newest(lambda before: _asked(arguments, before=before, limit=page), wanted, limit)
    _show(events, arguments, here)
    if arguments.follow:
        _follow(Followed(events or _asked(arguments, limit=1)), wanted, arguments, here)
    elif not events and not arguments.json:
        show(say("events.none"))
    return ExitCode.OK


def _limit(arguments: argparse.Namespace) -> int:
    limit: int | None = arguments.limit
    if limit is None:
        return SHOWN if arguments.since is None else MOST_SHOWN
    if not 1 <= limit <= MOST_SHOWN:
        raise CommandError(ExitCode.BAD_INPUT, say("events.limit", most=MOST_SHOWN))
    return limit


def _since_ns(text: str | None, here: tzinfo) -> int | None:
    """Read since when: a time of day, a day with or without its time, or how long ago."""
    if text is None:
        return None
    now = datetime.now(UTC)
    since = read_since(text.strip(), now, here)
    if since is None:
        try:
            ago = read_span(text, LONGEST_SINCE)
        except CommandError:
            wrong = say("events.since", text=repr(text[:LONGEST_ID]))
            raise CommandError(ExitCode.BAD_INPUT, wrong) from None
        since = now - timedelta(seconds=in_seconds(ago))
    return in_nanoseconds(since)


def _asked(
    arguments: argparse.Namespace,
    *,
    after: int | None = None,
    before: int | None = None,
    limit: int = MOST_EVENTS,
) -> Sequence[ToldEvent]:
    request = Request(verb=Verb.EVENTS, after=after, before=before, limit=limit)
    events = reply_to(request, arguments).events
    if events is None:
        text = say("reach.garbled", path=arguments.socket, detail="no events in it")
        raise CommandError(ExitCode.UNREACHABLE, text)
    return events


def _show(events: Sequence[ToldEvent], arguments: argparse.Namespace, here: tzinfo) -> None:
    for event in events:
        if arguments.json:
            show(msgspec.json.encode(event).decode())
        else:
            show("\n".join(lines(event, spoken(), here)))


def _follow(
    followed: Followed, wanted: Wanted, arguments: argparse.Namespace, here: tzinfo
) -> None:
    """Show what happens, until Ctrl-C; a gateway that is started anew is waited for."""
    sys.stdout.flush()
    wait, quiet, pause = POLL_EVERY_S, 0, Event()
    while True:
        pause.wait(wait)
        try:
            events = _asked(arguments, after=followed.number)
            quiet = 0 if events else quiet + 1
            if quiet >= LOOK_ANEW_AFTER:
                quiet, events = 0, _asked(arguments, limit=SHOWN)
        except CommandError as error:
            if error.code is not ExitCode.UNREACHABLE:
                raise
            if wait == POLL_EVERY_S:
                complain(str(error))
            wait, quiet = min(2 * wait, LONGEST_WAIT_S), LOOK_ANEW_AFTER
            continue
        wait = POLL_EVERY_S
        _show([each for each in followed.take(events) if wanted.has(each)], arguments, here)
        sys.stdout.flush()
