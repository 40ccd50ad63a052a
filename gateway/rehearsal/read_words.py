"""The words of a test file: times, values and dates, each from one written text."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from gateway.rehearsal.series import (
    Series,
    Stretch,
    broken_value,
    contact_value,
    driver_value,
)
from gateway.settings.findings import Findings, near_or_all
from gateway.settings.scalars import kind_of, read_duration, read_measure, scalar
from gateway.settings.source import Source
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, Style
from rules.instant import Duration
from rules.quantity import QUANTITIES
from rules.unit import UNITS

_SPAN_PARTS: Final = re.compile(r"[0-9][0-9.,]*\s*[^\s0-9]+")
_RAMP: Final = re.compile(r"to\s+(?P<value>\S.*?)\s+in\s+(?P<span>\S.*)")
_PULSE: Final = re.compile(r"(?P<value>\S.*?)\s+for\s+(?P<span>\S.*)")
_CURRENT: Final = re.compile(r".*[0-9]\s*mA")
_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
CLOCK_FORM: Final = "%Y-%m-%d %H:%M"


def read_span(node: Node, label: str, findings: Findings) -> Duration | None:
    """Read a time with its unit, or several that are added up: 2 min 30 s."""
    word = scalar(node, label, "a time with its unit", findings)
    if word is None:
        return None
    parts = list(_SPAN_PARTS.finditer(word.text))
    if len(parts) < 2 or _SPAN_PARTS.sub("", word.text).strip():
        return read_duration(word, label, findings)
    spans = [read_duration(part_of(word, part.span()), label, findings) for part in parts]
    known = [span for span in spans if span is not None]
    return Duration(sum(known)) if len(known) == len(spans) else None


def span_of(text: str) -> Duration | None:
    """Read a time as it is typed on a command line; None where it is none."""
    findings = Findings()
    word = ScalarNode(Source("", text), 0, len(text), 1, 1, text, Style.PLAIN)
    span = read_span(word, "time", findings)
    return None if findings.problems else span


def read_clock(node: Node, findings: Findings, utc_offset: Duration) -> int | None:
    """Read a local date and time of day; give UTC in nanoseconds since 1970."""
    word = scalar(node, "clock", 'a date and time, as "2026-11-24 21:00"', findings)
    if word is None:
        return None
    try:
        # Taken as if it were UTC; the offset of the site is subtracted below.
        local = datetime.strptime(word.text, CLOCK_FORM).replace(tzinfo=UTC)
    except ValueError:
        what = f"clock must be a date and time, not {word.text!r}"
        findings.refuse(word, what, 'in local time, as "2026-11-24 21:00"')
        return None
    since = local - _1970
    return (since.days * 86400 + since.seconds) * 1_000_000_000 - utc_offset


def read_change(
    node: Node, label: str, series: Series, at: Duration, findings: Findings
) -> Series | None:
    """Read what a point measures from a time on, and give its series with that."""
    if isinstance(node, MappingNode):
        return _curve(node, label, series, at, findings)
    word = scalar(node, label, "a value, as in 28 °C, active, or to 70 °C in 3 min", findings)
    if word is None:
        return None
    before = series.before(at)
    if word.text == "stuck":
        return series.then([Stretch(at, at, before, before, stuck=True)])
    ramp, pulse = _RAMP.fullmatch(word.text), _PULSE.fullmatch(word.text)
    match = ramp or pulse
    if match is None:
        value = read_value(word, label, series, findings)
        return None if value is None else series.then([Stretch(at, at, value, value)])
    value = read_value(part_of(word, match.span("value")), label, series, findings)
    span = read_span(part_of(word, match.span("span")), label, findings)
    if value is None or span is None:
        return None
    ends = Duration(at + span)
    if ramp:
        if series.quantity == "contact":
            findings.refuse(word, f"{label}: a contact does not rise", "write active or at rest")
        return series.then([Stretch(at, ends, before, value)])
    return series.then([Stretch(at, at, value, value), Stretch(ends, ends, before, before)])


def _curve(
    node: MappingNode, label: str, series: Series, at: Duration, findings: Findings
) -> Series | None:
    """Read points with straight lines between them."""
    points: list[tuple[Duration, float]] = []
    for key, value_node in node.entries.values():
        span = read_span(key, f"a time of {label}", findings)
        value = read_value(value_node, label, series, findings)
        if span is None or value is None:
            return None
        if points and span <= points[-1][0]:
            findings.refuse(key, f"{label}: the times of a curve go upwards")
            return None
        points.append((span, value))
    if not points or points[0][0] != 0:
        findings.refuse(node, f"{label}: a curve begins at 0 s", "as in {0 s: 25 °C, 1 min: 40 °C}")
        return None
    stretches = [Stretch(at, at, points[0][1], points[0][1])]
    for (begins, first), (ends, last) in pairwise(points):
        stretches.append(Stretch(Duration(at + begins), Duration(at + ends), first, last))
    return series.then(stretches[1:] or stretches)


def read_value(node: Node, label: str, series: Series, findings: Findings) -> float | None:
    """Read a value of a quantity, and give it as its driver measures it."""
    if series.quantity == "contact":
        return _contact(node, label, series, findings)
    if isinstance(node, ScalarNode) and series.limits.current_loop and _CURRENT.match(node.text):
        return read_measure(node, label, findings, UNITS["mA"])
    value = read_measure(node, label, findings, QUANTITIES[series.quantity].unit)
    return None if value is None else driver_value(series.limits, value)


def _contact(node: Node, label: str, series: Series, findings: Findings) -> float | None:
    words = {
        "active": contact_value(series.limits, active=True),
        "at rest": contact_value(series.limits, active=False),
        "open": broken_value(series.limits, is_open=True),
        "shorted": broken_value(series.limits, is_open=False),
    }
    known = [word for word, value in words.items() if value is not None]
    if not isinstance(node, ScalarNode):
        findings.refuse(node, f"{label} must be one of {', '.join(known)}, not {kind_of(node)}")
        return None
    value = words.get(node.text)
    if value is None:
        hint = near_or_all(node.text, known)
        if node.text in words:
            hint = "its model has no end_of_line: a wire that is cut cannot be told from rest"
        findings.refuse(node, f"{label} cannot be {node.shown!r}", hint)
    return value


def part_of(word: ScalarNode, span: tuple[int, int]) -> ScalarNode:
    """Give a stretch of a word as a word of its own, where it stands."""
    begin, end = span
    quote = 1 if word.style in (Style.SINGLE_QUOTED, Style.DOUBLE_QUOTED) else 0
    return replace(
        word,
        start=word.start + quote + begin,
        end=word.start + quote + end,
        column=word.column + quote + begin,
        text=word.text[begin:end],
    )
