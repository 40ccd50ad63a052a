"""What the rules look at: the newest values, conditions in force, schedules.

A rule looks from its own zone. Of a zone under test, the rules of other zones see nothing: to them
its detectors are unknown. So each point has one state for its own zone and, where another zone's
rule names it, one for those who look from afar.
"""

from collections.abc import Mapping, MutableSet
from types import MappingProxyType

from rules.condition import Condition
from rules.instant import Instant
from rules.language.syntax import Point, Window
from rules.truth import Truth
from rules.window import WindowState
from rules.window_functions import WINDOW_FUNCTIONS


class PointState:
    """The newest value of one quantity of one detector, and the windows that follow it.

    value is in the canonical unit, infinite where over-range, None where unknown.
    """

    __slots__ = ("_afar", "_hidden", "_watchers", "at", "value", "windows")

    def __init__(self) -> None:
        self.value: float | None = None
        self.at = Instant(0)
        self.windows: dict[Window, WindowState] = {}
        self._afar: PointState | None = None
        self._hidden = False
        self._watchers: tuple[tuple[MutableSet[int], int], ...] = ()

    def set(self, at: Instant, value: float | None) -> None:
        """Take a value, or None from which instant on it is unknown."""
        self.value = value
        self.at = at
        for window in self.windows.values():
            window.add(at, value)
        for stale, mark in self._watchers:
            stale.add(mark)
        if self._afar is not None:
            # It may have been hidden or shown later than a reading that comes late.
            self._afar.set(max(at, self._afar.at), None if self._hidden else value)

    def window(self, window: Window) -> WindowState:
        """Give the state of a window over it; rules that name the same one share it."""
        if window not in self.windows:
            self.windows[window] = WINDOW_FUNCTIONS[window.function].make(window.span)
        return self.windows[window]

    def watch(self, stale: MutableSet[int], mark: int) -> None:
        """Have a mark put into a set whenever a value comes, so that who watches looks again."""
        self._watchers += ((stale, mark),)

    def from_afar(self) -> "PointState":
        """Give the state that the rules of other zones see."""
        if self._afar is None:
            self._afar = PointState()
        return self._afar

    def hide(self, at: Instant, *, hidden: bool) -> None:
        """Hide it from the rules of other zones, or show it to them again."""
        self._hidden = hidden
        if self._afar is not None:
            self._afar.set(max(at, self._afar.at), None if hidden else self.value)


class ConditionState:
    """Whether a condition is in force in a zone: None where its rules cannot tell."""

    __slots__ = ("truth",)

    def __init__(self) -> None:
        self.truth: Truth = False


class ScheduleState:
    """Whether a schedule is on: None while the wall clock is unknown."""

    __slots__ = ("is_on",)

    def __init__(self) -> None:
        self.is_on: Truth = None


class Values:
    """All that rules look at, of a whole site; zones are those of the detectors, by their ids."""

    def __init__(self, zones: Mapping[str, str] = MappingProxyType({})) -> None:
        self.points: dict[Point, PointState] = {}
        self.conditions: dict[tuple[str, Condition], ConditionState] = {}
        self.schedules: dict[str, ScheduleState] = {}
        self._zones = zones

    def point(self, point: Point) -> PointState:
        """Give the state of a point in its own zone, made at its first mention."""
        state = self.points.get(point)
        if state is None:
            state = self.points[point] = PointState()
        return state

    def seen_from(self, zone: str) -> "View":
        """Give what the rules of a zone see."""
        return View(self, zone)

    def is_afar(self, point: Point, zone: str) -> bool:
        """Tell whether a point is of another zone than the one it is looked at from."""
        return self._zones.get(point.detector, zone) != zone


class View:
    """The values as one zone's rules see them."""

    __slots__ = ("_values", "_zone")

    def __init__(self, values: Values, zone: str) -> None:
        self._values = values
        self._zone = zone

    def point(self, point: Point) -> PointState:
        """Give the state of a point."""
        state = self._values.point(point)
        return state.from_afar() if self._values.is_afar(point, self._zone) else state

    def window(self, window: Window) -> WindowState:
        """Give the state of a window."""
        return self.point(window.point).window(window)

    def condition(self, zone: str, condition: Condition) -> ConditionState:
        """Give whether a condition is in force in a zone."""
        return self._values.conditions.setdefault((zone, condition), ConditionState())

    def schedule(self, schedule: str) -> ScheduleState:
        """Give whether a schedule is on."""
        return self._values.schedules.setdefault(schedule, ScheduleState())
