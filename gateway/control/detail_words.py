"""Why something stands, in the language of whoever reads it. Pure."""

from typing import Final

from gateway.text import Language
from gateway.texts.details import DETAIL_TEXTS
from gateway.texts.phrasebook import Phrasebook

BETWEEN: Final = "; "

_BOOK: Final = Phrasebook(DETAIL_TEXTS)


def in_words_of(language: Language, detail: str) -> str:
    """Give a detail; those of its sentences that have no Vietnamese stay as they are."""
    if language is not Language.VIETNAMESE:
        return detail
    return BETWEEN.join(_BOOK.vietnamese(each) or each for each in detail.split(BETWEEN))
