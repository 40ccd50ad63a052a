"""What the gateway answers when it is asked how it is.

Nouns only, and their JSON. Instants are nanoseconds of the boot's monotonic clock; `utc_offsets`
dates them. JSON has no infinity: a value that is over-range is null there, as an unknown one is,
and the detector's health says which it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from gateway.record import ClockQuality
from rules.condition import Lane
from rules.instant import Instant
from rules.snapshot import SiteNow


@dataclass(frozen=True, slots=True, kw_only=True)
class PathNow:
    """A path to the centre.

    Attributes:
        id: the path's id.
        connected: whether the broker has accepted us.
        since: when that began.
        detail: why it is not connected, in one line.
    """

    id: str
    connected: bool
    since: Instant
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialNow:
    """A configuration that was applied and waits for its confirmation.

    Attributes:
        ends: when the gateway goes back by itself to the one before.
        author: who applied it.
    """

    ends: Instant
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNow:
    """Whom the owner calls; 114 comes first and is not among them.

    Attributes:
        name: who answers.
        phone: the number, as people write it.
        role: what the person is there for, or empty.
    """

    name: str
    phone: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNow:
    """Where the owner's page is to be served: on an interface, an address, or one of the other.

    Attributes:
        interface: name of a network interface, or None.
        address: an IP address, or None.
        port: TCP port.
        language: "vi" or "en", for whoever's browser does not say.
    """

    interface: str | None
    address: str | None
    port: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole present of a gateway.

    Attributes:
        gateway: the gateway's id.
        site_name: the facility's name.
        version: of fire-gateway.
        boot_id: whose monotonic clock the instants are of.
        started: when the daemon started.
        now: what the core sees.
        paths: the ways to the centre, the preferred one first; empty where the site has none.
        outbox: how many records of each lane are not yet delivered.
        clock: how far the wall clock can be trusted.
        utc_offsets: by boot id, the nanoseconds to add to an instant of that boot to get UTC. A
            boot whose offset is not known is missing.
        store_ok: whether the journal can be written.
        contacts: whom the owner calls; shown at the unit and told to no centre.
        page: where the owner's page is to be served; None where there is to be none.
        utc_offset_s: local time at the site less UTC, in seconds.
        by_centre: whether an event is delivered by the centre's own word; else the broker's does,
            and nobody knows whether the centre has it.
        trial_operators: user ids that may operate because the command line says so.
        configuration: SHA-256 of the site file in force, hexadecimal.
        trial: that it waits for its confirmation, or None where it is for good.
    """

    gateway: str
    site_name: str
    version: str
    boot_id: str
    started: Instant
    now: SiteNow
    paths: tuple[PathNow, ...]
    outbox: Mapping[Lane, int]
    clock: ClockQuality
    utc_offsets: Mapping[str, int]
    store_ok: bool
    contacts: tuple[ContactNow, ...] = ()
    page: PageNow | None = None
    utc_offset_s: int = 0
    by_centre: bool = False
    trial_operators: tuple[int, ...] = ()
    configuration: str = ""
    trial: TrialNow | None = None


def encode(status: Status) -> bytes:
    """Give the JSON of a status, in one line."""
    return msgspec.json.encode(status)


def decode(line: bytes) -> Status:
    """Read a status; raises msgspec.MsgspecError for anything else."""
    return msgspec.json.decode(line, type=Status)
