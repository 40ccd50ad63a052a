"""What another configuration changes, as lines for a person. Pure; the language is an argument.

No line is longer than 80 columns: names and values come from files, and are broken, not cut off.
"""

from collections.abc import Iterator
from typing import Any, Final

from gateway.configuration.difference import Change, Consequence, Difference, Kind
from gateway.control.layout import INDENT, wrapped
from gateway.text import TEXTS, Language, phrase

SIGNS: Final = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~"}


def difference_view(found: Difference, language: Language) -> list[str]:
    """Give the lines: what changes, then what that means."""
    if not found.changes:
        return wrapped(phrase(language, "apply.no-difference"))
    lines: list[str] = []
    for change in found.changes:
        lines += _change(change, language)
    if found.consequences:
        lines += ["", *wrapped(phrase(language, "apply.means"))]
        for each in found.consequences:
            lines += wrapped(said(each, language), INDENT)
    return lines


def said(consequence: Consequence, language: Language) -> str:
    """Say what is to be known before it is applied."""
    key = f"apply.effect.{consequence.effect}"
    return phrase(language, key, of=consequence.of, count=consequence.count)


def _change(change: Change, language: Language) -> Iterator[str]:
    key = f"apply.what.{change.what}"
    what = phrase(language, key) if key in TEXTS else change.what
    yield from wrapped(f"{SIGNS[change.kind]} {what} {change.id}".rstrip())
    for each in change.fields:
        yield from wrapped(f"{each.field}: {each.before} → {each.after}", INDENT * 2)


def difference_as_json(found: Difference) -> dict[str, Any]:
    """Give the same for programs."""
    return {
        "changes": [
            {
                "kind": change.kind,
                "what": change.what,
                "id": change.id,
                "fields": [
                    {"field": each.field, "before": each.before, "after": each.after}
                    for each in change.fields
                ],
            }
            for change in found.changes
        ],
        "consequences": [
            {"effect": each.effect, "of": each.of, "count": each.count}
            for each in found.consequences
        ],
    }
