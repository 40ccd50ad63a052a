"""The conditions that have been entered and not left, and the events of their lives.

An occurrence carries whether a person has seen it and whether its sirens were silenced, so that a
new alarm in another zone sounds again by itself.

This is the only place where a condition is entered or left, so each entry is left at most once, and
each change of the table is one event and one durable row.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from rules.condition import Condition, Mode
from rules.event import Change, ConditionEvent, Evidence
from rules.instant import Instant, Moment
from rules.step import Outcome

ROW_PREFIX: Final = "condition/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A condition in force; its fields are those of ConditionEvent and ConditionNow.

    Of a disablement or a test `ends` is an instant of the boot `ends_boot`. Over a reboot, only
    `ends_utc_ns` says when it ends.
    """

    condition: Condition
    zone: str | None
    source: str
    incident: Moment
    latched: bool
    standing: bool
    cause: str
    detail: str
    acknowledged: str | None = None
    silenced: bool = False
    mode: Mode = Mode.LIVE
    author: str | None = None
    ends: Instant | None = None
    ends_boot: str = ""  # whose clock `ends` is read from
    ends_utc_ns: int | None = None  # the same by the wall clock, where that was known
    detectors: tuple[str, ...] = ()  # those that decided so far

    @property
    def row(self) -> str:
        """The key of its durable row."""
        return f"{ROW_PREFIX}{self.condition}/{self.source}"


class Occurrences:
    """The table of conditions in force."""

    def __init__(self) -> None:
        self._table: dict[tuple[Condition, str], Occurrence] = {}
        self._of: dict[Condition, dict[str, Occurrence]] = {each: {} for each in Condition}

    def __iter__(self) -> Iterator[Occurrence]:
        return iter(tuple(self._table.values()))

    def get(self, condition: Condition, source: str) -> Occurrence | None:
        """Find a condition of a source."""
        return self._table.get((condition, source))

    def of(self, condition: Condition) -> tuple[Occurrence, ...]:
        """Give all of one condition."""
        return tuple(self._of[condition].values())

    def restore(self, occurrence: Occurrence) -> None:
        """Take a condition that was in force before a restart; tells nothing."""
        self._keep(occurrence)

    def enter(
        self,
        occurrence: Occurrence,
        outcome: Outcome,
        evidence: tuple[Evidence, ...] = (),
    ) -> None:
        """Enter a condition; where it is in force already, nothing happens."""
        if self.get(occurrence.condition, occurrence.source) is None:
            self._put(occurrence, outcome)
            at = occurrence.incident.at
            outcome.events.append(event_of(occurrence, Change.ENTERED, at, evidence=evidence))

    def cause_went(self, occurrence: Occurrence, at: Instant, outcome: Outcome) -> None:
        """The cause has gone: a latched condition stays, another is left."""
        if not occurrence.latched:
            self.leave(occurrence, at, outcome)
            return
        cleared = replace(occurrence, standing=False)
        self._put(cleared, outcome)
        outcome.events.append(event_of(cleared, Change.CLEARED, at))

    def cause_returned(
        self, occurrence: Occurrence, at: Instant, outcome: Outcome, evidence: tuple[Evidence, ...]
    ) -> None:
        """The cause of a latched condition is there again: to be acknowledged anew.

        Another detector may have brought it back: then two are in alarm, as if it had spread.
        """
        deciding = (*occurrence.detectors, *(each.detector for each in evidence))
        standing = replace(
            occurrence,
            standing=True,
            acknowledged=None,
            silenced=False,
            detectors=tuple(dict.fromkeys(deciding)),
        )
        self._put(standing, outcome)
        outcome.events.append(event_of(standing, Change.STANDING, at, evidence=evidence))

    def spread(
        self,
        occurrence: Occurrence,
        detectors: tuple[str, ...],
        at: Instant,
        outcome: Outcome,
        evidence: tuple[Evidence, ...],
    ) -> None:
        """Further detectors are in alarm: to be acknowledged anew, and it sounds again."""
        wider = replace(occurrence, detectors=detectors, acknowledged=None, silenced=False)
        self._put(wider, outcome)
        outcome.events.append(event_of(wider, Change.SPREAD, at, evidence=evidence))

    def worsen(
        self, occurrence: Occurrence, *, cause: str, detail: str, at: Instant, outcome: Outcome
    ) -> None:
        """Take another cause or detail; another cause is told, a mere detail is not."""
        if (occurrence.cause, occurrence.detail) == (cause, detail):
            return
        changed = replace(occurrence, cause=cause, detail=detail)
        self._put(changed, outcome)
        if occurrence.cause != cause:
            outcome.events.append(event_of(changed, Change.STANDING, at))

    def tell_again(self, occurrence: Occurrence, at: Instant, outcome: Outcome) -> None:
        """Tell that it is still in force: after a restart, and of a disablement every day."""
        change = Change.STANDING if occurrence.standing else Change.CLEARED
        outcome.events.append(event_of(occurrence, change, at))

    def put_end(
        self, occurrence: Occurrence, end: tuple[Instant, str, int | None], outcome: Outcome
    ) -> None:
        """Note when it ends; tells nothing."""
        at, boot, utc_ns = end
        self._put(replace(occurrence, ends=at, ends_boot=boot, ends_utc_ns=utc_ns), outcome)

    def leave(
        self,
        occurrence: Occurrence,
        at: Instant,
        outcome: Outcome,
        *,
        cause: str | None = None,
        author: str | None = None,
    ) -> None:
        """End a condition."""
        del self._table[occurrence.condition, occurrence.source]
        del self._of[occurrence.condition][occurrence.source]
        outcome.changes[occurrence.row] = None
        told = occurrence if cause is None else replace(occurrence, cause=cause)
        told = replace(told, standing=False, latched=False)
        outcome.events.append(event_of(told, Change.LEFT, at, author=author))

    def acknowledge(
        self, occurrence: Occurrence, author: str, at: Instant, outcome: Outcome
    ) -> None:
        """Note that a person has seen it."""
        acknowledged = replace(occurrence, acknowledged=author)
        self._put(acknowledged, outcome)
        outcome.events.append(event_of(acknowledged, Change.ACKNOWLEDGED, at, author=author))

    def silence(self, occurrence: Occurrence, author: str, at: Instant, outcome: Outcome) -> None:
        """Note that it drives no siren any more; the next alarm does again."""
        silenced = replace(occurrence, silenced=True)
        self._put(silenced, outcome)
        outcome.events.append(event_of(silenced, Change.SILENCED, at, author=author))

    def _keep(self, occurrence: Occurrence) -> None:
        self._table[occurrence.condition, occurrence.source] = occurrence
        self._of[occurrence.condition][occurrence.source] = occurrence

    def _put(self, occurrence: Occurrence, outcome: Outcome) -> None:
        self._keep(occurrence)
        outcome.changes[occurrence.row] = row_of(occurrence)


def event_of(
    occurrence: Occurrence,
    change: Change,
    at: Instant,
    *,
    evidence: tuple[Evidence, ...] = (),
    author: str | None = None,
) -> ConditionEvent:
    """Make the event of a change to a condition."""
    return ConditionEvent(
        change=change,
        condition=occurrence.condition,
        zone=occurrence.zone,
        source=occurrence.source,
        incident=occurrence.incident,
        at=at,
        latched=occurrence.latched,
        cause=occurrence.cause,
        detail=occurrence.detail,
        evidence=evidence,
        author=occurrence.author if author is None else author,
        mode=occurrence.mode,
        ends=occurrence.ends,
    )


def row_of(occurrence: Occurrence) -> str:
    """Give the durable form of a condition."""
    row = json.dumps(
        {
            "zone": occurrence.zone,
            "boot": occurrence.incident.boot_id,
            "at": occurrence.incident.at,
            "latched": occurrence.latched,
            "standing": occurrence.standing,
            "cause": occurrence.cause,
            "detail": occurrence.detail,
            "acknowledged": occurrence.acknowledged,
            "silenced": occurrence.silenced,
            "mode": occurrence.mode,
            "author": occurrence.author,
            "ends": occurrence.ends,
            "ends_boot": occurrence.ends_boot,
            "ends_utc_ns": occurrence.ends_utc_ns,
            "detectors": occurrence.detectors,
        },
        ensure_ascii=False,
    )
    # A detail may come from a wire or a foreign library: what is no text must not stop the journal.
    return row.encode("utf-8", "replace").decode()


def occurrence_of(key: str, row: str) -> Occurrence | None:
    """Read a durable row; None where a later version wrote what this one does not know.

    What an earlier version did not write has its default.
    """
    condition, _, source = key.removeprefix(ROW_PREFIX).partition("/")
    try:
        fields: Mapping[str, Any] = json.loads(row)
        return Occurrence(
            condition=Condition(condition),
            zone=_text(fields["zone"]),
            source=source,
            incident=Moment(str(fields["boot"]), Instant(int(str(fields["at"])))),
            latched=bool(fields["latched"]),
            standing=bool(fields["standing"]),
            cause=str(fields["cause"]),
            detail=str(fields["detail"]),
            acknowledged=_text(fields["acknowledged"]),
            silenced=bool(fields["silenced"]),
            mode=Mode(fields.get("mode", Mode.LIVE)),
            author=_text(fields.get("author")),
            ends=_instant(fields.get("ends")),
            ends_boot=str(fields.get("ends_boot", "")),
            ends_utc_ns=_instant(fields.get("ends_utc_ns")),
            detectors=tuple(map(str, fields.get("detectors", ()))),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _text(field: object) -> str | None:
    return None if field is None else str(field)


def _instant(field: object) -> Instant | None:
    return None if field is None else Instant(int(str(field)))
