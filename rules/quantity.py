"""The quantities that detectors measure, each with its one canonical unit.

Inside the gateway a value is always in the canonical unit of its quantity; drivers convert at the
edge. Adding a quantity is one line of QUANTITIES.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rules.unit import UNITS, Unit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measurable quantity and its canonical unit."""

    name: str
    unit: Unit


QUANTITIES: Final[Mapping[str, Quantity]] = MappingProxyType(
    {
        name: Quantity(name, UNITS[symbol])
        for name, symbol in (
            ("contact", "bool"),  # 1 is active: the detector or relay reports what it is there for
            ("temperature", "°C"),
            ("smoke", "%/m"),  # obscuration per metre
            ("co", "ppm"),
            ("co2", "ppm"),
            ("oxygen", "%vol"),
            ("gas", "%LEL"),
            ("loop", "mA"),
            ("voltage", "V"),
            ("pressure", "Pa"),
            ("pm2_5", "µg/m³"),  # particles up to 2.5 µm; an indication of smoke, not EN 54-7
            ("humidity", "%RH"),
            ("pulse_rate", "Hz"),  # of a meter's or a detector's pulse output
        )
    }
)
