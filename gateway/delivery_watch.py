"""Whether alarms get through in time, and whether the centre says so. Pure.

Three watches. The budgets compare each alarm's way with what the standards allow. The unconfirmed
are the alarms that nobody has acknowledged: after 100 s that is a fault (EN 54-21, 5.3 b1). The
proof of life has a periodic test go all the way each day, so that a way which no alarm has used for
months is known to be open.

Each gives what is to be told to the core, once a change. After a start nothing is known, so that
the first good news is told too: a fault of an earlier process may stand.
"""

from collections.abc import Callable, Sequence
from typing import Final

from gateway.record import RecordName, Span
from gateway.span_set import SpanSet
from rules.instant import Duration, Instant, in_seconds, later, seconds
from rules.part import PartFailed, PartRecovered

Verdict = PartFailed | PartRecovered

OUTPUT: Final = "gateway/budget/output"
OUTPUT_WITHIN: Final = seconds(3)
"""From the measurement, or from the end of a `for`, to the output (EN 54-2, 7.7)."""

PUBLICATION: Final = "gateway/budget/publication"
PUBLICATION_WITHIN: Final = seconds(10)
"""From the measurement to the centre's word (EN 54-21, type 1: the mean, D4)."""

UNCONFIRMED: Final = "gateway/delivery/alarm"
CONFIRMED_WITHIN: Final = seconds(100)
"""For the centre's word on an alarm (EN 54-21, 5.3 b1)."""

MARKED_WITHIN: Final = seconds(10)
"""For the journal to take note of a word: so long the outbox may hold what is confirmed."""

MOST_UNCONFIRMED: Final = 1024
"""Alarms that are watched one by one, the oldest. Of what comes beyond them, each is taken in when
it is sent once more and there is room."""

FIRST_PROOF: Final = (seconds(60), seconds(3600))
"""The earliest and the latest first proof after a start. A day and an hour lie then between two,
even over a restart: no more than a centre allows (25 h)."""

MOST_SHORTENED: Final = 0.02


class Budget:
    """A bound on how long alarms take.

    Args:
        part: the fault's source.
        within: the bound; what takes just so long is in time.
        way: what took so long, in words.
    """

    def __init__(self, part: str, within: Duration, way: str) -> None:
        self._part = part
        self._within = within
        self._way = way
        self._is_late: bool | None = None  # as last told

    def took(self, duration: Duration, now: Instant) -> Verdict | None:
        """Take how long an alarm took; give what is to be told, if that is news."""
        is_late = duration > self._within
        if is_late is self._is_late:
            return None
        self._is_late = is_late
        if not is_late:
            return PartRecovered(part=self._part, at=now)
        return PartFailed(
            part=self._part,
            cause="late",
            detail=(
                f"{self._way} took {in_seconds(duration):.1f} s; "
                f"{in_seconds(self._within):.0f} s at most"
            ),
            at=now,
        )


def output_budget() -> Budget:
    """Make the watch over how soon sirens sound."""
    return Budget(OUTPUT, OUTPUT_WITHIN, "from measurement to output, an alarm")


def publication_budget() -> Budget:
    """Make the watch over how soon the centre has an alarm."""
    return Budget(PUBLICATION, PUBLICATION_WITHIN, "from measurement to delivery, an alarm")


class Unconfirmed:
    """The events of the alarm lane that are on their way and that nobody has confirmed.

    Args:
        started: when this process began.
        awaited: names those who have not confirmed an event.
        waiting: counts the events of the lane in the outbox. Asked only before good news.
    """

    def __init__(
        self,
        started: Instant,
        awaited: Callable[[RecordName], Sequence[str]],
        waiting: Callable[[], int],
    ) -> None:
        self._started = started
        self._awaited = awaited
        self._waiting = waiting
        self._began: dict[RecordName, Instant] = {}
        self._done = SpanSet(MOST_UNCONFIRMED)
        self._more = 0
        self._unseen_since: Instant | None = None
        self._is_late: bool | None = None  # as last told

    def begun(self, name: RecordName, at: Instant) -> None:
        """Take note that an event is on its way since an instant; once more does no harm.

        Nor does a copy that goes out by another path when the event is confirmed: of that one no
        more word may come.
        """
        if name in self._began or name in self._done:
            return
        if len(self._began) < MOST_UNCONFIRMED:
            self._began[name] = at
        else:
            self._more += 1

    def done(self, span: Span) -> None:
        """Take note that these events are confirmed."""
        if not self._done.add(span):  # too many pieces
            self._done = SpanSet(MOST_UNCONFIRMED)
        if span.last - span.first < len(self._began):
            for seq in range(span.first, span.last + 1):
                self._began.pop(RecordName(span.epoch, span.lane, seq), None)
        else:
            self._began = {name: at for name, at in self._began.items() if name not in span}
        if not self._began:
            self._more = 0

    def late(self, now: Instant) -> Verdict | None:
        """Give what is to be told, if that is news. To be asked every second or so."""
        oldest = self._oldest()
        if oldest is not None and now - oldest[1] >= CONFIRMED_WITHIN:
            if self._is_late:
                return None
            self._is_late = True
            return PartFailed(
                part=UNCONFIRMED,
                cause="not-acknowledged",
                detail=self._words(*oldest, now),
                at=now,
            )
        # What an earlier process left is on its way only once it has been read.
        is_certain = self._is_late is True or now - self._started >= CONFIRMED_WITHIN
        if self._is_late is False or not is_certain:
            return None
        if (unseen := self._waiting() - len(self._began) - self._more) > 0:
            return self._left(unseen, now)
        self._unseen_since = None
        self._is_late = False
        return PartRecovered(part=UNCONFIRMED, at=now)

    def _left(self, unseen: int, now: Instant) -> Verdict | None:
        """Judge that the outbox holds what nobody has sent: an earlier process left it."""
        since = self._unseen_since = now if self._unseen_since is None else self._unseen_since
        if self._is_late or now - since < MARKED_WITHIN:
            return None
        self._is_late = True
        detail = f"{unseen} events of lane alarm from before the start have not been acknowledged"
        return PartFailed(part=UNCONFIRMED, cause="not-acknowledged", detail=detail, at=now)

    def _oldest(self) -> tuple[RecordName, Instant] | None:
        return min(self._began.items(), key=lambda item: item[1], default=None)

    def _words(self, name: RecordName, at: Instant, now: Instant) -> str:
        awaited = ", ".join(self._awaited(name)) or "anybody"
        words = (
            f"record {name.seq} of lane {name.lane}, epoch {name.epoch[:8]}, has waited "
            f"{in_seconds(Duration(now - at)):.0f} s for the word of {awaited}"
        )
        others = len(self._began) - 1 + self._more
        return f"{words}; {others} more wait" if others else words


class ProofOfLife:
    """When the next periodic test is due.

    Args:
        every: how long at most between two.
        started: when this process began.
        spread: a number from 0 to 1 that the caller draws: a province that comes back as one herd
            is spread over an hour.
    """

    def __init__(self, every: Duration, started: Instant, spread: float) -> None:
        earliest, latest = FIRST_PROOF
        self._every = every
        self._next = later(started, Duration(earliest + round(spread * (latest - earliest))))

    def configured(self, every: Duration, now: Instant) -> None:
        """Follow another configuration: the next one comes no later than it asks for."""
        self._every = every
        self._next = min(self._next, later(now, every))

    def due(self, now: Instant) -> bool:
        """Tell whether a test has to be made now."""
        return now >= self._next

    def made(self, now: Instant, spread: float) -> None:
        """Take note that one is made now. The next comes up to a fiftieth sooner than `every`.

        Never later: what the site asks for is what the centre waits for.
        """
        sooner = Duration(round(self._every * MOST_SHORTENED * spread))
        self._next = later(now, Duration(self._every - sooner))
