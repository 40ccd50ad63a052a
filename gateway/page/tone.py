"""What the page says in its largest letters, and how grave that is. Pure.

It says what `firegw status` says: both ask gateway.control.gist. Only a fault is told in two ways
here, since an owner wants to know whether he is protected all the same.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gateway.control.gist import Gist
from gateway.control.status import Status
from gateway.page.told import Told, told_of
from rules.snapshot import Protection


class Tone(StrEnum):
    """How something looks: each has a colour and a sign of its own, and words say it besides."""

    ALARM = "alarm"
    PRE_ALARM = "pre-alarm"
    UNPROTECTED = "unprotected"
    REDUCED = "reduced"
    TEST = "test"
    STARTING = "starting"
    PROTECTED = "protected"


class Headline(StrEnum):
    """The headlines of the page; text "page.gist.N" says each, "page.do.N" what to do about it."""

    FIRE_ALARM = Gist.FIRE_ALARM.value
    GAS_ALARM = Gist.GAS_ALARM.value
    PRE_ALARM = Gist.PRE_ALARM.value
    UNPROTECTED = Gist.UNPROTECTED.value
    NO_ZONES = Gist.NO_ZONES.value
    REDUCED = "reduced"
    ATTENTION = "attention"  # something is at fault, and everything is watched and told
    STARTING = Gist.STARTING.value
    TEST = Gist.TEST.value
    QUIET = Gist.QUIET.value


TONE_OF: Final[Mapping[Headline, Tone]] = MappingProxyType(
    {
        Headline.FIRE_ALARM: Tone.ALARM,
        Headline.GAS_ALARM: Tone.ALARM,
        Headline.PRE_ALARM: Tone.PRE_ALARM,
        Headline.UNPROTECTED: Tone.UNPROTECTED,
        Headline.NO_ZONES: Tone.UNPROTECTED,
        Headline.REDUCED: Tone.REDUCED,
        Headline.ATTENTION: Tone.REDUCED,
        Headline.STARTING: Tone.STARTING,
        Headline.TEST: Tone.TEST,
        Headline.QUIET: Tone.PROTECTED,
    }
)


def headline_of(gist: Gist, status: Status) -> Headline:
    """Give the headline for what a status comes to."""
    if gist in (Gist.DEGRADED, Gist.DISABLED):
        return Headline.REDUCED
    if gist not in (Gist.FAULT, Gist.SUPERVISORY):
        return Headline(gist)
    told = told_of(status)
    well = is_watched(status) and (told.is_well or told is Told.NOBODY)
    return Headline.ATTENTION if well else Headline.REDUCED


def is_watched(status: Status) -> bool:
    """Whether every zone is watched as it should be."""
    return all(
        zone.protection is Protection.FULL and not zone.disabled for zone in status.now.zones
    )
