"""firegw check: every mistake of a site file, each with its place, and how long its rules take.

Nothing is changed.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from gateway.cli.outcome import ExitCode, show
from gateway.problem_view import problems_view
from gateway.settings.timing import timing_of
from gateway.site_file import ReadSite, read_site
from gateway.text import say
from gateway.timing_view import timing_as_json, timing_view
from rules.problem import Problem

NAME = "check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the files, whether times are wanted, and whether a program asks."""
    parser.add_argument("files", metavar="FILE", nargs="+", help=say("argument.site-files"))
    parser.add_argument("--timing", action="store_true", help=say("argument.timing"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Check each file; 0 where all can be used, warnings or not."""
    sites = [read_site(Path(file)) for file in arguments.files]
    if arguments.json:
        show(json.dumps({"files": [_as_json(site) for site in sites]}, ensure_ascii=False))
    else:
        for line in view(sites, with_timing=arguments.timing):
            show(line)
    return ExitCode.OK if all(site.settings is not None for site in sites) else ExitCode.BAD_INPUT


def view(sites: list[ReadSite], *, with_timing: bool = False) -> list[str]:
    """Give the lines that a person sees; times only of sites that can be used."""
    lines: list[str] = []
    mistakes = 0
    for site in sites:
        lines += problems_view(site.problems, site.texts)
        warnings = sum(problem.warning for problem in site.problems)
        mistakes += len(site.problems) - warnings
        if site.settings is not None:
            key = "check.ok.warnings" if warnings else "check.ok"
            lines.append(say(key, file=site.file, count=warnings))
            if with_timing:
                lines += timing_view(timing_of(site.settings), site.file)
    if mistakes:
        lines.append(say("check.problem" if mistakes == 1 else "check.problems", count=mistakes))
    return lines


def _as_json(site: ReadSite) -> dict[str, Any]:
    return {
        "file": site.file,
        "ok": site.settings is not None,
        "problems": [problem_as_json(problem) for problem in site.problems],
        "timing": None if site.settings is None else timing_as_json(timing_of(site.settings)),
    }


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """Give a problem for programs."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "what": problem.what,
        "text": problem.text,
        "hint": problem.hint,
        "warning": problem.warning,
    }
