"""firegw release: de-energise the outputs that are to be released when no gateway runs.

The service calls this after the daemon has ended, however it ended: the kernel of Raspberry Pi OS
keeps a line's level after its owner's death, and a fault relay would go on saying that all is well.
"""

import argparse
import importlib
import json
from pathlib import Path

from drivers.bus import LineDownError
from drivers.registry import DRIVERS
from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.settings.bus_plans import bus_plans
from gateway.site_file import read_site
from gateway.text import say

NAME = "release"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the site file."""
    parser.add_argument("site", metavar="FILE", type=Path, help=say("argument.site-file"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Release on every bus; a bus that fails does not keep the next from being released."""
    settings = read_site(arguments.site).settings
    if settings is None:
        raise CommandError(ExitCode.BAD_INPUT, say("release.mistakes", path=arguments.site))
    released: list[str] = []
    failed: dict[str, str] = {}
    for plan, bus in zip(bus_plans(settings), settings.buses, strict=True):
        if not plan.outputs:
            continue
        module = importlib.import_module(DRIVERS[bus.driver].bus_module)
        if not hasattr(module, "release_outputs"):
            continue  # outputs behind a wire: the device's own watchdog has to release them
        try:
            module.release_outputs(plan)
            released.append(plan.id)
        except LineDownError as error:
            failed[plan.id] = str(error)
            complain(f"bus/{plan.id}: {error}")
    if arguments.json:
        show(json.dumps({"released": released, "failed": failed}, ensure_ascii=False))
    return ExitCode.REFUSED if failed else ExitCode.OK
