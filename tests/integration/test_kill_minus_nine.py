"""kill -9 of the daemon at random instants: what was durable is told in order, and nothing else is.

The whole daemon runs on simulated detectors while a subscriber with a persistent session listens;
contacts open and close, the broker goes and comes, and the daemon is killed again and again, mostly
in the middle of telling. The journal, read by itself afterwards, is the oracle.
"""

import json
import random
import time
from collections import Counter

import pytest
from daemon_process import (
    HEAD,
    Centre,
    Daemon,
    Heard,
    Name,
    Played,
    is_told,
    name_of,
    now,
    wait_for,
)
from forked_daemon import ForkedDaemon

from gateway.control.protocol import Verb
from gateway.control.status import Status
from gateway.demo.broker import Broker, find_mosquitto, free_port
from gateway.messages.parts import incident_id
from rules.instant import Instant, Moment

KILLS = 100
LEAST_EVENTS = 200
DETECTORS = ("pre-1", "pre-2", "fire-1", "fire-2")

SITE = """\
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

IN_FORCE = "SELECT key, value FROM state WHERE key LIKE 'condition/%'"
TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'outbox'"
WAITING = """
    SELECT epoch.name, record.lane, record.seq
    FROM outbox JOIN record USING (number) JOIN epoch ON epoch.id = record.epoch
"""


class NotingCentre(Centre):
    """Notes which copies are the broker's own, which it may make as its subscriber reconnects.

    Attributes:
        from_the_broker: those.
    """

    def __init__(self, port: int, topic: str) -> None:
        self.from_the_broker: list[Heard] = []
        super().__init__(port, topic)
        self._client.on_message = self._took

    def _took(self, client, userdata, message) -> None:
        heard = Heard(message.topic, bytes(message.payload), now())
        if message.dup and any(heard.payload == each.payload for each in self.messages):
            self.from_the_broker.append(heard)
        self.messages.append(heard)


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


def has_journal(daemon: ForkedDaemon) -> bool:
    """Tell whether there is one: a first life may be killed before its tables are there."""
    return daemon.journal.exists() and bool(daemon.rows(TABLES))


@pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto is not installed")
def test_kill_minus_nine_loses_nothing_and_invents_nothing(tmp_path):
    dice = random.Random(20261124)
    building = Played(tmp_path / "script")
    (tmp_path / "broker").mkdir()
    broker = Broker("mosquitto", free_port(), tmp_path / "broker")
    broker.start()
    site = HEAD + SITE.format(script=building.path, port=broker.port)
    try:
        with (
            NotingCentre(broker.port, "pccc/v1/+/+/+/event/+") as centre,
            ForkedDaemon(tmp_path, site) as daemon,
        ):
            crashes: Counter[Name] = Counter()  # of each record, those that left it undelivered
            for kill in range(KILLS):
                live_and_die(daemon, building, broker, dice, broker_away=kill % 10 == 3)
                crashes.update(daemon.rows(WAITING) if has_journal(daemon) else ())
            building.stand()
            daemon.start()
            wait_for(lambda: is_told(daemon, centre), "every record at the centre")
            at_rest = list(daemon.records())
            assert daemon.stop() == 0
            records = daemon.records()
            copies = Counter(map(name_of, centre.events()))
            copies.subtract(name_of(each.json) for each in centre.from_the_broker)
    finally:
        broker.stop()

    assert len(records) >= LEAST_EVENTS
    assert_contiguous(records)
    assert_told_in_order(records, at_rest, centre.events())
    assert {name: n for name, n in copies.items() if n > 1 + crashes[name]} == {}


def live_and_die(
    daemon: Daemon, building: Played, broker: Broker, dice: random.Random, *, broker_away: bool
) -> None:
    """One life: what stood before stands again, contacts move, and it is killed at any instant."""
    in_force = incidents_in_force(daemon.rows(IN_FORCE)) if has_journal(daemon) else {}
    building.stand()
    daemon.start()
    if broker_away:
        broker.stop()
    if dice.random() < 0.8:  # else it is killed while it starts
        now_standing = standing(daemon.until_up())
        for key, (incident, latched) in in_force.items():
            # What does not latch may have left since; what latches stays until somebody resets.
            if latched:
                assert now_standing.get(key) == incident
        for _ in range(dice.randrange(2, 10)):
            detector = dice.choice(DETECTORS)
            building.set(detector, 1 - building.values.get((detector, "contact"), 0))
            if dice.random() < 0.1:
                daemon.ask(dice.choice((Verb.ACKNOWLEDGE, Verb.SILENCE, Verb.RESET)))
            time.sleep(dice.uniform(0.0, 0.03))
    else:
        time.sleep(dice.uniform(0.0, 0.2))
    daemon.kill()
    if broker_away:
        broker.start()


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
        assert event["data"] == records[name]
    for lane in ("alarm", "trouble", "status"):
        told = [name for name in first_told if name[1] == lane]
        assert told == [name for name in records if name[1] == lane and name in first_told]
