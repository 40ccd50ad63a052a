"""`firegw apply`: a site file takes effect in the running gateway, on trial until it is confirmed.

The file is checked here first, as `firegw check` does: with one mistake nothing is sent at all.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.check import problem_as_json
from gateway.cli.confirming import confirm
from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.cli.wording import read_span
from gateway.configuration.difference import Difference, difference
from gateway.configuration.difference_view import difference_as_json, difference_view
from gateway.configuration.found_files import found_files
from gateway.configuration.read_files import CheckedFiles, checked
from gateway.configuration.site_files import SiteFiles, why_refused
from gateway.configuration.trial_times import CONFIRM_WITHIN, LONGEST_TRIAL, SHORTEST_TRIAL
from gateway.control.protocol import Outcome, Reply, Request, Verb
from gateway.control.refusal_words import said
from gateway.control.status import Status
from gateway.problem_view import problems_view
from gateway.spoken_time import span
from gateway.text import say, spoken
from rules.instant import Duration, in_seconds, seconds
from rules.problem import Problem

NAME: Final = "apply"
ANSWERED_WITHIN: Final = seconds(90)
"""The gateway checks the file once more, with what the machine can spare beside its guarding."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file, --confirm-within, --dry-run, --show, --yes, --socket and --json."""
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say("argument.apply"))
    times = {
        "usual": span(spoken(), CONFIRM_WITHIN),
        "least": span(spoken(), SHORTEST_TRIAL),
        "most": span(spoken(), LONGEST_TRIAL),
    }
    parser.add_argument(
        "--confirm-within", metavar="TIME", help=say("argument.confirm-within", **times)
    )
    parser.add_argument("--dry-run", action="store_true", help=say("argument.dry-run"))
    parser.add_argument("--show", action="store_true", help=say("argument.show-in-force"))
    parser.add_argument("--yes", action="store_true", help=say("argument.yes"))
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, show the difference, ask, and apply."""
    if arguments.show == (arguments.file is not None):
        raise CommandError(ExitCode.BAD_INPUT, say("apply.which"))
    if arguments.show:
        return _show(arguments)
    lasts = _lasts(arguments.confirm_within)
    file, unreadable = found_files(arguments.file)
    if file is None:
        return _mistaken(unreadable, {}, arguments)
    in_force, unreached = _in_force(arguments)
    taken = checked(_with_those_in_force(file, in_force))
    if taken.settings is None:
        return _mistaken(taken.problems + unreadable, taken.texts, arguments)
    if in_force is None:
        raise unreached
    if (why := why_refused(taken.files)) is not None:
        raise CommandError(ExitCode.BAD_INPUT, said(why, spoken()))
    return _apply(taken, in_force, lasts, arguments)


def _apply(
    taken: CheckedFiles, in_force: SiteFiles, lasts: Duration, arguments: argparse.Namespace
) -> int:
    found = _difference(taken, in_force, arguments)
    if not arguments.json:
        for line in problems_view(taken.problems, taken.texts):
            show(line)
        for line in _lines_of(found):
            show(line)
    if taken.files.digest == in_force.digest:
        return _told(found, arguments, {"outcome": "unchanged"}, say("apply.in-force-already"))
    if arguments.dry_run:
        return _told(found, arguments, {"outcome": "dry-run"}, say("apply.dry-run"))
    confirm(say("apply.ask", span=span(spoken(), lasts)), NAME, arguments)
    request = Request(verb=Verb.APPLY, files=taken.files, duration_s=in_seconds(lasts))
    reply = reply_to(request, arguments, within=ANSWERED_WITHIN)
    if reply.problems:
        return _mistaken(reply.problems, taken.texts, arguments, key="apply.mistaken-there")
    return _answered(reply, found, lasts, arguments)


def _answered(
    reply: Reply, found: Difference | None, lasts: Duration, arguments: argparse.Namespace
) -> int:
    is_done = reply.outcome is Outcome.DONE
    until = datetime.now().astimezone().timestamp() + in_seconds(lasts)
    time = datetime.fromtimestamp(until).astimezone().strftime("%H:%M:%S")
    words = [say("act.refused", refusal=said(each, spoken())) for each in reply.words]
    outcome: dict[str, Any] = {
        "outcome": reply.outcome,
        "author": reply.author,
        "refusals": reply.words,
    }
    if is_done:
        outcome["confirm_within_s"] = in_seconds(lasts)
        words = [say("apply.done", time=time, author=reply.author), say("apply.to-keep")]
    _told(found, arguments, outcome, *words, is_done=is_done)
    return ExitCode.OK if is_done else ExitCode.REFUSED


def _told(
    found: Difference | None,
    arguments: argparse.Namespace,
    outcome: Mapping[str, Any],
    *words: str,
    is_done: bool = True,
) -> int:
    if arguments.json:
        known = None if found is None else difference_as_json(found)
        told = {"verb": Verb.APPLY, **outcome, "difference": known}
        show(json.dumps(told, ensure_ascii=False))
    else:
        for each in words:
            (show if is_done else complain)(each)
    return ExitCode.OK


def _mistaken(
    problems: tuple[Problem, ...],
    texts: Mapping[str, bytes],
    arguments: argparse.Namespace,
    *,
    key: str = "",
) -> int:
    """Show every mistake; nothing has changed."""
    if arguments.json:
        listed = [problem_as_json(problem) for problem in problems]
        told = {"verb": Verb.APPLY, "outcome": "mistaken", "problems": listed}
        show(json.dumps(told, ensure_ascii=False))
        return ExitCode.BAD_INPUT
    if key:
        show(say(key))
    for line in problems_view(problems, texts):
        show(line)
    count = sum(not problem.warning for problem in problems)
    show(say("check.problem" if count == 1 else "check.problems", count=count))
    return ExitCode.BAD_INPUT


def _show(arguments: argparse.Namespace) -> int:
    """Print the site file in force, as it was written."""
    reply = reply_to(Request(verb=Verb.CONFIGURATION), arguments)
    files = reply.files or SiteFiles(name="", site="")
    if arguments.json:
        told = {"hash": files.hash, "site": files.site, "profiles": dict(files.profiles)}
        show(json.dumps(told, ensure_ascii=False))
    else:
        show(files.site.removesuffix("\n"))
    return ExitCode.OK


def _in_force(arguments: argparse.Namespace) -> tuple[SiteFiles | None, CommandError]:
    """Ask what is in force; where that cannot be told, why."""
    try:
        reply = reply_to(Request(verb=Verb.CONFIGURATION), arguments)
    except CommandError as error:
        return None, error
    return reply.files, CommandError(ExitCode.UNREACHABLE, say("apply.nothing-in-force"))


def _with_those_in_force(file: SiteFiles, in_force: SiteFiles | None) -> SiteFiles:
    """Add the profiles that the unit has already: they need not lie beside each copy of a file."""
    known = {} if in_force is None else in_force.profiles
    return replace(file, profiles={**known, **file.profiles})


def _difference(
    taken: CheckedFiles, in_force: SiteFiles, arguments: argparse.Namespace
) -> Difference | None:
    """Compare with what is in force; None where this program cannot read that."""
    before = checked(in_force).settings
    if before is None or taken.settings is None:
        return None
    return difference(before, taken.settings, _status(arguments))


def _status(arguments: argparse.Namespace) -> Status | None:
    return reply_to(Request(verb=Verb.STATUS), arguments).status


def _lines_of(found: Difference | None) -> list[str]:
    if found is None:
        return [say("apply.no-comparison")]
    return difference_view(found, spoken())


def _lasts(written: str | None) -> Duration:
    if written is None:
        return CONFIRM_WITHIN
    lasts = read_span(written, LONGEST_TRIAL)
    if lasts < SHORTEST_TRIAL:
        least = span(spoken(), SHORTEST_TRIAL)
        raise CommandError(ExitCode.BAD_INPUT, say("apply.too-short", least=least))
    return lasts
