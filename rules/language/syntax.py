"""The expression tree of a rule, as the parser builds it and the checker approves it.

A tree is a value: frozen, comparable, without state. All names are resolved and all numbers are in
canonical units, so that nothing is looked up or converted while the gateway runs.
"""

from dataclasses import dataclass
from enum import StrEnum

from rules.instant import Duration


class Comparison(StrEnum):
    """How two numbers are compared."""

    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    EQUAL = "=="
    NOT_EQUAL = "!="


@dataclass(frozen=True, slots=True)
class Point:
    """One quantity of one detector: its newest value."""

    detector: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Window:
    """A function over the readings of a point in the last `span`, by its name in the language."""

    function: str
    point: Point
    span: Duration


@dataclass(frozen=True, slots=True)
class Compared:
    """A number compared with a threshold, both in one canonical unit."""

    left: Point | Window
    comparison: Comparison
    threshold: float


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the members are true, compared with a whole number."""

    members: tuple["Expression", ...]
    comparison: Comparison
    threshold: int


@dataclass(frozen=True, slots=True)
class Active:
    """A contact that is active."""

    point: Point


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every member is."""

    members: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when one member is."""

    members: tuple["Expression", ...]


Expression = Compared | Counted | Active | Not | AllOf | AnyOf
