"""firegw run: guard a site until told to stop. The service does this."""

import argparse
import gc
import importlib
import os
from functools import partial
from pathlib import Path

from gateway.cli.outcome import CommandError, ExitCode, complain
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.control.protocol import DEFAULT_SOCKET
from gateway.journal.file import JournalRefusedError
from gateway.leaving import run_and_leave
from gateway.log import set_up
from gateway.machine import machine_id
from gateway.read_apart import made_apart
from gateway.recording.black_box import SiteTexts
from gateway.run_options import RunOptions
from gateway.service_notification import ServiceNotification
from gateway.settings.model import Settings
from gateway.state_directory import DEFAULT, NoStateDirectoryError, StateInUseError, held
from gateway.text import say
from gateway.wiring import guard

NAME = "run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the site file and where things lie."""
    parser.add_argument("site", metavar="FILE", type=Path, help=say("argument.site-file"))
    parser.add_argument(
        "--state-directory",
        metavar="DIR",
        type=Path,
        default=DEFAULT,
        help=say("argument.state-directory", default=DEFAULT),
    )
    parser.add_argument(
        "--control-socket",
        metavar="PATH",
        type=Path,
        default=DEFAULT_SOCKET,
        help=say("argument.socket", default=DEFAULT_SOCKET),
    )
    parser.add_argument(
        "--operator-uid",
        metavar="UID",
        type=int,
        action="append",
        default=[],
        help=say("argument.operator-uid"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the site file, then guard."""
    settings, site = _settings(arguments.site)
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    set_up(clock.now, os.environ)
    options = RunOptions(
        state_directory=arguments.state_directory,
        control_socket=arguments.control_socket,
        operators=frozenset(arguments.operator_uid),
        machine_id=machine_id(),
        site=site,
    )
    directory = options.state_directory
    notification = ServiceNotification.from_environment(os.environ)
    gc.freeze()  # what is there now stays for good; the collector need not walk it again
    try:
        with held(directory):
            run_and_leave(guard(settings, options, clock, notification))
    except NoStateDirectoryError as error:
        words = say("run.no-state-directory", path=directory)
        raise CommandError(ExitCode.BAD_INPUT, words) from error
    except StateInUseError as error:
        words = say("run.state-in-use", path=directory)
        raise CommandError(ExitCode.BAD_INPUT, words) from error
    except JournalRefusedError as error:
        raise CommandError(ExitCode.BAD_INPUT, str(error)) from error
    finally:
        notification.close()
    return ExitCode.OK


def _settings(file: Path) -> tuple[Settings, SiteTexts]:
    settings, lines, texts = made_apart(partial(_read, file))
    for line in lines:
        complain(line)
    if settings is None:
        raise CommandError(ExitCode.BAD_INPUT, say("run.not-started", path=file))
    return settings, texts


def _read(file: Path) -> tuple[Settings | None, list[str], SiteTexts]:
    """Read a site file; what that takes is loaded here, and goes with the child."""
    problem_view = importlib.import_module("gateway.problem_view")
    site_file = importlib.import_module("gateway.site_file")
    site = site_file.read_site(file)
    lines = list(problem_view.problems_view(site.problems, site.texts))
    return site.settings, lines, SiteTexts(file=site.file, texts=dict(site.texts))
