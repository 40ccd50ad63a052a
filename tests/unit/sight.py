"""What the rules of each zone can know: by the values shown, and what has been known of late."""

from itertools import pairwise

from promised_site import LOOKS, RAISERS, SPAN, ZONES

from rules.condition import Condition
from rules.instant import seconds

ENOUGH = seconds(SPAN) * 8 // 10
"""A window is known where so much of it is."""

POINTS = {
    zone: {point for look in RAISERS.values() if look.zone == zone for point in look.points}
    for zone in ZONES
}
WINDOWED = {
    zone: {point for look in RAISERS.values() if look.zone == zone for point in look.windowed}
    for zone in ZONES
}


class Sight:
    """Follows, through one life, from when to when each point with a window was known."""

    def __init__(self):
        self._known = {}
        self._detectors = {}
        self._ledger = None

    def note(self, at, detectors, ledger):
        """Take what the site shows after something that happened at an instant."""
        self._detectors = {each.id: each for each in detectors}
        self._ledger = ledger
        for look in LOOKS.values():
            for point in look.windowed:
                is_known = self._is_known(point, look.zone)
                stretches = self._known.setdefault((point, look.zone), [])
                if not stretches or stretches[-1][1] is not is_known:
                    newest = stretches[-1][0] if stretches else 0
                    stretches.append((max(at, newest), is_known))

    def lacks(self, zone, now):
        """Tell whether a raising rule of a zone lacks an input: a value, or enough of a window."""
        if (Condition.DISABLED, f"zone/{zone}") in self._ledger.in_force:
            return True
        return (
            self._detectors[f"{zone}-mcp"].values["contact"] is None
            or not all(self._is_known(point, zone) for point in POINTS[zone])
            or not all(self._covers((point, zone), now) for point in WINDOWED[zone])
        )

    def _is_known(self, point, zone):
        detector = self._detectors[point.detector]
        is_hidden = detector.zone != zone and self._ledger.is_under_test(detector.zone)
        return not (is_hidden or detector.disabled or detector.values[point.quantity] is None)

    def _covers(self, key, now):
        begins, known = now - seconds(SPAN), 0
        for (since, is_known), (until, _) in pairwise([*self._known[key], (now, False)]):
            if is_known:
                known += max(0, until - max(since, begins))
        return known >= ENOUGH
