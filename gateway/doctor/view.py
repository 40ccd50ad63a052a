"""Findings as lines for a person, the worst first, and as JSON for a program. Pure."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gateway.control.detail_words import in_words_of
from gateway.control.layout import clean, wrapped
from gateway.doctor.catalogue import CATALOGUE
from gateway.doctor.finding import Finding, Verdict, gravity
from gateway.doctor.words import CHECKS, SUMMARY, UNLOOKED, VERDICTS
from gateway.text import Language
from gateway.texts.entry import Text

INDENT: Final = "  "
DEEPER: Final = "      "
LONGEST_VALUE: Final = 300
"""Characters of what was seen: what comes from a wire or a file may be long."""


def view(findings: Sequence[Finding], language: Language, *, quiet: bool) -> list[str]:
    """Give the lines, and at the end how many there are of each kind.

    Args:
        findings: in any order.
        language: of the person.
        quiet: whether only what is amiss is wanted; nothing at all where nothing is.
    """
    lines: list[str] = []
    for finding in sorted(findings, key=gravity):
        if not quiet or finding.fault is not None:
            lines += _lines(finding, language)
    if not quiet or lines:
        lines += wrapped(summary(findings, language))
    return lines


def summary(findings: Sequence[Finding], language: Language) -> str:
    """Say how many were looked at, and what came of it."""
    unlooked = _count(findings, Verdict.NOT_LOOKED_AT)
    return _said(SUMMARY, language).format(
        looked=len(findings) - unlooked,
        wrong=_count(findings, Verdict.WRONG),
        warnings=_count(findings, Verdict.WARNING),
        unlooked=unlooked,
    )


def as_json(finding: Finding) -> dict[str, object]:
    """Give a finding for a program, its words in English."""
    told: dict[str, object] = {
        "check": finding.check,
        "about": finding.about,
        "verdict": finding.verdict,
        "fault": finding.fault,
        "why": finding.why,
        "seen": _seen(finding, Language.ENGLISH),
        "mend": "",
        "commands": [],
    }
    if finding.fault is not None:
        told["mend"] = mend_of(finding, Language.ENGLISH)
        told["commands"] = list(commands_of(finding))
    return told


def mend_of(finding: Finding, language: Language) -> str:
    """Say what to do about a fault."""
    assert finding.fault is not None
    entry = CATALOGUE[finding.fault]
    return _filled(_said(entry.mend, language), finding.values, language)


def commands_of(finding: Finding) -> Iterator[str]:
    """Give what to type, its values quoted as a shell wants them."""
    assert finding.fault is not None
    quoted = {name: shlex.quote(clean(value)) for name, value in finding.values.items()}
    for command in CATALOGUE[finding.fault].commands:
        yield command.format_map(quoted)


def _lines(finding: Finding, language: Language) -> Iterator[str]:
    verdict = _said(VERDICTS[finding.verdict], language)
    head = f"{verdict}: {_said(CHECKS[finding.check], language)}"
    # What is amiss names in its own words which it is.
    about = f" {finding.about}" if finding.about and finding.fault is None else ""
    seen = _seen(finding, language)
    yield from wrapped(f"{head}{about}: {seen}" if seen else f"{head}{about}", "", INDENT)
    if finding.fault is None:
        return
    yield from wrapped(mend_of(finding, language), INDENT, "")
    for command in commands_of(finding):
        yield f"{DEEPER}{command}"  # never broken: it is to be copied


def _seen(finding: Finding, language: Language) -> str:
    if finding.fault is not None:
        return _filled(_said(CATALOGUE[finding.fault].seen, language), finding.values, language)
    if finding.why is not None:
        said = _said(UNLOOKED[finding.why], language)
        return f"{said} ({finding.detail})" if finding.detail else said
    return finding.detail


def _filled(text: str, values: Mapping[str, str], language: Language) -> str:
    """Fill a text; a value that has a Vietnamese form brings it as NAME.vi."""
    told = {name: value for name, value in values.items() if not name.endswith(VIETNAMESE)}
    if language is Language.VIETNAMESE:
        told |= {
            name.removesuffix(VIETNAMESE): value
            for name, value in values.items()
            if name.endswith(VIETNAMESE)
        }
        told |= {
            name: in_words_of(language, value) for name, value in told.items() if name in DETAILS
        }
    return text.format_map({name: _short(value) for name, value in told.items()})


VIETNAMESE: Final = "_vi"
DETAILS: Final = frozenset({"why", "detail"})
"""Values that the gateway has said in its own words."""


def _short(value: str) -> str:
    one_line = " ".join(value.split())
    return one_line if len(one_line) <= LONGEST_VALUE else f"{one_line[:LONGEST_VALUE]}…"


def _said(text: Text, language: Language) -> str:
    return text.vi if language is Language.VIETNAMESE else text.en


def _count(findings: Sequence[Finding], verdict: Verdict) -> int:
    return sum(finding.verdict is verdict for finding in findings)
