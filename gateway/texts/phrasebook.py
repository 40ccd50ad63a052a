"""Finds a sentence that was made elsewhere, in English, and gives it in Vietnamese. Pure.

The rules, the loader and the control socket say in English what they refuse: it goes into logs and
JSON as it is. Whoever reads it as a person is told the same in their language.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Final

from gateway.texts.entry import Text

Say = Callable[[str], str]
"""Says a value in Vietnamese; one that it does not know, as it is."""

AS_IT_IS: Final[Mapping[str, Say]] = MappingProxyType({})


class Phrasebook:
    """Sentences with named places, as in "there is no zone {zone}".

    Args:
        texts: the sentences; both languages name the same places.
        said: by the name of a place, how what stands there is said in Vietnamese. A place of
            another name keeps what stands there.
    """

    def __init__(self, texts: Iterable[Text], said: Mapping[str, Say] = AS_IT_IS) -> None:
        self._said = said
        self._whole: dict[str, str] = {}
        patterns: list[tuple[int, re.Pattern[str], str]] = []
        for text in texts:
            parts = list(Formatter().parse(text.en))
            if any(name is not None for _, name, _, _ in parts):
                letters = sum(len(literal) for literal, *_ in parts)
                patterns.append((letters, pattern_of(text.en), text.vi))
            else:
                self._whole[text.en.format()] = text.vi.format()
        # The most particular first: "{key} has no value" fits more than it should.
        patterns.sort(key=lambda each: -each[0])
        self._patterns = tuple((pattern, vi) for _, pattern, vi in patterns)

    def vietnamese(self, english: str) -> str | None:
        """Give a sentence in Vietnamese; None for one that is not in the book."""
        if (whole := self._whole.get(english)) is not None:
            return whole
        for pattern, vietnamese in self._patterns:
            match = pattern.fullmatch(english)
            if match is not None:
                return vietnamese.format(
                    **{
                        name: self._said.get(name.rstrip("0123456789"), str)(value)
                        for name, value in match.groupdict().items()
                    }
                )
        return None


def pattern_of(template: str) -> re.Pattern[str]:
    """Give the pattern of a sentence with named places; a doubled brace stands for itself."""
    parts: list[str] = []
    seen: set[str] = set()
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name in seen:
            parts.append(f"(?P={name})")
        elif name is not None:
            parts.append(f"(?P<{name}>.+?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)
