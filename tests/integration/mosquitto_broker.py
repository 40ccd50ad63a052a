"""A real mosquitto on a free port, to start, stop and start again."""

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

STARTS_WITHIN_S = 10


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@dataclass
class Mosquitto:
    """A broker on 127.0.0.1; settings are lines of mosquitto.conf. It remembers nothing."""

    directory: Path
    settings: tuple[str, ...] = ("allow_anonymous true",)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen | None = None

    def start(self) -> "Mosquitto":
        config = self.directory / f"mosquitto-{self.port}.conf"
        config.write_text(self._configuration())
        log = (self.directory / f"mosquitto-{self.port}.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                ["mosquitto", "-c", str(config)], stdout=log, stderr=log
            )
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            assert self._process.poll() is None, self.log()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return self
        raise AssertionError(f"mosquitto does not listen: {self.log()}")

    def _configuration(self) -> str:
        return "\n".join(
            [
                f"listener {self.port} 127.0.0.1",
                "persistence false",
                "max_queued_messages 100000",
                "set_tcp_nodelay true",
                *(["user root"] if os.geteuid() == 0 else []),  # else it cannot read tmp_path
                *self.settings,
                "",
            ]
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def reload(self) -> None:
        """Read passwords and access lists anew."""
        self._process.send_signal(signal.SIGHUP)

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        return (self.directory / f"mosquitto-{self.port}.log").read_text(errors="replace")
