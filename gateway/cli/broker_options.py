"""The options that name a broker, of the commands that speak with one for themselves."""

import argparse
from functools import partial
from pathlib import Path
from typing import Final

from gateway.broker_login import BrokerLogin
from gateway.cli.outcome import CommandError, ExitCode
from gateway.settings.model import LOOPBACK, Tls
from gateway.text import say
from gateway.uplink.credentials import CredentialsError, check_private, tls_context

TLS_PORT: Final = 8883
PLAIN_PORT: Final = 1883


def add_broker_arguments(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add them."""
    parser.add_argument(
        "--broker", metavar="HOST[:PORT]", required=required, help=say("argument.broker")
    )
    parser.add_argument("--ca", metavar="FILE", help=say("argument.broker-ca"))
    parser.add_argument("--certificate", metavar="FILE", help=say("argument.broker-certificate"))
    parser.add_argument("--key", metavar="FILE", help=say("argument.broker-key"))
    parser.add_argument("--username", metavar="NAME", help=say("argument.broker-username"))
    parser.add_argument(
        "--password-file", metavar="FILE", type=Path, help=say("argument.broker-password-file")
    )
    parser.add_argument("--insecure", action="store_true", help=say("argument.broker-insecure"))


def broker_options(arguments: argparse.Namespace) -> BrokerLogin:
    """Read them.

    Plain text is spoken towards loopback, unless authorities or a certificate are named, and
    elsewhere only with --insecure.
    """
    host, port = _address(arguments.broker)
    if (arguments.certificate is None) != (arguments.key is None):
        raise _wrong(say("broker.pair"))
    if arguments.password_file is not None and arguments.username is None:
        raise _wrong(say("broker.username"))
    names_tls = arguments.ca is not None or arguments.certificate is not None
    if arguments.insecure and names_tls:
        raise _wrong(say("broker.either"))
    is_plain = not names_tls and (arguments.insecure or host in LOOPBACK)
    tls = Tls(ca=arguments.ca, certificate=arguments.certificate, key=arguments.key)
    options = BrokerLogin(
        host=host,
        port=port or (PLAIN_PORT if is_plain else TLS_PORT),
        make_tls=None if is_plain else partial(tls_context, tls),
        username=arguments.username,
        password_file=arguments.password_file,
    )
    _look_at_files(options)
    return options


def _address(text: str) -> tuple[str, int | None]:
    """Take HOST:PORT apart; an IPv6 address with a port stands in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or (host.count(":") and not host.startswith("[")):
        host, port = text, ""
    host = host.removeprefix("[").removesuffix("]")
    if not host or (port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535)):
        raise _wrong(say("broker.address", address=repr(text)))
    return host, int(port) if port else None


def _look_at_files(options: BrokerLogin) -> None:
    """See at once whether the files can be used: they are read anew at each connection."""
    try:
        if options.make_tls is not None:
            options.make_tls()
        if options.password_file is not None:
            check_private(options.password_file)
    except CredentialsError as error:
        raise _wrong(str(error)) from error


def _wrong(text: str) -> CommandError:
    return CommandError(ExitCode.BAD_INPUT, text)
