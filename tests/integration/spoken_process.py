"""A program that plays devices as a test holds it: lines to it, and a line of JSON for each."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ANSWERS_WITHIN_SECONDS = 10


class SpokenProcess:
    """A module run by Python, which says on its first line at which port it plays."""

    def __init__(self, *module_and_arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *module_and_arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._unread = b""
        self.port = self._read()["port"]

    def say(self, line: str) -> dict:
        """Say a line, and give the answer."""
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        return self._read()

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
            assert chunk, "the played devices gave no answer"
            self._unread += chunk
        line, self._unread = self._unread.split(b"\n", 1)
        return json.loads(line)
