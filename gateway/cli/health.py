"""`firegw health`: whether a release that was just started guards as well as the one before it.

install.sh asks this after it has switched releases, and goes back where the answer is no.
"""

import argparse
import json
from pathlib import Path
from threading import Event
from typing import Final

import msgspec

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.clock import ClockSources
from gateway.control.client import NotPermittedError, UnreachableError, ask
from gateway.control.protocol import LONGEST_REPLY, Request, Verb
from gateway.control.status import Status, decode
from gateway.health_check import Disturbed, HealthTrial, Lacking, disturbed
from gateway.text import say
from rules.instant import Instant

NAME: Final = "health"
LOOK_EVERY_S: Final = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to compare with, and what is asked instead."""
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--before", metavar="FILE", type=Path, help=say("argument.health-before"))
    asked.add_argument(
        "--may-restart", action="store_true", help=say("argument.health-may-restart")
    )
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look until it is decided, and say what is lacking."""
    if arguments.may_restart:
        return _may_restart(arguments)
    trial = HealthTrial(_before(arguments.before), _now())
    pause = Event()
    while (well := trial.look(_now(), _answer(arguments.socket))) is None:
        pause.wait(LOOK_EVERY_S)
    if arguments.json:
        lacks = [
            {"lack": each.lack, "subject": each.subject, "detail": each.detail}
            for each in trial.lacks
        ]
        show(json.dumps({"well": well, "lacking": lacks}, ensure_ascii=False))
    elif well:
        show(say("health.well"))
    else:
        for each in trial.lacks:
            complain(_in_words(each))
    return ExitCode.OK if well else ExitCode.REFUSED


def _may_restart(arguments: argparse.Namespace) -> int:
    status = reply_to(Request(verb=Verb.STATUS), arguments).status
    standing = () if status is None else disturbed(status)
    if arguments.json:
        told = [{"reason": each.reason, "zone": each.subject} for each in standing]
        show(json.dumps({"may_restart": not standing, "standing": told}, ensure_ascii=False))
    elif not standing:
        show(say("health.may-restart"))
    else:
        for each in standing:
            complain(_stands(each))
    return ExitCode.REFUSED if standing else ExitCode.OK


def _before(file: Path | None) -> Status | None:
    if file is None:
        return None
    try:
        with file.open("rb") as opened:
            return decode(opened.read(LONGEST_REPLY))
    except OSError as error:
        detail = error.strerror or str(error)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        detail = str(error)
    text = say("health.not-a-status", path=file, detail=detail)
    raise CommandError(ExitCode.BAD_INPUT, text)


def _answer(socket: str) -> Status | None:
    """Ask; None where nobody answers, which may pass."""
    try:
        return ask(socket, Request(verb=Verb.STATUS)).status
    except UnreachableError:
        return None
    except NotPermittedError as error:
        raise CommandError(ExitCode.DENIED, str(error)) from None


def _now() -> Instant:
    return Instant(ClockSources().monotonic_ns())


def _in_words(each: Lacking) -> str:
    words = say(f"health.lack.{each.lack}", subject=each.subject)
    return f"{words}: {each.detail}" if each.detail else words


def _stands(each: Disturbed) -> str:
    if each.reason == "trial":
        return say("health.trial")
    what = say(f"condition.{each.reason}")
    return say("health.disturbed", what=what, zone=each.subject) if each.subject else what
