"""Parts of the gateway that are supervised as detectors are: paths, store, clock, sockets."""

from dataclasses import dataclass

from rules.condition import Condition
from rules.event import Notice
from rules.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFailed:
    """A part is not as it should be.

    Attributes:
        part: its name, as "path/lan" or "gateway/store": the source of the condition.
        condition: FAULT, or SUPERVISORY for what is only a warning.
        cause: why, in a word, for machines.
        detail: why, in one line, for people.
    """

    part: str
    cause: str
    detail: str
    at: Instant
    condition: Condition = Condition.FAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecovered:
    """A part is as it should be again."""

    part: str
    at: Instant
    condition: Condition = Condition.FAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something of the gateway that is to be told as a notice.

    Attributes:
        author: who had it done, where somebody did: the id of a centre.
    """

    notice: Notice
    at: Instant
    detail: str = ""
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    at: Instant


@dataclass(frozen=True, slots=True)
class WallTime:
    """What the wall clock says; told at the start and whenever it jumps or becomes known.

    Attributes:
        at: the instant at which it was read.
        utc_ns: nanoseconds since 1970, UTC; where the clock is not known, no more than a lower
            bound: it is later than that.
        is_known: whether it can be trusted.
    """

    at: Instant
    utc_ns: int
    is_known: bool
