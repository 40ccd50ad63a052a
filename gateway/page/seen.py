"""What the page has been told by the gateway. Nouns only."""

from dataclasses import dataclass

from gateway.control.status import Status
from gateway.control.told_event import ToldEvent
from gateway.control.walk_status import WalkNow


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known.

    Attributes:
        status: the newest.
        events: what happened, the newest first.
        periodic: the newest periodic test of the way to the centre; None where none is known.
        walk: how the walk test stands; None where that is not known.
    """

    status: Status
    events: tuple[ToldEvent, ...] = ()
    periodic: ToldEvent | None = None
    walk: WalkNow | None = None
