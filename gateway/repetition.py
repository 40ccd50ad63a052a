"""How often the same thing is told again: a known fault once an hour, not once a poll.

Pure: the time is an argument. Memory is bounded: the key that was told longest ago is forgotten
first, and is then told at once should it come again.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from rules.instant import Duration, Instant, later, seconds

HOUR: Final = seconds(3600)
KEYS_KEPT: Final = 1024  # twice the detectors of a large site, a few hundred bytes each


class Repetition:
    """Remembers what was told, and when."""

    def __init__(self, interval: Duration = HOUR, keys: int = KEYS_KEPT) -> None:
        self._interval = interval
        self._keys = keys
        self._told: OrderedDict[Hashable, tuple[Instant, int]] = OrderedDict()

    def admit(self, key: Hashable, now: Instant) -> int | None:
        """Decide whether to tell it now.

        Returns:
            How many were held back since it was last told, or None to hold this one back too.
        """
        told = self._told.get(key)
        if told is not None and now < later(told[0], self._interval):
            self._told[key] = (told[0], told[1] + 1)
            return None
        self._told[key] = (now, 0)
        self._told.move_to_end(key)
        if len(self._told) > self._keys:
            self._told.popitem(last=False)
        return 0 if told is None else told[1]

    def forget(self, key: Hashable) -> None:
        """Let the next one be told at once: the fault was mended in between."""
        self._told.pop(key, None)
