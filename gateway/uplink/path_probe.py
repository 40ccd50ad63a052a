"""Whether a path reaches the centre and the centre reaches us: by a question and its answer.

A broker that takes our messages may be cut off from the centre, or may pass them on and bring
nothing back. So each heartbeat carries a nonce, and the path on which it comes back is proven.
Pure.

A path that an alarm would take at once is asked every minute. The one in reserve is asked every
hour: EN 50136-1 (DP4) wants its failure known within 5 h, that of the primary within 90 s.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.instant import Duration, Instant, seconds

ANSWER_WITHIN: Final = seconds(25)
"""A minute, five seconds of spread, and this: a primary path that fails is known within 90 s."""

ALTERNATE_EVERY: Final = seconds(3600)

MOST_WAITING: Final = 8
"""Nonces that are awaited; at the usual times there are never more than four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTiming:
    """How often a path is asked, and how long it may take.

    Attributes:
        every: between probes that are answered, where an alarm would take this path.
        alternate_every: likewise, of a path in reserve.
        again_after: between probes while one is not answered.
        answer_within: how long an answer may take.
    """

    every: Duration = seconds(60)
    alternate_every: Duration = ALTERNATE_EVERY
    again_after: Duration = seconds(30)
    answer_within: Duration = ANSWER_WITHIN


TIMING: Final = ProbeTiming()


class Proof(StrEnum):
    """What is known of a path from one end to the other."""

    UNPROVEN = "unproven"  # nothing was answered since the connection, and nothing is late yet
    PROVEN = "proven"
    SILENT = "silent"  # a probe was not answered in time, and none after it was


@dataclass(frozen=True, slots=True)
class _Probe:
    nonce: str
    sent: Instant


class PathProbe:
    """The probes of one path, and what came of them."""

    def __init__(self, timing: ProbeTiming = TIMING) -> None:
        self._timing = timing
        self.disconnected()

    def disconnected(self) -> None:
        """Forget everything."""
        self._is_connected = False
        self._is_proven = False
        self._sent: Instant | None = None
        self._waiting: deque[_Probe] = deque(maxlen=MOST_WAITING)
        self._unanswered: Instant | None = None  # the first probe after the last one answered

    def connected(self, now: Instant) -> None:
        """Begin anew: what another connection proved says nothing of this one.

        Until the first probe is out, time runs from here: none at all is no proof either.
        """
        self.disconnected()
        self._is_connected = True
        self._unanswered = now

    def sent(self, nonce: str, now: Instant) -> None:
        """Take note that a probe goes out now."""
        if self._sent is None or self._unanswered is None:
            self._unanswered = now
        self._sent = now
        self._waiting.append(_Probe(nonce, now))

    def answered(self, nonce: str, now: Instant) -> Duration | None:
        """Take an answer that came on this path; give how long it took.

        None where the nonce is none of this connection's, was answered before, or comes too late:
        then nothing has changed.
        """
        found = next((probe for probe in self._waiting if probe.nonce == nonce), None)
        if found is None or now - found.sent > self._timing.answer_within:
            return None
        # Earlier ones are past: the way was there after them.
        while self._waiting.popleft() is not found:
            pass
        self._unanswered = self._waiting[0].sent if self._waiting else None
        self._is_proven = True
        return Duration(now - found.sent)

    def state(self, now: Instant) -> Proof:
        """Tell what is known of the path."""
        if self._unanswered is not None and now - self._unanswered > self._timing.answer_within:
            return Proof.SILENT
        return Proof.PROVEN if self._is_proven else Proof.UNPROVEN

    def due(self, now: Instant, *, preferred: bool, other_is_proven: bool) -> bool:
        """Tell whether a probe has to go out now.

        Args:
            now: the instant.
            preferred: whether this path is the preferred one.
            other_is_proven: whether the preferred one, where this is not, is proven.
        """
        if not self._is_connected:
            return False
        if self._sent is None:
            return True
        if self._unanswered is not None:
            wait = self._timing.again_after
        elif preferred or not other_is_proven:
            wait = self._timing.every
        else:
            wait = self._timing.alternate_every
        return now - self._sent >= wait
