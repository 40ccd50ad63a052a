"""Births and wills that come in another order than they were said: nobody stays dead or alive."""

import pytest
from held_back import Proxy
from uplink_site import Centre, Site, plain_path

from gateway.uplink import mqtt_client


@pytest.fixture(autouse=True)
def wills_come_at_once(monkeypatch):
    monkeypatch.setattr(mqtt_client, "WILL_DELAY_S", 0)


def words(centre: Centre) -> list[tuple[bool, str]]:
    """What was said of the path: whether it is there, and in which session."""
    return [(each.json["online"], each.json["session"]) for each in centre.of("presence/lan")]


async def test_a_will_that_comes_before_its_birth_is_followed_by_the_birth_of_the_next_session(
    mosquitto,
):
    async with Proxy(mosquitto.port, holds_back=True) as line:
        with Centre(mosquitto.port) as centre:
            async with Site(plain_path(line.port)) as gateway:
                await gateway.until_up()
                alarm = gateway.tell()
                line.holds_back = False
                line.lines[0].far.close()
                await centre.until(lambda _: words(centre))
                line.lines[0].near.close()
                await gateway.until_delivered(alarm)
                await centre.until(lambda _: len(words(centre)) == 2 and centre.events("alarm"))

    (is_there, lost), (is_back, session) = words(centre)
    assert (is_there, is_back) == (False, True)
    assert lost != session


async def test_an_old_birth_and_an_old_will_after_a_new_birth_are_contradicted(start_mosquitto):
    """By way of a broker that hands on late, while the gateway is at its next broker already."""
    last = start_mosquitto()
    async with Proxy(last.port, holds_back=True) as slow:
        first = start_mosquitto(
            *("allow_anonymous true", "connection slow", f"address 127.0.0.1:{slow.port}"),
            *("topic # out 1", "notifications false", "bridge_attempt_unsubscribe false"),
        )
        async with Proxy(first.port) as line:
            with Centre(last.port) as centre:
                async with Site(plain_path(line.port)) as gateway:
                    await gateway.until_up()
                    await gateway.until_delivered(gateway.tell())
                    [old] = line.lines
                    line.target = last.port
                    old.near.close()
                    await centre.until(lambda _: words(centre))
                    old.far.close()
                    await gateway.until_so(lambda: slow.lines and b'"lost"' in slow.lines[0].held)
                    slow.lines[0].release()
                    await centre.until(lambda _: len(words(centre)) == 4)

    (_, now), (_, before), *_ = words(centre)
    assert words(centre) == [(True, now), (True, before), (False, before), (True, now)]
    assert now != before
