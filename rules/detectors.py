"""All detectors of a site: what they measure, what of it the rules may see, which are silent."""

from collections.abc import Callable, Collection, Iterable, Mapping

from rules.condition import Condition
from rules.health import HealthState
from rules.instant import Instant
from rules.language.syntax import Point
from rules.occurrence import Occurrences
from rules.reading import FailedPoll, FaultCause, Reading
from rules.running_detector import RunningDetector
from rules.site import DetectorDefinition, SiteDefinition
from rules.step import Outcome
from rules.values import Values


class Detectors:
    """The detectors at work. What turns in them is given back, for whoever judges by it.

    Args:
        site: the site.
        values: where what the rules may see is kept.
        occurrences: the table of conditions in force.
        boot_id: of this boot.
        started: when this process began.
        warming: whether a detector, by its id, warms up now: they do after a boot, not after a
            restart.

    Attributes:
        by_id: each detector.
        met: those that this boot has known, by their ids.
    """

    def __init__(  # noqa: PLR0913 - what a life of the engine begins with
        self,
        site: SiteDefinition,
        values: Values,
        occurrences: Occurrences,
        boot_id: str,
        *,
        started: Instant,
        warming: Callable[[str], bool],
    ) -> None:
        self._values = values
        self._occurrences = occurrences
        self.by_id: Mapping[str, RunningDetector] = {
            detector.id: RunningDetector(
                detector, values, boot_id, started=started, warming=warming(detector.id)
            )
            for detector in site.detectors
        }
        self.met = frozenset(self.by_id)
        self._on_bus: dict[str, list[RunningDetector]] = {}
        for detector in self.by_id.values():
            self._on_bus.setdefault(detector.definition.bus, []).append(detector)

    def has_bus(self, bus: str) -> bool:
        """Tell whether a detector of the site is on a bus."""
        return bus in self._on_bus

    # -- across a restart, and a change of the configuration --------------------------------------

    def restore(self, rows: Mapping[str, str], now: Instant) -> None:
        """Take the faults and latched values that the durable rows tell of."""
        for detector in self.by_id.values():
            detector.restore(rows, self._occurrences, now)

    def inherit(self, former: "Detectors", now: Instant) -> list[RunningDetector]:
        """Go on where the same detectors are; give the others, which begin anew.

        A changed one keeps its faults and what of it is latched, as over a restart.
        """
        self.met |= former.met
        rows = former.rows
        anew = []
        for detector in self.by_id.values():
            before = former.by_id.get(detector.definition.id)
            if before is not None and before.definition == detector.definition:
                detector.inherit(before)
                continue
            detector.restore(rows, self._occurrences, now)
            bus = detector.definition.bus
            if self._occurrences.get(Condition.FAULT, f"bus/{bus}") is not None:
                detector.supervision.bus_went(down=True, at=now)
            anew.append(detector)
        return anew

    def unchanged(self, site: SiteDefinition) -> frozenset[str]:
        """Give the detectors that are the same in another configuration."""
        return frozenset(
            each.id
            for each in site.detectors
            if each.id in self.by_id and self.by_id[each.id].definition == each
        )

    @property
    def rows(self) -> Mapping[str, str]:
        """Their durable rows."""
        return {key: row for detector in self.by_id.values() for key, row in detector.rows.items()}

    # -- what buses tell ------------------------------------------------------------------------

    def measured(self, reading: Reading, outcome: Outcome) -> tuple[Point, bool] | None:
        """Take a reading; see RunningDetector.measured."""
        detector = self.by_id.get(reading.detector)
        return None if detector is None else detector.measured(reading, self._occurrences, outcome)

    def failed(self, failed: FailedPoll, now: Instant, outcome: Outcome) -> list[Point]:
        """Take a poll that failed; give the points that are lost by it."""
        detector = self.by_id.get(failed.detector)
        if detector is None:
            return []
        change = detector.supervision.failed(failed.cause, failed.detail, failed.at)
        detector.note(change, now, self._occurrences, outcome)
        if failed.cause is FaultCause.WARMING_UP:
            return detector.lose(now)  # no fault, and nothing to be believed
        if failed.cause is FaultCause.DEVICE_WARNING:
            return []  # its values follow
        return [] if change is None else _lose((detector,), now)

    def bus_down(self, bus: str, now: Instant) -> list[Point]:
        """Take note that a bus is down; give the points that are lost by it."""
        wired = self._on_bus.get(bus, [])
        for detector in wired:
            detector.supervision.bus_went(down=True, at=now)
        return _lose(wired, now)

    def bus_up(self, bus: str, now: Instant) -> None:
        """Take note that a bus works again."""
        for detector in self._on_bus.get(bus, ()):
            detector.supervision.bus_went(down=False, at=now)

    # -- time -----------------------------------------------------------------------------------

    def look_for_silent(self, now: Instant, outcome: Outcome) -> list[Point]:
        """Find those that have been silent for too long; give the points that are lost by it."""
        silent: list[RunningDetector] = []
        for detector in self.by_id.values():
            change = detector.supervision.tick(now)
            if change is not None:
                detector.note(change, now, self._occurrences, outcome)
                silent.append(detector)
        return _lose(silent, now)

    def end_service_lives(self, utc_ns: int, now: Instant, outcome: Outcome) -> None:
        """Find those whose service life is over by the wall clock."""
        for detector in self.by_id.values():
            if not detector.supervision.is_aging:
                continue
            change = detector.supervision.wall(utc_ns)
            detector.note(change, now, self._occurrences, outcome)

    # -- what people order ----------------------------------------------------------------------

    def unlatch(
        self, zone: str | None, named: Collection[str], now: Instant, outcome: Outcome
    ) -> list[Point]:
        """Give up latched over-range values in a zone, or in all, and of those that are named."""
        freed: list[Point] = []
        for detector in self.by_id.values():
            if zone in (None, detector.definition.zone) or detector.definition.id in named:
                freed += detector.unlatch(now, outcome)
        return freed

    def hide(self, zone: str, now: Instant, *, hidden: bool) -> list[Point]:
        """Hide a zone's from the rules of other zones, or show them; give their points."""
        turned: list[Point] = []
        for detector in self.by_id.values():
            if detector.definition.zone == zone:
                turned += detector.hide(now, hidden=hidden)
        return turned

    def disable(
        self, now: Instant, is_disabled: Callable[[DetectorDefinition], bool]
    ) -> list[Point]:
        """Hide from all rules those that are disabled, show the others; give what turned."""
        turned: list[Point] = []
        for detector in self.by_id.values():
            turned += detector.disable(now, disabled=is_disabled(detector.definition))
        return turned

    # -- what an unknown value means ------------------------------------------------------------

    def is_lost(self, point: Point, now: Instant) -> bool:
        """Tell whether a point is unknown because its detector is faulty."""
        detector = self.by_id[point.detector]
        if detector.disabled or self.is_starting(point):
            return False
        if self._values.point(point).value is not None:
            return False
        return detector.supervision.health(now).state is HealthState.FAULTY

    def is_starting(self, point: Point) -> bool:
        """Tell whether a point has not been heard of since the start, and it is early for that."""
        detector = self.by_id[point.detector]
        if detector.disabled or detector.supervision.silent:
            return False
        return point.quantity in detector.awaited

    def is_settling(self, point: Point, now: Instant) -> bool:
        """Tell whether a point's detector is starting or warming up."""
        detector = self.by_id[point.detector]
        return self.is_starting(point) or (
            not detector.disabled and detector.supervision.warming_up(now)
        )


def _lose(detectors: Iterable[RunningDetector], now: Instant) -> list[Point]:
    """Make all that some detectors measure unknown; give their points."""
    points: list[Point] = []
    for detector in detectors:
        detector.lose(now)
        points += [point for point, _ in detector.points.values()]
    return points
