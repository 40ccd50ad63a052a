"""firegw rules test: runs the tests of rules in some files, without any device or gateway."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.cli.outcome import ExitCode, show
from gateway.problem_view import problems_view
from gateway.rehearsal.read_tests import read_tests, site_named
from gateway.rehearsal.rehearse import rehearse
from gateway.rehearsal.verdict import Finding, Row, Verdict, judge
from gateway.rehearsal.verdict_view import (
    evidence_written,
    expected_written,
    happening_written,
    summary,
    verdict_lines,
)
from gateway.settings.findings import Findings
from gateway.settings.yaml_nodes import read_yaml
from gateway.site_file import read_site
from gateway.site_texts import read_text_file
from gateway.text import say, spoken
from rules.event import ConditionEvent
from rules.instant import in_seconds
from rules.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedFile:
    """A test file and what came of it; without verdicts where it or its site is wrong."""

    file: str
    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    texts: dict[str, bytes]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the files, and whether a program asks."""
    parser.add_argument("files", metavar="FILE", nargs="+", help=say("argument.test-files"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Test each file; 0 where all tests pass."""
    tested = [tested_file(Path(file)) for file in arguments.files]
    if arguments.json:
        show(json.dumps({"files": [_as_json(each) for each in tested]}, ensure_ascii=False))
    else:
        for line in view(tested):
            show(line)
    if any(_is_wrong(each) for each in tested):
        return ExitCode.BAD_INPUT
    passed = all(verdict.passed for each in tested for verdict in each.verdicts)
    return ExitCode.OK if passed else ExitCode.REFUSED


def tested_file(file: Path) -> TestedFile:
    """Read a test file and its site, and run the tests unless something is wrong."""
    name = str(file)
    text, unreadable = read_text_file(file)
    if text is None:
        return TestedFile(file=name, problems=unreadable, texts={})
    root, problems = read_yaml(text, name)
    findings = Findings()
    findings.add(*problems)
    texts = {name: text}
    node = None if root is None else site_named(root, findings)
    if root is None or node is None:
        return TestedFile(file=name, problems=findings.problems, texts=texts)
    site = read_site(file.parent / node.text)
    if site.settings is None:
        findings.refuse(node, f"{node.text} cannot be used", f"see firegw check {site.file}")
        findings.add(*(problem for problem in site.problems if not problem.warning))
        return TestedFile(file=name, problems=findings.problems, texts={**texts, **site.texts})
    tests = read_tests(root, site.settings, findings)
    ordered = tuple(sorted(findings.problems, key=lambda problem: problem.place))
    if any(not problem.warning for problem in ordered):
        return TestedFile(file=name, problems=ordered, texts=texts)
    definition = site.settings.definition
    verdicts = tuple(judge(test, rehearse(definition, test)) for test in tests)
    return TestedFile(file=name, verdicts=verdicts, problems=ordered, texts=texts)


def view(tested: Sequence[TestedFile]) -> Iterator[str]:
    """Give the lines that a person sees."""
    verdicts: list[Verdict] = []
    for each in tested:
        yield from problems_view(each.problems, each.texts)
        for verdict in each.verdicts:
            yield from verdict_lines(verdict, spoken())
        verdicts += each.verdicts
    wrong = sum(not problem.warning for each in tested for problem in each.problems)
    if wrong:
        yield say("check.problem" if wrong == 1 else "check.problems", count=wrong)
    if verdicts or not wrong:
        yield summary(verdicts, spoken())


def _is_wrong(tested: TestedFile) -> bool:
    return any(not problem.warning for problem in tested.problems)


def _as_json(tested: TestedFile) -> dict[str, Any]:
    return {
        "file": tested.file,
        "problems": [str(problem) for problem in tested.problems],
        "tests": [
            {
                "name": verdict.test.name,
                "line": verdict.test.place.line,
                "passed": verdict.passed,
                "rows": [_row_as_json(row) for row in verdict.rows],
            }
            for verdict in tested.verdicts
        ],
    }


def _row_as_json(row: Row) -> dict[str, Any]:
    what = None if row.happening is None else row.happening.what
    evidence = what.evidence if isinstance(what, ConditionEvent) else ()
    return {
        "at_s": in_seconds(row.at),
        "ok": row.finding is Finding.MET,
        "expected": None if row.expected is None else expected_written(row.expected),
        "happened": None if row.happening is None else happening_written(row.happening),
        "values": [evidence_written(each) for each in evidence],
    }
