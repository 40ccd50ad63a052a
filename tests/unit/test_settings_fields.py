"""The reader of dataclasses: what it makes of classes that no setting has yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from gateway.settings.field_plan import plan_of
from gateway.settings.findings import Findings, near, near_or_all
from gateway.settings.read_fields import read_object
from gateway.settings.schema import _type
from gateway.settings.yaml_nodes import read_yaml
from rules.problem import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    size: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    """Has a list of classes, a table of numbers, and two fields that know each other."""

    inners: tuple[Inner, ...] = ()
    table: Mapping[str, float] = field(default_factory=dict)
    low: int = field(default=0, metadata={"key": "from"})
    high: int = 9

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise InvalidSettingError("low", "is above to")
        if self.high > 99:
            raise InvalidSettingError("sum of both", "is too much")


def read(text: str) -> tuple[Outer | None, list[str]]:
    node, _ = read_yaml(text.encode(), "f.yaml")
    assert node is not None
    findings = Findings()
    made = read_object(Outer, node, "outer", findings)
    return made, [str(problem) for problem in findings.problems]


def test_lists_and_tables_of_anything_are_read():
    made, problems = read("{inners: [{size: 2}, {}], table: {a: 1, b: 2.5}, from: 3}")

    assert problems == []
    assert made == Outer(inners=(Inner(size=2), Inner()), table={"a": 1.0, "b": 2.5}, low=3)


def test_a_refusal_is_shown_by_the_key_that_was_written():
    assert read("{from: 10}") == (None, ["f.yaml:1:8: from: is above to"])


def test_a_refusal_of_no_field_is_shown_at_the_mapping():
    assert read("{high: 100}") == (None, ["f.yaml:1:1: sum of both: is too much"])


def test_a_wrong_entry_of_a_list_or_table_spoils_the_whole():
    assert read("{inners: [{size: x}, {size: y}], table: {a: b}}") == (
        None,
        [
            "f.yaml:1:18: size must be a whole number, not 'x' (as in 17 or 0x11)",
            "f.yaml:1:29: size must be a whole number, not 'y' (as in 17 or 0x11)",
            "f.yaml:1:45: a must be a number, not 'b' (as in 20.65)",
        ],
    )


def test_a_class_that_cannot_be_read_is_a_programmers_error():
    @dataclass(frozen=True)
    class TwoTypes:
        size: int | str

    @dataclass(frozen=True)
    class Bytes:
        data: bytes

    node, _ = read_yaml(b"{data: x}", "f.yaml")
    assert node is not None

    with pytest.raises(TypeError, match="has one type"):
        plan_of(TwoTypes)
    with pytest.raises(TypeError, match="cannot be of type"):
        read_object(Bytes, node, "bytes", Findings())
    with pytest.raises(TypeError, match="cannot be of type"):
        _type(bytes, {})


def test_a_near_word_is_offered_and_else_what_there_is():
    assert near_or_all("hal", ["hall", "loft"]) == "did you mean hall?"
    assert near_or_all("cellar", ["hall", "loft"]) == "one of hall, loft"
    assert near_or_all("cellar", ["loft"]) == "it must be loft"
    assert near_or_all("cellar", []) == ""
    assert near("a" * 1000, ["a" * 999]) == ""
