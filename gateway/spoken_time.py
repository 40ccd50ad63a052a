"""Lengths of time in words. Pure: the language is an argument."""

from collections.abc import Iterator

from gateway.text import Language, phrase
from rules.instant import NANOSECONDS_PER_SECOND

MINUTE, HOUR, DAY = 60, 3600, 86400


def age(language: Language, nanoseconds: int) -> str:
    """Say how long something has lasted, as exactly as one wants to know; 0 s where it is less."""
    seconds = max(0, nanoseconds) // NANOSECONDS_PER_SECOND
    if seconds < MINUTE:
        return phrase(language, "time.seconds", count=seconds)
    if seconds < HOUR:
        return phrase(language, "time.minutes", count=seconds // MINUTE)
    if seconds < DAY:
        hours, minutes = seconds // HOUR, seconds // MINUTE % 60
        return phrase(language, "time.hours", count=hours, minutes=minutes)
    return phrase(language, "time.days", count=seconds // DAY, hours=seconds // HOUR % 24)


def span(language: Language, nanoseconds: int) -> str:
    """Say how long something is to last, to the second, without the parts that are nothing."""
    seconds = max(0, nanoseconds) // NANOSECONDS_PER_SECOND
    return " ".join(_parts(language, seconds)) or phrase(language, "time.seconds", count=0)


def _parts(language: Language, seconds: int) -> Iterator[str]:
    if seconds >= DAY:
        yield phrase(language, "time.whole-days", count=seconds // DAY)
    if seconds // HOUR % 24:
        yield phrase(language, "time.whole-hours", count=seconds // HOUR % 24)
    if seconds // MINUTE % 60:
        yield phrase(language, "time.minutes", count=seconds // MINUTE % 60)
    if seconds % MINUTE:
        yield phrase(language, "time.seconds", count=seconds % MINUTE)
