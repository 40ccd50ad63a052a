"""An event in the words of whoever reads it. Pure: language and time zone are arguments.

For the list, the screen, the page and the report alike. Names and details may come from devices and
brokers: whatever could steer a terminal is taken out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from msgspec import UNSET

from gateway.control.detail_words import in_words_of
from gateway.control.layout import INDENT, clean, wrapped
from gateway.control.told_event import ToldEvent
from gateway.messages.event import ConditionData, NoticeData
from gateway.messages.parts import Measured
from gateway.text import TEXTS, Language, phrase
from rules.condition import Condition, Mode
from rules.event import Change, Notice
from rules.instant import NANOSECONDS_PER_SECOND

DELAY: Final = "/delay"
OF_ITSELF: Final = ("zone", "gateway")  # sources that the place or the cause says already
VALUES_SHOWN: Final = 4
LONGEST_NUMBER: Final = 7  # digits that stay in their column


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An event, said. Each is a piece of one line, or empty.

    Attributes:
        time: when, 19 letters wide: by the clock, or since power-on where no clock was set.
        what: what happened, as "FIRE ALARM" or "out of service".
        where: the zone's name, or empty for the whole site.
        about: what it is about, as "detector hall-smoke-1".
        who: who did it, as "by lan".
        until: until when it is ordered, as "until 2026-12-04 18:00:00".
        why: in words, with the cause first.
        values: what was measured, as "hall-heat-1 61.5 °C".
        incident: names what belongs together, short.
        test: whether it was not in earnest; `what` says so too.
    """

    time: str
    what: str
    where: str = ""
    about: str = ""
    who: str = ""
    until: str = ""
    why: str = ""
    values: str = ""
    incident: str = ""
    test: bool = False

    @property
    def title(self) -> str:
        """What happened and where, in a line: "FIRE ALARM: Main hall"."""
        return ": ".join(filter(None, (self.what, self.where or self.about)))

    @property
    def more(self) -> str:
        """All else but time and incident, in a line; perhaps empty."""
        about = self.about if self.where else ""
        return "; ".join(filter(None, (about, self.who, self.until, self.why, self.values)))


def said(event: ToldEvent, language: Language, zone: tzinfo) -> Said:
    """Say an event; times are in the zone."""
    return _Saying(event, language, zone).said()


def lines(event: ToldEvent, language: Language, zone: tzinfo) -> list[str]:
    """Give an event as lines of at most 80 columns: what, where and when first."""
    told = said(event, language, zone)
    number = f"{event.number:>{LONGEST_NUMBER}}"
    first = wrapped(f"{number}  {told.time}  {told.title}", "", INDENT * 5)
    rest = [phrase(language, f"lane.{event.lane}"), told.more]
    if told.incident:
        rest.append(phrase(language, "event.incident", incident=told.incident))
    if not event.delivered:
        rest.append(phrase(language, "event.not-delivered"))
    return [*first, *wrapped("; ".join(filter(None, rest)), " " * (LONGEST_NUMBER + 2), INDENT)]


def time_of(event: ToldEvent, language: Language, zone: tzinfo) -> str:
    """Say when it happened: where nobody knows, how long after the boot of then."""
    if event.wall_ns is not None:
        return _local(event.wall_ns // NANOSECONDS_PER_SECOND, zone)
    minutes, seconds = divmod(event.monotonic_ns // NANOSECONDS_PER_SECOND, 60)
    since = f"+{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return phrase(language, "event.since-boot", time=since)


def _local(unix_s: int, zone: tzinfo) -> str:
    try:
        return f"{datetime.fromtimestamp(unix_s, zone):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):  # beyond any calendar
        return f"{unix_s:>19}"


@dataclass(frozen=True, slots=True)
class _Saying:
    event: ToldEvent
    language: Language
    zone: tzinfo

    def say(self, key: str, /, **values: object) -> str:
        return phrase(self.language, key, **values)

    def said(self) -> Said:
        if self.event.condition is not None:
            return self.condition(self.event.condition)
        if self.event.notice is not None:
            return self.notice(self.event.notice)
        return Said(time=self.time, what=clean(self.event.kind))

    @property
    def time(self) -> str:
        return time_of(self.event, self.language, self.zone)

    def condition(self, data: ConditionData) -> Said:
        test = data.mode is Mode.TEST
        what = self.change(data)
        return Said(
            time=self.time,
            what=self.say("event.test-only", what=what) if test else what,
            where="" if data.zone is None else clean(data.zone.name or data.zone.id),
            about=self.about(data),
            who="" if self.ended_by_itself(data) else self.who(data.author),
            until=self.until(data),
            why=clean(self.why(data)),
            values=clean(", ".join(self.values(data))),
            incident=short_incident(data.incident),
            test=test,
        )

    def notice(self, data: NoticeData) -> Said:
        test = data.mode is Mode.TEST and data.notice is not Notice.DETECTOR_TESTED
        what = self.say(f"notice.{data.notice}")
        tested = data.notice is Notice.DETECTOR_TESTED
        return Said(
            time=self.time,
            what=self.say("event.test-only", what=what) if test else what,
            where="" if data.zone is None else clean(data.zone.name or data.zone.id),
            about=clean(data.detail) if tested else "",
            who=self.who(data.author),
            why="" if tested else clean(in_words_of(self.language, data.detail)),
            test=data.mode is Mode.TEST,
        )

    def change(self, data: ConditionData) -> str:
        """Say what happened; what people order has words of its own."""
        kind = ""
        if data.condition is Condition.DISABLED:
            kind = "delay." if data.source.endswith(DELAY) else "disabled."
        elif data.condition is Condition.TEST:
            kind = "test."
        elif self.is_loss_of_a_path(data):
            kind = "path."
        change = data.change.value
        if data.change is Change.LEFT and data.cause == "reset":
            change = "reset"
        key = f"event.{kind}{change}"
        if key not in TEXTS:  # a test cannot be silenced, yet nothing may fail over a word
            key = f"event.{change}"
        return self.say(key, condition=self.say(f"condition.{data.condition}"))

    def is_loss_of_a_path(self, data: ConditionData) -> bool:
        return data.cause == "not-connected" and data.source.startswith("path/")

    def ended_by_itself(self, data: ConditionData) -> bool:
        """Whether its cause is that of its end, and its author that of its beginning."""
        return data.change is Change.LEFT and data.cause in ENDS

    def about(self, data: ConditionData) -> str:
        kind, _, name = data.source.partition("/")
        if kind in OF_ITSELF and data.zone is not None:
            return ""
        detector = data.detector
        if detector is not None and detector.name and kind == "detector":
            return clean(f"{detector.name} ({name})")
        if self.is_loss_of_a_path(data):
            return clean(name)
        key = f"source.{kind}"
        text = f"{self.say(key)} {name.removesuffix(DELAY)}" if key in TEXTS else data.source
        return clean(text)

    def who(self, author: str | None) -> str:
        return "" if author is None else self.say("event.by", author=clean(author))

    def until(self, data: ConditionData) -> str:
        if data.ends is UNSET or data.ends is None or data.change is Change.LEFT:
            return ""
        try:
            ends = datetime.fromisoformat(str(data.ends)).astimezone(self.zone)
        except (ValueError, OverflowError):
            return ""
        return self.say("event.until", time=f"{ends:%Y-%m-%d %H:%M:%S}")

    def why(self, data: ConditionData) -> str:
        """Name the cause where that says more, and give the detail as it is."""
        key = f"cause.{data.cause}"
        if data.change is Change.LEFT:  # the detail is that of the beginning
            return self.say(key) if self.ended_by_itself(data) else ""
        detail = in_words_of(self.language, data.detail)
        if key not in TEXTS or self.is_loss_of_a_path(data):
            return detail
        return ": ".join(filter(None, (self.say(key), detail)))

    def values(self, data: ConditionData) -> Iterator[str]:
        for each in data.evidence[:VALUES_SHOWN]:
            yield f"{each.detector} {self.value(each)}"
        left_out = max(0, len(data.evidence) - VALUES_SHOWN) + data.evidence_omitted
        if left_out:
            yield self.say("event.more", count=left_out)

    def value(self, each: Measured) -> str:
        if each.over_range is True:
            return self.say("event.over-range")
        if each.value is None:
            return self.say("event.no-value")
        if each.unit == "bool":
            return self.say("event.active" if each.value else "event.inactive")
        return f"{each.value:g} {each.unit}".strip()


ENDS: Final = frozenset(
    {
        "expired",
        "configuration-changed",
        "restarted",
        "call-point",
        "second-detector",
        "alarm-stands",
        "test-ended",
    }
)
"""Causes that say why something ended, and not why it began."""


def short_incident(incident: str) -> str:
    """Shorten the name of an incident: of the boot eight digits, and the second in it."""
    boot, _, rest = incident.partition(":")
    at = rest.partition(":")[0]
    if not at.isdecimal():
        return clean(incident)
    return clean(f"{boot[:8]}/{int(at[:24]) // NANOSECONDS_PER_SECOND}")
