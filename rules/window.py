"""Functions over the readings of the last while, in constant time a reading and bounded memory.

A window is driven by the instants of the measurements. A reading holds from its instant until the
next one; one that another of the same instant replaces is held at no instant. Below COVERAGE of its
span a window is unknown: after a start, a gap or a fault it first has to see enough again.

An over-range value (infinite) in the window makes the average infinite, and the rate and the change
as long as it is the newest: over-range compares as beyond every threshold, it never dilutes into a
quiet number.
"""

from copy import deepcopy
from typing import Final, Protocol, runtime_checkable

from rules.instant import Instant

COVERAGE: Final = 0.8
"""The part of the span that must be known. A poll missed in five still leaves a number."""

MOST_READINGS: Final = 4096
"""Readings that one window holds; the checker refuses spans that would need more. Should a detector
be read more often than it is said to be, the oldest go, and with them the coverage."""

RENEW_AFTER: Final = 1024
"""After so many readings running sums are added up anew, so that rounding cannot gather."""


class WindowState(Protocol):
    """A running window.

    Readings come in the order of their instants. An instant before the newest that it was told or
    asked of counts as that: what it has forgotten does not come back.

    Attributes:
        newest: the newest instant that it was asked of, or has noted otherwise.
    """

    __slots__ = ()
    newest: Instant

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading, or None from which instant on the value is unknown."""

    def value(self, now: Instant) -> float | None:
        """Give the function's value over the span that ends now, or None where unknown."""

    def glimpse(self, now: Instant) -> float | None:
        """Give what `value` would, and change nothing: slow where now is still to come."""
        return (self if now <= self.newest else deepcopy(self)).value(now)

    def is_known(self, now: Instant) -> bool:
        """Tell whether `value` would give one, and change nothing.

        Whoever looks at the present asks this, at any instant and any number of times: what a
        later reading leads to must not hang on it.
        """


@runtime_checkable
class TimedWindow(WindowState, Protocol):
    """A window whose value moves by itself, so that a rule may turn though nothing comes in."""

    __slots__ = ()

    def passes(self, now: Instant, threshold: float) -> Instant | None:
        """Give the first instant after now at which the value reaches a threshold or leaves it.

        None where it does not do so by itself.
        """
