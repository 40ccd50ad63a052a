"""What a status comes to, in one word: is the building protected, and if not, what is the gravest.

Pure. Every screen and page that says it in large letters asks here, so that none says otherwise.
"""

from enum import StrEnum
from typing import Final

from gateway.control.status import Status
from gateway.control.status_words import DELAY
from gateway.earnest import in_earnest
from rules.condition import Condition
from rules.snapshot import Protection

GRAVEST_FIRST: Final = (
    Condition.FIRE_ALARM,
    Condition.GAS_ALARM,
    Condition.PRE_ALARM,
    Condition.SUPERVISORY,
    Condition.FAULT,
    Condition.DEGRADED,
)
ALARMS: Final = GRAVEST_FIRST[:3]


class Gist(StrEnum):
    """What it comes to, the gravest first."""

    FIRE_ALARM = Condition.FIRE_ALARM.value
    GAS_ALARM = Condition.GAS_ALARM.value
    PRE_ALARM = Condition.PRE_ALARM.value
    UNPROTECTED = Protection.UNPROTECTED.value
    SUPERVISORY = Condition.SUPERVISORY.value
    FAULT = Condition.FAULT.value
    DEGRADED = Protection.DEGRADED.value
    NO_ZONES = "no-zones"
    STARTING = Protection.STARTING.value
    DISABLED = Condition.DISABLED.value
    TEST = Condition.TEST.value
    QUIET = "quiet"


ALARMING: Final = frozenset({Gist.FIRE_ALARM, Gist.GAS_ALARM, Gist.PRE_ALARM})


def gist_of(status: Status) -> Gist:
    """Say what a status comes to."""
    return next(each for each in Gist if each in _found(status))


def _found(status: Status) -> frozenset[str]:
    """Give the words of all that is there, as Gist has them."""
    now = status.now
    earnest = [each for each in in_earnest(now) if not each.source.endswith(DELAY)]
    found: set[str] = {Gist.QUIET.value} if now.zones else {Gist.NO_ZONES.value}
    found.update(each.condition.value for each in earnest)
    found.update(zone.protection.value for zone in now.zones)
    return frozenset(found)
