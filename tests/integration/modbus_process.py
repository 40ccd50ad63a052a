"""The devices of gateway.demo.modbus_device as a test holds them: a process, and commands to it."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "gateway.demo.modbus_device"
ANSWERS_WITHIN_SECONDS = 10


class ModbusDevices:
    """Modbus units in a process of their own."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._unread = b""
        self.port = self._read()["port"]

    def do(self, what: str, unit: int = 1, **options: object) -> dict:
        """Give a command, and give back its answer."""
        command = {"do": what, "unit": unit, **options}
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        reply = self._read()
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

    def close(self) -> None:
        """End the process."""
        self.process.stdin.close()
        try:
            self.process.wait(ANSWERS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _read(self) -> dict:
        """Read one line, within a bound."""
        while b"\n" not in self._unread:
            ready, _, _ = select.select([self.process.stdout], [], [], ANSWERS_WITHIN_SECONDS)
            chunk = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            assert chunk, "the Modbus devices gave no answer"
            self._unread += chunk
        line, self._unread = self._unread.split(b"\n", 1)
        return json.loads(line)


def on_rtu(folder: Path, units: str, *arguments: str) -> ModbusDevices:
    """Start devices on a pseudo-terminal."""
    return ModbusDevices("--rtu", str(folder / "rs485"), "--units", units, *arguments)


def on_tcp(units: str, *arguments: str) -> ModbusDevices:
    """Start devices on a free TCP port."""
    return ModbusDevices("--tcp", "127.0.0.1:0", "--units", units, *arguments)
