"""What a simulated gateway has told and is not yet told to be kept. Pure.

One lane. First copies go in order; an event that the broker has and the centre has not acknowledged
is sent again after a while, behind them; and all of it after a lost connection.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.backoff import Backoff
from rules.instant import Duration, Instant, later


@dataclass(slots=True)
class _Told:
    payload: bytes
    first_sent: Instant | None = None
    copies: int = 0
    due: Instant | None = None


class Outbox:
    """The undelivered events of one epoch.

    Args:
        again: how long an acknowledgement is waited for before an event is sent again.
    """

    def __init__(self, again: Backoff) -> None:
        self._again = again
        self._told: dict[int, _Told] = {}
        self._ready: deque[int] = deque()
        self._on_wire: set[int] = set()
        self.highest = 0
        self.copies = 0

    def __len__(self) -> int:
        """Count what is not acknowledged."""
        return len(self._told)

    def put(self, payload: bytes) -> None:
        """Take the next event."""
        self.highest += 1
        self._told[self.highest] = _Told(payload)
        self._ready.append(self.highest)

    def tick(self, now: Instant) -> None:
        """Make ready what has waited for its acknowledgement for too long."""
        for seq, told in self._told.items():
            if told.due is not None and told.due <= now:
                told.due = None
                self._ready.append(seq)

    def take(self, now: Instant, window: int) -> Iterator[tuple[int, bytes]]:
        """Give what is to be sent now: at most so much is on the wire at once."""
        while self._ready and len(self._on_wire) < window:
            seq = self._ready.popleft()
            known = self._told.get(seq)
            if known is None:  # acknowledged while it waited
                continue
            self._on_wire.add(seq)
            self.copies += known.copies > 0
            known.copies += 1
            if known.first_sent is None:
                known.first_sent = now
            yield seq, known.payload

    def accepted(self, seq: int, now: Instant) -> None:
        """Note that the broker has it, or refuses it: after a while it is sent again."""
        self._on_wire.discard(seq)
        told = self._told.get(seq)
        if told is not None:
            told.due = later(now, self._again.ceiling(told.copies - 1))

    def lost(self) -> None:
        """Note that the connection has ended: all is sent again, in order."""
        self._on_wire.clear()
        self._ready = deque(sorted(self._told))
        for told in self._told.values():
            told.due = None

    def confirmed(self, first: int, last: int, now: Instant) -> list[Duration]:
        """Let go of what is kept now; give how long each took from its first sending."""
        took = []
        for seq in [seq for seq in self._told if first <= seq <= last]:
            told = self._told.pop(seq)
            if told.first_sent is not None:
                took.append(Duration(now - told.first_sent))
        return took
