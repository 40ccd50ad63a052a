"""`firegw replace`: the same gateway on a new card or a new board, with keys of its own.

The epoch needs no word of ours: the journal begins a new one when it is made anew or comes from
another machine, and the gateway tells so at its start.
"""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Final

from gateway.cli.confirming import confirm
from gateway.cli.enrolling import (
    add_enrolling_arguments,
    enrolled_as_json,
    enrolled_view,
    settings_for,
    told_in_a_line,
    unit_of,
)
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.enrolment.predecessor import Left, look, replace
from gateway.enrolment.unit import Enrolled, Unit
from gateway.machine import machine_id
from gateway.state_directory import NoStateDirectoryError, StateInUseError, held
from gateway.text import say

NAME: Final = "replace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add whether undelivered records are given up, and where things lie."""
    parser.add_argument("--give-up", action="store_true", help=say("argument.give-up"))
    parser.add_argument("--yes", action="store_true", help=say("argument.yes"))
    add_enrolling_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask where something is lost by it, then do it."""
    unit = unit_of(settings_for(arguments), arguments)
    try:
        with held(unit.state_directory), told_in_a_line():
            left = look(unit, machine_id())
            _agree(unit, left, arguments)
            now = dt.datetime.now(dt.UTC)
            enrolled, aside = replace(unit, left, now)
    except NoStateDirectoryError as error:
        words = say("run.no-state-directory", path=unit.state_directory)
        raise CommandError(ExitCode.BAD_INPUT, words) from error
    except StateInUseError as error:
        words = say("replace.in-use", path=unit.state_directory)
        raise CommandError(ExitCode.REFUSED, words) from error
    if arguments.json:
        answer = {
            **enrolled_as_json(unit, enrolled),
            "aside": [str(folder) for folder in aside],
            "given_up": left.undelivered if left.own_journal else 0,
            "replaces": {"device_key": left.device_key, "serial": left.serial},
        }
        show(json.dumps(answer, ensure_ascii=False))
    else:
        for line in _view(unit, left, enrolled, aside, now):
            show(line)
    return ExitCode.OK


def _agree(unit: Unit, left: Left, arguments: argparse.Namespace) -> None:
    """Go on only where nothing is lost, or a person has said that it may be."""
    if not left.own_journal:
        return
    directory = unit.state_directory
    if left.undelivered == 0:
        confirm(say("replace.ask", path=directory), NAME, arguments)
        return
    if not arguments.give_up:
        if left.undelivered is None:
            text = say("replace.unreadable", why=left.unreadable)
        else:
            text = say("replace.undelivered", path=directory, count=left.undelivered)
        raise CommandError(ExitCode.REFUSED, text)
    count = "?" if left.undelivered is None else left.undelivered
    confirm(say("replace.ask-give-up", path=directory, count=count), NAME, arguments)


def _view(
    unit: Unit, left: Left, enrolled: Enrolled, aside: tuple[Path, ...], now: dt.datetime
) -> list[str]:
    return [
        *enrolled_view(unit, enrolled, now),
        *(say("replace.aside", folder=folder) for folder in aside),
        "",
        say("replace.centre", request=unit.request),
        *([] if left.serial is None else [say("replace.revoke", serial=left.serial)]),
        say("replace.device-key", new=enrolled.device_key, old=left.device_key or "–"),
        say("replace.epoch"),
    ]
