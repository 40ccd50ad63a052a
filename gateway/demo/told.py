"""What the province reads of a message, and how it shows it: one line an event.

Pure, and of the messages' fields only those that a screen has room for.
"""

import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final

import msgspec

from gateway.demo.texts import in_words
from gateway.text import Language
from rules.condition import Lane

HISTORICAL_MARK: Final = "*"
CONTACT_UNIT: Final = "bool"
LETTER_OF_QUALIFIER: Final = {1: "E", 3: "R", 6: "P"}
"""Contact ID's event, restore and previous, as receivers print them."""


class Tone(Enum):
    """How a line is to be felt."""

    ALARM = "alarm"
    WARNING = "warning"
    GOOD = "good"
    PLAIN = "plain"


class ZoneTold(msgspec.Struct, frozen=True):
    """A zone."""

    id: str
    name: str


class ContactIdTold(msgspec.Struct, frozen=True):
    """A Contact ID code."""

    qualifier: int
    code: str


class EvidenceTold(msgspec.Struct, frozen=True, kw_only=True):
    """A value that took part in a decision."""

    detector: str
    value: float | None
    unit: str


class DataTold(msgspec.Struct, frozen=True, kw_only=True):
    """What happened: to a condition, or else a notice."""

    condition: str | None = None
    change: str | None = None
    notice: str | None = None
    zone: ZoneTold | None
    source: str = ""
    detail: str = ""
    author: str | None = None
    evidence: tuple[EvidenceTold, ...] = ()
    contact_id: ContactIdTold | None = None


class EventTold(msgspec.Struct, frozen=True, kw_only=True):
    """An event's message."""

    gateway: str
    epoch: str
    lane: Lane
    seq: int
    time: str | None
    monotonicns: str
    historical: bool
    data: DataTold


class PresenceTold(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a path is there."""

    online: bool
    reason: str | None
    path: str
    session: str


class CountsTold(msgspec.Struct, frozen=True, kw_only=True):
    """How many detectors have not been heard of yet."""

    starting: int


class StateTold(msgspec.Struct, frozen=True, kw_only=True):
    """The whole present, in a word."""

    overall: str
    detector_counts: CountsTold


Told = EventTold | PresenceTold | StateTold


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of a language's columns."""

    zone: int
    what: int
    change: int


COLUMNS: Final = {Language.ENGLISH: Columns(7, 10, 12), Language.VIETNAMESE: Columns(11, 13, 13)}


def read(topic: str, payload: bytes) -> Told | None:
    """Read a message; None where it is of a kind that this screen does not show.

    Raises:
        msgspec.MsgspecError: it is not what the contract says.
    """
    kind = topic.split("/")[5:6]
    match kind:
        case ["event"]:
            return msgspec.json.decode(payload, type=EventTold)
        case ["presence"]:
            return msgspec.json.decode(payload, type=PresenceTold)
        case ["state"]:
            return msgspec.json.decode(payload, type=StateTold)
    return None


def event_line(event: EventTold, local_time: str, language: Language, width: int) -> str:
    """Lay an event out: time, lane, zone, what, change, Contact ID, detail."""
    data, columns = event.data, COLUMNS[language]
    zone = "" if data.zone is None else data.zone.id
    if data.zone is not None and language is Language.VIETNAMESE:
        zone = data.zone.name
    what = in_words(language, data.condition or f"notice.{data.notice}")
    change = in_words(language, data.change) if data.change else ""
    mark = HISTORICAL_MARK if event.historical else " "
    cells = (
        f"{local_time}{mark}{event.lane:<7}",
        f"{zone:<{columns.zone}}",
        f"{what:<{columns.what}}",
        f"{change:<{columns.change}}",
        f"{_contact_id(data.contact_id):<4}",
        _remark(data),
    )
    return clipped(" ".join(cells).rstrip(), width)


def tone_of(event: EventTold) -> Tone:
    """Tell how an event is to be felt."""
    if event.data.change in ("left", "acknowledged", "silenced"):
        return Tone.GOOD
    if event.lane is Lane.ALARM and event.data.condition is not None:
        return Tone.ALARM
    return Tone.WARNING if event.lane is Lane.TROUBLE else Tone.PLAIN


def clipped(text: str, width: int) -> str:
    """Cut a line to a width; letters are composed, so that each has a column of its own."""
    composed = unicodedata.normalize("NFC", text)
    return composed if len(composed) <= width else composed[: width - 1] + "…"


def _contact_id(code: ContactIdTold | None) -> str:
    return "" if code is None else f"{LETTER_OF_QUALIFIER.get(code.qualifier, '?')}{code.code}"


def _remark(data: DataTold) -> str:
    """Say who did it, else why it began, else what it is about."""
    if data.author is not None:
        return data.author
    if data.change in (None, "entered"):
        return _deciding(data.evidence) or data.detail or data.source
    return data.source


def _deciding(evidence: tuple[EvidenceTold, ...]) -> str:
    """Name the active contacts, then the values; a contact at rest decides nothing."""
    active = [each.detector for each in evidence if each.unit == CONTACT_UNIT and each.value]
    values = [
        f"{each.detector} {'?' if each.value is None else format(each.value, 'g')} {each.unit}"
        for each in evidence
        if each.unit != CONTACT_UNIT
    ]
    return ", ".join(active + values)
