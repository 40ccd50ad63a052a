"""What a device model offers, and what kinds of detector there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rules.instant import Duration
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
class QuantityRange:
    """The range in which a device's value of one quantity can be believed.

    Attributes:
        lowest: in the canonical unit of the quantity.
        highest: likewise.
        hazardous_side: a value beyond this side is over-range: it compares as beyond every
            threshold. Beyond the other side it is implausible, and unknown to the rules.
    """

    lowest: float = field(metadata={"measured": True, "help": "with its unit, as 0 ppm"})
    highest: float = field(metadata={"measured": True, "help": "with its unit, as 500 ppm"})
    hazardous_side: HazardousSide = field(
        default=HazardousSide.HIGH,
        metadata={
            "help": "beyond this side a value means danger, beyond the other a broken sensor"
        },
    )

    def __post_init__(self) -> None:
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
        device: what the driver has to know of the model; its type is the driver's profile type.
    """

    id: str
    name: str
    driver: str
    kind: DetectorKind
    source: str
    quantities: Mapping[str, QuantityRange]
    warm_up: Duration = Duration(0)
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
