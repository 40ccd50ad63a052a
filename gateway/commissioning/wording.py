"""Values, lengths of time and dates, as the walk test and the report say them. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from gateway.control.layout import clean
from gateway.control.walk_status import Response, ZoneTest
from gateway.messages.parts import LATEST_WALL_NS
from gateway.text import TEXTS, Language, phrase
from rules.instant import NANOSECONDS_PER_SECOND, Duration
from rules.quantity import QUANTITIES

MILLISECOND: Final = 1_000_000  # nanoseconds
EXACT_BELOW_MS: Final = 10
IN_SECONDS_FROM_MS: Final = 10_000

DATE_AND_TIME: Final = {
    Language.ENGLISH: "%Y-%m-%d %H:%M:%S",
    Language.VIETNAMESE: "%d/%m/%Y %H:%M:%S",
}
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wording:
    """A language, and the time zone in which dates are written."""

    language: Language
    zone: tzinfo

    def say(self, key: str, /, **values: object) -> str:
        """Give a text."""
        return phrase(self.language, key, **values)

    def took(self, duration: Duration) -> str:
        """Say how long something took; below 10 ms to a tenth."""
        milliseconds = duration / MILLISECOND
        if milliseconds >= IN_SECONDS_FROM_MS:
            return self.say("took.s", count=f"{milliseconds / 1000:.1f}")
        exact = milliseconds < EXACT_BELOW_MS
        return self.say("took.ms", count=f"{milliseconds:.{1 if exact else 0}f}")

    def value(self, response: Response) -> str:
        """Say what was measured; nothing where no value of the detector itself decided."""
        if response.quantity is None:
            return ""
        quantity = QUANTITIES.get(response.quantity)
        unit = "" if quantity is None else quantity.unit.symbol
        if response.value is None:
            return self.say("measured.over-range", quantity=response.quantity)
        if unit == "bool":
            return self.say("measured.active" if response.value else "measured.at-rest")
        value = f"{response.value:.6g}"
        return self.say(
            "measured.value", quantity=response.quantity, value=value, unit=unit
        ).strip()

    def dated(self, wall_ns: int | None) -> str:
        """Write a wall time, or that it is not known."""
        if wall_ns is None or not 0 <= wall_ns <= LATEST_WALL_NS:
            return self.say("report.date-unknown")
        return self.local(wall_ns).strftime(DATE_AND_TIME[self.language])

    def time_of_day(self, wall_ns: int | None) -> str:
        """Write a wall time without its date; nothing where it is not known."""
        if wall_ns is None or not 0 <= wall_ns <= LATEST_WALL_NS:
            return ""
        return self.local(wall_ns).strftime("%H:%M:%S")

    def local(self, wall_ns: int) -> datetime:
        """Give a wall time where the reader is; the last days of the year 9999 stay in UTC."""
        utc = EPOCH + timedelta(seconds=wall_ns // NANOSECONDS_PER_SECOND)
        try:
            return utc.astimezone(self.zone)
        except OverflowError:
            return utc

    def why_over(self, test: ZoneTest) -> str:
        """Say why a test ended."""
        if test.ended is None:
            return self.say("test-ended.not")
        key = f"test-ended.{test.cause}"
        if key in TEXTS:
            return self.say(key, author=clean(test.ended_by))
        return self.say("test-ended.other", cause=clean(test.cause))
