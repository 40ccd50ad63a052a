"""What ends a command, in the language of whoever typed it. Pure.

Most of it is said by key to begin with; what comes from other parts is looked up here. A sentence
that is not in the table goes as it is.
"""

from typing import Final

from gateway.text import Language
from gateway.texts.errors import ERROR_TEXTS
from gateway.texts.phrasebook import Phrasebook

BOOK: Final = Phrasebook(ERROR_TEXTS)


def said(text: str, language: Language) -> str:
    """Say an error."""
    if language is not Language.VIETNAMESE:
        return text
    return BOOK.vietnamese(text) or text
