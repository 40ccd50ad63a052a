"""Which events a person wants to see, and how they are found page by page. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from gateway.control.told_event import ToldEvent
from rules.condition import Lane
from rules.instant import NANOSECONDS_PER_SECOND

MOST_PAGES: Final = 40
"""Of 500 events: more are for `firegw journal export`."""

FORMATS: Final = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
TIMES_OF_DAY: Final = ("%H:%M", "%H:%M:%S")

Page = Callable[[int | None], Sequence[ToldEvent]]
"""Gives the newest events before a number, in the order of their numbers; None for the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events.

    Attributes:
        lane: of which lane; None for all.
        zone: of which zone, by its id; None for all.
        since_ns: since when, nanoseconds since 1970 UTC; None for all. An event of which nobody
            knows the time is wanted: it may be of that time.
    """

    lane: Lane | None = None
    zone: str | None = None
    since_ns: int | None = None

    def has(self, event: ToldEvent) -> bool:
        """Tell whether an event is wanted."""
        if self.lane is not None and event.lane is not self.lane:
            return False
        if self.zone is not None and zone_of(event) != self.zone:
            return False
        return not self.is_too_old(event)

    def is_too_old(self, event: ToldEvent) -> bool:
        """Tell whether an event is surely of an earlier time."""
        return (
            self.since_ns is not None
            and event.wall_ns is not None
            and event.wall_ns < self.since_ns
        )


def zone_of(event: ToldEvent) -> str | None:
    """Give the id of an event's zone; None where it is about the whole site."""
    data = event.condition or event.notice
    return None if data is None or data.zone is None else data.zone.id


def newest(page: Page, wanted: Wanted, limit: int) -> list[ToldEvent]:
    """Find the newest events that are wanted, in the order of their numbers."""
    found: list[ToldEvent] = []
    before: int | None = None
    for _ in range(MOST_PAGES):
        events = page(before)
        for event in reversed(events):
            if wanted.has(event):
                found.append(event)
                if len(found) == limit:
                    return found[::-1]
        # Numbers follow the order of happening, but what was in memory may lie a little out of it.
        if not events or all(map(wanted.is_too_old, events)):
            break
        before = events[0].number
    return found[::-1]


def read_since(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Read a time of day, a day, or a day with its time, where the person is; None for others."""
    for form in FORMATS:
        if (there := _parsed(text, form)) is not None:
            return there.replace(tzinfo=zone)
    for form in TIMES_OF_DAY:
        if (there := _parsed(text, form)) is not None:
            today = datetime.combine(now.astimezone(zone).date(), there.time(), zone)
            return today if today <= now else today - timedelta(days=1)
    return None


def in_nanoseconds(moment: datetime) -> int:
    """Give nanoseconds since 1970 UTC."""
    return int(moment.timestamp()) * NANOSECONDS_PER_SECOND


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  the caller knows where that is
    except ValueError:
        return None


class Followed:
    """What has been shown of events that go on, so that each is shown once.

    A journal that was made anew counts from 1 again, and what was told out of memory may come under
    another number: an event is known by its name.
    """

    REMEMBERED: Final = 2000  # names

    def __init__(self, shown: Sequence[ToldEvent]) -> None:
        self._names: dict[tuple[str, str, int], None] = {}
        self.number = 0
        self.take(shown)

    def take(self, events: Sequence[ToldEvent]) -> list[ToldEvent]:
        """Give those that have not been shown yet, and go on after the last."""
        fresh = [each for each in events if (each.epoch, each.lane, each.seq) not in self._names]
        for each in fresh:
            self._names[each.epoch, each.lane, each.seq] = None
        while len(self._names) > self.REMEMBERED:
            del self._names[next(iter(self._names))]
        if events:
            self.number = events[-1].number
        return fresh
