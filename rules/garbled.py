"""How well a line carries the answers of one detector: a bad line shows before it fails."""

from typing import Final

from rules.instant import Instant, in_seconds, seconds
from rules.reading import FaultCause

GARBLED: Final = frozenset({FaultCause.BAD_CHECKSUM, FaultCause.BAD_REPLY})
"""What comes of an answer that was garbled on its way."""

WITHIN: Final = seconds(60)
MOST_GARBLED: Final = 6
"""More garbled answers than this within a minute are a fault, though the others count."""

FEW_GARBLED: Final = 1
"""With no more than this within a minute that fault is over."""


class GarbledAnswers:
    """The newest garbled answers, as many as it takes to know."""

    __slots__ = ("_newest", "_started")

    def __init__(self, started: Instant) -> None:
        self._started = started
        self._newest: tuple[Instant, ...] = ()

    def came(self, at: Instant) -> None:
        """Take one more."""
        self._newest = (*self._newest, at)[-(MOST_GARBLED + 1) :]

    def too_many(self, now: Instant) -> str:
        """Say how many there were within the last minute, where that is too many; else nothing."""
        if len(self._newest) <= MOST_GARBLED or now - self._newest[0] >= WITHIN:
            return ""
        span = in_seconds(self._newest[-1] - self._newest[0])
        return f"{len(self._newest)} garbled answers in {span:.0f} s"

    def are_few(self, now: Instant) -> bool:
        """Tell whether there were few within the last minute, and that minute is known."""
        beyond = len(self._newest) - FEW_GARBLED - 1
        since = self._newest[beyond] if beyond >= 0 else self._started
        return now - since >= WITHIN
