"""A line that dies without a word: no packet gets through any more, and no link goes down."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from network_namespaces import Router, namespaces
from uplink_site import QUICK, Site

from gateway.settings.model import Path as PathSettings
from rules.instant import seconds

TIMING = replace(QUICK, connect_within=seconds(1), answer_within=seconds(1))
PORT = 1883
GIVEN_UP_WITHIN_S = 15


@dataclass
class DistantBroker:
    """A mosquitto behind a router."""

    router: Router
    folder: Path
    process: subprocess.Popen | None = None

    def start(self) -> None:
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {PORT} {Router.BROKER}\nallow_anonymous true\nuser root\npersistence false\n"
        )
        command = [shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", str(config)]
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.router.broker.command(*command), stdout=log, stderr=log
            )
        until = time.monotonic() + 10
        log = self.folder / "mosquitto.log"
        while "running" not in log.read_text() and time.monotonic() < until:
            assert self.process.poll() is None, log.read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)


@pytest.fixture
def broker(tmp_path) -> Iterator[DistantBroker]:
    with namespaces("gateway", "router", "broker") as (gateway, middle, far):
        distant = DistantBroker(Router(gateway, middle, far), tmp_path)
        distant.start()
        with gateway.entered():  # and so is every thread that dials
            yield distant
        distant.stop()


def path(keep_alive_s: float) -> PathSettings:
    keep_alive = seconds(keep_alive_s)
    return PathSettings(
        id="lan", host=Router.BROKER, port=PORT, insecure=True, keep_alive=keep_alive
    )


async def test_a_line_that_swallows_everything_is_found_by_the_keep_alive_alone(broker):
    """Nothing waits for an answer: only the ping can find it."""
    timing = replace(TIMING, answer_within=seconds(600))
    async with Site(path(keep_alive_s=1), timing=timing) as gateway:
        await gateway.until_up()
        await gateway.until_so(lambda: gateway.uplink.paths[0].connected)
        broker.router.swallow()

        await gateway.until(lambda: gateway.heard("down"), GIVEN_UP_WITHIN_S)

        assert "keep alive" in gateway.heard("down")[0][2]


async def test_a_line_that_swallows_an_alarm_is_found_by_its_puback_and_the_alarm_goes_later(
    broker,
):
    """The ping alone would take a minute or two here."""
    async with Site(path(keep_alive_s=60), timing=TIMING) as gateway:
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())
        broker.router.swallow()
        alarm = gateway.tell()

        await gateway.until(lambda: gateway.heard("down"), GIVEN_UP_WITHIN_S)
        await gateway.until_detail("no connection within 1 s")
        broker.router.pass_on()
        await gateway.until_delivered(alarm)

    assert "no PUBACK within 1 s; the line is half-open" in gateway.heard("down")[0][2]
