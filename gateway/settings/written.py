"""Entries of a site file and of a profile as they are written, where that is not as they are used.

A site file names zones, buses and profiles by id, leaves out what has a default that depends on
another entry, and gives driver options beside the common keys. The loader turns these into the
entries of gateway.settings.model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from gateway.settings.model import (
    Gateway,
    Identity,
    Metrics,
    Uplink,
    ZoneEntry,
    check_rule_name,
    check_topic_word,
)
from gateway.settings.owner import Contact, Page
from gateway.settings.written_schedule import WrittenSchedule
from rules.condition import Condition
from rules.instant import Duration, seconds
from rules.language.token import LONGEST_TEXT
from rules.output import OutputKind
from rules.problem import InvalidSettingError
from rules.profile import DetectorKind, EndOfLine, QuantityRange, check_stuck_after
from rules.site import OnUnknown

SHORTEST_PERIOD: Final = seconds(0.01)
LONGEST_PERIOD: Final = seconds(30)  # three missed readings are still told within 100 s
LONGEST_SILENCE: Final = seconds(95)  # EN 54-2: a fault is told within 100 s, all included
LONGEST_HOLD: Final = seconds(3600)
LONGEST_LIFE: Final = seconds(50 * 365.25 * 86400)
LONGEST_DELAY: Final = seconds(600)  # EN 54-2, 7.11: a delay of outputs is 10 min at most
MOST_COINCIDENT: Final = 8

RAISABLE: Final = (
    Condition.FIRE_ALARM,
    Condition.GAS_ALARM,
    Condition.PRE_ALARM,
    Condition.SUPERVISORY,
    Condition.FAULT,
)
"""What a rule can raise: not what becomes of a rule, nor what a person orders."""

_ALARMING: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM})


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBus:
    """A bus; beside the id stands the driver's name, with the driver's options."""

    id: str = field(metadata={"help": "short id, named by detectors", "example": "panel"})

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDetector:
    """A detector; the driver's options stand beside these keys."""

    id: str = field(metadata={"help": "short id, used in rules", "example": "hall-smoke-1"})
    zone: str = field(metadata={"help": "id of the zone it stands in"})
    bus: str = field(metadata={"help": "id of the bus it is wired to"})
    profile: str = field(metadata={"help": "its model: name of a file in profiles, without .yaml"})
    kind: DetectorKind | None = field(
        default=None, metadata={"help": "what it is there for; the profile's kind if absent"}
    )
    name: str | None = field(
        default=None, metadata={"help": "the name that people use; the id if absent"}
    )
    every: Duration = field(default=seconds(1), metadata={"help": "how often it is read"})
    stale_after: Duration | None = field(
        default=None,
        metadata={
            "help": "how old a value may be before it is unknown; three times every if absent, "
            "and at least 10 s"
        },
    )
    installed: date | None = field(
        default=None,
        metadata={"help": "the day of its installation, as 2026-09-02: its service life begins"},
    )

    def __post_init__(self) -> None:
        check_rule_name("id", self.id)
        if not SHORTEST_PERIOD <= self.every <= LONGEST_PERIOD:
            raise InvalidSettingError("every", "must be from 10 ms to 30 s")
        if self.stale_after is None:
            return
        if self.stale_after < self.every:
            raise InvalidSettingError(
                "stale_after",
                "the value would be unknown before the next is read",
                "make it at least three times every",
            )
        if self.stale_after > LONGEST_SILENCE:
            raise InvalidSettingError(
                "stale_after", "must be 95 s at most, to be told within 100 s (EN 54-2)"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOutput:
    """An output; the driver's options stand beside these keys."""

    id: str = field(metadata={"help": "short id", "example": "siren"})
    bus: str = field(metadata={"help": "id of the bus it is wired to"})
    kind: OutputKind = field(metadata={"help": "what it is"})
    driven_by: frozenset[Condition] | None = field(
        default=None,
        metadata={
            "help": "conditions that drive it; fire-alarm and gas-alarm if absent. "
            "A fault relay has none: any fault releases it"
        },
    )
    zones: frozenset[str] = field(
        default=frozenset(), metadata={"help": "only in these zones; in all if absent"}
    )
    delay: Duration = field(
        default=Duration(0),
        metadata={"help": "how long it waits after an alarm; a manual call point does not wait"},
    )
    coincidence: int = field(
        default=1,
        metadata={"help": "how many detectors of a zone must be in alarm; a call point is enough"},
    )

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)
        if self.driven_by is not None and self.kind is OutputKind.FAULT_RELAY:
            raise InvalidSettingError(
                "driven_by", "means nothing on a fault relay: any fault releases it", "delete it"
            )
        if self.driven_by is not None and not self.driven_by:
            raise InvalidSettingError("driven_by", "nothing would ever drive this output")
        if self.delay > LONGEST_DELAY:
            raise InvalidSettingError("delay", "must be 10 min at most, as EN 54-2 has it")
        if not 1 <= self.coincidence <= MOST_COINCIDENT:
            raise InvalidSettingError("coincidence", f"must be from 1 to {MOST_COINCIDENT}")
        if self.kind is OutputKind.FAULT_RELAY:
            self._refuse_waiting()

    def _refuse_waiting(self) -> None:
        if self.delay:
            raise InvalidSettingError(
                "delay", "a fault relay waits for nothing: any fault releases it", "delete it"
            )
        if self.coincidence != 1:
            raise InvalidSettingError(
                "coincidence", "a fault relay is released by one fault", "delete it"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRule:
    """A rule."""

    id: str = field(metadata={"help": "short id, named in events", "example": "hall-fire"})
    zone: str = field(metadata={"help": "id of the zone in which it raises its condition"})
    raises: Condition = field(metadata={"help": "the condition", "choices": RAISABLE})
    when: str = field(metadata={"help": "true while the cause holds", "longest": LONGEST_TEXT})
    hold: Duration = field(
        default=Duration(0),
        metadata={
            "key": "for",
            "help": "how long `when` must be true before the condition is entered",
        },
    )
    clear: str | None = field(
        default=None,
        metadata={
            "help": "true when the cause has gone; the contrary of `when` if absent",
            "longest": LONGEST_TEXT,
        },
    )
    latching: bool | None = field(
        default=None,
        metadata={
            "help": "whether the condition stays until a person resets it; "
            "true for fire-alarm and gas-alarm if absent, else false"
        },
    )
    on_unknown: OnUnknown = field(
        default=OnUnknown.DEGRADE,
        metadata={
            "help": "what it does while faulty detectors leave `when` open: degrade its zone, or "
            "raise the alarm besides"
        },
    )

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)
        if self.hold > LONGEST_HOLD:
            raise InvalidSettingError("hold", "must be 1 h at most")
        if self.on_unknown is OnUnknown.ALARM and self.raises not in _ALARMING:
            raise InvalidSettingError(
                "on_unknown",
                f"only an alarm is raised by what is unknown, and {self.raises} is none",
                "only with fire-alarm, gas-alarm or pre-alarm",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSite:
    """A whole site file."""

    site: Identity = field(metadata={"help": "which facility this is"})
    gateway: Gateway = field(metadata={"help": "this unit"})
    buses: tuple[WrittenBus, ...] = field(metadata={"help": "what devices are wired to"})
    zones: tuple[ZoneEntry, ...] = field(metadata={"help": "the parts of the building"})
    detectors: tuple[WrittenDetector, ...] = field(metadata={"help": "devices that measure"})
    outputs: tuple[WrittenOutput, ...] = field(
        default=(), metadata={"help": "sirens, beacons, lamps, buzzers and relays"}
    )
    schedules: tuple[WrittenSchedule, ...] = field(
        default=(), metadata={"help": "hours that rules can ask for"}
    )
    rules: tuple[WrittenRule, ...] = field(
        default=(), metadata={"help": "when which condition is raised"}
    )
    uplink: Uplink = field(metadata={"help": "how the centre is reached"})
    metrics: Metrics | None = field(
        default=None, metadata={"help": "Prometheus metrics on loopback; none if absent"}
    )
    contacts: tuple[Contact, ...] = field(
        default=(),
        metadata={"help": "whom the owner calls, at most ten; told to nobody outside the building"},
    )
    page: Page | None = field(
        default=None, metadata={"help": "the owner's read-only page; none if absent"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenContact:
    """What a profile can say of a contact, which has no range."""

    end_of_line: EndOfLine | None = field(
        default=None,
        metadata={"help": "the bands of a supervised loop, where the driver measures its level"},
    )
    stuck_after: Duration | None = field(
        default=None,
        metadata={"help": "only of a contact that never rests so long; at least 1 min"},
    )

    def __post_init__(self) -> None:
        check_stuck_after(self.stuck_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenProfile:
    """A profile; beside these keys stands the driver's name, with its registers or frames."""

    id: str = field(
        metadata={"help": "as the file is named, without .yaml", "example": "dry-contact"}
    )
    name: str = field(metadata={"help": "maker and model, as printed on the device"})
    driver: str = field(metadata={"help": "the driver that can read it"})
    kind: DetectorKind = field(
        metadata={"help": "what a detector of this model is, unless the site says otherwise"}
    )
    source: str = field(
        metadata={"help": "where the registers or frames were taken from", "longest": 1000}
    )
    warm_up: Duration = field(
        default=Duration(0),
        metadata={"help": "how long after power-up its values mean nothing"},
    )
    service_life: Duration = field(
        default=Duration(0),
        metadata={
            "help": "how long after its installation it may be relied on, as 10 y; "
            "absent where the maker says nothing",
            "longest": LONGEST_LIFE,
        },
    )
    quantities: Mapping[str, QuantityRange] = field(
        metadata={"help": "what it measures, and in which range that can be believed"}
    )

    def __post_init__(self) -> None:
        check_topic_word("id", self.id)
        if self.warm_up > LONGEST_HOLD:
            raise InvalidSettingError("warm_up", "must be 1 h at most")
