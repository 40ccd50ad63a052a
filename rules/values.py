"""What the rules look at: the newest values, conditions in force, schedules.

A rule looks from its own zone. Of a zone under test, the rules of other zones see nothing: to them
its detectors are unknown. So each point has one state for its own zone and, where another zone's
rule names it, one for those who look from afar.
"""

from collections.abc import Container, Mapping, MutableSet
from copy import deepcopy
from types import MappingProxyType

from rules.condition import Condition
from rules.instant import Instant
from rules.language.syntax import Point, Window
from rules.truth import Truth
from rules.window import WindowState
from rules.window_functions import WINDOW_FUNCTIONS


class PointState:
    """The newest value of one quantity of one detector, and the windows that follow it.

    value is in the canonical unit, infinite where over-range, None where unknown. One that has a
    former state goes on from there, with a copy of each window that is asked for.
    """

    __slots__ = ("_afar", "_former", "_watchers", "at", "is_hidden", "value", "windows")

    def __init__(self, former: "PointState | None" = None) -> None:
        self.value: float | None = None
        self.at = Instant(0)
        self.is_hidden = False  # from the rules of other zones
        if former is not None:
            self.value, self.at, self.is_hidden = former.value, former.at, former.is_hidden
        self.windows: dict[Window, WindowState] = {}
        self._former = former
        self._afar: PointState | None = None
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
            self._afar.set(max(at, self._afar.at), None if self.is_hidden else value)

    def window(self, window: Window) -> WindowState:
        """Give the state of a window over it; rules that name the same one share it."""
        if window not in self.windows:
            self.windows[window] = self._begun(window)
        return self.windows[window]

    def _begun(self, window: Window) -> WindowState:
        """Make a window; what is known already holds in it from the instant of its measurement."""
        former = None if self._former is None else self._former.windows.get(window)
        if former is not None:
            return deepcopy(former)
        state = WINDOW_FUNCTIONS[window.function].make(window.span)
        if self.value is not None:
            state.add(self.at, self.value)
        return state

    def watch(self, stale: MutableSet[int], mark: int) -> None:
        """Have a mark put into a set whenever a value comes, so that who watches looks again."""
        self._watchers += ((stale, mark),)

    def from_afar(self) -> "PointState":
        """Give the state that the rules of other zones see."""
        if self._afar is None:
            former = None if self._former is None else self._former.seen_from_afar
            self._afar = PointState(former)
            if former is None and not self.is_hidden:
                self._afar.value, self._afar.at = self.value, self.at
        return self._afar

    @property
    def seen_from_afar(self) -> "PointState | None":
        """The state that the rules of other zones see, where there is such a rule."""
        return self._afar

    def forget_former(self) -> None:
        """Let go of the former state: whoever asks for a window later has it begun anew."""
        self._former = None
        if self._afar is not None:
            self._afar.forget_former()

    def hide(self, at: Instant, *, hidden: bool) -> None:
        """Hide it from the rules of other zones, or show it to them again."""
        self.is_hidden = hidden
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
    """All that rules look at, of a whole site.

    Args:
        zones: those of the detectors, by their ids.
        former: the values of the engine that this one succeeds, for what is mentioned from now on
            until `forget_former`.
        unchanged: the detectors of which that is so; the others begin anew.
    """

    def __init__(
        self,
        zones: Mapping[str, str] = MappingProxyType({}),
        former: "Values | None" = None,
        unchanged: Container[str] = (),
    ) -> None:
        self.points: dict[Point, PointState] = {}
        self.conditions: dict[tuple[str, Condition], ConditionState] = {}
        self.schedules: dict[str, ScheduleState] = {}
        self._zones = zones
        self._former = former
        self._unchanged = unchanged

    def point(self, point: Point) -> PointState:
        """Give the state of a point in its own zone, made at its first mention."""
        state = self.points.get(point)
        if state is None:
            state = self.points[point] = PointState(self._former_point(point))
        return state

    def condition(self, zone: str, condition: Condition) -> ConditionState:
        """Give whether a condition is in force in a zone."""
        key = zone, condition
        state = self.conditions.get(key)
        if state is None:
            state = self.conditions[key] = ConditionState()
            if self._former is not None and key in self._former.conditions:
                state.truth = self._former.conditions[key].truth
        return state

    def schedule(self, schedule: str) -> ScheduleState:
        """Give whether a schedule is on."""
        state = self.schedules.get(schedule)
        if state is None:
            state = self.schedules[schedule] = ScheduleState()
            if self._former is not None and schedule in self._former.schedules:
                state.is_on = self._former.schedules[schedule].is_on
        return state

    def forget_former(self) -> None:
        """Let go of the former values, once all that is looked at has been mentioned."""
        self._former = None
        for state in self.points.values():
            state.forget_former()

    def _former_point(self, point: Point) -> PointState | None:
        if self._former is None or point.detector not in self._unchanged:
            return None
        return self._former.points.get(point)

    def seen_from(self, zone: str) -> "View":
        """Give what the rules of a zone see."""
        return View(self, zone)

    def seen_at_home(self, detector: str) -> "View":
        """Give what the rules of a detector's own zone see."""
        return View(self, self._zones[detector])

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
        return self._values.condition(zone, condition)

    def schedule(self, schedule: str) -> ScheduleState:
        """Give whether a schedule is on."""
        return self._values.schedule(schedule)
