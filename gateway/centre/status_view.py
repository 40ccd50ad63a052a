"""The centre's status as lines for a person: what burns, who is silent, what is missing. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from gateway.centre.status import CentreStatus, Gap, GatewayStatus
from gateway.control.layout import INDENT, columns, wrapped
from gateway.spoken_time import age
from gateway.text import Language, phrase
from rules.instant import seconds

HASH_SHOWN: Final = 12
EPOCH_SHOWN: Final = 8
CLOCK_FACE: Final = "%Y-%m-%d %H:%M:%S"


def view(status: CentreStatus, language: Language, zone: tzinfo) -> list[str]:
    """Give the lines; times are in the zone."""
    return list(_View(status, language, zone).lines())


@dataclass(frozen=True, slots=True)
class _View:
    """The parts, from the first line to the last."""

    status: CentreStatus
    language: Language
    zone: tzinfo

    def say(self, key: str, /, **values: object) -> str:
        return phrase(self.language, key, **values)

    def lines(self) -> Iterator[str]:
        yield from wrapped(self.headline())
        yield from self.section("centre.burning", self.burning())
        yield from self.section("centre.silent", self.silent())
        yield from self.section("centre.gaps", self.gaps())
        yield from self.section("centre.contradicted", self.contradicted())
        yield from self.section("centre.refused", self.refused())
        yield from self.section("centre.gateways", self.gateways())

    def section(self, title: str, lines: Iterable[str]) -> Iterator[str]:
        """Give a section with its title, or nothing where it has no lines."""
        listed = list(lines)
        if listed:
            yield from ("", self.say(title), *listed)

    def headline(self) -> str:
        gateways = self.status.gateways
        if not gateways:
            return self.say("centre.nobody")
        return self.say(
            "centre.headline",
            total=len(gateways),
            burning=sum(bool(each.burning) for each in gateways),
            silent=sum(each.silent for each in gateways),
            gaps=sum(len(each.gaps) for each in gateways),
        )

    def burning(self) -> Iterator[str]:
        for gateway in self.status.gateways:
            for alarm in gateway.burning:
                place = alarm.zone or self.say("centre.whole-site")
                since = self.since(alarm.since)
                word = self.say(f"condition.{alarm.condition}")
                told = ", ".join(filter(None, [place, alarm.source, since]))
                yield from wrapped(f"{self.name(gateway)}: {word}: {told}", INDENT)

    def silent(self) -> Iterator[str]:
        for gateway in self.status.gateways:
            if gateway.silent:
                yield from wrapped(f"{self.name(gateway)}: {self.heard(gateway)}", INDENT)

    def gaps(self) -> Iterator[str]:
        for gateway in self.status.gateways:
            for gap in gateway.gaps:
                told = self.say(
                    "centre.gap",
                    lane=gap.lane,
                    first=gap.first,
                    last=gap.last,
                    epoch=gap.epoch[:EPOCH_SHOWN],
                )
                asked = self.asked(gap)
                yield from wrapped(f"{self.name(gateway)}: {told}; {asked}", INDENT)

    def contradicted(self) -> Iterator[str]:
        for gateway in self.status.gateways:
            if gateway.head is not None and gateway.head.contradicted is not None:
                told = self.say("centre.contradicted-at", number=gateway.head.contradicted)
                yield from wrapped(f"{self.name(gateway)}: {told}", INDENT)

    def refused(self) -> Iterator[str]:
        if self.status.refused:
            yield from columns([(why, str(count)) for why, count in self.status.refused.items()])

    def gateways(self) -> Iterator[str]:
        rows = [
            (
                self.name(gateway),
                self.say("centre.events", count=gateway.events),
                ", ".join(
                    f"{path} {self.say('centre.up' if online else 'centre.down')}"
                    for path, online in gateway.paths.items()
                ),
                self.head(gateway),
                gateway.site_name,
            )
            for gateway in self.status.gateways
        ]
        return columns(rows) if rows else iter(())

    def head(self, gateway: GatewayStatus) -> str:
        if gateway.head is None:
            return ""
        return f"{gateway.head.number}:{gateway.head.hash[:HASH_SHOWN]}"

    def heard(self, gateway: GatewayStatus) -> str:
        if gateway.heard_s is None:
            return self.say("centre.never-heard")
        return self.say("centre.last-heard", age=age(self.language, seconds(gateway.heard_s)))

    def asked(self, gap: Gap) -> str:
        if not gap.asked:
            return self.say("centre.gap.not-asked")
        key = "centre.gap.given-up" if gap.given_up else "centre.gap.asked"
        return self.say(key, count=gap.asked)

    def since(self, time: str | None) -> str:
        """Give a time of a message as the clock on the wall here shows it."""
        try:
            moment = datetime.fromisoformat(time or "").astimezone(self.zone)
        except (ValueError, OverflowError):
            return ""
        return self.say("time.since", time=moment.strftime(CLOCK_FACE))

    def name(self, gateway: GatewayStatus) -> str:
        return f"{gateway.province}/{gateway.site}/{gateway.gateway}"
