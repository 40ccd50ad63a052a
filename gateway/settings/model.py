"""What a site file may say, as frozen dataclasses.

These classes, and those of gateway.settings.written where an entry is written in another shape than
it is used, are the schema: the loader reads their fields, types, defaults and `help` texts, and so
does the JSON Schema export. Entries of `buses`, `detectors` and `outputs` carry further fields of
the driver at hand; drivers.registry names their classes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NewType

from gateway.settings.owner import Contact, Page, check_interface
from gateway.signature import public_key
from rules.condition import Condition
from rules.instant import Duration, seconds
from rules.language.compile import FUNCTIONS
from rules.language.token import KEYWORDS
from rules.output import OutputKind
from rules.problem import InvalidSettingError
from rules.profile import DetectorKind, Profile
from rules.site import OnUnknown, SiteDefinition

LOOPBACK = ("127.0.0.1", "localhost", "::1")

TimeOfDay = NewType("TimeOfDay", int)
"""Minutes after midnight, local time; 1440 is the end of the day."""

UtcOffset = NewType("UtcOffset", Duration)
"""Local time less UTC."""

VIETNAM: Final = UtcOffset(seconds(7 * 3600))

DRIVING_BY_DEFAULT: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})
"""What drives an output that does not say so itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which facility this is; the codes are text, since 01 is not 1."""

    id: str = field(
        metadata={"help": "the facility's id in the province's database", "example": "CS0001234"}
    )
    name: str = field(metadata={"help": "the facility's name, as people say it"})
    province: str = field(
        metadata={
            "help": "official province code, two digits (33 is Hưng Yên)",
            "example": "33",
        }
    )
    commune: str = field(
        metadata={"help": "official commune code, five digits", "example": "12345"}
    )
    address: str = field(default="", metadata={"help": "street address"})
    latitude: float | None = field(default=None, metadata={"help": "degrees north, WGS 84"})
    longitude: float | None = field(default=None, metadata={"help": "degrees east, WGS 84"})
    utc_offset: UtcOffset = field(
        default=VIETNAM,
        metadata={"help": "local time, which schedules go by; +07:00 if absent: Vietnam"},
    )
    holidays: frozenset[date] = field(
        default=frozenset(),
        metadata={"help": "dates that are holidays in every schedule, as 2026-09-02"},
    )

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)
        if not (self.province.isascii() and self.province.isdigit() and len(self.province) == 2):
            raise InvalidSettingError("province", "must be two digits", "Hưng Yên is 33")
        if not (self.commune.isascii() and self.commune.isdigit() and len(self.commune) == 5):
            raise InvalidSettingError("commune", "must be five digits")
        if self.latitude is not None and not -90 <= self.latitude <= 90:
            raise InvalidSettingError("latitude", "must be from -90 to 90")
        if self.longitude is not None and not -180 <= self.longitude <= 180:
            raise InvalidSettingError("longitude", "must be from -180 to 180")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """This unit."""

    id: str = field(
        metadata={"help": "the gateway's id, unique in the province", "example": "GW-0001"}
    )

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusEntry:
    """A bus: its id and, under the driver's name, the driver's options."""

    id: str
    driver: str
    options: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneEntry:
    """A zone."""

    id: str = field(metadata={"help": "short id, used in rules", "example": "hall"})
    name: str = field(metadata={"help": "the name that people use, in Vietnamese"})

    def __post_init__(self) -> None:
        check_rule_name("id", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorEntry:
    """A detector, its common fields; the driver's stand beside them in the file."""

    id: str
    zone: str
    bus: str
    profile: Profile
    kind: DetectorKind
    name: str
    every: Duration
    stale_after: Duration
    options: Any
    installed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputEntry:
    """An output; `definition` is what the core knows of it."""

    id: str
    bus: str
    kind: OutputKind
    conditions: frozenset[Condition]
    zones: frozenset[str]
    options: Any
    delay: Duration = Duration(0)
    coincidence: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntry:
    """A rule as written."""

    id: str
    zone: str
    raises: Condition
    when: str
    clear: str | None
    hold: Duration
    latching: bool
    on_unknown: OnUnknown = OnUnknown.DEGRADE


class MqttVersion(StrEnum):
    """Versions of MQTT that a path can speak."""

    V5 = "5"
    V3_1_1 = "3.1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the broker is verified and how the gateway proves itself."""

    ca: str | None = field(
        default=None, metadata={"help": "file of the authorities to trust; the system's if absent"}
    )
    certificate: str | None = field(default=None, metadata={"help": "client certificate, PEM"})
    key: str | None = field(
        default=None, metadata={"help": "its key, a file of mode 0600, or credential:NAME"}
    )

    def __post_init__(self) -> None:
        check_credential("ca", self.ca)
        check_credential("certificate", self.certificate)
        check_credential("key", self.key)
        if (self.certificate is None) != (self.key is None):
            raise InvalidSettingError("certificate", "certificate and key go together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way to the centre."""

    id: str = field(metadata={"help": "short id: lan, 4g", "example": "lan"})
    host: str = field(metadata={"help": "the broker's host name, as in its certificate"})
    port: int = field(default=8883, metadata={"help": "the broker's port"})
    version: MqttVersion = field(default=MqttVersion.V5, metadata={"help": "MQTT version"})
    tls: Tls | None = field(
        default=None, metadata={"help": "TLS; absent only with insecure or towards loopback"}
    )
    insecure: bool = field(
        default=False, metadata={"help": "allow plaintext beyond loopback; shown as a warning"}
    )
    username: str | None = field(default=None, metadata={"help": "user name at the broker"})
    password_file: str | None = field(
        default=None,
        metadata={"help": "file of mode 0600 with the password, or credential:NAME of systemd's"},
    )
    keep_alive: Duration = field(
        default=seconds(30), metadata={"help": "the broker drops us after one and a half of it"}
    )
    interface: str | None = field(
        default=None,
        metadata={"help": "network interface that this path alone goes by: eth0, wwan0"},
    )

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)
        if not 1 <= self.port <= 65535:
            raise InvalidSettingError("port", "must be from 1 to 65535")
        if not seconds(1) <= self.keep_alive <= seconds(60):
            raise InvalidSettingError("keep_alive", "must be from 1 s to 60 s")
        check_interface("interface", self.interface)
        check_credential("password_file", self.password_file)
        if self.password_file is not None and self.username is None:
            raise InvalidSettingError("password_file", "a password needs a username")
        if self.tls is None and not self.insecure and self.host not in LOOPBACK:
            raise InvalidSettingError(
                "tls",
                f"{self.host} is not loopback, and the path has no tls",
                "add tls: {} to verify by the system's authorities",
            )


class DeliveredWhen(StrEnum):
    """Whose word makes an event delivered."""

    BROKER = "broker"  # a broker has it; nobody knows whether the centre does
    CENTRE = "centre"  # every required centre has signed that it has stored it


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A centre whose word is believed."""

    id: str = field(metadata={"help": "the centre's id, as in its acknowledgements"})
    key: str = field(metadata={"help": "its Ed25519 public key: 44 characters of base64"})
    required: bool = field(
        default=True,
        metadata={"help": "whether an event is delivered only once it has it"},
    )

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)
        try:
            public_key(self.key)
        except ValueError as error:
            raise InvalidSettingError("key", str(error), "ask the centre for it") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """How the centre is reached."""

    paths: tuple[Path, ...] = field(metadata={"help": "at most two; the first is preferred"})
    telemetry_every: Duration = field(
        default=seconds(10), metadata={"help": "changed readings are sent at most so often"}
    )
    centres: tuple[Centre, ...] = field(
        default=(), metadata={"help": "whose acknowledgements and commands are believed"}
    )
    delivered_when: DeliveredWhen = field(
        default=DeliveredWhen.BROKER,
        metadata={"help": "whose word makes an event delivered: the broker's or the centre's"},
    )
    proof_every: Duration = field(
        default=seconds(86_400),
        metadata={
            "help": "how often a periodic test proves the chain to the centre; 1 h to 25 h",
            "longest": seconds(25 * 3600),
        },
    )

    def __post_init__(self) -> None:
        if len(self.paths) > 2:
            raise InvalidSettingError("paths", "at most two paths")
        if len(self.centres) > MOST_CENTRES:
            raise InvalidSettingError("centres", f"at most {MOST_CENTRES} centres")
        # One who could speak for two would make the second's word worthless.
        for what in ("id", "key"):
            given = [getattr(centre, what) for centre in self.centres]
            if len(set(given)) < len(given):
                raise InvalidSettingError(
                    "centres",
                    f"two centres have one {what}",
                    f"each has {'an id' if what == 'id' else 'a key'} of its own",
                )
        if self.delivered_when is DeliveredWhen.CENTRE and not any(
            centre.required for centre in self.centres
        ):
            raise InvalidSettingError(
                "delivered_when",
                "no centre is named that could say so",
                "name it and its key under centres",
            )
        if self.proof_every < seconds(3600):
            raise InvalidSettingError("proof_every", "must be from 1 h to 25 h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Prometheus metrics on loopback."""

    port: int = field(default=9466, metadata={"help": "port on 127.0.0.1"})

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise InvalidSettingError("port", "must be from 1 to 65535")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A whole site file, checked.

    Attributes:
        definition: what the engine is built from.
        hash: SHA-256 of the file's bytes, hex: the configuration's name in `inventory`.
        page: where the owner's page is served; None where there is none.
        contacts: whom the owner calls. They are told to nobody outside the building.
    """

    site: Identity
    gateway: Gateway
    buses: tuple[BusEntry, ...]
    zones: tuple[ZoneEntry, ...]
    detectors: tuple[DetectorEntry, ...]
    outputs: tuple[OutputEntry, ...]
    rules: tuple[RuleEntry, ...]
    uplink: Uplink
    metrics: Metrics | None
    profiles: Mapping[str, Profile]
    definition: SiteDefinition
    hash: str
    page: Page | None = None
    contacts: tuple[Contact, ...] = ()


MOST_CENTRES: Final = 4

CREDENTIAL: Final = "credential:"
"""Before the name of a credential that systemd gives the service, in the place of a file."""

_CREDENTIAL_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,254}")


def check_credential(field_name: str, written: str | None) -> None:
    """Refuse `credential:` without a name that can be a file's."""
    if written is None or not written.startswith(CREDENTIAL):
        return
    name = written.removeprefix(CREDENTIAL)
    if not _CREDENTIAL_NAME.fullmatch(name):
        raise InvalidSettingError(
            field_name,
            f"{name!r} is no name of a credential",
            "write it as in LoadCredential=NAME:FILE: letters, digits, - _ and .",
        )


def check_topic_word(field_name: str, word: str) -> None:
    """Refuse an id that cannot stand in an MQTT topic, a metric or a file name."""
    if not (word.isascii() and word.replace("-", "").replace("_", "").isalnum() and len(word) < 65):
        raise InvalidSettingError(
            field_name,
            f"{word!r} is no id",
            "up to 64 letters, digits, - and _, without accents or spaces",
        )


_RULE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS_OF_RULES: Final = KEYWORDS.union(FUNCTIONS)


def check_rule_name(field_name: str, word: str) -> None:
    """Refuse an id that cannot stand in an expression."""
    check_topic_word(field_name, word)
    if word in _WORDS_OF_RULES:
        raise InvalidSettingError(
            field_name, f"{word!r} is a word of the rule language", f"choose another, as {word}-1"
        )
    if not _RULE_NAME.fullmatch(word):
        raise InvalidSettingError(
            field_name, f"{word!r} cannot be written in a rule", "begin with a letter"
        )
