"""The example broker as it is shipped: who gets in, and who may say and hear what.

Nothing of config/broker is changed for it but the places of its files and its port.
"""

import json
import os
import queue
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import paho.mqtt.client as paho
import pytest
from daemon_process import HEAD, ROOT, Daemon, Played, wait_for
from mosquitto_broker import Mosquitto
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from gateway.cli import firegw

BROKER = ROOT / "config" / "broker"
WITHIN_S = 15
NOT_AUTHORISED = 0x87

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: smoke, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact}}]
uplink:
  paths:
    - id: lan
      host: localhost
      port: {port}
      tls: {{ca: {tls}/ca.pem, certificate: {tls}/gateway.pem, key: {tls}/gateway.key}}
"""


class ShippedBroker(Mosquitto):
    """Mosquitto with the shipped configuration, its places and its port exchanged."""

    def _configuration(self) -> str:
        text = (BROKER / "mosquitto.conf").read_text()
        as_root = "user root\n" if os.geteuid() == 0 else ""  # else it cannot read tmp_path
        for there, here in {
            "/etc/mosquitto/tls": self.directory,
            "/etc/mosquitto/acl": BROKER / "acl",
            "/var/lib/mosquitto/": f"{self.directory}/",
            "listener 8883": f"{as_root}listener {self.port} 127.0.0.1",
        }.items():
            assert there in text
            text = text.replace(there, str(here))
        return text


def make_ca(*arguments: object) -> str:
    return subprocess.run(
        [BROKER / "make-ca.sh", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    ).stdout


@dataclass(frozen=True)
class Gateway:
    """A gateway that has been enrolled by the command, and certified by the script."""

    folder: Path
    id: str
    port: int

    @classmethod
    def enrolled(cls, folder: Path, id_: str, broker: Mosquitto) -> "Gateway":
        gateway = cls(folder / id_, id_, broker.port)
        (gateway.folder / "state").mkdir(parents=True)
        gateway.site.write_text(
            HEAD.replace("GW-1", id_)
            + SITE.format(
                script=gateway.folder / "script", port=broker.port, tls=gateway.folder / "tls"
            )
        )
        (gateway.folder / "script").touch()
        Daemon(gateway.folder, gateway.site.read_text())  # its profile, which the site file names
        gateway.firegw("enrol")
        gateway.certify(broker)
        return gateway

    def certify(self, broker: Mosquitto) -> None:
        make_ca("gateway", broker.directory, self.folder / "tls" / "request.pem")
        certificate = broker.directory / f"{self.id}.pem"
        self.firegw("enrol", "--install", certificate, "--ca", broker.directory / "ca.pem")

    @property
    def site(self) -> Path:
        return self.folder / "site.yaml"

    def firegw(self, *arguments: object) -> None:
        places = ("--directory", self.folder / "tls", "--state-directory", self.folder / "state")
        firegw.dispatch([*map(str, (*arguments, "--site", self.site, *places))])

    def topic(self, what: str) -> str:
        return f"pccc/v1/33/CS0001/{self.id}/{what}"

    def started(self, centre: "Client") -> list[dict]:
        """What the centre has heard of the gateway's starts."""
        events = [json.loads(text) for topic, text in centre.heard if "status" in topic]
        return [event for event in events if event["data"].get("notice") == "started"]

    def client(self, **will: str) -> "Client":
        tls = self.folder / "tls"
        return Client(self.port, tls / "gateway.pem", tls / "gateway.key", tls / "ca.pem", **will)


class Client:
    """An MQTT client with a certificate, which waits for the answer to each word."""

    def __init__(self, port: int, certificate: Path, key: Path, ca: Path, will: str | None = None):
        self.heard: list[tuple[str, bytes]] = []
        self._answers: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self._client.tls_set(str(ca), str(certificate), str(key))
        if will is not None:
            self._client.will_set(will, b"the will", 1)
        self._client.on_connect = lambda _c, _d, _f, reason, _p: self._answers.put(reason.value)
        self._client.on_publish = lambda _c, _d, _m, reason, _p: self._answers.put(reason.value)
        self._client.on_subscribe = lambda *_: self._answers.put(0)
        self._client.on_message = lambda _c, _d, message: self.heard.append(
            (message.topic, message.payload)
        )
        self._client.connect("localhost", port)
        self._client.loop_start()
        self.taken = self._answers.get(timeout=WITHIN_S)

    def __enter__(self) -> Self:
        assert self.taken == 0
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> int:
        """Publish, and give the broker's reason code."""
        self._client.publish(topic, payload, 1, retain)
        return self._answers.get(timeout=WITHIN_S)

    def subscribe(self, *topics: str) -> None:
        self._client.subscribe([(topic, 1) for topic in topics])
        self._answers.get(timeout=WITHIN_S)

    def until_heard(self, topic: str) -> list[str]:
        """Wait for a message on a topic; give the topics of all that came until then."""
        wait_for(lambda: any(topic == each for each, _ in self.heard), topic)
        return [each for each, _ in self.heard]

    def drop(self) -> None:
        """Be lost, as in a power cut: without a farewell."""
        self._client.socket().shutdown(2)


def centre_at(broker: Mosquitto) -> Client:
    places = (broker.directory / name for name in ("centre-1.pem", "centre-1.key", "ca.pem"))
    return Client(broker.port, *places)


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[Mosquitto]:
    shipped = ShippedBroker(tmp_path_factory.mktemp("broker"))
    make_ca("init", shipped.directory)
    make_ca("broker", shipped.directory, "localhost", "127.0.0.1")
    make_ca("centre", shipped.directory, "1")
    yield shipped.start()
    shipped.stop()


@pytest.fixture(scope="module")
def one(broker, tmp_path_factory) -> Gateway:
    return Gateway.enrolled(tmp_path_factory.mktemp("units"), "GW-1", broker)


@pytest.fixture(scope="module")
def other(broker, tmp_path_factory) -> Gateway:
    return Gateway.enrolled(tmp_path_factory.mktemp("units"), "GW-2", broker)


def test_a_gateway_may_say_under_its_own_id_all_that_the_contract_has(broker, one):
    own = ("event/alarm", "event/trouble", "event/status", "state", "presence/lan", "inventory")
    with centre_at(broker) as centre, one.client() as gateway:
        centre.subscribe("pccc/v1/#")

        answers = {
            what: gateway.publish(one.topic(what))
            for what in (*own, "heartbeat", "telemetry", "reply")
        }
        heard = centre.until_heard(one.topic("reply"))

    assert set(answers.values()) == {0}
    assert heard == [one.topic(what) for what in answers]


def test_a_gateway_that_speaks_as_another_is_refused_and_its_own_words_go_on(broker, one, other):
    with centre_at(broker) as centre, one.client() as gateway:
        centre.subscribe("pccc/v1/#")

        answers = [
            gateway.publish(each.topic(what))
            for each, what in (
                (one, "event/alarm"),
                (other, "event/alarm"),
                (other, "presence/lan"),
                (other, "state"),
                (other, "ack"),
                (one, "ack"),
                (one, "command"),
                (one, "event/status"),
            )
        ]
        answers.append(gateway.publish("pccc/v1/33/CS0001/event/alarm"))
        heard = centre.until_heard(one.topic("event/status"))

    assert answers == [0, *[NOT_AUTHORISED] * 6, 0, NOT_AUTHORISED]
    assert heard == [one.topic("event/alarm"), one.topic("event/status")]


def test_the_will_of_a_gateway_speaks_for_no_other(broker, one, other):
    with centre_at(broker) as centre:
        centre.subscribe("pccc/v1/#")
        rogue = one.client(will=other.topic("presence/lan"))
        honest = one.client(will=one.topic("presence/4g"))
        for client in (rogue, honest):
            if client.taken == 0:
                client.drop()

        heard = centre.until_heard(one.topic("presence/4g"))

    assert other.topic("presence/lan") not in heard


def test_a_gateway_hears_what_is_said_to_it_and_nothing_that_is_said_to_another(broker, one, other):
    with centre_at(broker) as centre, one.client() as gateway, other.client() as neighbour:
        neighbour.publish(other.topic("state"), retain=True)
        gateway.subscribe("#", other.topic("ack"), other.topic("command"), one.topic("ack"))
        gateway.subscribe("$share/any/pccc/v1/#", one.topic("command"))

        answers = [
            centre.publish(each.topic(what), what.encode())
            for each, what in ((other, "ack"), (other, "command"), (one, "ack"), (one, "command"))
        ]
        heard = gateway.until_heard(one.topic("command"))

    assert all(answer < NOT_AUTHORISED for answer in answers)
    assert set(heard) == {one.topic("ack"), one.topic("command")}


def test_a_centre_speaks_for_no_gateway(broker, one):
    with centre_at(broker) as centre:
        assert centre.publish(one.topic("event/alarm")) == NOT_AUTHORISED
        assert centre.publish(one.topic("state")) == NOT_AUTHORISED


def test_a_replaced_unit_is_the_same_gateway_under_a_new_epoch_and_device_key(broker, tmp_path):
    gateway = Gateway.enrolled(tmp_path, "GW-4", broker)
    daemon = Daemon(gateway.folder, gateway.site.read_text())
    with centre_at(broker) as centre, daemon:
        centre.subscribe(gateway.topic("event/status"), gateway.topic("inventory"))
        for epochs in (1, 2):
            if epochs == 2:
                gateway.firegw("replace", "--yes")
                gateway.certify(broker)
            daemon.start().until_up()
            started = wait_for(
                lambda epochs=epochs: (
                    len({each["epoch"] for each in gateway.started(centre)}) == epochs
                    and gateway.started(centre)
                ),
                "word of an epoch",
            )
            wait_for(lambda: not any(daemon.status().outbox.values()), "all delivered")
            assert daemon.stop() == 0
        inventories = [json.loads(text) for topic, text in centre.heard if "inventory" in topic]

    assert {each["source"] for each in started} == {"/pccc/33/CS0001/GW-4"}
    assert {each["seq"] for each in started} == {1}
    keys = [each["device_key"] for each in inventories]
    assert (keys[0] != keys[-1], len(set(keys))) == (True, 2)


def test_an_enrolled_gateway_guards_by_this_broker_until_its_certificate_is_revoked(
    broker, tmp_path
):
    gateway = Gateway.enrolled(tmp_path, "GW-3", broker)
    building = Played(gateway.folder / "script")
    daemon = Daemon(gateway.folder, gateway.site.read_text())
    with centre_at(broker) as centre, daemon:
        centre.subscribe("pccc/v1/33/+/GW-3/#")
        daemon.start().until_up()
        building.set("smoke", 1)
        heard = centre.until_heard(gateway.topic("event/alarm"))
        wait_for(lambda: not any(daemon.status().outbox.values()), "all delivered")
        connected = daemon.status().paths[0]

        make_ca("revoke", broker.directory, broker.directory / "GW-3.pem")
        broker.restart()
        refused = wait_for(
            lambda: "revoked" in daemon.status().paths[0].detail and daemon.status(),
            "the refusal",
        )
        assert daemon.stop() == 0

    assert connected.connected
    assert {gateway.topic(what) for what in ("state", "inventory", "presence/lan")} <= {*heard}
    assert "our certificate is revoked; ask the centre for a new one" in refused.paths[0].detail
