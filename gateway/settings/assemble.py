"""From drafts without a fault to settings, with every default filled in."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from gateway.settings.compile_rules import define_detector
from gateway.settings.cross_checks import SiteDrafts
from gateway.settings.model import (
    DRIVING_BY_DEFAULT,
    BusEntry,
    DetectorEntry,
    Gateway,
    Identity,
    Metrics,
    OutputEntry,
    RuleEntry,
    Settings,
    Uplink,
)
from gateway.settings.owner import Contact, Page
from gateway.settings.read_entries import Draft
from gateway.settings.read_profile import ProfileShelf
from gateway.settings.written import WrittenBus, WrittenDetector, WrittenOutput, WrittenRule
from rules.instant import NANOSECONDS_PER_SECOND, Duration
from rules.output import OutputDefinition, OutputKind
from rules.site import DetectorDefinition, RuleDefinition, SiteDefinition, ZoneDefinition

_SECONDS_PER_DAY: Final = 86400

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """The parts of a site file that are no lists."""

    site: Identity | None
    gateway: Gateway | None
    uplink: Uplink | None
    metrics: Metrics | None
    contacts: tuple[Contact, ...]
    page: Page | None


def assemble(
    sections: Sections,
    drafts: SiteDrafts,
    rules: tuple[RuleDefinition | None, ...],
    shelf: ProfileShelf,
    fingerprint: str,
) -> Settings:
    """Put everything together; called only where nothing is wrong, so that nothing is missing."""
    site = _there(sections.site)
    zones = tuple(_there(zone.entry) for zone in drafts.zones or ())
    definitions = tuple(
        _with_its_end(draft, _there(define_detector(draft)), site.utc_offset)
        for draft in drafts.detectors or ()
    )
    outputs = tuple(_output(draft) for draft in drafts.outputs or ())
    running = tuple(map(_there, rules))
    return Settings(
        site=site,
        gateway=_there(sections.gateway),
        buses=tuple(_bus(draft) for draft in drafts.buses or ()),
        zones=zones,
        detectors=tuple(
            _detector(draft, definition)
            for draft, definition in zip(drafts.detectors or (), definitions, strict=True)
        ),
        outputs=outputs,
        rules=tuple(
            _rule(draft, rule) for draft, rule in zip(drafts.rules or (), running, strict=True)
        ),
        uplink=_there(sections.uplink),
        metrics=sections.metrics,
        profiles=shelf.taken,
        definition=SiteDefinition(
            zones=tuple(ZoneDefinition(id=zone.id, name=zone.name) for zone in zones),
            detectors=definitions,
            rules=running,
            outputs=tuple(_output_definition(output) for output in outputs),
            schedules=tuple(
                _there(draft.entry).defined(site.holidays) for draft in drafts.schedules or ()
            ),
            utc_offset=site.utc_offset,
            fingerprint=fingerprint,
            buses=frozenset(draft.id for draft in drafts.buses or ()),
        ),
        hash=fingerprint,
        page=sections.page,
        contacts=sections.contacts,
    )


def _there(thing: Thing | None) -> Thing:
    assert thing is not None, "a site without a fault lacks nothing"
    return thing


def _bus(draft: Draft[WrittenBus]) -> BusEntry:
    return BusEntry(id=draft.id, driver=_there(draft.driver), options=_there(draft.options))


def _with_its_end(
    draft: Draft[WrittenDetector], definition: DetectorDefinition, utc_offset: Duration
) -> DetectorDefinition:
    """Add when a detector's service life ends, where its installation and its model say that."""
    installed, life = _there(draft.entry).installed, _there(draft.profile).service_life
    if installed is None or not life:
        return definition
    days = (installed - date(1970, 1, 1)).days
    midnight_ns = days * _SECONDS_PER_DAY * NANOSECONDS_PER_SECOND - utc_offset
    return replace(definition, service_ends_ns=midnight_ns + life)


def _detector(draft: Draft[WrittenDetector], definition: DetectorDefinition) -> DetectorEntry:
    return DetectorEntry(
        id=definition.id,
        zone=definition.zone,
        bus=definition.bus,
        profile=_there(draft.profile),
        kind=definition.kind,
        name=_there(draft.entry).name or definition.id,
        every=definition.every,
        stale_after=definition.stale_after,
        options=_there(draft.options),
        installed=_there(draft.entry).installed,
    )


def _output(draft: Draft[WrittenOutput]) -> OutputEntry:
    output = _there(draft.entry)
    driven_by = output.driven_by
    if driven_by is None:
        driven_by = frozenset() if output.kind is OutputKind.FAULT_RELAY else DRIVING_BY_DEFAULT
    return OutputEntry(
        id=output.id,
        bus=output.bus,
        kind=output.kind,
        conditions=driven_by,
        zones=output.zones,
        options=_there(draft.options),
        delay=output.delay,
        coincidence=output.coincidence,
    )


def _output_definition(output: OutputEntry) -> OutputDefinition:
    return OutputDefinition(
        id=output.id,
        kind=output.kind,
        conditions=output.conditions,
        zones=output.zones,
        delay=output.delay,
        coincidence=output.coincidence,
    )


def _rule(draft: Draft[WrittenRule], rule: RuleDefinition) -> RuleEntry:
    written = _there(draft.entry)
    return RuleEntry(
        id=rule.id,
        zone=rule.zone,
        raises=rule.raises,
        when=written.when,
        clear=written.clear,
        hold=rule.hold,
        latching=rule.latching,
        on_unknown=rule.on_unknown,
    )
