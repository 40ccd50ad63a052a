"""Whether the fire police's centre is reached. Pure."""

from enum import StrEnum

from gateway.control.status import Status
from gateway.earnest import in_earnest
from rules.condition import Condition


class Told(StrEnum):
    """What can be said of it; text "page.told.N" says it to the owner."""

    CENTRE = "centre"  # and it says itself what it has
    BROKER = "broker"  # and whether anybody reads there is not known
    NO_ANSWER = "no-answer"
    NOT_REACHED = "not-reached"
    NOBODY = "nobody"  # the site has no path

    @property
    def is_well(self) -> bool:
        """Whether what happens gets out, as far as is known."""
        return self in (Told.CENTRE, Told.BROKER)


def told_of(status: Status) -> Told:
    """Say whether the centre is reached: by a path that is connected and that it answers."""
    if not status.paths:
        return Told.NOBODY
    connected = [path.id for path in status.paths if path.connected]
    if not connected:
        return Told.NOT_REACHED
    faults = [
        each
        for each in in_earnest(status.now)
        if each.condition is Condition.FAULT and each.standing
    ]
    deaf = {each.source for each in faults if each.cause == "no-answer"}
    unheard = any(each.cause == "not-acknowledged" for each in faults)
    if unheard or all(f"path/{path}/answer" in deaf for path in connected):
        return Told.NO_ANSWER
    return Told.CENTRE if status.by_centre else Told.BROKER
