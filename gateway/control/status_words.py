"""The words that a status is shown in: places, sources, causes, times. Pure."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from gateway.control.detail_words import in_words_of
from gateway.control.status import Status
from gateway.spoken_time import age
from gateway.text import TEXTS, Language, phrase
from rules.instant import NANOSECONDS_PER_SECOND, Instant, Moment
from rules.snapshot import ConditionNow

DELAY = "/delay"


@dataclass(frozen=True, slots=True)
class Words:
    """A status, a language, and the time zone of the person who reads it."""

    status: Status
    language: Language
    zone: tzinfo

    def say(self, key: str, /, **values: object) -> str:
        """Give a text."""
        return phrase(self.language, key, **values)

    def place(self, condition: ConditionNow) -> str:
        """Name the zone, or what it is about where that is the site."""
        if condition.zone is None:
            return self.source(condition.source)
        zones = self.status.now.zones
        return next((zone.name for zone in zones if zone.id == condition.zone), condition.zone)

    def source(self, source: str) -> str:
        """Name what raised a condition, or what is out of service."""
        kind, _, name = source.partition("/")
        key = f"source.{kind}"
        return f"{self.say(key)} {name.removesuffix(DELAY)}" if key in TEXTS else source

    def cause(self, cause: str) -> str:
        """Name a cause; a word that has no text goes as it is."""
        key = f"cause.{cause}"
        return self.say(key) if key in TEXTS else cause

    def why(self, condition: ConditionNow) -> str:
        """Say why, or nothing where the cause says no more than the source."""
        said = condition.source.partition("/")[0]  # a rule's cause is "rule"
        if condition.detail:
            return self.detail(condition.detail)
        return "" if condition.cause == said else self.cause(condition.cause)

    def detail(self, detail: str) -> str:
        """Give what was said of why, in the reader's language where that is known."""
        return in_words_of(self.language, detail)

    def since(self, moment: Moment) -> str:
        """Say since when, as exactly as the clock allows."""
        offset = self.status.utc_offsets.get(moment.boot_id)
        if offset is not None:
            return self.say("time.since", time=self.local(moment.at + offset))
        if moment.boot_id == self.status.boot_id:
            return self.say("time.for", age=age(self.language, self.status.now.at - moment.at))
        return self.say("time.before-restart")

    def until(self, ends: Instant) -> str:
        """Say until when, or how long still where the clock is not known."""
        offset = self.status.utc_offsets.get(self.status.boot_id)
        if offset is not None:
            return self.say("time.until", time=self.local(ends + offset))
        return self.say("time.left", age=age(self.language, ends - self.status.now.at))

    def local(self, utc: int) -> str:
        """Write a time where the person is; of today without the date."""
        there = datetime.fromtimestamp(utc // NANOSECONDS_PER_SECOND, self.zone)
        offset = self.status.utc_offsets.get(self.status.boot_id)
        if offset is not None:
            now = (self.status.now.at + offset) // NANOSECONDS_PER_SECOND
            if datetime.fromtimestamp(now, self.zone).date() == there.date():
                return there.strftime("%H:%M:%S")
        return there.strftime("%Y-%m-%d %H:%M:%S")
