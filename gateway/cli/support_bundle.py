"""firegw support-bundle: what a maker needs to help, in one file, without secrets."""

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from gateway.cli.doctor import add_places, asked_by
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.control.layout import clean, wrapped
from gateway.doctor.bundle import NEVER, Bundle, gather
from gateway.doctor.patient import Patient
from gateway.text import say

NAME: Final = "support-bundle"
MODE: Final = 0o600
BY_ITSELF: Final = "gateway"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file to make, and where things lie."""
    parser.add_argument(
        "file", metavar="FILE", type=Path, nargs="?", help=say("argument.bundle-file")
    )
    add_places(parser)
    parser.add_argument("--offline", action="store_true", help=say("argument.doctor-offline"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Gather, write, and say what is in it."""
    patient = Patient(asked_by(arguments, offline=arguments.offline))
    file = arguments.file or _named(patient)
    with _Made(file) as made:
        bundle = gather(patient)
        made.write(bundle.packed)
    if arguments.json:
        told = {
            "file": str(file),
            "bytes": len(bundle.packed),
            "holds": bundle.holds,
            "lacks": bundle.lacks,
        }
        show(json.dumps(told, ensure_ascii=False))
    else:
        for line in _lines(file, bundle):
            show(line)
    return ExitCode.OK


def _named(patient: Patient) -> Path:
    gateway = BY_ITSELF if patient.settings is None else patient.settings.gateway.id
    return Path(f"{gateway}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz")


class _Made:
    """A new file that is whole or not there, and nobody else's to read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._is_whole = False

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        try:
            self._descriptor = os.open(self._file, flags, MODE)
        except FileExistsError:
            raise CommandError(
                ExitCode.BAD_INPUT, say("bundle.exists", file=clean(str(self._file)))
            ) from None
        except OSError as error:
            raise self._failed(error) from None
        return self

    def write(self, data: bytes) -> None:
        """Write all of it."""
        try:
            with os.fdopen(os.dup(self._descriptor), "wb") as opened:
                opened.write(data)
        except OSError as error:
            raise self._failed(error) from None
        self._is_whole = True

    def __exit__(self, *failure: object) -> None:
        os.close(self._descriptor)
        if not self._is_whole:
            self._file.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> CommandError:
        text = say("bundle.unwritable", file=clean(str(self._file)), why=error.strerror)
        return CommandError(ExitCode.BAD_INPUT, text)


def _lines(file: Path, bundle: Bundle) -> list[str]:
    size = max(1, len(bundle.packed) // 1000)
    lines = wrapped(say("bundle.written", file=file, size=size))
    lines += [say("bundle.holds"), *wrapped(", ".join(bundle.holds), "  ", "")]
    lines.append(say("bundle.lacks"))
    for each in (*bundle.lacks, *(say(f"bundle.never.{each}") for each in NEVER)):
        lines += wrapped(each, "  ")
    return [*lines, *wrapped(say("bundle.hidden"))]
