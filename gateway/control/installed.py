"""What the gateway answers when it is asked what is installed: what a commissioning report names.

Nouns only, and their JSON. It tells no credential and no telephone number.
"""

from dataclasses import dataclass

from gateway.settings.model import DeliveredWhen
from rules.condition import Condition
from rules.output import OutputKind
from rules.profile import DetectorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledSite:
    """The facility.

    Attributes:
        id: in the province's database.
        name: as people say it.
        province: official code, two digits.
        commune: official code, five digits.
        address: street address; may be empty.
        latitude: degrees north, WGS 84; None where not known.
        longitude: degrees east, likewise.
        utc_offset_s: seconds that local time is ahead of UTC.
    """

    id: str
    name: str
    province: str
    commune: str
    address: str
    latitude: float | None
    longitude: float | None
    utc_offset_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledBus:
    """A bus: its id, its driver, and where it is, as the site file says it."""

    id: str
    driver: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledDetector:
    """A detector.

    Attributes:
        id: its id.
        name: its name.
        zone: id of its zone.
        bus: id of its bus.
        address: where on the bus, as the site file says it.
        kind: what it is there for.
        profile: id of its model's profile.
        device: maker and model.
        installed: the day on which it was installed, as 2026-11-24; None where it is not said.
        every_s: how often it is read, in seconds.
    """

    id: str
    name: str
    zone: str
    bus: str
    address: str
    kind: DetectorKind
    profile: str
    device: str
    installed: str | None
    every_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledRule:
    """A rule, or a manual call point, which needs none.

    Attributes:
        source: as in events: rule/ID or call-point/ID.
        zone: id of the zone.
        raises: the condition that it raises.
        when: its expression as written; empty for a call point.
        clear: that of its end; None where it has none.
        for_s: how long it must hold, in seconds.
        latching: whether the condition stays until reset.
        fastest_s: from the change at the detector to the publication, at worst, by the fastest way;
            None where no phenomenon raises it.
        slowest_s: likewise by the slowest way.
    """

    source: str
    zone: str
    raises: Condition
    when: str
    clear: str | None
    for_s: float
    latching: bool
    fastest_s: float | None
    slowest_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledOutput:
    """An output.

    Attributes:
        id: its id.
        bus: id of its bus.
        address: where on the bus, as the site file says it.
        kind: what it is.
        conditions: what drives it; of no meaning for a fault relay.
        zones: ids of the only zones for which it is driven; empty for all.
        delay_s: how long after an alarm it is energised.
        coincidence: how many detectors must be in alarm before it is.
    """

    id: str
    bus: str
    address: str
    kind: OutputKind
    conditions: tuple[Condition, ...]
    zones: tuple[str, ...]
    delay_s: float
    coincidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPath:
    """A path: its id, the broker's host and port, whether TLS protects it, its interface."""

    id: str
    host: str
    port: int
    tls: bool
    interface: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledZone:
    """A zone: its id and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What is installed, in the order of the site file.

    Attributes:
        site: the facility.
        gateway: the gateway's id.
        version: of its software.
        configuration: SHA-256 of the site file, hexadecimal.
        device_key: the gateway's public key (Ed25519, base64); None where it has none.
        delivered_when: whose word makes an event delivered.
        centres: ids of the centres without whose word no event is delivered, where that is asked.
    """

    site: InstalledSite
    gateway: str
    version: str
    configuration: str
    device_key: str | None
    zones: tuple[InstalledZone, ...]
    buses: tuple[InstalledBus, ...]
    detectors: tuple[InstalledDetector, ...]
    rules: tuple[InstalledRule, ...]
    outputs: tuple[InstalledOutput, ...]
    paths: tuple[InstalledPath, ...]
    delivered_when: DeliveredWhen
    centres: tuple[str, ...]
