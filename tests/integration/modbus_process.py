"""The devices of gateway.demo.modbus_device as a test holds them: a process, and commands to it."""

import json
from pathlib import Path

from spoken_process import SpokenProcess

PROGRAM = "gateway.demo.modbus_device"


class ModbusDevices(SpokenProcess):
    """Modbus units in a process of their own."""

    def __init__(self, *arguments: str) -> None:
        super().__init__(PROGRAM, *arguments)

    def do(self, what: str, unit: int = 1, **options: object) -> dict:
        """Give a command, and give back its answer."""
        command = {"do": what, "unit": unit, **options}
        reply = self.say(json.dumps(command))
        assert "error" not in reply, reply
        return reply

    def set(self, unit: int, table: str, address: int, *values: int) -> None:
        """Give registers or bits their values."""
        self.do("set", unit, table=table, address=address, values=list(values))

    def get(self, unit: int, table: str, address: int) -> int:
        """Read one register or bit."""
        return self.do("get", unit, table=table, address=address)["values"][0]

    def mishap(self, unit: int, kind: str, count: int | None = None, **options: object) -> None:
        """Let the next answers, or all, go wrong."""
        self.do("mishap", unit, kind=kind, count=count, **options)

    def asked(self) -> list[list]:
        """Give the questions since the last call: seconds, unit, function, address."""
        return self.do("asked")["asked"]


def on_rtu(folder: Path, units: str, *arguments: str) -> ModbusDevices:
    """Start devices on a pseudo-terminal."""
    return ModbusDevices("--rtu", str(folder / "rs485"), "--units", units, *arguments)


def on_tcp(units: str, *arguments: str) -> ModbusDevices:
    """Start devices on a free TCP port."""
    return ModbusDevices("--tcp", "127.0.0.1:0", "--units", units, *arguments)
