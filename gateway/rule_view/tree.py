"""A rule at one instant as a tree: each branch with what it is and the value that makes it so.

Pure, without colour, and within 80 columns.
"""

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.rule_view.written import number, span_written, with_unit, written
from gateway.text import Language, phrase
from rules.alarm import Phase
from rules.language.syntax import AllOf, AnyOf, Compared, Counted, Held, Not, Verified
from rules.trace import RuleNow, Traced
from rules.truth import Truth

WIDTH: Final = 80
VALUE_WIDTH: Final = 16
SIGNS: Final[dict[Truth, str]] = {True: "✓", False: "✗", None: "?"}


def rule_lines(rule: RuleNow, language: Language, width: int = WIDTH) -> list[str]:
    """Give the lines that show a rule."""
    tree = _Tree(language, width)
    lines = [f"{rule.source}: {_phase(rule, language)}", ""]
    lines += tree.branch(rule.when, "when  ", "      ")
    if rule.clear is not None:
        lines += ["", *tree.branch(rule.clear, "clear ", "      ")]
    return [*lines, "", phrase(language, "explain.signs")]


def _phase(rule: RuleNow, language: Language) -> str:
    text = phrase(language, f"phase.{rule.phase.value}")
    if rule.phase is not Phase.PENDING:
        return text
    held, hold = span_written(rule.held_for), span_written(rule.hold)
    return f"{text} {phrase(language, 'explain.held', held=held, hold=hold)}"


@dataclass(frozen=True, slots=True)
class _Tree:
    """How a tree is drawn."""

    language: Language
    width: int

    def branch(self, traced: Traced, lead: str, rest: str) -> Iterator[str]:
        """Give the lines of a branch.

        Args:
            traced: the branch.
            lead: what stands before its first line.
            rest: what stands before all further lines.
        """
        below = rest + ("│   " if traced.members else "    ")
        text = f"{SIGNS[traced.truth]} {_text(traced, self.language)}"
        yield from self._row(text, _value(traced), lead, below)
        for member in traced.members:
            last = member is traced.members[-1]
            joint, further = ("└─ ", "   ") if last else ("├─ ", "│  ")
            yield from self.branch(member, rest + joint, rest + further)

    def _row(self, text: str, value: str, lead: str, rest: str) -> Iterator[str]:
        """Lay a branch out: its text, and at the right its value; a long text goes on below."""
        room = max(self.width - VALUE_WIDTH - len(lead), 20)
        lines = textwrap.wrap(clean(text), room, break_on_hyphens=False) or [""]
        first = lead + lines[0]
        yield f"{first:<{self.width - len(value)}}{value}" if value else first
        for line in lines[1:]:
            yield rest + line


def _text(traced: Traced, language: Language) -> str:
    """Name a branch: in words where its members stand below, else as it is written."""
    expression = traced.expression
    if not traced.members:
        return written(expression)
    match expression:
        case AllOf():
            return phrase(language, "explain.all")
        case AnyOf():
            return phrase(language, "explain.any")
        case Not():
            return phrase(language, "explain.not")
        case Counted(members, comparison, threshold):
            key = "explain.count"
            return phrase(language, key, comparison=comparison, count=threshold, of=len(members))
        case Held(_, span):
            return phrase(language, "explain.held-for", span=span_written(span))
        case Verified(_, settle, within):
            spans = {"settle": span_written(settle), "within": span_written(within)}
            return phrase(language, "explain.verified", **spans)
        case _:
            return written(expression)


def _value(traced: Traced) -> str:
    """Give the number that decides a comparison or a count; a contact says it by its sign."""
    if isinstance(traced.expression, Compared):
        return with_unit(traced.value, traced.expression.left)
    if isinstance(traced.expression, Counted):
        return "?" if traced.value is None else number(traced.value)
    return ""


def wrapped(text: str, lead: str, rest: str) -> list[str]:
    """Break a line at the width; what stands before its first line and before the others."""
    room = max(WIDTH - len(rest), 20)
    lines = textwrap.wrap(clean(text), room, break_on_hyphens=False) or [""]
    return [lead + lines[0], *(rest + line for line in lines[1:])]


def clean(text: str) -> str:
    """Compose letters and take out control characters, so that columns and terminals hold."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter.isprintable() else "?" for letter in composed)
