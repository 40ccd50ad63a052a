"""Judges a contact by its level: a level counts once it has held.

Edges are only hints. An edge, or a reading that differs from what was judged, opens a window of
doubt; the level that is found when the window ends counts. A further edge starts the hold time anew
but never makes the window longer than a bound, since a contact that chatters without end must not
hide an alarm.
"""

from dataclasses import dataclass

from rules.instant import Duration, Instant, later, seconds

HOLDS_PER_WINDOW = 10  # a relay bounces for milliseconds: ten hold times without rest are no bounce
LONGEST_WINDOW = seconds(3)  # of the 10 s that EN 54-2 leaves for an alarm to be indicated


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a contact was found to be.

    Attributes:
        level: true where the line is high.
        at: since when the level has held, where it is another than before; else of the reading.
        changed: whether it is another than before.
    """

    level: bool
    at: Instant
    changed: bool


@dataclass(slots=True)
class _Window:
    """A time of doubt: when it began, since when no edge was seen, the level found since."""

    opened: Instant
    since: Instant
    level: bool | None


class Debouncer:
    """The judge of one contact. Its callers bring the time: `due` says when it wants a reading."""

    def __init__(self, hold: Duration) -> None:
        self._hold = hold
        self._longest = Duration(min(HOLDS_PER_WINDOW * hold, LONGEST_WINDOW))
        self._judged: bool | None = None
        self._confirmed = Instant(0)
        self._window: _Window | None = None

    @property
    def due(self) -> Instant | None:
        """When the level is to be read again; None while nothing is in doubt."""
        window = self._window
        if window is None:
            return None
        return min(later(window.since, self._hold), later(window.opened, self._longest))

    def edge(self, at: Instant) -> None:
        """Note that the line changed. An edge may be told late, after a reading that saw it."""
        at = max(at, self._confirmed)
        window = self._window
        if window is None:
            self._window = _Window(at, at, None)
        elif at >= window.since:
            window.since = at
            window.level = None

    def read(self, level: bool, at: Instant) -> Judgement | None:
        """Take the level of the line; give the judgement, or None while the level is in doubt."""
        window = self._window
        if window is None:
            if level == self._judged:
                self._confirmed = at
                return Judgement(level, at, changed=False)
            self._window = _Window(at, at, level)
            return None
        if window.level not in (None, level):  # an edge that nobody saw
            window.since = at
        window.level = level
        due = self.due
        assert due is not None
        if at < due:
            return None
        return self._judge(window, level, at)

    def _judge(self, window: _Window, level: bool, at: Instant) -> Judgement:
        """Close the window with the level that was found at its end."""
        changed = level != self._judged
        held = at - window.since >= self._hold
        since = max(window.since, self._confirmed) if changed and held else at
        self._judged = level
        self._confirmed = at
        self._window = None
        return Judgement(level, since, changed)
