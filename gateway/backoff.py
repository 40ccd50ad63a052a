"""How long to wait before the next attempt: exponential, with full jitter.

The wait is drawn evenly from nothing up to a ceiling that doubles with each failure. Full jitter,
because a province that loses power comes back as one herd: spread over the whole span, the herd
does the centre no harm.
"""

from dataclasses import dataclass

from rules.instant import Duration

MOST_DOUBLINGS = 40  # 1 ns doubled 40 times is 18 minutes: no ceiling in use lies beyond


@dataclass(frozen=True, slots=True)
class Backoff:
    """A rule for waiting.

    Attributes:
        first: the ceiling of the wait before the first attempt anew.
        longest: the ceiling that is never passed.
    """

    first: Duration
    longest: Duration

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.longest:
            raise ValueError(f"back-off from {self.first} ns to {self.longest} ns: not ascending")

    def ceiling(self, attempt: int) -> Duration:
        """Give the longest wait before an attempt; the first attempt anew is number 0."""
        if attempt < 0:
            raise ValueError(f"attempt {attempt}: attempts count from 0")
        return Duration(min(self.longest, self.first << min(attempt, MOST_DOUBLINGS)))

    def delay(self, attempt: int, random_fraction: float) -> Duration:
        """Give the wait before an attempt, by a random number from 0 to 1 that the caller draws."""
        if not 0 <= random_fraction <= 1:
            raise ValueError(f"random fraction {random_fraction}: not from 0 to 1")
        return Duration(round(self.ceiling(attempt) * random_fraction))
