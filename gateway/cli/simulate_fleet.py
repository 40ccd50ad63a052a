"""firegw simulate fleet: many gateways at once, to try a centre and its broker."""

import argparse
import asyncio
import os
from typing import Final

import msgspec

from gateway.backoff import Backoff
from gateway.cli.broker_options import add_broker_arguments, broker_options
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.fleet.figures import figures_view
from gateway.fleet.fleet import FleetPlan, play
from gateway.fleet.played_gateway import FleetAccess
from gateway.log import set_up
from gateway.signature import PublicKey, public_key
from gateway.text import say, spoken
from gateway.uplink.dial import Endpoint
from rules.instant import Duration, seconds

LONGEST_AGAIN: Final = seconds(3600)
DAY_S: Final = 86_400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how many, what they do, and where the broker is."""
    parser.add_argument(
        "--gateways", metavar="N", type=int, default=1, help=say("argument.fleet-gateways")
    )
    parser.add_argument(
        "--province",
        metavar="CODE",
        default="33",
        help=say("argument.fleet-province", default="33"),
    )
    for option, default, text in (
        ("--heartbeat-every", 60.0, "argument.fleet-heartbeat"),
        ("--within", 10.0, "argument.fleet-within"),
        ("--patience", 120.0, "argument.fleet-patience"),
        ("--again", 60.0, "argument.fleet-again"),
    ):
        help_ = say(text, default=f"{default:g}")
        parser.add_argument(option, metavar="S", type=float, default=default, help=help_)
    parser.add_argument("--lasts", metavar="S", type=float, help=say("argument.fleet-lasts"))
    parser.add_argument(
        "--alarms", metavar="M", type=int, default=0, help=say("argument.fleet-alarms")
    )
    parser.add_argument("--centre-key", metavar="KEY", help=say("argument.fleet-centre-key"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))
    add_broker_arguments(parser, required=True)


def run(arguments: argparse.Namespace) -> int:
    """Play; 0 where all that was published was acknowledged."""
    plan, access = _plan(arguments), _access(arguments)
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    set_up(clock.now, os.environ)
    figures = asyncio.run(play(plan, access, clock))
    if arguments.json:
        show(msgspec.json.encode(figures).decode())
    else:
        show("\n".join(figures_view(figures, spoken())))
    return ExitCode.REFUSED if figures.unacknowledged else ExitCode.OK


def _plan(arguments: argparse.Namespace) -> FleetPlan:
    _check("--gateways", arguments.gateways, 1, 2000)
    _check("--alarms", arguments.alarms, 0, 1_000_000)
    province = arguments.province
    if not (province.isascii() and province.isdigit() and len(province) == 2):
        raise _wrong(say("centre.province", province=repr(province)))
    return FleetPlan(
        gateways=arguments.gateways,
        province=province,
        alarms=arguments.alarms,
        within=_seconds("--within", arguments.within, 0),
        lasts=None if arguments.lasts is None else _seconds("--lasts", arguments.lasts, 0),
        patience=_seconds("--patience", arguments.patience, 0),
    )


def _access(arguments: argparse.Namespace) -> FleetAccess:
    broker = broker_options(arguments)
    keys = [] if arguments.centre_key is None else [_key(arguments.centre_key)]
    return FleetAccess(
        endpoint=Endpoint(host=broker.host, port=broker.port, make_tls=broker.make_tls),
        username=broker.username,
        password=broker.password,
        centre_keys={key.id: key for key in keys},
        heartbeat_every=_seconds("--heartbeat-every", arguments.heartbeat_every, 1),
        again=Backoff(_seconds("--again", arguments.again, 1), LONGEST_AGAIN),
    )


def _key(text: str) -> PublicKey:
    try:
        return public_key(text)
    except ValueError as error:
        raise _wrong(f"--centre-key: {error}") from error


def _seconds(option: str, value: float, least: float) -> Duration:
    most = LONGEST_AGAIN // seconds(1) if option == "--again" else DAY_S
    _check(option, value, least, most)
    return seconds(value)


def _check(option: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        values = {"value": f"{value:g}", "least": f"{least:g}", "most": f"{most:g}"}
        raise _wrong(say("fleet.number", option=option, **values))


def _wrong(text: str) -> CommandError:
    return CommandError(ExitCode.BAD_INPUT, text)
