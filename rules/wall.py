"""Wall time in the core: what schedules and ends of service go by, and nothing else.

No duration, time-out or order depends on it: those are of the monotonic clock. It comes in as an
input, and between two of them runs on with the instants.
"""

from collections.abc import Iterable

from rules.inheriting import take_over
from rules.instant import Duration, Instant
from rules.part import WallTime
from rules.schedule import ScheduleDefinition
from rules.values import Values


class Wall:
    """The newest wall time, and the schedules by it."""

    def __init__(
        self, schedules: Iterable[ScheduleDefinition], utc_offset: Duration, values: Values
    ) -> None:
        self._schedules = {schedule.id: schedule for schedule in schedules}
        self._utc_offset = utc_offset
        self._values = values
        self._told: WallTime | None = None

    def inherit(self, former: "Wall") -> None:
        """Take over the newest wall time."""
        take_over(self, former, "_told")

    def take(self, told: WallTime) -> None:
        """Take what the clock says."""
        self._told = told

    def utc_ns(self, now: Instant) -> int | None:
        """Give the wall time, in nanoseconds since 1970; None while it is unknown."""
        if self._told is None or not self._told.is_known:
            return None
        return self._told.utc_ns + now - self._told.at

    def earliest_utc_ns(self, now: Instant) -> int | None:
        """Give what the wall time is at the least; None where nothing has been told."""
        return None if self._told is None else self._told.utc_ns + now - self._told.at

    def look(self, now: Instant) -> list[str]:
        """Turn the schedules on and off; give those that turned."""
        utc_ns = self.utc_ns(now)
        turned = []
        for name, state in self._values.schedules.items():
            is_on = None
            if utc_ns is not None and name in self._schedules:
                is_on = self._schedules[name].is_on(utc_ns + self._utc_offset)
            if is_on is not state.is_on:
                state.is_on = is_on
                turned.append(name)
        return turned
