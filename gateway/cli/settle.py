"""`firegw settle`: what was confirmed is brought into the site file, for which root is needed.

A unit of systemd calls this when the daemon has kept something; see gateway.configuration.settling.
"""

import argparse
import json
from pathlib import Path
from typing import Final

from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.cli.state_directory_argument import add_state_directory_argument
from gateway.configuration.kept_files import KeptFiles
from gateway.configuration.settling import NotSettledError, settle
from gateway.site_texts import SITE_FILE
from gateway.text import say

NAME: Final = "settle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the site file and where the state lies."""
    parser.add_argument(
        "site",
        metavar="FILE",
        nargs="?",
        type=Path,
        default=SITE_FILE,
        help=say("argument.settled-file", default=SITE_FILE),
    )
    add_state_directory_argument(parser)
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Do it, and say what came of it."""
    site = arguments.site
    try:
        came = settle(site, KeptFiles(arguments.state_directory))
    except NotSettledError as error:
        words = say("settle.refused", path=site, detail=error)
        raise CommandError(ExitCode.REFUSED, words) from None
    except OSError as error:
        detail = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise CommandError(
            ExitCode.REFUSED, say("settle.refused", path=site, detail=detail)
        ) from None
    if arguments.json:
        show(json.dumps({"file": str(site), "outcome": came.value}, ensure_ascii=False))
    else:
        show(say(f"settle.{came.value}", path=site))
    return ExitCode.OK
