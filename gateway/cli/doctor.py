"""firegw doctor: what is wrong with this unit, and how it is mended. Nothing is changed."""

import argparse
import json
from pathlib import Path
from typing import Final

from gateway.cli.outcome import ExitCode, show
from gateway.cli.state_directory_argument import add_state_directory_argument
from gateway.control.protocol import DEFAULT_SOCKET
from gateway.doctor.examine import examine
from gateway.doctor.finding import Finding, Verdict, gravity
from gateway.doctor.patient import Asked, Patient
from gateway.doctor.view import as_json, view
from gateway.site_texts import SITE_FILE
from gateway.text import say, spoken

NAME: Final = "doctor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where things lie, and how much is wanted."""
    add_places(parser)
    parser.add_argument("--offline", action="store_true", help=say("argument.doctor-offline"))
    parser.add_argument("--quiet", action="store_true", help=say("argument.doctor-quiet"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def add_places(parser: argparse.ArgumentParser) -> None:
    """Take where the site file, the state and the control socket are."""
    parser.add_argument(
        "--site",
        metavar="FILE",
        type=Path,
        default=SITE_FILE,
        help=say("argument.doctor-site", default=SITE_FILE),
    )
    add_state_directory_argument(parser)
    parser.add_argument(
        "--socket",
        metavar="PATH",
        default=DEFAULT_SOCKET,
        help=say("argument.socket", default=DEFAULT_SOCKET),
    )


def asked_by(arguments: argparse.Namespace, *, offline: bool) -> Asked:
    """Give what the command line says."""
    return Asked(
        site=arguments.site,
        state=arguments.state_directory,
        socket=arguments.socket,
        offline=offline,
    )


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; 0 where nothing is wrong, warnings or not."""
    findings = examine(Patient(asked_by(arguments, offline=arguments.offline)))
    if arguments.json:
        show(json.dumps(told(findings, quiet=arguments.quiet), ensure_ascii=False))
    else:
        lines = view(findings, spoken(), quiet=arguments.quiet)
        if lines:
            show("\n".join(lines))
    is_wrong = any(finding.verdict is Verdict.WRONG for finding in findings)
    return ExitCode.REFUSED if is_wrong else ExitCode.OK


def told(findings: list[Finding], *, quiet: bool = False) -> dict[str, object]:
    """Give the findings for a program, the worst first."""
    ordered = sorted(findings, key=gravity)
    counts = {
        verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict
    }
    return {
        "counts": counts,
        "findings": [as_json(each) for each in ordered if not quiet or each.fault is not None],
    }
