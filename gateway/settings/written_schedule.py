"""Schedules as they are written: `days`, `from`, `to`, and which dates are holidays."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from gateway.settings.model import TimeOfDay, check_rule_name
from rules.problem import InvalidSettingError
from rules.schedule import MINUTES_PER_DAY, Period, ScheduleDefinition


class Day(StrEnum):
    """What a day can be: a weekday, or a holiday, whatever its weekday."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"
    HOLIDAY = "holiday"


_IN_ORDER: Final = tuple(Day)  # the core's numbers of days: 0 for Monday to 7 for a holiday


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPeriod:
    """Hours of some days."""

    days: frozenset[Day] = field(
        metadata={"help": "days on which it begins; a holiday is none of the others"}
    )
    begins: TimeOfDay = field(metadata={"key": "from", "help": "local time, as 22:00"})
    ends: TimeOfDay = field(
        metadata={
            "key": "to",
            "help": "local time, up to 24:00; on the next day where it is before `from`",
        }
    )

    def __post_init__(self) -> None:
        if not self.days:
            raise InvalidSettingError("days", "the period is on no day", "as in [mon, tue]")
        if self.begins == MINUTES_PER_DAY:
            raise InvalidSettingError("begins", "a day begins at 00:00")
        if self.begins == self.ends:
            raise InvalidSettingError(
                "ends", "the period ends when it begins", "a whole day is from 00:00 to 24:00"
            )

    @property
    def defined(self) -> Period:
        """The period as the core knows it, where midnight at the end is the end of a day."""
        return Period(
            days=frozenset(map(_IN_ORDER.index, self.days)),
            begins=self.begins,
            ends=self.ends or MINUTES_PER_DAY,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSchedule:
    """Hours that rules can ask for: schedule(night)."""

    id: str = field(metadata={"help": "short id, used in rules", "example": "night"})
    periods: tuple[WrittenPeriod, ...] = field(
        metadata={"key": "on", "help": "it is on within any of these periods"}
    )
    holidays: frozenset[date] = field(
        default=frozenset(),
        metadata={"help": "dates that are holidays here, beside those of `site`"},
    )

    def __post_init__(self) -> None:
        check_rule_name("id", self.id)
        if not self.periods:
            raise InvalidSettingError("periods", "the schedule is never on", "give it a period")

    def defined(self, holidays: frozenset[date]) -> ScheduleDefinition:
        """Give the schedule as the core knows it.

        Args:
            holidays: those of the site.
        """
        return ScheduleDefinition(
            id=self.id,
            periods=tuple(period.defined for period in self.periods),
            holidays=self.holidays | holidays,
        )
