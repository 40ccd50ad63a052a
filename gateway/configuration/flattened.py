"""What a part of the settings says, field by field, as a person would write it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, Final, NewType, Union, get_args, get_origin, get_type_hints

from rules.instant import Duration

UNITS_NS: Final = (("h", 3600 * 10**9), ("min", 60 * 10**9), ("s", 10**9), ("ms", 10**6))
LONGEST: Final = 120  # characters of one value


def flattened(part: object, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """Give the fields of a dataclass by name; those of one within another as "options.port"."""
    return dict(_fields(part, "", without))


def _fields(part: Any, prefix: str, without: frozenset[str]) -> Iterator[tuple[str, str]]:
    hints = get_type_hints(type(part))
    for field in fields(part):
        if field.name in without:
            continue
        value, name = getattr(part, field.name), prefix + field.name
        if is_dataclass(value):
            yield from _fields(value, f"{name}.", frozenset())
        else:
            yield name, written(value, is_time=_is_time(hints[field.name]))


def written(value: object, *, is_time: bool = False) -> str:
    """Write one value in a line, not too long."""
    match value:
        case None:
            text = "-"
        case bool():
            text = "true" if value else "false"
        case int() if is_time:
            text = time_written(value)
        case Enum():
            text = str(value.value)
        case frozenset():
            text = ", ".join(sorted(map(written, value))) or "-"
        case tuple() | list():
            text = ", ".join(map(written, value)) or "-"
        case Mapping():
            text = ", ".join(f"{key}: {written(item)}" for key, item in value.items()) or "-"
        case _ if is_dataclass(value) and not isinstance(value, type):
            text = ", ".join(f"{name} {said}" for name, said in flattened(value).items())
        case _:
            text = " ".join(str(value).split()) or "-"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def time_written(nanoseconds: int) -> str:
    """Write a length of time in the largest unit that needs no fraction."""
    for unit, size in UNITS_NS:
        if nanoseconds and nanoseconds % size == 0:
            return f"{nanoseconds // size} {unit}"
    return f"{nanoseconds / 10**9:g} s"


def _is_time(hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(map(_is_time, get_args(hint)))
    return hint is Duration or (
        isinstance(hint, NewType) and getattr(hint, "__supertype__", None) is Duration
    )
