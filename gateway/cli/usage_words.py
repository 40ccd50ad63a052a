"""What is wrong with a command line, in the language of whoever typed it. Pure."""

from typing import Final

from gateway.text import Language
from gateway.texts.phrasebook import Phrasebook
from gateway.texts.usage import FAULT_TEXTS, USAGE_TEXTS

KINDS: Final = {"int": "số nguyên", "float": "số", "Path": "đường dẫn"}


def said(message: str, language: Language) -> str:
    """Say what argparse says; what this table does not know goes as it is."""
    if language is not Language.VIETNAMESE:
        return message
    return _BOOK.vietnamese(message) or message


_FAULTS: Final = Phrasebook(FAULT_TEXTS, {"kind": lambda kind: KINDS.get(kind, kind)})
_BOOK: Final = Phrasebook(USAGE_TEXTS, {"what": lambda what: _FAULTS.vietnamese(what) or what})
