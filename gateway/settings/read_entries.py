"""The lists of a site file, entry by entry.

An entry that cannot be used leaves a draft behind: its id is still known, so that what names it is
not wrong as well, and the rest of the file can be looked at in the same run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from drivers.bus import DriverKind
from drivers.registry import DRIVERS
from gateway.settings.field_plan import keys_of
from gateway.settings.findings import Findings, near
from gateway.settings.model import ZoneEntry
from gateway.settings.read_fields import check_keys, make, read_items, read_mapping, read_object
from gateway.settings.read_profile import ProfileShelf
from gateway.settings.written import (
    WrittenBus,
    WrittenDetector,
    WrittenOutput,
    WrittenRule,
)
from gateway.settings.written_schedule import WrittenSchedule
from gateway.settings.yaml_nodes import MappingNode, Node
from rules.instant import Duration
from rules.output import OutputKind
from rules.profile import Profile

Written = TypeVar("Written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Generic[Written]):
    """What became of an entry.

    Attributes:
        node: the entry in the file.
        id: its id, or empty where even that cannot be read.
        entry: what was read, or None where something of it is wrong.
        driver: the name of the driver, where one is known.
        options: the driver's options, or None likewise.
        profile: of a detector, the model, or None where it cannot be had.
    """

    node: MappingNode
    id: str
    entry: Written | None
    driver: str | None = None
    options: Any = None
    profile: Profile | None = None

    @property
    def id_node(self) -> Node:
        """Where the id stands."""
        return self.node.get("id") or self.node


Drafts = tuple[Draft[Written], ...]

# By name, since the core must not know of drivers: what an output does when the gateway ends.
_ON_EXIT: Final = "on_exit"
_RELEASE: Final = "release"
_POLL_EVERY: Final = "poll_every"


def read_buses(node: Node, findings: Findings) -> Drafts[WrittenBus]:
    """Read the buses."""
    return tuple(
        _read_bus(mapping, findings) for mapping in _mappings(node, "buses", "a bus", findings)
    )


def read_zones(node: Node, findings: Findings) -> Drafts[ZoneEntry]:
    """Read the zones."""
    return _read_plain(node, "zones", "a zone", ZoneEntry, findings)


def read_schedules(node: Node, findings: Findings) -> Drafts[WrittenSchedule]:
    """Read the schedules."""
    return _read_plain(node, "schedules", "a schedule", WrittenSchedule, findings)


def read_rules(node: Node, findings: Findings) -> Drafts[WrittenRule]:
    """Read the rules; their expressions stay text."""
    return _read_plain(node, "rules", "a rule", WrittenRule, findings)


def read_detectors(
    node: Node, drivers: Mapping[str, Draft[WrittenBus]], shelf: ProfileShelf, findings: Findings
) -> Drafts[WrittenDetector]:
    """Read the detectors, each with the options of its bus's driver."""
    return tuple(
        _read_detector(mapping, drivers, shelf, findings)
        for mapping in _mappings(node, "detectors", "a detector", findings)
    )


def read_outputs(
    node: Node, drivers: Mapping[str, Draft[WrittenBus]], findings: Findings
) -> Drafts[WrittenOutput]:
    """Read the outputs, likewise."""
    return tuple(
        _read_output(mapping, drivers, findings)
        for mapping in _mappings(node, "outputs", "an output", findings)
    )


def _mappings(node: Node, label: str, one: str, findings: Findings) -> list[MappingNode]:
    items = read_items(node, label, findings) or ()
    mappings = [read_mapping(item, one, findings) for item in items]
    return [mapping for mapping in mappings if mapping is not None]


def _read_plain(
    node: Node, label: str, one: str, cls: type[Written], findings: Findings
) -> Drafts[Written]:
    return tuple(
        Draft(
            node=mapping,
            id=mapping.word("id") or "",
            entry=read_object(cls, mapping, one, findings),
        )
        for mapping in _mappings(node, label, one, findings)
    )


def _read_bus(mapping: MappingNode, findings: Findings) -> Draft[WrittenBus]:
    complete = check_keys(mapping, (WrittenBus,), findings, DRIVERS)
    entry = make(WrittenBus, mapping, findings)
    named = [key for key, _ in mapping.entries.values() if key.text in DRIVERS]
    if not named and not any(near(key.text, DRIVERS) for key, _ in mapping.entries.values()):
        hint = "beside the id, write one of " + ", ".join(DRIVERS)
        findings.missing(mapping.place, "the bus names no driver", hint)
    for key in named[1:]:
        findings.refuse(key, "a bus has one driver", f"it has {named[0].text} already")
    driver = named[0].text if len(named) == 1 else None
    options = None
    if driver is not None:
        node = mapping.get(driver)
        assert node is not None
        options = read_object(DRIVERS[driver].bus_options, node, driver, findings)
    return Draft(
        node=mapping,
        id=mapping.word("id") or "",
        entry=entry if complete and options is not None else None,
        driver=driver,
        options=options,
    )


def _bus_of(
    mapping: MappingNode, buses: Mapping[str, Draft[WrittenBus]]
) -> tuple[Draft[WrittenBus] | None, DriverKind | None]:
    bus = buses.get(mapping.word("bus") or "")
    return bus, None if bus is None or bus.driver is None else DRIVERS[bus.driver]


def _read_detector(
    mapping: MappingNode,
    buses: Mapping[str, Draft[WrittenBus]],
    shelf: ProfileShelf,
    findings: Findings,
) -> Draft[WrittenDetector]:
    bus, kind = _bus_of(mapping, buses)
    classes = (WrittenDetector,) if kind is None else (WrittenDetector, kind.detector_options)
    complete = check_keys(mapping, classes, findings, tolerant=kind is None)
    every = _own_period(bus)
    defaults = {} if every is None else {"every": every}
    entry = make(WrittenDetector, mapping, findings, defaults=defaults)
    options = None if kind is None else make(kind.detector_options, mapping, findings)
    usable = complete and options is not None
    return Draft(
        node=mapping,
        id=mapping.word("id") or "",
        entry=entry if usable else None,
        driver=None if bus is None else bus.driver,
        options=options,
        profile=shelf.take(mapping.word("profile") or ""),
    )


def _own_period(bus: Draft[WrittenBus] | None) -> Duration | None:
    """Give the period of a bus that reads all of its detectors at once, whatever each says."""
    period: Duration | None = getattr(bus.options, _POLL_EVERY, None) if bus is not None else None
    return period


def _read_output(
    mapping: MappingNode, buses: Mapping[str, Draft[WrittenBus]], findings: Findings
) -> Draft[WrittenOutput]:
    bus, kind = _bus_of(mapping, buses)
    options_class = None if kind is None else kind.output_options
    if kind is not None and options_class is None:
        assert bus is not None
        findings.refuse(
            mapping.get("bus") or mapping,
            f"bus {bus.id} can drive no outputs: its driver is {bus.driver}",
            "use a bus of " + " or ".join(name for name in DRIVERS if DRIVERS[name].output_options),
        )
    classes = (WrittenOutput,) if options_class is None else (WrittenOutput, options_class)
    complete = check_keys(mapping, classes, findings, tolerant=options_class is None)
    entry = make(WrittenOutput, mapping, findings)
    options = None
    if options_class is not None:
        options = _read_output_options(mapping, options_class, findings)
    return Draft(
        node=mapping,
        id=mapping.word("id") or "",
        entry=entry if complete and options is not None else None,
        driver=None if bus is None else bus.driver,
        options=options,
    )


def _read_output_options(
    mapping: MappingNode, options_class: type[Written], findings: Findings
) -> Written | None:
    """Read the driver's options; a fault relay releases on exit, so that a dead gateway shows."""
    plan = keys_of(options_class).get(_ON_EXIT)
    if plan is None or mapping.word("kind") != OutputKind.FAULT_RELAY:
        return make(options_class, mapping, findings)
    written = mapping.word(_ON_EXIT)
    if written is not None and written != _RELEASE and written in list(plan.type):
        findings.refuse(
            mapping.get(_ON_EXIT) or mapping,
            f"{_ON_EXIT}: a fault relay that is left on would hide a dead gateway",
            f"write {_RELEASE}, or delete the key",
        )
        return None
    return make(options_class, mapping, findings, defaults={_ON_EXIT: plan.type(_RELEASE)})
