"""The drivers that there are: one literal dictionary, and nothing else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from drivers.bus import DriverKind
from drivers.gpio.options import GpioBusOptions, GpioDetectorOptions, GpioOutputOptions
from drivers.modbus.options import (
    ModbusBusOptions,
    ModbusDetectorOptions,
    ModbusOutputOptions,
    ModbusProfile,
)
from drivers.serial.options import SerialBusOptions, SerialDetectorOptions, SerialProfile
from drivers.simulated.options import (
    SimulatedBusOptions,
    SimulatedDetectorOptions,
    SimulatedOutputOptions,
)

DRIVERS: Final[Mapping[str, DriverKind]] = MappingProxyType(
    {
        "gpio": DriverKind(
            bus_options=GpioBusOptions,
            detector_options=GpioDetectorOptions,
            output_options=GpioOutputOptions,
            profile=None,
            bus_module="drivers.gpio.bus",
        ),
        "modbus": DriverKind(
            bus_options=ModbusBusOptions,
            detector_options=ModbusDetectorOptions,
            output_options=ModbusOutputOptions,
            profile=ModbusProfile,
            bus_module="drivers.modbus.bus",
        ),
        "serial": DriverKind(
            bus_options=SerialBusOptions,
            detector_options=SerialDetectorOptions,
            output_options=None,
            profile=SerialProfile,
            bus_module="drivers.serial.bus",
        ),
        "simulated": DriverKind(
            bus_options=SimulatedBusOptions,
            detector_options=SimulatedDetectorOptions,
            output_options=SimulatedOutputOptions,
            profile=None,
            bus_module="drivers.simulated.bus",
        ),
    }
)
