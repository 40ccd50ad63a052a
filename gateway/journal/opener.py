"""Opening the journal at the start, for no longer than the building can be left unguarded.

A card that dies may not refuse but never answer. Whoever asks it then hangs with it; so that is a
thread of its own, whose answer is taken whenever it comes.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Final

from gateway.journal.journal import Journal
from rules.instant import Duration, in_seconds, seconds

OPEN_WITHIN: Final = seconds(10)
"""Until then nothing is judged. Opening takes a part of a second, and seconds where events are
rescued from a damaged journal; an alarm should be told within ten (EN 54-21)."""


class NoAnswerError(OSError):
    """The disk does not answer.

    Go on without it; `Opener.again` gives the journal once it does.
    """

    def __str__(self) -> str:
        return "does not answer; is the card or disk failing?"


class Opener:
    """Opens the journal, and waits for it no longer than it should."""

    def __init__(self, open_journal: Callable[[], Journal]) -> None:
        self._open_journal = open_journal
        self._pending: Future[Journal] | None = None

    def first(self, within: Duration) -> Journal:
        """Open the journal.

        Raises:
            NoAnswerError: there was no answer within the time.
            Exception: whatever opening raises.
        """
        pending: Future[Journal] = Future()
        # A daemon: a disk that never answers must not keep the process from ending.
        Thread(target=self._run, args=(pending,), name="journal-opening", daemon=True).start()
        if wait([pending], in_seconds(within)).done:
            return pending.result()
        self._pending = pending
        raise NoAnswerError

    def again(self) -> Journal:
        """Open the journal once more, or take the one that was waited for in vain.

        Raises:
            NoAnswerError: that is still not there.
            Exception: whatever opening raises.
        """
        if self._pending is None:
            return self._open_journal()
        if not self._pending.done():
            raise NoAnswerError
        pending, self._pending = self._pending, None
        return pending.result()

    def _run(self, pending: Future[Journal]) -> None:
        try:
            pending.set_result(self._open_journal())
        except BaseException as error:  # noqa: BLE001  # whoever waits for it gets it
            pending.set_exception(error)
