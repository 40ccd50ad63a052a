"""firegw read: one look at one detector, byte for byte, and what the gateway would make of it."""

import argparse
import asyncio
import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from drivers.bus import BusDetector, BusPlan, LineDownError
from drivers.device_words import Parity
from drivers.gpio.options import Contact, GpioBusOptions, GpioDetectorOptions
from drivers.modbus.data_model import REGISTERS, ByteOrder, DataType, Table, WordOrder
from drivers.modbus.device import ModbusPoint, ModbusProfile
from drivers.modbus.options import ModbusDetectorOptions
from drivers.probe import ReadOnce, Seen
from drivers.registry import DRIVERS
from drivers.serial.options import SerialBusOptions, SerialDetectorOptions
from gateway.cli.modbus_arguments import add_where, bus_options, setting_error, wrong
from gateway.cli.outcome import CommandError, ExitCode, complain, show
from gateway.cli.port_taken import refuse_port_of_gateway
from gateway.cli.profiles import add_profiles_argument, named_profile
from gateway.cli.read_view import Look, as_json, view
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.problem_view import problems_view
from gateway.reading_verdict import verdicts
from gateway.settings.bus_plans import bus_plans
from gateway.site_file import read_site
from gateway.text import say
from rules.instant import seconds
from rules.problem import InvalidSettingError
from rules.profile import CONTACT_RANGE, DetectorKind, Profile

NAME: Final = "read"
MOST_READ: Final = 125
READ_WITHIN_S: Final = 1.0
AD_HOC: Final = "ad-hoc"
VALUE: Final = "value"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a detector of a site, or where something stands."""
    parser.add_argument("site", metavar="SITE", nargs="?", help=say("argument.site-file"))
    parser.add_argument("detector", metavar="DETECTOR", nargs="?", help=say("argument.detector"))
    add_where(parser)
    parser.add_argument("--gpio", metavar="LINE", type=int, help=say("argument.read-gpio"))
    parser.add_argument("--chip", metavar="LABEL", help=say("argument.read-chip"))
    parser.add_argument("--profile", metavar="ID", help=say("argument.read-profile"))
    add_profiles_argument(parser)
    parser.add_argument("--baud", metavar="N", type=int, default=9600, help=say("argument.baud"))
    for option, words, default in (
        ("--parity", Parity, "none"),
        ("--table", Table, None),
        ("--type", DataType, None),
        ("--word-order", WordOrder, "big"),
        ("--byte-order", ByteOrder, "big"),
    ):
        name = option.removeprefix("--")
        known = ", ".join(words)
        help_ = f"{say(f'argument.{name}')}: {known}"
        choices = list(words)
        parser.add_argument(option, metavar="WORD", choices=choices, default=default, help=help_)
    parser.add_argument(
        "--stop-bits", metavar="N", type=int, default=1, help=say("argument.stop-bits")
    )
    parser.add_argument(
        "--within", metavar="S", type=float, default=READ_WITHIN_S, help=say("argument.within")
    )
    parser.add_argument("--unit", metavar="N", type=int, help=say("argument.unit"))
    parser.add_argument("--address", metavar="N", help=say("argument.address"))
    parser.add_argument("--count", metavar="N", type=int, help=say("argument.count"))
    for option, number in (("--bit", 0), ("--width", 1), ("--scale", 1.0), ("--offset", 0.0)):
        help_ = say(f"argument.{option.removeprefix('--')}")
        parser.add_argument(option, metavar="N", type=type(number), default=number, help=help_)
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Look, and show; 0 where there are values and nothing is wrong with them."""
    plan, driver = _plan(arguments)
    port = getattr(plan.options, "port", None)
    if port is not None:
        refuse_port_of_gateway(port)
    seen = _look(plan, driver)
    profile = plan.detectors[0].profile
    judged = () if profile.id == AD_HOC else verdicts(profile, seen.measurements)
    look = Look(plan=plan, seen=seen, verdicts=judged)
    if arguments.json:
        show(json.dumps(as_json(look), ensure_ascii=False))
    else:
        show("\n".join(view(look)))
    return ExitCode.OK if look.is_well else ExitCode.REFUSED


def _look(plan: BusPlan, driver: str) -> Seen:
    module = DRIVERS[driver].probe_module
    if not module:
        raise wrong(say("read.no-probe", driver=driver))
    read_once = cast("ReadOnce", importlib.import_module(module).read_once)
    clock = Clock(ClockSources(), boot_id=read_boot_id())

    async def look() -> Seen:
        return await read_once(plan, clock.now)

    try:
        return asyncio.run(look())
    except LineDownError as error:
        raise CommandError(ExitCode.UNREACHABLE, str(error)) from None


def _plan(arguments: argparse.Namespace) -> tuple[BusPlan, str]:
    """Give what is to be looked at, as the plan of a bus with one detector, and its driver."""
    ad_hoc = [arguments.port, arguments.host, arguments.gpio]
    given = sum(each is not None for each in ad_hoc)
    if arguments.site is not None and arguments.detector is not None and not given:
        return _of_site(Path(arguments.site), arguments.detector)
    if arguments.site is not None or given != 1:
        raise wrong(say("read.what"))
    try:
        return _ad_hoc(arguments)
    except InvalidSettingError as error:
        raise setting_error(error) from None


def _of_site(file: Path, name: str) -> tuple[BusPlan, str]:
    site = read_site(file)
    if site.settings is None:
        for line in problems_view(site.problems, site.texts):
            complain(line)
        raise wrong(say("read.site", file=file))
    for plan in bus_plans(site.settings):
        for detector in plan.detectors:
            if detector.id == name:
                alone = BusPlan(id=plan.id, options=plan.options, detectors=(detector,), outputs=())
                return alone, detector.profile.driver
    known = ", ".join(detector.id for detector in site.settings.detectors)
    raise wrong(say("read.no-detector", name=repr(name[:80]), known=known))


def _ad_hoc(arguments: argparse.Namespace) -> tuple[BusPlan, str]:
    if arguments.gpio is not None:
        gpio = GpioDetectorOptions(line=arguments.gpio, contact=Contact.NORMALLY_OPEN)
        profile = _profile("gpio", None)
        return _alone(GpioBusOptions(chip=arguments.chip), profile, gpio), "gpio"
    if arguments.profile is not None:
        profile = named_profile(arguments.profile, arguments.profiles)
        if profile.driver == "serial" and arguments.port is not None:
            port = SerialBusOptions(port=arguments.port)
            point = "any" if profile.device.lines is not None else ""
            return _alone(port, profile, SerialDetectorOptions(point=point)), "serial"
        if profile.driver != "modbus":
            raise wrong(say("read.other-driver", profile=profile.id, driver=profile.driver))
    else:
        profile = _profile("modbus", ModbusProfile(points=_points(arguments)))
    if arguments.unit is None:
        raise wrong(say("read.unit"))
    options = bus_options(
        arguments,
        baud=arguments.baud,
        parity=Parity(arguments.parity),
        stop_bits=arguments.stop_bits,
        within_s=arguments.within,
    )
    return _alone(options, profile, ModbusDetectorOptions(unit=arguments.unit)), "modbus"


def _points(arguments: argparse.Namespace) -> Mapping[str, ModbusPoint]:
    """Give the registers or bits asked for, each by its address, and the number that they make."""
    if arguments.table is None or arguments.address is None:
        raise wrong(say("read.table"))
    table, address = Table(arguments.table), _address(arguments.address)
    bits = table in (Table.COIL, Table.DISCRETE_INPUT)
    bare = DataType.BIT if bits else DataType.UINT16
    kind = None if arguments.type is None else DataType(arguments.type)
    count = arguments.count or (1 if kind is None else REGISTERS[kind])
    if not 1 <= count <= MOST_READ:
        raise wrong(say("read.count", most=MOST_READ))
    points = {
        f"{at}": ModbusPoint(table=table, address=at, type=bare)
        for at in range(address, address + count)
    }
    if kind is not None:
        points[VALUE] = ModbusPoint(
            table=table,
            address=address,
            type=kind,
            word_order=WordOrder(arguments.word_order),
            byte_order=ByteOrder(arguments.byte_order),
            bit=arguments.bit,
            width=arguments.width,
            scale=arguments.scale,
            offset=arguments.offset,
        )
    return points


def _address(text: str) -> int:
    """Read an address, decimal or as 0x66."""
    try:
        return int(text[:8], 0)
    except ValueError:
        raise wrong(say("read.address", address=repr(text[:20]))) from None


def _profile(driver: str, device: object) -> Profile:
    return Profile(
        id=AD_HOC,
        name=AD_HOC,
        driver=driver,
        kind=DetectorKind.SENSOR,
        source="",
        quantities={"contact": CONTACT_RANGE},
        device=device,
    )


def _alone(options: object, profile: Profile, detector: object) -> BusPlan:
    alone = BusDetector(
        id=profile.id, profile=profile, every=seconds(1), alarm=False, options=detector
    )
    return BusPlan(id="line", options=options, detectors=(alone,), outputs=())
