"""firegw simulate device as a test holds it: a process, and orders to it."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
ANSWERS_WITHIN_SECONDS = 10


class PlayedDevices:
    """Devices of profiles in a process of their own."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gateway.cli.firegw"),
                *("simulate", "device", *arguments, "--json"),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._unread = b""
        self.port = self._read()["port"]

    def tell(self, order: str) -> dict:
        """Give an order, and give back its answer."""
        self.process.stdin.write(order.encode() + b"\n")
        self.process.stdin.flush()
        return self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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
            assert chunk, "the played devices gave no answer"
            self._unread += chunk
        line, self._unread = self._unread.split(b"\n", 1)
        return json.loads(line)
