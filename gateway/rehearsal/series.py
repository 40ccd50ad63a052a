"""What a detector measures over the time of a test: a value at each instant, made of stretches.

Values are as the driver gives them: of a 4-20 mA loop the current, of a supervised loop what its
input measures. Times count from the start of the test.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from rules.instant import Duration
from rules.profile import QuantityRange

QUIET: Final = {"temperature": 25.0, "humidity": 60.0}
"""What a detector measures of which a test says nothing, in canonical units; else 0."""

LOOP_ZERO_MA: Final = 4.0
LOOP_SPAN_MA: Final = 16.0

BREATH: Final = 1e-6
"""Part of its range by which a living sensor's value moves now and then: far below any step of an
analogue-to-digital converter, so that it decides nothing, and enough not to be stuck."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A straight line from one value to another; after its end the last value stays.

    Attributes:
        begins: when it takes over from the stretch before.
        ends: when it is at its last value; not before `begins`.
        first: the value at its beginning.
        last: the value from its end on.
        stuck: whether it is the very same value again and again.
    """

    begins: Duration
    ends: Duration
    first: float
    last: float
    stuck: bool = False

    def value(self, at: Duration) -> float:
        """Give the value at a time not before the beginning."""
        if at >= self.ends:
            return self.last
        part = (at - self.begins) / (self.ends - self.begins)
        return self.first + (self.last - self.first) * part


@dataclass(frozen=True, slots=True)
class Series:
    """What one point measures: its stretches in the order of time.

    Attributes:
        quantity: what is measured.
        limits: the range of the model.
        stretches: the first begins at 0.
    """

    quantity: str
    limits: QuantityRange
    stretches: tuple[Stretch, ...]

    def then(self, stretches: Iterable[Stretch]) -> "Series":
        """Add stretches; what was to begin at the time of the first of them or later is off."""
        added = tuple(stretches)
        kept = tuple(each for each in self.stretches if each.begins < added[0].begins)
        return replace(self, stretches=kept + added)

    def before(self, at: Duration) -> float:
        """Give what it measures just before a change."""
        return self._stretch(at).value(at)

    def reading(self, at: Duration) -> float:
        """Give what is read at a time."""
        stretch = self._stretch(at)
        value = stretch.value(at)
        every = self.limits.stuck_after
        if every is None or stretch.stuck or self.quantity == "contact":
            return value
        breath = 0 if (2 * at // every) % 2 == 0 else BREATH * self._width
        return value - breath if value > self._middle else value + breath

    @property
    def ends(self) -> Duration:
        """When it comes to rest."""
        return max(each.ends for each in self.stretches)

    @property
    def _width(self) -> float:
        lowest, highest = _driver_range(self.limits)
        return highest - lowest

    @property
    def _middle(self) -> float:
        return sum(_driver_range(self.limits)) / 2

    def _stretch(self, at: Duration) -> Stretch:
        for each in reversed(self.stretches):
            if each.begins <= at:
                return each
        return self.stretches[0]


def quiet_series(quantity: str, limits: QuantityRange) -> Series:
    """Give the series of a detector that has nothing to say."""
    quiet = quiet_value(quantity, limits)
    return Series(quantity, limits, (Stretch(Duration(0), Duration(0), quiet, quiet),))


def quiet_value(quantity: str, limits: QuantityRange) -> float:
    """Give what a detector measures that has nothing to say."""
    if quantity == "contact":
        return contact_value(limits, active=False)
    value = min(max(QUIET.get(quantity, 0.0), limits.lowest), limits.highest)
    return driver_value(limits, value)


def driver_value(limits: QuantityRange, value: float) -> float:
    """Give a value of a range in canonical units as its driver measures it."""
    if limits.current_loop is None:
        return value
    part = (value - limits.lowest) / (limits.highest - limits.lowest)
    return LOOP_ZERO_MA + LOOP_SPAN_MA * part


def contact_value(limits: QuantityRange, *, active: bool) -> float:
    """Give what a driver measures of a contact: of a supervised loop the middle of the band."""
    loop = limits.end_of_line
    if loop is None:
        return 1.0 if active else 0.0
    if active:
        return (loop.active_from + loop.active_to) / 2
    return (loop.normal_from + loop.normal_to) / 2


def broken_value(limits: QuantityRange, *, is_open: bool) -> float | None:
    """Give what a driver measures of a supervised loop that is cut or shorted; None of others."""
    loop = limits.end_of_line
    if loop is None:
        return None
    width = loop.open_above - loop.short_below
    return loop.open_above + width / 10 if is_open else loop.short_below - width / 10


def _driver_range(limits: QuantityRange) -> tuple[float, float]:
    if limits.current_loop is not None:
        return LOOP_ZERO_MA, LOOP_ZERO_MA + LOOP_SPAN_MA
    return limits.lowest, limits.highest
