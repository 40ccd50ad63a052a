"""Why something was refused, in the language of whoever reads it. Pure.

On the control socket the words are in English, as in the log; a sentence that this table does not
know goes as it is.
"""

import re
from typing import Final

from gateway.text import TEXTS, Language, phrase
from gateway.texts.phrasebook import Phrasebook
from gateway.texts.refusals import REFUSAL_TEXTS

VI: Final = Language.VIETNAMESE
UNITS: Final = {"d": "ngày", "h": "giờ", "min": "phút", "s": "giây"}
SPAN: Final = re.compile(r"([0-9]+) (d|h|min|s)\b")


def said(words: str, language: Language) -> str:
    """Say why something was refused."""
    if language is not VI:
        return words
    return _BOOK.vietnamese(words) or words


def _source(text: str) -> str:
    kind, _, name = text.partition("/")
    key = f"source.{kind}"
    return f"{phrase(VI, key)} {name}" if key in TEXTS and name else text


def _span(text: str) -> str:
    return SPAN.sub(lambda match: f"{match[1]} {UNITS[match[2]]}", text)


def _word(prefix: str, text: str) -> str:
    key = f"{prefix}.{text}"
    return phrase(VI, key) if key in TEXTS else text


_BOOK: Final = Phrasebook(
    REFUSAL_TEXTS,
    {
        "condition": lambda text: _word("condition", text),
        "kind": lambda text: _word("source", text),
        "verb": lambda text: _word("verb", text),
        "source": _source,
        "span": _span,
    },
)
