"""firegw journal verify: whether a journal is whole, and who vouches for it."""

import argparse
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from gateway.cli.journal_reading import add_journal_arguments, asked
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.control.layout import wrapped
from gateway.device_key import FILE_NAME, DeviceKeyError, read_key
from gateway.journal.verification import Head, Verified, verify
from gateway.signature import PublicKey, public_key
from gateway.text import say

HEAD: Final = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the journal, and what is known of it from elsewhere."""
    add_journal_arguments(parser)
    parser.add_argument("--head", metavar="NUMBER:HASH", help=say("argument.journal-head"))
    parser.add_argument(
        "--key", metavar="KEY", action="append", default=[], help=say("argument.journal-key")
    )
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Verify; 0 where the journal is whole."""
    path: Path = arguments.journal
    expected = _expected(arguments.key, path.parent)
    head = None if arguments.head is None else _read_head(arguments.head)
    verified = asked(path, partial(verify, expected=expected, head=head))
    if arguments.json:
        show(json.dumps(_as_json(path, verified, expected), ensure_ascii=False))
    else:
        for text in _lines(path, verified, expected):
            for line in wrapped(text):
                show(line)
    return ExitCode.OK if verified.finding is None else ExitCode.REFUSED


def _expected(keys: list[str], state_directory: Path) -> tuple[PublicKey, ...]:
    """Give the keys that are named, else this unit's own where it may be read."""
    try:
        named = tuple(public_key(key) for key in keys)
    except ValueError as error:
        raise CommandError(ExitCode.BAD_INPUT, f"--key: {error}") from None
    if named:
        return named
    try:
        return (read_key(state_directory / FILE_NAME).public,)
    except (FileNotFoundError, DeviceKeyError):
        return ()  # only its owner may read it; a copy of a journal has none beside it


def _read_head(text: str) -> Head:
    match = HEAD.fullmatch(text.strip())
    if match is None:
        raise CommandError(ExitCode.BAD_INPUT, say("journal.wrong-head", text=repr(text)))
    return Head(int(match[1]), bytes.fromhex(match[2]))


def _lines(path: Path, verified: Verified, expected: tuple[PublicKey, ...]) -> Iterator[str]:
    finding = verified.finding
    if finding is None:
        yield say("journal.whole", path=path)
    else:
        what = say(f"journal.flaw.{finding.flaw}", number=finding.number)
        yield say("journal.broken", path=path, number=finding.number, what=what)
    yield say("journal.records", count=verified.records, gone=verified.gone, stubs=verified.stubs)
    yield say("journal.head", number=verified.last, hash=verified.last_hash.hex())
    if verified.head_has_gone:
        yield say("journal.head-gone")
    yield say(
        "journal.checkpoints", count=verified.checkpoints, number=verified.vouched_upto or "-"
    )
    known = {key.text for key in expected}
    for key, times in verified.keys.items():
        word = "unnamed" if not known else "expected" if key in known else "unexpected"
        yield say(f"journal.key-{word}", key=key, times=times)
    if not known:
        yield say("journal.no-key")


def _as_json(path: Path, verified: Verified, expected: tuple[PublicKey, ...]) -> dict[str, Any]:
    finding, known = verified.finding, {key.text for key in expected}
    return {
        "journal": str(path),
        "whole": finding is None,
        "flaw": None if finding is None else finding.flaw,
        "at_number": None if finding is None else finding.number,
        "records": verified.records,
        "gone": verified.gone,
        "stubs": verified.stubs,
        "last_number": verified.last,
        "last_hash": verified.last_hash.hex(),
        "head_has_gone": verified.head_has_gone,
        "checkpoints": verified.checkpoints,
        "newest_checkpoint": verified.vouched_upto or None,
        "keys": [
            {"key": key, "signed": times, "expected": key in known if known else None}
            for key, times in verified.keys.items()
        ],
    }
