"""The uplink against a real broker: delivery, order, presence, state."""

import asyncio

import pytest
from uplink_site import Centre, Site, plain_path, quiet_site

from rules.condition import Lane


async def test_events_arrive_in_order_and_are_delivered_when_the_broker_has_them(mosquitto):
    with Centre(mosquitto.port) as centre:
        async with Site(plain_path(mosquitto.port)) as gateway:
            await gateway.until_up()
            records = [gateway.tell() for _ in range(50)]
            await gateway.until_delivered(*records)
            await centre.until(lambda _: len(centre.events("alarm")) == 50)

    events = centre.events("alarm")
    assert [event["seq"] for event in events] == list(range(1, 51))
    assert {event["historical"] for event in events} == {False}
    assert len({event["id"] for event in events}) == 50
