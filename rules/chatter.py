"""How often a contact goes on and off: one that chatters says nothing that can be relied on.

A loose wire, a detector head that is not screwed in, water in a call point. Each coming counts all
the same, since what chatters may be a fire; it is told as a fault besides.
"""

from collections import deque
from typing import Final

from rules.instant import Instant, in_seconds, seconds

WITHIN: Final = seconds(60)
MOST_COMINGS: Final = 6
"""A contact that becomes active more often than this within a minute chatters."""


class Chatter:
    """The newest comings of one contact.

    Attributes:
        detail: what is told of it while it chatters, else empty. It is over once the contact has
            rested, or has been active, for a minute.
    """

    __slots__ = ("_changed", "_comings", "_level", "detail")

    def __init__(self) -> None:
        self.detail = ""
        self._level: float | None = None
        self._changed = Instant(0)
        self._comings: deque[Instant] = deque(maxlen=MOST_COMINGS + 1)

    def restore(self, detail: str) -> None:
        """Take chatter that stood before a restart."""
        self.detail = detail

    def take(self, level: float, at: Instant) -> None:
        """Take a level: 1.0 where the contact is active."""
        if level != self._level:
            self._level, self._changed = level, at
            if level:
                self._came(at)
        elif self.detail and at - self._changed >= WITHIN:
            self.detail = ""

    def _came(self, at: Instant) -> None:
        comings = self._comings
        comings.append(at)
        if len(comings) > MOST_COMINGS and at - comings[0] < WITHIN:
            span = in_seconds(at - comings[0])
            self.detail = f"contact: became active {len(comings)} times in {span:.0f} s"
