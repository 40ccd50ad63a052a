"""From what the gateway told to the page that the owner sees. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

from gateway.control.event_view import said
from gateway.control.gist import ALARMS, Gist, gist_of
from gateway.control.layout import clean
from gateway.control.status import ContactNow
from gateway.control.status_view import OF_GIST, StatusView
from gateway.earnest import only_by_a_test
from gateway.page.amiss import amiss
from gateway.page.page_view import Call, EventRow, Hero, PageView, Row
from gateway.page.seen import Seen
from gateway.page.tests_shown import tests_shown
from gateway.page.told import Told, told_of
from gateway.page.tone import TONE_OF, Headline, Tone, headline_of, is_watched
from gateway.text import Language, phrase
from rules.condition import Condition, Lane
from rules.event import Notice
from rules.instant import Moment
from rules.snapshot import ConditionNow, Protection, ZoneNow

MOST_AMISS: Final = 20
MOST_ZONES: Final = 100
MOST_EVENTS: Final = 20
TECHNICAL: Final = frozenset(
    {Notice.STARTED, Notice.STOPPED, Notice.CLOCK_ESTABLISHED, Notice.CONFIGURATION_CHANGED}
)
"""Notices whose details are the technician's: versions, hashes, boots."""
GRAVITY: Final = {tone: place for place, tone in enumerate(Tone)}


def page_of(seen: Seen, language: Language, *, is_lost: bool) -> PageView:
    """Compose the page.

    Args:
        seen: what the gateway told last.
        language: the reader's.
        is_lost: whether that is too old to be relied on.
    """
    status = seen.status
    zone = timezone(timedelta(seconds=status.utc_offset_s))
    words = StatusView(status, language, zone)
    wrong = amiss(words)
    zones = sorted(_zones(words), key=lambda row: GRAVITY[row.tone])
    return PageView(
        language=language,
        site=clean(status.site_name),
        gateway=clean(status.gateway),
        at=_at(words),
        is_lost=is_lost,
        hero=_hero(words),
        calls=tuple(map(_call, status.contacts)),
        amiss=tuple(each() for each in wrong[:MOST_AMISS]),
        amiss_omitted=max(0, len(wrong) - MOST_AMISS),
        told=_told(words),
        paths=tuple(_paths(words)),
        zones=tuple(zones[:MOST_ZONES]),
        zones_omitted=max(0, len(zones) - MOST_ZONES),
        tests=tuple(tests_shown(seen, words)),
        events=tuple(_events(seen, language, zone)),
    )


def nothing_seen(language: Language) -> PageView:
    """Compose the page of a gateway that has told nothing yet: whom to call stands there."""
    headline = phrase(language, "page.gist.lost")
    hero = Hero(tone=Tone.UNPROTECTED, headline=headline, where=phrase(language, "page.where.lost"))
    return PageView(language=language, site="", gateway="", at="", is_lost=True, hero=hero)


def _at(words: StatusView) -> str:
    offset = words.status.utc_offsets.get(words.status.boot_id)
    if offset is None:
        return words.say("page.at.unknown")
    at = datetime.fromtimestamp((words.status.now.at + offset) // 1_000_000_000, words.zone)
    return words.say("page.at", time=f"{at:%Y-%m-%d %H:%M:%S}")


# In the largest letters


def _hero(words: StatusView) -> Hero:
    gist = gist_of(words.status)
    headline = headline_of(gist, words.status)
    says = words.say(f"page.gist.{headline}")
    over = words.is_over(gist) and _is_alarm(gist)
    full = sum(
        zone.protection is Protection.FULL and not zone.under_test
        for zone in words.status.now.zones
    )
    total = len(words.status.now.zones)
    return Hero(
        tone=TONE_OF[headline],
        headline=words.say("page.gist.over", gist=says) if over else says,
        where=clean(_where(words, gist)),
        since=clean("; ".join(_since(words, gist))),
        protected="" if full == total else words.say("status.protected", count=full, total=total),
        advice=tuple(_advice(words, gist, headline)),
    )


def _where(words: StatusView, gist: Gist) -> str:
    if gist is Gist.NO_ZONES:
        return words.say("page.where.no-zones")
    if gist is Gist.QUIET:
        count = len(words.status.now.zones)
        key = "page.where.quiet.one" if count == 1 else "page.where.quiet"
        return words.say(key, count=count)
    if gist is Gist.FAULT and told_of(words.status) is Told.NOT_REACHED:
        # The owner's word for it; other faults beside it are listed below.
        others = [each for each in words.standing(Condition.FAULT) if not _is_of_a_path(each)]
        if not others:
            return words.say("page.where.not-told")
    return words.listed(words.places(gist))


def _is_alarm(gist: Gist) -> bool:
    return OF_GIST.get(gist.value) in ALARMS


def _is_of_a_path(each: ConditionNow) -> bool:
    return each.source.startswith("path/")


def _since(words: StatusView, gist: Gist) -> Iterator[str]:
    """Say since when, and what people have done about an alarm."""
    if gist is Gist.UNPROTECTED:
        here = words.standing(Condition.DEGRADED)
    elif gist is Gist.DISABLED:
        here = words.disablements()
    else:
        standing = [
            each
            for condition in Condition
            if condition.value == gist.value
            for each in words.standing(condition)
        ]
        here = words.caused(standing) or standing
    if here:
        yield words.since(min(each.incident for each in here))
    if not _is_alarm(gist):
        return
    authors = list(dict.fromkeys(each.acknowledged for each in here if each.acknowledged))
    if all(each.acknowledged is not None for each in here):
        yield words.say("page.acknowledged", author=", ".join(authors))
    else:
        yield words.say("page.not-acknowledged")
    if words.status.now.silenced:
        yield words.say("page.silenced")


def _advice(words: StatusView, gist: Gist, headline: Headline) -> Iterator[str]:
    if words.is_over(gist) and _is_alarm(gist):
        yield words.say("page.do.over")
    elif gist is Gist.DISABLED:
        yield words.say("page.do.disabled")
    elif headline is Headline.REDUCED and is_watched(words.status):
        yield words.say(
            f"page.do.{Headline.ATTENTION}"
        )  # it is told to nobody, and no less watched
    elif headline is not Headline.QUIET:
        yield words.say(f"page.do.{headline}")
    if not _is_alarm(gist) and not told_of(words.status).is_well:
        yield words.say("page.do.not-told")


# The sections


def _call(contact: ContactNow) -> Call:
    return Call(
        name=clean(contact.name),
        role=clean(contact.role),
        phone=clean(contact.phone),
        dialled="".join(letter for letter in contact.phone if letter in "+0123456789"),
    )


def _zones(words: StatusView) -> Iterator[Row]:
    tested = only_by_a_test(words.status.now)
    for zone in words.status.now.zones:
        conditions = [each for each in zone.conditions if (zone.id, each) not in tested]
        here = words.zone_conditions(zone, conditions)
        protection = words.say(f"protection.{zone.protection}")
        states = [] if here == words.say("status.zone-quiet") else [here]
        if zone.protection is not Protection.FULL or not states:
            states.insert(0, protection)
        said = clean("; ".join(states))
        yield Row(tone=_tone(zone, conditions), what=clean(zone.name), more=said)


def _tone(zone: ZoneNow, conditions: list[Condition]) -> Tone:
    if Condition.FIRE_ALARM in conditions or Condition.GAS_ALARM in conditions:
        return Tone.ALARM
    if Condition.PRE_ALARM in conditions:
        return Tone.PRE_ALARM
    if zone.protection is Protection.UNPROTECTED:
        return Tone.UNPROTECTED
    watched = zone.protection is Protection.FULL
    if zone.under_test and watched:
        return Tone.TEST
    if zone.protection is Protection.STARTING:
        return Tone.STARTING
    return Tone.PROTECTED if watched and not (zone.disabled or conditions) else Tone.REDUCED


def _told(words: StatusView) -> Row:
    told = told_of(words.status)
    waiting = words.status.outbox.get(Lane.ALARM, 0)
    more = words.say("page.told.waiting", count=waiting) if waiting else ""
    well = Tone.PROTECTED if told.is_well else Tone.UNPROTECTED
    return Row(tone=well, what=words.say(f"page.told.{told}"), more=more)


def _paths(words: StatusView) -> Iterator[Row]:
    for path in words.status.paths:
        since = words.since(Moment(words.status.boot_id, path.since))
        key = "page.path.up" if path.connected else "page.path.down"
        yield Row(
            tone=Tone.PROTECTED if path.connected else Tone.REDUCED,
            what=clean(words.say(key, path=path.id, since=since)),
            more=clean(words.detail(path.detail)),
        )


def _events(seen: Seen, language: Language, zone: tzinfo) -> Iterator[EventRow]:
    for event in seen.events[:MOST_EVENTS]:
        told = said(event, language, zone)
        technical = event.notice is not None and event.notice.notice in TECHNICAL
        more = told.who if technical else told.more
        yield EventRow(time=told.time.strip(), what=told.title, more=more)
