"""A status as lines for a person: first whether the building is protected, then all that is amiss.

Pure: language and time zone are arguments. Names and details may come from devices and brokers, so
whatever could steer a terminal is taken out. No line is longer than 80 columns, and nothing is cut
off to make it so but a headline's list of zones.
"""

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from gateway.control.status import PathNow, Status
from gateway.text import TEXTS, Language, phrase
from rules.condition import Condition, Lane
from rules.health import HealthState
from rules.instant import NANOSECONDS_PER_SECOND, Moment
from rules.snapshot import ConditionNow, DetectorNow, Protection, ZoneNow

WIDTH: Final = 80
INDENT: Final = "  "
PLACES_NAMED: Final = 3  # in a headline; the sections below name them all
GRAVEST_FIRST: Final = (
    Condition.FIRE_ALARM,
    Condition.GAS_ALARM,
    Condition.PRE_ALARM,
    Condition.SUPERVISORY,
    Condition.FAULT,
    Condition.DEGRADED,
)
ALARMS: Final = GRAVEST_FIRST[:3]


def view(status: Status, language: Language, zone: tzinfo) -> list[str]:
    """Give the lines of a status; times are in the zone."""
    return list(_View(status, language, zone).lines())


def clean(text: str) -> str:
    """Compose letters and take out control characters, so that columns and terminals hold."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter.isprintable() else "?" for letter in composed)


def wrapped(text: str, indent: str = "", further: str = INDENT) -> list[str]:
    """Break a line at the width; the rest goes in by one step more."""
    return textwrap.wrap(
        clean(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + further,
        replace_whitespace=False,
        break_on_hyphens=False,  # ids and paths stay whole where they can
    ) or [""]


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lay rows out in columns, each as wide as its widest cell; the last cell may wrap."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    for row in cleaned:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield from wrapped("  ".join(cells).rstrip(), INDENT, INDENT * 2)


@dataclass(frozen=True, slots=True)
class _View:
    """What all parts of the view have to know."""

    status: Status
    language: Language
    zone: tzinfo

    def say(self, key: str, /, **values: object) -> str:
        return phrase(self.language, key, **values)

    def lines(self) -> Iterator[str]:
        yield from wrapped(self.headline())
        for line in self.warnings():
            yield from wrapped(line)
        yield from self.section("status.zones", self.zones())
        if self.status.now.conditions:
            yield from self.section("status.conditions", self.conditions())
        yield ""
        yield from self.detectors()
        if self.status.now.outputs:
            yield from self.section("status.outputs", self.outputs())
        yield from self.section("status.paths", self.paths())
        yield from self.section("status.gateway", self.gateway())

    def section(self, title: str, lines: Iterable[str]) -> Iterator[str]:
        yield ""
        yield self.say(title)
        yield from lines

    # The first lines

    def headline(self) -> str:
        now = self.status.now
        unprotected = self.zones_in(Protection.UNPROTECTED)
        for condition in GRAVEST_FIRST:
            if condition not in ALARMS and unprotected:
                return self.say("status.unprotected", zones=self.listed(unprotected))
            here = [each for each in now.conditions if each.condition is condition]
            if here:
                return self.of_condition(condition, here)
        if not now.zones:
            return self.say("status.no-zones")
        starting = self.zones_in(Protection.STARTING)
        if starting:
            return self.say("status.starting", zones=self.listed(starting))
        degraded = self.zones_in(Protection.DEGRADED)
        if degraded:
            return self.say("status.degraded", zones=self.listed(degraded))
        count = len(now.zones)
        return self.say("status.quiet.one" if count == 1 else "status.quiet", count=count)

    def of_condition(self, condition: Condition, here: list[ConditionNow]) -> str:
        standing = [each for each in here if each.standing]
        places = list(dict.fromkeys(map(self.place, standing or here)))
        headline = self.say(f"status.{condition}", zones=self.listed(places))
        return headline if standing else self.say("status.cause-gone", headline=headline)

    def warnings(self) -> Iterator[str]:
        zones = self.status.now.zones
        full = len(self.zones_in(Protection.FULL))
        if zones and (full < len(zones) or self.status.now.conditions):
            yield self.say("status.protected", count=full, total=len(zones))
        if self.status.paths and not any(path.connected for path in self.status.paths):
            yield self.say("status.no-path")
        if not self.status.store_ok:
            yield self.say("status.store-bad")
        if self.status.trial_operators:
            yield self.say("status.trial", uids=", ".join(map(str, self.status.trial_operators)))

    def zones_in(self, protection: Protection) -> list[str]:
        return [zone.name for zone in self.status.now.zones if zone.protection is protection]

    def listed(self, places: list[str]) -> str:
        named = ", ".join(places[:PLACES_NAMED])
        more = len(places) - PLACES_NAMED
        return self.say("status.more", zones=named, count=more) if more > 0 else named

    # The sections

    def zones(self) -> Iterator[str]:
        rows = [
            (
                zone.id,
                zone.name,
                self.say(f"protection.{zone.protection}"),
                self.zone_conditions(zone),
            )
            for zone in self.status.now.zones
        ]
        return columns(rows) if rows else iter(())

    def zone_conditions(self, zone: ZoneNow) -> str:
        words = [self.say(f"condition.{condition}") for condition in zone.conditions]
        return ", ".join(words) or self.say("status.zone-quiet")

    def conditions(self) -> Iterator[str]:
        ordered = sorted(
            self.status.now.conditions,
            key=lambda each: (GRAVEST_FIRST.index(each.condition), each.incident),
        )
        for each in ordered:
            word = self.say(f"condition.{each.condition}")
            yield from wrapped(f"{word}: {self.place(each)}, {self.since(each.incident)}", INDENT)
            remarks = "; ".join(self.remarks(each))
            if remarks:
                yield from wrapped(remarks, INDENT * 2)

    def remarks(self, each: ConditionNow) -> Iterator[str]:
        if each.zone is not None:
            yield self.source(each.source)
        said = each.source.partition("/")[0]  # a rule's cause is "rule"
        why = each.detail or ("" if each.cause == said else self.cause(each.cause))
        if why:
            yield why
        if each.latched:
            yield self.say("status.latched")
        if not each.standing:
            yield self.say("status.over")
        if each.acknowledged is not None:
            yield self.say("status.acknowledged", author=each.acknowledged)
        elif each.condition in ALARMS:
            yield self.say("status.not-acknowledged")

    def detectors(self) -> Iterator[str]:
        everyone = self.status.now.detectors
        amiss = [each for each in everyone if each.health.state is not HealthState.OK]
        if not amiss:
            yield self.say("status.detectors.ok", total=len(everyone))
            return
        yield self.say("status.detectors", count=len(amiss), total=len(everyone))
        yield from columns([(each.id, each.zone, self.health(each)) for each in amiss])

    def health(self, detector: DetectorNow) -> str:
        health = detector.health
        words = [self.say(f"health.{health.state}")]
        if health.cause is not None:
            words.append(self.cause(health.cause))
        if health.detail:
            words.append(health.detail)
        return ": ".join(words)

    def outputs(self) -> Iterator[str]:
        rows = [
            (output, self.say("status.on" if energised else "status.off"))
            for output, energised in self.status.now.outputs.items()
        ]
        yield from columns(rows)
        if self.status.now.silenced:
            yield INDENT + self.say("status.silenced")

    def paths(self) -> Iterator[str]:
        if not self.status.paths:
            yield INDENT + self.say("status.paths.none")
            return
        yield from columns([(path.id, self.path(path)) for path in self.status.paths])
        waiting = {lane.value: self.status.outbox.get(lane, 0) for lane in Lane}
        yield from wrapped(self.say("status.outbox", **waiting), INDENT)

    def path(self, path: PathNow) -> str:
        since = self.since(Moment(self.status.boot_id, path.since))
        key = "status.connected" if path.connected else "status.disconnected"
        line = self.say(key, since=since)
        return f"{line}: {path.detail}" if path.detail else line

    def gateway(self) -> Iterator[str]:
        status = self.status
        age = self.age(status.now.at - status.started)
        yield from wrapped(
            self.say("status.name", site=status.site_name, gateway=status.gateway), INDENT
        )
        yield from wrapped(self.say("status.running", version=status.version, age=age), INDENT)
        yield INDENT + self.say(f"status.clock.{status.clock}")
        if status.store_ok:
            yield INDENT + self.say("status.journal-ok")

    # Words

    def place(self, condition: ConditionNow) -> str:
        if condition.zone is None:
            return self.source(condition.source)
        names = {zone.id: zone.name for zone in self.status.now.zones}
        return names.get(condition.zone, condition.zone)

    def source(self, source: str) -> str:
        kind, _, name = source.partition("/")
        key = f"source.{kind}"
        return f"{self.say(key)} {name}" if key in TEXTS else source

    def cause(self, cause: str) -> str:
        key = f"cause.{cause}"
        return self.say(key) if key in TEXTS else cause

    def since(self, moment: Moment) -> str:
        offset = self.status.utc_offsets.get(moment.boot_id)
        if offset is not None:
            return self.say("time.since", time=self.local(moment.at + offset))
        if moment.boot_id == self.status.boot_id:
            return self.say("time.for", age=self.age(self.status.now.at - moment.at))
        return self.say("time.before-restart")

    def local(self, utc: int) -> str:
        there = datetime.fromtimestamp(utc // NANOSECONDS_PER_SECOND, self.zone)
        offset = self.status.utc_offsets.get(self.status.boot_id)
        if offset is not None:
            now = (self.status.now.at + offset) // NANOSECONDS_PER_SECOND
            if datetime.fromtimestamp(now, self.zone).date() == there.date():
                return there.strftime("%H:%M:%S")
        return there.strftime("%Y-%m-%d %H:%M:%S")

    def age(self, nanoseconds: int) -> str:
        seconds = max(0, nanoseconds) // NANOSECONDS_PER_SECOND
        minutes, hours = seconds // 60, seconds // 3600
        if seconds < 60:
            return self.say("time.seconds", count=seconds)
        if minutes < 60:
            return self.say("time.minutes", count=minutes)
        if hours < 24:
            return self.say("time.hours", count=hours, minutes=minutes % 60)
        return self.say("time.days", count=hours // 24, hours=hours % 24)
