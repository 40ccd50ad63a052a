"""Paths that are tried from end to end: whoever answers is preferred, and silence is told."""

import asyncio
import json

import pytest
from uplink_site import Centre, Site, plain_path

from gateway.settings.model import DeliveredWhen
from gateway.uplink import uplink
from rules.condition import Lane
from rules.instant import seconds
from tests.unit import centre_keys
from tests.unit.centre_keys import received

NAME = "pc07-33"
PREFIX = "pccc/v1/33/CS0001/GW-1"


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(uplink, "LOOK_EVERY", seconds(0.05))


class Answering(Centre):
    """A centre that answers every heartbeat, and acknowledges every event, while it is awake."""

    def __init__(self, port: int) -> None:
        self.awake = True
        super().__init__(port)

    def _took(self, client, userdata, message) -> None:
        super()._took(client, userdata, message)
        what = message.topic.removeprefix(f"{PREFIX}/")
        if not self.awake or what.partition("/")[0] not in {"event", "heartbeat"}:
            return
        told = json.loads(message.payload)
        entries, nonce = (), told.get("nonce")
        if what != "heartbeat":
            span = (told["seq"], told["seq"])
            entries = (received(span, epoch=told["epoch"], lane=Lane(told["lane"])),)
        ack = centre_keys.ack(NAME, *entries, gateway="GW-1", nonce=nonce)
        self.own.add(ack)
        client.publish(f"{PREFIX}/ack", ack, qos=1)


def gateway(*paths) -> Site:
    return Site(
        *paths,
        centres=(centre_keys.centre(NAME),),
        delivered_when=DeliveredWhen.CENTRE,
    )


async def test_an_event_is_delivered_once_the_centre_says_so(mosquitto):
    with Answering(mosquitto.port) as centre:
        async with gateway(plain_path(mosquitto.port)) as site:
            await site.until_up()
            await site.until_delivered(site.tell(), site.tell(Lane.TROUBLE), site.tell(Lane.STATUS))
            await site.until(lambda: ("answered", "lan", True) in site.told)
            await centre.until(lambda _: centre.of("ack"))

    assert [told[1] for told in site.heard("after")] == [Lane.ALARM, Lane.TROUBLE, Lane.STATUS]


async def test_a_broker_that_nobody_listens_to_is_given_the_same_events_until_somebody_does(
    mosquitto,
):
    async with gateway(plain_path(mosquitto.port)) as site:
        await site.until_up()
        records = [site.tell(lane) for _ in range(20) for lane in Lane]
        await asyncio.sleep(0.2)  # for the broker to have had them
        with Answering(mosquitto.port) as centre:
            await site.until_delivered(*records)
            await centre.until(lambda _: len(centre.events("alarm")) >= 20)

    for lane in Lane:
        seqs = [event["seq"] for event in centre.events(lane)]
        assert list(dict.fromkeys(seqs)) == list(range(1, 21)), "first copies out of order"


async def test_a_path_that_the_centre_does_not_answer_on_loses_preference_and_regains_it(
    start_mosquitto,
):
    lan, mobile = start_mosquitto(), start_mosquitto()
    with Answering(lan.port) as at_lan, Answering(mobile.port) as at_mobile:
        async with gateway(plain_path(lan.port), plain_path(mobile.port, "4g")) as site:
            await site.until(
                lambda: {("answered", "lan", True), ("answered", "4g", True)} <= set(site.told)
            )
            await site.until_delivered(site.tell(Lane.TROUBLE))
            at_lan.awake = False
            await site.until(lambda: ("answered", "lan", False) in site.told)

            by_mobile = site.tell(Lane.TROUBLE)
            await site.until_delivered(by_mobile)
            at_lan.awake = True
            await site.until(lambda: site.told.count(("answered", "lan", True)) == 2)
            by_lan = site.tell(Lane.TROUBLE)
            await site.until_delivered(by_lan)
            await at_mobile.until(lambda _: at_mobile.events("trouble"))
            await at_lan.until(lambda _: len(at_lan.events("trouble")) >= 2)

    assert [event["seq"] for event in at_mobile.events("trouble")] == [by_mobile.name.seq]
    assert at_lan.events("trouble")[-1]["seq"] == by_lan.name.seq


async def test_an_alternate_path_that_is_silently_dead_is_told_though_it_carries_nothing(
    start_mosquitto,
):
    lan, mobile = start_mosquitto(), start_mosquitto()
    with Answering(lan.port), Answering(mobile.port) as at_mobile:
        at_mobile.awake = False
        async with gateway(plain_path(lan.port), plain_path(mobile.port, "4g")) as site:
            await site.until(lambda: ("answered", "4g", False) in site.told)

    assert ("answered", "lan", False) not in site.told


async def test_no_word_of_the_centre_is_no_delivery_and_comes_to_be_asked_for_again(mosquitto):
    with Answering(mosquitto.port) as centre:
        centre.awake = False
        async with gateway(plain_path(mosquitto.port)) as site:
            await site.until_up()
            record = site.tell()
            await centre.until(lambda _: centre.events("alarm"))
            centre.awake = True

            site.uplink.send_again(Lane.ALARM)
            await site.until_delivered(record)
            await centre.until(lambda _: len(centre.events("alarm")) == 2)

    first, again = centre.events("alarm")
    assert first["id"] == again["id"]
