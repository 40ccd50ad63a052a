"""What is out of service and what is under test, by whose order and until when."""

from dataclasses import dataclass

from oracle.history import SECOND
from oracle.lives import ALARMS, RAISING

from rules.condition import Mode
from rules.operator import LONGEST_DISABLEMENT, LONGEST_TEST, Disabled
from rules.profile import DetectorKind

STANDS_AT_MOST = 60 * SECOND
"""An alarm under test that stands longer is taken in earnest."""

GRACE = 600 * SECOND
"""How much longer a disablement may last after a reboot whose wall time is unknown."""


class Tests:
    """The zones under test, each with the instant at which that ends."""

    def __init__(self, site):
        self._site = site
        self._ends = {}

    def dues(self):
        ends = list(self._ends.values())
        return ends + [
            each.since + STANDS_AT_MOST for zone in self._ends for each in self._alarms(zone)
        ]

    def begin(self, order, now):
        zones = [zone.id for zone in self._site.definition.zones]
        chosen = zones if order.zone is None else [order.zone]
        if not set(chosen) <= set(zones) or not 0 < order.duration <= LONGEST_TEST:
            return
        everything = {*self._ends, *chosen} == set(zones)
        if set(chosen) <= self._ends.keys() or (everything and not order.whole_site):
            return
        if any(self._is_in_alarm(zone) for zone in chosen):
            return
        for zone in chosen:
            if zone not in self._ends:
                self._take_up(zone, now + order.duration, now)

    def end(self, order, now):
        chosen = [zone for zone in self._ends if order.zone in (None, zone)]
        return [each for zone in chosen for each in self._stop(zone, now)]

    def restart(self, now, *, is_new_boot):
        """A reboot ends every test; give what is told, and the rules that go on in earnest."""
        told, ends = [], self._ends
        self._ends = {}
        for zone, until in ends.items():
            self._take_up(zone, until, now)
            if is_new_boot:
                told += self._stop(zone, now)
        return told, {self._site.lives[each.source] for each in told}

    def look(self, now):
        """End each test whose time is over or that something in earnest has overtaken.

        Give what is told, and whether one was ended.
        """
        over = [zone for zone in self._ends if self._is_over(zone, now)]
        return [each for zone in over for each in self._stop(zone, now)], bool(over)

    def _is_over(self, zone, now):
        alarms = self._alarms(zone)
        return (
            self._ends[zone] <= now
            or any(life.raised for life in self._lives(zone) if life.is_call_point)
            or len(set().union(*(each.detectors for each in alarms))) > 1
            or any(now - each.since >= STANDS_AT_MOST for each in alarms)
        )

    def _alarms(self, zone):
        return [
            life.raised
            for life in self._lives(zone)
            if not life.is_call_point and life.definition.raises in ALARMS
            if life.raised is not None and life.raised.mode is Mode.TEST
        ]

    def _is_in_alarm(self, zone):
        return any(
            life.warned is Mode.LIVE
            or (life.raised and life.raised.mode is Mode.LIVE and life.definition.raises in RAISING)
            for life in self._lives(zone)
        )

    def _lives(self, zone):
        return [life for life in self._site.lives.values() if life.definition.zone == zone]

    def _take_up(self, zone, ends, now):
        self._ends[zone] = ends
        for life in self._lives(zone):
            if _is_tested(life):
                life.begin_test()
        self._hide(zone, now, hidden=True)

    def _stop(self, zone, now):
        del self._ends[zone]
        told = []
        for life in self._lives(zone):
            if _is_tested(life):
                told += life.end_test(now)
        self._hide(zone, now, hidden=False)
        return told

    def _hide(self, zone, now, *, hidden):
        for detector in self._site.detectors.values():
            if detector.definition.zone == zone:
                self._site.turned += detector.hide(now, hidden=hidden)


@dataclass(slots=True)
class Withheld:
    """One thing that is out of service.

    Attributes:
        since: when that began, by the clock of the boot since_boot.
        ends: when it ends, by the clock of the boot ends_boot.
        ends_utc: the same by the wall clock, where that has ever been known.
        is_grace: whether only the wall clock knows when it ends, which has not been told since.
    """

    since: int
    since_boot: int
    ends: int
    ends_boot: int
    ends_utc: int | None
    is_grace: bool = False


class Disablements:
    """What is out of service."""

    def __init__(self, site):
        self._site = site
        self._withheld = {}

    def dues(self):
        return [each.ends for each in self._withheld.values()]

    def disable(self, order, now):
        if self._is_refused(order):
            return
        utc = self._utc(now)
        ends_utc = None if utc is None else utc + order.duration
        boot = self._site.boot
        self._withheld[order.target] = Withheld(now, boot, now + order.duration, boot, ends_utc)
        self._apply()

    def enable(self, order):
        if self._withheld.pop(order.target, None) is not None:
            self._apply()

    def look(self, now):
        ended = [target for target, each in self._withheld.items() if each.ends <= now]
        for target in ended:
            del self._withheld[target]
        if ended:
            self._apply()

    def restart(self, now):
        for each in self._withheld.values():
            if each.ends_boot != self._site.boot:
                whole = each.ends - each.since if each.since_boot == each.ends_boot else GRACE
                each.ends, each.ends_boot = now + min(GRACE, whole), self._site.boot
            each.is_grace |= each.since_boot != self._site.boot
        self.look(now)
        self._apply()

    def wall_told(self, now):
        wall = self._site.wall
        says = wall.utc_ns + now - wall.at
        for each in self._withheld.values():
            if each.ends_utc is None and wall.is_known:
                each.ends_utc = says + each.ends - now
            elif each.ends_utc is not None and each.is_grace:
                by_wall = now + max(0, min(each.ends_utc - says, LONGEST_DISABLEMENT))
                each.ends = by_wall if wall.is_known else min(by_wall, each.ends)
            if wall.is_known:
                each.is_grace = False
        self.look(now)

    def _utc(self, now):
        wall = self._site.wall
        return wall.utc_ns + now - wall.at if wall is not None and wall.is_known else None

    def _has_zone(self, zone):
        return any(each.kind is Disabled.ZONE and each.id == zone for each in self._withheld)

    def _is_refused(self, order):
        target, definition = order.target, self._site.definition
        zones = {zone.id for zone in definition.zones}
        if target in self._withheld or not 0 < order.duration <= LONGEST_DISABLEMENT:
            return True
        match target.kind:
            case Disabled.DETECTOR:
                detector = self._site.detectors.get(target.id)
                return detector is None or _is_call_point(detector)
            case Disabled.ZONE:
                left = {zone for zone in zones - {target.id} if not self._has_zone(zone)}
                return target.id not in zones or not (left or order.whole_site)
            case Disabled.OUTPUT:
                return True  # these sites have none

    def _apply(self):
        site = self._site
        for name, detector in site.detectors.items():
            disabled = not _is_call_point(detector) and (
                any(each.kind is Disabled.DETECTOR and each.id == name for each in self._withheld)
                or self._has_zone(detector.definition.zone)
            )
            site.turned += detector.disable(site.now, disabled=disabled)
        for life in site.lives.values():
            is_blocked = not life.is_call_point and self._has_zone(life.definition.zone)
            if is_blocked is not life.is_blocked:
                life.is_blocked = is_blocked
                site.turned += life.points


def _is_tested(life):
    """Tell whether a test says what becomes of a rule: call points and faults are in earnest."""
    return not life.is_call_point and life.definition.raises in RAISING


def _is_call_point(detector):
    return detector.definition.kind is DetectorKind.MANUAL_CALL_POINT
