"""What is said on the control socket: a line of JSON asks, a line of JSON answers, and it closes.

    >> {"verb": "reset", "zone": "hall", "version": 1}
    >> {"verb": "disable", "target": "detector/hall-smoke-1", "duration_s": 28800, "version": 1}
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

from gateway.configuration.site_files import SiteFiles, why_refused
from gateway.control.installed import Installed
from gateway.control.status import Status, TrialNow
from gateway.control.told_event import ToldEvent
from gateway.control.walk_status import WalkNow
from gateway.rule_view.shown import ShownRule
from rules.operator import Act
from rules.problem import Problem

VERSION: Final = 1
LONGEST_REQUEST: Final = 64 * 1024  # bytes; a request is a few words
LONGEST_APPLIED: Final = 6 * 1024 * 1024  # bytes; a site file and profiles, as JSON
BEGINS_LONG: Final = b'{"verb":"apply",'  # else a line is no longer than a request
LONGEST_ID: Final = 64  # characters, as ids of site files have at most
LONGEST_TARGET: Final = LONGEST_ID + len("detector/")
LONGEST_REASON: Final = 200  # characters; it is shown in one line, and told to the centre
MOST_EVENTS: Final = 500  # in one reply
LONGEST_DURATION_S: Final = 366 * 86400  # what is too long for an order is the engine's to say
LONGEST_REPLY: Final = 16 * 1024 * 1024  # bytes; a status is about 200 bytes a detector
DEFAULT_SOCKET: Final = "/run/fire-gateway/control.sock"


class Verb(StrEnum):
    """What can be asked."""

    STATUS = "status"
    ACKNOWLEDGE = Act.ACKNOWLEDGE.value
    SILENCE = Act.SILENCE.value
    RESET = Act.RESET.value
    DISABLE = "disable"
    ENABLE = "enable"
    TEST = "test"
    END_TEST = "end-test"
    EXPLAIN = "explain"
    EVENTS = "events"
    WALK = "walk-test"
    INSTALLED = "installed"
    CONFIGURATION = "configuration"
    APPLY = "apply"
    CONFIRM = "confirm"
    GO_BACK = "go-back"


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
        Verb.DISABLE: Right.OPERATE,
        Verb.ENABLE: Right.OPERATE,
        Verb.TEST: Right.OPERATE,
        Verb.END_TEST: Right.OPERATE,
        Verb.EXPLAIN: Right.VIEW,
        Verb.EVENTS: Right.VIEW,
        Verb.WALK: Right.VIEW,
        Verb.INSTALLED: Right.VIEW,
        Verb.CONFIGURATION: Right.ADMINISTER,  # it names users and hosts
        Verb.APPLY: Right.ADMINISTER,
        Verb.CONFIRM: Right.ADMINISTER,
        Verb.GO_BACK: Right.ADMINISTER,
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
        zone: where, or None for the whole site; of no meaning for status, disable and enable.
        target: what is disabled or enabled: "detector/hall-smoke-1", "zone/hall", "output/siren".
        duration_s: for how long something is disabled or tested, or after which the gateway goes
            back by itself from what is applied; None for the usual time.
        reason: why it is disabled, in the person's words.
        whole_site: that it is meant, though with it every zone is disabled or under test.
        rule: which rule or call point is explained, by its id.
        after: the number of the event after which to tell, oldest first; None for the newest ones.
        before: the number of the event before which the newest are meant; without `after` only.
        limit: how many events at most; None for as many as one reply tells.
        files: what is applied.
        version: of this protocol, as the asker knows it.
    """

    verb: Verb
    zone: str | None = None
    target: str | None = None
    duration_s: float | None = None
    reason: str = ""
    whole_site: bool = False
    rule: str | None = None
    after: int | None = None
    before: int | None = None
    limit: int | None = None
    files: SiteFiles | None = None
    version: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer.

    Attributes:
        outcome: how it ended.
        author: who asked, as the gateway saw it.
        words: why not, one line each; empty where it was done.
        status: the answer to `status`.
        rule: the answer to `explain`.
        events: the answer to `events`, in the order of their numbers.
        walk: the answer to `walk-test`.
        installed: the answer to `installed`.
        files: the answer to `configuration`: the site file in force, and its own profiles.
        problems: what is wrong with what was to be applied; none of it is in force then.
        trial: the answer to `apply`: what waits for its confirmation, and until when.
        version: of this protocol.
    """

    outcome: Outcome
    author: str = ""
    words: tuple[str, ...] = ()
    status: Status | None = None
    rule: ShownRule | None = None
    events: tuple[ToldEvent, ...] | None = None
    walk: WalkNow | None = None
    installed: Installed | None = None
    files: SiteFiles | None = None
    problems: tuple[Problem, ...] = ()
    trial: TrialNow | None = None
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
    _check_length("zone", request.zone, LONGEST_ID)
    _check_length("target", request.target, LONGEST_TARGET)
    _check_length("rule", request.rule, LONGEST_ID)
    _check_length("reason", request.reason, LONGEST_REASON)
    if request.duration_s is not None and not 0 < request.duration_s <= LONGEST_DURATION_S:
        raise NotUnderstoodError(
            f"duration of {request.duration_s:g} s; more than 0 s and at most 366 d"
        )
    if request.after is not None and not 0 <= request.after < 2**63:
        raise NotUnderstoodError(f"after {request.after}; a number of the journal is meant")
    if request.before is not None and not 0 < request.before < 2**63:
        raise NotUnderstoodError(f"before {request.before}; a number of the journal is meant")
    if request.limit is not None and not 0 < request.limit <= MOST_EVENTS:
        raise NotUnderstoodError(f"limit of {request.limit} events; 1 to {MOST_EVENTS}")
    if request.files is not None and (why := why_refused(request.files)) is not None:
        raise NotUnderstoodError(why)
    return request


def _check_length(what: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        raise NotUnderstoodError(f"{what} of {len(text)} characters; {most} at most")


def decode_reply(line: bytes) -> Reply:
    """Read a reply."""
    try:
        return msgspec.json.decode(line, type=Reply)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstoodError(str(error)) from None
