"""The whole daemon as tests hold it: a process, the building around it, and a centre that listens.

Nothing of the daemon is replaced: it is started as the service starts it, asked on its control
socket, read at its metrics port, and its journal is read beside it.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import paho.mqtt.client as mqtt
import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.control.client import UnreachableError, ask
from gateway.control.protocol import Reply, Request, Verb
from gateway.control.status import Status
from rules.instant import Instant, seconds
from tests.unit.contract_schemas import schema_of_topic, valid

ROOT = Path(__file__).parents[2]
WITHIN_S = 30.0
LOOK_EVERY_S = 0.01

HEAD = """\
site: {id: CS0001, name: Chợ Phố Hiến, province: "33", commune: "12345"}
gateway: {id: GW-1}
"""

CONTACT = """\
id: simulated-contact
name: a simulated contact
driver: simulated
kind: smoke-detector
source: none
quantities: {contact: {}}
"""

RECORDS = """
    SELECT epoch.name, record.lane, record.seq, record.body
    FROM record JOIN epoch ON epoch.id = record.epoch ORDER BY record.number
"""
DAEMON = (sys.executable, "-m", "gateway.cli.firegw")

Name = tuple[str, str, int]
"""What names an event for ever, within its gateway: epoch, lane and seq."""


def now() -> Instant:
    return Instant(time.monotonic_ns())


def wait_for(condition, what: str, within_s: float = WITHIN_S):
    """Wait until something is there, and give it."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(LOOK_EVERY_S)
    return pytest.fail(f"{what}: not within {within_s:g} s")


@dataclass(frozen=True)
class Heard:
    """A message as the centre got it."""

    topic: str
    payload: bytes
    at: Instant

    @property
    def what(self) -> str:
        """The topic behind the gateway's prefix."""
        return self.topic.split("/", 5)[-1]

    @property
    def json(self) -> dict:
        return json.loads(self.payload)


class Centre:
    """A subscriber whose session outlives its connections; it notes what comes, in order."""

    def __init__(self, port: int, topic: str = "pccc/v1/#", login: tuple[str, str] | None = None):
        self.messages: list[Heard] = []
        self._subscribed = threading.Event()
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id="centre",
            clean_session=False,
            protocol=mqtt.MQTTv311,
        )
        if login is not None:
            self._client.username_pw_set(*login)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda *_: self._client.subscribe(topic, qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = lambda _c, _d, message: self.messages.append(
            Heard(message.topic, bytes(message.payload), now())
        )
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def __enter__(self) -> Self:
        assert self._subscribed.wait(WITHIN_S), "the broker takes no subscriber"
        return self

    def __exit__(self, failure: type[BaseException] | None, *rest: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        if failure is None:
            self._check()

    def _check(self) -> None:
        """Hold all that the daemon has said against the published contract."""
        for each in self.messages:
            if each.what not in {"ack", "command"}:  # those are said to it
                valid(schema_of_topic(each.what, each.json), each.payload)

    def of(self, what: str) -> list[Heard]:
        return [each for each in tuple(self.messages) if each.what == what]

    def events(self, lane: str | None = None, **data: object) -> list[dict]:
        """Give the events of a lane, or of all, whose data has these values."""
        heard = [each for each in tuple(self.messages) if each.what.startswith("event/")]
        events = [each.json for each in heard if lane is None or each.what == f"event/{lane}"]
        return [
            event
            for event in events
            if all(event["data"].get(key) == value for key, value in data.items())
        ]


def name_of(event: dict) -> Name:
    return event["epoch"], event["lane"], event["seq"]


def the_event(copies: list[dict]) -> dict:
    """Give the one event of which these are copies: delivery is at least once."""
    assert len({name_of(each) for each in copies}) == 1, copies
    return copies[0]


class Played:
    """The script of a simulated bus; it is written on as the building changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[tuple[str, str], object] = {}
        self.stand()

    def set(self, detector: str, value: object, quantity: str = "contact") -> Instant:
        """Let a detector measure something, or be `silent`; give the instant just before that."""
        before = now()
        self.values[detector, quantity] = value
        with self.path.open("a") as script:
            script.write(f"now {detector} {quantity} {value}\n")
        return before

    def stand(self) -> None:
        """Make a script of how it all stands, for a daemon that starts."""
        lines = (f"now {where} {what} {value}\n" for (where, what), value in self.values.items())
        self.path.write_text("".join(lines))


class Numbers:
    """What the metrics port showed at an instant."""

    def __init__(self, port: int) -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        self.at = now()
        self._values = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def of(self, name: str, **labels: str) -> float:
        """Give a number; 0 for one that does not show as long as it is."""
        return self._values.get((name, frozenset(labels.items())), 0.0)


class Daemon:
    """The gateway in a process of its own.

    Attributes:
        log: what it has written to standard error, of all its lives.
    """

    def __init__(
        self,
        folder: Path,
        site: str,
        *,
        profiles: Mapping[str, str] | None = None,
        state: Path | None = None,
        program: tuple[str, ...] = DAEMON,
    ) -> None:
        self._program = program
        self.site = folder / "site.yaml"
        self.state = state or folder / "state"
        self.journal = self.state / "journal.db"
        self.socket = folder / "control.sock"
        self._log = folder / "daemon.log"
        self.process: subprocess.Popen | None = None
        self.state.mkdir(exist_ok=True)
        (folder / "profiles").mkdir(exist_ok=True)
        for name, text in {"simulated-contact": CONTACT, **(profiles or {})}.items():
            (folder / "profiles" / f"{name}.yaml").write_text(text)
        self.site.write_text(site)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the console script is told."""
        return (
            *("run", str(self.site), "--state-directory", str(self.state)),
            *("--control-socket", str(self.socket), "--operator-uid", str(os.getuid())),
        )

    def start(self, **environment: str) -> "Daemon":
        """Start it; whether it runs yet is another question."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                (*self._program, *self.arguments),
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            )
        return self

    def until_up(self) -> Status:
        """Wait until it answers."""
        return wait_for(self.status, "the daemon's status")

    def ask(self, verb: Verb) -> Reply | None:
        """Ask it on its control socket; None while it is not there."""
        try:
            return ask(str(self.socket), Request(verb=verb), seconds(5), now)
        except (UnreachableError, OSError):
            assert self.process.poll() is None, self.log
            return None

    def status(self) -> Status | None:
        """Give its status."""
        reply = self.ask(Verb.STATUS)
        return None if reply is None else reply.status

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """Stop it cleanly; give its exit code."""
        self.process.terminate()
        return self.process.wait(15)

    def rows(self, question: str) -> list[tuple]:
        """Read the journal beside it."""
        with closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True)) as journal:
            return journal.execute(question).fetchall()

    def records(self) -> dict[Name, dict]:
        """Give what the journal has, in its order: the data of each event by its name."""
        return {(e, lane, seq): json.loads(body) for e, lane, seq, body in self.rows(RECORDS)}

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")


def is_told(daemon: Daemon, centre: Centre) -> bool:
    """Whether all that the journal has is with the centre, and the daemon knows it."""
    status = daemon.status()
    if status is None or any(status.outbox.values()):
        return False
    return {name_of(event) for event in centre.events()} >= daemon.records().keys()
