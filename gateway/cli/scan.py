"""firegw scan: who is on a line, at which rate and number, and what it is. It never writes."""

import argparse
import asyncio
import importlib
import json
import signal
import sys
from collections.abc import Callable
from typing import Final, Protocol, cast

from drivers.bus import LineDownError, Now
from drivers.gpio.chips import find_chips
from drivers.modbus.options import ModbusBusOptions
from drivers.modbus.scan_line import ScanLine
from drivers.registry import DRIVERS
from drivers.serial.port_settings import PortSettings
from gateway.cli.modbus_arguments import add_where
from gateway.cli.outcome import ExitCode, complain, show
from gateway.cli.port_taken import refuse_port_of_gateway
from gateway.cli.profiles import add_profiles_argument
from gateway.cli.scan_options import MODBUS, SERIAL, WantedSearch, wanted_search
from gateway.cli.scan_view import (
    found_as_json,
    found_view,
    here_as_json,
    here_view,
    streams_as_json,
    streams_view,
)
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.scanning.listening import Stream, stream_of, stream_settings
from gateway.scanning.search import Progress, Search
from gateway.scanning.search_plan import LineSettings
from gateway.serial_ports import is_pseudo_terminal, serial_ports
from gateway.spoken_time import span
from gateway.text import say, spoken
from rules.instant import Duration

NAME: Final = "scan"
UNITS: Final = "1-247"
WITHIN_S: Final = 0.2
LISTEN_S: Final = 2.0
LINE_WIDTH: Final = 78


class Listen(Protocol):
    """The function of the serial driver's probe module that hears what comes unasked."""

    async def __call__(self, path: str, settings: PortSettings, within: Duration) -> bytes:
        """Listen, or raise LineDownError."""


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
    parser.add_argument(
        "--listen", metavar="S", type=float, default=LISTEN_S, help=say("argument.scan-listen")
    )
    add_profiles_argument(parser)
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Search, or list what this machine has."""
    if arguments.port is None and arguments.host is None:
        return _list_here(as_json=arguments.json)
    wanted = wanted_search(arguments)
    if wanted.port is not None:
        refuse_port_of_gateway(wanted.port)
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    module = importlib.import_module(DRIVERS[MODBUS].probe_module)
    opening = cast("OpenScanLine", module.open_scan_line)

    async def open_line(settings: LineSettings | None) -> ScanLine:
        return await opening(wanted.options(settings), clock.now)

    search = Search(wanted.steps, wanted.modbus, open_line, wanted.within)
    listening = _Listening(wanted)
    code, ended = _run(listening, search)
    if code is ExitCode.REFUSED and listening.heard:
        code = ExitCode.OK
    if arguments.json:
        told = found_as_json(
            search.found, wanted.where, heeds_no_unit=search.heeds_no_unit, ended=ended
        )
        told["unasked"] = streams_as_json(listening.heard)
        show(json.dumps(told, ensure_ascii=False))
        return code
    lines = streams_view(listening.heard)
    if search.found or not (listening.heard or code is ExitCode.UNREACHABLE):
        lines += found_view(search.found, wanted.where, heeds_no_unit=search.heeds_no_unit)
    if lines:
        show("\n".join(lines))
    return code


def _list_here(*, as_json: bool) -> int:
    ports, chips = serial_ports(), find_chips()
    if as_json:
        show(json.dumps(here_as_json(ports, chips), ensure_ascii=False))
    else:
        show("\n".join(here_view(ports, chips)))
    return ExitCode.OK


class _Listening:
    """Listens to the port, before anybody is asked.

    Attributes:
        heard: what came unasked.
    """

    def __init__(self, wanted: WantedSearch) -> None:
        self.heard: list[Stream] = []
        self._wanted = wanted

    async def run(self, ended: Callable[[], bool]) -> None:
        """Listen with each setting of the sensors that send by themselves.

        Raises:
            LineDownError: the port does not open, or was lost.
        """
        port, within = self._wanted.port, self._wanted.listen
        if port is None or not within:
            return
        listen = cast("Listen", importlib.import_module(DRIVERS[SERIAL].probe_module).listen)
        settings = stream_settings(self._wanted.serial, port)
        for each in settings[:1] if is_pseudo_terminal(port) else settings:
            if ended():
                return
            stream = stream_of(await listen(port, each, within), each, self._wanted.serial)
            if stream is not None:
                self.heard.append(stream)


def _run(listening: _Listening, search: Search) -> tuple[ExitCode, str]:
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
        await listening.run(lambda: stopped)
        if not any(stream.matches for stream in listening.heard):
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
