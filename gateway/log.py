"""The gateway's own log: one line a record on standard error, key=value, for people and grep.

Modules log with the standard library (`logging.getLogger(__name__)`) and name what a line is about
in `extra`: every key there becomes a field, and two have a meaning of their own: `part` (the bus,
path or part of the gateway) and `once_an_hour` (a key: lines with the same one are held back for an
hour after it was told). A line is always one line, so that nothing from a wire can forge another.
Values never hold secrets; a field whose name sounds like one is masked all the same.
"""

import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TextIO

from gateway.repetition import Repetition
from rules.instant import Instant

OWN: Final = ("gateway", "drivers", "rules")
STANDARD_FIELDS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
SECRET: Final = re.compile("password|secret|token|private", re.IGNORECASE)
PLAIN: Final = re.compile(r"[^\s\"=\\]+")
LONGEST_VALUE: Final = 8_000  # characters: a traceback fits; journald cuts lines at 48 KiB

PRIORITIES: Final[Mapping[int, int]] = {
    logging.CRITICAL: 2,
    logging.ERROR: 3,
    logging.WARNING: 4,
    logging.INFO: 6,
    logging.DEBUG: 7,
}  # of syslog, sd-daemon(3)


def quoted(value: object) -> str:
    """Write a value as logfmt has it: bare where it can be, else quoted with escapes."""
    text = str(value)
    if len(text) > LONGEST_VALUE:
        text = text[:LONGEST_VALUE] + "…"
    if PLAIN.fullmatch(text) and text.isprintable():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(map(_printable, escaped)) + '"'


def _printable(letter: str) -> str:
    if letter == "\n":
        return "\\n"
    return letter if letter.isprintable() else f"\\u{ord(letter):04x}"


class LogfmtFormatter(logging.Formatter):
    """Makes the line; with a priority in front for journald, with the time for anybody else."""

    def __init__(self, *, journald: bool) -> None:
        super().__init__()
        self._journald = journald

    def format(self, record: logging.LogRecord) -> str:
        """Make one line of a record."""
        fields = self._fields(record)
        line = " ".join(f"{name}={quoted(value)}" for name, value in fields.items())
        if self._journald:
            return f"<{PRIORITIES.get(record.levelno, PRIORITIES[logging.INFO])}>{line}"
        return line

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        fields: dict[str, object] = {}
        if not self._journald:
            moment = datetime.fromtimestamp(record.created, UTC)
            fields["time"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fields["level"] = record.levelname.lower()
        fields["part"] = getattr(record, "part", record.name)
        fields["message"] = record.getMessage()
        for name, value in vars(record).items():
            if name not in STANDARD_FIELDS and name not in ("part", "once_an_hour"):
                fields[name] = "***" if SECRET.search(name) else value
        if record.exc_info and record.exc_info[0] is not None:
            fields["traceback"] = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        return fields


class HeldBack(logging.Filter):
    """Holds repeats back for an hour: lines that ask for it, and all that libraries complain of.

    Libraries know no `once_an_hour`; one that logs at each poll would drown everything else.
    """

    def __init__(self, now: Callable[[], Instant]) -> None:
        super().__init__()
        self._now = now
        self._repetition = Repetition()

    def filter(self, record: logging.LogRecord) -> bool:
        """Decide whether a record is written, and count in it those that were not."""
        key = getattr(record, "once_an_hour", None)
        if key is None:
            if record.name.partition(".")[0] in OWN:
                return True
            key = (record.name, record.levelno, str(record.msg))
        held_back = self._repetition.admit(key, self._now())
        if held_back:
            record.held_back = held_back
        return held_back is not None


def under_journald(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether a stream ends in the journal: JOURNAL_STREAM names its device and inode."""
    try:
        seen = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file at all: a test's buffer, or closed
        return False
    return environment.get("JOURNAL_STREAM") == f"{seen.st_dev}:{seen.st_ino}"


def set_up(
    now: Callable[[], Instant],
    environment: Mapping[str, str],
    stream: TextIO | None = None,
    level: int = logging.INFO,
) -> logging.Handler:
    """Send all logging of this process to one stream; the last call holds.

    The gateway's own parts are heard from `level` on, libraries from warnings on.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LogfmtFormatter(journald=under_journald(stream, environment)))
    handler.addFilter(HeldBack(now))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    return handler
