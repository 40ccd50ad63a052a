"""The market in the demo: its detectors as programs of their own, moved by the story.

The Modbus devices and the dust sensor are other processes at the far end of pseudo-terminals and a
TCP port; the contacts on the header are the mock pins of the daemon's process. Addresses are those
of config/examples/market.yaml and of the profiles that it names.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from gateway.demo.broker import HOST
from gateway.demo.failure import DemoError
from gateway.demo.program import Program

MODBUS: Final = (sys.executable, "-m", "gateway.demo.modbus_device")
PLAYED: Final = (sys.executable, "-m", "gateway.cli.firegw", "simulate", "device", "--json")
DUST_SENSOR: Final = (sys.executable, "-m", "gateway.demo.dust_sensor")

SMOKE_RELAYS, STALLS_HEAT, KITCHEN_HEAT, KITCHEN_CO = 1, 2, 3, 4  # units on the RS-485 line
STALLS_SMOKE_1, STALLS_SMOKE_2 = 2, 3  # channels of the relay module, counted from 0
CHANNELS: Final = 8
HEAT_REGISTER, CO_REGISTER = 0, 6
GAS_UNIT, GAS_PROFILE = 1, "honeywell-sensepoint-xrl"
HALL_CALL_POINT, SIREN = 17, 22  # GPIO lines

QUIET_CELSIUS, QUIET_CO_PPM = 31.0, 2.0


class Building:
    """The detectors of the market, and what they sense."""

    def __init__(self, folder: Path) -> None:
        self.rs485 = folder / "rs485"
        self.dust = folder / "dust"
        self.pins = folder / "pins"
        self.pressed: set[int] = set()
        line = ("--rtu", str(self.rs485), "--units", "1-4", "--baud", "9600")
        self._line = Program("modbus-rtu", (*MODBUS, *line), folder)
        gas = (*PLAYED, GAS_PROFILE, "--tcp", f"{HOST}:0", "--unit", str(GAS_UNIT))
        self._gas = Program("modbus-tcp", gas, folder)
        self._dust = Program("dust-sensor", (*DUST_SENSOR, str(self.dust)), folder)
        self.gas_port = 0

    def open(self) -> None:
        """Start the devices, all quiet."""
        os.mkfifo(self.pins, mode=0o600)
        for program in (self._line, self._gas, self._dust):
            program.start()
        json.loads(self._line.hear())
        self.gas_port = json.loads(self._gas.hear())["port"]
        self._dust.hear()
        for channel in range(CHANNELS):
            self.smoke(channel, sensed=False)
        self.stalls_heat(QUIET_CELSIUS + 2)
        self.kitchen_heat(QUIET_CELSIUS)
        self.kitchen_co(QUIET_CO_PPM)
        self.kitchen_gas(0.5)

    def close(self) -> None:
        """End them."""
        for program in (self._dust, self._gas, self._line):
            program.stop()

    def smoke(self, channel: int, *, sensed: bool) -> None:
        """Let the relay of a smoke detector close or open."""
        self._set(SMOKE_RELAYS, "discrete-input", channel, int(sensed))

    def stalls_heat(self, celsius: float) -> None:
        """Set the temperature at the cloth stalls."""
        self._set(STALLS_HEAT, "input-register", HEAT_REGISTER, round(celsius * 10))

    def kitchen_heat(self, celsius: float) -> None:
        """Set the temperature in the kitchen."""
        self._set(KITCHEN_HEAT, "input-register", HEAT_REGISTER, round(celsius * 10))

    def kitchen_co(self, ppm: float) -> None:
        """Set the carbon monoxide in the kitchen."""
        self._set(KITCHEN_CO, "holding-register", CO_REGISTER, round(ppm * 10))

    def kitchen_gas(self, percent_lel: float) -> None:
        """Set the gas in the kitchen, in a device that is whole: its state, its heartbeat."""
        self._gas.tell(f"gas {percent_lel:g}")
        _obeyed(self._gas, f"gas {percent_lel:g}")

    def cut_cable(self, unit: int) -> None:
        """Let a device on the line fall silent."""
        _order(self._line, do="mishap", unit=unit, kind="silent")

    def mend_cable(self, unit: int) -> None:
        """Let it answer again."""
        _order(self._line, do="behave", unit=unit)

    def press(self, line: int) -> None:
        """Press a call point: its contact closes, and stays closed."""
        self.pressed.add(line)
        self._move(line, "low")

    def put_back(self, line: int) -> None:
        """Put a call point back with its key."""
        self.pressed.discard(line)
        self._move(line, "high")

    def _set(self, unit: int, table: str, address: int, value: int) -> None:
        _order(self._line, do="set", unit=unit, table=table, address=address, values=[value])

    def _move(self, line: int, level: str) -> None:
        try:
            fifo = os.open(self.pins, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:  # nobody has it open for reading
            raise DemoError(f"the daemon's mock pins are gone: {error}") from None
        with os.fdopen(fifo, "wb") as orders:
            orders.write(f"{line} {level}\n".encode())


def _order(program: Program, **command: Any) -> None:
    """Give the Modbus program an order, and see that it was followed."""
    program.tell(json.dumps(command))
    _obeyed(program, str(command))


def _obeyed(program: Program, order: str) -> None:
    reply = json.loads(program.hear())
    if "error" in reply:
        raise program.failure(f"refuses {order}: {reply['error']}")
