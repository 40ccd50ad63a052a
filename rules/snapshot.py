"""The present as the core sees it: what `state`, `firegw status` and the metrics are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.condition import Condition, Mode
from rules.health import Health
from rules.instant import Instant, Moment


class Protection(StrEnum):
    """How far a zone's rules can see."""

    FULL = "full"
    DEGRADED = "degraded"  # an input of a raising rule is unknown
    UNPROTECTED = "unprotected"  # the remaining good detectors could raise no fire or gas rule
    STARTING = "starting"  # not every detector has answered or failed since the start


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionNow:
    """A condition that has been entered and not left.

    Attributes:
        standing: whether its cause holds now; a latched condition outlives its cause.
        latched: whether it stays until reset.
        acknowledged: by whom, or None.
        silenced: whether it drives no siren any more.
        mode: whether it is in earnest.
        author: who ordered it: of a disablement or a test.
        ends: when it ends by itself: likewise.
        detectors: those that decided so far.
    """

    condition: Condition
    zone: str | None
    source: str
    incident: Moment
    standing: bool
    latched: bool
    acknowledged: str | None
    cause: str
    detail: str
    silenced: bool = False
    mode: Mode = Mode.LIVE
    author: str | None = None
    ends: Instant | None = None
    detectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorNow:
    """A detector's health and its latest values; a value is None while it is unknown.

    While it is disabled, by itself or with its zone, it measures on, but the rules do not see it.
    """

    id: str
    zone: str
    health: Health
    values: Mapping[str, float | None]
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneNow:
    """A zone: its protection and the conditions in it, gravest first.

    Under test, `responding` names the detectors that respond now, or did already before: who walks
    on to the next while one is named there makes two.
    """

    id: str
    name: str
    protection: Protection
    conditions: tuple[Condition, ...]
    disabled: bool = False
    under_test: bool = False
    responding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNow:
    """The whole present."""

    at: Instant
    zones: tuple[ZoneNow, ...]
    conditions: tuple[ConditionNow, ...]
    detectors: tuple[DetectorNow, ...]
    outputs: Mapping[str, bool]
    silenced: bool
    disabled_outputs: frozenset[str] = frozenset()
