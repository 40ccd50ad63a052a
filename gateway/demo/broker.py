"""The MQTT broker of the demo's province: mosquitto where it is installed, else amqtt."""

import importlib.util
import os
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from gateway.demo.failure import DemoError
from gateway.demo.program import ANSWERS_WITHIN_S, Program

HOST: Final = "127.0.0.1"
KINDS: Final = ("mosquitto", "amqtt")
PLACES: Final = (
    "/usr/sbin",
    "/usr/local/sbin",
)  # Debian keeps daemons where no person's PATH looks
LOOK_AGAIN_S: Final = 0.05

MOSQUITTO_SETTINGS: Final = """\
listener {port} {host}
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes true
"""
"""What it queues for the subscriber outlives its own restart, as in a province's data centre."""


class Broker:
    """A broker that can be started and stopped.

    Attributes:
        kind: which.
        port: where the gateway and everybody else finds it.
        centre_port: where the centre's subscriber finds it.
        version: the MQTT version that it speaks.
    """

    def __init__(self, kind: str, port: int, folder: Path) -> None:
        self.kind = kind
        self.port = port
        is_mosquitto = kind == "mosquitto"
        self.version = "5" if is_mosquitto else "3.1.1"
        self.centre_port = port if is_mosquitto else free_port()
        command = self._mosquitto(folder) if is_mosquitto else self._amqtt()
        self._program = Program(kind, command, folder)

    def start(self) -> None:
        """Start it; the centre can then subscribe."""
        self._program.start()
        if self.kind == "mosquitto":
            self._wait_for_port()
        else:
            self._program.hear()

    def admit(self) -> None:
        """Let the gateway in, now that the centre has subscribed."""
        if self.kind != "mosquitto":
            self._program.tell("admit")
            self._program.hear()

    def stop(self) -> None:
        """Stop it."""
        self._program.stop()

    def _wait_for_port(self) -> None:
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while time.monotonic() < deadline and self._program.is_running:
            with suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
                return
            time.sleep(LOOK_AGAIN_S)
        raise self._program.failure(f"does not listen on port {self.port}")

    def _mosquitto(self, folder: Path) -> Sequence[str]:
        program = find_mosquitto()
        assert program is not None, "kind_of_broker found it"
        settings = MOSQUITTO_SETTINGS.format(port=self.port, host=HOST, folder=folder)
        if os.geteuid() == 0:
            settings += "user root\n"  # else it takes a user that cannot write into the folder
        file = folder / "mosquitto.conf"
        file.write_text(settings)
        return (program, "-c", str(file))

    def _amqtt(self) -> Sequence[str]:
        ports = (str(self.port), str(self.centre_port))
        return (sys.executable, "-m", "gateway.demo.amqtt_broker", *ports)


def kind_of_broker(wanted: str | None) -> str:
    """Choose among the brokers that are there; None takes the first."""
    there = {
        "mosquitto": find_mosquitto() is not None,
        "amqtt": importlib.util.find_spec("amqtt") is not None,
    }
    for kind in KINDS if wanted is None else (wanted,):
        if there[kind]:
            return kind
    raise DemoError(
        f"no MQTT broker ({' or '.join(KINDS if wanted is None else (wanted,))}): "
        "sudo apt-get install mosquitto, or pip install -r requirements/demo.txt"
    )


def find_mosquitto() -> str | None:
    """Find mosquitto, also where no person's PATH looks."""
    return shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), *PLACES)))


def asked_for(port: int) -> int:
    """Give back a port that a person asked for, unless somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:  # the latter: there is no such port
            raise DemoError(f"--broker-port {port}: {error}") from None
    return port


def free_port(*preferred: int) -> int:
    """Give a TCP port of loopback that nobody listens on: the first preferred one that is free."""
    for port in (*preferred, 0):
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            found: int = probe.getsockname()[1]
            return found
    raise DemoError("no TCP port is free on loopback")
