"""A broker that takes the connection and refuses the events: by right, or because it is full."""

from itertools import pairwise

import pytest
from daemon_process import HEAD, Played
from gateway_inside import guarding, until
from refusing_broker import RefusingBroker

from gateway.backoff import Backoff
from gateway.uplink import delivery
from rules.instant import seconds

RETRY = Backoff(first=seconds(0.3), longest=seconds(1.2))
TRIES = 3
FAULT = "gateway/delivery/alarm/refused"

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: smoke, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {port}}}]}}
"""


@pytest.mark.parametrize(("reason", "said"), [(0x87, "not authorized"), (0x97, "quota")])
async def test_a_refused_alarm_is_a_fault_and_tried_more_and_more_seldom_until_it_is_taken(
    tmp_path, monkeypatch, reason, said
):
    monkeypatch.setattr(delivery, "RETRY", RETRY)
    building = Played(tmp_path / "script")
    async with RefusingBroker(reason) as broker:
        site = HEAD + SITE.format(script=building.path, port=broker.port)

        def tries() -> list[int]:
            return [at for at, payload in broker.events if b'"rule/fire"' in payload]

        async with guarding(tmp_path, site) as gateway:

            async def faults() -> list[str]:
                standing = (await gateway.status()).now.conditions
                return [each.detail for each in standing if each.source == FAULT]

            async def is_over() -> bool:
                return not await faults() and not any((await gateway.status()).outbox.values())

            building.set("smoke", 1)
            await until(lambda: len(tries()) >= TRIES, "some attempts")
            [detail] = await until(faults, "the fault")
            refused = tries()
            broker.reason = 0
            await until(is_over, "delivery and the end of the fault")

    assert said in detail
    assert broker.connections == 1
    waits = [later - earlier for earlier, later in pairwise(refused)]
    assert all(waited >= RETRY.ceiling(n) for n, waited in enumerate(waits)), waits
    assert len(tries()) <= len(refused) + 1, "it was sent after it was taken"
