"""The reference centre and the simulated fleet: real processes, a real broker, real kills."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from daemon_process import HEAD, Daemon, Played, wait_for

from gateway.cli.firegw import dispatch
from gateway.cli.outcome import CommandError, ExitCode
from gateway.contract.example_site import ORIGIN
from gateway.messages.acknowledgement import AckBody
from gateway.messages.signed import SignedKind, opened
from gateway.signature import public_key

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/contract/examples"
FIREGW = (sys.executable, "-m", "gateway.cli.firegw")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


class CentreProcess:
    """`firegw centre`, to be killed and started again."""

    def __init__(self, folder: Path, broker: str, *options: str) -> None:
        self.database = folder / "centre.db"
        self.key_file = folder / "centre.key"
        self._out = folder / "centre.out"
        self._command = (
            *(*FIREGW, "centre", "--centre", "pc07-33", "--broker", broker, "--json"),
            *("--database", str(self.database), "--signing-key", str(self.key_file), *options),
        )
        self.process: subprocess.Popen | None = None

    def start(self) -> "CentreProcess":
        before = len(self.told("connected"))
        with self._out.open("ab") as out:
            self.process = subprocess.Popen(self._command, stdout=out, stderr=out, env=ENVIRONMENT)
        wait_for(lambda: len(self.told("connected")) > before, f"the centre: {self.log}")
        return self

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)

    @property
    def log(self) -> str:
        return self._out.read_text() if self._out.exists() else ""

    def told(self, happened: str) -> list[dict]:
        lines = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [line for line in lines if line["happened"] == happened]

    @property
    def key(self) -> str:
        return self.told("started")[0]["detail"]

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def status(self, *options: str) -> str:
        command = (*FIREGW, "centre", "status", "--database", str(self.database), *options)
        done = subprocess.run(
            command, capture_output=True, check=True, env=ENVIRONMENT, text=True, timeout=30
        )
        return done.stdout


@pytest.fixture
def running():
    """Starts centres, and ends those that a test leaves."""
    started: list[CentreProcess] = []

    def run(centre: CentreProcess) -> CentreProcess:
        started.append(centre)
        return centre.start()

    yield run
    for centre in started:
        if centre.process is not None and centre.process.poll() is None:
            centre.kill()


@pytest.fixture
def centre(running, mosquitto, tmp_path):
    return running(CentreProcess(tmp_path, f"127.0.0.1:{mosquitto.port}"))


def fleet(broker: str, *options: str) -> subprocess.Popen:
    command = (*FIREGW, "simulate", "fleet", "--broker", broker, "--json", *options)
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True)


def publish(port: int, *messages: tuple[str, bytes], listen: str) -> list[bytes]:
    """Publish in order, and give what came on a topic until it has said as much."""
    heard: list[bytes] = []
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    ready: list[bool] = []
    client.on_message = lambda _c, _d, message: heard.append(bytes(message.payload))
    client.on_subscribe = lambda *_: ready.append(True)
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe(listen, qos=1)
    wait_for(lambda: ready, "a subscription")
    for topic, payload in messages:
        client.publish(topic, payload, qos=1).wait_for_publish(10)
    wait_for(lambda: heard, "an answer")
    client.disconnect()
    client.loop_stop()
    return heard


def test_a_fleet_loses_nothing_while_the_centre_is_killed_and_starts_again(mosquitto, centre):
    broker = f"127.0.0.1:{mosquitto.port}"
    playing = fleet(
        *(broker, "--gateways", "20", "--alarms", "200", "--within", "3"),
        *("--again", "2", "--heartbeat-every", "2", "--centre-key", centre.key),
    )
    wait_for(lambda: centre.rows("SELECT count(*) FROM event")[0][0] >= 60, "60 events")
    centre.kill()
    stored = centre.rows("SELECT count(*) FROM event")[0][0]
    centre.start()
    figures = json.loads(playing.communicate(timeout=60)[0])

    assert playing.returncode == 0, figures
    assert 60 <= stored < 200, "the centre was not killed in the middle"
    assert (figures["published"], figures["acknowledged"]) == (200, 200)
    assert figures["disbelieved"] == 0
    names = centre.rows("SELECT gateway, epoch, lane, seq FROM events")
    assert len(names) == len(set(names)) == 200
    assert {seq for *_, seq in names} == set(range(1, 11))
    assert centre.rows("SELECT count(*), sum(last) FROM received") == [(20, 200)]
    assert centre.rows("SELECT * FROM refused") == []
    assert centre.rows("SELECT count(*) FROM inventory WHERE device_key IS NOT NULL") == [(20,)]
    assert "Gateways: 20; burning: 20; silent: 0; gaps: 0" in centre.status()
    assert centre.stop() == 0


def test_what_was_said_while_the_centre_was_away_is_there_when_it_comes_back(mosquitto, centre):
    assert centre.stop() == 0
    playing = fleet(
        *(f"127.0.0.1:{mosquitto.port}", "--gateways", "3", "--alarms", "30", "--within", "0"),
        *("--centre-key", centre.key, "--patience", "60"),
    )
    wait_for(lambda: mosquitto.log().count("SIM-000") >= 3, "three gateways at the broker")
    centre.start()
    figures = json.loads(playing.communicate(timeout=60)[0])

    assert playing.returncode == 0, figures
    assert figures["acknowledged"] == 30


def test_an_unknown_key_acknowledges_nothing_and_the_fleet_says_so(mosquitto, centre):
    stranger = "A" * 43 + "="
    playing = fleet(
        *(f"127.0.0.1:{mosquitto.port}", "--gateways", "2", "--alarms", "4", "--within", "0"),
        *("--centre-key", stranger, "--patience", "1"),
    )
    figures = json.loads(playing.communicate(timeout=60)[0])

    assert playing.returncode == 1
    assert (figures["acknowledged"], figures["unacknowledged"]) == (0, 4)
    assert figures["disbelieved"] > 0


def test_hostile_messages_are_taken_off_the_broker_and_the_next_event_is_acknowledged(
    mosquitto, centre
):
    topic = ORIGIN.event("alarm")
    fire = (EXAMPLES / "fire-alarm-entered.json").read_bytes()
    heard = publish(
        mosquitto.port,
        (topic, b"\xff\x00"),
        (topic, b"[" * 60_000),
        (topic, b"x" * 300_000),
        (f"{ORIGIN.prefix}/state", fire),
        (ORIGIN.heartbeat, b"{}"),
        (topic, fire),
        listen=ORIGIN.ack,
    )

    key = public_key(centre.key)
    _, body = opened(heard[0], SignedKind.ACK, {key.id: key}, AckBody)
    assert (body.centre, body.gateway) == ("pc07-33", ORIGIN.gateway)
    assert [list(received.ranges) for received in body.received] == [[(1, 1)]]
    assert {why for (why,) in centre.rows("SELECT why FROM refused")} == {
        "no-text",
        "too-large",
        "unreadable",
    }
    status = json.loads(centre.status("--json"))
    assert status["gateways"][0]["burning"][0]["zone"] == "kitchen"
    assert sum(status["refused"].values()) == 5


def test_the_key_is_made_once_and_is_its_owners_alone(centre):
    key = centre.key
    centre.stop()
    centre.start()

    assert centre.key_file.stat().st_mode & 0o777 == 0o600
    assert [line["detail"] for line in centre.told("started")] == [key, key]


def test_over_tls_with_a_certificate_of_its_own(running, start_mosquitto, authority, tmp_path):
    server, client = authority.issue("127.0.0.1"), authority.issue("pc07-33")
    mosquitto = start_mosquitto(
        *("allow_anonymous true", f"cafile {authority.file}", "require_certificate true"),
        *(f"certfile {server.certificate}", f"keyfile {server.key}"),
    )
    tls = ("--ca", authority.file, "--certificate", client.certificate, "--key", client.key)
    options = tuple(map(str, tls))
    broker = f"127.0.0.1:{mosquitto.port}"
    centre = running(CentreProcess(tmp_path, broker, *options))
    playing = fleet(
        *(broker, "--gateways", "2", "--alarms", "6", "--within", "0"),
        *("--centre-key", centre.key, *options),
    )
    figures = json.loads(playing.communicate(timeout=60)[0])

    assert playing.returncode == 0, figures
    assert centre.stop() == 0


def test_two_centres_share_the_work_and_the_database(running, mosquitto, tmp_path):
    broker = f"127.0.0.1:{mosquitto.port}"
    folders = [tmp_path / name for name in ("one", "two")]
    both = []
    for folder in folders:
        folder.mkdir()
        centre = CentreProcess(folder, broker, "--share", "duty", "--client-id", folder.name)
        centre._command = tuple(
            str(value).replace(str(folder), str(tmp_path)) for value in centre._command
        )
        centre.database = tmp_path / "centre.db"
        both.append(running(centre))
    playing = fleet(
        *(broker, "--gateways", "4", "--alarms", "100", "--within", "0", "--again", "2"),
        *("--centre-key", both[0].key),
    )
    figures = json.loads(playing.communicate(timeout=60)[0])

    assert playing.returncode == 0, figures
    assert figures["disbelieved"] == 0
    news = [len(centre.told("event")) for centre in both]
    assert sum(news) == 100
    assert all(news), "one of them did it all"
    assert [centre.stop() for centre in both] == [0, 0]


SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Hall}}]
detectors:
  - {{id: fire-1, zone: hall, bus: played, profile: simulated-contact}}
rules:
  - {{id: fire-1, zone: hall, raises: fire-alarm, when: fire-1.contact}}
uplink:
  delivered_when: centre
  centres: [{{id: pc07-33, key: {key}}}]
  paths:
    - {{id: lan, host: 127.0.0.1, port: {port}}}
    - {{id: 4g, host: 127.0.0.1, port: {port}}}
"""
FIRES = "SELECT count(*) FROM event WHERE condition = 'fire-alarm'"


def lose_the_alarm(database: Path) -> None:
    """Make the centre forget it, as if it had never come, and ask at once."""
    with closing(sqlite3.connect(database)) as lost, lost:
        lost.execute("DELETE FROM event WHERE condition = 'fire-alarm'")
        lost.execute(
            "DELETE FROM received WHERE stream IN (SELECT id FROM stream WHERE lane = 'alarm')"
        )
        lost.execute(
            "UPDATE stream SET missing = 1, announced = 1, ask_at_ms = 0 WHERE lane = 'alarm'"
        )


def test_the_real_gateway_believes_the_centre_and_sends_again_what_it_asks_for(
    mosquitto, centre, tmp_path
):
    building = Played(tmp_path / "script")
    building.set("fire-1", 0)
    site = SITE.format(script=building.path, key=centre.key, port=mosquitto.port)
    with Daemon(tmp_path, HEAD + site) as daemon:
        daemon.start().until_up()
        wait_for(lambda: centre.rows("SELECT sum(online) FROM presence") == [(2,)], "two paths")
        building.set("fire-1", 1)
        wait_for(lambda: centre.rows(FIRES) == [(1,)], "the alarm")
        wait_for(lambda: not any(daemon.status().outbox.values()), "all acknowledged")
        lose_the_alarm(centre.database)
        wait_for(lambda: centre.rows(FIRES) == [(1,)], "the alarm once more")
        wait_for(lambda: centre.rows("SELECT outcome FROM command") == [("done",)], "a reply")

    assert centre.rows("SELECT * FROM refused") == []
    assert centre.rows("SELECT type FROM events WHERE type LIKE '%message-refused%'") == []
    assert json.loads(centre.status("--json"))["gateways"][0]["gaps"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["centre"], "a centre needs --broker and --centre"),
        (["centre", "--centre", "a/b", "--broker", "localhost"], "--centre: 'a/b' is no id"),
        (["centre", "--centre", "a", "--broker", "x:70000"], "is no HOST or HOST:PORT"),
        (["centre", "--centre", "a", "--broker", "x", "--key", "k"], "go together"),
        (["centre", "--centre", "a", "--broker", "x", "--ca", "/none"], "no authorities"),
        (["centre", "--centre", "a", "--broker", "::1", "--password-file", "p"], "--username"),
        (["centre", "--centre", "a", "--broker", "::1", "--province", "7"], "two digits"),
        (["centre", "--centre", "a", "--broker", "::1", "--topic-prefix", "x"], "must be pccc/v1"),
        (["centre", "--centre", "a", "--broker", "::1", "--share", "s"], "needs --client-id"),
        (["centre", "status", "--database", "/none/x.db"], "no such file"),
        (["simulate", "fleet", "--broker", "::1", "--gateways", "0"], "must be from 1 to 2000"),
        (["simulate", "fleet", "--broker", "::1", "--within", "nan"], "must be from 0 to 86400"),
        (["simulate", "fleet", "--broker", "::1", "--centre-key", "x"], "--centre-key: "),
    ],
)
def test_wrong_usage_is_one_line_and_makes_nothing(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError) as caught:
        dispatch(arguments)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.code is ExitCode.BAD_INPUT
    assert list(tmp_path.iterdir()) == []
