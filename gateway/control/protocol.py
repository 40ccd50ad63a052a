"""What is said on the control socket: a line of JSON asks, a line of JSON answers, and it closes.

    >> {"verb": "reset", "zone": "hall", "version": 1}
    << {"outcome": "refused", "author": "binh", "words": ["hall-smoke-1 still reports smoke"], ...}

Fields are added and never change meaning; unknown ones are ignored. A line ends with a newline and
holds none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from gateway.control.status import Status
from rules.operator import Act

VERSION: Final = 1
LONGEST_REQUEST: Final = 64 * 1024  # bytes; a request is a few words
LONGEST_ZONE: Final = 64  # characters, as ids of site files have at most
LONGEST_REPLY: Final = 16 * 1024 * 1024  # bytes; a status is about 200 bytes a detector
DEFAULT_SOCKET: Final = "/run/fire-gateway/control.sock"


class Verb(StrEnum):
    """What can be asked."""

    STATUS = "status"
    ACKNOWLEDGE = Act.ACKNOWLEDGE.value
    SILENCE = Act.SILENCE.value
    RESET = Act.RESET.value


class Right(StrEnum):
    """What a caller may do; nobody has one unless the table below or root says so."""

    VIEW = "view"
    OPERATE = "operate"
    ADMINISTER = "administer"


RIGHTS_OF_GROUP: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        "firegw-view": frozenset({Right.VIEW}),
        "firegw-operate": frozenset({Right.VIEW, Right.OPERATE}),
        "firegw-admin": frozenset({Right.VIEW, Right.ADMINISTER}),
    }
)
"""An administrator configures and an operator acts: whoever does both is in both groups."""

GROUP_FOR: Final[Mapping[Right, str]] = MappingProxyType(
    {
        Right.VIEW: "firegw-view",
        Right.OPERATE: "firegw-operate",
        Right.ADMINISTER: "firegw-admin",
    }
)

RIGHT_FOR: Final[Mapping[Verb, Right]] = MappingProxyType(
    {
        Verb.STATUS: Right.VIEW,
        Verb.ACKNOWLEDGE: Right.OPERATE,
        Verb.SILENCE: Right.OPERATE,
        Verb.RESET: Right.OPERATE,
    }
)


class Outcome(StrEnum):
    """How a request ended."""

    DONE = "done"
    REFUSED = "refused"  # allowed, but it cannot be: words say why
    DENIED = "denied"  # the caller may not: words say who may
    MISUNDERSTOOD = "misunderstood"
    BUSY = "busy"
    FAILED = "failed"  # a fault of the gateway itself; its log says more


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question or order.

    Attributes:
        verb: what is asked.
        zone: where, or None for the whole site; of no meaning for status.
        version: of this protocol, as the asker knows it.
    """

    verb: Verb
    zone: str | None = None
    version: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer.

    Attributes:
        outcome: how it ended.
        author: who asked, as the gateway saw it.
        words: why not, one line each; empty where it was done.
        status: the answer to `status`.
        version: of this protocol.
    """

    outcome: Outcome
    author: str = ""
    words: tuple[str, ...] = ()
    status: Status | None = None
    version: int = VERSION


class NotUnderstoodError(ValueError):
    """A line that is no request or no reply; the text says what is wrong with it."""


def encode(message: Request | Reply) -> bytes:
    """Give the line, with its newline."""
    return msgspec.json.encode(message) + b"\n"


def decode_request(line: bytes) -> Request:
    """Read a request."""
    try:
        request = msgspec.json.decode(line, type=Request)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstoodError(str(error)) from None
    if request.version != VERSION:
        raise NotUnderstoodError(
            f"version {request.version} of the protocol; this gateway speaks version {VERSION}"
        )
    if request.zone is not None and len(request.zone) > LONGEST_ZONE:
        raise NotUnderstoodError(f"zone of {len(request.zone)} characters; ids have {LONGEST_ZONE}")
    return request


def decode_reply(line: bytes) -> Reply:
    """Read a reply."""
    try:
        return msgspec.json.decode(line, type=Reply)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstoodError(str(error)) from None
