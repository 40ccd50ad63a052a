"""Birth, will, farewell, and a will that comes late."""

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from uplink_site import Centre, Site, plain_path

from gateway.settings.model import MqttVersion
from gateway.uplink import mqtt_client

TOPIC = "pccc/v1/33/CS0001/GW-1/presence/lan"


@pytest.fixture(autouse=True)
def wills_come_soon(monkeypatch):
    monkeypatch.setattr(mqtt_client, "WILL_DELAY_S", 1)


def births(centre: Centre) -> list[dict]:
    return [each.json for each in centre.of("presence/lan") if each.json["online"]]


def absences(centre: Centre) -> list[dict]:
    return [each.json for each in centre.of("presence/lan") if not each.json["online"]]


@pytest.mark.parametrize("version", list(MqttVersion))
async def test_a_gateway_that_dies_is_said_to_be_lost_by_the_broker(mosquitto, version):
    with Centre(mosquitto.port) as centre:
        gateway = Site(plain_path(mosquitto.port, version=version))
        gateway.start()
        await gateway.until_up()
        await centre.until(lambda _: births(centre))

        await gateway.stop()
        await centre.until(lambda _: absences(centre))

    (birth,), (will,) = births(centre), absences(centre)
    assert (will["reason"], will["session"]) == ("lost", birth["session"])
    assert (birth["client_id"], birth["gateway"], birth["path"]) == ("GW-1-lan", "GW-1", "lan")


async def test_presence_is_retained_for_those_who_come_late(mosquitto):
    async with Site(plain_path(mosquitto.port)) as gateway:
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())
        with Centre(mosquitto.port) as centre:
            await centre.until(lambda _: centre.of("presence/lan"))

    (birth,) = centre.of("presence/lan")
    assert birth.retained
    assert birth.json["online"]


async def test_each_connection_is_a_session_of_its_own(mosquitto):
    with Centre(mosquitto.port) as centre:
        for count in (1, 2):
            async with Site(plain_path(mosquitto.port)) as gateway:
                await gateway.until_up()
                await centre.until(lambda _, count=count: len(births(centre)) == count)

    first, second = births(centre)
    assert first["session"] != second["session"]


async def test_a_gateway_that_is_stopped_says_farewell_and_leaves_no_will(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            await gateway.until_up()
            last = gateway.tell()
            await gateway.uplink.close()
            await centre.until(lambda _: absences(centre))

            # A will of that session would come from the broker before this.
            assert last.name in gateway.journal.delivered
            assert gateway.uplink.paths[0].connected is False

    (farewell,) = absences(centre)
    assert (farewell["reason"], farewell["session"]) == ("stopped", births(centre)[0]["session"])
    assert "disconnected" in mosquitto.log()


async def test_an_old_will_that_buries_the_birth_is_contradicted(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            await gateway.until_up()
            await centre.until(lambda _: births(centre))
            will = b'{"online":false,"session":"older"}'
            centre.own.add(will)
            old = paho.Client(CallbackAPIVersion.VERSION2, client_id="half-open")
            old.will_set(TOPIC, will, qos=1, retain=True)
            old.connect("127.0.0.1", mosquitto.port)
            old.loop_start()
            old.publish("ping", b"", qos=1).wait_for_publish(5)
            old.loop_stop()
            old.socket().close()

            await centre.until(lambda _: absences(centre) and len(births(centre)) == 2)

    last = centre.of("presence/lan")[-1].json
    assert (last["online"], last["session"]) == (True, births(centre)[0]["session"])


async def test_nonsense_on_the_presence_topic_is_contradicted_too(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            await gateway.until_up()
            await centre.until(lambda _: births(centre))
            centre.publish(TOPIC, b"\xff not json", retain=True)

            await centre.until(lambda _: centre.of("presence/lan")[-1].payload.startswith(b'{"onl'))
