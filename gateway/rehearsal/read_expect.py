"""`expect` of a test file: what is to come, as data."""

from collections.abc import Mapping
from typing import Final

from gateway.rehearsal.read_acts import ACTS
from gateway.rehearsal.read_words import read_span
from gateway.rehearsal.script import (
    ConditionExpected,
    Expected,
    NoticeExpected,
    OutputExpected,
    RefusalExpected,
)
from gateway.settings.findings import Findings, near, near_or_all
from gateway.settings.model import Settings
from gateway.settings.read_fields import read_items, read_mapping
from gateway.settings.scalars import read_choice, scalar
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode
from rules.condition import Condition, Mode
from rules.event import Change, Notice
from rules.instant import Duration, seconds
from rules.profile import DetectorKind

WITHIN: Final = seconds(1)
"""How long after its time an event may come: a second, as readings and looks come once a second."""

CHANGES: Final[Mapping[str, Change]] = {
    "enters": Change.ENTERED,
    "spreads": Change.SPREAD,
    "clears": Change.CLEARED,
    "leaves": Change.LEFT,
    "stands": Change.STANDING,
    "acknowledges": Change.ACKNOWLEDGED,
    "silences": Change.SILENCED,
}
LEVELS: Final = {"energises": True, "releases": False}
VERBS: Final = (*CHANGES, *LEVELS, "refuses", "notice")
QUALIFIERS: Final = ("at", "within", "by", "zone", "mode", "cause")
_OF_CONDITIONS: Final = ("by", "mode", "cause")


class ExpectReader:
    """Reads the entries of one test."""

    def __init__(self, settings: Settings, findings: Findings) -> None:
        site = settings.definition
        self._findings = findings
        self._zones = [each.id for each in site.zones]
        self._outputs = [each.id for each in site.outputs]
        self._rules = [each.id for each in site.rules]
        self._call_points = [
            each.id for each in site.detectors if each.kind is DetectorKind.MANUAL_CALL_POINT
        ]
        self._at = Duration(0)

    def read(self, node: Node) -> tuple[Expected, ...]:
        """Read the list, or `nothing`."""
        if isinstance(node, ScalarNode) and node.text == "nothing":
            return ()
        expected = []
        for item in read_items(node, "expect", self._findings) or ():
            entry = read_mapping(item, "an entry of expect", self._findings)
            one = None if entry is None else self._entry(entry)
            if one is not None:
                expected.append(one)
        return tuple(expected)

    def _entry(self, entry: MappingNode) -> Expected | None:
        at = self._time(entry)
        within = entry.get("within")
        span = WITHIN if within is None else read_span(within, "within", self._findings)
        verb = self._verb(entry)
        what = None if verb is None else self._what(verb, entry)
        if at is None or span is None or what is None:
            return None
        return Expected(at=at, until=Duration(at + span), what=what)

    def _time(self, entry: MappingNode) -> Duration | None:
        node = entry.get("at")
        if node is None:
            self._findings.missing(entry.place, "at is missing", "when it is to come")
            return None
        at = read_span(node, "at", self._findings)
        if at is not None and at < self._at:
            hint = "entries stand in the order of time"
            self._findings.refuse(node, "at is earlier than in the entry before", hint)
        self._at = at or self._at
        return at

    def _verb(self, entry: MappingNode) -> str | None:
        """Find the one key that says what is to happen; note all that have no meaning."""
        verbs = []
        for key, _ in entry.entries.values():
            if key.text in VERBS:
                verbs.append(key)
            elif key.text not in QUALIFIERS:
                hint = near_or_all(key.text, (*VERBS, *QUALIFIERS))
                self._findings.refuse(key, f"unknown key {key.shown}", hint)
                if near(key.text, VERBS):
                    return None
        if not verbs:
            what = "it is not said what is to come"
            self._findings.missing(entry.place, what, "one of " + ", ".join(VERBS))
            return None
        for more in verbs[1:]:
            hint = "one entry is one event"
            self._findings.refuse(more, f"{verbs[0].text} and {more.text} in one entry", hint)
        verb = verbs[0].text
        if verb not in CHANGES:
            for name in _OF_CONDITIONS + (() if verb == "notice" else ("zone",)):
                if name in entry.entries:
                    node = entry.entries[name][0]
                    self._findings.refuse(node, f"{name} says nothing of {verb}", "delete it")
        return verb

    def _what(
        self, verb: str, entry: MappingNode
    ) -> ConditionExpected | OutputExpected | RefusalExpected | NoticeExpected | None:
        node = entry.entries[verb][1]
        if verb in CHANGES:
            return self._condition(CHANGES[verb], verb, node, entry)
        if verb in LEVELS:
            output = self._known(node, verb, self._outputs)
            return None if output is None else OutputExpected(output, LEVELS[verb])
        if verb == "refuses":
            act = self._known(node, verb, ACTS)
            return None if act is None else RefusalExpected(act)
        notice = read_choice(node, verb, self._findings, tuple(Notice))
        return None if notice is None else NoticeExpected(notice, self._zone(entry))

    def _condition(
        self, change: Change, verb: str, node: Node, entry: MappingNode
    ) -> ConditionExpected | None:
        condition = read_choice(node, verb, self._findings, tuple(Condition))
        by, mode_node, cause = entry.get("by"), entry.get("mode"), entry.get("cause")
        mode: Mode | None = Mode.LIVE
        if mode_node is not None:
            mode = read_choice(mode_node, "mode", self._findings, tuple(Mode))
        because = None if cause is None else scalar(cause, "cause", "a word", self._findings)
        source = None if by is None else self._source(by)
        zone = self._zone(entry)
        if condition is None or mode is None:
            return None
        return ConditionExpected(
            change=change,
            condition=condition,
            source=source,
            zone=zone,
            mode=mode,
            cause=None if because is None else because.text,
        )

    def _source(self, node: Node) -> str | None:
        word = scalar(node, "by", "the id of a rule or call point", self._findings)
        if word is None:
            return None
        kind, slash, name = word.text.partition("/")
        if slash and kind not in ("rule", "call-point"):
            return word.text
        name = name if slash else word.text
        if name in self._rules and kind != "call-point":
            return f"rule/{name}"
        if name in self._call_points and kind != "rule":
            return f"call-point/{name}"
        what = f"there is no rule or call point {name!r}"
        hint = near_or_all(name, [*self._rules, *self._call_points])
        self._findings.refuse(word, what, hint)
        return None

    def _zone(self, entry: MappingNode) -> str | None:
        node = entry.get("zone")
        return None if node is None else self._known(node, "zone", self._zones)

    def _known(self, node: Node, label: str, known: list[str] | tuple[str, ...]) -> str | None:
        word = scalar(node, label, "one of " + ", ".join(known), self._findings)
        if word is None:
            return None
        if word.text not in known:
            hint = near_or_all(word.text, known)
            self._findings.refuse(word, f"{label}: there is no {word.shown!r}", hint)
            return None
        return word.text
