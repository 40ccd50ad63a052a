"""A status as lines for a person: first whether the building is protected, then all that is amiss.

Pure: language and time zone are arguments. What stands in earnest, what is out of service and what
a test has raised stand apart, in the order of their gravity. No line is longer than 80 columns, and
nothing is cut off to make it so but a headline's list of zones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from gateway.control.gist import ALARMS, GRAVEST_FIRST, Gist, gist_of
from gateway.control.layout import INDENT, columns, wrapped
from gateway.control.status import PathNow, Status
from gateway.control.status_words import DELAY, Words
from gateway.earnest import in_earnest, only_by_a_test, raised_by_a_test
from gateway.spoken_time import age
from gateway.text import Language
from rules.condition import Condition, Lane, Mode
from rules.health import HealthState
from rules.instant import Moment
from rules.snapshot import ConditionNow, DetectorNow, Protection, ZoneNow

PLACES_NAMED: Final = 3  # in a headline; the sections below name them all
OF_GIST: Final = {condition.value: condition for condition in GRAVEST_FIRST}
GRAVITY: Final = {condition: place for place, condition in enumerate(Condition)}


def view(status: Status, language: Language, zone: tzinfo) -> list[str]:
    """Give the lines of a status; times are in the zone."""
    return list(StatusView(status, language, zone).lines())


@dataclass(frozen=True, slots=True)
class StatusView(Words):
    """What is said of a status, part by part, from the first line to the last."""

    def lines(self) -> Iterator[str]:
        """Give all lines."""
        yield from wrapped(self.headline())
        for line in self.warnings():
            yield from wrapped(line)
        yield from self.section("status.zones", self.zones())
        yield from self.section("status.conditions", self.conditions())
        yield from self.section("status.out-of-service", self.out_of_service())
        yield from self.section("status.tests", self.tests())
        yield from self.section("status.delays", self.delays())
        yield ""
        yield from self.detectors()
        yield from self.section("status.outputs", self.outputs())
        yield from self.section("status.paths", self.paths())
        yield from self.section("status.contacts", self.contacts())
        yield from self.section("status.gateway", self.gateway())

    def section(self, title: str, lines: Iterable[str]) -> Iterator[str]:
        """Give a section with its title, or nothing where it has no lines."""
        listed = list(lines)
        if listed:
            yield from ("", self.say(title), *listed)

    # The first lines

    def headline(self) -> str:
        """Say what it comes to, and where."""
        gist = gist_of(self.status)
        if gist is Gist.QUIET:
            count = len(self.status.now.zones)
            return self.say("status.quiet.one" if count == 1 else "status.quiet", count=count)
        headline = self.say(f"status.{gist}", zones=self.listed(self.places(gist)))
        over = self.is_over(gist)
        return self.say("status.cause-gone", headline=headline) if over else headline

    def places(self, gist: Gist) -> list[str]:
        """Name the places that make it come to this; none where all is quiet or nothing is there.

        Of conditions those whose cause stands, or all where only their latch does.
        """
        match gist:
            case Gist.UNPROTECTED | Gist.STARTING:
                return self.zones_in(Protection(gist))
            case Gist.DEGRADED if not self.standing(Condition.DEGRADED):
                return self.zones_in(Protection.DEGRADED)
            case Gist.DISABLED:
                return [self.source(each.source) for each in self.disablements()]
            case Gist.TEST:
                return self.tested_zones()
            case Gist.QUIET | Gist.NO_ZONES:
                return []
        here = self.standing(Condition(gist))
        return list(dict.fromkeys(map(self.place, self.caused(here) or here)))

    def is_over(self, gist: Gist) -> bool:
        """Whether it stands by its latch alone."""
        condition = OF_GIST.get(gist.value)
        here = [] if condition is None else self.standing(condition)
        return bool(here) and not self.caused(here)

    def caused(self, conditions: Iterable[ConditionNow]) -> list[ConditionNow]:
        """Give those whose cause stands."""
        return [each for each in conditions if each.standing]

    def warnings(self) -> Iterator[str]:
        """Give what must not be overlooked beside the headline."""
        zones = self.status.now.zones
        full = sum(zone.protection is Protection.FULL and not zone.under_test for zone in zones)
        stands = any(each.condition in GRAVEST_FIRST for each in in_earnest(self.status.now))
        if zones and (full < len(zones) or stands or self.disablements()):
            yield self.say("status.protected", count=full, total=len(zones))
        tested = self.tested_zones()
        if tested and self.headline() != self.say("status.test", zones=self.listed(tested)):
            yield self.say("status.test", zones=self.listed(tested))
        if self.status.paths and not any(path.connected for path in self.status.paths):
            yield self.say("status.no-path")
        if not self.status.store_ok:
            yield self.say("status.store-bad")
        if self.status.trial is not None:
            trial = self.status.trial
            until = self.until(trial.ends)
            yield self.say("status.configuration-trial", until=until, author=trial.author)
        if self.status.trial_operators:
            yield self.say("status.trial", uids=", ".join(map(str, self.status.trial_operators)))

    def zones_in(self, protection: Protection) -> list[str]:
        """Name the zones of a protection."""
        return [zone.name for zone in self.status.now.zones if zone.protection is protection]

    def listed(self, places: list[str]) -> str:
        """Name the first few places."""
        named = ", ".join(places[:PLACES_NAMED])
        more = len(places) - PLACES_NAMED
        return self.say("status.more", zones=named, count=more) if more > 0 else named

    # What stands

    def standing(self, condition: Condition) -> list[ConditionNow]:
        """Give the conditions of a kind, those in earnest."""
        return [each for each in in_earnest(self.status.now) if each.condition is condition]

    def disablements(self) -> list[ConditionNow]:
        """Give what persons took out of service."""
        disabled = self.standing(Condition.DISABLED)
        return [each for each in disabled if not each.source.endswith(DELAY)]

    def tested_zones(self) -> list[str]:
        """Name the zones under test."""
        return [self.place(each) for each in self.standing(Condition.TEST)]

    # The sections

    def zones(self) -> Iterator[str]:
        """Give the zones, a line each."""
        tested = only_by_a_test(self.status.now)
        rows = [
            (
                zone.id,
                zone.name,
                self.say(f"protection.{zone.protection}"),
                self.zone_conditions(
                    zone, [each for each in zone.conditions if (zone.id, each) not in tested]
                ),
            )
            for zone in self.status.now.zones
        ]
        return columns(rows) if rows else iter(())

    def zone_conditions(self, zone: ZoneNow, conditions: list[Condition]) -> str:
        """Say what is the matter in a zone."""
        words = [self.say(f"condition.{each}") for each in conditions if each in GRAVEST_FIRST]
        if zone.disabled:
            words.append(self.say("condition.disabled"))
        elif Condition.DISABLED in conditions:
            words.append(self.say("status.partly-disabled"))
        if zone.under_test:
            words.append(self.say("condition.test"))
        return ", ".join(words) or self.say("status.zone-quiet")

    def conditions(self) -> Iterator[str]:
        """Give what stands in earnest, the gravest first."""
        here = [each for each in in_earnest(self.status.now) if each.condition in GRAVEST_FIRST]
        for each in self.ordered(here):
            word = self.say(f"condition.{each.condition}")
            yield from wrapped(f"{word}: {self.place(each)}, {self.since(each.incident)}", INDENT)
            remarks = "; ".join(self.remarks(each))
            if remarks:
                yield from wrapped(remarks, INDENT * 2)

    def ordered(self, conditions: Iterable[ConditionNow]) -> list[ConditionNow]:
        """Order conditions: the gravest first, then the oldest."""
        return sorted(conditions, key=lambda each: (GRAVITY[each.condition], each.incident))

    def remarks(self, each: ConditionNow) -> Iterator[str]:
        """Say of a condition what raised it, why, and what persons did about it."""
        if each.zone is not None:
            yield self.source(each.source)
        why = self.why(each)
        if why:
            yield why
        if each.detectors:
            yield self.say("status.decided-by", detectors=self.listed(list(each.detectors)))
        if each.latched:
            yield self.say("status.latched")
        if not each.standing:
            yield self.say("status.over")
        if each.mode is Mode.TEST:
            return
        if each.acknowledged is not None:
            yield self.say("status.acknowledged", author=each.acknowledged)
        elif each.condition in ALARMS:
            yield self.say("status.not-acknowledged")
        if each.silenced:
            yield self.say("status.silenced")

    def out_of_service(self) -> Iterator[str]:
        """Give what is out of service."""
        for each in self.disablements():
            yield from self.ordered_by_a_person(self.source(each.source), each)

    def tests(self) -> Iterator[str]:
        """Give the tests, and what they raised."""
        for each in self.standing(Condition.TEST):
            yield from self.ordered_by_a_person(self.place(each), each)
        for each in self.ordered(raised_by_a_test(self.status.now)):
            word = self.say("status.only-test", condition=self.say(f"condition.{each.condition}"))
            yield from wrapped(f"{word}: {self.place(each)}, {self.since(each.incident)}", INDENT)
            yield from wrapped("; ".join(self.remarks(each)), INDENT * 2)

    def ordered_by_a_person(self, what: str, each: ConditionNow) -> Iterator[str]:
        """Say what stands since when and until when, who ordered it and why."""
        times = self.since(each.incident)
        if each.ends is not None:
            times = f"{times}, {self.until(each.ends)}"
        yield from wrapped(f"{what}, {times}", INDENT)
        told = [each.detail] if each.detail else []
        if each.author is not None and each.author not in each.detail:
            told.insert(0, self.say("status.by", author=each.author))
        if told:
            yield from wrapped(": ".join(told), INDENT * 2)

    def delays(self) -> Iterator[str]:
        """Give the outputs that wait."""
        for each in self.standing(Condition.DISABLED):
            if each.source.endswith(DELAY):
                yield from wrapped(": ".join((self.source(each.source), self.why(each))), INDENT)

    def detectors(self) -> Iterator[str]:
        """Give the detectors that are not in order."""
        everyone = self.status.now.detectors
        disabled = {zone.id for zone in self.status.now.zones if zone.disabled}
        amiss = [
            each
            for each in everyone
            if each.health.state is not HealthState.OK
            or (each.disabled and each.zone not in disabled)  # else its zone says so
        ]
        if not amiss:
            yield self.say("status.detectors.ok", total=len(everyone))
            return
        yield self.say("status.detectors", count=len(amiss), total=len(everyone))
        yield from columns([(each.id, each.zone, self.health(each)) for each in amiss])

    def health(self, detector: DetectorNow) -> str:
        """Say how a detector is, and whether it is out of service."""
        health = detector.health
        words = [self.say(f"health.{health.state}")]
        if health.cause is not None:
            words.append(self.cause(health.cause))
        if health.detail:
            words.append(self.detail(health.detail))
        said = ": ".join(words)
        if not detector.disabled:
            return said
        disabled = self.say("condition.disabled")
        return disabled if health.state is HealthState.OK else f"{disabled}; {said}"

    def outputs(self) -> Iterator[str]:
        """Give the outputs and their levels."""
        outputs = self.status.now.outputs
        if not outputs:
            return
        yield from columns([(output, self.output(output, outputs[output])) for output in outputs])
        if self.status.now.silenced:
            yield INDENT + self.say("status.silenced")

    def output(self, output: str, energised: bool) -> str:
        """Say the level of an output."""
        level = self.say("status.on" if energised else "status.off")
        if output not in self.status.now.disabled_outputs:
            return level
        return f"{level}, {self.say('condition.disabled')}"

    def paths(self) -> Iterator[str]:
        """Give the paths to the centre, and what waits for them."""
        if not self.status.paths:
            yield INDENT + self.say("status.paths.none")
            return
        yield from columns([(path.id, self.path(path)) for path in self.status.paths])
        waiting = {lane.value: self.status.outbox.get(lane, 0) for lane in Lane}
        yield from wrapped(self.say("status.outbox", **waiting), INDENT)
        if not self.status.by_centre:
            yield from wrapped(self.say("status.not-confirmed"), INDENT)

    def contacts(self) -> Iterator[str]:
        """Give whom to call, below 114; nothing where the site names nobody."""
        if self.status.contacts:
            rows = [("114", self.say("page.call.fire-police"), "")]
            rows += [(each.phone, each.name, each.role) for each in self.status.contacts]
            yield from columns(rows)

    def path(self, path: PathNow) -> str:
        """Say whether a path is connected, and since when."""
        since = self.since(Moment(self.status.boot_id, path.since))
        key = "status.connected" if path.connected else "status.disconnected"
        line = self.say(key, since=since)
        return f"{line}: {self.detail(path.detail)}" if path.detail else line

    def gateway(self) -> Iterator[str]:
        """Give what is to be known of the gateway itself."""
        status = self.status
        running = age(self.language, status.now.at - status.started)
        yield from wrapped(
            self.say("status.name", site=status.site_name, gateway=status.gateway), INDENT
        )
        yield from wrapped(self.say("status.running", version=status.version, age=running), INDENT)
        if status.configuration:
            yield INDENT + self.say("status.configuration", hash=status.configuration[:12])
        yield INDENT + self.say(f"status.clock.{status.clock}")
        if status.store_ok:
            yield INDENT + self.say("status.journal-ok")
