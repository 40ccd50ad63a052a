"""From a mapping of the file to a frozen dataclass, by what the class says of its fields.

A reader gives the value, or notes what is wrong and gives None; nothing is raised, and one wrong
field keeps no other from being looked at.
"""

from collections import abc
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, is_dataclass
from datetime import date
from functools import partial
from typing import Any, Final, TypeVar, get_args, get_origin

from gateway.settings.calendar_words import read_date, read_time_of_day, read_utc_offset
from gateway.settings.field_plan import FieldPlan, is_choice, keys_of, plan_of
from gateway.settings.findings import Findings, near, near_or_all
from gateway.settings.model import TimeOfDay, UtcOffset
from gateway.settings.scalars import (
    kind_of,
    read_choice,
    read_duration,
    read_flag,
    read_number,
    read_text,
    read_whole,
)
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from rules.instant import Duration
from rules.problem import InvalidSettingError

MOST_ITEMS: Final = 10_000
"""Entries of one list; twice the detectors that were ever held at one second."""

Read = TypeVar("Read")
Reader = Callable[[Node, str, Findings], Any]


def read_mapping(node: Node, label: str, findings: Findings) -> MappingNode | None:
    """Take a node as keys with values."""
    if isinstance(node, MappingNode):
        return node
    hint = "write {} where every default will do" if kind_of(node) == "nothing" else ""
    findings.refuse(node, f"{label} must be keys with values, not {kind_of(node)}", hint)
    return None


def read_items(node: Node, label: str, findings: Findings) -> tuple[Node, ...] | None:
    """Take a node as a list."""
    if not isinstance(node, SequenceNode):
        hint = "put it in brackets, or write [] for none"
        findings.refuse(node, f"{label} must be a list, not {kind_of(node)}", hint)
        return None
    if len(node.items) > MOST_ITEMS:
        findings.refuse(node, f"{label} has more than {MOST_ITEMS} entries")
        return None
    return node.items


def read_object(
    cls: type[Read],
    node: Node,
    label: str,
    findings: Findings,
    readers: Mapping[str, Reader] | None = None,
) -> Read | None:
    """Read a mapping that holds the fields of one class and nothing else."""
    mapping = read_mapping(node, label, findings)
    if mapping is None:
        return None
    complete = check_keys(mapping, (cls,), findings)
    made = make(cls, mapping, findings, readers=readers)
    return made if complete else None


def check_keys(
    mapping: MappingNode,
    classes: Iterable[type],
    findings: Findings,
    also: Collection[str] = (),
    *,
    tolerant: bool = False,
) -> bool:
    """Note keys that are unknown and keys that are missing; true where all are as they must be.

    Args:
        mapping: whose keys.
        classes: whose fields together make the keys.
        findings: where to note.
        also: keys that are known besides.
        tolerant: let unknown keys be, since not all classes could be found out.
    """
    known: dict[str, FieldPlan] = {}
    for cls in classes:
        known |= keys_of(cls)
    present = mapping.entries.keys()
    excused: set[str] = set()
    strange = not (tolerant or present <= known.keys() | set(also))
    if strange:
        excused = _unknown_keys(mapping, [*also, *known], findings)
    lacking = [key for key, plan in known.items() if plan.required and key not in present | excused]
    for key in lacking:
        findings.missing(mapping.place, f"{key} is missing", known[key].metadata.get("help", ""))
    return not (strange or lacking)


def _unknown_keys(mapping: MappingNode, known: list[str], findings: Findings) -> set[str]:
    """Note unknown keys; give those that were probably meant, which need not be missed besides."""
    meant = set()
    for key, value in mapping.entries.values():
        if key.text in known:
            continue
        hint = near_or_all(key.text, known)
        if mapping.flow and isinstance(value, ScalarNode) and not value.text:
            hint = "a text with a comma in it needs quotes between { and }"
        findings.refuse(key, f"unknown key {key.shown}", hint)
        meant.add(near(key.text, known))
    return meant


def make(
    cls: type[Read],
    mapping: MappingNode,
    findings: Findings,
    defaults: Mapping[str, Any] | None = None,
    readers: Mapping[str, Reader] | None = None,
) -> Read | None:
    """Read the fields of a class out of a mapping, and make the object of them.

    Keys of other classes in the mapping are left alone; missing ones are not noted: check_keys does
    both. `defaults` go before the class's own, and `readers` before the types', by field name.
    """
    values: dict[str, Any] = dict(defaults or {})
    nodes: dict[str, Node] = {}
    own = _readers_of(cls)
    for key, node in mapping.entries.values():
        if key.text in own:
            name, reader = own[key.text]
            nodes[name] = node
            values[name] = (readers or {}).get(name, reader)(node, key.text, findings)
    lacking = any(plan.required and plan.name not in values for plan in plan_of(cls))
    if lacking or None in values.values():
        return None
    return _construct(cls, values, nodes, mapping, findings)


def _construct(
    cls: type[Read],
    values: dict[str, Any],
    nodes: Mapping[str, Node],
    mapping: MappingNode,
    findings: Findings,
) -> Read | None:
    """Make the object; where it refuses a value, go on with one that is right, to find the next."""
    plans = {plan.name: plan for plan in plan_of(cls)}
    refused: set[str] = set()
    while True:
        try:
            made = cls(**values)
        except InvalidSettingError as error:
            if error.field in refused:
                return None  # the stand-in is refused as well: it has been said once
            plan = plans.get(error.field)
            what = f"{error.field if plan is None else plan.key}: {error.what}"
            node = nodes.get(error.field)
            if node is None:
                findings.missing(mapping.place, what, error.hint)
            else:
                findings.refuse(node, what, error.hint)
            if plan is None or plan.stand_in is MISSING:
                return None
            refused.add(plan.name)
            values[plan.name] = plan.stand_in
        else:
            return None if refused else made


def _readers_of(cls: type[Any]) -> Mapping[str, tuple[str, Reader]]:
    """Give, by key in the file, the field's name and its reader; worked out once a class."""
    if cls not in _READERS_OF:
        _READERS_OF[cls] = {plan.key: (plan.name, _reader_of(plan)) for plan in plan_of(cls)}
    return _READERS_OF[cls]


_READERS_OF: Final[dict[type[Any], Mapping[str, tuple[str, Reader]]]] = {}


def _reader_of(plan: FieldPlan) -> Reader:
    if plan.type is str and "longest" in plan.metadata:
        return partial(read_text, longest=plan.metadata["longest"])
    if plan.type is Duration and "longest" in plan.metadata:
        return partial(read_duration, longest=plan.metadata["longest"])
    if is_choice(plan.type):
        return partial(read_choice, choices=plan.choices)
    if get_origin(plan.type) in (tuple, frozenset):
        return partial(
            _read_list, kind=get_origin(plan.type), reader=_reader_for(get_args(plan.type)[0])
        )
    return _reader_for(plan.type)


def _reader_for(wanted: Any) -> Reader:
    if wanted in _PLAIN_READERS:
        return _PLAIN_READERS[wanted]
    if is_choice(wanted):
        return partial(read_choice, choices=tuple(wanted))
    if isinstance(wanted, type) and is_dataclass(wanted):
        return partial(read_object, wanted)
    if get_origin(wanted) is abc.Mapping:
        return partial(_read_table, reader=_reader_for(get_args(wanted)[1]))
    raise TypeError(f"a setting cannot be of type {wanted}")


_PLAIN_READERS: Final[Mapping[Any, Reader]] = {
    str: read_text,
    bool: read_flag,
    int: read_whole,
    float: read_number,
    Duration: read_duration,
    date: read_date,
    TimeOfDay: read_time_of_day,
    UtcOffset: read_utc_offset,
}


def _read_list(
    node: Node,
    label: str,
    findings: Findings,
    *,
    kind: type[tuple[Any, ...]] | type[frozenset[Any]],
    reader: Reader,
) -> tuple[Any, ...] | frozenset[Any] | None:
    """Read a list into a tuple, or into a frozenset, which forbids to name a thing twice."""
    items = read_items(node, label, findings)
    if items is None:
        return None
    values = [reader(item, label, findings) for item in items]
    if kind is frozenset:
        seen = set()
        for at, value in enumerate(values):
            if value in seen and value is not None:
                findings.refuse(items[at], f"{label} names {value} twice")
                values[at] = None
            seen.add(value)
    return None if None in values else kind(values)


def _read_table(
    node: Node, label: str, findings: Findings, *, reader: Reader
) -> dict[str, Any] | None:
    """Read a mapping whose keys are names."""
    mapping = read_mapping(node, label, findings)
    if mapping is None:
        return None
    table = {
        key.text: reader(value, key.shown, findings) for key, value in mapping.entries.values()
    }
    return None if None in table.values() else table
