"""The drivers that there are: one literal dictionary, and nothing else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from drivers.bus import DriverKind
from drivers.gpio import options as gpio
from drivers.modbus import device as modbus_device
from drivers.modbus import options as modbus
from drivers.serial import device as serial_device
from drivers.serial import options as serial
from drivers.simulated import options as simulated

DRIVERS: Final[Mapping[str, DriverKind]] = MappingProxyType(
    {
        "gpio": DriverKind(
            bus_options=gpio.GpioBusOptions,
            detector_options=gpio.GpioDetectorOptions,
            output_options=gpio.GpioOutputOptions,
            profile=None,
            bus_module="drivers.gpio.bus",
            probe_module="drivers.gpio.probe",
            bus_claims=gpio.claims_of_bus,
            detector_claims=gpio.claims_of_line,
            output_claims=gpio.claims_of_line,
            measures=gpio.measures,
            bits=gpio.bits,
            check_placed=gpio.check_placed,
        ),
        "modbus": DriverKind(
            bus_options=modbus.ModbusBusOptions,
            detector_options=modbus.ModbusDetectorOptions,
            output_options=modbus.ModbusOutputOptions,
            profile=modbus_device.ModbusProfile,
            bus_module="drivers.modbus.bus",
            probe_module="drivers.modbus.probe",
            bus_claims=modbus.claims_of_bus,
            detector_claims=modbus.claims_of_detector,
            output_claims=modbus.claims_of_output,
            measures=modbus_device.measures,
            bits=modbus_device.bits,
            check_detector=modbus.check_detector,
        ),
        "serial": DriverKind(
            bus_options=serial.SerialBusOptions,
            detector_options=serial.SerialDetectorOptions,
            output_options=None,
            profile=serial_device.SerialProfile,
            bus_module="drivers.serial.bus",
            probe_module="drivers.serial.probe",
            bus_claims=serial.claims_of_bus,
            detector_claims=serial.claims_of_detector,
            measures=serial_device.measures,
            bits=serial_device.bits,
            check_detector=serial.check_detector,
        ),
        "simulated": DriverKind(
            bus_options=simulated.SimulatedBusOptions,
            detector_options=simulated.SimulatedDetectorOptions,
            output_options=simulated.SimulatedOutputOptions,
            profile=None,
            bus_module="drivers.simulated.bus",
        ),
    }
)
