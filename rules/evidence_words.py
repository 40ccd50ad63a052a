"""What decided, in words: for the detail of a condition."""

from collections.abc import Iterable
from typing import Final

from rules.event import Evidence

NAMED: Final = 5
"""Values that are named; the evidence has them all."""


def detectors_in(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Name the detectors, each once, in their order."""
    return tuple(dict.fromkeys(each.detector for each in evidence))


def in_words(evidence: tuple[Evidence, ...]) -> str:
    """Say what was measured, in one line for people."""
    more = f" and {len(evidence) - NAMED} more" if len(evidence) > NAMED else ""
    return ", ".join(map(_value_in_words, evidence[:NAMED])) + more


def _value_in_words(evidence: Evidence) -> str:
    name = f"{evidence.detector} {evidence.quantity}"
    if evidence.value is None:
        return f"{name} unknown"
    if evidence.unit == "bool":
        return f"{name} {'active' if evidence.value else 'at rest'}"
    if evidence.value in (float("inf"), float("-inf")):
        return f"{name} over-range"
    return f"{name} {evidence.value:.4g} {evidence.unit}"
