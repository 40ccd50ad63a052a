"""What periods, windows and waits of a site add up to, held against what the standards allow."""

from collections.abc import Iterator
from typing import Final

from gateway.settings.entry_nodes import at, entries
from gateway.settings.findings import Findings
from gateway.settings.model import DetectorEntry, OutputEntry, RuleEntry, Settings
from gateway.settings.timing import SiteTiming, timing_of
from gateway.settings.yaml_nodes import MappingNode
from rules.condition import Condition
from rules.instant import Duration, in_seconds, seconds
from rules.language.mentions import points_of, windows_of
from rules.language.syntax import AllOf, AnyOf, Counted, Expression, Held, Not, Verified
from rules.output import OutputDefinition
from rules.site import RuleDefinition

LONGEST_FIRE_HOLD: Final = seconds(60)
"""EN 54-2, coincidence of type A: a first alarm is held for 60 s at most."""

FIRE_WITHIN: Final = seconds(10)
"""EN 54-2, 7.1 and EN 54-21: from the detector's signal to the indication, and to the sending."""

READINGS_PER_WINDOW: Final = 3
"""With fewer, one poll that fails leaves a window unknown."""

READINGS_UNTIL_STALE: Final = 3


def advise_on_times(settings: Settings, root: MappingNode, findings: Findings) -> None:
    """Note what comes too late, or is looked at too seldom."""
    timing = timing_of(settings)
    detectors = {detector.id: detector for detector in settings.detectors}
    nodes = entries(root, "rules")
    for rule, node in zip(settings.definition.rules, nodes, strict=True):
        _seldom_for_its_hold(rule, detectors, node, findings)
        _short_windows(rule, detectors, node, findings)
    _fire_alarms(settings, timing, root, findings)
    _stale_readings(settings, root, findings)
    _delays(settings, root, findings)


def _expressions(rule: RuleDefinition) -> Iterator[tuple[str, Expression]]:
    yield "when", rule.when
    if rule.clear is not None:
        yield "clear", rule.clear


def _seldom_for_its_hold(
    rule: RuleDefinition,
    detectors: dict[str, DetectorEntry],
    node: MappingNode,
    findings: Findings,
) -> None:
    named = sorted({point.detector for point in points_of(rule.when)})
    seldom = [name for name in named if detectors[name].every > rule.hold > 0]
    if seldom:
        every = _text(detectors[seldom[0]].every)
        findings.warn(
            at(node, "for"),
            f"`for` is over before {seldom[0]} is read again, every {every}: one reading decides",
            f"make it at least {every}, or read the detector more often",
        )


def _short_windows(
    rule: RuleDefinition,
    detectors: dict[str, DetectorEntry],
    node: MappingNode,
    findings: Findings,
) -> None:
    for key, expression in _expressions(rule):
        windows = sorted(windows_of(expression), key=str)
        for window in windows:
            every = detectors[window.point.detector].every
            if 0 < window.span < READINGS_PER_WINDOW * every:
                findings.warn(
                    at(node, key),
                    f"{window.function} over {_text(window.span)} holds fewer than "
                    f"{READINGS_PER_WINDOW} readings of {window.point.detector}, one every "
                    f"{_text(every)}",
                    "one that fails leaves it unknown: make it longer",
                )
                break


def _fire_alarms(
    settings: Settings, timing: SiteTiming, root: MappingNode, findings: Findings
) -> None:
    """Warn of a fire alarm that is held back for too long, or else takes too long."""
    nodes = {
        **_by_source("rule", settings.rules, root, "rules"),
        **_by_source("call-point", settings.detectors, root, "detectors"),
    }
    held = {
        f"rule/{rule.id}": rule.hold + _settling(rule.when) for rule in settings.definition.rules
    }
    for each in timing.rules:
        if each.raises is not Condition.FIRE_ALARM or each.ways is None:
            continue
        node, takes = nodes[each.source], each.ways.fastest.takes
        if held.get(each.source, 0) > LONGEST_FIRE_HOLD:
            findings.warn(
                at(node, "for"),
                "a fire alarm is held back for more than 60 s",
                "EN 54-2 lets a first alarm be held for 60 s at most, verification included",
            )
        elif takes > FIRE_WITHIN:
            findings.warn(
                at(node, "when") if each.source.startswith("rule/") else at(node, "id"),
                f"this fire alarm may take {_text(takes)} even by its fastest way",
                f"EN 54-2 and EN 54-21 want {_text(FIRE_WITHIN)}: see firegw check --timing",
            )


def _by_source(
    kind: str,
    named: tuple[RuleEntry, ...] | tuple[DetectorEntry, ...],
    root: MappingNode,
    section: str,
) -> dict[str, MappingNode]:
    ids = [each.id for each in named]
    return {f"{kind}/{id_}": node for id_, node in zip(ids, entries(root, section), strict=True)}


def _settling(expression: Expression) -> Duration:
    """Give for how long verification holds a first signal back, at most."""
    match expression:
        case Verified(operand=operand, settle=settle):
            return Duration(settle + _settling(operand))
        case Not(operand=operand) | Held(operand=operand):
            return _settling(operand)
        case Counted(members=members) | AllOf(members=members) | AnyOf(members=members):
            return max(map(_settling, members), default=Duration(0))
        case _:
            return Duration(0)


def _stale_readings(settings: Settings, root: MappingNode, findings: Findings) -> None:
    """Warn of a detector whose silence is mistaken."""
    for detector, node in zip(settings.detectors, entries(root, "detectors"), strict=True):
        if READINGS_UNTIL_STALE * detector.every > detector.stale_after:
            findings.warn(
                at(node, "stale_after"),
                f"{detector.id} is read every {_text(detector.every)}: its value is stale after "
                f"fewer than {READINGS_UNTIL_STALE} polls that fail",
                "make it at least three times every",
            )


def _delays(settings: Settings, root: MappingNode, findings: Findings) -> None:
    together: Iterator[tuple[OutputEntry, OutputDefinition, MappingNode]] = zip(
        settings.outputs, settings.definition.outputs, entries(root, "outputs"), strict=True
    )
    for output, definition, node in together:
        if definition.delay:
            findings.warn(
                at(node, "delay"),
                f"{output.id} waits {_text(definition.delay)} after an alarm: that stands as a "
                "disablement",
                "EN 54-2, 7.11: the centre is told at once all the same",
            )


def _text(duration: Duration) -> str:
    return f"{round(in_seconds(duration), 1):g} s"
