"""Reading the backlog beside the event loop: a reader that fails or hangs holds up no alarm."""

import asyncio
import contextlib
import threading

import pytest
from uplink_site import Site, plain_path

from gateway.backoff import Backoff
from gateway.record import span_of
from gateway.uplink import backlog
from rules.instant import seconds


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(backlog, "READ_WITHIN", seconds(0.2))
    monkeypatch.setattr(backlog, "BACKOFF", Backoff(first=seconds(0.05), longest=seconds(0.05)))


async def test_a_journal_that_can_be_read_again_gives_what_waited(mosquitto):
    gateway = Site(plain_path(mosquitto.port))
    left = [gateway.make() for _ in range(5)]
    gateway.journal.failing = True
    async with gateway:
        await gateway.until_up()
        await gateway.until_so(lambda: gateway.journal.reads > 2)
        new = gateway.tell()
        await gateway.until_delivered(new)
        waited = [record.name for record in left if record.name in gateway.journal.delivered]

        gateway.journal.failing = False
        await gateway.until_delivered(*left)

    assert waited == []


async def test_a_read_that_hangs_holds_up_no_alarm(mosquitto):
    gateway = Site(plain_path(mosquitto.port))
    left = gateway.make()
    release = threading.Event()
    read = gateway.journal.undelivered

    def hanging(*question):
        release.wait(15)
        return read(*question)

    gateway.journal.undelivered = hanging
    async with gateway:
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())
        hung = left.name not in gateway.journal.delivered

        release.set()
        await gateway.until_delivered(left)

    assert hung


async def test_ending_does_not_wait_for_a_read_that_hangs(mosquitto):
    gateway = Site(plain_path(mosquitto.port))
    release = threading.Event()
    gateway.journal.undelivered = lambda *question: release.wait(15) and []
    try:
        async with gateway:
            await gateway.until_up()
        async with asyncio.timeout(5):
            with contextlib.suppress(asyncio.CancelledError):
                await gateway.stop()
    finally:
        release.set()


async def test_many_pages_come_one_after_the_other(mosquitto):
    gateway = Site(plain_path(mosquitto.port))
    left = [gateway.make() for _ in range(900)]
    async with gateway:
        await gateway.until_delivered(*left)

    assert [span for told in gateway.heard("delivered") for span in told[1]] == [
        span_of(record.name) for record in left
    ]
