"""`given` of a test file: what happens, as data."""

from collections.abc import Mapping
from typing import Final

from gateway.rehearsal.read_acts import ACTS, ActReader, is_known
from gateway.rehearsal.read_words import read_change, read_clock, read_span
from gateway.rehearsal.script import (
    Behaves,
    BusGoes,
    ClockSet,
    Deed,
    Given,
    Ordered,
    PartGoes,
    PowerGoes,
)
from gateway.rehearsal.series import Series, quiet_series
from gateway.settings.findings import Findings, near, near_or_all
from gateway.settings.model import Settings
from gateway.settings.read_fields import read_items, read_mapping
from gateway.settings.scalars import scalar
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from rules.instant import Duration
from rules.language.syntax import Point
from rules.reading import FaultCause

WORDS: Final = ("clock", "power", *ACTS)
BEHAVIOURS: Final[Mapping[str, FaultCause | None]] = {
    "lost": FaultCause.NO_REPLY,
    "answers": None,
    "silent": None,
    **{
        cause.value: cause
        for cause in (
            FaultCause.NO_REPLY,
            FaultCause.BAD_CHECKSUM,
            FaultCause.BAD_REPLY,
            FaultCause.EXCEPTION_REPLY,
            FaultCause.DEVICE_FAULT,
            FaultCause.INHIBITED,
            FaultCause.WARMING_UP,
            FaultCause.HEARTBEAT,
        )
    },
}


class GivenReader:
    """Reads the entries of one test; gathers what each point measures and what else happens."""

    def __init__(self, settings: Settings, findings: Findings) -> None:
        self._site = settings.definition
        self._findings = findings
        self._detectors = {each.id: each for each in self._site.detectors}
        self._buses = {bus.id for bus in settings.buses}
        self._acts = ActReader(self._site, findings)
        self.series: dict[Point, Series] = {
            Point(each.id, quantity): quiet_series(quantity, limits)
            for each in self._site.detectors
            for quantity, limits in each.quantities.items()
        }
        self.given: list[Given] = []
        self._at = Duration(0)
        self._late = False  # whether a value has been given at this very instant

    def read(self, node: Node) -> None:
        """Read the list."""
        for item in read_items(node, "given", self._findings) or ():
            entry = read_mapping(item, "an entry of given", self._findings)
            if entry is not None:
                self._entry(entry)

    @property
    def ends(self) -> Duration:
        """When all that is given has come to rest."""
        series = max((each.ends for each in self.series.values()), default=Duration(0))
        return max(series, self._at)

    def _entry(self, entry: MappingNode) -> None:
        node = entry.get("at")
        at = None if node is None else read_span(node, "at", self._findings)
        if node is None:
            self._findings.missing(entry.place, "at is missing", "when it happens, as in at: 1 min")
        if node is None or at is None:
            at = self._at  # the rest is looked at all the same
        elif at < self._at:
            hint = "entries stand in the order of time"
            self._findings.refuse(node, "at is earlier than in the entry before", hint)
        self._late = self._late and at == self._at
        self._at = at
        for key, value in entry.entries.values():
            if key.text != "at":
                self._line(key, value)

    def _line(self, key: ScalarNode, value: Node) -> None:
        kind, _, name = key.text.partition(" ")
        if key.text in ACTS:
            for each in value.items if isinstance(value, SequenceNode) else (value,):
                command = self._acts.read(key.text, each)
                self._add(None if command is None else Ordered(key.text, command))
        elif key.text == "clock":
            self._clock(value)
        elif key.text == "power" or (kind in ("bus", "part") and name):
            self._equipment(kind, name, key, value)
        else:
            self._detector(key, value)

    def _equipment(self, kind: str, name: str, key: ScalarNode, value: Node) -> None:
        ways: Mapping[str, Deed]
        if kind == "power":
            ways = {"off": PowerGoes(False), "on": PowerGoes(True)}
        elif kind == "bus":
            ways = {"down": BusGoes(name, down=True), "up": BusGoes(name, down=False)}
            if not is_known(key, name, self._buses, "bus", self._findings):
                return
        else:
            ways = {
                "failed": PartGoes(name, failed=True),
                "recovered": PartGoes(name, failed=False),
            }
        self._add(self._one_of(value, key.text, ways))

    def _add(self, deed: Deed | None) -> None:
        if deed is not None:
            self.given.append(Given(at=self._at, deed=deed, late=self._late))

    def _clock(self, value: Node) -> None:
        if isinstance(value, ScalarNode) and value.text == "unknown":
            self._add(ClockSet(None))
            return
        utc_ns = read_clock(value, self._findings, self._site.utc_offset)
        if utc_ns is not None:
            self._add(ClockSet(utc_ns))

    # -- detectors ----------------------------------------------------------------------------

    def _detector(self, key: ScalarNode, value: Node) -> None:
        name, dot, quantity = key.text.partition(".")
        detector = self._detectors.get(name)
        if detector is None:
            known = [*self._detectors, *WORDS, "at"]
            what = f"there is no detector {name!r}"
            self._findings.refuse(key, what, near_or_all(name, known))
            return
        if isinstance(value, ScalarNode) and value.text in BEHAVIOURS and not dot:
            silent = value.text == "silent"
            self._add(Behaves(name, BEHAVIOURS[value.text], silent=silent))
            self._late = True
            return
        if not dot and isinstance(value, ScalarNode) and (meant := near(value.text, BEHAVIOURS)):
            hint = f"did you mean {meant}?"
            self._findings.refuse(value, f"{name} cannot be {value.shown!r}", hint)
            return
        known = list(detector.quantities)
        if not dot and len(known) > 1:
            hint = f"as in {name}.{known[0]}"
            self._findings.refuse(key, f"{name} measures {', '.join(known)}: say which", hint)
            return
        quantity = quantity if dot else known[0]
        if quantity not in detector.quantities:
            what = f"{name} does not measure {quantity!r}"
            self._findings.refuse(key, what, near_or_all(quantity, known))
            return
        point = Point(name, quantity)
        series = read_change(value, key.text, self.series[point], self._at, self._findings)
        self._late = True
        if series is not None:
            self.series[point] = series

    # -- words --------------------------------------------------------------------------------

    def _one_of(self, node: Node, label: str, ways: Mapping[str, Deed]) -> Deed | None:
        word = scalar(node, label, " or ".join(ways), self._findings)
        if word is None:
            return None
        if word.text not in ways:
            hint = near_or_all(word.text, ways)
            self._findings.refuse(word, f"{label} cannot be {word.shown!r}", hint)
        return ways.get(word.text)
