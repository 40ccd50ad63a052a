"""One building for some rounds: a gateway, its two paths, a broker on each, and the centre."""

import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from chaos import damage
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
from chaos.receiver import arrivals, events_of_centre
from chaos.scaled_firegw import WALL_VARIABLE, write_wall
from daemon_process import HEAD, Daemon, Played

from gateway.control.protocol import Outcome, Verb
from gateway.device_key import read_or_make_key
from gateway.journal.reader import JournalReader
from gateway.signature import PrivateKey

DISK = "24m"
STARTS_WITHIN_S = 30
HEALED_WITHIN_S = 60
LOOK_EVERY_S = 0.02
ORACLE_KEY = bytes(range(32))

CONDITIONS = {
    "fire-1": "fire-alarm",
    "fire-2": "gas-alarm",
    "pre-1": "pre-alarm",
    "door-1": "supervisory",
}
"""What a contact raises: the rule has its name. The first two latch."""

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors:
{detectors}
rules:
{rules}
uplink:
  paths:
{paths}
{delivered}
"""
DETECTOR = "  - {{id: {id}, zone: hall, bus: played, profile: simulated-contact}}"
RULE = "  - {{id: {id}, zone: hall, raises: {condition}, when: {id}.contact}}"
WAY = (
    "    - {{id: {path}, host: {host}, port: {port}, insecure: true, interface: {gateway},"
    " keep_alive: 1 s}}"
)
DELIVERED = """\
  delivered_when: centre
  centres: [{centres}]
"""
CENTRE = '{{id: {id}, key: "{key}"}}'


class NotHealedError(Exception):
    """Everything is mended, and something does not come back in time."""


class Disk:
    """A small disk of the gateway's own, to be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir()
        subprocess.run(
            ("mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)), check=True
        )

    @property
    def is_full(self) -> bool:
        return self._ballast.exists()

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            for piece in (1 << 20, 4096, 512):
                with suppress(OSError):
                    while file.write(bytes(piece)) == piece:
                        pass

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(("umount", "--lazy", str(self.folder)), check=True)


class Building:
    """All that there is. What a fault does to it stands in chaos.faults."""

    def __init__(self, folder: Path, *, centre_decides: bool, has_reference: bool) -> None:
        self.folder = folder
        self.has_reference = has_reference
        self.ledger = Ledger()
        self.damages: list[damage.Damage] = []
        self.history: list[str] = []
        self._began = time.monotonic_ns()
        self._last_arrival = 0
        self._set_aside: set[str] = set()
        self._closing = ExitStack()
        try:
            self._build(centre_decides=centre_decides)
        except BaseException:
            self.close()
            raise

    def _site(self, *, centre_decides: bool) -> str:
        centres = ", ".join(CENTRE.format(id=id_, key=key) for id_, key in self._keys.items())
        delivered = DELIVERED.format(centres=centres) if centre_decides else ""
        return HEAD + SITE.format(
            script=self.folder / "script",
            detectors="\n".join(DETECTOR.format(id=contact) for contact in CONDITIONS),
            rules="\n".join(
                RULE.format(id=contact, condition=condition)
                for contact, condition in CONDITIONS.items()
            ),
            paths="\n".join(
                WAY.format(path=each.path, host=each.host, port=PORT, gateway=each.gateway)
                for each in CABLES.values()
            ),
            delivered=delivered,
        )

    def _build(self, *, centre_decides: bool) -> None:
        self.network = Network()
        self._closing.callback(self.network.close)
        self.disk = Disk(self.folder / "state")
        self._closing.callback(self.disk.close)
        self.wall = self.folder / "wall"
        self.move_clock(0, is_synchronised=True)
        self._build_centre()
        self.contacts = Played(self.folder / "script")
        site = self._site(centre_decides=centre_decides)
        program = (*self.network.inside(self.network.gateway), *SCALED_FIREGW)
        self.daemon = Daemon(self.folder, site, state=self.disk.folder, program=program)
        self._closing.callback(self.kill_daemon)
        for contact in CONDITIONS:
            self.contacts.values[contact, "contact"] = 0
        self.start_daemon()
        self.heal()

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
        self._until(self.daemon.status, "the gateway's status", STARTS_WITHIN_S)
        if not self.ledger.lives or self.ledger.lives[-1].ready < self._launched:
            self.ledger.lives.append(Life(time.monotonic_ns()))
            self.note("the gateway answers")

    def launch_daemon(self) -> None:
        """Start it, and do not wait."""
        self.contacts.stand()
        self._launched = time.monotonic_ns()
        self._without_store = self.disk.is_full or bool(self.damages)
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
        life.without_store = self._without_store
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
        self._without_store = True

    def spoil(self, dice) -> None:
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

    # The end of a round.

    def heal(self) -> None:
        """Mend everything, and wait until the centre has all that there is."""
        self.note("all is mended")
        self.network.heal()
        for broker in self.brokers.values():
            broker.thaw()
            broker.start()
        for centre in self.centres:
            centre.start()
        self.disk.free()
        for contact in CONDITIONS:
            self.set_contact(contact, 0)
        self.start_daemon()
        self._until(self._is_reset, "the reset of what had latched", HEALED_WITHIN_S)
        self._until(self._is_told, "everything at the centre", HEALED_WITHIN_S)
        self._without_store = False
        self.note("all is healed")

    def check(self) -> None:
        """Enter the round into the books, and check them."""
        self.ledger.check(time.monotonic_ns())
        for done in self.damages:
            self._check_damage(done)
        self._check_set_aside()
        self._check_reference()
        log = self.daemon.log
        if "Traceback" in log:
            self.ledger.wrong.append("a traceback in the gateway's log")
        self._check_journal()

    def _is_reset(self) -> bool:
        status = self.daemon.status()
        if status is None or not status.store_ok:
            return False
        if not all(path.connected for path in status.paths):
            return False
        ours = [each for each in status.now.conditions if each.source.startswith("rule/")]
        if not ours:
            return True
        if not any(each.standing for each in ours):
            reply = self.daemon.ask(Verb.RESET)
            return reply is not None and reply.outcome is Outcome.DONE
        return False

    def _is_told(self) -> bool:
        status = self.daemon.status()
        if status is None or any(status.outbox.values()):
            return False
        self._look()
        return not self.ledger.missing() and not self._unknown_to_the_reference()

    def _unknown_to_the_reference(self) -> set[damage.Name]:
        """Name what the oracle has and `firegw centre` has not."""
        if not self.has_reference:
            return set()
        return self.ledger.told.keys() - events_of_centre(self.folder / "centre.db").keys()

    def _look(self) -> None:
        """Enter what the journals have now, and what has arrived since."""
        self.ledger.has(self._records())
        rows = arrivals(self.folder / "oracle.db", self._last_arrival)
        self._last_arrival = rows[-1][0] if rows else self._last_arrival
        self.ledger.arrived(rows)

    def _records(self) -> dict[damage.Name, damage.Kept]:
        return damage.read_live(self.daemon.journal)

    def _check_reference(self) -> None:
        """`firegw centre` has what the oracle has, each once, and no more."""
        if self.has_reference:
            events = events_of_centre(self.folder / "centre.db")
            if events != {name: told.kept.monotonic_ns for name, told in self.ledger.told.items()}:
                differing = events.items() ^ {
                    (name, told.kept.monotonic_ns) for name, told in self.ledger.told.items()
                }
                self.ledger.wrong.append(f"the two centres differ: {sorted(differing)}")

    def _check_journal(self) -> None:
        """Walk the chain of a journal that nobody has spoilt."""
        if not self.damages:
            # Closed at once: a connection that lingers sees the log that was, not the next one.
            with closing(JournalReader(self.daemon.journal)) as reader:
                number = reader.verify()
            if number is not None:
                self.ledger.wrong.append(f"the chain of the journal is broken at {number}")

    def _check_damage(self, done: damage.Damage) -> None:
        for name in done.promised - self.ledger.told.keys():
            self.ledger.wrong.append(f"lost: {name} could still be read after {done.what}")

    def _check_set_aside(self) -> None:
        """Whatever was set aside is told, and what came after it has another epoch."""
        files = {file.name for file in self.disk.folder.glob("*.damaged-*[0-9]")}
        told = [each.kept.data for each in self.ledger.told.values()]
        if files - self._set_aside and not any(
            data.get("source") in ("gateway/journal", "gateway/store")
            and "damaged" in data["detail"]
            for data in told
        ):
            self.ledger.wrong.append(f"nothing is told of what was set aside: {files}")
        self._set_aside |= files

    def waiting(self) -> list[str]:
        """Say what the centre still has not, and how the gateway is."""
        said = [f"not with the centre: {name}" for name in sorted(self.ledger.missing())]
        said += [
            f"not with the reference: {name}" for name in sorted(self._unknown_to_the_reference())
        ]
        if self.is_guarded and (status := self.daemon.status()) is not None:
            said += [f"outbox {dict(status.outbox)}", *(str(path) for path in status.paths)]
        return said

    def counts(self) -> Counter:
        """Count what went through the books."""
        return Counter(
            edges=len(self.ledger.edges),
            records=len(self.ledger.journal),
            told=len(self.ledger.told),
            copies=self.ledger.copies,
            from_memory=sum(not told.durable for told in self.ledger.told.values()),
            lives=len(self.ledger.lives),
            pages=len(self.damages),
            set_aside=len(self._set_aside),
        )

    def keep_evidence(self, folder: Path) -> None:
        """Copy everything that a person might look at."""
        self.kill_daemon()
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("ballast", "*.sock"))
        (folder / "history.txt").write_text("\n".join([*self.history, *self.ledger.wrong, ""]))

    def _until(self, condition, what: str, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.daemon.process.poll() is not None:
                raise NotHealedError(f"the gateway ended by itself while waiting for {what}")
            with suppress(sqlite3.Error):
                if condition():
                    return
            time.sleep(LOOK_EVERY_S)
        raise NotHealedError(f"{what}: not within {within_s:g} s")
