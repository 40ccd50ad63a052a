"""firegw scan: who is on a line, at which rate and number, and what it is. It never writes."""

import argparse
import asyncio
import importlib
import json
import signal
import sys
from collections.abc import Sequence
from typing import Final, Protocol, cast

from drivers.bus import LineDownError, Now
from drivers.gpio.chips import find_chips
from drivers.modbus.data_model import BAUD_RATES, Parity
from drivers.modbus.options import Framing, ModbusBusOptions
from drivers.modbus.scan_line import ScanLine
from drivers.registry import DRIVERS
from gateway.cli.modbus_arguments import add_where, endpoint, setting_error, wrong
from gateway.cli.outcome import ExitCode, complain, show
from gateway.cli.port_taken import refuse_port_of_gateway
from gateway.cli.profiles import add_profiles_argument, shelf_of
from gateway.cli.scan_view import found_as_json, found_view, here_as_json, here_view
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.number_list import numbers_in
from gateway.scanning.search import Progress, Search
from gateway.scanning.search_plan import (
    LineSettings,
    delivered_settings,
    search_plan,
    search_plan_of_host,
)
from gateway.serial_ports import is_pseudo_terminal, serial_ports
from gateway.spoken_time import span
from gateway.text import say, spoken
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError
from rules.profile import Profile

NAME: Final = "scan"
MODBUS: Final = "modbus"
ALL: Final = "all"
UNITS: Final = "1-247"
WITHIN_S: Final = 0.2
USUAL: Final = (9600, 19200)
ANY_SETTINGS: Final = LineSettings(9600, Parity.NONE, 1)
LINE_WIDTH: Final = 78


class OpenScanLine(Protocol):
    """The function of the Modbus driver's probe module that opens a line for a search."""

    async def __call__(self, options: ModbusBusOptions, now: Now) -> ScanLine:
        """Open it, or raise LineDownError."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where to search, and how far."""
    add_where(parser)
    parser.add_argument("--baud", metavar="LIST", help=say("argument.scan-baud"))
    parser.add_argument("--parity", metavar="LIST", help=say("argument.scan-parity"))
    parser.add_argument("--units", metavar="LIST", default=UNITS, help=say("argument.scan-units"))
    parser.add_argument(
        "--within", metavar="S", type=float, default=WITHIN_S, help=say("argument.within")
    )
    add_profiles_argument(parser)
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Search, or list what this machine has."""
    if arguments.port is None and arguments.host is None:
        return _list_here(as_json=arguments.json)
    if arguments.port is not None and arguments.host is not None:
        raise wrong(say("read.where"))
    profiles = _modbus_profiles(arguments.profiles)
    units = _units(arguments.units)
    if not 0.01 <= arguments.within <= 5:
        raise wrong(say("scan.within"))
    within = seconds(arguments.within)
    try:
        _options(arguments, within, None if arguments.port is None else ANY_SETTINGS)
    except InvalidSettingError as error:
        raise setting_error(error) from None
    if arguments.host is not None:
        steps = search_plan_of_host(profiles, units)
    else:
        refuse_port_of_gateway(arguments.port)
        steps = search_plan(profiles, _settings(arguments, profiles), units)
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    module = importlib.import_module(DRIVERS[MODBUS].probe_module)
    opening = cast("OpenScanLine", module.open_scan_line)

    async def open_line(settings: LineSettings | None) -> ScanLine:
        return await opening(_options(arguments, within, settings), clock.now)

    search = Search(steps, profiles, open_line, within)
    code, ended = _run(search)
    where = _where(arguments)
    if code is ExitCode.UNREACHABLE and not search.found and not arguments.json:
        return code
    if arguments.json:
        told = found_as_json(search.found, where, heeds_no_unit=search.heeds_no_unit, ended=ended)
        show(json.dumps(told, ensure_ascii=False))
    else:
        show("\n".join(found_view(search.found, where, heeds_no_unit=search.heeds_no_unit)))
    return code


def _list_here(*, as_json: bool) -> int:
    ports, chips = serial_ports(), find_chips()
    if as_json:
        show(json.dumps(here_as_json(ports, chips), ensure_ascii=False))
    else:
        show("\n".join(here_view(ports, chips)))
    return ExitCode.OK


def _run(search: Search) -> tuple[ExitCode, str]:
    """Run it until it is done or somebody has had enough; give the exit code and how it ended."""
    progress = _Shown()
    stopped = False

    async def whole() -> None:
        nonlocal stopped

        def stop() -> None:
            nonlocal stopped
            stopped = True

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        await search.run(progress, lambda: stopped)

    try:
        asyncio.run(whole())
    except LineDownError as error:
        progress.clear()
        complain(str(error))
        return ExitCode.UNREACHABLE, str(error)
    progress.clear()
    if stopped:
        complain(say("scan.interrupted"))
        return ExitCode.INTERRUPTED, "interrupted"
    return (ExitCode.OK if search.found else ExitCode.REFUSED), "done"


class _Shown:
    """The progress on standard error: one line that changes, or one line a setting in a log."""

    def __init__(self) -> None:
        self._moves = sys.stderr.isatty()
        self._settings: object = self
        self._first = True

    def __call__(self, progress: Progress) -> None:
        line = say("scan.tcp") if progress.settings is None else str(progress.settings)
        values = {"found": progress.found, "left": span(spoken(), progress.left)}
        text = say("scan.progress", line=line, unit=progress.unit, **values)
        if self._moves:
            sys.stderr.write(f"\r{text[:LINE_WIDTH]:<{LINE_WIDTH}}")
        elif progress.settings != self._settings or self._first:
            sys.stderr.write(text + "\n")
        self._settings, self._first = progress.settings, False
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line free for what comes."""
        if self._moves:
            sys.stderr.write("\r" + " " * LINE_WIDTH + "\r")
            sys.stderr.flush()


def _options(
    arguments: argparse.Namespace, within: Duration, settings: LineSettings | None
) -> ModbusBusOptions:
    if settings is None:
        host, tcp_port = endpoint(arguments.host)
        framing = Framing.RTU if arguments.rtu else Framing.TCP
        return ModbusBusOptions(host=host, tcp_port=tcp_port, framing=framing, reply_within=within)
    return ModbusBusOptions(
        port=arguments.port,
        baud=settings.baud,
        parity=settings.parity,
        stop_bits=settings.stop_bits,
        reply_within=within,
    )


def _settings(arguments: argparse.Namespace, profiles: Sequence[Profile]) -> list[LineSettings]:
    """Give the settings to try: those of delivery first, where they are among those asked for."""
    delivered = delivered_settings(profiles)
    bauds = _bauds(arguments.baud)
    parities = _parities(arguments.parity)
    wanted = [
        each
        for each in delivered
        if (bauds is None or each.baud in bauds) and (parities is None or each.parity in parities)
    ]
    wanted += [
        LineSettings(baud, parity, 1)
        for baud in (USUAL if bauds is None else bauds)
        for parity in ((Parity.NONE, Parity.EVEN) if parities is None else parities)
    ]
    wanted = list(dict.fromkeys(wanted))
    # A program is at the other end of a pseudo-terminal, and hears at any rate.
    return wanted[:1] if is_pseudo_terminal(arguments.port) else wanted


def _bauds(text: str | None) -> list[int] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if words == [ALL]:
        return list(BAUD_RATES)
    if not all(word in map(str, BAUD_RATES) for word in words):
        raise wrong(say("scan.baud", known=", ".join(map(str, BAUD_RATES))))
    return [int(word) for word in words]


def _parities(text: str | None) -> list[Parity] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if words == [ALL]:
        return list(Parity)
    if not all(word in list(Parity) for word in words):
        raise wrong(say("scan.parity", known=", ".join(Parity)))
    return [Parity(word) for word in words]


def _units(text: str) -> list[int]:
    try:
        return numbers_in(text, least=1, most=255)
    except ValueError as error:
        raise wrong(f"--units: {error}") from None


def _modbus_profiles(folder: str | None) -> list[Profile]:
    """Give the Modbus profiles that can be used; a broken one of a person's own is told."""
    shelf, _ = shelf_of(folder)
    profiles = [profile for id_ in sorted(shelf.ids) if (profile := shelf.take(id_)) is not None]
    for problem in shelf.problems:
        if not problem.warning:
            complain(str(problem))
    return [profile for profile in profiles if profile.driver == MODBUS]


def _where(arguments: argparse.Namespace) -> str:
    if arguments.port is not None:
        return f"port: {arguments.port}"
    host, tcp_port = endpoint(arguments.host)
    port = "" if tcp_port == ModbusBusOptions(host=host).tcp_port else f", tcp_port: {tcp_port}"
    return f"host: {host}{port}{', framing: rtu' if arguments.rtu else ''}"
