"""A rule at one instant in plain words and numbers: what the control socket carries and trees show.

The expressions are written out here, so that whoever shows it need not know the language of rules.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.rule_view.written import number, span_written, with_unit
from rules.alarm import Phase
from rules.language.render import written
from rules.language.syntax import AllOf, AnyOf, Compared, Counted, Held, Not, Verified
from rules.trace import RuleNow, Traced


class Kind(StrEnum):
    """What a branch is."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    COUNT = "count"  # words: comparison, count, of
    HELD = "held"  # words: span
    VERIFIED = "verified"  # words: settle, within
    LEAF = "leaf"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBranch:
    """A branch of an expression.

    Attributes:
        kind: what it is.
        text: as it is written in the language of rules.
        truth: what it is now; None where that is unknown.
        value: the number that decides, with its unit; empty where none does.
        words: what belongs to its kind.
        members: the branches below.
    """

    kind: Kind
    text: str
    truth: bool | None
    value: str = ""
    words: dict[str, str] = field(default_factory=dict)
    members: tuple["ShownBranch", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule; its fields are those of rules.trace.RuleNow, times in words."""

    source: str
    phase: Phase
    hold: str
    held_for: str
    when: ShownBranch
    clear: ShownBranch | None = None


def shown(rule: RuleNow) -> ShownRule:
    """Write a rule out."""
    return ShownRule(
        source=rule.source,
        phase=rule.phase,
        hold=span_written(rule.hold),
        held_for=span_written(rule.held_for),
        when=_branch(rule.when),
        clear=None if rule.clear is None else _branch(rule.clear),
    )


def _branch(traced: Traced) -> ShownBranch:
    kind, words = _kind(traced)
    if kind is Kind.NOT and not traced.members[0].members:
        # The contrary of one thing is a line of its own: `not hall-smoke-1.contact`.
        return ShownBranch(
            kind=Kind.LEAF,
            text=written(traced.expression),
            truth=traced.truth,
            value=_value(traced.members[0]),
        )
    return ShownBranch(
        kind=kind,
        text=written(traced.expression),
        truth=traced.truth,
        value=_value(traced),
        words=words,
        members=tuple(map(_branch, traced.members)),
    )


def _kind(traced: Traced) -> tuple[Kind, dict[str, str]]:
    """Name a branch by its kind where its members stand below, else it is a leaf."""
    if not traced.members:
        return Kind.LEAF, {}
    match traced.expression:
        case AllOf():
            return Kind.ALL, {}
        case AnyOf():
            return Kind.ANY, {}
        case Not():
            return Kind.NOT, {}
        case Counted(members, comparison, threshold):
            words = {"comparison": comparison.value, "count": str(threshold)}
            return Kind.COUNT, {**words, "of": str(len(members))}
        case Held(_, span):
            return Kind.HELD, {"span": span_written(span)}
        case Verified(_, settle, within):
            return Kind.VERIFIED, {"settle": span_written(settle), "within": span_written(within)}
        case _:
            return Kind.LEAF, {}


def _value(traced: Traced) -> str:
    """Give the number that decides a comparison or a count; a contact says it by its sign."""
    if isinstance(traced.expression, Compared):
        return with_unit(traced.value, traced.expression.left)
    if isinstance(traced.expression, Counted):
        return "?" if traced.value is None else number(traced.value)
    return ""
