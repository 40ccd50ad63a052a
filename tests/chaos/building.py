"""One building for some rounds: a gateway, its two paths, a broker on each, and the centre."""

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

from chaos import damage
from chaos.disk import Disk
from chaos.ledger import EITHER_PATH, Ledger, Life
from chaos.network import CABLES, PORT, Network
from chaos.processes import (
    ORACLE,
    REFERENCE,
    SCALED_FIREGW,
    Broker,
    oracle,
    reference_centre,
)
from chaos.scaled_firegw import WALL_VARIABLE, write_wall
from chaos.site_text import CONDITIONS, site
from daemon_process import Daemon, Played, wait_for

from gateway.control.protocol import Verb
from gateway.device_key import read_or_make_key
from gateway.signature import PrivateKey

STARTS_WITHIN_S = 30
LOOK_EVERY_S = 0.02
ORACLE_KEY = bytes(range(32))
TAKEN = "the broker has taken us"  # as `firegw centre` says it


class NotHealedError(Exception):
    """Something does not come back in time."""


class Building:
    """All that there is. What befalls it stands in chaos.faults.

    Attributes:
        folder: where everything of it lies.
        has_reference: whether it has one broker, and `firegw centre` beside the oracle.
        ledger: what it did; entered here.
        damages: what was done to its journal.
        history: what was done, a line each.
        without_store: whether the gateway's store may have failed since it was healed.
    """

    def __init__(self, folder: Path, *, centre_decides: bool, has_reference: bool) -> None:
        self.folder = folder
        self.has_reference = has_reference
        self.ledger = Ledger()
        self.damages: list[damage.Damage] = []
        self.history: list[str] = []
        self._began = time.monotonic_ns()
        self.without_store = False
        self._closing = ExitStack()
        try:
            self._build(centre_decides=centre_decides)
        except BaseException:
            self.close()
            raise

    def _build(self, *, centre_decides: bool) -> None:
        self.network = Network()
        self._closing.callback(self.network.close)
        self.disk = Disk(self.folder / "state")
        self._closing.callback(self.disk.close)
        self.wall = self.folder / "wall"
        self.move_clock(0, is_synchronised=True)
        self._build_centre()
        self.contacts = Played(self.folder / "script")
        text = site(self.contacts.path, self._keys, centre_decides=centre_decides)
        program = (*self.network.inside(self.network.gateway), *SCALED_FIREGW)
        self.daemon = Daemon(self.folder, text, state=self.disk.folder, program=program)
        self._closing.callback(self.kill_daemon)
        for contact in CONDITIONS:
            self.contacts.values[contact, "contact"] = 0
        self.start_daemon()

    def _build_centre(self) -> None:
        """Start the brokers, the oracle and, where there is one broker only, `firegw centre`.

        The oracle alone can listen at two brokers, and see by which path a message came.
        """
        key_file = self.folder / "oracle.key"
        key_file.write_text(ORACLE_KEY.hex())
        self._keys = {ORACLE: PrivateKey(ORACLE_KEY).public.text}
        if self.has_reference:
            broker = Broker(self.network, tuple(CABLES), self.folder / "broker")
            self.brokers = dict.fromkeys(CABLES, broker)
            ways = (f"{EITHER_PATH}={CABLES['lan'].host}:{PORT}",)
        else:
            self.brokers = {
                path: Broker(self.network, (path,), self.folder / f"broker-{path}")
                for path in CABLES
            }
            ways = tuple(f"{cable.path}={cable.host}:{PORT}" for cable in CABLES.values())
        self.centres = [oracle(self.network, self.folder, key_file, ways)]
        if self.has_reference:
            reference_key = self.folder / "centre.key"
            self._keys[REFERENCE] = read_or_make_key(reference_key).public.text
            self.centres.append(reference_centre(self.network, self.folder, reference_key))
        for child in (*self.brokers.values(), *self.centres):
            self._closing.callback(child.kill)
            child.start()
        if self.has_reference:  # what is told before it listens it may never hear
            log = self.folder / "centre.log"
            wait_for(lambda: log.exists() and TAKEN in log.read_text(), "the reference centre")

    def close(self) -> None:
        self._closing.close()

    def note(self, what: str) -> None:
        """Write down what is done, for whoever looks for a cause."""
        seconds = (time.monotonic_ns() - self._began) / 1e9
        self.history.append(f"{seconds:9.3f} {time.monotonic_ns()} {what}")

    # The gateway.

    @property
    def is_guarded(self) -> bool:
        return self.daemon.process is not None and self.daemon.process.poll() is None

    def start_daemon(self) -> None:
        """Start it, where it is not there, and wait until it answers."""
        if not self.is_guarded:
            self.launch_daemon()
        self.until(self.daemon.status, "the gateway's status", STARTS_WITHIN_S)
        if not self.ledger.lives or self.ledger.lives[-1].ready < self._launched:
            self.ledger.lives.append(Life(time.monotonic_ns()))
            self.note("the gateway answers")

    def launch_daemon(self) -> None:
        """Start it, and do not wait."""
        self.contacts.stand()
        self._launched = time.monotonic_ns()
        self.without_store = self.disk.is_full or bool(self.damages)
        self.daemon.start(**{WALL_VARIABLE: str(self.wall)})
        self.note("the gateway is started")

    def launch_daemon_if_dead(self) -> None:
        if not self.is_guarded:
            self.launch_daemon()

    def kill_daemon(self) -> None:
        if self.is_guarded:
            life = self._ends()
            self.daemon.kill()
            life.gone = time.monotonic_ns()

    def stop_daemon(self) -> None:
        """Stop it as the service manager does."""
        if self.is_guarded:
            life = self._ends()
            self.daemon.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.daemon.process.wait(STARTS_WITHIN_S)
            if self.is_guarded:
                self.ledger.wrong.append("the gateway does not stop within 30 s")
                self.daemon.kill()
            life.gone = time.monotonic_ns()

    def _ends(self) -> Life:
        life = self.ledger.lives[-1] if self.ledger.lives else None
        if life is None or life.ready < self._launched:  # it never answered
            life = Life(time.monotonic_ns())
            self.ledger.lives.append(life)
        life.ended = time.monotonic_ns()
        life.without_store = self.without_store
        self.note("the gateway is ended")
        return life

    def order(self, verb: Verb) -> None:
        """Let somebody do something at the gateway, where it is there to take it."""
        if self.is_guarded:
            self.daemon.ask(verb)

    def set_contact(self, contact: str, level: int) -> None:
        if self.contacts.values[contact, "contact"] != level:
            self.ledger.moved(contact, level, self.contacts.set(contact, level))

    def move_clock(self, offset_ns: int, *, is_synchronised: bool) -> None:
        write_wall(self.wall, offset_ns, is_synchronised=is_synchronised)

    def fill_disk(self) -> None:
        self.disk.fill()
        self.without_store = True

    def spoil(self, dice: Random) -> None:
        """End the gateway, spoil a page of its journal, and start it again."""
        if dice.random() < 0.5:
            self.stop_daemon()  # which leaves the whole journal in one file
        self.kill_daemon()
        evidence = self.folder / f"damage-{len(self.damages) + 1}"
        done = damage.spoil(self.daemon.journal, evidence, dice)
        self.note(done.what)
        self.damages.append(done)
        self.ledger.has(done.before)
        # What is neither with the centre yet nor promised may be lost.
        self.ledger.excused |= done.before.keys() - done.promised
        self.start_daemon()

    def until(self, condition: Callable[[], object], what: str, within_s: float) -> None:
        """Wait for something.

        Raises:
            NotHealedError: it does not come, or the gateway has ended by itself.
        """
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.daemon.process.poll() is not None:
                raise NotHealedError(f"the gateway ended by itself while waiting for {what}")
            with suppress(sqlite3.Error):
                if condition():
                    return
            time.sleep(LOOK_EVERY_S)
        raise NotHealedError(f"{what}: not within {within_s:g} s")
