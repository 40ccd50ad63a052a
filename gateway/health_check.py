"""Whether a gateway that has just been started guards as well as the one before it. Pure.

An installation starts another release in place of one that guards a building. Before it does, this
module says what a restart must not disturb; afterwards, what the new release lacks. It is looked at
once a second, until nothing is lacking for a while, or until its time is over, and then the release
before comes back. Lacking is only what the one before had: a detector that was broken before may
stay broken. A restart empties the windows of rules, so that protection may be reduced for minutes
after it: that is no lack.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.control.status import Status
from rules.condition import Condition
from rules.health import HealthState
from rules.instant import Duration, Instant, seconds
from rules.snapshot import ConditionNow

PATIENCE: Final = seconds(60)
"""For what the one before had to be there again. A bus that hangs is told after 45 s."""

PATIENCE_FOR_FIRST: Final = seconds(120)
"""For a detector to be heard of for the first time. One that speaks unasked may take its period;
100 s is the longest time within which EN 54 lets its silence go untold."""

STEADY: Final = seconds(10)
"""For so long nothing may be lacking, so that a release which dies of its first work is seen."""

STANDS_STILL: Final = seconds(5)  # the core takes a tick each second

SETTLED_FAULT: Final = seconds(30)
"""A bus's fault that stands so long does not go by itself: its port was tried several times."""

ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM})

KEPT: Final = ALARMS | {Condition.DISABLED, Condition.TEST}
"""What a restart takes over: latched alarms, and what people have ordered. A pre-alarm does not
latch."""


class Lack(StrEnum):
    """What a release can lack."""

    ANSWER = "answer"
    STANDS_STILL = "stands-still"
    RESTARTED = "restarted"
    STORE = "store"
    FAULT = "fault"
    DETECTOR = "detector"
    UNHEARD = "unheard"
    PATH = "path"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """One thing that a release lacks.

    Attributes:
        lack: what it is.
        subject: which bus, detector, path or condition; empty where it is the gateway.
        detail: why, as the gateway says.
        since: since when, of this boot; None where that is not known.
    """

    lack: Lack
    subject: str = ""
    detail: str = ""
    since: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbed:
    """Something that a restart would disturb.

    Attributes:
        reason: the condition, or "trial" for a configuration that waits to be confirmed.
        subject: where: a zone, or nothing.
    """

    reason: str
    subject: str = ""


def disturbed(status: Status) -> tuple[Disturbed, ...]:
    """Give what a restart would disturb now: alarms, walk tests, a configuration on trial."""
    standing = dict.fromkeys(
        Disturbed(reason=condition.condition, subject=condition.zone or "")
        for condition in status.now.conditions
        if condition.condition in ALARMS or condition.condition is Condition.TEST
    )
    trial = () if status.trial is None else (Disturbed(reason="trial", subject=""),)
    return (*standing, *trial)


def lacking(status: Status, before: Status | None, now: Instant) -> tuple[Lacking, ...]:
    """Give what a gateway lacks, against the one before; without one, what any must have.

    Args:
        status: what it answers.
        before: what the one before answered.
        now: the monotonic clock's, of the boot of `status`.
    """
    return tuple(_lacking(status, before, now))


def _lacking(status: Status, before: Status | None, now: Instant) -> Iterator[Lacking]:
    if now - status.now.at > STANDS_STILL:
        yield Lacking(lack=Lack.STANDS_STILL)
    if not status.store_ok and (before is None or before.store_ok):
        yield Lacking(lack=Lack.STORE)
    if before is None:
        return
    yield from _new_faults(status, before)
    yield from _detectors(status, before)
    connected = {path.id: path for path in status.paths if path.connected}
    details = {path.id: path.detail for path in status.paths}
    for path in before.paths:
        if path.connected and path.id not in connected:
            yield Lacking(lack=Lack.PATH, subject=path.id, detail=details.get(path.id, ""))
    there = {_identity(condition) for condition in status.now.conditions}
    for condition in before.now.conditions:
        outlives = condition.latched or condition.condition in {Condition.DISABLED, Condition.TEST}
        if condition.condition in KEPT and outlives and _identity(condition) not in there:
            subject = f"{condition.condition} {condition.zone or condition.source}"
            yield Lacking(lack=Lack.CONDITION, subject=subject)


def _new_faults(status: Status, before: Status) -> Iterator[Lacking]:
    """Give the new faults of buses and of own parts; detectors and paths are looked at as such."""
    known = {c.source for c in before.now.conditions if c.condition is Condition.FAULT}
    for condition in status.now.conditions:
        is_of_a_part = condition.source.startswith(("bus/", "gateway/", "output/"))
        is_new = condition.source not in known and condition.standing
        if condition.condition is Condition.FAULT and is_of_a_part and is_new:
            moment = condition.incident
            since = moment.at if moment.boot_id == status.boot_id else None
            yield Lacking(
                lack=Lack.FAULT, subject=condition.source, detail=condition.detail, since=since
            )


def _detectors(status: Status, before: Status) -> Iterator[Lacking]:
    now = {detector.id: detector.health for detector in status.now.detectors}
    for detector in before.now.detectors:
        if detector.health.state is not HealthState.OK:
            continue
        health = now.get(detector.id)
        if health is None or health.state is HealthState.FAULTY:
            detail = "" if health is None else health.detail or health.cause or ""
            yield Lacking(lack=Lack.DETECTOR, subject=detector.id, detail=detail)
        elif health.state is HealthState.STARTING:
            yield Lacking(lack=Lack.UNHEARD, subject=detector.id)


def _identity(condition: ConditionNow) -> tuple[Condition, str | None, str]:
    return condition.condition, condition.zone, condition.source


class HealthTrial:
    """The time in which a release that was just started has to show that it guards.

    Args:
        before: what the one before answered; None where none did.
        started: when the trial begins.
    """

    def __init__(self, before: Status | None, started: Instant) -> None:
        self._before = before
        self._started = started
        self._well_since: Instant | None = None
        self._process: tuple[str, Instant] | None = None
        self.lacks: tuple[Lacking, ...] = (Lacking(lack=Lack.ANSWER),)

    def look(self, now: Instant, status: Status | None) -> bool | None:
        """Take what it answers, None where it does not.

        Returns:
            Whether it is well; None while that is not decided. `lacks` says what is lacking.
        """
        self.lacks = self._lacks(now, status)
        if not self.lacks:
            if self._well_since is None:
                self._well_since = now
            return True if now - self._well_since >= STEADY else None
        self._well_since = None
        return False if any(self._is_final(each, now) for each in self.lacks) else None

    def _lacks(self, now: Instant, status: Status | None) -> tuple[Lacking, ...]:
        if status is None:
            return (Lacking(lack=Lack.ANSWER),)
        process = status.boot_id, status.started
        if self._process not in (None, process):
            return (Lacking(lack=Lack.RESTARTED),)
        self._process = process
        return lacking(status, self._before, now)

    def _is_final(self, lacking: Lacking, now: Instant) -> bool:
        """Say whether waiting longer is of no use."""
        lasted = Duration(now - self._started)
        if lacking.lack is Lack.RESTARTED:
            return True
        if lacking.lack is Lack.UNHEARD:
            return lasted >= PATIENCE_FOR_FIRST
        if lacking.since is not None and now - lacking.since >= SETTLED_FAULT:
            return True
        return lasted >= PATIENCE
