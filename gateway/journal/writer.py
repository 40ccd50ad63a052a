"""The thread that owns the journal.

It commits what the event loop hands over and gives it back as records; whatever is queued while it
commits goes into the next transaction, and nothing waits for more to come.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Final

from gateway.journal.journal import Journal
from gateway.journal.keeper import JournalKeeper, Opening, WriterPorts
from gateway.journal.queue import JournalQueue
from gateway.record import Batch, BootOffset, Span
from rules.condition import Lane
from rules.instant import Duration, Instant, in_seconds, later, seconds

IDLE_TURN: Final = seconds(1)
"""An idle turn at least so often shows the watchdog that the thread lives."""


class JournalWriter:
    """The journal's writer, as the event loop's thread sees it: nothing here blocks but `close`.

    Attributes:
        completed_turns: counts up at least each second while the thread lives, store or no store;
            for the watchdog. It stands still while the disk does not answer at all.
    """

    def __init__(
        self, path: Path, open_journal: Callable[[], Journal], ports: WriterPorts, *, boot_id: str
    ) -> None:
        self.completed_turns = 0
        self._now = ports.now
        self._queue = JournalQueue(ports.now)
        self._keeper = JournalKeeper(path, open_journal, ports, boot_id=boot_id)
        self._opening: Future[Opening] = Future()
        # A daemon: a disk that never answers must not keep the process from ending.
        self._thread = Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> Future[Opening]:
        """Begin to work; the future gives how the journal was found.

        It raises JournalRefusedError where the gateway must not start.
        """
        self._opening.set_running_or_notify_cancel()
        self._thread.start()
        return self._opening

    def submit(self, batch: Batch) -> None:
        """Take a batch to be made durable, and then told by WriterPorts.committed."""
        self._queue.put(batch)

    def delivered(self, spans: Iterable[Span]) -> None:
        """Take note that the centre has these records."""
        self._queue.put_marks(spans)

    def reopen(self, span: Span) -> None:
        """Put records that the journal still has back into the outbox.

        Of one call these are at most queue.REOPENED_AT_ONCE, the first ones; `undelivered` shows
        when it is done. While the store fails the call is passed over.
        """
        self._queue.put_reopened(span)

    def remember_boot(self, boot_id: str, offset: BootOffset) -> None:
        """Take note of a boot's wall clock."""
        self._queue.put_boot(boot_id, offset)

    def close(self, timeout: Duration) -> bool:
        """Write what is queued, close the journal, and say whether that was done in time."""
        self._queue.close()
        self._thread.join(in_seconds(timeout))
        return not self._thread.is_alive()

    @property
    def epoch(self) -> str:
        """The epoch of the records to come."""
        return self._keeper.epoch

    @property
    def head(self) -> tuple[int, str] | None:
        """Number and hash, in hex, of the last record that was committed.

        None while the store fails, or where there is none.
        """
        return self._keeper.head

    @property
    def undelivered(self) -> Mapping[Lane, int]:
        """How many records in the journal are still to be delivered, by lane."""
        return self._keeper.undelivered

    @property
    def dropped(self) -> Mapping[Lane, int]:
        """How many events or deliveries were given up for want of room; when it grows, a fault."""
        return self._queue.dropped + self._keeper.given_up

    def _run(self) -> None:
        try:
            opening = self._keeper.open()
        except BaseException as error:  # noqa: BLE001  # whoever waits for the future gets it
            self._opening.set_exception(error)
            return
        self._opening.set_result(opening)
        closing = False
        while not closing:
            work = self._queue.take(self._next_turn())
            self._keeper.turn(work)
            self.completed_turns += 1
            closing = work.closing
        self._keeper.close()

    def _next_turn(self) -> Instant:
        idle = later(self._now(), IDLE_TURN)
        retry_at = self._keeper.retry_at
        return idle if retry_at is None else min(idle, retry_at)
