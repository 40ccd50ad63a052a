"""The commissioning report: what it is made from, and what stands on it. Pure.

Nothing is said of a detector but what was measured. What was not seen to respond is NOT TESTED,
what responded under another configuration has to be tested again; neither counts as proved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Final

from gateway.commissioning.proof import Verdict, responses_of, verdict_of
from gateway.commissioning.wording import Wording
from gateway.control.installed import Installed, InstalledDetector
from gateway.control.status import Status
from gateway.control.walk_status import Response, WalkNow
from gateway.text import Language

LONGEST_NAME: Final = 120  # characters, of those who sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the gateway has told of itself.

    Attributes:
        status: the present.
        walk: what was tested, of the whole site.
        installed: what is installed, under the same configuration.
    """

    status: Status
    walk: WalkNow
    installed: Installed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What whoever wants the report has said.

    Attributes:
        language: of the report.
        zones: ids of the only zones that it is of; empty for all.
        technician: name for a signature; empty for a line to write it on.
        owner: likewise, of the head of the facility.
        with_police: whether the fire police sign too.
    """

    language: Language
    zones: frozenset[str] = frozenset()
    technician: str = ""
    owner: str = ""
    with_police: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A detector, its newest response under test, and what the report may say of it."""

    detector: InstalledDetector
    response: Response | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table: its cells, each of lines; mark names how it is to stand out."""

    cells: tuple[tuple[str, ...], ...]
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        name: how the page lays its columns out.
        title: what stands above it; may be empty.
        head: the heads of its columns.
        rows: its rows.
        empty: what is said where there is none.
        notes: what is said below it.
    """

    name: str
    title: str
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    empty: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A place to sign: in which part, by whom; an empty name is a line to write it on."""

    part: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report, all in words.

    Attributes:
        language: of the texts, as HTML names it.
        page_title: the name of the document.
        page_mark: stands on each printed page, so that pages of two reports cannot be mixed up:
            letters, digits and a few signs only, since it is written into the style.
        title: its heading.
        facts: what identifies site, unit and date: label and lines.
        result_title: the heading of the result.
        result: how many detectors were proved, in one sentence.
        is_complete: whether all were.
        missing: what was not proved: how it is called, why, and the detectors.
        meaning: what "proved" means here.
        detectors_title: the heading of the detectors.
        tables_of_zones: the detectors, a table a zone.
        tables: everything else.
        nature_title: the heading of what this is.
        nature: what this is, and what it is not.
        signatures_title: the heading of the signatures.
        signatures: who signs.
        labels: for name, date and signature.
    """

    language: str
    page_title: str
    page_mark: str
    title: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    result_title: str
    result: str
    is_complete: bool
    missing: tuple[tuple[str, str, str], ...]
    meaning: tuple[str, ...]
    detectors_title: str
    tables_of_zones: tuple[Table, ...]
    tables: tuple[Table, ...]
    nature_title: str
    nature: str
    signatures_title: str
    signatures: tuple[Signature, ...]
    labels: tuple[str, str, str] = field(default=("", "", ""))


def judged(answers: Answers, zones: frozenset[str]) -> tuple[Judged, ...]:
    """Judge every detector of some zones, or of all where none is named."""
    responses = responses_of(answers.walk)
    return tuple(
        Judged(detector, response, verdict_of(answers.walk, response))
        for detector in answers.installed.detectors
        if not zones or detector.zone in zones
        for response in (responses.get(detector.id),)
    )


def wording_for(answers: Answers, language: Language) -> Wording:
    """Give the language, and the site's own time zone: a report is read where the site is."""
    offset = timedelta(seconds=answers.installed.site.utc_offset_s)
    return Wording(language, timezone(offset))


def summary(wording: Wording, detectors: Sequence[Judged]) -> str:
    """Say in one sentence how many were proved."""
    done = sum(each.verdict is Verdict.PROVED for each in detectors)
    if not detectors:
        return wording.say("report.nothing")
    key = "report.all-proved" if done == len(detectors) else "report.not-all-proved"
    missing = len(detectors) - done
    return wording.say(key, done=done, total=len(detectors), missing=missing)
