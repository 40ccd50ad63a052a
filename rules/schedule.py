"""Schedules: which hours of which days are day or night to a rule.

Local time is UTC and an offset that comes in as data; dates and hours are worked out here, and
nothing asks what time it is.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.problem import InvalidSettingError

MINUTES_PER_DAY: Final = 1440
NANOSECONDS_PER_MINUTE: Final = 60_000_000_000
_1970: Final = date(1970, 1, 1).toordinal()
HOLIDAY: Final = 7
"""Stands beside the weekdays, 0 for Monday to 6 for Sunday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Hours of some days.

    Attributes:
        days: weekdays, 0 for Monday to 6 for Sunday, and HOLIDAY: a holiday is no weekday.
        begins: minutes after midnight, local time.
        ends: likewise, up to 1440; where it is not after `begins`, it is on the next day, and the
            day on which the period began decides.
    """

    days: frozenset[int]
    begins: int
    ends: int

    def __post_init__(self) -> None:
        if not self.days or not all(0 <= day <= HOLIDAY for day in self.days):
            raise InvalidSettingError("days", "a period is on some days of the week")
        if not (0 <= self.begins < MINUTES_PER_DAY and 0 < self.ends <= MINUTES_PER_DAY):
            raise InvalidSettingError("begins", "times of day are from 00:00 to 24:00")

    def has(self, yesterday: int, today: int, minute: int) -> bool:
        """Tell whether a minute of a day is within it, by the kinds of it and the day before."""
        if self.begins < self.ends:
            return today in self.days and self.begins <= minute < self.ends
        return (today in self.days and minute >= self.begins) or (
            yesterday in self.days and minute < self.ends
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDefinition:
    """A schedule: it is on within any of its periods.

    Attributes:
        id: its id, unique in the site.
        periods: when it is on.
        holidays: dates that are holidays, whatever their weekday.
    """

    id: str
    periods: tuple[Period, ...]
    holidays: frozenset[date] = frozenset()

    def is_on(self, local_ns: int) -> bool:
        """Tell whether it is on, by local time as if it were UTC, in nanoseconds since 1970."""
        days, minute = divmod(local_ns // NANOSECONDS_PER_MINUTE, MINUTES_PER_DAY)
        yesterday, today = self._kind(days - 1), self._kind(days)
        return any(period.has(yesterday, today, minute) for period in self.periods)

    def _kind(self, day: int) -> int:
        on = date.fromordinal(_1970 + day)
        return HOLIDAY if on in self.holidays else on.weekday()
