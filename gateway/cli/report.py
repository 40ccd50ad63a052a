"""`firegw report`: the commissioning report, one HTML file to print and sign.

All of it comes from the running gateway, which tells it to whoever may see its status: what was
tested, under which configuration, and what is installed.
"""

import argparse
import os
import secrets
from pathlib import Path
from typing import Any, Final

import msgspec

from gateway.cli.asking import add_asking_arguments, reply_to
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.commissioning.report import (
    LONGEST_NAME,
    Answers,
    Wishes,
    judged,
    summary,
    wording_for,
)
from gateway.commissioning.report_tables import report_of
from gateway.control.protocol import Request, Verb
from gateway.text import Language, say, spoken

NAME: Final = "report"

STANDARD_OUTPUT: Final = "-"
ATTEMPTS: Final = 3
"""At answers of one configuration: it may be exchanged between two questions."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file, who signs, what it is of, --language, --overwrite, --socket and --json."""
    parser.add_argument("file", metavar="FILE.html", nargs="?", help=say("argument.report-file"))
    parser.add_argument("--technician", metavar="NAME", default="", help=say("argument.technician"))
    parser.add_argument("--owner", metavar="NAME", default="", help=say("argument.owner"))
    parser.add_argument("--police", action="store_true", help=say("argument.police"))
    parser.add_argument(
        "--zone",
        metavar="ID",
        dest="zones",
        action="append",
        default=[],
        help=say("argument.report-zone"),
    )
    parser.add_argument(
        "--language",
        choices=[each.value for each in Language],
        metavar="en|vi",
        help=say("argument.language"),
    )
    parser.add_argument("--overwrite", action="store_true", help=say("argument.overwrite"))
    add_asking_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask the gateway, and write the report; say how many detectors were proved."""
    if arguments.file is None and not arguments.json:
        raise CommandError(ExitCode.BAD_INPUT, say("report.no-file"))
    wishes = _wishes(arguments)
    _look_for(arguments)
    answers = _answers(arguments)
    _check_zones(answers, wishes)
    if arguments.file is not None:
        # Only here, since everything else of firegw does without the library.
        from gateway.commissioning.report_page import report_page  # noqa: PLC0415  slow: jinja2

        page = report_page(report_of(answers, wishes))
        if arguments.file == STANDARD_OUTPUT:
            show(page.rstrip("\n"))
            return ExitCode.OK
        _write(Path(arguments.file), page, overwrite=arguments.overwrite)
    if arguments.json:
        show(msgspec.json.encode(_as_json(answers, wishes)).decode())
    else:
        said = summary(wording_for(answers, spoken()), judged(answers, wishes.zones))
        show(say("report.written", file=arguments.file, summary=said))
    return ExitCode.OK


def _wishes(arguments: argparse.Namespace) -> Wishes:
    for name in (arguments.technician, arguments.owner):
        if len(name) > LONGEST_NAME:
            text = say("report.name-long", count=len(name), most=LONGEST_NAME)
            raise CommandError(ExitCode.BAD_INPUT, text)
    language = spoken() if arguments.language is None else Language(arguments.language)
    return Wishes(
        language=language,
        zones=frozenset(arguments.zones),
        technician=" ".join(arguments.technician.split()),
        owner=" ".join(arguments.owner.split()),
        with_police=arguments.police,
    )


def _look_for(arguments: argparse.Namespace) -> None:
    """Refuse early what would be refused at the end: a signed report must not be lost."""
    file = arguments.file
    if file in (None, STANDARD_OUTPUT) or not os.path.lexists(file):
        return
    if not arguments.overwrite:
        raise CommandError(ExitCode.BAD_INPUT, say("report.there", file=file))
    if not Path(file).is_file():  # a device or a folder that is no place for a report
        raise CommandError(ExitCode.BAD_INPUT, say("report.no-place", file=file))


def _answers(arguments: argparse.Namespace) -> Answers:
    """Ask all three questions, until the answers are of one configuration."""
    for _ in range(ATTEMPTS):
        installed = reply_to(Request(verb=Verb.INSTALLED), arguments).installed
        walk = reply_to(Request(verb=Verb.WALK), arguments).walk
        status = reply_to(Request(verb=Verb.STATUS), arguments).status
        if installed is None or walk is None or status is None:
            break
        if installed.configuration == walk.configuration:
            return Answers(status=status, walk=walk, installed=installed)
    text = say("reach.garbled", path=arguments.socket, detail="no report in it")
    raise CommandError(ExitCode.UNREACHABLE, text)


def _check_zones(answers: Answers, wishes: Wishes) -> None:
    known = [zone.id for zone in answers.installed.zones]
    for zone in sorted(wishes.zones - set(known)):
        text = say("report.no-zone", zone=repr(zone[:LONGEST_NAME]), zones=", ".join(known))
        raise CommandError(ExitCode.BAD_INPUT, text)


def _write(file: Path, page: str, *, overwrite: bool) -> None:
    """Write the whole file or none of it."""
    part = file.with_name(f".{file.name[:100]}.{secrets.token_hex(4)}")
    where = part if overwrite else file
    is_made = False
    try:
        with where.open("x", encoding="utf-8") as made:
            is_made = True
            made.write(page)
            made.flush()
            os.fsync(made.fileno())
        if overwrite:
            part.replace(file)
    except FileExistsError:
        raise CommandError(ExitCode.BAD_INPUT, say("report.there", file=file)) from None
    except (OSError, ValueError) as error:  # a ValueError: a name with a zero in it
        if is_made:
            where.unlink(missing_ok=True)
        detail = getattr(error, "strerror", None) or str(error)
        text = say("report.cannot-write", file=repr(str(file)), detail=detail)
        raise CommandError(ExitCode.BAD_INPUT, text) from None


def _as_json(answers: Answers, wishes: Wishes) -> dict[str, Any]:
    walk = answers.walk
    detectors = judged(answers, wishes.zones)
    verdicts = [each.verdict for each in detectors]
    return {
        "made_ns": walk.now_ns,
        "clock": answers.status.clock,
        "configuration": walk.configuration,
        "by_centre": walk.by_centre,
        "total": len(detectors),
        "verdicts": {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)},
        "detectors": [
            {"id": each.detector.id, "verdict": each.verdict, "response": each.response}
            for each in detectors
        ],
        "tests": [test for test in walk.tests if not wishes.zones or test.zone in wishes.zones],
        "installed": answers.installed,
        "conditions": answers.status.now.conditions,
    }
