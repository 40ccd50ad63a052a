"""What of a site goes to nobody: found in its file, and taken out of whatever else is sent. Pure.

Two nets, one behind the other. Of the site file only what stands under a key that the schema knows
is kept, and of that nothing personal or secret. What was found there, and people's names that the
gateway told, are then taken out of every other text too, wherever they stand.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

HIDDEN: Final = "[hidden]"
UNKNOWN: Final = "[hidden: the schema knows no such key]"

PERSONAL: Final = frozenset({"username", "contacts"})
OF_THE_SITE: Final = frozenset({"name", "address", "latitude", "longitude"})
"""Of the facility itself, whose id says enough; a device's address is no place."""

SECRET_WORDS: Final = re.compile(r"pass|pwd|secret|token|user|phone|mail", re.IGNORECASE)
WRITTEN: Final = re.compile(
    r"""[\w-]*(?:pass|pwd|secret|token|user|phone|mail)[\w-]*["']?\s*[:=]\s*["']?([^"',}\]\n]+)""",
    re.IGNORECASE,
)
"""A secret as it may stand in a comment, or in a file that is no YAML."""

FILES: Final = ("/", "credential:")
SHORTEST: Final = 3
"""Characters: shorter ones stand in half of all words, and taking them out would spoil the rest."""

PATTERNS: Final = (
    re.compile(r"-----BEGIN[^-]*PRIVATE KEY-----.*?(-----END[^-]*-----|\Z)", re.DOTALL),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"(?i)\b(?:password|passwd|secret|token)\s*[=:]\s*\S+"),
    # Telephone numbers of Viet Nam, as people write them.
    re.compile(r"(?<![\w.])(?:\+84|0)(?:[ .-]?\d){8,10}(?![\w])"),
)


def site_without_secrets(site: Any, known: frozenset[str]) -> Any:
    """Give what a site file says, without secrets and people.

    Args:
        site: as YAML reads it.
        known: every key that the schema knows.
    """
    return _kept(site, known, ())


def personal_of(site: Any) -> frozenset[str]:
    """Give the texts of a site file that may stand nowhere."""
    return frozenset(_personal(site, is_personal=False, where=()))


def secrets_written(text: str) -> frozenset[str]:
    """Give what looks like a secret in a text, in comments too."""
    found = (match[1].strip() for match in WRITTEN.finditer(text))
    return frozenset(each for each in found if not each.startswith(FILES))


def keys_of(schema: Any) -> frozenset[str]:
    """Give every key that a JSON Schema knows."""
    return frozenset(_keys(schema))


class Hiding:
    """Takes texts out of other texts.

    Args:
        texts: what may stand nowhere.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        forms = {form for text in texts for form in _forms(text) if len(form) >= SHORTEST}
        longest_first = sorted(forms, key=len, reverse=True)
        self._found = (
            re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE) if forms else None
        )

    def out_of(self, text: str) -> str:
        """Give a text without them, and without what looks like a secret or a telephone number."""
        for pattern in PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text if self._found is None else self._found.sub(HIDDEN, text)


def _pattern(text: str) -> str:
    """Find it as a word of its own: the name An is no part of "and"."""
    before = r"(?<!\w)" if text[0].isalnum() else ""
    after = r"(?!\w)" if text[-1].isalnum() else ""
    return f"{before}{re.escape(text)}{after}"


def _forms(text: str) -> Iterator[str]:
    """Give the ways in which a text may be written: composed or not, and as JSON writes it."""
    for form in ("NFC", "NFD"):
        composed = unicodedata.normalize(form, text.strip())
        yield composed
        yield json.dumps(composed)[1:-1]
        yield json.dumps(composed, ensure_ascii=False)[1:-1]


def _kept(node: Any, known: frozenset[str], where: tuple[str, ...]) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _kept_under(str(key), node[key], known, where) for key in node}
    if isinstance(node, list):
        return [_kept(each, known, where) for each in node]
    return node


def _kept_under(key: str, node: Any, known: frozenset[str], where: tuple[str, ...]) -> Any:
    if key not in known:
        return UNKNOWN
    return HIDDEN if _is_personal(key, node, where) else _kept(node, known, (*where, key))


def _is_personal(key: str, node: Any, where: tuple[str, ...]) -> bool:
    if key in PERSONAL or (where == ("site",) and key in OF_THE_SITE):
        return True
    if key == "key" or SECRET_WORDS.search(key):
        is_of_a_centre = "centres" in where
        return not is_of_a_centre and not str(node).startswith(FILES)
    return False


def _personal(node: Any, *, is_personal: bool, where: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            here = is_personal or _is_personal(str(key), value, where)
            yield from _personal(value, is_personal=here, where=(*where, str(key)))
    elif isinstance(node, list):
        for each in node:
            yield from _personal(each, is_personal=is_personal, where=where)
    elif is_personal and node is not None and not isinstance(node, bool):
        yield str(node)


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "properties" and isinstance(value, Mapping):
                yield from map(str, value)
            yield from _keys(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from _keys(each)
