"""A building, its gateway and its broker, and `firegw monitor` on a terminal before it.

The terminal is a real pseudo-terminal; what is written to it is read by pyte, as a person would
read it. Keys are bytes, as a keyboard sends them.
"""

import codecs
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from typing import Self

import pyte
import pytest
from daemon_process import HEAD, ROOT, Daemon, Played, wait_for
from mosquitto_broker import Mosquitto

WITHIN_S = 30.0
SMOKE = """\
id: simulated-smoke
name: a simulated smoke detector
driver: simulated
kind: smoke-detector
source: none
quantities: {smoke: {lowest: 0 %/m, highest: 20 %/m, hazardous_side: high}}
"""
HEAT = """\
id: simulated-heat
name: a simulated heat detector
driver: simulated
kind: heat-detector
source: none
quantities: {temperature: {lowest: -20 °C, highest: 120 °C, hazardous_side: high}}
"""
PLACES = (
    # id, name, zone, profile, what else
    ("hall-smoke-1", "Sảnh – trần đông", "hall", "simulated-smoke", "rest: 0.1"),
    ("hall-smoke-2", "Sảnh – trần tây", "hall", "simulated-smoke", "rest: 0.1"),
    ("hall-mcp", "Nút ấn cửa chính", "hall", "simulated-contact", "kind: manual-call-point"),
    ("stall-heat-1", "Quầy 12", "stalls", "simulated-heat", "rest: 27"),
    ("stall-heat-2", "Quầy 31", "stalls", "simulated-heat", "rest: 26"),
    ("store-smoke-1", "Kho – cửa", "store", "simulated-smoke", "rest: 0.2"),
)
DETECTORS = "".join(
    f"  - {{id: {id_}, name: {name}, zone: {zone}, bus: played, profile: {profile}, {more}}}\n"
    for id_, name, zone, profile, more in PLACES
)
SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones:
  - {{id: hall, name: Sảnh chính}}
  - {{id: stalls, name: Dãy quầy vải – tầng 1}}
  - {{id: store, name: Kho sơn}}
detectors:
{detectors}
outputs:
  - {{id: siren, bus: played, kind: siren}}
rules:
  - {{id: hall-haze, zone: hall, raises: pre-alarm, when: any(smoke > 2 %/m)}}
  - {{id: hall-fire, zone: hall, raises: fire-alarm, when: any(smoke > 4 %/m)}}
  - {{id: stalls-fire, zone: stalls, raises: fire-alarm, when: any(temperature > 58 °C)}}
  - {{id: store-fire, zone: store, raises: fire-alarm, when: any(smoke > 4 %/m)}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""
LOCALE = {"LC_ALL": "", "LC_CTYPE": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "LANGUAGE": ""}


class RootsDaemon(Daemon):
    """A daemon that lets nobody operate by its command line: root may as it is."""

    @property
    def arguments(self) -> tuple[str, ...]:
        whole = super().arguments
        return whole[: whole.index("--operator-uid")] if os.geteuid() == 0 else whole


class MonitoredBuilding:
    """All of it, running."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Mosquitto(folder).start()
        self.building = Played(folder / "script.txt")
        site = HEAD + SITE.format(
            script=self.building.path, detectors=DETECTORS, broker=self.broker.port
        )
        profiles = {"simulated-smoke": SMOKE, "simulated-heat": HEAT}
        self.daemon = RootsDaemon(folder, site, profiles=profiles).start()
        try:
            self.daemon.until_up()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End all of it."""
        self.daemon.__exit__()
        self.broker.stop()


class Watched:
    """`firegw monitor` on a pseudo-terminal, or another command.

    Attributes:
        sent: the bytes that it has written, of all time.
    """

    def __init__(
        self,
        *arguments: str,
        term: str = "xterm-256color",
        size: tuple[int, int] = (80, 24),
        **environment: str,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.sent = bytearray()
        self.code: int | None = None
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            # Before it begins: a change of size that comes while it starts would be missed.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            self._become(arguments, {"TERM": term, **environment})
        self.attributes = termios.tcgetattr(self.terminal)

    @staticmethod
    def _become(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        os.chdir(ROOT)
        whole = {**os.environ, **LOCALE, "PYTHONPATH": str(ROOT), **environment}
        wanted = {name: value for name, value in whole.items() if value}
        for size in ("COLUMNS", "LINES"):  # they would hide the terminal's own
            wanted.pop(size, None)
        if "NO_COLOR" not in environment:
            wanted.pop("NO_COLOR", None)
        command = (sys.executable, "-m", "gateway.cli.firegw", *arguments)
        os.execve(command[0], command, wanted)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.code is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        with contextlib.suppress(OSError):
            os.close(self.terminal)

    def read(self, for_s: float = 0.1) -> bool:
        """Read what there is; False once there will be no more."""
        if not select.select([self.terminal], [], [], for_s)[0]:
            return True
        try:
            told = os.read(self.terminal, 65536)
        except OSError:  # the other end is closed
            return False
        self.sent += told
        self._stream.feed(self._decoder.decode(told))
        return bool(told)

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self.terminal, keys.encode())

    @property
    def rows(self) -> list[str]:
        """What is on the screen."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """What is on the screen, as one text."""
        return "\n".join(self.rows)

    def until(self, *words: str, without: tuple[str, ...] = ()) -> str:
        """Read until the screen shows all these words and none of those; give it."""
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline:
            text = self.text
            if all(word in text for word in words) and not any(word in text for word in without):
                return text
            if not self.read():
                break
        return pytest.fail(f"not on the screen: {words} without {without}\n{self.text}")

    def answer(self, key: str, question: str, answer: str = "y") -> None:
        """Press a key, and answer its question once that can be read."""
        self.press(key)
        self.until(question)
        wait_for(lambda: self.read(0.4), "time to read")
        self.press(answer)

    def end(self) -> int:
        """Read until it has ended; give its exit code, or the negative number of a signal."""
        while self.read():
            pass
        _, status = os.waitpid(self.process, 0)
        self.code = os.waitstatus_to_exitcode(status)
        return self.code
