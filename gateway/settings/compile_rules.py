"""From the rules of a site file to rules that can run: their expressions compiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.settings.cross_checks import SiteDrafts, ids_of
from gateway.settings.findings import Findings
from gateway.settings.read_entries import Draft
from gateway.settings.scalar_places import stretch_in
from gateway.settings.written import WrittenDetector, WrittenRule
from gateway.settings.yaml_nodes import ScalarNode
from rules.condition import LATCHING
from rules.instant import Duration, seconds
from rules.language.compile import Scope, compile_expression
from rules.language.mistake import ExpressionError
from rules.language.syntax import Expression
from rules.language.token import LONGEST_TEXT
from rules.problem import Problem
from rules.site import DetectorDefinition, RuleDefinition

SHORTEST_STALE_AFTER: Final = seconds(10)  # a fault by then: three failures or 10 s
_PERIOD_UNKNOWN: Final = seconds(1)


def define_detector(draft: Draft[WrittenDetector]) -> DetectorDefinition | None:
    """Make what the rules know of a detector.

    Where something else of the entry is wrong, it is made with what is known, so that rules that
    name the detector can be looked at; None where its model or zone is not known.
    """
    zone, bus = draft.node.word("zone"), draft.node.word("bus")
    profile, entry = draft.profile, draft.entry
    if profile is None or not (draft.id and zone and bus):
        return None
    every = _PERIOD_UNKNOWN if entry is None else entry.every
    written = None if entry is None else entry.stale_after
    return DetectorDefinition(
        id=draft.id,
        zone=zone,
        bus=bus,
        kind=profile.kind if entry is None or entry.kind is None else entry.kind,
        quantities=profile.quantities,
        every=every,
        stale_after=written or Duration(max(3 * every, SHORTEST_STALE_AFTER)),
        warm_up=profile.warm_up,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What expressions may name, and what they may name though nothing is known of it."""

    detectors: Mapping[str, DetectorDefinition]
    unknown: tuple[Draft[WrittenDetector], ...]
    zones: frozenset[str]
    schedules: frozenset[str] | None

    def explains(self, rule: Draft[WrittenRule], text: str) -> bool:
        """Tell whether a mistake may only follow from one that is told elsewhere."""
        zone = rule.node.word("zone")
        if zone not in self.zones or (self.schedules is None and "schedule" in text):
            return True
        return any(
            not (detector.id and stands_in)
            or stands_in == zone
            or detector.id in text
            or stands_in in text
            for detector in self.unknown
            for stands_in in (detector.node.word("zone"),)
        )


def compile_rules(drafts: SiteDrafts, findings: Findings) -> tuple[RuleDefinition | None, ...]:
    """Compile each rule; None for one that cannot be used, its mistakes noted."""
    defined = [(draft, define_detector(draft)) for draft in drafts.detectors or ()]
    zones = ids_of(drafts.zones) if drafts.detectors is not None else None
    known = _Known(
        {made.id: made for _, made in defined if made is not None},
        tuple(draft for draft, made in defined if made is None),
        zones or frozenset(),
        ids_of(drafts.schedules),
    )
    return tuple(_compile_rule(rule, known, findings) for rule in drafts.rules or ())


def _compile_rule(
    draft: Draft[WrittenRule], known: _Known, findings: Findings
) -> RuleDefinition | None:
    when = _compile(draft, "when", known, findings)
    clear = _compile(draft, "clear", known, findings)
    rule = draft.entry
    if rule is None or when is None or (clear is None and rule.clear is not None):
        return None
    return RuleDefinition(
        id=rule.id,
        zone=rule.zone,
        raises=rule.raises,
        when=when,
        clear=clear,
        hold=rule.hold,
        latching=rule.raises in LATCHING if rule.latching is None else rule.latching,
        on_unknown=rule.on_unknown,
    )


def _compile(
    rule: Draft[WrittenRule], key: str, known: _Known, findings: Findings
) -> Expression | None:
    node = rule.node.get(key)
    if not isinstance(node, ScalarNode) or not node.text.strip():
        return None
    if len(node.text) > LONGEST_TEXT:
        return None  # that was noted when the text was read
    scope = Scope(
        zone=rule.node.word("zone") or "",
        detectors=known.detectors,
        zones=known.zones,
        schedules=known.schedules or frozenset(),
    )
    try:
        return compile_expression(node.text, scope, clears=key == "clear")
    except ExpressionError as error:
        if not known.explains(rule, node.text):
            for mistake in error.mistakes:
                place, text = stretch_in(node, mistake.offset, mistake.length)
                findings.add(Problem(place=place, what=mistake.what, text=text, hint=mistake.hint))
    return None
