"""kill -9 of the daemon at random instants: what was durable is told in order, and nothing else is.

The whole daemon runs on simulated detectors while a subscriber with a persistent session listens;
contacts open and close, the broker goes and comes, and the daemon is killed again and again. The
journal, read by itself afterwards, is the oracle.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest

from gateway.control_client import UnreachableError, ask
from gateway.control_protocol import Request, Verb
from gateway.demo.broker import Broker, find_mosquitto, free_port
from gateway.messages.parts import incident_id
from gateway.status import Status
from rules.instant import Instant, Moment, seconds

ROOT = Path(__file__).parents[2]
KILLS = 50
LEAST_EVENTS = 200
WITHIN_S = 30.0
DETECTORS = ("pre-1", "pre-2", "fire-1", "fire-2")

SITE = """\
site: {{id: KILL, name: Kill, province: "33", commune: "12345"}}
gateway: {{id: GW-KILL}}
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Hall}}, {{id: yard, name: Yard}}]
detectors:
  - {{id: pre-1, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: pre-2, zone: yard, bus: played, profile: simulated-contact}}
  - {{id: fire-1, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: fire-2, zone: yard, bus: played, profile: simulated-contact}}
rules:
  - {{id: pre-1, zone: hall, raises: pre-alarm, when: pre-1.contact}}
  - {{id: pre-2, zone: yard, raises: supervisory, when: pre-2.contact}}
  - {{id: fire-1, zone: hall, raises: fire-alarm, when: fire-1.contact}}
  - {{id: fire-2, zone: yard, raises: gas-alarm, when: fire-2.contact}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {port}}}]}}
"""

PROFILE = """\
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
IN_FORCE = "SELECT key, value FROM state WHERE key LIKE 'condition/%'"


def wait_for(condition, what: str):
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.01)
    pytest.fail(f"{what}: not within {WITHIN_S:g} s")


@dataclass
class Centre:
    """A subscriber whose session outlives its connections; it notes what comes, in order."""

    port: int
    events: list[dict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.subscribed = threading.Event()
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id="centre",
            clean_session=False,
            protocol=mqtt.MQTTv311,
        )
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda *_: self._client.subscribe("pccc/v1/+/+/+/event/+", qos=1)
        self._client.on_subscribe = lambda *_: self.subscribed.set()
        self._client.on_message = lambda _c, _d, m: self.events.append(json.loads(m.payload))
        self._client.connect("127.0.0.1", self.port)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@dataclass
class Daemon:
    """The gateway in a process of its own, and the building around it."""

    folder: Path
    port: int
    levels: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DETECTORS, 0))
    process: subprocess.Popen | None = None

    def __post_init__(self) -> None:
        self.script = self.folder / "script"
        self.socket = self.folder / "control.sock"
        self.journal = self.folder / "state" / "journal.db"
        (self.folder / "profiles").mkdir()
        (self.folder / "profiles" / "simulated-contact.yaml").write_text(PROFILE)
        (self.folder / "state").mkdir()
        site = SITE.format(script=self.script, port=self.port)
        (self.folder / "site.yaml").write_text(site)
        self.log = (self.folder / "daemon.log").open("ab")

    def start(self) -> None:
        """Start it on a building that stands as it stood."""
        lines = (f"now {detector} contact {level}\n" for detector, level in self.levels.items())
        self.script.write_text("".join(lines))
        command = (
            *(sys.executable, "-m", "gateway.cli.firegw", "run", self.folder / "site.yaml"),
            *("--state-directory", self.folder / "state", "--control-socket", self.socket),
            *("--operator-uid", str(os.getuid())),
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stderr=self.log, cwd=ROOT, env=environment)

    def toggle(self, detector: str) -> None:
        """Open or close a contact."""
        self.levels[detector] ^= 1
        with self.script.open("a") as script:
            script.write(f"now {detector} contact {self.levels[detector]}\n")

    def ask(self, verb: Verb):
        """Ask it on its control socket; None while it is not there."""
        try:
            return ask(self.socket, Request(verb=verb), seconds(5), now)
        except (UnreachableError, OSError):
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


def now() -> Instant:
    return Instant(time.monotonic_ns())


def incidents_in_force(rows: list[tuple]) -> dict[str, tuple[str, bool]]:
    """Read the durable conditions: by key, the incident and whether it is latched."""
    incidents = {}
    for key, value in rows:
        row = json.loads(value)
        incidents[key] = (
            incident_id(Moment(row["boot"], Instant(row["at"])), key.split("/", 2)[2]),
            row["latched"],
        )
    return incidents


def standing(status: Status) -> dict[str, str]:
    """Give the conditions of a status by the same keys."""
    return {
        f"condition/{each.condition}/{each.source}": incident_id(each.incident, each.source)
        for each in status.now.conditions
    }


def name_of(event: dict) -> tuple[str, str, int]:
    return event["epoch"], event["lane"], event["seq"]


@pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto is not installed")
def test_kill_minus_nine_loses_nothing_and_invents_nothing(tmp_path):
    dice = random.Random(20261124)
    (tmp_path / "broker").mkdir()
    broker = Broker("mosquitto", free_port(), tmp_path / "broker")
    broker.start()
    centre = Centre(broker.port)
    daemon = Daemon(tmp_path, broker.port)
    try:
        assert centre.subscribed.wait(WITHIN_S)
        for kill in range(KILLS):
            live_and_die(daemon, broker, dice, broker_away=kill % 5 == 3)
        come_to_rest(daemon, centre)
        at_rest = len(daemon.rows(RECORDS))
        assert daemon.stop() == 0
        records = {(e, lane, seq): body for e, lane, seq, body in daemon.rows(RECORDS)}
    finally:
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.kill()
        daemon.log.close()
        centre.close()
        broker.stop()

    assert len(records) >= LEAST_EVENTS
    assert_contiguous(records)
    assert_told_in_order(records, list(records)[:at_rest], centre.events)


def live_and_die(daemon: Daemon, broker: Broker, dice: random.Random, *, broker_away: bool) -> None:
    """One life: what stood before stands again, contacts move, and it is killed at any instant."""
    in_force = incidents_in_force(daemon.rows(IN_FORCE)) if daemon.journal.exists() else {}
    daemon.start()
    if broker_away:
        broker.stop()
    if dice.random() < 0.8:  # else it is killed while it starts
        status = wait_for(daemon.status, "the daemon's status")
        now_standing = standing(status)
        for key, (incident, latched) in in_force.items():
            # What does not latch may have left since; what latches stays until somebody resets.
            if latched:
                assert now_standing.get(key) == incident
        for _ in range(dice.randrange(4, 12)):
            daemon.toggle(dice.choice(DETECTORS))
            if dice.random() < 0.1:
                daemon.ask(dice.choice((Verb.ACKNOWLEDGE, Verb.SILENCE, Verb.RESET)))
            time.sleep(dice.uniform(0.0, 0.06))
    else:
        time.sleep(dice.uniform(0.0, 0.5))
    daemon.kill()
    if broker_away:
        broker.start()


def come_to_rest(daemon: Daemon, centre: Centre) -> None:
    """A last life, until everything has been delivered."""
    daemon.start()

    def is_told() -> bool:
        status = daemon.status()
        if status is None or any(status.outbox.values()) or not status.paths[0].connected:
            return False
        told = {name_of(event) for event in centre.events}
        return told >= {(e, lane, seq) for e, lane, seq, _ in daemon.rows(RECORDS)}

    wait_for(is_told, "every record at the centre")


def assert_contiguous(records: dict) -> None:
    by_lane: dict[tuple[str, str], list[int]] = {}
    for epoch, lane, seq in records:
        by_lane.setdefault((epoch, lane), []).append(seq)
    for seqs in by_lane.values():
        assert seqs == list(range(1, len(seqs) + 1))


def assert_told_in_order(records: dict, due: list, events: list[dict]) -> None:
    """Hold what was told against the journal; what was noted while stopping may come later."""
    first_told: dict[tuple[str, str, int], dict] = {}
    for event in events:
        first = first_told.setdefault(name_of(event), event)
        assert event["data"] == first["data"]
    assert not first_told.keys() - records.keys(), "the centre heard what the journal has not"
    assert not set(due) - first_told.keys(), "the centre did not hear what was durable"
    for name, event in first_told.items():
        assert event["data"] == json.loads(records[name])
    for lane in ("alarm", "trouble", "status"):
        told = [name for name in first_told if name[1] == lane]
        assert told == [name for name in records if name[1] == lane and name in first_told]
