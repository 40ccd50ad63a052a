"""Why an expression is true, false or unknown: its tree, each branch with what it is now.

For people and for evidence, never for judging: making one walks the whole expression and changes
nothing.
"""

from dataclasses import dataclass

from rules.alarm import Phase
from rules.instant import Duration, Instant
from rules.language.syntax import Expression
from rules.truth import Truth


@dataclass(frozen=True, slots=True)
class Traced:
    """A branch of an expression at one instant.

    Attributes:
        expression: the branch.
        truth: what it is.
        value: of a comparison the number that is compared, in the canonical unit, or None where it
            is unknown; of a contact 1.0 or 0.0; of a count how many are true; else None.
        members: the branches below.
    """

    expression: Expression
    truth: Truth
    value: float | None = None
    members: tuple["Traced", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNow:
    """A rule at one instant.

    Attributes:
        source: "rule/kitchen-fire", or "call-point/hall-mcp".
        at: the instant.
        phase: where it is in its life.
        hold: its `for`.
        held_for: how long its `when` has been true so far.
        when: its condition.
        clear: what ends its cause; None where that is the contrary of `when`.
    """

    source: str
    at: Instant
    phase: Phase
    hold: Duration
    held_for: Duration
    when: Traced
    clear: Traced | None
