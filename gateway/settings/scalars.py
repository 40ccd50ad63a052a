"""What one written word means, once the type of its setting is known.

Each reader gives the value, or notes a problem and gives None. Units are never guessed: a bare 5
where a time is wanted is refused, with the likely one offered.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, TypeVar

from gateway.settings.findings import Findings, near, near_or_all
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, Style
from rules.instant import Duration, in_seconds, seconds
from rules.unit import UNITS, Unit, convert, unit_named

LONGEST_TEXT: Final = 250
"""Characters; a name is read on a telephone, a path of /dev/serial/by-id has about a hundred."""

LONGEST_TIME: Final = seconds(366 * 86400)

_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})|0x[0-9A-Fa-f]{1,16}")
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?")
_MEASURE: Final = re.compile(r"(?P<number>[-+]?[0-9]{1,30}(?:[.,][0-9]{1,30})?)\s*(?P<unit>.*)")
_FLAGS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False} | {
    "FALSE": False
}
_FLAG_HINTS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_NO_VALUE: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TIME_UNITS: Final = tuple(unit.symbol for unit in UNITS.values() if unit.dimension == "time")
_TIME_WORDS: Final = {"m": "min", "sec": "s", "secs": "s", "second": "s", "seconds": "s"} | {
    "minute": "min",
    "minutes": "min",
    "mins": "min",
    "hour": "h",
    "hours": "h",
    "day": "d",
    "days": "d",
}

Choice = TypeVar("Choice", bound=StrEnum)


def kind_of(node: Node) -> str:
    """Name what stands there, for a message."""
    match node:
        case MappingNode():
            return "keys with values"
        case SequenceNode():
            return "a list"
        case ScalarNode(style=Style.PLAIN) if node.text in _NO_VALUE:
            return "nothing"
        case _:
            return "one value"


def scalar(node: Node, label: str, wanted: str, findings: Findings) -> ScalarNode | None:
    """Take a node as one value, whatever it says."""
    if not isinstance(node, ScalarNode):
        findings.refuse(node, f"{label} must be {wanted}, not {kind_of(node)}")
        return None
    if node.style is Style.PLAIN and node.text in _NO_VALUE:
        hint = (
            f"write {wanted}, or delete the key" if not node.text else "quote it to mean the word"
        )
        findings.refuse(node, f"{label} has no value", hint)
        return None
    return node


def read_text(
    node: Node, label: str, findings: Findings, longest: int = LONGEST_TEXT
) -> str | None:
    """Read a text, byte for byte as written."""
    word = scalar(node, label, "a text", findings)
    if word is None:
        return None
    text = word.text
    if not text.strip():
        findings.refuse(word, f"{label} is empty", "write a text, or delete the key")
        return None
    if len(text) > longest:
        findings.refuse(word, f"{label} is longer than {longest} characters")
        return None
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        findings.warn(
            word,
            f"{label} is not in the form NFC: an equal looking text may not be found",
            "type it again with a keyboard that composes accents",
        )
    return text


def read_whole(node: Node, label: str, findings: Findings) -> int | None:
    """Read a whole number, decimal or as 0x1F."""
    word = _number_word(node, label, "a whole number", findings)
    if word is None:
        return None
    if not _WHOLE.fullmatch(word.text):
        hint = "as in 17 or 0x11"
        if re.fullmatch(r"0[0-9]{1,17}", word.text):
            hint = f"without the zero in front: {int(word.text)}"
        findings.refuse(word, f"{label} must be a whole number, not {quoted(word)}", hint)
        return None
    return int(word.text, 16 if word.text.startswith("0x") else 10)


def read_number(node: Node, label: str, findings: Findings) -> float | None:
    """Read a number without unit."""
    word = _number_word(node, label, "a number", findings)
    if word is None:
        return None
    if not _NUMBER.fullmatch(word.text) or not math.isfinite(float(word.text)):
        pointed = word.text.replace(",", ".")
        hint = f"did you mean {pointed}?" if _NUMBER.fullmatch(pointed) else "as in 20.65"
        findings.refuse(word, f"{label} must be a number, not {quoted(word)}", hint)
        return None
    return float(word.text)


def read_flag(node: Node, label: str, findings: Findings) -> bool | None:
    """Read true or false."""
    word = scalar(node, label, "true or false", findings)
    if word is None:
        return None
    flag = _FLAGS.get(word.text) if word.style is Style.PLAIN else None
    if flag is None:
        meant = _FLAG_HINTS.get(word.text.lower(), "")
        hint = f"did you mean {meant}?" if meant else "without quotes"
        findings.refuse(word, f"{label} must be true or false, not {quoted(word)}", hint)
    return flag


def read_choice(
    node: Node, label: str, findings: Findings, choices: Sequence[Choice]
) -> Choice | None:
    """Read one of several words."""
    word = scalar(node, label, "one of " + ", ".join(choices), findings)
    if word is None:
        return None
    for choice in choices:
        if choice.value == word.text:
            return choice
    findings.refuse(word, f"{label} cannot be {quoted(word)}", near_or_all(word.text, choices))
    return None


def read_duration(
    node: Node, label: str, findings: Findings, longest: Duration = LONGEST_TIME
) -> Duration | None:
    """Read a time with its unit, as 100 ms or 1 min."""
    word = scalar(node, label, "a time with its unit", findings)
    if word is None:
        return None
    value = _measured(word, label, findings, UNITS["s"])
    if value is None:
        return None
    if not 0 <= value * 1e9 <= longest:
        most = UNITS["d" if longest == LONGEST_TIME else "y"]
        shown = f"{convert(in_seconds(longest), UNITS['s'], most):g} {most.symbol}"
        findings.refuse(word, f"{label} must be from 0 s to {shown}")
        return None
    return seconds(value)


def read_measure(node: Node, label: str, findings: Findings, unit: Unit) -> float | None:
    """Read a number with its unit, and give it in the canonical unit."""
    word = scalar(node, label, f"a number with its unit, as 5 {unit.symbol}", findings)
    return None if word is None else _measured(word, label, findings, unit)


def _measured(word: ScalarNode, label: str, findings: Findings, unit: Unit) -> float | None:
    match = _MEASURE.fullmatch(word.text)
    if match is None:
        hint = f"as in 5 {unit.symbol}"
        findings.refuse(word, f"{label} must be a number with its unit, not {quoted(word)}", hint)
        return None
    number, symbol = match["number"], match["unit"]
    if "," in number:
        hint = f"did you mean {number.replace(',', '.')} {symbol or unit.symbol}?"
        findings.refuse(word, f"{label}: {number} is written with a point", hint)
        return None
    if not symbol:
        findings.refuse(
            word, f"{label}: {number} has no unit", f"did you mean {number} {unit.symbol}?"
        )
        return None
    written = unit_named(symbol)
    if written is None or written.dimension != unit.dimension:
        findings.refuse(word, _wrong_unit(label, symbol, unit, written), _unit_hint(symbol, unit))
        return None
    return convert(float(number), written, unit)


def _wrong_unit(label: str, symbol: str, unit: Unit, written: Unit | None) -> str:
    if written is None:
        return f"{label}: {symbol[:LONGEST_UNIT]!r} is no unit of {unit.dimension}"
    return f"{label}: {symbol} is a unit of {written.dimension}, not of {unit.dimension}"


LONGEST_UNIT: Final = 20


def _unit_hint(symbol: str, unit: Unit) -> str:
    fitting = [known.symbol for known in UNITS.values() if known.dimension == unit.dimension]
    meant = near(symbol, fitting)
    if unit.dimension == "time":
        meant = _TIME_WORDS.get(symbol, meant)
    return f"did you mean {meant}?" if meant else "one of " + ", ".join(fitting)


def _number_word(node: Node, label: str, wanted: str, findings: Findings) -> ScalarNode | None:
    word = scalar(node, label, wanted, findings)
    if word is not None and word.style is not Style.PLAIN:
        findings.refuse(word, f"{label} must be {wanted}, not a text", "write it without quotes")
        return None
    return word


def quoted(word: ScalarNode) -> str:
    """Give a word for a message: as written, in quotes."""
    return word.shown if word.style is not Style.PLAIN else repr(word.shown)
