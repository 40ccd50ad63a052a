"""A program of the demo: a child process that is watched, spoken with, and surely ended."""

import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from gateway.demo.failure import DemoError

SOURCES: Final = Path(__file__).resolve().parents[2]
STOPS_WITHIN_S: Final = 15.0  # the daemon may take a few seconds to send what it has
ANSWERS_WITHIN_S: Final = 20.0  # Python starts slowly on the smallest Pi
LOG_TAIL: Final = 15  # lines of a log that are shown when something went wrong


class Program:
    """One child process.

    It has a session of its own, so that Ctrl-C reaches the demo alone, which then ends its programs
    in their order. What it says on standard error is kept in a log.
    """

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        self.name = name
        self._command = command
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._unread = b""

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, pass_descriptors: Sequence[int] = ()) -> None:
        """Start it, anew if it ran before."""
        self._unread = b""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=SOURCES,
                env=environment(),
                start_new_session=True,
                pass_fds=pass_descriptors,
            )

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        process = self._running()
        assert process.stdin is not None
        try:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise self.failure("ended") from None

    def hear(self, within_s: float = ANSWERS_WITHIN_S) -> str:
        """Read a line of its standard output."""
        process = self._running()
        assert process.stdout is not None
        deadline = time.monotonic() + within_s
        while b"\n" not in self._unread:
            left = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([process.stdout], [], [], left)
            if not ready:
                raise self.failure(f"said nothing within {within_s:g} s")
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                raise self.failure("ended")
            self._unread += chunk
        line, self._unread = self._unread.split(b"\n", 1)
        return line.decode()

    def listen(self, take: Callable[[str], None]) -> None:
        """Have each further line of its standard output taken, in a thread of its own."""
        output = self._running().stdout
        assert output is not None

        def follow() -> None:
            for line in output:
                take(line.decode(errors="replace").rstrip("\n"))

        self._listener = threading.Thread(target=follow, name=f"{self.name} output", daemon=True)
        self._listener.start()

    def kill(self) -> None:
        """End it as a loss of power would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        self._end(signal.SIGTERM)

    def failure(self, what: str) -> DemoError:
        """Say what went wrong with it, and the last lines of its log."""
        with suppress(OSError):
            tail = self._log.read_text(errors="replace").splitlines()[-LOG_TAIL:]
            return DemoError("\n".join([f"{self.name}: {what}", *(f"  {line}" for line in tail)]))
        return DemoError(f"{self.name}: {what}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise DemoError(f"{self.name}: not started")
        return self._process

    def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(number)
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._listener is not None:  # its pipe has ended with the process
            self._listener.join(STOPS_WITHIN_S)
            self._listener = None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not read or flushed is of no interest now
                    pipe.close()


def environment() -> dict[str, str]:
    """Give the environment of the demo's programs: they find the sources, installed or not."""
    return {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONUNBUFFERED": "1"}
