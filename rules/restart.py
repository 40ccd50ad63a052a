"""What is left over a restart: taken from the durable rows, then told again or ended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rules.condition import Condition
from rules.event import Notice, NoticeEvent
from rules.instant import Instant
from rules.occurrence import ROW_PREFIX, Occurrence, occurrence_of
from rules.running_detector import LATCH_PREFIX
from rules.running_rule import PENDING_PREFIX, RAISING
from rules.step import Outcome
from rules.works import Works

CONFIGURATION_ROW: Final = "configuration"
BOOT_ROW: Final = "boot"
CHANGED: Final = "configuration-changed"
TOLD_AGAIN: Final = RAISING | {Condition.DISABLED, Condition.TEST}


class Restart:
    """The durable rows of the last life, as far as this one has a use for them.

    Args:
        rows: the durable rows at the start.
        works: the parts of the engine that begins.
    """

    def __init__(self, rows: Mapping[str, str], works: Works) -> None:
        self._rows = dict(rows)
        self._works = works
        for key, row in self._rows.items():
            if key.startswith(ROW_PREFIX):
                occurrence = occurrence_of(key, row)
                if occurrence is not None:
                    works.occurrences.restore(occurrence)
        for rule in works.judging.rules.values():
            rule.restore(self._rows)
        works.detectors.restore(self._rows, works.now)
        works.annunciation.restore(works.occurrences)

    def begin(self, now: Instant, outcome: Outcome) -> None:
        """Tell what survived, end what did not, and look at everything."""
        works = self._works
        outcome.changes[BOOT_ROW] = works.boot_id
        before = self._rows.get(CONFIGURATION_ROW)
        compare_configuration(before, works.site.fingerprint, now, outcome)
        works.tests.start(now, outcome)
        works.disablements.start(now, outcome)
        self._tell(now, outcome)
        self._drop_rows(outcome)
        # Unknown may count as true, and nothing else would make such a rule look again. What the
        # rules name comes first: none may take a condition that is in force for one that is over.
        works.judging.follow_conditions(now, outcome)
        works.judging.judge(works.judging.rules.values(), now, outcome)
        works.protection.review(works.protection.zones, now, outcome)

    def _tell(self, now: Instant, outcome: Outcome) -> None:
        """Tell alarms, disablements and tests again; end what the configuration has no more."""
        works = self._works
        started = works.moment(now)
        for occurrence in works.occurrences:
            if occurrence.incident == started and occurrence.row in outcome.changes:
                continue  # entered just now
            if not works.configured.has(occurrence) and not occurrence.latched:
                works.occurrences.leave(occurrence, now, outcome, cause=CHANGED)
            elif (zone := works.configured.zone_of(occurrence)) != occurrence.zone:
                move(works, occurrence, zone, now, outcome)
            elif occurrence.condition in TOLD_AGAIN:
                works.occurrences.tell_again(occurrence, now, outcome)

    def _drop_rows(self, outcome: Outcome) -> None:
        """Give up the rows of what builds up, or is latched, no more."""
        works = self._works
        kept = works.judging.pending_rows.keys() | works.detectors.rows.keys()
        for row in self._rows:
            if row.startswith((PENDING_PREFIX, LATCH_PREFIX)) and row not in kept:
                outcome.changes[row] = None


def move(
    works: Works, occurrence: Occurrence, zone: str | None, now: Instant, outcome: Outcome
) -> None:
    """Tell a condition in the zone where its source is now.

    There nobody has seen it yet, or silenced it.
    """
    works.occurrences.leave(occurrence, now, outcome, cause=CHANGED)
    moved = replace(
        occurrence, zone=zone, incident=works.moment(now), acknowledged=None, silenced=False
    )
    works.occurrences.enter(moved, outcome)


def compare_configuration(
    before: str | None,
    fingerprint: str,
    now: Instant,
    outcome: Outcome,
    *,
    author: str | None = None,
) -> None:
    """Tell where the site is configured in another way than it was, and keep how."""
    if before == fingerprint or not fingerprint:
        return
    outcome.changes[CONFIGURATION_ROW] = fingerprint
    if before is not None:
        detail = f"from {before[:12]} to {fingerprint[:12]}"
        notice = Notice.CONFIGURATION_CHANGED
        outcome.events.append(NoticeEvent(notice=notice, at=now, detail=detail, author=author))
