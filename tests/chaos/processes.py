"""Brokers and centres, each a process that is killed, frozen and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from chaos.network import CABLES, PORT, Network

ROOT = Path(__file__).parents[2]
ORACLE = "oracle"
REFERENCE = "pc07-33"
SCALED_FIREGW = (sys.executable, str(Path(__file__).with_name("scaled_firegw.py")))


class Child:
    """A program in a namespace. Everything may be asked of it in any state."""

    def __init__(self, command: tuple[str, ...], log: Path) -> None:
        self._command = command
        self._log = log
        self._process: subprocess.Popen | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if self.is_alive:
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
            )

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        if self.is_alive:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.is_alive:
            self._process.send_signal(signal.SIGCONT)


class Broker(Child):
    """A mosquitto at the centre's end of some paths; it keeps its sessions on its disk."""

    def __init__(self, network: Network, paths: Sequence[str], folder: Path) -> None:
        folder.mkdir()
        self._stored = folder / "mosquitto.db"
        config = folder / "mosquitto.conf"
        listeners = (f"listener {PORT} {CABLES[path].host}\n" for path in paths)
        config.write_text(
            f"{''.join(listeners)}"
            "allow_anonymous true\n"
            "user root\n"
            "persistence true\n"
            f"persistence_location {folder}/\n"
            "autosave_on_changes true\n"
            "autosave_interval 1\n"
            "max_queued_messages 100000\n"
            "set_tcp_nodelay true\n"
        )
        command = (*network.inside(network.centre), "mosquitto", "-c", str(config))
        super().__init__(command, folder / "broker.log")

    def forget(self) -> None:
        """Lose what it kept: its sessions, and what it had promised to deliver."""
        self._stored.unlink(missing_ok=True)


def oracle(network: Network, folder: Path, key: Path, ways: Sequence[str]) -> Child:
    """Give the oracle. A way is as in `lan=10.77.1.1:1883`."""
    program = (sys.executable, str(Path(__file__).with_name("receiver.py")))
    arguments = (str(folder / "oracle.db"), str(key), ORACLE, *ways)
    return Child((*network.inside(network.centre), *program, *arguments), folder / "oracle.log")


def reference_centre(network: Network, folder: Path, key: Path) -> Child:
    """Give `firegw centre`, which keeps what it receives in centre.db."""
    return Child(
        (
            *network.inside(network.centre),
            *(*SCALED_FIREGW, "centre", "--centre", REFERENCE, "--insecure"),
            *("--broker", f"{CABLES['lan'].host}:{PORT}"),
            *("--database", str(folder / "centre.db"), "--signing-key", str(key)),
        ),
        folder / "centre.log",
    )
