"""What a device model offers, and what kinds of detector there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError
from rules.quantity import QUANTITIES


class DetectorKind(StrEnum):
    """What a detector is there for."""

    SMOKE = "smoke-detector"
    HEAT = "heat-detector"
    GAS = "gas-detector"
    CO = "co-detector"
    MANUAL_CALL_POINT = "manual-call-point"
    PANEL_ALARM = "panel-alarm"  # the fire panel's alarm relay
    PANEL_FAULT = "panel-fault"  # the fire panel's fault relay
    SUPERVISED_EQUIPMENT = "supervised-equipment"  # valve, pump, door, mains
    SENSOR = "sensor"  # an instrument that no standard calls a detector


class HazardousSide(StrEnum):
    """On which side of its range a value beyond it means danger rather than a broken sensor."""

    HIGH = "high"
    LOW = "low"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentLoop:
    """A 4-20 mA loop after NAMUR NE 43: the driver gives mA; 4 mA is lowest, 20 mA highest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfLine:
    """The bands of a supervised loop with an end-of-line resistor, as the driver measures it.

    What lies between the bands is a fault. The numbers are whatever the device gives: a part of the
    reference voltage, volts, ohms.

    Attributes:
        short_below: below this the loop is shorted.
        active_from: from here to active_to the contact is active.
        active_to: see there.
        normal_from: from here to normal_to it is at rest.
        normal_to: see there.
        open_above: above this the loop is open.
    """

    short_below: float = field(metadata={"help": "below this the loop is shorted"})
    active_from: float = field(metadata={"help": "from here to active_to the contact is active"})
    active_to: float = field(metadata={"help": "end of the band of active"})
    normal_from: float = field(metadata={"help": "from here to normal_to the contact is at rest"})
    normal_to: float = field(metadata={"help": "end of the band of rest"})
    open_above: float = field(metadata={"help": "above this the loop is open: its wire is cut"})

    def __post_init__(self) -> None:
        bands = sorted([(self.active_from, self.active_to), (self.normal_from, self.normal_to)])
        (first, first_end), (second, second_end) = bands
        if not (self.short_below <= first < first_end < second < second_end <= self.open_above):
            raise InvalidSettingError(
                "end_of_line",
                "the bands overlap or are empty",
                "in order: short, two bands of which one is active and one normal, open",
            )


SHORTEST_STUCK: Final = seconds(60)
"""A detector may be read every 30 s: two readings that are equal by chance are no sign."""


def check_stuck_after(stuck_after: Duration | None) -> None:
    """Refuse a time in which an honest device may well give the same value twice."""
    if stuck_after is not None and stuck_after < SHORTEST_STUCK:
        raise InvalidSettingError(
            "stuck_after",
            "must be 1 min at least",
            "longer than a living device ever gives the very same value",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityRange:
    """The range in which a device's value of one quantity can be believed.

    Attributes:
        lowest: in the canonical unit of the quantity.
        highest: likewise.
        hazardous_side: a value beyond this side is over-range: it compares as beyond every
            threshold. Beyond the other side it is implausible, and unknown to the rules.
        current_loop: where the driver gives the current of a 4-20 mA loop: 4 mA is lowest, 20 mA
            highest.
        end_of_line: where the driver measures a supervised loop; only of a contact.
        stuck_after: exactly the same value for so long is a fault; None where a device may be so
            quiet.
    """

    lowest: float = field(metadata={"measured": True, "help": "with its unit, as 0 ppm"})
    highest: float = field(metadata={"measured": True, "help": "with its unit, as 500 ppm"})
    hazardous_side: HazardousSide = field(
        default=HazardousSide.HIGH,
        metadata={
            "help": "beyond this side a value means danger, beyond the other a broken sensor"
        },
    )
    current_loop: CurrentLoop | None = field(
        default=None,
        metadata={"help": "{} where the driver gives the mA of a 4-20 mA loop, from lowest on"},
    )
    end_of_line: EndOfLine | None = field(
        default=None,
        metadata={"help": "the bands of a supervised loop, where the driver measures one"},
    )
    stuck_after: Duration | None = field(
        default=None,
        metadata={"help": "exactly the same value for so long is a fault; at least 1 min"},
    )

    def __post_init__(self) -> None:
        if self.current_loop is not None and self.end_of_line is not None:
            raise InvalidSettingError("end_of_line", "a 4-20 mA loop has no end-of-line resistor")
        check_stuck_after(self.stuck_after)
        if not self.lowest < self.highest:
            raise InvalidSettingError("highest", "the range is empty: lowest must be below highest")


CONTACT_RANGE = QuantityRange(lowest=0.0, highest=1.0, hazardous_side=HazardousSide.NEITHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One device model.

    Attributes:
        id: its name in site files, also the name of its file.
        name: maker and model, as printed on the device.
        driver: a name in drivers.registry.DRIVERS.
        kind: what a detector of this model is, unless the site says otherwise.
        source: where the registers or frames were taken from.
        quantities: by name, the range of each quantity that the model measures.
        warm_up: how long after power-up its values mean nothing.
        service_life: how long after its installation it may be relied on; 0 where the maker says
            nothing.
        device: what the driver has to know of the model; its type is the driver's profile type.
    """

    id: str
    name: str
    driver: str
    kind: DetectorKind
    source: str
    quantities: Mapping[str, QuantityRange]
    warm_up: Duration = Duration(0)
    service_life: Duration = Duration(0)
    device: Any = field(default=None)

    def __post_init__(self) -> None:
        if not self.quantities:
            raise InvalidSettingError("quantities", "a profile must measure something")
        for name in self.quantities:
            if name not in QUANTITIES:
                raise InvalidSettingError(
                    "quantities",
                    f"unknown quantity {name!r}",
                    "known are " + ", ".join(QUANTITIES),
                )
