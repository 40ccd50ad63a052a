"""Dates, times of day and the offset of local time, as they are written in a site file.

All are texts: YAML's own dates and sexagesimal numbers are not taken, so that 22:00 means the same
with quotes and without.
"""

import re
from datetime import date
from typing import Final

from gateway.settings.findings import Findings
from gateway.settings.model import TimeOfDay, UtcOffset
from gateway.settings.scalars import quoted, scalar
from gateway.settings.yaml_nodes import Node, ScalarNode
from rules.instant import Duration, seconds

TIME_PATTERN: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"
DATE_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
OFFSET_PATTERN: Final = r"[-+][0-9]{2}:[0-5][0-9]"

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
"""Beyond these a year is a slip of the finger; no detector and no holiday is so far away."""

# The clocks of the earth: from Baker Island to Kiritimati.
LOWEST_OFFSET: Final = seconds(-12 * 3600)
HIGHEST_OFFSET: Final = seconds(14 * 3600)

_CLOCK: Final = re.compile(r"(?P<hours>[0-9]{1,2})[:.hH](?P<minutes>[0-9]{2})?")
_DAY_FIRST: Final = re.compile(
    r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?(?P<sign>[-+]?)(?P<hours>[0-9]{1,2})(?::?(?P<rest>..))?")


def read_time_of_day(node: Node, label: str, findings: Findings) -> TimeOfDay | None:
    """Read a time of day, from 00:00 to 24:00."""
    word = scalar(node, label, "a time of day", findings)
    if word is None:
        return None
    if re.fullmatch(TIME_PATTERN, word.text):
        hours, _, minutes = word.text.partition(":")
        return TimeOfDay(60 * int(hours) + int(minutes))
    near = _clock_near(word.text)
    if near == word.text:
        findings.refuse(word, f"{label}: there is no {near}", "a day is from 00:00 to 24:00")
    else:
        hint = f"did you mean {near}?" if near else "as in 06:30"
        findings.refuse(word, f"{label} must be a time of day, not {quoted(word)}", hint)
    return None


def _clock_near(text: str) -> str:
    """Give hours and minutes in two digits each, whatever sign is between; empty if none."""
    clock = _CLOCK.fullmatch(text)
    return "" if clock is None else f"{int(clock['hours']):02}:{clock['minutes'] or '00'}"


def read_date(node: Node, label: str, findings: Findings) -> date | None:
    """Read a date as ISO 8601 has it: year, month, day."""
    word = scalar(node, label, "a date", findings)
    if word is None:
        return None
    if not re.fullmatch(DATE_PATTERN, word.text):
        near = _date_near(word.text)
        hint = f"did you mean {near}?" if near else "year, month and day, as in 2026-09-02"
        findings.refuse(word, f"{label} must be a date, not {quoted(word)}", hint)
        return None
    try:
        found = date.fromisoformat(word.text)
    except ValueError:
        findings.refuse(word, f"{label}: there is no {word.text}", "look at the calendar")
        return None
    return found if _believable(found, word, label, findings) else None


def _believable(found: date, word: ScalarNode, label: str, findings: Findings) -> bool:
    if FIRST_YEAR <= found.year <= LAST_YEAR:
        return True
    findings.refuse(word, f"{label}: the year must be from {FIRST_YEAR} to {LAST_YEAR}")
    return False


def _date_near(text: str) -> str:
    """Give the ISO form of a date with the day first, as it is written in Vietnam."""
    written = _DAY_FIRST.fullmatch(text)
    if written is None:
        return ""
    try:
        return date(*(int(written[part]) for part in ("year", "month", "day"))).isoformat()
    except ValueError:
        return ""


def read_utc_offset(node: Node, label: str, findings: Findings) -> UtcOffset | None:
    """Read what local time is ahead of UTC, as +07:00."""
    word = scalar(node, label, "an offset such as +07:00", findings)
    if word is None:
        return None
    if not re.fullmatch(OFFSET_PATTERN, word.text):
        near = _offset_near(word.text)
        hint = f"did you mean {near}?" if near else "Vietnam is +07:00"
        what = f"{label} must be a sign, hours and minutes, not {quoted(word)}"
        findings.refuse(word, what, hint)
        return None
    hours, _, minutes = word.text[1:].partition(":")
    ahead = seconds(3600 * int(hours) + 60 * int(minutes))
    offset = Duration(-ahead) if word.text.startswith("-") else ahead
    if not LOWEST_OFFSET <= offset <= HIGHEST_OFFSET:
        findings.refuse(word, f"{label} must be from -12:00 to +14:00", "Vietnam is +07:00")
        return None
    return UtcOffset(offset)


def _offset_near(text: str) -> str:
    written = _OFFSET.fullmatch(text)
    if written is None or not (written["rest"] or "00").isdigit():
        return ""
    return f"{written['sign'] or '+'}{int(written['hours']):02}:{written['rest'] or '00'}"
