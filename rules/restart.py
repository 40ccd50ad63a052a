"""What is left over a restart: taken from the durable rows, then told again or ended."""

from collections.abc import Iterable, Mapping
from typing import Final

from rules.alarm import Phase
from rules.condition import Condition
from rules.detectors import Detectors
from rules.event import Notice, NoticeEvent
from rules.instant import Instant, Moment
from rules.occurrence import ROW_PREFIX, Occurrence, Occurrences, occurrence_of
from rules.protection import ZoneProtection
from rules.running_detector import LATCH_PREFIX
from rules.running_rule import PENDING_PREFIX, RAISING, RunningRule
from rules.step import Outcome

CONFIGURATION_ROW: Final = "configuration"
TOLD_AGAIN: Final = RAISING | {Condition.DISABLED, Condition.TEST}


class Restart:
    """The durable rows of the last life, as far as this one has a use for them.

    Args:
        rows: the durable rows at the start.
        occurrences: the table of conditions in force.
        rules: by the source of what they raise.
        detectors: of the site.
        protection: of its zones.
    """

    def __init__(
        self,
        rows: Mapping[str, str],
        occurrences: Occurrences,
        rules: Mapping[str, RunningRule],
        detectors: Detectors,
        protection: ZoneProtection,
    ) -> None:
        self._rows = dict(rows)
        self._occurrences = occurrences
        self._rules = rules
        self._detectors = detectors
        self._protection = protection

    def restore(self, now: Instant) -> None:
        """Take what was in force, what built up, and what was latched."""
        for key, row in self._rows.items():
            if key.startswith(ROW_PREFIX):
                occurrence = occurrence_of(key, row)
                if occurrence is not None:
                    self._occurrences.restore(occurrence)
        for rule in self._rules.values():
            rule.restore(self._rows)
        self._detectors.restore(self._rows, now)

    def compare_configuration(self, fingerprint: str, now: Instant, outcome: Outcome) -> None:
        """Tell where the site is configured in another way than in its last life."""
        before = self._rows.get(CONFIGURATION_ROW)
        if before == fingerprint or not fingerprint:
            return
        outcome.changes[CONFIGURATION_ROW] = fingerprint
        if before is not None:
            detail = f"from {before[:12]} to {fingerprint[:12]}"
            notice = Notice.CONFIGURATION_CHANGED
            outcome.events.append(NoticeEvent(notice=notice, at=now, detail=detail))

    def tell(self, started: Moment, outcome: Outcome) -> None:
        """Tell alarms, disablements and tests again; end what the configuration has no more."""
        now = started.at
        for occurrence in self._occurrences:
            if occurrence.incident == started and occurrence.row in outcome.changes:
                continue  # entered just now
            if not self._is_known(occurrence) and not occurrence.latched:
                self._occurrences.leave(occurrence, now, outcome, cause="configuration-changed")
            elif occurrence.condition in TOLD_AGAIN:
                self._occurrences.tell_again(occurrence, now, outcome)

    def drop_rows(self, outcome: Outcome) -> None:
        """Give up the rows of what builds up, or is latched, no more."""
        kept = set(self._pending()) | self._detectors.rows
        for row in self._rows:
            if row.startswith((PENDING_PREFIX, LATCH_PREFIX)) and row not in kept:
                outcome.changes[row] = None

    def _pending(self) -> Iterable[str]:
        return (rule.row for rule in self._rules.values() if rule.life.phase is Phase.PENDING)

    def _is_known(self, occurrence: Occurrence) -> bool:
        """Tell whether the configuration still has what a condition is about."""
        if occurrence.condition in (Condition.DISABLED, Condition.TEST):
            return True  # Disablements and WalkTests have seen to it
        kind, _, name = occurrence.source.partition("/")
        match kind:
            case "rule" | "call-point":
                rule = self._rules.get(occurrence.source)
                return rule is not None and rule.keeps(occurrence)
            case "detector":
                return name.partition("/")[0] in self._detectors.by_id
            case "bus":
                return self._detectors.has_bus(name)
            case "zone":
                return self._protection.watches(name)
            case _:
                return True  # parts of the gateway: the wiring knows which there are
