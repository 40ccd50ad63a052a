"""What rules say that a fire engineer would hardly mean, found by reasoning about their conditions.

Only what is certain is said: rules.language.certainty says nothing rather than too much. A rule
that can never do what it is for is a mistake; one that does it oddly is warned of.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.settings.entry_nodes import at, entries
from gateway.settings.findings import Findings
from gateway.settings.model import Settings
from gateway.settings.yaml_nodes import MappingNode
from rules.condition import Condition
from rules.language.certainty import always, implies, never
from rules.language.mentions import all_branches_of, branches_of, points_of
from rules.language.syntax import (
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Expression,
    Held,
    Not,
    OnSchedule,
    Point,
    Verified,
    Window,
)
from rules.profile import DetectorKind
from rules.schedule import MINUTES_PER_DAY, NANOSECONDS_PER_MINUTE, ScheduleDefinition
from rules.site import OnUnknown, RuleDefinition

LOWEST_STATIC_HEAT: Final = 54.0
"""°C. EN 54-5: the lowest static response of class A1, whose rooms stay below 50 °C."""

MOST_PAIRS: Final = 2_000
"""Pairs of rules that are compared; in a site with more the rest is not."""

_ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})
_RISING: Final = (Comparison.GREATER, Comparison.GREATER_OR_EQUAL)
_LEVELS: Final = frozenset({"avg", "min", "max"})  # of the same kind as the value itself


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule and where it stands."""

    rule: RuleDefinition
    node: MappingNode


def advise_on_rules(settings: Settings, root: MappingNode, findings: Findings) -> None:
    """Note what is certain to be odd about the rules of a site."""
    definition = settings.definition
    rules = list(map(Entry, definition.rules, entries(root, "rules")))
    kinds = {detector.id: detector.kind for detector in settings.detectors}
    sound = []
    for entry in rules:
        if _can_act(entry, findings):
            sound.append(entry)
            _idle_parts(entry, findings)
            _clear(entry, findings)
        _low_heat(entry, findings)
        _no_detector(entry, kinds, findings)
        _broken_wire(entry, findings)
    _shadows(sound, findings)
    _sleeping_zones(sound, {each.id: each for each in definition.schedules}, findings)


def _can_act(entry: Entry, findings: Findings) -> bool:
    """Refuse a rule whose condition is always the same."""
    for constant, word, so in (
        (never, "never", "it could raise nothing"),
        (always, "always", "it would stand for ever"),
    ):
        if constant(entry.rule.when):
            findings.refuse(
                at(entry.node, "when"),
                f"`when` of {entry.rule.id} is {word} true, whatever is measured: {so}",
                "look at its thresholds, and at and, or and not",
            )
            return False
    return True


def _idle_parts(entry: Entry, findings: Findings) -> None:
    """Warn of a part of the outermost `or` or `and` that cannot matter."""
    when = entry.rule.when
    if isinstance(when, AnyOf):
        idle, said = never, "can never be true"
    elif isinstance(when, AllOf):
        idle, said = always, "is always true"
    else:
        return
    for number, member in enumerate(when.members, 1):
        if idle(member):
            findings.warn(
                at(entry.node, "when"),
                f"part {number} of {len(when.members)} of this condition {said}",
                "it does nothing: look at its thresholds",
            )


def _clear(entry: Entry, findings: Findings) -> None:
    """Judge `clear`, which is looked at while `when` is not true."""
    when, clear = entry.rule.when, entry.rule.clear
    if clear is None:
        return
    node = at(entry.node, "clear")
    if never(AllOf((clear, Not(when)))):
        findings.refuse(
            node,
            "`clear` can never be true while `when` is false: the condition could never end",
            "write when the cause has gone, as in smoke < 2 %/m for a `when` of smoke > 3 %/m",
        )
    elif always(clear):
        findings.warn(node, "`clear` is always true: it does nothing", "leave it out")
    elif implies(when, clear):
        findings.warn(
            node,
            "`clear` is true whenever `when` is: is it written the wrong way round?",
            "it should be true only once the cause has gone",
        )
    elif _compares(when) and implies(Not(when), clear):
        findings.warn(
            node,
            "`clear` is no stricter than `when`: the condition would flutter around its threshold",
            "leave a distance: clear smoke < 2 %/m for a `when` of smoke > 3 %/m; or leave it out",
        )


def _compares(expression: Expression) -> bool:
    return any(isinstance(branch, Compared) for branch in all_branches_of(expression))


def _alternatives(expression: Expression) -> Iterator[Expression]:
    """Give the alternatives each of which is enough by itself."""
    match expression:
        case AnyOf(members=members):
            for member in members:
                yield from _alternatives(member)
        case Held(operand=operand) | Verified(operand=operand):
            yield from _alternatives(operand)
        case _:
            yield expression


def _low_heat(entry: Entry, findings: Findings) -> None:
    """Warn of a fire alarm by heat alone that no heat detector would raise so early."""
    if entry.rule.raises is not Condition.FIRE_ALARM:
        return
    for alternative in _alternatives(entry.rule.when):
        if _negates(alternative):
            continue
        levels = [_heat_level(leaf) for leaf in _leaves(alternative)]
        known = [level for level in levels if level is not None]
        if len(known) == len(levels) and max(known) < LOWEST_STATIC_HEAT:
            findings.warn(
                at(entry.node, "when"),
                f"a fire alarm by heat alone at {max(known):g} °C: no class of EN 54-5 responds "
                f"below {LOWEST_STATIC_HEAT:g} °C",
                "a roof in the sun is as hot; raise pre-alarm, or see heat_class(…)",
            )
            return


def _negates(expression: Expression) -> bool:
    """Tell whether something in an expression must be false for it to be true, as far as known."""
    return any(
        isinstance(branch, Not)
        or (isinstance(branch, Counted) and branch.comparison not in _RISING)
        for branch in all_branches_of(expression)
    )


def _leaves(expression: Expression) -> list[Expression]:
    return [branch for branch in all_branches_of(expression) if not branches_of(branch)]


def _heat_level(leaf: Expression) -> float | None:
    """Give the temperature above which a leaf is true, where it is such a one."""
    if not isinstance(leaf, Compared) or leaf.comparison not in _RISING:
        return None
    left = leaf.left
    point = left.point if isinstance(left, Window) else left
    is_level = not isinstance(left, Window) or left.function in _LEVELS
    return leaf.threshold if is_level and point.quantity == "temperature" else None


def _no_detector(entry: Entry, kinds: dict[str, DetectorKind], findings: Findings) -> None:
    if entry.rule.raises is not Condition.FIRE_ALARM:
        return
    named = {kinds[point.detector] for point in points_of(entry.rule.when)}
    if named == {DetectorKind.SENSOR}:
        findings.warn(
            at(entry.node, "raises"),
            f"{entry.rule.id} raises a fire alarm by sensors alone: an indication, and no "
            "detector after EN 54",
            "raise pre-alarm, or say its kind where it is a detector",
        )


def _broken_wire(entry: Entry, findings: Findings) -> None:
    named = {point.detector for point in points_of(entry.rule.when)}
    rings = entry.rule.on_unknown is OnUnknown.ALARM and entry.rule.raises in _ALARMS
    if rings and len(named) == 1:
        findings.warn(
            at(entry.node, "on_unknown"),
            f"a fault of {named.pop()} alone raises {entry.rule.raises}: a broken wire rings",
            "where that is not meant, leave it out: the fault is told all the same",
        )


def _shadows(rules: list[Entry], findings: Findings) -> None:
    """Warn of a rule that raises only what another has raised already."""
    pairs = 0
    for number, others in _neighbours(rules):
        entry = rules[number]
        for place in others:
            other = rules[place]
            pairs += 1
            if pairs > MOST_PAIRS:
                return
            if _is_before(other.rule, entry.rule) and (
                place < number or not _is_before(entry.rule, other.rule)
            ):
                findings.warn(
                    at(entry.node, "id"),
                    f"{entry.rule.id} raises nothing that {other.rule.id} has not raised before it",
                    f"whenever its `when` is true, that of {other.rule.id} is, and for no longer a "
                    "time: delete it, or look at the thresholds",
                )
                break


def _neighbours(rules: list[Entry]) -> Iterator[tuple[int, list[int]]]:
    """Give for each rule the others of its zone and condition that name a point that it names."""
    naming: defaultdict[tuple[str, Condition, Point], list[int]] = defaultdict(list)
    keys = [
        [(entry.rule.zone, entry.rule.raises, point) for point in points_of(entry.rule.when)]
        for entry in rules
    ]
    for number, named in enumerate(keys):
        for key in named:
            naming[key].append(number)
    for number, named in enumerate(keys):
        others = {place for key in named for place in naming[key]} - {number}
        yield number, sorted(others)


def _is_before(other: RuleDefinition, rule: RuleDefinition) -> bool:
    """Tell whether the other always raises what the rule does, no later and for as long."""
    return (
        other.hold <= rule.hold
        and other.latching >= rule.latching
        and (other.on_unknown is rule.on_unknown or other.on_unknown is OnUnknown.ALARM)
        and implies(rule.when, other.when)
    )


def _sleeping_zones(
    rules: list[Entry], schedules: dict[str, ScheduleDefinition], findings: Findings
) -> None:
    """Warn of a zone all of whose fire rules wait for the same schedule."""
    zones: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in rules:
        if entry.rule.raises is Condition.FIRE_ALARM:
            zones[entry.rule.zone].append(entry)
    for zone, group in zones.items():
        asleep = set.intersection(*(_sleeps(entry.rule.when) for entry in group))
        for name, on in sorted(asleep):
            if name in schedules and _is_ever(schedules[name], on):
                findings.warn(
                    at(group[0].node, "when"),
                    f"no fire rule of zone {zone} is awake while schedule {name} is "
                    f"{'on' if on else 'off'}",
                    "let a schedule choose between thresholds, and never switch detection off",
                )
                break


def _sleeps(when: Expression) -> set[tuple[str, bool]]:
    """Give the schedules, on or off, with which a condition can never be true."""
    asked = {branch for branch in all_branches_of(when) if isinstance(branch, OnSchedule)}
    return {
        (each.schedule, on)
        for each in asked
        for on in (True, False)
        if never(AllOf((when, each if on else Not(each))))
    }


def _is_ever(schedule: ScheduleDefinition, on: bool) -> bool:
    """Tell whether a schedule is on (or off) in some minute of the first week of 1970."""
    return any(
        schedule.is_on(minute * NANOSECONDS_PER_MINUTE) is on
        for minute in range(7 * MINUTES_PER_DAY)
    )
