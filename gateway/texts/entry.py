"""One text, as every table of them has it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; both name the same values in braces."""

    en: str
    vi: str
