"""What tests came to, as lines for a person: one for each that passed, a table for one that failed.

Pure; no line is longer than 80 columns unless a name or an id is.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from gateway.rehearsal.read_expect import CHANGES, WITHIN
from gateway.rehearsal.rehearse import Happening, Refused
from gateway.rehearsal.script import (
    ConditionExpected,
    Expected,
    NoticeExpected,
    OutputExpected,
)
from gateway.rehearsal.verdict import Finding, Row, Verdict
from gateway.rule_view.shown import shown
from gateway.rule_view.tree import WIDTH, clean, rule_lines, wrapped
from gateway.rule_view.written import span_written, with_unit
from gateway.text import Language, phrase
from rules.condition import Mode
from rules.event import Change, ConditionEvent, Evidence, NoticeEvent
from rules.instant import Duration
from rules.language.render import written_left
from rules.language.syntax import Point
from rules.output import OutputCommand

VERBS: Final = {change: verb for verb, change in CHANGES.items()}
GAP: Final = "  "


def verdict_lines(verdict: Verdict, language: Language) -> list[str]:
    """Give the lines of one test."""
    if verdict.passed:
        return [f"ok    {clean(verdict.test.name)}"]
    place = str(verdict.test.place)
    head = f"FAIL  {clean(verdict.test.name)}"
    room = WIDTH - len(place)
    first = [f"{head:<{room}}{place}"] if len(head) < room else [head, f"      {place}"]
    return [*first, *_table(verdict.rows, language), *_rules(verdict, language)]


def summary(verdicts: Sequence[Verdict], language: Language) -> str:
    """Count them."""
    failed = sum(not verdict.passed for verdict in verdicts)
    key = "tests.failed" if failed else "tests.ok"
    if len(verdicts) == 1:
        key += ".one"
    return phrase(language, key, count=len(verdicts), failed=failed)


def _table(rows: Sequence[Row], language: Language) -> Iterator[str]:
    """Give each row: what was met, what is missing, what was not expected; and the values."""
    times = [span_written(_at(row)) for row in rows]
    width = max(map(len, times), default=0)
    for row, time in zip(rows, times, strict=True):
        lead = f"{GAP}{'✓' if row.finding is Finding.MET else '✗'} {time:>{width}}{GAP}"
        indent = " " * len(lead)
        yield from wrapped(_said(row, language), lead, indent)
        if row.finding is Finding.UNEXPECTED and row.happening is not None:
            for value in _values(row.happening):
                yield from wrapped(value, indent, indent)


def _at(row: Row) -> Duration:
    return row.at if row.happening is None else row.happening.at


def _said(row: Row, language: Language) -> str:
    if row.happening is not None:
        text = happening_written(row.happening)
        if row.finding is Finding.MET:
            return text
        return phrase(language, "tests.unexpected", what=text)
    assert row.expected is not None  # a row has one of the two
    text = phrase(language, "tests.missing", what=expected_written(row.expected))
    if row.expected.until <= row.expected.at + WITHIN:
        return text
    return f"{text} {phrase(language, 'tests.until', time=span_written(row.expected.until))}"


def _values(happening: Happening) -> list[str]:
    what = happening.what
    evidence = what.evidence if isinstance(what, ConditionEvent) else ()
    return [evidence_written(each) for each in evidence]


def _rules(verdict: Verdict, language: Language) -> Iterator[str]:
    """Show each rule that was to act and did not, as it was when its time ran out."""
    done = set()
    for row in verdict.rows:
        expected = row.expected
        if row.finding is not Finding.MISSING or expected is None:
            continue
        what = expected.what
        if not isinstance(what, ConditionExpected) or what.source is None:
            continue
        rule = verdict.rehearsed.rules.get((what.source, expected.until))
        if rule is None or what.source in done:
            continue
        done.add(what.source)
        yield ""
        yield GAP + phrase(language, "tests.then", time=span_written(expected.until))
        lines = rule_lines(shown(rule), language, WIDTH - len(GAP))
        yield from (GAP + line if line else "" for line in lines)


def expected_written(expected: Expected) -> str:
    """Give what was expected in the words of a test file."""
    match expected.what:
        case ConditionExpected() as what:
            mode = "" if what.mode is Mode.LIVE else f" ({what.mode})"
            where = f" {source_written(what.source)}" if what.source else ""
            where += f" in {what.zone}" if what.zone else ""
            cause = f" ({what.cause})" if what.cause else ""
            return f"{VERBS[what.change]} {what.condition}{where}{cause}{mode}"
        case OutputExpected(output, energised):
            return f"{'energises' if energised else 'releases'} {output}"
        case NoticeExpected(notice, zone):
            return f"notice {notice}{f' in {zone}' if zone else ''}"
        case refusal:
            return f"refuses {refusal.act}"


def happening_written(happening: Happening) -> str:
    """Give what happened in the same words."""
    match happening.what:
        case ConditionEvent() as event:
            mode = "" if event.mode is Mode.LIVE else f" ({event.mode})"
            told = event.cause if event.change in (Change.ENTERED, Change.LEFT) else ""
            cause = f" ({told})" if told not in ("", "rule", "call-point") else ""
            about = f"{event.condition} {source_written(event.source)}"
            return f"{VERBS[event.change]} {about}{cause}{mode}"
        case NoticeEvent() as event:
            return f"notice {event.notice}{f' in {event.zone}' if event.zone else ''}"
        case OutputCommand(output, energised):
            return f"{'energises' if energised else 'releases'} {output}"
        case Refused(act, words):
            return f"refuses {act}: {clean(words)}"


def source_written(source: str) -> str:
    """Give a source as `by` names it: rules and call points by their id alone."""
    return clean(source.removeprefix("rule/").removeprefix("call-point/"))


def evidence_written(evidence: Evidence) -> str:
    """Give a value that decided."""
    point = Point(evidence.detector, evidence.quantity)
    if evidence.quantity == "contact" and evidence.value is not None:
        return f"{written_left(point)} {'active' if evidence.value else 'at rest'}"
    return f"{written_left(point)} {with_unit(evidence.value, point)}"
