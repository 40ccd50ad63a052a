"""Problems as a person sees them: each with its line of the file and a caret under the place."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.problem_words import said
from gateway.settings.source import lines_of
from gateway.text import Language, spoken
from rules.problem import Problem

INDENT: Final = "    "
WIDEST: Final = 96
"""Columns of a source line that are shown; a longer one is cut around the place."""


def problems_view(
    problems: Iterable[Problem], texts: Mapping[str, bytes], language: Language | None = None
) -> list[str]:
    """Give the lines that show some problems.

    Args:
        problems: in the order in which they are shown.
        texts: by file name, what each file holds.
        language: of whoever reads; None for that of this process.
    """
    sources = {file: _lines(data) for file, data in texts.items()}
    shown: list[str] = []
    for problem in problems:
        shown.append(_printable(said(problem, language or spoken())))
        lines = sources.get(problem.place.file, [])
        if problem.place.line <= len(lines) and lines[problem.place.line - 1].strip():
            shown += _pointed(problem, lines[problem.place.line - 1])
    return shown


def _lines(data: bytes) -> list[str]:
    return lines_of(data.decode("utf-8", errors="replace").removeprefix("\ufeff"))


def _pointed(problem: Problem, line: str) -> tuple[str, str]:
    """Give the source line and the line with the caret."""
    at = problem.place.column - 1
    start = max(0, min(at - WIDEST // 2, len(line) - WIDEST))
    window = _printable(line[start : start + WIDEST])
    before = window[: at - start]
    # A text may go on behind the window, or in the next line.
    marked = window[at - start : at - start + max(1, len(problem.text))]
    carets = "^" * max(1, _width(marked))
    return f"{INDENT}{window}", f"{INDENT}{' ' * _width(before)}{carets}"


def _printable(text: str) -> str:
    """Replace what would move the caret or command the terminal."""
    return "".join(
        " " if sign == "\t" else sign if sign.isprintable() else "\ufffd" for sign in text
    )


def _width(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
