"""firegw centre: the reference receiver, and what it knows."""

import argparse
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from gateway.centre.centre import Centre, CentreOptions, Stop, gateways_filter
from gateway.centre.news import Happened, News, line_of
from gateway.centre.status_reader import NoDatabaseError, read_status
from gateway.centre.status_view import view
from gateway.centre.store import Store, StoreError
from gateway.cli.broker_options import add_broker_arguments, broker_options
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.clock import Clock, ClockSources, read_boot_id
from gateway.device_key import DeviceKeyError, read_or_make_key
from gateway.journal.file import JournalRefusedError
from gateway.log import set_up
from gateway.messages.parts import utc_time
from gateway.settings.model import check_topic_word
from gateway.signature import PrivateKey
from gateway.text import say, spoken
from rules.problem import InvalidSettingError

NAME = "centre"
RUN, STATUS = "run", "status"
DATABASE: Final = Path("centre.db")
SIGNING_KEY: Final = Path("centre.key")
NS_PER_MS: Final = 1_000_000
LEVELS: Final = 5  # of pccc/v1/PROVINCE/SITE/GATEWAY


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do, and where the broker, the database and the key are."""
    parser.add_argument(
        "what", nargs="?", choices=(RUN, STATUS), default=RUN, help=say("argument.centre-what")
    )
    parser.add_argument(
        "--database",
        metavar="FILE",
        type=Path,
        default=DATABASE,
        help=say("argument.centre-database", default=DATABASE),
    )
    parser.add_argument("--json", action="store_true", help=say("argument.json"))
    parser.add_argument("--centre", metavar="ID", help=say("argument.centre-id"))
    parser.add_argument(
        "--signing-key",
        metavar="FILE",
        type=Path,
        default=SIGNING_KEY,
        help=say("argument.centre-signing-key", default=SIGNING_KEY),
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--province", metavar="CODE", help=say("argument.centre-province"))
    which.add_argument("--topic-prefix", metavar="FILTER", help=say("argument.centre-prefix"))
    parser.add_argument("--share", metavar="NAME", help=say("argument.centre-share"))
    parser.add_argument("--client-id", metavar="ID", help=say("argument.centre-client-id"))
    parser.add_argument("--no-resend", action="store_true", help=say("argument.centre-no-resend"))
    add_broker_arguments(parser, required=False)


def run(arguments: argparse.Namespace) -> int:
    """Receive until told to stop, or show what was received."""
    return _status(arguments) if arguments.what == STATUS else _run(arguments)


def _status(arguments: argparse.Namespace) -> int:
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    try:
        status = read_status(arguments.database, clock.read().wall_ns // NS_PER_MS)
    except NoDatabaseError as error:
        raise CommandError(ExitCode.BAD_INPUT, str(error)) from error
    if arguments.json:
        show(msgspec.json.encode(status).decode())
    else:
        here = datetime.now(UTC).astimezone().tzinfo or UTC
        show("\n".join(view(status, spoken(), here)))
    return ExitCode.OK


def _run(arguments: argparse.Namespace) -> int:
    options = _options(arguments)
    stop = Stop()
    stop.listen()
    clock = Clock(ClockSources(), boot_id=read_boot_id())
    set_up(clock.now, os.environ)
    key = _key(arguments.signing_key)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # each line is news, also through a pipe
    tell = _tell_json if arguments.json else _tell
    try:
        store = Store(arguments.database)
    except (StoreError, JournalRefusedError) as error:
        raise CommandError(ExitCode.BAD_INPUT, str(error)) from error
    try:
        if arguments.json:
            at = utc_time(clock.read().wall_ns)
            tell(News(happened=Happened.STARTED, at=at, detail=key.public.text))
        else:
            show(say("centre.key", id=options.id, key=key.public.text))
        Centre(options, store, key, clock=clock, tell=tell, stop=stop).run()
    finally:
        store.close()
    return ExitCode.OK


def _options(arguments: argparse.Namespace) -> CentreOptions:
    if arguments.broker is None or arguments.centre is None:
        raise _wrong(say("centre.needs"))
    for option in ("centre", "share", "client_id"):
        word, name = getattr(arguments, option), f"--{option.replace('_', '-')}"
        try:
            if word is not None:
                check_topic_word(name, word)
        except InvalidSettingError as error:
            raise _wrong(f"{name}: {error}") from error
    if arguments.share is not None and arguments.client_id is None:
        raise _wrong(say("centre.share-needs"))
    return CentreOptions(
        id=arguments.centre,
        broker=broker_options(arguments),
        client_id=arguments.client_id or arguments.centre,
        gateways=_gateways(arguments),
        share=arguments.share,
        resends=not arguments.no_resend,
    )


def _gateways(arguments: argparse.Namespace) -> str:
    province, prefix = arguments.province, arguments.topic_prefix
    if province is not None and not (
        province.isascii() and province.isdigit() and len(province) == 2
    ):
        raise _wrong(say("centre.province", province=repr(province)))
    if prefix is None:
        return gateways_filter(province)
    levels = prefix.split("/")
    if len(levels) != LEVELS or levels[:2] != ["pccc", "v1"] or "#" in prefix or "" in levels:
        raise _wrong(say("centre.prefix", prefix=repr(prefix)))
    return str(prefix)


def _key(file: Path) -> PrivateKey:
    try:
        return read_or_make_key(file)
    except DeviceKeyError as error:
        raise _wrong(str(error)) from error


def _tell(news: News) -> None:
    show(line_of(news, spoken()))


def _tell_json(news: News) -> None:
    show(msgspec.json.encode(news).decode())


def _wrong(text: str) -> CommandError:
    return CommandError(ExitCode.BAD_INPUT, text)
