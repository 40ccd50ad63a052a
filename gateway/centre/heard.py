"""What a message says, as far as a centre needs to know it. Pure.

Whatever comes from a wire is hostile until it is read: a topic that is none of the contract, a text
that is no JSON, a message that speaks for another gateway than its topic. Such a message is refused
with a reason; it never ends the centre. Fields that are not named here are ignored, as the contract
asks: the whole message is kept beside what was read of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

import msgspec

from gateway.messages.acknowledgement import Seq
from gateway.messages.topics import CONTRACT, Origin
from rules.condition import Lane

LARGEST: Final = 256 * 1024
"""Bytes of a message: twice what a `state` has towards a broker that names no limit."""

WORD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a level of a topic may be; no id of a gateway, a site or a path is anything else."""

Word = Annotated[str, msgspec.Meta(max_length=128)]
Line = Annotated[str, msgspec.Meta(max_length=1024)]
Epoch = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Nanoseconds = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$")]


class Refusal(StrEnum):
    """Why a message is not taken."""

    TOO_LARGE = "too-large"
    UNKNOWN_TOPIC = "unknown-topic"
    NO_TEXT = "no-text"  # not UTF-8, or a character that cannot be stored
    UNREADABLE = "unreadable"  # no JSON, or not what the topic carries
    OTHER_SOURCE = "other-source"  # it speaks for another gateway than its topic
    RETAINED = "retained"  # a sign of life that the broker kept says nothing
    CONFLICT = "conflict"  # another event has this name already
    MISTAKE = "mistake"  # the centre's own: it stumbled over the message


class RefusedMessageError(Exception):
    """A message is not taken: it is noted, and taken off the broker.

    Attributes:
        why: in a word.
    """

    def __init__(self, why: Refusal, detail: str) -> None:
        super().__init__(detail)
        self.why = why


class Zone(msgspec.Struct, frozen=True):
    """A zone: its id and its name."""

    id: Word
    name: Word = ""


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    """What happened; the fields of a condition are absent in a notice."""

    condition: Word | None = None
    change: Word | None = None
    notice: Word | None = None
    mode: Word = "live"
    zone: Zone | None = None
    source: Word = ""
    incident: Line = ""
    detail: Line = ""


class EventSaid(msgspec.Struct, frozen=True, kw_only=True):
    """An event; its name is epoch, lane and seq."""

    source: Line
    gateway: Word
    type: Word
    time: Word | None = None
    epoch: Epoch
    lane: Lane
    seq: Seq
    boot: Word
    monotonicns: Nanoseconds
    durable: bool = True
    historical: bool = False
    data: EventData


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that stands or is latched."""

    condition: Word
    zone: Word | None = None
    source: Word = ""
    incident: Line = ""
    since: Word | None = None


class SiteSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The site's name."""

    name: Word = ""


class StateSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The present, and the events up to which it is the present."""

    gateway: Word
    boot: Word
    monotonicns: Nanoseconds
    site: SiteSaid = SiteSaid()
    epoch: Epoch | None = None
    seq: dict[str, Count] = {}
    conditions: list[Standing] = []


class PresenceSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Birth, will or farewell of a path."""

    gateway: Word
    path: Word
    online: bool
    session: Word
    session_since: Word | None = None
    reason: Word | None = None


class InventorySaid(msgspec.Struct, frozen=True, kw_only=True):
    """What is installed, and the key that signs the gateway's journal."""

    gateway: Word
    version: Word = ""
    configuration: Word = ""
    device_key: Word | None = None
    site: SiteSaid = SiteSaid()


class HeartbeatSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A sign of life: what its journal has come to."""

    gateway: Word
    nonce: Word
    epoch: Epoch | None = None
    seq: dict[str, Count] = {}
    journal_number: Count | None = None
    journal_head: Word | None = None


class ReplySaid(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a command."""

    gateway: Word
    centre: Word
    counter: Seq
    outcome: Word
    detail: Line = ""


Said = EventSaid | StateSaid | PresenceSaid | InventorySaid | HeartbeatSaid | ReplySaid

_KIND: Final[Mapping[str, tuple[int, msgspec.json.Decoder[Said]]]] = MappingProxyType(
    {
        "event": (1, msgspec.json.Decoder(EventSaid)),
        "state": (0, msgspec.json.Decoder(StateSaid)),
        "presence": (1, msgspec.json.Decoder(PresenceSaid)),
        "inventory": (0, msgspec.json.Decoder(InventorySaid)),
        "heartbeat": (0, msgspec.json.Decoder(HeartbeatSaid)),
        "reply": (0, msgspec.json.Decoder(ReplySaid)),
    }
)
"""By the first level behind the gateway's prefix: how many levels follow, and what is carried."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that may be believed as far as its broker may.

    Attributes:
        origin: whose topic it came on.
        said: what was read of it.
        text: the whole of it.
    """

    origin: Origin
    said: Said
    text: str


def read(topic: str, payload: bytes, *, retained: bool = False) -> Heard:
    """Read a message.

    Args:
        topic: where it came.
        payload: what came.
        retained: whether the broker had kept it.

    Raises:
        RefusedMessageError: it is nothing that the contract knows, or it contradicts its topic.
    """
    if len(payload) > LARGEST:
        raise RefusedMessageError(Refusal.TOO_LARGE, f"{len(payload)} bytes; {LARGEST} at most")
    origin, kind, last = _place(topic)
    try:
        text = payload.decode()
        said = _KIND[kind][1].decode(text)
    except UnicodeDecodeError as error:
        raise RefusedMessageError(Refusal.NO_TEXT, f"is no UTF-8: {error}") from None
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise RefusedMessageError(Refusal.UNREADABLE, str(error)) from None
    _check(origin, last, said)
    if retained and isinstance(said, HeartbeatSaid):
        raise RefusedMessageError(Refusal.RETAINED, "a retained heartbeat is no sign of life")
    return Heard(origin, said, text)


def _place(topic: str) -> tuple[Origin, str, str]:
    """Take a topic apart: whose it is, what it carries, and its last level."""
    levels = topic.split("/")
    if (
        len(levels) < 6
        or levels[:2] != ["pccc", CONTRACT]
        or not all(map(WORD.fullmatch, levels[2:]))
        or levels[5] not in _KIND
        or len(levels) != 6 + _KIND[levels[5]][0]
    ):
        raise RefusedMessageError(Refusal.UNKNOWN_TOPIC, "is no topic of the contract")
    return Origin(*levels[2:5]), levels[5], levels[-1]


def _check(origin: Origin, last: str, said: Said) -> None:
    """Refuse what speaks for somebody else."""
    agrees = said.gateway == origin.gateway
    if isinstance(said, EventSaid):
        agrees = agrees and said.source == origin.source and said.lane == last
    elif isinstance(said, PresenceSaid):
        agrees = agrees and said.path == last
    if not agrees:
        raise RefusedMessageError(Refusal.OTHER_SOURCE, "speaks for another than its topic")
