"""What the screen knows: the last answer, how old it is, what has happened, and how values moved.

Pure. A status is worth showing only while the gateway still answers: what was true ten seconds ago
says nothing of a building now.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.control.protocol import Verb
from gateway.control.status import Status
from gateway.control.told_event import ToldEvent
from gateway.control.walk_status import WalkNow
from gateway.monitor.trends import Trends
from rules.instant import Duration, Instant, seconds

ASK_EVERY: Final = seconds(1)
STALE_AFTER: Final = seconds(5)
"""After which a status that nobody has renewed is no longer shown as the present."""

MOST_EVENTS: Final = 300
"""Events that the screen keeps: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of asking once.

    Attributes:
        at: when it was known, by the clock of the asker.
        status: the gateway's status; None where it gave none.
        trouble: why it gave none, in the reader's words.
        events: what has happened since the last time, oldest first.
        events_anew: whether these are all events, and not those since.
        events_trouble: why nothing is known of events.
        walk: how the walk test stands, where that was asked.
    """

    at: Instant
    status: Status | None = None
    trouble: str = ""
    events: tuple[ToldEvent, ...] = ()
    events_anew: bool = False
    events_trouble: str = ""
    walk: WalkNow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is known.

    Attributes:
        status: the last status.
        heard: when it came; None before the first.
        trouble: why there is no newer one; empty while all is well.
        events: what has happened, oldest first.
        events_trouble: why nothing new is known of events.
        walk: how the walk test stands, as far as it is known.
        trends: how values moved.
    """

    status: Status | None = None
    heard: Instant | None = None
    trouble: str = ""
    events: tuple[ToldEvent, ...] = ()
    events_trouble: str = ""
    walk: WalkNow | None = None
    trends: Trends = field(default_factory=Trends)

    def age(self, now: Instant) -> Duration:
        """Tell how old the status is."""
        return Duration(0 if self.heard is None else max(0, now - self.heard))

    def present(self, now: Instant) -> Status | None:
        """Give the status while it can be taken for the present."""
        is_gone = bool(self.trouble) or self.age(now) > STALE_AFTER
        return None if is_gone else self.status


def with_heard(picture: Picture, heard: Heard) -> Picture:
    """Take in what came of asking."""
    if heard.status is None:
        return replace(picture, trouble=heard.trouble)
    picture.trends.note(heard.at, heard.status.now.detectors)
    return replace(
        picture,
        status=heard.status,
        heard=heard.at,
        trouble="",
        events=_joined(() if heard.events_anew else picture.events, heard.events),
        events_trouble=heard.events_trouble,
        walk=heard.walk,
    )


def is_another_life(before: Status | None, now: Status) -> bool:
    """Tell whether the gateway was started anew: its events may then have been renumbered."""
    return before is None or (before.boot_id, before.started) != (now.boot_id, now.started)


def verbs_that_matter(status: Status) -> frozenset[Verb]:
    """Tell what else is to be asked beside the status."""
    tested = any(zone.under_test for zone in status.now.zones)
    return frozenset({Verb.EVENTS, Verb.WALK} if tested else {Verb.EVENTS})


def _joined(kept: Iterable[ToldEvent], new: Iterable[ToldEvent]) -> tuple[ToldEvent, ...]:
    """Join events by their names: what was told out of memory may come again with a number."""
    named = {(each.epoch, each.lane, each.seq): each for each in (*kept, *new)}
    return tuple(sorted(named.values(), key=lambda each: each.number))[-MOST_EVENTS:]
