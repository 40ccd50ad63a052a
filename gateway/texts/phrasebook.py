"""Finds a sentence that was made elsewhere, in English, and gives it in Vietnamese. Pure.

The rules, the loader and the control socket say in English what they refuse: it goes into logs and
JSON as it is. Whoever reads it as a person is told the same in their language.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
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
        self._texts = tuple(texts)
        self._said = said

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

    # Made when they are first asked for: most processes never read Vietnamese.

    @cached_property
    def _whole(self) -> Mapping[str, str]:
        """The sentences without places."""
        return {text.en.format(): text.vi.format() for text in self._texts if not names_in(text.en)}

    @cached_property
    def _patterns(self) -> Sequence[tuple[re.Pattern[str], str]]:
        """The others, the most particular first: "{key} has no value" fits more than it should."""
        with_places = [text for text in self._texts if names_in(text.en)]
        with_places.sort(key=lambda text: -letters_in(text.en))
        return [(pattern_of(text.en), text.vi) for text in with_places]


def names_in(template: str) -> set[str]:
    """Give the names of the places in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def letters_in(template: str) -> int:
    """Count what stands in a sentence beside its places."""
    return sum(len(literal) for literal, *_ in Formatter().parse(template))


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
