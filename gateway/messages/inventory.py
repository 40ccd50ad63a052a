"""What is installed, retained: site, zones, detectors, models, rules, outputs, versions.

It holds neither hosts nor credentials nor telephone numbers.
"""

import msgspec

from gateway.messages.parts import SiteSummary, Stamp, Stamped, ZoneRef, clipped, directory_of
from gateway.messages.state import STATE_LIMIT
from gateway.messages.topics import Origin
from gateway.settings.model import DeliveredWhen, Settings
from rules.condition import Condition
from rules.instant import in_seconds
from rules.output import OutputKind
from rules.profile import DetectorKind
from rules.quantity import QUANTITIES


class InstalledDetector(msgspec.Struct, frozen=True, kw_only=True):
    """A detector.

    Attributes:
        id: its id.
        name: its name.
        zone: id of its zone.
        bus: id of its bus.
        kind: what it is there for.
        profile: id of its model's profile.
        every_s: how often it is read, in seconds.
        quantities: what it measures: unit by name of the quantity.
    """

    id: str
    name: str
    zone: str
    bus: str
    kind: DetectorKind
    profile: str
    every_s: float
    quantities: dict[str, str]


class InstalledBus(msgspec.Struct, frozen=True, kw_only=True):
    """A bus.

    Attributes:
        id: its id.
        driver: the kind of bus.
    """

    id: str
    driver: str


class InstalledProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A device model in use.

    Attributes:
        id: its id.
        name: maker and model.
    """

    id: str
    name: str


class InstalledRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule.

    Attributes:
        id: its id.
        zone: id of the zone.
        raises: the condition that it raises.
        when: its expression, as written.
        for_s: how long that must be true, in seconds.
        latching: whether the condition stays until reset.
    """

    id: str
    zone: str
    raises: Condition
    when: str
    for_s: float
    latching: bool


class InstalledOutput(msgspec.Struct, frozen=True, kw_only=True):
    """An output.

    Attributes:
        id: its id.
        kind: what it is.
    """

    id: str
    kind: OutputKind


class InventoryMessage(Stamped, frozen=True, kw_only=True):
    """What is installed.

    Attributes:
        site: the site's summary.
        version: of the gateway's software.
        configuration: SHA-256 of the site file, hexadecimal.
        zones: every zone.
        buses: every bus.
        detectors: every detector, as far as the broker's limit allows.
        detectors_omitted: how many detectors were left out for that limit.
        profiles: every device model in use.
        rules: every rule; empty where the broker's limit forbids them.
        outputs: every output.
        paths: ids of the paths, the preferred one first.
        interfaces: by id of a path, the network interface that it alone goes by; null where the
            system chooses one.
        device_key: the public key (Ed25519, base64) by which the gateway signs its journal; null
            where it has none.
        delivered_when: whose word makes an event delivered: `broker` or `centre`.
        centres: ids of the centres without whose word no event is delivered where `delivered_when`
            is `centre`.
    """

    site: SiteSummary
    version: str
    configuration: str
    zones: list[ZoneRef]
    buses: list[InstalledBus]
    detectors: list[InstalledDetector]
    detectors_omitted: int = 0
    profiles: list[InstalledProfile]
    rules: list[InstalledRule]
    outputs: list[InstalledOutput]
    paths: list[str]
    interfaces: dict[str, str | None]
    device_key: str | None
    delivered_when: DeliveredWhen
    centres: list[str]


def inventory_message(  # noqa: PLR0913 - each is one thing that the message tells
    settings: Settings,
    stamp: Stamp,
    origin: Origin,
    *,
    version: str,
    device_key: str | None = None,
    limit: int = STATE_LIMIT,
) -> bytes:
    """Tell what is installed, within the most bytes that the broker takes.

    Args:
        settings: of the site.
        stamp: when.
        origin: who speaks.
        version: of the software.
        device_key: the gateway's public key as it is written, where it has one.
        limit: the most bytes that the broker takes.
    """
    message = _inventory(settings, stamp, origin, version, device_key)
    encoded = msgspec.json.encode(message)
    if len(encoded) > limit:
        message = msgspec.structs.replace(message, rules=[])
        encoded = msgspec.json.encode(message)
    while len(encoded) > limit and message.detectors:
        kept = message.detectors[: len(message.detectors) // 2]
        omitted = message.detectors_omitted + len(message.detectors) - len(kept)
        message = msgspec.structs.replace(message, detectors=kept, detectors_omitted=omitted)
        encoded = msgspec.json.encode(message)
    return encoded


def _inventory(
    settings: Settings, stamp: Stamp, origin: Origin, version: str, device_key: str | None
) -> InventoryMessage:
    return InventoryMessage(
        gateway=origin.gateway,
        time=stamp.time,
        clock=stamp.clock,
        boot=stamp.boot_id,
        monotonicns=str(stamp.at),
        site=directory_of(settings).site,
        version=version,
        configuration=settings.hash,
        zones=[ZoneRef(zone.id, clipped(zone.name)) for zone in settings.zones],
        buses=[InstalledBus(id=bus.id, driver=bus.driver) for bus in settings.buses],
        detectors=[
            InstalledDetector(
                id=entry.id,
                name=clipped(entry.name),
                zone=entry.zone,
                bus=entry.bus,
                kind=entry.kind,
                profile=entry.profile.id,
                every_s=in_seconds(entry.every),
                quantities={
                    name: QUANTITIES[name].unit.symbol for name in entry.profile.quantities
                },
            )
            for entry in settings.detectors
        ],
        profiles=[
            InstalledProfile(id=id_, name=clipped(profile.name))
            for id_, profile in sorted(
                {entry.profile.id: entry.profile for entry in settings.detectors}.items()
            )
        ],
        rules=[
            InstalledRule(
                id=rule.id,
                zone=rule.zone,
                raises=rule.raises,
                when=rule.when,
                for_s=in_seconds(rule.hold),
                latching=rule.latching,
            )
            for rule in settings.rules
        ],
        outputs=[InstalledOutput(id=output.id, kind=output.kind) for output in settings.outputs],
        paths=[path.id for path in settings.uplink.paths],
        interfaces={path.id: path.interface for path in settings.uplink.paths},
        device_key=device_key,
        delivered_when=settings.uplink.delivered_when,
        centres=[centre.id for centre in settings.uplink.centres if centre.required],
    )
