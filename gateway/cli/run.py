"""firegw run: guard a site until told to stop. The service does this."""

import argparse
import contextlib
import gc
import importlib
import os
from functools import partial
from pathlib import Path

from gateway.cli.outcome import CommandError, ExitCode, complain
from gateway.cli.state_directory_argument import add_state_directory_argument
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.configuration.kept_files import KeptFiles
from gateway.configuration.started import Started
from gateway.control.protocol import DEFAULT_SOCKET
from gateway.journal.file import JournalRefusedError
from gateway.leaving import run_and_leave
from gateway.log import set_up
from gateway.machine import machine_id
from gateway.read_apart import made_apart
from gateway.run_options import RunOptions
from gateway.service_notification import ServiceNotification
from gateway.state_directory import NoStateDirectoryError, StateInUseError, held
from gateway.text import say
from gateway.wiring import guard

NAME = "run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the site file and where things lie."""
    parser.add_argument("site", metavar="FILE", type=Path, help=say("argument.site-file"))
    add_state_directory_argument(parser)
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
    started = made_apart(partial(_read, arguments.site, arguments.state_directory))
    for line in started.lines:
        complain(line)
    if started.settings is None:
        raise CommandError(ExitCode.BAD_INPUT, say("run.not-started", path=arguments.site))
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    set_up(clock.now, os.environ)
    options = RunOptions(
        state_directory=arguments.state_directory,
        control_socket=arguments.control_socket,
        operators=frozenset(arguments.operator_uid),
        machine_id=machine_id(),
        site=started.site,
        site_file=arguments.site,
        files=started.files,
        told=started.told,
    )
    directory = options.state_directory
    notification = ServiceNotification.from_environment(os.environ)
    gc.freeze()  # what is there now stays for good; the collector need not walk it again
    try:
        with held(directory):
            _tidy_up(started, directory)
            run_and_leave(guard(started.settings, options, clock, notification))
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


def _read(file: Path, state_directory: Path) -> Started:
    """Read what the gateway is to guard by; what that takes is loaded here, and goes with it."""
    start: Started = importlib.import_module("gateway.configuration.start").read(
        file, state_directory
    )
    return start


def _tidy_up(started: Started, state_directory: Path) -> None:
    """Keep no configuration that is not in force, nor the note of a trial that has ended."""
    kept = KeptFiles(state_directory)
    with contextlib.suppress(OSError):  # a disk that cannot be written will be told of
        kept.drop_trial()
        if started.is_needless:
            kept.drop_kept()
