"""The parts of an engine on one site, and what each of them asks of the others."""

from typing import Final

from rules.annunciation import Annunciation
from rules.configured import Configured
from rules.detectors import Detectors
from rules.disablement import Disablements
from rules.instant import Instant, Moment
from rules.judging import Judging
from rules.language.syntax import Point
from rules.occurrence import Occurrences
from rules.profile import DetectorKind
from rules.protection import ZoneProtection
from rules.responses import Responses
from rules.running_rule import RunningRule, Surroundings, call_point_rule
from rules.site import SiteDefinition
from rules.values import Values
from rules.walk_test import WalkTests
from rules.wall import Wall

EQUIPMENT: Final = frozenset({DetectorKind.SUPERVISED_EQUIPMENT, DetectorKind.PANEL_FAULT})
"""Kinds that detect neither fire nor gas."""


class Works:
    """Makes the parts and joins them; what they begin with, Restart and Succession see to.

    Args:
        site: the site.
        boot_id: of this boot.
        started: when this life of the engine began.
        warming: whether this is the first life of the boot: detectors warm up then.
        former: of the engine that this one succeeds. What of it has not changed is copied, never
            shared: it goes on by itself, should this one be thrown away.

    Attributes:
        now: the newest instant of the core.
        turned: the points that orders and tests hid or showed in this step.
    """

    def __init__(
        self,
        site: SiteDefinition,
        boot_id: str,
        started: Instant,
        *,
        warming: bool = False,
        former: "Works | None" = None,
    ) -> None:
        self.site = site
        self.boot_id = boot_id
        self.now = started
        self.turned: list[Point] = []
        self.values: Values = Values(
            {detector.id: detector.zone for detector in site.detectors},
            None if former is None else former.values,
            () if former is None else former.detectors.unchanged(site),
        )
        self.occurrences = Occurrences()
        self.wall = Wall(site.schedules, site.utc_offset, self.values)
        # What was wired up while the gateway ran has only just got its power.
        met = frozenset[str]() if former is None else former.detectors.met
        self.detectors: Detectors = Detectors(
            site,
            self.values,
            self.occurrences,
            boot_id,
            started=started,
            warming=lambda name: warming if former is None else name not in met,
        )
        self.judging = Judging(self._make_rules(started), self.values, self.occurrences)
        rules = self.judging.rules.values()
        self.protection = ZoneProtection(
            rules, self.occurrences, self.moment, self.detectors.is_starting
        )
        zones = [zone.id for zone in site.zones]
        self.tests = WalkTests(
            zones,
            rules,
            self.occurrences,
            boot_id,
            apply=self._hide,
            responses_in=self._responses_in,
            equipment=[each.id for each in site.detectors if each.kind in EQUIPMENT],
        )
        self.disablements = Disablements(
            site, boot_id, self.occurrences, self.wall, self._apply_disablements
        )
        self.annunciation = Annunciation(site.outputs)
        self.configured = Configured(
            self.judging.rules, self.detectors, self.protection, site.buses
        )

    def moment(self, at: Instant) -> Moment:
        """Give an instant of this boot its boot."""
        return Moment(self.boot_id, at)

    def _make_rules(self, started: Instant) -> list[RunningRule]:
        around = Surroundings(
            boot_id=self.boot_id,
            occurrences=self.occurrences,
            is_lost=lambda point: self.detectors.is_lost(point, self.now),
            is_settling=lambda point: self.detectors.is_settling(point, self.now),
            started=started,
        )
        rules = [RunningRule(rule, self.values, around) for rule in self.site.rules]
        return rules + [
            RunningRule(call_point_rule(detector), self.values, around, call_point=True)
            for detector in self.site.detectors
            if detector.kind is DetectorKind.MANUAL_CALL_POINT
        ]

    def _responses_in(self, zone: str) -> Responses:
        detectors = [each for each in self.site.detectors if each.zone == zone]
        rules = [rule.definition for rule in self.judging.rules.values()]
        return Responses(detectors, rules, self.values)

    def _hide(self, zone: str, now: Instant, hidden: bool) -> None:
        self.turned += self.detectors.hide(zone, now, hidden=hidden)

    def _apply_disablements(self) -> None:
        self.turned += self.detectors.disable(self.now, self.disablements.has_detector)
        for rule in self.judging.rules.values():
            blocked = not rule.is_call_point and self.disablements.has_zone(rule.definition.zone)
            if blocked is not rule.blocked:
                rule.blocked = blocked
                self.turned += sorted(rule.points, key=str)
