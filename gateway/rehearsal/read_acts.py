"""What people do in a test, from the words of its file."""

from typing import Final

from gateway.rehearsal.read_words import part_of, read_span
from gateway.settings.findings import Findings, near_or_all
from gateway.settings.scalars import scalar
from gateway.settings.yaml_nodes import Node, ScalarNode
from rules.instant import Duration
from rules.operator import (
    DISABLED_FOR,
    LONGEST_DISABLEMENT,
    LONGEST_TEST,
    Act,
    BeginTest,
    Command,
    Disable,
    Disabled,
    Enable,
    EndTest,
    OperatorCommand,
    Target,
)
from rules.site import SiteDefinition

AUTHOR: Final = "the test"
ACTS: Final = ("acknowledge", "silence", "reset", "disable", "enable", "test", "end-test")


class ActReader:
    """Reads the acts of people on one site."""

    def __init__(self, site: SiteDefinition, findings: Findings) -> None:
        self._findings = findings
        self._zones = {each.id for each in site.zones}
        self._detectors = {each.id for each in site.detectors}
        self._outputs = {each.id for each in site.outputs}

    def read(self, act: str, node: Node) -> Command | None:
        """Read what an act is done to, and for how long."""
        word = scalar(
            node, act, "a zone, or site" if act != "disable" else "a detector", self._findings
        )
        if word is None:
            return None
        what, lasts = word, None
        name, separator, _ = word.text.partition(" for ")
        if separator:
            what = part_of(word, (0, len(name)))
            span = part_of(word, (len(name) + len(separator), len(word.text)))
            lasts = read_span(span, f"the time of {act}", self._findings)
            if act not in ("disable", "test"):
                self._findings.refuse(span, f"{act} has no time", "delete it")
            if lasts is None:
                return None
        if act in ("disable", "enable"):
            return self._service(act, what, lasts)
        return self._zonal(act, what, lasts)

    def _zonal(self, act: str, word: ScalarNode, lasts: Duration | None) -> Command | None:
        places = {*self._zones, "site"}
        if not is_known(word, word.text, places, "zone", self._findings):
            return None
        zone = None if word.text == "site" else word.text
        if act == "test":
            lasts = self._not_longer(word, lasts or LONGEST_TEST, LONGEST_TEST)
            return BeginTest(zone=zone, author=AUTHOR, duration=lasts, whole_site=True)
        if act == "end-test":
            return EndTest(zone=zone, author=AUTHOR)
        return OperatorCommand(Act(act), zone, AUTHOR)

    def _service(self, act: str, word: ScalarNode, lasts: Duration | None) -> Command | None:
        kind, slash, name = word.text.partition("/")
        known = {
            Disabled.DETECTOR: self._detectors,
            Disabled.ZONE: self._zones,
            Disabled.OUTPUT: self._outputs,
        }
        if not slash or kind not in set(known):
            hint = "as in detector/hall-smoke-1, zone/hall or output/siren"
            self._findings.refuse(word, f"{act} needs a kind and an id", hint)
            return None
        if not is_known(word, name, known[Disabled(kind)], kind, self._findings):
            return None
        target = Target(Disabled(kind), name)
        if act == "enable":
            return Enable(target=target, author=AUTHOR)
        lasts = self._not_longer(word, lasts or DISABLED_FOR, LONGEST_DISABLEMENT)
        return Disable(target=target, author=AUTHOR, duration=lasts, whole_site=True)

    def _not_longer(self, word: ScalarNode, lasts: Duration, longest: Duration) -> Duration:
        if lasts > longest:
            hours = longest // 3_600_000_000_000
            self._findings.refuse(word, f"that is longer than is allowed: {hours} h at most")
        return lasts


def is_known(node: ScalarNode, name: str, known: set[str], kind: str, findings: Findings) -> bool:
    """Tell whether there is such a thing; note it where there is not."""
    if name not in known:
        findings.refuse(node, f"there is no {kind} {name!r}", near_or_all(name, sorted(known)))
    return name in known
