"""The demo's stage: building, broker, gateway and province, set up and taken down in order."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from gateway.control.client import NotPermittedError, UnreachableError, ask
from gateway.control.protocol import Request, Verb
from gateway.control.status import Status
from gateway.demo.broker import Broker, free_port
from gateway.demo.building import SIREN, Building
from gateway.demo.failure import DemoError
from gateway.demo.market import MARKET, Wires, demo_site
from gateway.demo.program import SOURCES, Program, environment
from gateway.demo.province import Province
from gateway.demo.screen import Screen
from gateway.demo.texts import tell
from gateway.demo.told import Tone
from gateway.journal.file import connect_read_only
from gateway.record import RecordName
from gateway.site_file import read_site
from rules.condition import Lane

JOURNAL_FILE: Final = "journal.db"
COMMAND_WITHIN_S: Final = 30.0
LOOK_AGAIN_S: Final = 0.2
ALL_NAMES: Final = """
    SELECT epoch.name, record.lane, record.seq
    FROM record JOIN epoch ON epoch.id = record.epoch ORDER BY record.number
"""


class Stage:
    """Everything that the story moves."""

    def __init__(self, folder: Path, broker: Broker, screen: Screen, pace: float) -> None:
        self.folder = folder
        self.screen = screen
        self.broker = broker
        self.building = Building(folder)
        self.province = Province(broker, screen)
        self.socket = folder / "control.sock"
        self.journal = folder / "state" / JOURNAL_FILE
        self._pace = pace
        self._site = folder / "site.yaml"
        self._gateway: Program | None = None
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with _undisturbed():
            self._closing.close()

    def _set_up(self) -> None:
        self._closing.callback(self.broker.stop)
        self.broker.start()
        self._closing.callback(self.building.close)
        self.building.open()
        self._closing.callback(self.province.close)
        self.province.open()
        self.province.wait_subscribed()
        self.broker.admit()
        self._write_site()
        self.journal.parent.mkdir()
        self._closing.callback(self.stop_gateway)

    def pause(self, seconds: float) -> None:
        """Leave time to read."""
        time.sleep(seconds * self._pace)

    # The gateway.

    def start_gateway(self) -> None:
        """Start the real daemon on the demo's site."""
        # fmt: off
        command = [
            sys.executable, "-m", "gateway.demo.daemon",
            "--pins", str(self.building.pins), "--closed", *map(str, self.building.pressed), "--",
            "run", str(self._site),
            "--state-directory", str(self.journal.parent),
            "--control-socket", str(self.socket),
        ]
        # fmt: on
        if os.getuid() != 0:  # root may operate anyway
            command += ["--operator-uid", str(os.getuid())]
        self._gateway = Program("gateway", command, self.folder)
        self._gateway.start()
        self._gateway.listen(self._show_output)

    def kill_gateway(self) -> None:
        """Take it away as a loss of power would."""
        assert self._gateway is not None
        self._gateway.kill()

    def stop_gateway(self) -> None:
        """Stop it as systemd would."""
        if self._gateway is not None:
            self._gateway.stop()

    def firegw(self, *words: str, head: int | None = None) -> None:
        """Run a command of the gateway as a person would, and show what it says, or its head."""
        cut = "" if head is None else f" | head -n {head}"
        self.screen.command(" ".join(("firegw", *words)) + cut)
        yes = ("--yes",) if "reset" in words else ()
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [
                *(sys.executable, "-m", "gateway.cli.firegw", *words, *yes),
                *("--socket", str(self.socket)),
            ],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=SOURCES,
            env=environment(),
            text=True,
            timeout=COMMAND_WITHIN_S,
        )
        self.screen.output(done.stdout.splitlines()[:head])

    # Waiting, bounded, and only as long as the gateway lives.

    def wait(self, is_so: Callable[[], bool], within_s: float, what: str) -> None:
        """Wait until the province's messages make something so."""
        self._wait(lambda: self.province.wait_until(is_so, LOOK_AGAIN_S), within_s, what)

    def wait_status(self, wanted: Callable[[Status], bool], within_s: float, what: str) -> None:
        """Wait until the gateway itself says so; the centre may not be able to hear it."""

        def is_so() -> bool:
            status = self._status()
            if status is not None and wanted(status):
                return True
            time.sleep(LOOK_AGAIN_S)
            return False

        self._wait(is_so, within_s, what)

    def wait_delivered(self, within_s: float) -> None:
        """Wait until the province has all that the journal holds."""
        self.wait(self.has_all, within_s, "the province has all that the journal holds")

    def has_all(self) -> bool:
        """Tell whether the province has all that the journal holds."""
        received = {arrival.name for arrival in self.province.arrivals()}
        return received.issuperset(self.journaled())

    def _wait(self, look: Callable[[], bool], within_s: float, what: str) -> None:
        assert self._gateway is not None
        deadline = time.monotonic() + within_s
        while not look():
            if not self._gateway.is_running:
                raise self._gateway.failure("ended")
            if time.monotonic() >= deadline:
                raise self._gateway.failure(f"this did not come within {within_s:g} s: {what}")

    def _status(self) -> Status | None:
        try:
            return ask(str(self.socket), Request(verb=Verb.STATUS)).status
        except (UnreachableError, NotPermittedError):  # not there yet
            return None

    def _show_output(self, line: str) -> None:
        number, _, level = line.partition(" ")
        if number == str(SIREN) and level in ("high", "low"):
            now = datetime.now(UTC).astimezone().strftime("%H:%M:%S")
            tone = Tone.ALARM if level == "high" else Tone.GOOD
            self.screen.event(tell(f"siren.{level}", time=now), tone)

    # The journal.

    def journaled(self) -> list[RecordName]:
        """Read the names of all events from the journal, beside its owner."""
        with closing(connect_read_only(self.journal)) as connection:
            try:
                rows = connection.execute(ALL_NAMES).fetchall()
            except sqlite3.Error as error:
                raise DemoError(f"{self.journal}: {error}") from None
        return [RecordName(epoch, Lane(lane), seq) for epoch, lane, seq in rows]

    # Setting up.

    def _write_site(self) -> None:
        wires = Wires(
            rs485=self.building.rs485,
            dust=self.building.dust,
            gas_port=self.building.gas_port,
            broker_port=self.broker.port,
            mqtt_version=self.broker.version,
            metrics_port=free_port(),
        )
        self._site.write_text(demo_site(MARKET.read_text("utf-8"), wires), "utf-8")
        site = read_site(self._site)
        if site.settings is None:
            first = site.problems[0]
            raise DemoError(f"{first.place.file}:{first.place.line}: {first.what}")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let nobody interrupt: an impatient second Ctrl-C must not leave programs behind."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
