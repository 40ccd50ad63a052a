"""A change of the configuration while the engine runs: what goes on, what ends, what begins anew.

An engine succeeds another in the same life of the gateway. What both configurations have goes on
as if nothing had been: conditions in force, detectors, rules with their windows and running `for`s,
disablements, tests, the levels of outputs. None of it is told again. What has changed begins anew,
and what is gone ends, but for a latched alarm: that stays until a person resets it.
"""

from collections.abc import Iterator

from rules.instant import Instant
from rules.restart import CHANGED, compare_configuration, move
from rules.running_rule import RunningRule
from rules.site import SiteDefinition
from rules.step import Outcome
from rules.works import Works


class Succession:
    """One engine's parts taking over from another's.

    Args:
        former: the parts of the engine that is succeeded; none of them is changed.
        works: those of the engine that begins, made over the former.
        author: who had the configuration changed, where somebody did.
    """

    def __init__(self, former: Works, works: Works, author: str | None) -> None:
        self._former = former
        self._works = works
        self._author = author
        for occurrence in former.occurrences:
            works.occurrences.restore(occurrence)
        works.wall.inherit(former.wall)
        self._detectors = works.detectors.inherit(former.detectors, works.now)
        self._rules = self._without(works.judging.inherit(former.judging))
        works.tests.inherit(former.tests)
        works.disablements.inherit(former.disablements)
        works.annunciation.inherit(former.annunciation)
        works.turned += [
            point for point in former.turned if point.detector in works.detectors.by_id
        ]
        works.values.forget_former()

    def _without(self, anew: list[RunningRule]) -> list[RunningRule]:
        """Add to the rules that begin anew those that look at a detector that does."""
        names = {detector.definition.id for detector in self._detectors}
        looking = set(anew)
        for rule in self._works.judging.rules.values():
            if rule not in looking and any(point.detector in names for point in rule.points):
                rule.began = self._works.now
                looking.add(rule)
        return [rule for rule in self._works.judging.rules.values() if rule in looking]

    def begin(self, now: Instant, outcome: Outcome) -> None:
        """Tell that the configuration has changed, and all that this leads to."""
        works, site = self._works, self._works.site
        before = self._former.site.fingerprint or None
        compare_configuration(before, site.fingerprint, now, outcome, author=self._author)
        self._end_and_move(now, outcome)
        works.tests.succeed(self._rules, now, outcome)
        works.disablements.succeed(now, outcome)
        for detector in self._detectors:
            if works.tests.has(detector.definition.zone):
                detector.hide(now, hidden=True)
        self._drop_rows(outcome)
        self._judge(now, outcome)

    def _end_and_move(self, now: Instant, outcome: Outcome) -> None:
        """End what the configuration has no more; have the rest in the zone where its source is."""
        works = self._works
        for occurrence in works.occurrences:
            if not works.configured.has(occurrence):
                # A bus that neither is said to have: whoever told its fault will tell its end.
                is_gone = self._former.configured.has(occurrence)
                if is_gone and not occurrence.latched:
                    works.occurrences.leave(occurrence, now, outcome, cause=CHANGED)
                continue
            if (zone := works.configured.zone_of(occurrence)) != occurrence.zone:
                move(works, occurrence, zone, now, outcome)

    def _drop_rows(self, outcome: Outcome) -> None:
        """Give up the rows of what builds up, or is latched, no more."""
        kept = set(self._rows_of(self._works))
        for row in self._rows_of(self._former):
            if row not in kept:
                outcome.changes[row] = None

    @staticmethod
    def _rows_of(works: Works) -> Iterator[str]:
        yield from works.judging.pending_rows
        yield from works.detectors.rows

    def _judge(self, now: Instant, outcome: Outcome) -> None:
        """Judge what begins anew, once all that it looks at is known, and review its zones."""
        works, former = self._works, self._former
        works.judging.look_at_conditions(former.judging)
        if self._rules or _calendar(works.site) != _calendar(former.site):
            works.judging.judge_schedules(works.wall.look(now), now, outcome)
        works.judging.judge(self._rules, now, outcome)
        works.protection.review(sorted(self._zones()), now, outcome)

    def _zones(self) -> set[str]:
        """Give the zones whose rules or detectors are not what they were."""
        judging, former = self._works.judging, self._former.judging
        gone = former.rules.keys() - judging.rules.keys()
        zones = {rule.definition.zone for rule in self._rules}
        zones |= {former.rules[source].definition.zone for source in gone}
        return {zone for zone in zones if self._works.protection.watches(zone)}


def _calendar(site: SiteDefinition) -> tuple[object, ...]:
    return site.schedules, site.utc_offset
