"""The expression tree of a rule, as the parser builds it and the checker approves it.

A tree is a value: frozen, comparable, without state. All names are resolved and all numbers are in
canonical units, so that nothing is looked up or converted while the gateway runs.
"""

from dataclasses import dataclass
from enum import StrEnum

from rules.condition import Condition
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
    """A function over the readings of a point in the last `span`, by its name in the language.

    `age` and `co_dose` have no span: it is 0.
    """

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


@dataclass(frozen=True, slots=True)
class Held:
    """True while the operand is, and for `span` after it was last true."""

    operand: "Expression"
    span: Duration


@dataclass(frozen=True, slots=True)
class Verified:
    """True when the operand, having come true, is true again or still after `settle`.

    The confirmation must come within `within` after that; else the first one is forgotten.
    """

    operand: "Expression"
    settle: Duration
    within: Duration


@dataclass(frozen=True, slots=True)
class OnSchedule:
    """True while a schedule is on.

    when_unknown is what it is while the wall clock is unknown: the value that makes the rule more
    sensitive; None where neither does.
    """

    schedule: str
    when_unknown: bool | None


@dataclass(frozen=True, slots=True)
class InForce:
    """True while a condition is in force in a zone, standing or latched."""

    zone: str
    condition: Condition


Expression = (
    Compared | Counted | Active | Not | AllOf | AnyOf | Held | Verified | OnSchedule | InForce
)
