"""Whether an output takes its level, told without wavering.

A failed attempt is tried again soon, then ever more seldom. That the output is down is told after
the third failure, whether others succeeded in between: one that fails now and then is not sound.
That it is up again is told when no attempt has failed for a while.
"""

from typing import Final

from rules.instant import Duration, Instant, later, seconds

FAILURES_BEFORE_TELLING: Final = 3
FIRST_AGAIN_AFTER: Final = seconds(0.1)
LONGEST_AGAIN_AFTER: Final = seconds(5)
SOUND_AFTER: Final = seconds(10)
MOST_DOUBLINGS: Final = 10


class Soundness:
    """What is known of one output in one run of its bus."""

    def __init__(self) -> None:
        self._failures = 0  # since it was sound last
        self._in_a_row = 0
        self._newest = Instant(0)
        self._is_up: bool | None = None  # as was told

    @property
    def due(self) -> Instant | None:
        """When it is to be tried again; None while the newest attempt succeeded.

        No chance is in the wait: nobody else waits for this line.
        """
        if not self._in_a_row:
            return None
        doubled = FIRST_AGAIN_AFTER << min(self._in_a_row - 1, MOST_DOUBLINGS)
        return later(self._newest, Duration(min(doubled, LONGEST_AGAIN_AFTER)))

    @property
    def works(self) -> bool:
        """Whether the newest attempt succeeded."""
        return not self._in_a_row

    def failed(self, at: Instant) -> bool:
        """Take a failed attempt; tell whether it is to be told that the output is down."""
        self._failures += 1
        self._in_a_row += 1
        self._newest = at
        if self._is_up is False or self._failures < FAILURES_BEFORE_TELLING:
            return False
        self._is_up = False
        return True

    def succeeded(self, at: Instant) -> bool:
        """Take an attempt that succeeded; tell whether it is to be told that the output is up."""
        self._in_a_row = 0
        if self._failures and at - self._newest >= SOUND_AFTER:
            self._failures = 0
        if self._is_up or (self._is_up is False and self._failures):
            return False
        self._is_up = True
        return True
