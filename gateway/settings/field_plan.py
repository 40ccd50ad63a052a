"""What a frozen dataclass says about the mapping it is read from.

The classes are the schema: a field's name is its key (or its metadata's `key`, where Python forbids
the word), its type says what is wanted, its default whether it may be left out. Both the loader and
the JSON Schema are made of these plans. Metadata that is understood:

    help      one line for people
    key       the word in the file, as `for`
    choices   the values of an enumeration that may be written here
    longest   the most characters of a text, or the longest time
    measured  a number that is written with a unit of its quantity
    example   a value that is right: shown in the schema, and put in place of a wrong one to find
              the mistakes behind it
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from typing import Any, Final, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlan:
    """One field.

    Attributes:
        name: in the class.
        key: in the file.
        type: what is wanted, without `| None`.
        required: whether the key must be there.
        default: the value where it is not; MISSING where it is required.
        metadata: see above.
    """

    name: str
    key: str
    type: Any
    required: bool
    default: Any
    metadata: Mapping[str, Any]

    @property
    def stand_in(self) -> Any:
        """A value that can be trusted to be right, or MISSING."""
        return self.metadata.get("example", self.default)

    @property
    def choices(self) -> tuple[StrEnum, ...]:
        """The values of an enumeration that may be written here."""
        return tuple(self.metadata.get("choices", self.type))


def plan_of(cls: type[Any]) -> tuple[FieldPlan, ...]:
    """Give the fields of a class in their order."""
    return tuple(keys_of(cls).values())


def keys_of(cls: type[Any]) -> Mapping[str, FieldPlan]:
    """Give the fields of a class by their keys in the file; worked out once a class."""
    if cls not in _KEYS_OF:
        hints = get_type_hints(cls)
        plans = (_plan(field, hints[field.name]) for field in fields(cls))
        _KEYS_OF[cls] = {plan.key: plan for plan in plans}
    return _KEYS_OF[cls]


_KEYS_OF: Final[dict[type[Any], Mapping[str, FieldPlan]]] = {}


def _plan(field: Field[Any], hint: Any) -> FieldPlan:
    default = field.default
    if default is MISSING and field.default_factory is not MISSING:
        default = field.default_factory()
    return FieldPlan(
        name=field.name,
        key=field.metadata.get("key", field.name),
        type=_without_none(hint),
        required=default is MISSING,
        default=default,
        metadata=field.metadata,
    )


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    wanted = [member for member in get_args(hint) if member is not types.NoneType]
    if len(wanted) != 1:
        raise TypeError(f"a setting has one type, not {hint}")
    return wanted[0]


def is_choice(hint: Any) -> bool:
    """Tell whether a type is an enumeration of words."""
    return isinstance(hint, type) and issubclass(hint, StrEnum)
