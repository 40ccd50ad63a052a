"""What the owner's page shows: nouns only, all texts in the reader's language and ready to show.

None of them is markup: whoever writes the page escapes them.
"""

from dataclasses import dataclass

from gateway.page.tone import Tone
from gateway.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Hero:
    """What stands in the largest letters.

    Attributes:
        tone: how grave it is.
        headline: "FIRE ALARM".
        where: "Main hall, Stalls".
        since: "since 14:03:30", or empty.
        protected: "2 of 3 zones fully protected", or empty.
        advice: what to do, a sentence or two each.
    """

    tone: Tone
    headline: str
    where: str
    since: str = ""
    protected: str = ""
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Whom to call.

    Attributes:
        name: who answers.
        role: what the person is there for, or empty.
        phone: as people write it.
        dialled: as a telephone wants it: digits, perhaps with a + before them.
    """

    name: str
    role: str
    phone: str
    dialled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Something that is so, in a list.

    Attributes:
        tone: how grave it is.
        what: in a layperson's words.
        more: what is known besides, perhaps technical; or empty.
    """

    tone: Tone
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened: when, what, and what is known besides."""

    time: str
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """The whole page.

    Attributes:
        language: of all texts.
        site: the facility's name.
        gateway: the gateway's id.
        at: of when all this is, as "24.11.2026 14:05:00".
        is_lost: whether the gateway has fallen silent since: all but `calls` is then of the past.
        hero: what it comes to.
        calls: whom to call, below 114.
        amiss: what is wrong, the gravest first.
        amiss_omitted: how many more there are.
        told: whether the fire police are reached.
        paths: each way to them.
        zones: those where something is the matter first.
        zones_omitted: how many more there are, all of them quiet.
        tests: the last ones.
        events: what happened, the newest first.
    """

    language: Language
    site: str
    gateway: str
    at: str
    is_lost: bool
    hero: Hero
    calls: tuple[Call, ...] = ()
    amiss: tuple[Row, ...] = ()
    amiss_omitted: int = 0
    told: Row | None = None
    paths: tuple[Row, ...] = ()
    zones: tuple[Row, ...] = ()
    zones_omitted: int = 0
    tests: tuple[Row, ...] = ()
    events: tuple[EventRow, ...] = ()
