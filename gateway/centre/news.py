"""What the centre tells of as it happens: a line each. Pure."""

from enum import StrEnum
from typing import Final

import msgspec

from gateway.centre.heard import EventSaid
from gateway.control.layout import clean
from gateway.messages.topics import Origin
from gateway.text import Language, phrase


class Happened(StrEnum):
    """What can be told."""

    EVENT = "event"  # one that was not known yet
    ONLINE = "online"  # a path's birth
    OFFLINE = "offline"  # its will or farewell
    SILENT = "silent"  # a gateway has given no sign of life for too long
    HEARD_AGAIN = "heard-again"
    RESEND = "resend"  # something is missing and was asked for
    REFUSED = "refused"  # a message was not taken
    STARTED = "started"  # the centre itself; the detail is its public key
    CONNECTED = "connected"  # likewise, with its broker
    LOST = "lost"  # likewise


class News(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened.

    Attributes:
        happened: what.
        at: when, by the centre's clock.
        gateway: `province/site/gateway`; of `refused` the topic, empty where it is the centre.
        id: of an event: `epoch/lane/seq`.
        type: of an event.
        mode: of an event: live or test.
        zone: of an event: the zone's name, or its id.
        historical: of an event: whether it is old news.
        detail: more, in a line.
    """

    happened: Happened
    at: str
    gateway: str = ""
    id: str = ""
    type: str = ""
    mode: str = ""
    zone: str = ""
    historical: bool = False
    detail: str = ""


NOT_CONDITIONS: Final = "vn.pccc."


def event_news(origin: Origin, said: EventSaid, at: str) -> News:
    """Tell of an event."""
    data = said.data
    return News(
        happened=Happened.EVENT,
        at=at,
        gateway=name_of(origin),
        id=f"{said.epoch}/{said.lane}/{said.seq}",
        type=said.type,
        mode=data.mode,
        zone="" if data.zone is None else data.zone.name or data.zone.id,
        historical=said.historical,
        detail=data.detail,
    )


def name_of(origin: Origin) -> str:
    """Name a gateway in the country."""
    return f"{origin.province}/{origin.site}/{origin.gateway}"


def line_of(news: News, language: Language) -> str:
    """Write news as a line for a person."""
    happened = phrase(language, f"centre.happened.{news.happened}")
    told = [news.type.removeprefix(NOT_CONDITIONS), news.zone, news.detail]
    if news.historical:
        told.append(phrase(language, "centre.historical"))
    about = ", ".join(filter(None, told))
    return clean(" ".join(filter(None, [news.at, news.gateway, happened, about])))
