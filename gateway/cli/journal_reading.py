"""What the subcommands of `firegw journal` have in common: reading beside a running gateway."""

import argparse
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from gateway.cli.outcome import CommandError, ExitCode
from gateway.journal.file import is_damage
from gateway.journal.reader import JournalReader, JournalUnreadableError
from gateway.journal.tables import read_schema
from gateway.state_directory import DEFAULT as STATE_DIRECTORY
from gateway.text import say

DEFAULT: Final = STATE_DIRECTORY / "journal.db"

OLDEST_SCHEMA: Final = 2
"""A journal of an earlier one knows no signatures; the gateway brings it up to date."""

T = TypeVar("T")


def add_journal_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --journal."""
    parser.add_argument(
        "--journal",
        metavar="FILE",
        type=Path,
        default=DEFAULT,
        help=say("argument.journal", default=DEFAULT),
    )


@contextmanager
def opened(path: Path) -> Iterator[JournalReader]:
    """Give a reader of the journal; what keeps it from being read ends the command in a line.

    A damaged file is an answer, and not a good one; all else is a wrong file.
    """
    try:
        if not path.is_file():
            raise CommandError(ExitCode.BAD_INPUT, say("journal.none", path=path))
        if not os.access(path, os.R_OK):
            raise CommandError(ExitCode.DENIED, say("journal.denied", path=path))
    except OSError:  # not even its folder may be looked into
        raise CommandError(ExitCode.DENIED, say("journal.denied", path=path)) from None
    reader = JournalReader(path)
    try:
        schema = reader.ask(read_schema)
        if schema < OLDEST_SCHEMA:
            raise CommandError(ExitCode.BAD_INPUT, say("journal.old", path=path, schema=schema))
        yield reader
    except JournalUnreadableError as error:
        damaged = error.__cause__ is not None and is_damage(error.__cause__)
        code = ExitCode.REFUSED if damaged else ExitCode.BAD_INPUT
        raise CommandError(code, str(error)) from None
    finally:
        reader.close()


def asked(path: Path, question: Callable[[sqlite3.Connection], T]) -> T:
    """Give the answer to one question."""
    with opened(path) as reader:
        return reader.ask(question)
