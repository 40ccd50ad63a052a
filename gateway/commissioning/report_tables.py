"""The rest of the commissioning report: tests, rules, outputs, paths, and what stands. Pure."""

from typing import Final

from gateway.commissioning.report import Answers, Report, Row, Table, Wishes, summary
from gateway.commissioning.report_words import Wordsmith, row
from gateway.control.detail_words import in_words_of
from gateway.control.installed import InstalledOutput, InstalledRule
from gateway.control.layout import clean
from gateway.control.status_words import Words
from gateway.earnest import in_earnest
from gateway.settings.model import DeliveredWhen
from gateway.spoken_time import span
from rules.condition import Condition
from rules.instant import Moment, seconds
from rules.output import OutputKind
from rules.snapshot import ConditionNow

BAD: Final = "bad"


def report_of(answers: Answers, wishes: Wishes) -> Report:
    """Write the report."""
    smith = Wordsmith(answers, wishes)
    say, others = smith.say, _Tables(smith)
    missing = tuple(smith.missing())
    site = clean(answers.installed.site.name)
    return Report(
        language=wishes.language.value,
        page_title=say("report.page-title", site=site),
        page_mark=smith.page_mark(),
        title=say("report.title"),
        facts=tuple(smith.facts()),
        result_title=say("report.result"),
        result=summary(smith.wording, smith.detectors),
        is_complete=bool(smith.detectors) and not missing,
        missing=missing,
        meaning=smith.meaning(),
        detectors_title=say("report.detectors"),
        tables_of_zones=tuple(smith.of_zones()),
        tables=(
            others.walks(),
            others.rules(),
            others.outputs(),
            others.paths(),
            others.standing(),
        ),
        nature_title=say("report.is"),
        nature=say("report.is-not"),
        signatures_title=say("report.signatures"),
        signatures=tuple(smith.signatures()),
        labels=(say("report.sign.name"), say("report.sign.date"), say("report.sign.hand")),
    )


class _Tables:
    """The tables of one report."""

    def __init__(self, smith: Wordsmith) -> None:
        self._smith = smith
        self._say = smith.say
        self._installed = smith.answers.installed
        self._here = {zone.id for zone in smith.zones}

    def _head(self, *heads: str) -> tuple[str, ...]:
        return tuple(self._say(f"report.head.{head}") for head in heads)

    def _span(self, duration_s: float) -> str:
        return span(self._smith.wishes.language, seconds(duration_s))

    def walks(self) -> Table:
        """Give the newest test of each zone."""
        tests = {test.zone: test for test in self._smith.answers.walk.tests}
        wording = self._smith.wording
        rows = []
        for zone in self._smith.zones:
            test = tests.get(zone.id)
            if test is None:
                continue
            ended = [wording.why_over(test)]
            if test.ended is not None:
                ended.insert(0, wording.dated(test.ended_ns))
            name = self._smith.zone_name(zone)
            rows.append(row(name, wording.dated(test.began_ns), ended, clean(test.author)))
        return Table(
            name="walks",
            title=self._say("report.walks"),
            head=self._head("zone", "began", "ended", "author"),
            rows=tuple(rows),
            empty=self._say("report.walks.none"),
        )

    def rules(self) -> Table:
        """Give the rules as they are written, and how long they take at worst."""
        rules = [rule for rule in self._installed.rules if rule.zone in self._here]
        return Table(
            name="rules",
            title=self._say("report.rules"),
            head=self._head("rule", "raises", "when", "worst"),
            rows=tuple(map(self._rule, rules)),
            empty=self._say("report.rules.none"),
            notes=(self._say("report.worst-means"),) if rules else (),
        )

    def _rule(self, rule: InstalledRule) -> Row:
        kind, _, name = rule.source.partition("/")
        raises = [self._say(f"condition.{rule.raises}")]
        if rule.latching:
            raises.append(self._say("report.latching"))
        when = [self._say("report.call-point") if kind == "call-point" else _one_line(rule.when)]
        if rule.for_s:
            when.append(self._say("report.when-for", span=self._span(rule.for_s)))
        if rule.clear is not None:
            when.append(self._say("report.when-clear", clear=_one_line(rule.clear)))
        return row((name, rule.zone), raises, when, self._worst(rule))

    def _worst(self, rule: InstalledRule) -> str:
        if rule.fastest_s is None or rule.slowest_s is None:
            return ""
        fastest, slowest = f"{rule.fastest_s:.1f}", f"{rule.slowest_s:.1f}"
        if fastest == slowest:
            return self._say("report.worst", slowest=slowest)
        return self._say("report.worst-range", fastest=fastest, slowest=slowest)

    def outputs(self) -> Table:
        """Give the outputs and what drives them."""
        return Table(
            name="outputs",
            title=self._say("report.outputs"),
            head=self._head("output", "kind", "place", "driven"),
            rows=tuple(map(self._output, self._installed.outputs)),
            empty=self._say("report.outputs.none"),
        )

    def _output(self, output: InstalledOutput) -> Row:
        place = (output.bus, clean(output.address))
        if output.kind is OutputKind.FAULT_RELAY:
            driven = [self._say("report.any-fault")]
        else:
            conditions = [self._say(f"condition.{each}") for each in output.conditions]
            driven = [", ".join(conditions)]
        if output.zones:
            driven.append(self._say("report.only-zones", zones=", ".join(output.zones)))
        if output.delay_s:
            driven.append(self._say("report.delay", span=self._span(output.delay_s)))
        if output.coincidence > 1:
            driven.append(self._say("report.coincidence", count=output.coincidence))
        return row(output.id, self._say(f"kind.{output.kind}"), place, driven)

    def paths(self) -> Table:
        """Give the paths, and whether they are connected."""
        up = {path.id: path for path in self._smith.answers.status.paths}
        rows = []
        for path in self._installed.paths:
            now = up.get(path.id)
            is_up = now is not None and now.connected
            state = [self._say("report.connected" if is_up else "report.disconnected")]
            if now is not None and not is_up:
                state.append(clean(in_words_of(self._smith.wishes.language, now.detail)))
            broker = (
                clean(f"{path.host}:{path.port}"),
                self._say("report.tls" if path.tls else "report.no-tls"),
                path.interface or "",
            )
            rows.append(row(path.id, broker, state, mark="" if is_up else BAD))
        notes: tuple[str, ...] = (self._say("report.delivered-broker"),)
        if self._installed.delivered_when is DeliveredWhen.CENTRE:
            centres = ", ".join(self._installed.centres)
            notes = (self._say("report.delivered-centre", centres=centres),)
        return Table(
            name="paths",
            title=self._say("report.paths"),
            head=self._head("path", "broker", "now"),
            rows=tuple(rows),
            empty=self._say("report.paths.none"),
            notes=notes if rows else (),
        )

    def standing(self) -> Table:
        """Give what stands now: it may be why something could not be tested."""
        status = self._smith.answers.status
        words = Words(status, self._smith.wishes.language, self._smith.wording.zone)
        conditions = sorted(in_earnest(status.now), key=_gravity)
        return Table(
            name="standing",
            title=self._say("report.standing"),
            head=self._head("condition", "where", "since", "why"),
            rows=tuple(self._standing(words, each) for each in conditions),
            empty=self._say("report.standing.none"),
            notes=() if status.store_ok else (self._say("report.standing.store"),),
        )

    def _standing(self, words: Words, each: ConditionNow) -> Row:
        place, source = clean(words.place(each)), clean(words.source(each.source))
        where = (place, "" if source == place else source)
        why = [clean(words.why(each))]
        if each.author and each.author not in each.detail:
            why.append(self._say("status.by", author=clean(each.author)))
        return row(
            self._say(f"condition.{each.condition}"),
            where,
            self._since(words, each.incident),
            why,
        )

    def _since(self, words: Words, moment: Moment) -> str:
        offset = words.status.utc_offsets.get(moment.boot_id)
        if offset is None:
            return words.since(moment)
        return self._smith.wording.dated(moment.at + offset)


def _one_line(expression: str) -> str:
    return clean(" ".join(expression.split()))


def _gravity(each: ConditionNow) -> tuple[int, str, int]:
    return list(Condition).index(each.condition), each.incident.boot_id, each.incident.at
