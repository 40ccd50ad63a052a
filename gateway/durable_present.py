"""The present as of the last commit: what the centre may be told of the state.

The core is ahead of the journal by what is being committed. While it is, the state that leaves the
gateway is the one from before, or, where commits follow each other without a pause, the one that
each of them has just made durable: a snapshot is taken once a commit, not once an event. Where the
core stands still until the commit, it is taken after it: a snapshot of a large site takes
milliseconds, and the event that is being committed may be an alarm.
"""

from collections.abc import Callable

from rules.snapshot import SiteNow


class DurablePresent:
    """Follows the core's present at the journal's pace.

    Attributes:
        now: the newest present that holds nothing which is not durable.
    """

    def __init__(self, present: Callable[[], SiteNow]) -> None:
        self._present = present
        self._submitted = 0
        self._done = 0
        self._candidate: tuple[int, SiteNow] | None = None
        self._untaken: int | None = None  # submitted when the present was as it is now
        self.now = present()

    def submitted(self, events: int) -> None:
        """Take note that so many events were handed to the journal; the core has stepped."""
        self._submitted += events
        if events and self._candidate is None:
            self._untaken = self._submitted

    def stepping(self) -> None:
        """Take the present that the core is about to change, where it is still wanted."""
        if self._untaken is not None:
            self._candidate = (self._untaken, self._present())
            self._untaken = None

    def done(self, events: int) -> None:
        """Take note that so many events came back from the journal, or were given up by it."""
        self._done += events
        if self._candidate is not None and self._done >= self._candidate[0]:
            _, self.now = self._candidate
            self._candidate = None
            if self._done < self._submitted:
                self._candidate = (self._submitted, self._present())
        self.look()

    def look(self) -> None:
        """Take the core's present, unless it is ahead of the journal."""
        if self._done >= self._submitted:
            self._untaken = None
            self.now = self._present()
