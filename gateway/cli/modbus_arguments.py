"""Where Modbus devices are to be asked, as a person types it: a port or a host."""

import argparse
from typing import Final

from drivers.device_words import Parity
from drivers.modbus.options import Framing, ModbusBusOptions
from gateway.cli.outcome import CommandError, ExitCode
from gateway.text import say
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

LONGEST_SHOWN: Final = 80
TCP_PORT: Final = 502


def add_where(parser: argparse.ArgumentParser) -> None:
    """Add --port and --host, and how a TCP host frames."""
    parser.add_argument("--port", metavar="PATH", help=say("argument.modbus-port"))
    parser.add_argument("--host", metavar="HOST[:PORT]", help=say("argument.modbus-host"))
    parser.add_argument("--rtu", action="store_true", help=say("argument.modbus-rtu"))


def bus_options(
    arguments: argparse.Namespace, *, baud: int, parity: Parity, stop_bits: int, within_s: float
) -> ModbusBusOptions:
    """Make the options of the bus that a person names.

    Raises:
        CommandError: it is named wrongly, twice, or not at all.
    """
    if (arguments.port is None) == (arguments.host is None):
        raise wrong(say("read.where"))
    try:
        reply_within = Duration(seconds(within_s)) if 0 <= within_s <= 3600 else Duration(0)
        if arguments.port is not None:
            return ModbusBusOptions(
                port=arguments.port,
                baud=baud,
                parity=parity,
                stop_bits=stop_bits,
                reply_within=reply_within,
            )
        host, tcp_port = endpoint(arguments.host)
        return ModbusBusOptions(
            host=host,
            tcp_port=tcp_port,
            framing=Framing.RTU if arguments.rtu else Framing.TCP,
            reply_within=reply_within,
        )
    except InvalidSettingError as error:
        raise setting_error(error) from None


def endpoint(text: str) -> tuple[str, int]:
    """Read HOST, HOST:PORT, or [IPv6]:PORT.

    Raises:
        CommandError: it is none of them.
    """
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or (text.count(":") > 1 and not host.endswith("]")):
        host, port = text, str(TCP_PORT)
    if not host.strip("[]") or not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise wrong(say("read.host", host=repr(text[:LONGEST_SHOWN])))
    return host.strip("[]"), int(port)


def setting_error(error: InvalidSettingError) -> CommandError:
    """Say what is wrong with an option, by its name."""
    option = f"--{error.field.replace('_', '-')}"
    hint = f" ({error.hint})" if error.hint else ""
    return wrong(f"{option}: {error.what}{hint}")


def wrong(text: str) -> CommandError:
    """Make the error of wrong usage."""
    return CommandError(ExitCode.BAD_INPUT, text)
