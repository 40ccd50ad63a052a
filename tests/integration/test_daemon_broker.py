"""Brokers that refuse, go and come, under the whole daemon, which goes on guarding."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from daemon_process import (
    HEAD,
    Centre,
    Daemon,
    Numbers,
    Played,
    is_told,
    the_event,
    wait_for,
)
from modbus_process import ModbusDevices, on_tcp
from mosquitto_broker import Mosquitto, free_port

from gateway.uplink.refusal_reason import RefusalReason

SIREN = 3  # the coil
MANY = 400  # more than the outbox keeps of a lane in memory
DOORS = range(MANY // 2)  # each opens and shuts once: one that flaps is waited for
ALARM, TROUBLE, STATUS = "alarm", "trouble", "status"

SITE = """\
buses:
  - {{id: played, simulated: {{script: {script}}}}}
  - {{id: relays, modbus: {{host: 127.0.0.1, tcp_port: {relays}}}}}
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: smoke, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: door, zone: hall, bus: played, profile: simulated-contact}}
{doors}
outputs: [{{id: siren, bus: relays, kind: siren, unit: 1, coil: 3}}]
rules:
  - {{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact, latching: false}}
  - {{id: open, zone: hall, raises: supervisory, when: door.contact}}
{open}
uplink:
  paths:
{paths}
metrics: {{port: {metrics}}}
"""


DOOR = "  - {{id: door-{0}, zone: hall, bus: played, profile: simulated-contact}}"
OPEN = "  - {{id: open-{0}, zone: hall, raises: supervisory, when: door-{0}.contact}}"


class Site:
    """A daemon with a siren on a real relay, and what is around it."""

    def __init__(self, folder: Path, relays: ModbusDevices, *paths: str) -> None:
        self.relays = relays
        self.building = Played(folder / "script")
        self.metrics = free_port()
        text = HEAD + SITE.format(
            script=self.building.path,
            relays=relays.port,
            metrics=self.metrics,
            doors="\n".join(map(DOOR.format, DOORS)),
            open="\n".join(map(OPEN.format, DOORS)),
            paths="\n".join(f"    - {path}" for path in paths),
        )
        self.daemon = Daemon(folder, text)

    def siren(self) -> int:
        return self.relays.get(1, "coil", SIREN)

    def refusals(self) -> float:
        numbers = Numbers(self.metrics)
        return sum(
            numbers.of("firegw_connection_refused_total", path="lan", reason=reason)
            for reason in RefusalReason
        )

    def in_journal(self, kind: str) -> list[dict]:
        return [
            data
            for _, data in self.daemon.records().items()
            if f"{data.get('condition')}.{data.get('change')}" == kind
        ]


@pytest.fixture
def relays() -> Iterator[ModbusDevices]:
    module = on_tcp("1")
    module.set(1, "coil", SIREN, 0)
    yield module
    module.close()


def password_file(folder: Path, **users: str) -> Path:
    file = folder / "passwords"
    file.touch()
    for name, password in users.items():
        subprocess.run(["mosquitto_passwd", "-b", file, name, password], check=True)
    return file


def test_a_broker_that_refuses_the_password_stops_nothing_and_gets_all_once_it_is_mended(
    tmp_path, relays, start_mosquitto: Callable[..., Mosquitto]
):
    known = password_file(tmp_path, gateway="right", centre="centre")
    broker = start_mosquitto("allow_anonymous false", f"password_file {known}")
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("wrong\n")
    login = f"username: gateway, password_file: {secret}"
    site = Site(tmp_path, relays, f"{{id: lan, host: 127.0.0.1, port: {broker.port}, {login}}}")
    with Centre(broker.port, login=("centre", "centre")) as centre, site.daemon as daemon:
        daemon.start().until_up()
        wait_for(lambda: site.refusals() >= 2, "two refusals in the metrics")
        site.building.set("smoke", 1)
        wait_for(site.siren, "the siren")
        wait_for(lambda: site.in_journal("fire-alarm.entered"), "the alarm in the journal")
        for door in DOORS:
            site.building.set(f"door-{door}", 1)
            site.building.set(f"door-{door}", 0)
        wait_for(lambda: len(site.in_journal("supervisory.left")) == MANY // 2, "many events")
        status = daemon.status()
        log = daemon.log
        daemon.kill()

        site.building.set("smoke", 0)
        site.building.stand()
        daemon.start().until_up()
        wait_for(lambda: site.in_journal("fire-alarm.left"), "the second life's events")
        assert centre.events() == []
        secret.write_text("right\n")
        wait_for(lambda: is_told(daemon, centre), "every event at the centre")
        site.building.set("door", 1)
        [*old, live] = wait_for(
            lambda: (
                centre.events(TROUBLE, condition="supervisory")[MANY:]
                and centre.events(TROUBLE, condition="supervisory")
            ),
            "a live event",
        )
        assert daemon.stop() == 0

    assert status.outbox[TROUBLE] >= MANY
    [line] = [line for line in log.splitlines() if "refuses us" in line]
    assert "level=warning part=path/lan" in line
    assert "look at username, password_file" in line
    assert "look at username, password_file" in status.paths[0].detail
    assert "wrong" not in log
    assert "Traceback" not in daemon.log
    [entered] = centre.events(ALARM, change="entered")
    [left] = centre.events(ALARM, change="left")
    assert (entered["historical"], left["historical"], live["historical"]) == (True, False, False)
    assert all(event["historical"] for event in old)
    # The kill began another epoch.
    assert [event["seq"] for event in old] == sorted({event["seq"] for event in old})
    assert (live["epoch"] == old[0]["epoch"], live["seq"]) == (False, 1)


def test_alarms_go_out_on_both_paths_and_the_rest_on_the_preferred_one(
    tmp_path, relays, start_mosquitto: Callable[..., Mosquitto]
):
    lan, mobile = start_mosquitto(), start_mosquitto()
    site = Site(
        tmp_path,
        relays,
        f"{{id: lan, host: 127.0.0.1, port: {lan.port}}}",
        f"{{id: 4g, host: 127.0.0.1, port: {mobile.port}}}",
    )
    with Centre(lan.port) as at_lan, Centre(mobile.port) as at_mobile, site.daemon as daemon:
        daemon.start()
        wait_for(lambda: all(p.connected for p in daemon.until_up().paths), "both paths")
        site.building.set("door", 1)
        site.building.set("smoke", 1)
        wait_for(lambda: at_mobile.events(ALARM), "the alarm on the second path")
        wait_for(lambda: is_told(daemon, at_lan), "everything on the first path")
        at_first = at_mobile.events()

        lan.stop()
        site.building.set("door", 0)
        site.building.set("smoke", 0)
        lost = the_event(
            wait_for(lambda: at_mobile.events(TROUBLE, source="path/lan"), "the loss of lan")
        )
        wait_for(lambda: at_mobile.events(TROUBLE, source="rule/open"), "trouble by 4g")
        wait_for(lambda: at_mobile.events(ALARM, change="left"), "the end of the alarm by 4g")
        heard = len(at_lan.messages)
        lan.start()
        wait_for(lambda: at_lan.messages[heard:], "what lan's broker keeps of the present")
        wait_for(lambda: daemon.status().paths[0].connected, "lan")
        site.building.set("door", 1)
        wait_for(lambda: at_lan.events(TROUBLE, source="rule/open")[1:], "trouble by lan again")
        assert daemon.stop() == 0
        wait_for(lambda: not at_lan.of("presence/lan")[-1].json["online"], "farewell on lan")
        wait_for(lambda: not at_mobile.of("presence/4g")[-1].json["online"], "farewell on 4g")

    assert "GW-1-lan" in lan.log()
    assert "GW-1-4g" in mobile.log()
    assert [event["lane"] for event in at_first] == [ALARM]
    assert (lost["data"]["change"], lost["data"]["condition"]) == ("entered", "fault")
    assert len(at_mobile.events(TROUBLE, source="rule/open")) == 1
    for centre, path in ((at_lan, "lan"), (at_mobile, "4g")):
        said = centre.of(f"presence/{path}")
        assert {each.json["client_id"] for each in said} == {f"GW-1-{path}"}
        assert (said[0].json["online"], said[-1].json["reason"]) == (True, "stopped")
    assert at_lan.of("presence/4g") == at_mobile.of("presence/lan") == []


def test_the_fault_of_a_path_that_is_down_outlives_a_restart_and_ends_once(
    tmp_path, relays, start_mosquitto: Callable[..., Mosquitto]
):
    broker = start_mosquitto()
    site = Site(tmp_path, relays, f"{{id: lan, host: 127.0.0.1, port: {broker.port}}}")
    with site.daemon as daemon:
        daemon.start()
        wait_for(lambda: daemon.until_up().paths[0].connected, "the broker")
        broker.stop()
        [lost] = wait_for(lambda: site.in_journal("fault.entered"), "the path's fault")
        daemon.kill()

        daemon.start().until_up()
        wait_for(lambda: "refused" in daemon.status().paths[0].detail, "a first attempt")
        still = [each.source for each in daemon.status().now.conditions]
        broker.start()
        wait_for(lambda: daemon.status().paths[0].connected, "the broker again")
        left = wait_for(lambda: site.in_journal("fault.left"), "the end of the fault")
        assert daemon.stop() == 0

    assert lost["source"] == "path/lan"
    assert still == ["path/lan"]
    assert [each["incident"] for each in left] == [lost["incident"]]


def test_what_the_broker_refuses_is_a_fault_that_holds_up_no_alarm_until_it_is_taken(
    tmp_path, relays, start_mosquitto: Callable[..., Mosquitto]
):
    allowed = tmp_path / "allowed"
    allowed.write_text("topic readwrite #\ntopic deny pccc/v1/33/CS0001/GW-1/event/trouble\n")
    broker = start_mosquitto("allow_anonymous true", f"acl_file {allowed}")
    site = Site(tmp_path, relays, f"{{id: lan, host: 127.0.0.1, port: {broker.port}}}")
    with Centre(broker.port) as centre, site.daemon as daemon:
        daemon.start().until_up()
        site.building.set("door", 1)
        [refused] = wait_for(lambda: site.in_journal("fault.entered"), "the fault")
        site.building.set("smoke", 1)
        wait_for(lambda: centre.events(ALARM), "the alarm")
        heard = centre.events(TROUBLE)
        allowed.write_text("topic readwrite #\n")
        broker.reload()
        wait_for(lambda: site.in_journal("fault.left"), "the end of the fault")
        wait_for(lambda: is_told(daemon, centre), "everything at the centre")
        assert daemon.stop() == 0

    assert heard == []
    assert refused["source"] == "gateway/delivery/trouble/refused"
    assert "not authorized" in refused["detail"]
    assert len(site.in_journal("fault.left")) == 1
