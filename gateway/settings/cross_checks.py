"""What no entry of a site file can see alone: names that lead nowhere, and things taken twice."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from drivers.bus import Claim
from drivers.registry import DRIVERS
from gateway.settings.findings import Findings, near_or_all
from gateway.settings.model import ZoneEntry
from gateway.settings.read_entries import Draft, Drafts
from gateway.settings.read_profile import CONTACT_KINDS
from gateway.settings.written import WrittenBus, WrittenDetector, WrittenOutput, WrittenRule
from gateway.settings.written_schedule import WrittenSchedule
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from rules.problem import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDrafts:
    """All entries of a site file; None where a list could not be read at all."""

    buses: Drafts[WrittenBus] | None
    zones: Drafts[ZoneEntry] | None
    detectors: Drafts[WrittenDetector] | None
    outputs: Drafts[WrittenOutput] | None
    schedules: Drafts[WrittenSchedule] | None
    rules: Drafts[WrittenRule] | None


def ids_of(drafts: Drafts[Any] | None) -> frozenset[str] | None:
    """Give the ids that may be named; None where nothing can be said of them."""
    return None if drafts is None else frozenset(draft.id for draft in drafts if draft.id)


def check_site(drafts: SiteDrafts, profiles: Collection[str], findings: Findings) -> None:
    """Note every name that leads nowhere and everything that is taken twice."""
    for section in fields(drafts):
        _unique(getattr(drafts, section.name) or (), findings)
    buses, zones = ids_of(drafts.buses), ids_of(drafts.zones)
    for detector in drafts.detectors or ():
        _known(detector.node.get("zone"), zones, "zone", findings)
        _known(detector.node.get("bus"), buses, "bus", findings)
        _known(detector.node.get("profile"), profiles, "profile", findings)
        _fits(detector, findings)
    _check_placed(drafts, findings)
    for output in drafts.outputs or ():
        _known(output.node.get("bus"), buses, "bus", findings)
        for zone in _items(output.node.get("zones")):
            _known(zone, zones, "zone", findings)
    for rule in drafts.rules or ():
        _known(rule.node.get("zone"), zones, "zone", findings)
    _claimed_once(_bus_claims(drafts.buses or ()), findings)
    for bus in drafts.buses or ():
        _claimed_once(_claims_on(bus.id, drafts), findings)


def _unique(drafts: Iterable[Draft[Any]], findings: Findings) -> None:
    lines: dict[str, int] = {}
    for draft in drafts:
        if draft.id in lines:
            what = f"id {draft.id} is already used at line {lines[draft.id]}"
            findings.refuse(draft.id_node, what)
        elif draft.id:
            lines[draft.id] = draft.id_node.line


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else ()


def _known(node: Node | None, known: Collection[str] | None, what: str, findings: Findings) -> None:
    """Note a name that leads nowhere; one that is missing or no word was noted when it was read."""
    if known is None or not isinstance(node, ScalarNode) or not node.text or node.text in known:
        return
    findings.refuse(node, f"there is no {what} {node.shown}", near_or_all(node.text, sorted(known)))


def kind_of_detector(detector: Draft[WrittenDetector]) -> str:
    """Give a detector's kind as far as it can be known; empty where it cannot."""
    word = detector.node.word("kind")
    return word or (detector.profile.kind if detector.profile is not None else "")


def _fits(detector: Draft[WrittenDetector], findings: Findings) -> None:
    """Note a model that cannot be on this bus, or cannot be what the detector is said to be."""
    profile, node = detector.profile, detector.node
    if profile is None:
        return
    kind = kind_of_detector(detector)
    if kind in CONTACT_KINDS and "contact" not in profile.quantities:
        findings.refuse(
            node.get("kind") or node,
            f"a {kind} must measure contact, and {profile.id} does not",
            f"choose a kind such as {profile.kind}" if profile.kind not in CONTACT_KINDS else "",
        )
    if detector.driver is not None and detector.driver != profile.driver:
        findings.refuse(
            node.get("profile") or node,
            f"profile {profile.id} is for the driver {profile.driver}, "
            f"but bus {node.word('bus')} has {detector.driver}",
        )
        return
    if detector.options is None:
        return
    try:
        DRIVERS[profile.driver].check_detector(detector.options, profile.device)
    except InvalidSettingError as error:
        findings.refuse(node.get(error.field) or node, f"{error.field}: {error.what}", error.hint)


def _check_placed(drafts: SiteDrafts, findings: Findings) -> None:
    """Note detectors and outputs that cannot be where they are on their bus."""
    buses = by_id(drafts.buses)
    placed: list[tuple[Draft[Any], Collection[str] | None]] = [
        (detector, detector.profile.quantities)
        for detector in drafts.detectors or ()
        if detector.profile is not None and detector.profile.driver == detector.driver
    ]
    placed += [(output, None) for output in drafts.outputs or ()]
    for draft, quantities in placed:
        bus = buses.get(draft.node.word("bus") or "")
        if draft.driver is None or draft.options is None or bus is None or bus.options is None:
            continue
        try:
            DRIVERS[draft.driver].check_placed(bus.options, draft.options, quantities)
        except InvalidSettingError as error:
            node = draft.node.get(error.field) or draft.node
            findings.refuse(node, f"{error.field}: {error.what}", error.hint)


Claimed = tuple[Claim, str, MappingNode]


def _bus_claims(buses: Drafts[WrittenBus]) -> Iterator[Claimed]:
    for bus in buses:
        if bus.driver is None or bus.options is None:
            continue
        options = bus.node.get(bus.driver)
        for claim in DRIVERS[bus.driver].bus_claims(bus.options):
            yield claim, bus.id, options if isinstance(options, MappingNode) else bus.node


def _claims_on(bus: str, drafts: SiteDrafts) -> Iterator[Claimed]:
    for detector in drafts.detectors or ():
        if detector.node.word("bus") != bus or detector.options is None or not detector.driver:
            continue
        profile = detector.node.word("profile") or ""
        for claim in DRIVERS[detector.driver].detector_claims(detector.options, profile):
            yield claim, detector.id, detector.node
    for output in drafts.outputs or ():
        if output.node.word("bus") != bus or output.options is None or not output.driver:
            continue
        for claim in DRIVERS[output.driver].output_claims(output.options):
            yield claim, output.id, output.node


def _claimed_once(claims: Iterator[Claimed], findings: Findings) -> None:
    taken: dict[str, tuple[Claim, str, int]] = {}
    for claim, owner, mapping in claims:
        node = mapping.get(claim.field) or mapping
        first, by, line = taken.setdefault(claim.what, (claim, owner, node.line))
        shared = claim.shared_by and claim.shared_by == first.shared_by
        if first is not claim and not shared:
            findings.refuse(node, f"{claim.what} is already taken by {by} at line {line}")


def by_id(drafts: Drafts[Any] | None) -> Mapping[str, Draft[Any]]:
    """Give drafts by their ids; of two with one id the first."""
    found: dict[str, Draft[Any]] = {}
    for draft in drafts or ():
        found.setdefault(draft.id, draft)
    return found
