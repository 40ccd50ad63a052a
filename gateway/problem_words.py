"""What is wrong with a file, in the language of whoever wrote it. Pure.

The loader says it in English, for JSON and for the log. A sentence that no table knows goes as it
is; what stands in it (ids, numbers, units, words of the files) always does.
"""

import re
from typing import Final

from gateway.text import TEXTS, Language, phrase
from gateway.texts.field_helps import FIELD_TEXTS
from gateway.texts.phrasebook import Phrasebook
from gateway.texts.problem_hints import HINT_TEXTS
from gateway.texts.problems_language import (
    LANGUAGE_HINT_TEXTS,
    LANGUAGE_TEXTS,
    PLACE_TEXTS,
)
from gateway.texts.problems_profile import PROFILE_TEXTS
from gateway.texts.problems_rules import RULE_TEXTS
from gateway.texts.problems_site import SITE_TEXTS, TAKEN_TEXTS
from gateway.texts.problems_written import (
    NOUN_TEXTS,
    REASON_TEXTS,
    VALUE_TEXTS,
    WRITTEN_TEXTS,
    YAML_TEXTS,
)
from rules.problem import Problem

EXAMPLE: Final = re.compile(r"[a-z_]+\(.*\).*")  # of what to write: it is the same in each language
FIELD: Final = re.compile(r"([a-z_][a-z0-9_.]*): (.+)", re.DOTALL)


def said(problem: Problem, language: Language) -> str:
    """Say a problem in a line, with its place."""
    if language is not Language.VIETNAMESE:
        return str(problem)
    kind = f"{phrase(language, 'problem.warning')}: " if problem.warning else ""
    hint = f" ({hint_in_vietnamese(problem.hint) or problem.hint})" if problem.hint else ""
    return f"{problem.place}: {kind}{what_in_vietnamese(problem.what) or problem.what}{hint}"


def what_in_vietnamese(what: str) -> str | None:
    """Say what is wrong, perhaps of a field that is named first; None where no table knows it."""
    field = FIELD.fullmatch(what)
    if field is None:
        return _WHAT.vietnamese(what)
    rest = _WHAT.vietnamese(field[2])
    return None if rest is None else f"{field[1]}: {rest}"


def hint_in_vietnamese(hint: str) -> str | None:
    """Say what to do about it; None where no table knows it."""
    return hint if EXAMPLE.fullmatch(hint) else _HINTS.vietnamese(hint)


def _value(text: str) -> str:
    return _VALUES.vietnamese(text) or text


def _noun(text: str) -> str:
    """Say a noun, or a quotient of two as "temperature/time"."""
    return "/".join(_NOUNS.vietnamese(part) or part for part in text.split("/"))


def _condition(text: str) -> str:
    key = f"condition.{text}"
    return f"{phrase(Language.VIETNAMESE, key)} ({text})" if key in TEXTS else text


_NOUNS: Final = Phrasebook(NOUN_TEXTS)
_VALUES: Final = Phrasebook(VALUE_TEXTS)
_YAML: Final = Phrasebook(YAML_TEXTS)
_TAKEN: Final = Phrasebook(TAKEN_TEXTS)
_PLACES: Final = Phrasebook(PLACE_TEXTS)
_REASONS: Final = Phrasebook(REASON_TEXTS)
_HINTS: Final = Phrasebook((*HINT_TEXTS, *LANGUAGE_HINT_TEXTS, *FIELD_TEXTS))
_WHAT: Final = Phrasebook(
    (*WRITTEN_TEXTS, *SITE_TEXTS, *RULE_TEXTS, *LANGUAGE_TEXTS, *PROFILE_TEXTS),
    {
        "given": _value,
        "wanted": _value,
        # A key stands as it is written; where the whole is meant, it is "a zone".
        "key": lambda text: _noun(text) if " " in text else text,
        "taken": lambda text: _TAKEN.vietnamese(text) or text,
        "kind": _noun,
        "quantity": _noun,
        "other": _noun,
        "yaml": lambda text: _YAML.vietnamese(text) or text,
        "place": lambda text: _PLACES.vietnamese(text) or text,
        "reason": lambda text: _REASONS.vietnamese(text) or text,
        "condition": _condition,
    },
)
