"""firegw simulate device: any profile as a device that can be asked, without the device."""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.cli.profiles import add_profiles_argument, named_profile
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.number_list import numbers_in
from gateway.simulation.modbus_unit import Devices
from gateway.simulation.modbus_wire import Host, Terminal
from gateway.simulation.orders import PlayedDevice
from gateway.simulation.played_modbus import PlayedModbus
from gateway.simulation.played_serial import played_serial
from gateway.simulation.service import PlayedWire, Said, Service
from gateway.simulation.wanted import LONGEST_SHOWN, PlayError
from gateway.text import say
from rules.instant import in_seconds
from rules.profile import Profile

SHORTEST_S, LONGEST_S = 0.01, 60.0
LOWEST_UNIT, HIGHEST_UNIT = 1, 255
MOST_CHANNELS: Final = 256
SLOWEST, FASTEST = 300, 1_000_000
SET: Final = re.compile(r"(?:([0-9]{1,3}):)?([^=:@]{1,60})(?:@([0-9]{1,3}))?=(.{1,80})")

Played = tuple[dict[int, PlayedDevice], PlayedWire]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is played, where, and what it measures at first."""
    parser.add_argument("names", metavar="PROFILE", nargs="+", help=say("argument.play-profile"))
    add_profiles_argument(parser)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port-link", metavar="PATH", help=say("argument.port-link"))
    where.add_argument("--tcp", metavar="HOST:PORT", help=say("argument.play-tcp"))
    parser.add_argument("--rtu", action="store_true", help=say("argument.play-rtu"))
    parser.add_argument("--unit", metavar="N", nargs="+", help=say("argument.play-unit"))
    parser.add_argument(
        "--channels", metavar="N", type=int, default=1, help=say("argument.play-channels")
    )
    parser.add_argument("--baud", metavar="N", type=int, help=say("argument.play-baud"))
    parser.add_argument(
        "--every", metavar="S", type=float, default=1.0, help=say("argument.play-every")
    )
    parser.add_argument(
        "--set",
        metavar="QUANTITY=VALUE",
        dest="values",
        nargs="+",
        default=[],
        help=say("argument.play-set"),
    )
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end."""
    profiles = [named_profile(name, arguments.profiles) for name in arguments.names]
    for profile in profiles:
        if profile.driver not in PLAYED:
            raise _wrong(say("play.no-driver", profile=profile.id, driver=profile.driver))
    if len({profile.driver for profile in profiles}) > 1:
        raise _wrong(say("play.two-drivers"))
    devices, wire = PLAYED[profiles[0].driver](profiles, arguments)
    _set_values(arguments.values, devices)
    names = ", ".join(
        say("play.unit", unit=unit, profile=device.name) for unit, device in devices.items()
    )
    where = arguments.port_link or arguments.tcp
    try:
        asyncio.run(_serve(devices, wire, say("play.ready", names=names), arguments.json))
    except OSError as error:
        detail = error.strerror or str(error)
        raise _wrong(say("play.no-wire", where=where, detail=detail)) from None
    return ExitCode.OK


async def _serve(
    devices: dict[int, PlayedDevice], wire: PlayedWire, greeting: str, as_json: bool
) -> None:
    tell = _tell_as_json if as_json else _tell
    await Service(devices, wire, tell).run(sys.stdin.fileno(), greeting)


def _play_modbus(profiles: list[Profile], arguments: argparse.Namespace) -> Played:
    if not 1 <= arguments.channels <= MOST_CHANNELS:
        raise _wrong(say("play.channels", most=MOST_CHANNELS))
    if arguments.baud is not None and not SLOWEST <= arguments.baud <= FASTEST:
        raise _wrong(say("play.baud", least=SLOWEST, most=FASTEST))
    units = _units(profiles, arguments.unit)
    if len(profiles) == 1:
        profiles = profiles * len(units)
    elif len(profiles) != len(units):
        raise _wrong(say("play.as-many-units", profiles=len(profiles), units=len(units)))
    played = {
        unit: PlayedModbus(profile, arguments.channels)
        for unit, profile in zip(units, profiles, strict=True)
    }
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    devices = Devices(
        {unit: device.unit for unit, device in played.items()}, lambda: in_seconds(clock.now())
    )
    wire: PlayedWire
    if arguments.port_link is not None:
        wire = Terminal(devices, Path(arguments.port_link), arguments.baud)
    else:
        wire = Host(devices, *_endpoint(arguments.tcp), rtu=arguments.rtu)
    return dict(played), wire


def _play_serial(profiles: list[Profile], arguments: argparse.Namespace) -> Played:
    if len(profiles) > 1 or arguments.port_link is None:
        raise _wrong(say("play.one-on-a-port"))
    if not SHORTEST_S <= arguments.every <= LONGEST_S:
        raise _wrong(say("play.every", least=SHORTEST_S, most=LONGEST_S))
    device, port = played_serial(profiles[0], Path(arguments.port_link), arguments.every)
    return {LOWEST_UNIT: device}, port


PLAYED: Final[dict[str, Callable[[list[Profile], argparse.Namespace], Played]]] = {
    "modbus": _play_modbus,
    "serial": _play_serial,
}


def _units(profiles: list[Profile], given: list[str] | None) -> list[int]:
    """Give the units: those asked for, else those of the makers, else the next free ones."""
    if given is not None:
        try:
            return numbers_in(",".join(given), least=LOWEST_UNIT, most=HIGHEST_UNIT)
        except ValueError as error:
            raise _wrong(f"--unit: {error}") from None
    units: list[int] = []
    for profile in profiles:
        delivered = profile.device.as_delivered
        wanted = delivered.unit if delivered is not None else None
        free = (unit for unit in range(LOWEST_UNIT, HIGHEST_UNIT + 1) if unit not in units)
        units.append(wanted if wanted is not None and wanted not in units else next(free))
    return units


def _endpoint(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port[:6]) > 0xFFFF:
        raise _wrong(say("play.endpoint", endpoint=repr(text[:LONGEST_SHOWN])))
    return host.strip("[]"), int(port)


def _set_values(values: list[str], devices: dict[int, PlayedDevice]) -> None:
    for written in values:
        match = SET.fullmatch(written)
        if match is None:
            raise _wrong(say("play.no-set", value=repr(written[:LONGEST_SHOWN])))
        unit, quantity, channel, value = match.groups()
        if unit is not None and int(unit) not in devices:
            known = ", ".join(map(str, devices))
            raise _wrong(say("play.no-unit-number", unit=unit, known=known))
        for number, device in devices.items():
            if unit is None or number == int(unit):
                try:
                    device.measure(quantity, value.strip(), int(channel or 0))
                except PlayError as error:
                    raise _wrong(str(error)) from None


def _tell(said: Said) -> None:
    if not said.ok:
        complain(said.text)
    elif said.place is None:
        show(said.text)
    else:
        show(say("play.at", place=said.place, text=said.text))
    _flush()


def _tell_as_json(said: Said) -> None:
    if said.place is not None:
        show(json.dumps({"ready": True, "port": said.place, "text": said.text}, ensure_ascii=False))
    else:
        key = "text" if said.ok else "error"
        show(json.dumps({"ok": said.ok, key: said.text}, ensure_ascii=False))
    _flush()


def _flush() -> None:
    """Let whoever reads through a pipe see each line at once; where he is gone, serve on."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()


def _wrong(text: str) -> CommandError:
    return CommandError(ExitCode.BAD_INPUT, text)
