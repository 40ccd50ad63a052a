"""How the daemon starts, lives and stops in the eyes of systemd and of the centre."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import frozen_disk
import pytest
import rogue_bus
from daemon_process import HEAD, Centre, Daemon, Played, is_told, now, the_event, wait_for
from modbus_process import ModbusDevices, on_tcp

from rules.instant import in_seconds

ALARM, STATUS = "alarm", "status"
SIREN = 3
WATCHDOG_USEC = "4000000"
MISSED_S = 4.0

SITE = """\
buses:
  - {{id: played, simulated: {{script: {script}}}}}
  - {{id: relays, modbus: {{host: 127.0.0.1, tcp_port: {relays}}}}}
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: smoke, zone: hall, bus: played, profile: simulated-contact}}]
outputs: [{{id: siren, bus: relays, kind: siren, unit: 1, coil: 3}}]
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""


class Systemd:
    """What systemd hears of its service: each word, and when."""

    def __init__(self, path: Path) -> None:
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": WATCHDOG_USEC}
        self._words: list[tuple[str, int]] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    def close(self) -> None:
        self._socket.close()

    def heard(self, word: str) -> list[int]:
        while True:
            try:
                text = self._socket.recv(4096).decode()
            except BlockingIOError:
                return [at for said, at in self._words if said == word]
            self._words.append((text, now()))

    def words(self) -> list[str]:
        self.heard("")
        return [word for word, _ in self._words]


@pytest.fixture
def systemd(tmp_path) -> Iterator[Systemd]:
    listening = Systemd(tmp_path / "notify")
    yield listening
    listening.close()


@pytest.fixture
def relays() -> Iterator[ModbusDevices]:
    module = on_tcp("1")
    module.set(1, "coil", SIREN, 0)
    yield module
    module.close()


def site_of(building: Played, relays: ModbusDevices, broker: int) -> str:
    return HEAD + SITE.format(script=building.path, relays=relays.port, broker=broker)


def test_a_stop_is_told_and_is_the_last_that_is_told(tmp_path, mosquitto, relays, systemd):
    building = Played(tmp_path / "script")
    site = site_of(building, relays, mosquitto.port)
    with Daemon(tmp_path, site) as daemon, Centre(mosquitto.port) as centre:
        daemon.start(**systemd.environment)
        wait_for(lambda: systemd.heard("READY=1"), "READY")
        daemon.until_up()
        wait_for(lambda: len(systemd.heard("WATCHDOG=1")) >= 3, "pings")
        building.set("smoke", 1)
        wait_for(lambda: relays.get(1, "coil", SIREN), "the siren")
        wait_for(lambda: is_told(daemon, centre), "everything at the centre")
        exit_code = daemon.stop()
        last_record = list(daemon.records().values())[-1]
        wait_for(lambda: not centre.of("presence/lan")[-1].json["online"], "the farewell")

    assert exit_code == 0
    assert systemd.words()[0] == "READY=1"
    assert systemd.words()[-1] == "STOPPING=1"
    assert last_record["notice"] == "stopped"
    told = [message.what for message in centre.messages]
    [stopped] = centre.events(STATUS, notice="stopped")
    assert stopped["durable"]
    last_event = max(n for n, what in enumerate(told) if what == "event/status")
    assert centre.messages[last_event].json == stopped
    assert told.index("presence/lan", last_event) == len(told) - 1
    assert centre.messages[-1].json["reason"] == "stopped"
    assert not daemon.socket.exists()
    assert relays.get(1, "coil", SIREN) == 1, "a siren outlasts the gateway"
    assert "Traceback" not in daemon.log


def test_while_the_disk_hangs_the_siren_is_set_and_systemd_hears_that_something_hangs(
    tmp_path, mosquitto, relays, systemd
):
    building = Played(tmp_path / "script")
    site = site_of(building, relays, mosquitto.port)
    with (
        frozen_disk.mounted(tmp_path / "state") as disk,
        Daemon(tmp_path, site) as daemon,
        Centre(mosquitto.port) as centre,
    ):
        daemon.start(**systemd.environment)
        wait_for(lambda: systemd.heard("WATCHDOG=1"), "a ping")
        wait_for(lambda: is_told(daemon, centre), "everything at the centre")
        disk.freeze()
        building.set("smoke", 1)
        wait_for(lambda: relays.get(1, "coil", SIREN), "the siren")
        wait_for(
            lambda: in_seconds(now() - systemd.heard("WATCHDOG=1")[-1]) > MISSED_S, "pings to stop"
        )
        while_frozen = centre.events(ALARM)
        answers = daemon.status()
        pings = len(systemd.heard("WATCHDOG=1"))
        disk.thaw()
        wait_for(lambda: len(systemd.heard("WATCHDOG=1")) > pings, "pings again")
        alarm = the_event(wait_for(lambda: centre.events(ALARM), "the alarm"))
        assert daemon.stop() == 0

    assert while_frozen == []
    assert answers is not None
    assert alarm["durable"]


@pytest.mark.parametrize("rogue", [rogue_bus.CLINGS, rogue_bus.BLOCKS_A_THREAD])
def test_a_bus_that_will_not_end_does_not_keep_the_daemon_from_ending(tmp_path, mosquitto, rogue):
    building = Played(tmp_path / "script")
    site = HEAD + ROGUE.format(script=building.path, broker=mosquitto.port, rogue=rogue)
    program = (sys.executable, str(Path(__file__).with_name("rogue_daemon.py")))
    with Daemon(tmp_path, site, program=program) as daemon, Centre(mosquitto.port) as centre:
        daemon.start().until_up()
        wait_for(lambda: centre.of("presence/lan"), "the birth")
        exit_code = daemon.stop()
        wait_for(lambda: not centre.of("presence/lan")[-1].json["online"], "the farewell")

    assert exit_code == 0
    assert "left behind at the end" in daemon.log
    assert centre.events(STATUS, notice="stopped")
    assert not daemon.socket.exists()


ROGUE = """\
buses:
  - {{id: good, simulated: {{script: {script}}}}}
  - {{id: {rogue}, simulated: {{}}}}
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: smoke, zone: hall, bus: good, profile: simulated-contact}}
  - {{id: other, zone: hall, bus: {rogue}, profile: simulated-contact}}
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: any(contact)}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""
