"""The JSON Schema of site files and profiles (draft 2020-12), made of the loader's own classes.

It is for editors: it knows keys, types, words and units, and says what each is for. What entries
say of each other, and the ranges, only the loader can judge. Scalars are taken as YAML 1.2 resolves
them, so a text of digits needs quotes here, though the loader would take it without.
"""

import re
from collections import abc
from collections.abc import Iterable
from dataclasses import is_dataclass
from datetime import date
from typing import Any, Final, get_args, get_origin

from drivers.registry import DRIVERS
from gateway.settings.calendar_words import DATE_PATTERN, OFFSET_PATTERN, TIME_PATTERN
from gateway.settings.field_plan import FieldPlan, is_choice, plan_of
from gateway.settings.model import TimeOfDay, UtcOffset
from gateway.settings.scalars import LONGEST_TEXT
from gateway.settings.written import (
    WrittenBus,
    WrittenContact,
    WrittenDetector,
    WrittenOutput,
    WrittenProfile,
    WrittenSite,
)
from rules.instant import Duration
from rules.profile import QuantityRange
from rules.quantity import QUANTITIES
from rules.unit import ALIASES, UNITS, Unit

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBER: Final = r"[-+]?[0-9]+(\.[0-9]+)?"
_WRITTEN: Final = {
    date: (DATE_PATTERN, "2026-09-02"),
    TimeOfDay: (TIME_PATTERN, "22:00"),
    UtcOffset: (OFFSET_PATTERN, "+07:00"),
}
"""Texts of a form of their own: the pattern, and one that is right."""


def site_schema() -> Schema:
    """Give the schema of a site file."""
    definitions: Schema = {}
    root = _object((WrittenSite,), definitions)
    root["properties"]["buses"]["items"] = _bus(definitions)
    for key, written, options_of in (
        ("detectors", WrittenDetector, "detector_options"),
        ("outputs", WrittenOutput, "output_options"),
    ):
        options = [getattr(kind, options_of) for kind in DRIVERS.values()]
        root["properties"][key]["items"] = {
            "anyOf": [
                _object((written, option), definitions) for option in options if option is not None
            ]
        }
    return _document("A site of the fire gateway", root, definitions)


def profile_schema() -> Schema:
    """Give the schema of a profile."""
    definitions: Schema = {}
    root = _object((WrittenProfile,), definitions)
    root["properties"]["driver"]["enum"] = list(DRIVERS)
    root["properties"]["quantities"] = {
        "type": "object",
        "description": root["properties"]["quantities"]["description"],
        "properties": {
            name: _range(name, quantity.unit, definitions) for name, quantity in QUANTITIES.items()
        },
        "minProperties": 1,
        "additionalProperties": False,
    }
    needed = {name: kind.profile for name, kind in DRIVERS.items() if kind.profile is not None}
    for name, cls in needed.items():
        root["properties"][name] = _reference(cls, definitions)
    root["allOf"] = [
        {
            "if": {"properties": {"driver": {"const": name}}},
            "then": {"required": [name]},
            "else": {"properties": {name: False}},
        }
        for name in needed
    ]
    return _document("A profile of the fire gateway: one device model", root, definitions)


def _document(title: str, root: Schema, definitions: Schema) -> Schema:
    return {"$schema": DIALECT, "title": title, **root, "$defs": definitions}


def _bus(definitions: Schema) -> Schema:
    bus = _object((WrittenBus,), definitions)
    for name, kind in DRIVERS.items():
        bus["properties"][name] = _reference(kind.bus_options, definitions)
    bus["oneOf"] = [{"required": [name]} for name in DRIVERS]
    return bus


def _range(name: str, unit: Unit, definitions: Schema) -> Schema:
    if name == "contact":
        return _object((WrittenContact,), definitions)
    schema = _object((QuantityRange,), definitions)
    del schema["properties"]["end_of_line"]  # only a contact has one
    for plan in plan_of(QuantityRange):
        if "measured" in plan.metadata:
            schema["properties"][plan.key] |= _measure(unit)
    return schema


def _object(classes: Iterable[type], definitions: Schema) -> Schema:
    plans = [plan for cls in classes for plan in plan_of(cls)]
    schema: Schema = {
        "type": "object",
        "properties": {plan.key: _field(plan, definitions) for plan in plans},
        "additionalProperties": False,
    }
    required = [plan.key for plan in plans if plan.required]
    return schema | ({"required": required} if required else {})


def _field(plan: FieldPlan, definitions: Schema) -> Schema:
    schema = _choice(plan.choices) if is_choice(plan.type) else _type(plan.type, definitions)
    if plan.type is str:
        schema["maxLength"] = plan.metadata.get("longest", LONGEST_TEXT)
    if "help" in plan.metadata:
        schema["description"] = plan.metadata["help"]
    if "example" in plan.metadata:
        schema["examples"] = [plan.metadata["example"]]
    if isinstance(plan.default, str | int | float) and plan.type not in (Duration, UtcOffset):
        schema["default"] = plan.default
    return schema


def _type(wanted: Any, definitions: Schema) -> Schema:
    simple = {str: "string", bool: "boolean", int: "integer", float: "number"}
    if wanted in simple:
        return {"type": simple[wanted]} | ({"minLength": 1} if wanted is str else {})
    if wanted in _WRITTEN:
        pattern, example = _WRITTEN[wanted]
        return {"type": "string", "pattern": f"^({pattern})$", "examples": [example]}
    if wanted is Duration:
        return _measure(UNITS["s"])
    if is_choice(wanted):
        return _choice(wanted)
    if isinstance(wanted, type) and is_dataclass(wanted):
        return _reference(wanted, definitions)
    if get_origin(wanted) in (tuple, frozenset):
        items = _type(get_args(wanted)[0], definitions)
        unique = {"uniqueItems": True} if get_origin(wanted) is frozenset else {}
        return {"type": "array", "items": items} | unique
    if get_origin(wanted) is abc.Mapping:
        return {
            "type": "object",
            "additionalProperties": _type(get_args(wanted)[1], definitions),
        }
    raise TypeError(f"a setting cannot be of type {wanted}")


def _reference(cls: type, definitions: Schema) -> Schema:
    if cls.__name__ not in definitions:
        definitions[cls.__name__] = {}  # first, so that a class may hold itself
        definitions[cls.__name__] = {
            "description": (cls.__doc__ or "").partition("\n")[0],
            **_object((cls,), definitions),
        }
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _choice(choices: Iterable[str]) -> Schema:
    words: list[Any] = [str(choice) for choice in choices]
    # 5 without quotes is the same word to the loader, and a number to YAML.
    return {"enum": words + [int(word) for word in words if word.isdigit()]}


def _measure(unit: Unit) -> Schema:
    """Give the pattern of a number with a unit."""
    fitting = [known.symbol for known in UNITS.values() if known.dimension == unit.dimension]
    fitting += [alias for alias, symbol in ALIASES.items() if symbol in fitting]
    units = "|".join(map(re.escape, fitting))
    return {
        "type": "string",
        "pattern": rf"^{_NUMBER}\s*({units})$",
        "examples": [f"5 {unit.symbol}"],
    }
