"""What a broker has and no centre has confirmed: when it has to be sent again. Pure.

Two signs that a record is lost behind the broker: something later of its lane was confirmed, as in
QUIC, or no word came for long. The longer a centre is silent, the more seldom it is asked.
"""

from dataclasses import dataclass, replace
from typing import Final

from gateway.backoff import Backoff
from gateway.record import RecordName
from gateway.span_set import SpanSet
from rules.condition import Lane
from rules.instant import Instant, seconds

PASSED_AFTER: Final = seconds(5)
"""How long a record may be behind a later one that was confirmed: two paths overtake each other."""

ASK_AGAIN: Final = Backoff(first=seconds(60), longest=seconds(3600))
"""How long no word is waited for, from the first time on. Without jitter: the records were made at
times of their own."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits.

    Attributes:
        since: when a broker took it, or when it was last asked for.
        made: when it happened; None where that was before this process began.
    """

    since: Instant
    made: Instant | None


class Awaiting:
    """The records that wait for the centre's word, of each lane the oldest."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._waiting: dict[Lane, dict[RecordName, Waiting]] = {lane: {} for lane in Lane}
        self._asked: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._highest: dict[tuple[str, Lane], int] = {}
        self._heard = SpanSet(bound)

    def begun(self, name: RecordName, now: Instant, made: Instant | None) -> None:
        """Take note that a broker has a record, perhaps once more.

        One that is confirmed, of which a copy came late, waits for nothing.
        """
        if name in self._heard:
            return
        waiting = self._waiting[name.lane]
        waiting.pop(name, None)
        if len(waiting) < self._bound:
            waiting[name] = Waiting(now, made)

    def is_confirmed(self, name: RecordName) -> bool:
        """Tell whether the centre's word on a record is remembered."""
        return name in self._heard

    def confirmed(self, done: SpanSet) -> dict[RecordName, Instant]:
        """Take note of the centre's word; give when those happened that this process made."""
        made: dict[RecordName, Instant] = {}
        for lane, waiting in self._waiting.items():
            heard = [name for name in waiting if name in done]
            for name in heard:
                at = waiting.pop(name).made
                if at is not None:
                    made[name] = at
            if heard:
                self._asked[lane] = 0
        for span in done:
            key = (span.epoch, span.lane)
            self._highest[key] = max(self._highest.get(key, 0), span.last)
            if len(self._highest) > self._bound:
                del self._highest[next(iter(self._highest))]
            if not self._heard.add(span):  # too many pieces: what is forgotten is sent once more
                self._heard = SpanSet(self._bound)
        return made

    def ask_anew(self) -> None:
        """Take note that all is being sent again: how often it was asked for counts no more."""
        self._asked = dict.fromkeys(Lane, 0)

    def overdue(self, now: Instant) -> tuple[Lane, ...]:
        """Name the lanes of which something has to be sent again now."""
        return tuple(lane for lane in Lane if self._is_overdue(lane, now))

    def _is_overdue(self, lane: Lane, now: Instant) -> bool:
        waiting = self._waiting[lane]
        if not waiting:
            return False
        name, oldest = next(iter(waiting.items()))
        is_passed = self._highest.get((name.epoch, lane), 0) > name.seq
        asked = self._asked[lane]
        limit = PASSED_AFTER if is_passed and asked == 0 else ASK_AGAIN.ceiling(asked)
        if now - oldest.since <= limit:
            return False
        self._asked[lane] = asked + 1
        for each, was in waiting.items():
            waiting[each] = replace(was, since=now)
        return True
