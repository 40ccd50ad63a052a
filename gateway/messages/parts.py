"""What several kinds of message are made of, and the names that ids are told with.

A message is read without the province's database at hand: it carries names beside ids. It carries
no telephone number and no name of a contact person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite, isinf
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.record import ClockQuality
from gateway.settings.model import DeliveredWhen, Settings
from rules.condition import Lane
from rules.instant import Instant, Moment
from rules.profile import DetectorKind
from rules.quantity import QUANTITIES

LONGEST_NAME: Final = 120
"""Characters of a name in a message: what fits a line on a duty officer's screen."""

LONGEST_DETAIL: Final = 400

UTC_TIME = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
"""RFC 3339, UTC, milliseconds, with Z."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_WALL_NS: Final = 253_402_300_799_999_000_000  # the end of the year 9999


class ZoneRef(msgspec.Struct, frozen=True):
    """A zone and the name that people use for it.

    Attributes:
        id: the zone's id.
        name: its name, in Vietnamese.
    """

    id: str
    name: str


class DetectorRef(msgspec.Struct, frozen=True):
    """A detector, its name and what it is there for.

    Attributes:
        id: the detector's id.
        name: its name.
        kind: what it is there for.
    """

    id: str
    name: str
    kind: DetectorKind


class SiteSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Enough of the site to know where to go.

    Attributes:
        id: the facility's id in the province's database.
        name: its name.
        province: official code of the province: two digits as text, since 01 is not 1.
        commune: official code of the commune: five digits as text.
        address: street address.
        latitude: degrees north, WGS 84; null where not known.
        longitude: degrees east, WGS 84; null where not known.
    """

    id: str
    name: str
    province: str
    commune: str
    address: str
    latitude: float | None
    longitude: float | None


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A value of one quantity of one detector.

    Attributes:
        detector: the detector's id.
        quantity: what was measured.
        value: in the unit; null where `unknown` or `over_range` is true.
        unit: symbol of the unit; `bool` for contacts, where 1 is active.
        over_range: true where the value lies beyond the range on the hazardous side: it counts as
            beyond every threshold. Absent otherwise.
        unknown: true where there is no value that can be believed. Absent otherwise.
    """

    detector: str
    quantity: str
    value: float | None
    unit: str
    over_range: bool | UnsetType = UNSET
    unknown: bool | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What messages say of a site whatever happens there: the names behind its ids, mostly.

    Attributes:
        site: the site's summary.
        zones: names of zones, by id.
        detectors: by id.
        paths: ids of the paths, the preferred one first.
        delivered_when: whose word makes an event delivered.
    """

    site: SiteSummary
    zones: Mapping[str, str]
    detectors: Mapping[str, DetectorRef]
    paths: tuple[str, ...]
    delivered_when: DeliveredWhen = DeliveredWhen.BROKER

    def zone(self, zone: str | None) -> ZoneRef | None:
        """Give a zone with its name; a zone of an older configuration goes by its id."""
        return None if zone is None else ZoneRef(clipped(zone), self.zones.get(zone, clipped(zone)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When a message was made, by both clocks.

    Attributes:
        boot_id: the boot that `at` counts from.
        at: by the monotonic clock.
        wall_ns: nanoseconds since 1970, worth what `clock` says.
        clock: how far wall_ns can be believed.
    """

    boot_id: str
    at: Instant
    wall_ns: int
    clock: ClockQuality

    @property
    def time(self) -> str | None:
        """The wall time as messages have it: none while the clock is unknown."""
        return known_time(self.wall_ns, self.clock)


class Stamped(msgspec.Struct, frozen=True, kw_only=True):
    """What every message but an event begins with.

    Attributes:
        gateway: the gateway's id.
        time: when the message was made, by the wall clock; null while the clock is unknown.
        clock: how far `time` can be trusted.
        boot: which boot of the gateway `monotonicns` belongs to.
        monotonicns: nanoseconds of that boot's monotonic clock, as text.
    """

    gateway: str
    time: UTC_TIME | None
    clock: ClockQuality
    boot: str
    monotonicns: str


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """How far the journal has come: the last number of each lane in an epoch."""

    epoch: str | None = None
    seq: dict[Lane, int] = {}


def directory_of(settings: Settings) -> Directory:
    """Collect the names of a site."""
    site = settings.site
    return Directory(
        site=SiteSummary(
            id=site.id,
            name=clipped(site.name),
            province=site.province,
            commune=site.commune,
            address=clipped(site.address),
            latitude=site.latitude,
            longitude=site.longitude,
        ),
        zones={zone.id: clipped(zone.name) for zone in settings.zones},
        detectors={
            entry.id: DetectorRef(clipped(entry.id), clipped(entry.name), entry.kind)
            for entry in settings.detectors
        },
        paths=tuple(path.id for path in settings.uplink.paths),
        delivered_when=settings.uplink.delivered_when,
    )


def measured(detector: str, quantity: str, value: float | None) -> Measured:
    """Tell a value; JSON has no infinity, and must not lose one either."""
    known = QUANTITIES.get(quantity)
    return Measured(
        detector=clipped(detector),
        quantity=clipped(quantity),
        value=value if value is not None and isfinite(value) else None,
        unit="" if known is None else known.unit.symbol,
        over_range=True if value is not None and isinf(value) else UNSET,
        unknown=True if value is None or value != value else UNSET,  # noqa: PLR0124 - is it NaN
    )


def clipped(text: str, characters: int = LONGEST_NAME) -> str:
    """Cut a text to a number of characters, the last one telling that it was cut.

    What cannot be written as UTF-8, as half a surrogate pair, becomes question marks: no text may
    keep an event from being told.
    """
    cut = text if len(text) <= characters else text[: characters - 1] + "…"
    return cut if cut.isascii() else cut.encode("utf-8", "replace").decode()


def utc_time(wall_ns: int) -> str:
    """Write nanoseconds since 1970 as RFC 3339 in UTC, in milliseconds."""
    bounded = min(max(wall_ns, 0), LATEST_WALL_NS)
    moment = EPOCH + timedelta(microseconds=bounded // 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def known_time(wall_ns: int, clock: ClockQuality) -> str | None:
    """Write a wall time; nothing while the clock is unknown: better no date than a wrong one."""
    return None if clock is ClockQuality.UNKNOWN else utc_time(wall_ns)


def incident_id(incident: Moment, source: str) -> str:
    """Name an incident: stable from its first event to its last, over restarts too."""
    return f"{incident.boot_id}:{incident.at}:{clipped(source)}"
