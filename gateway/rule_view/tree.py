"""A rule at one instant as a tree: each branch with what it is and the value that makes it so.

Pure, without colour, and within 80 columns.
"""

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.rule_view.shown import Kind, ShownBranch, ShownRule
from gateway.text import Language, phrase
from rules.alarm import Phase

WIDTH: Final = 80
VALUE_WIDTH: Final = 16
SIGNS: Final[dict[bool | None, str]] = {True: "✓", False: "✗", None: "?"}


def rule_lines(rule: ShownRule, language: Language, width: int = WIDTH) -> list[str]:
    """Give the lines that show a rule."""
    tree = _Tree(language, width)
    lines = [f"{clean(rule.source)}: {_phase(rule, language)}", ""]
    when, clear = (phrase(language, f"explain.{key}") for key in ("when", "clear"))
    indent = " " * (max(len(when), len(clear)) + 1)
    lines += tree.branch(rule.when, f"{when:<{len(indent)}}", indent)
    if rule.clear is not None:
        lines += ["", *tree.branch(rule.clear, f"{clear:<{len(indent)}}", indent)]
    return [*lines, "", phrase(language, "explain.signs")]


def _phase(rule: ShownRule, language: Language) -> str:
    text = phrase(language, f"phase.{rule.phase.value}")
    if rule.phase is not Phase.PENDING:
        return text
    return f"{text} {phrase(language, 'explain.progress', held=rule.held_for, hold=rule.hold)}"


@dataclass(frozen=True, slots=True)
class _Tree:
    """How a tree is drawn."""

    language: Language
    width: int

    def branch(self, branch: ShownBranch, lead: str, rest: str) -> Iterator[str]:
        """Give the lines of a branch.

        Args:
            branch: what is shown.
            lead: what stands before its first line.
            rest: what stands before all further lines.
        """
        below = rest + ("│   " if branch.members else "    ")
        text = branch.text
        if branch.kind is not Kind.LEAF:
            text = phrase(self.language, f"explain.{branch.kind}", **branch.words)
        yield from self._row(f"{SIGNS[branch.truth]} {text}", branch.value, lead, below)
        for member in branch.members:
            last = member is branch.members[-1]
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


def wrapped(text: str, lead: str, rest: str) -> list[str]:
    """Break a line at the width; what stands before its first line and before the others."""
    room = max(WIDTH - len(rest), 20)
    lines = textwrap.wrap(clean(text), room, break_on_hyphens=False) or [""]
    return [lead + lines[0], *(rest + line for line in lines[1:])]


def clean(text: str) -> str:
    """Compose letters and take out control characters, so that columns and terminals hold."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter.isprintable() else "?" for letter in composed)
