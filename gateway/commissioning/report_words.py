"""The words of the commissioning report: who and when, what was proved, who signs. Pure."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from string import ascii_letters, digits
from typing import Final

from gateway.commissioning.proof import Verdict
from gateway.commissioning.report import (
    Answers,
    Judged,
    Row,
    Signature,
    Table,
    Wishes,
    judged,
    wording_for,
)
from gateway.control.installed import InstalledZone
from gateway.control.layout import clean
from gateway.control.walk_status import Response
from gateway.spoken_time import span
from rules.condition import Lane
from rules.instant import seconds
from rules.profile import DetectorKind

SHORT_HASH: Final = 12
NOTHING: Final = "–"
PAGE_MARK: Final = frozenset(ascii_letters + digits + " -_:/")

NOT_PROVED: Final = (Verdict.NOT_TESTED, Verdict.NOT_TOLD, Verdict.OTHER_CONFIGURATION)


class Wordsmith:
    """Puts the answers into words.

    Attributes:
        answers: of the gateway.
        wishes: of whoever wants the report.
        wording: language and time zone.
        zones: those that the report is of.
        detectors: theirs, judged.
    """

    def __init__(self, answers: Answers, wishes: Wishes) -> None:
        self.answers = answers
        self.wishes = wishes
        self.wording = wording_for(answers, wishes.language)
        self.say = self.wording.say
        self.zones: tuple[InstalledZone, ...] = tuple(
            zone for zone in answers.installed.zones if not wishes.zones or zone.id in wishes.zones
        )
        self.detectors = judged(answers, wishes.zones)

    # Who and when.

    def facts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give what identifies the site, the unit and the moment."""
        say, installed = self.say, self.answers.installed
        site = installed.site
        yield say("report.facility"), (clean(site.name),)
        yield say("report.facility-id"), (site.id,)
        yield say("report.address"), (clean(site.address) or NOTHING,)
        yield say("report.codes"), (f"{site.province}, {site.commune}",)
        if site.latitude is not None and site.longitude is not None:
            yield say("report.coordinates"), (f"{site.latitude:.6f}, {site.longitude:.6f}",)
        version = say("report.version", version=clean(installed.version))
        yield say("report.gateway"), (installed.gateway, version)
        key = installed.device_key
        yield (
            say("report.device-key"),
            ((say("report.no-key"),) if key is None else (fingerprint(key),)),
        )
        yield say("report.configuration"), (installed.configuration,)
        made = self.answers.walk.now_ns
        date = say("report.made-unknown") if made is None else self.wording.dated(made)
        yield say("report.made"), (date, say(f"report.clock.{self.answers.status.clock}"))
        yield say("report.scope"), (self._scope(),)

    def page_mark(self) -> str:
        """Give what marks each page: unit, configuration, date."""
        installed, made = self.answers.installed, self.answers.walk.now_ns
        date = "" if made is None else self.wording.dated(made)
        mark = f"{installed.gateway} / {installed.configuration[:SHORT_HASH]} / {date}"
        return "".join(letter for letter in mark if letter in PAGE_MARK).rstrip(" /")

    def _scope(self) -> str:
        if not self.wishes.zones:
            return self.say("report.scope-all", count=len(self.zones))
        return self.say("report.scope-some", zones=", ".join(map(self.zone_name, self.zones)))

    def zone_name(self, zone: InstalledZone) -> str:
        """Name a zone by name and id."""
        return f"{clean(zone.name)} ({zone.id})"

    # What was proved.

    def missing(self) -> Iterator[tuple[str, str, str]]:
        """Give what was not proved, by what is to be said of it: its word, why, and which."""
        for verdict in NOT_PROVED:
            by_reason: dict[str, list[str]] = {}
            for each in self.detectors:
                if each.verdict is verdict:
                    by_reason.setdefault(self.reason(each), []).append(each.detector.id)
            for reason, ids in by_reason.items():
                yield self.say(f"verdict.{verdict}"), reason, ", ".join(ids)

    def reason(self, each: Judged) -> str:
        """Say why a detector is not proved; nothing where it is."""
        match each.verdict:
            case Verdict.PROVED:
                return ""
            case Verdict.NOT_TOLD:
                whose = "centre" if self.answers.walk.by_centre else "broker"
                return self.say(f"reason.not-told-{whose}")
            case Verdict.OTHER_CONFIGURATION:
                configuration = "" if each.response is None else each.response.configuration
                return self.say("reason.other-configuration", hash=configuration[:SHORT_HASH])
            case Verdict.NOT_TESTED:
                by_hand = each.detector.kind is DetectorKind.MANUAL_CALL_POINT
                return self.say("reason.not-operated" if by_hand else "reason.not-tested")

    def meaning(self) -> tuple[str, ...]:
        """Say what the result means."""
        walk = self.answers.walk
        whose = "centre" if walk.by_centre else "broker" if walk.has_paths else "here"
        keys = [f"report.means-{whose}"]
        if any(each.detector.kind is DetectorKind.MANUAL_CALL_POINT for each in self.detectors):
            keys.append("report.means-call-point")
        if walk.has_paths:
            keys.append("report.times-mean")
        return tuple(map(self.say, keys))

    # The detectors.

    def of_zones(self) -> Iterator[Table]:
        """Give the detectors, a table a zone."""
        for zone in self.zones:
            here = [each for each in self.detectors if each.detector.zone == zone.id]
            done = sum(each.verdict is Verdict.PROVED for each in here)
            heads = ("detector", "device", "place", "tested", "times", "result")
            yield Table(
                name="detectors",
                title=f"{self.say('report.zone', name=clean(zone.name), id=zone.id)}: "
                + self.say("report.zone-counts", done=done, total=len(here)),
                head=tuple(self.say(f"report.head.{head}") for head in heads),
                rows=tuple(map(self._detector, here)),
                empty=self.say("report.nothing"),
            )

    def _detector(self, each: Judged) -> Row:
        detector, say = each.detector, self.say
        name = () if detector.name == detector.id else (clean(detector.name),)
        installed = (
            ()
            if detector.installed is None
            else (say("report.installed", date=detector.installed),)
        )
        every = span(self.wishes.language, seconds(detector.every_s))
        return Row(
            cells=(
                (detector.id, *name),
                (say(f"kind.{detector.kind}"), clean(detector.device), *installed),
                (
                    detector.bus,
                    *filter(None, [clean(detector.address)]),
                    say("report.read-every", span=every),
                ),
                self._tested(each.response),
                self._times(each.response),
                (say(f"verdict.{each.verdict}"), *self._remarks(each)),
            ),
            mark="good" if each.verdict is Verdict.PROVED else "bad",
        )

    def _tested(self, response: Response | None) -> tuple[str, ...]:
        if response is None:
            return (NOTHING,)
        lines = [self.wording.dated(response.measured_ns), self.wording.value(response)]
        if response.author:
            lines.append(self.say("report.by", author=clean(response.author)))
        lines.append(self.say("report.event", number=f"{response.lane}/{response.seq}"))
        return tuple(filter(None, lines))

    def _times(self, response: Response | None) -> tuple[str, ...]:
        if response is None:
            return (NOTHING,)
        lines = []
        if response.published is not None:
            lines.append(self.say("report.to-broker", took=self.wording.took(response.published)))
        if response.centre is not None:
            lines.append(self.say("report.to-centre", took=self.wording.took(response.centre)))
        if response.outputs:
            lines.append(self.say("report.drove", outputs=", ".join(response.outputs)))
        return tuple(lines) or (NOTHING,)

    def _remarks(self, each: Judged) -> Iterator[str]:
        if each.verdict in (Verdict.NOT_TOLD, Verdict.OTHER_CONFIGURATION):
            yield self.reason(each)
        if each.response is not None and each.response.lane is Lane.ALARM:
            yield self.say("reason.in-earnest")
        if each.detector.id in self._disabled():
            yield self.say("reason.disabled")

    def _disabled(self) -> frozenset[str]:
        now = self.answers.status.now
        return frozenset(each.id for each in now.detectors if each.disabled)

    # Who signs.

    def signatures(self) -> Iterator[Signature]:
        """Give the places to sign."""
        names: Mapping[str, str] = {
            "technician": self.wishes.technician,
            "owner": self.wishes.owner,
            **({"police": ""} if self.wishes.with_police else {}),
        }
        for part, name in names.items():
            yield Signature(part=self.say(f"report.sign.{part}"), name=clean(name))


def fingerprint(key: str) -> str:
    """Give the SHA-256 of a public key that is written in base64, in groups of four digits."""
    whole = sha256(b64decode(key)).hexdigest()
    return " ".join(whole[place : place + 4] for place in range(0, len(whole), 4))


def row(*cells: str | Iterable[str], mark: str = "") -> Row:
    """Make a row of cells, of one line or of several; an empty cell is a dash."""
    lines = [(cell,) if isinstance(cell, str) else tuple(cell) for cell in cells]
    return Row(cells=tuple(tuple(filter(None, cell)) or (NOTHING,) for cell in lines), mark=mark)
