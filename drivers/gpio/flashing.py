"""Judges a relay that flashes while there is an alarm.

The relay of some panels closes and opens in step with the panel's lamp. It is active from the
second time that it becomes active within a window, and at rest again once its contact has rested
for as long as the window. A contact that stays active, and does not flash, is active when it has
stayed so for as long as the window: a relay that is stuck must not read as rest. A contact that
becomes active once and rests again is neither.
"""

from drivers.gpio.debounce import Debouncer, Judgement
from drivers.gpio.judge import Edge, Finding
from rules.instant import Duration, Instant, later


class FlashingJudge:
    """The judge of one flashing relay. Its contact's level is judged as that of any other."""

    def __init__(self, hold: Duration, within: Duration) -> None:
        """Begin.

        Args:
            hold: how long a level must hold before it counts.
            within: the window.
        """
        self._contact = Debouncer(hold)
        self._within = within
        self._closed: bool | None = None  # the contact, as it was judged last
        self._since = Instant(0)  # since when it is so
        self._closed_last: Instant | None = None  # when it became active last
        self._active = False  # the relay as a whole
        self._changed_at: Instant | None = None  # not yet told

    @property
    def due(self) -> Instant | None:
        """When the level is to be read; None while nothing is in doubt and nothing will change."""
        wanted = (self._contact.due, self._turns_at)
        return min((instant for instant in wanted if instant is not None), default=None)

    @property
    def _turns_at(self) -> Instant | None:
        """When the relay becomes what its contact is, if that stays as it is."""
        if self._closed is None or self._closed == self._active:
            return None
        return later(self._since, self._within)

    def edge(self, edge: Edge) -> None:
        """Take an edge: a hint that the level is to be read."""
        self._contact.edge(edge.at)

    def missed(self, edges: int) -> None:
        """Do without them: the level counts, and the newest edge is always kept."""

    def read(self, active: bool, at: Instant) -> Finding | None:
        """Take the level; give what is to be told, or None while it is in doubt."""
        judgement = self._contact.read(active, at)
        if judgement is None:
            return None
        if judgement.changed:
            self._take(judgement)
        self._turn(at)
        changed_at, self._changed_at = self._changed_at, None
        return Finding(
            "contact", float(self._active), changed_at or judgement.at, changed_at is not None
        )

    def _take(self, contact: Judgement) -> None:
        """Take a change of the contact."""
        self._turn(contact.at)
        self._closed, self._since = contact.level, contact.at
        if not contact.level:
            return
        before, self._closed_last = self._closed_last, contact.at
        if not self._active and before is not None and contact.at - before <= self._within:
            self._active, self._changed_at = True, contact.at

    def _turn(self, at: Instant) -> None:
        """Let the relay become what its contact has been for the window."""
        turns_at = self._turns_at
        if turns_at is not None and turns_at <= at:
            self._active, self._changed_at = not self._active, turns_at
