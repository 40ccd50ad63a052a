"""Functions over the readings of the last while, in constant time a reading and bounded memory.

A window is driven by the instants of the measurements. Below COVERAGE of its span it is unknown:
after a start, a gap or a fault it first has to see enough again.

An over-range value (infinite) in the window makes the average infinite, and the rate as long as it
is the newest: over-range compares as beyond every threshold, it never dilutes into a quiet number.
"""

from collections import deque
from math import isinf
from typing import Final, Protocol

from rules.instant import NANOSECONDS_PER_SECOND, Duration, Instant

COVERAGE: Final = 0.8
"""The part of the span that must be known. A poll missed in five still leaves a number."""

MOST_READINGS: Final = 4096
"""Readings that one window holds; the checker refuses spans that would need more."""

_RENEW_AFTER: Final = 1024
"""After so many readings the running sums are added up anew, so that rounding cannot gather."""


class WindowState(Protocol):
    """A running window."""

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading, or None from which instant on the value is unknown."""

    def value(self, now: Instant) -> float | None:
        """Give the function's value over the span that ends now, or None where unknown."""


class AverageWindow:
    """Time-weighted mean: each value counts for the time until the next one."""

    __slots__ = ("_adds", "_covered", "_infinite", "_integral", "_readings", "_span")

    def __init__(self, span: Duration) -> None:
        self._span = span
        self._readings: deque[tuple[Instant, float | None]] = deque()
        self._integral = 0.0  # of the closed finite stretches, value x nanoseconds
        self._covered = 0  # nanoseconds of the closed known stretches
        self._infinite: deque[float] = deque()  # values of the closed infinite stretches
        self._adds = 0

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading, or None from which instant on the value is unknown."""
        if self._readings:
            start, held = self._readings[-1]
            if held is not None:
                self._close(start, at, held)
        self._readings.append((at, value))
        self._adds += 1
        self._forget(Instant(at - self._span))
        if len(self._readings) > MOST_READINGS:
            self._drop_oldest()
        if self._adds >= _RENEW_AFTER:
            self._renew()

    def value(self, now: Instant) -> float | None:
        """Give the mean over the span that ends now, or None where too little is known."""
        left = Instant(now - self._span)
        self._forget(left)
        if not self._readings:
            return None
        integral, covered = self._integral, self._covered
        start, held = self._readings[0]
        if start < left and len(self._readings) > 1 and held is not None:
            integral -= 0.0 if isinf(held) else held * (left - start)
            covered -= left - start
        start, held = self._readings[-1]
        if held is not None:
            stretch = max(0, now - max(start, left))  # 0 where another point's reading came late
            covered += stretch
            integral += 0.0 if isinf(held) else held * stretch
        if covered < COVERAGE * self._span or covered <= 0:
            return None
        beyond = set(self._infinite)
        if held is not None and isinf(held):
            beyond.add(held)
        if beyond:
            return beyond.pop() if len(beyond) == 1 else None
        return integral / covered

    def _close(self, start: Instant, end: Instant, held: float) -> None:
        self._covered += end - start
        if isinf(held):
            self._infinite.append(held)
        else:
            self._integral += held * (end - start)

    def _forget(self, left: Instant) -> None:
        while len(self._readings) > 1 and self._readings[1][0] <= left:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        start, held = self._readings.popleft()
        if held is not None:
            stretch = self._readings[0][0] - start
            self._covered -= stretch
            if isinf(held):
                self._infinite.popleft()
            else:
                self._integral -= held * stretch

    def _renew(self) -> None:
        self._adds = 0
        self._integral = 0.0
        for (start, held), (end, _) in zip(self._readings, list(self._readings)[1:], strict=False):
            if held is not None and not isinf(held):
                self._integral += held * (end - start)


class RateWindow:
    """Slope of the least-squares line through the readings, in units per second."""

    __slots__ = (
        "_adds",
        "_n",
        "_newest",
        "_origin",
        "_readings",
        "_span",
        "_t",
        "_tt",
        "_tv",
        "_v",
    )

    def __init__(self, span: Duration) -> None:
        self._span = span
        self._readings: deque[tuple[Instant, float]] = deque()
        self._newest: float | None = None
        self._origin = Instant(0)
        self._adds = 0
        self._clear_sums()

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading; an unknown stretch only leaves a gap."""
        self._newest = value
        if value is None or isinf(value):
            return
        self._forget(Instant(at - self._span))
        if not self._readings:  # after a gap too: far from the origin the sums lose digits
            self._origin = at
            self._clear_sums()
        self._readings.append((at, value))
        self._count(at, value, 1)
        if len(self._readings) > MOST_READINGS:
            self._drop_oldest()
        self._adds += 1
        if self._adds >= _RENEW_AFTER:
            self._renew()

    def value(self, now: Instant) -> float | None:
        """Give the slope over the span that ends now, or None where too little is known."""
        if self._newest is not None and isinf(self._newest):
            return self._newest
        self._forget(Instant(now - self._span))
        readings = self._readings
        if len(readings) < 2 or readings[-1][0] - readings[0][0] < COVERAGE * self._span:
            return None
        spread = self._n * self._tt - self._t * self._t
        if spread <= 0:
            return None
        return (self._n * self._tv - self._t * self._v) / spread

    def _count(self, at: Instant, value: float, sign: int) -> None:
        t = (at - self._origin) / NANOSECONDS_PER_SECOND
        self._n += sign
        self._t += sign * t
        self._tt += sign * t * t
        self._v += sign * value
        self._tv += sign * t * value

    def _forget(self, left: Instant) -> None:
        while self._readings and self._readings[0][0] < left:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        at, value = self._readings.popleft()
        self._count(at, value, -1)

    def _renew(self) -> None:
        self._adds = 0
        self._clear_sums()
        if self._readings:
            self._origin = self._readings[0][0]
        for at, value in self._readings:
            self._count(at, value, 1)

    def _clear_sums(self) -> None:
        self._n = 0
        self._t = self._tt = self._v = self._tv = 0.0
