"""firegw journal export: records as lines of JSON, for other programs."""

import argparse
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from gateway.cli.journal_reading import add_journal_arguments, opened
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.journal.exported import LARGEST_NUMBER, Exported, Selection, exported
from gateway.messages.parts import utc_time
from gateway.record import ClockQuality
from gateway.text import say
from rules.condition import Lane

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the journal, and which of its records."""
    add_journal_arguments(parser)
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument(
        "--from", metavar="NUMBER", dest="first", type=int, help=say("argument.export-from")
    )
    begin.add_argument("--since", metavar="TIME", help=say("argument.export-since"))
    parser.add_argument(
        "--to", metavar="NUMBER", dest="last", type=int, help=say("argument.export-to")
    )
    parser.add_argument("--lane", choices=[*map(str, Lane)], help=say("argument.export-lane"))
    parser.add_argument("--json", action="store_true", help=say("argument.json-anyway"))


def run(arguments: argparse.Namespace) -> int:
    """Print the records, one a line."""
    selection = Selection(
        first=1 if arguments.first is None else _numbered(arguments.first),
        last=LARGEST_NUMBER if arguments.last is None else _numbered(arguments.last),
        lane=None if arguments.lane is None else Lane(arguments.lane),
        since_ns=None if arguments.since is None else _nanoseconds(arguments.since),
    )
    with opened(arguments.journal) as reader:
        for record in exported(reader.ask, selection):
            show(json.dumps(_as_json(record), ensure_ascii=False))
    return ExitCode.OK


def _numbered(number: int) -> int:
    if not 0 < number <= LARGEST_NUMBER:
        raise CommandError(ExitCode.BAD_INPUT, say("journal.wrong-number", number=number))
    return number


def _nanoseconds(text: str) -> int:
    """Read a time with its zone, as RFC 3339 has it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901  without a zone, and so refused below
    if moment.tzinfo is None:
        raise CommandError(ExitCode.BAD_INPUT, say("journal.wrong-time", text=repr(text)))
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def _as_json(record: Exported) -> dict[str, Any]:
    """Give a record as JSON: whole numbers that JSON's readers round are text, as in messages."""
    return {
        "number": record.number,
        "epoch": record.epoch,
        "lane": record.lane,
        "seq": record.seq,
        "kind": record.kind,
        "time": _time_of(record),
        "clock": record.clock,
        "boot": record.boot_id,
        "monotonicns": str(record.monotonic_ns),
        "wallns": str(record.wall_ns),
        "delivered": record.delivered,
        **_body_of(record.body),
        "previous_hash": record.previous_hash.hex(),
        "hash": record.hash.hex(),
    }


def _time_of(record: Exported) -> str | None:
    """Date it by its own clock, else by what its boot learned later, if it has."""
    if record.clock != ClockQuality.UNKNOWN:
        return utc_time(record.wall_ns)
    return None if record.offset_ns is None else utc_time(record.monotonic_ns + record.offset_ns)


def _body_of(body: bytes) -> dict[str, str]:
    """Give the body as it was hashed: to the byte."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": b64encode(body).decode()}
