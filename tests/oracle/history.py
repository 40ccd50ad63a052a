"""What was known of one quantity of one detector since the start, and what functions of it are.

Nothing is summed up on the way: each function goes over the whole past and applies its definition.
A value holds from its instant until the next one; one that another of the same instant replaces is
held at no instant. Times are whole nanoseconds.
"""

from itertools import pairwise
from math import ceil, inf, isinf, log

COVERAGE = 0.8
SECOND = 1_000_000_000
MINUTE = 60 * SECOND


class History:
    """Every value that the rules were shown, None where from then on it was unknown.

    Attributes:
        entries: (instant, value), in their order.
        now: the newest value.
        asked: by function and span, the newest instant that it was asked of. One before that
            counts as that: what is forgotten does not come back.
    """

    __slots__ = ("asked", "entries", "now")

    def __init__(self):
        self.entries = []
        self.now = None
        self.asked = {}

    @property
    def at(self):
        return self.entries[-1][0] if self.entries else 0

    def show(self, at, value):
        self.entries.append((at, value))
        self.now = value

    def give(self, function, now, span):
        """Give what a function of it is, and the instant that it is asked of."""
        now = max(now, self.at, self.asked.get((function, span), 0))
        self.asked[function, span] = now
        return FUNCTIONS[function](self, now, span), now

    def passes(self, function, now, threshold):
        """Give when a function that moves by itself reaches or leaves a threshold, or None."""
        if function == "age":
            known = [at for at, value in self.entries if value is not None]
            reached = known[-1] + ceil(threshold * SECOND) if known else now - 1
        elif function == "co_dose" and self.now is not None:
            taken = dose(self, now, 0)
            pace = _pace(self.now)
            if not 0 <= threshold <= 100 or taken == (100 if pace > 0 else 0) or not pace:
                return None
            reached = now + ceil((threshold - taken) / pace * MINUTE)
        else:
            return None
        return None if reached < now else max(reached, now + 1)


def average(history, now, span):
    """The mean by time; infinite where a value of the window is so, unknown where both ways."""
    left = now - span
    covered = total = 0
    beyond = set()
    for start, value, end in _stretches(history, now, left):
        if value is None:
            continue
        length = max(0, end - max(start, left))
        covered += length
        if isinf(value):
            beyond.add(value)
        else:
            total += value * length
    if covered < COVERAGE * span or covered <= 0:
        return None
    if beyond:
        return beyond.pop() if len(beyond) == 1 else None
    return total / covered


def least(history, now, span):
    return _extreme(history, now, span, min)


def greatest(history, now, span):
    return _extreme(history, now, span, max)


def _extreme(history, now, span, choose):
    """Of all that was held at any instant of the window, its two ends among them."""
    left = now - span
    covered = 0
    held = []
    for start, value, end in _stretches(history, now, left):
        if value is not None:
            covered += max(0, end - max(start, left))
            held.append(value)
    return choose(held) if held and covered >= COVERAGE * span else None


def change(history, now, span):
    """The newest value less the one at the left end, or less the earliest known one after it."""
    left = now - span
    newest = history.now
    covered = 0
    oldest = None
    for start, value, end in reversed(list(_stretches(history, now, left))):
        if value is not None:
            covered += max(0, end - max(start, left))
            if oldest is None:
                oldest = value
    if newest is None or covered < COVERAGE * span:
        return None
    if isinf(newest):
        return newest
    return None if isinf(oldest) else newest - oldest


def _stretches(history, now, left):
    """Give (from, value, until), the newest first, of what reaches into the window."""
    end = now
    newest = True
    for start, value in reversed(history.entries):
        if end <= left and not newest:
            return
        if start < end or newest:
            yield start, value, end
        end, newest = start, False


def slope(history, now, span):
    """The least-squares line through the finite readings, per second; over-range if newest is."""
    if history.now is not None and isinf(history.now):
        return history.now
    readings = [
        (at, value)
        for at, value in history.entries
        if at >= now - span and value is not None and not isinf(value)
    ]
    if len(readings) < 2:
        return None
    if readings[-1][0] - readings[0][0] < COVERAGE * span:
        return None
    middle = sum(at for at, _ in readings) / len(readings)
    level = sum(value for _, value in readings) / len(readings)
    spread = sum((at - middle) ** 2 for at, _ in readings)
    if spread <= 0:
        return None
    return sum((at - middle) * (value - level) for at, value in readings) / spread * SECOND


def age(history, now, _span):
    """Seconds since the newest known value came."""
    for at, value in reversed(history.entries):
        if value is not None:
            return (now - at) / SECOND
    return None


ALARM_BY = ((30, 150), (50, 75), (100, 25), (300, 2))
"""(ppm, minutes): a concentration held so long is a full dose (EN 50291-1)."""


def dose(history, now, _span):
    """The dose of carbon monoxide taken up so far, in %."""
    taken = 0.0
    entries = history.entries
    if not any(value is not None for _, value in entries):
        return None
    for index, (start, value) in enumerate(entries):
        end = entries[index + 1][0] if index + 1 < len(entries) else max(now, start)
        if value is None:
            continue
        if value == inf:
            taken = 100.0
        taken = min(100.0, max(0.0, taken + _pace(value) * (end - start) / MINUTE))
    return None if history.now is None and taken < 100.0 else taken


def _pace(ppm):
    """Give the percent that a concentration adds in a minute: 0 where it is over-range."""
    if ppm <= 30:
        return -100.0 / 240
    return 0.0 if ppm == inf else 100.0 / _minutes_to_alarm(ppm)


def _minutes_to_alarm(ppm):
    """Straight between the given points on paper with two logarithmic scales."""
    for (low, slow), (high, fast) in pairwise(ALARM_BY):
        if ppm <= high or high == ALARM_BY[-1][0]:
            steps = log(fast / slow) / log(high / low)
            return slow * (ppm / low) ** steps
    raise AssertionError


FUNCTIONS = {
    "avg": average,
    "min": least,
    "max": greatest,
    "change": change,
    "rate": slope,
    "age": age,
    "co_dose": dose,
}
