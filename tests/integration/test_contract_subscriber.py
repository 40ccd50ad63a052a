"""The subscribers on the contract's page, run as they stand there."""

import asyncio
import base64
import json
import re
import sys
from pathlib import Path
from typing import Self

import daemon_process
import pytest
from daemon_process import HEAD, Daemon, Played, name_of, the_event, wait_for
from uplink_site import Centre, Site, plain_path, write_private

from gateway.messages.liveness import heartbeat_message
from gateway.messages.parts import Heads, Stamp
from gateway.messages.topics import Origin
from gateway.record import ClockQuality
from gateway.settings.model import Centre as CentreSettings
from gateway.signature import PrivateKey
from gateway.uplink.confirmation import Confirmation, Heard
from rules.condition import Lane
from rules.instant import Instant

PAGE = Path(__file__).resolve().parents[2] / "docs" / "contract.md"
PRINTS, ACKNOWLEDGES = re.findall(
    r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
BOUND_S = 15
RAW_KEY = bytes(range(7, 39))
KEY = PrivateKey(RAW_KEY)
CENTRE = CentreSettings(id="pc07-33", key=KEY.public.text)
ORIGIN = Origin("33", "CS0001", "GW-1")


class Subscriber:
    """A program of the page in a directory of its own, which its lives share."""

    def __init__(self, program: str, directory: Path, *arguments: str) -> None:
        self._script = directory / "subscriber.py"
        self._script.write_text(program, "utf-8")
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", str(self._script), *self._arguments),
            cwd=self._script.parent,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def lines(self, count: int) -> list[str]:
        async with asyncio.timeout(BOUND_S):
            return [(await self._process.stdout.readline()).decode() for _ in range(count)]

    async def kill(self) -> str:
        """End it as a power cut does, and give what it has printed besides."""
        self._process.kill()
        rest = (await self._process.stdout.read()).decode()
        await self._process.wait()
        return rest


@pytest.fixture
def mosquitto(start_mosquitto):
    return start_mosquitto("allow_anonymous true", "log_type all")


async def test_the_subscriber_prints_each_event_once_over_its_own_death(mosquitto, tmp_path):
    subscriber = Subscriber(PRINTS, tmp_path, "127.0.0.1", str(mosquitto.port))

    async with Site(plain_path(mosquitto.port)) as gateway:
        await gateway.until_up()
        await subscriber.start()
        await gateway.until_so(lambda: "Sending SUBACK to centre-1" in mosquitto.log())
        records = [gateway.tell() for _ in range(3)]
        told = await subscriber.lines(3)
        rest = await subscriber.kill()

        # The same three again, as after a lost connection, and two that came while it was dead.
        for record in (*records, gateway.make(), gateway.make()):
            gateway.uplink.committed([record])
        await gateway.until_delivered(*gateway.journal.records)
        await subscriber.start()
        told += await subscriber.lines(2)
        rest += await subscriber.kill()

    assert [line.split(" vn.pccc.")[1] for line in told] == [
        f"fire-alarm.entered event {number}\n" for number in range(1, 6)
    ]
    assert rest == ""


class Believer:
    """What a gateway makes of the acknowledgements that come: nothing is believed unsigned."""

    def __init__(self, centre: Centre, gateway: Site) -> None:
        self._centre = centre
        self._gateway = gateway

    async def until(self, condition) -> list[Heard]:
        messages = await self._centre.until(lambda _: condition(self._heard()))
        assert {message.retained for message in messages} == {False}
        return self._heard()

    def _heard(self) -> list[Heard]:
        confirmation = Confirmation(ORIGIN.gateway, [CENTRE], {})
        for record in self._gateway.journal.records:
            confirmation.published(record.name)
        return [
            confirmation.take(message.payload, retained=message.retained)
            for message in self._centre.messages
        ]


def seqs(heard: list[Heard]) -> list[int]:
    return [span.last for each in heard for span in each.done]


def nonces(heard: list[Heard]) -> list[str]:
    return [each.nonce for each in heard if each.nonce is not None]


def a_heartbeat(nonce: str) -> bytes:
    stamp = Stamp(boot_id="boot", at=Instant(1), wall_ns=0, clock=ClockQuality.UNKNOWN)
    return heartbeat_message(
        stamp,
        ORIGIN,
        nonce=nonce,
        now=None,
        outbox=dict.fromkeys(Lane, 0),
        journal_head=None,
        heads=Heads(),
        paths={},
    )


def a_centre(mosquitto, directory: Path) -> Subscriber:
    write_private(directory / "centre.key", base64.b64encode(RAW_KEY).decode())
    arguments = ("127.0.0.1", str(mosquitto.port), CENTRE.id, "centre.key")
    return Subscriber(ACKNOWLEDGES, directory, *arguments)


async def test_a_gateway_believes_the_subscriber_that_acknowledges(mosquitto, tmp_path):
    subscriber = a_centre(mosquitto, tmp_path)

    with Centre(mosquitto.port, "pccc/v1/+/+/+/ack") as ear:
        async with Site(plain_path(mosquitto.port)) as gateway:
            acks = Believer(ear, gateway)
            await gateway.until_up()
            await subscriber.start()
            await gateway.until_so(lambda: "Sending SUBACK to pc07-33" in mosquitto.log())
            ear.publish(ORIGIN.heartbeat, a_heartbeat("n-1"))
            records = [gateway.tell() for _ in range(3)]
            heard = await acks.until(lambda heard: 3 in seqs(heard) and nonces(heard))
            told = await subscriber.lines(3)
            rest = await subscriber.kill()

            # A duplicate, as after a lost connection, and one that came while it was dead.
            for record in (records[0], gateway.make()):
                gateway.uplink.committed([record])
            await gateway.until_delivered(*gateway.journal.records)
            await subscriber.start()
            again = await acks.until(lambda heard: 4 in seqs(heard))
            told += await subscriber.lines(1)
            rest += await subscriber.kill()

    assert (seqs(heard), nonces(heard)) == ([1, 2, 3], ["n-1"])
    assert seqs(again) == [1, 2, 3, 1, 4]
    assert [line.rpartition(" ")[2] for line in told] == ["1\n", "2\n", "3\n", "4\n"]
    assert rest == ""


async def test_the_subscriber_acknowledges_nothing_that_speaks_for_another_gateway(
    mosquitto, tmp_path
):
    subscriber = a_centre(mosquitto, tmp_path)
    forged = json.loads(a_heartbeat("n-1")) | {"gateway": "GW-2"}

    with Centre(mosquitto.port, "pccc/v1/+/+/+/ack") as ear:
        async with Site(plain_path(mosquitto.port)) as gateway:
            await subscriber.start()
            await gateway.until_so(lambda: "Sending SUBACK to pc07-33" in mosquitto.log())
            ear.publish(ORIGIN.heartbeat, json.dumps(forged).encode())
            (line,) = await subscriber.lines(1)
            ear.publish(ORIGIN.heartbeat, a_heartbeat("n-2"))
            heard = await Believer(ear, gateway).until(nonces)
            await subscriber.kill()

    assert line.startswith("not believed: ")
    assert nonces(heard) == ["n-2"]


SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: smoke, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: fire, zone: hall, raises: fire-alarm, when: smoke.contact, latching: false}}]
uplink:
  paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]
  centres: [{{id: pc07-33, key: {key}}}]
  delivered_when: centre
"""


def said_in(centre: daemon_process.Centre, what: str) -> list[dict]:
    """Give the bodies of what was said to the gateway."""
    return [json.loads(each.json["body"]) for each in centre.of(what)]


async def test_a_daemon_has_delivered_what_the_subscriber_acknowledges_and_nothing_else(
    mosquitto, tmp_path
):
    subscriber = a_centre(mosquitto, tmp_path)
    building = Played(tmp_path / "script")
    site = SITE.format(script=building.path, broker=mosquitto.port, key=CENTRE.key)

    with (
        daemon_process.Centre(mosquitto.port) as ear,
        Daemon(tmp_path, HEAD + site) as daemon,
    ):
        await subscriber.start()
        wait_for(lambda: "Sending SUBACK to pc07-33" in mosquitto.log(), "the subscriber")
        daemon.start().until_up()

        def waiting() -> int:
            return sum(daemon.status().outbox.values())

        building.set("smoke", 1)
        wait_for(lambda: ear.events("alarm", change="entered"), "the alarm")
        wait_for(lambda: waiting() == 0, "the centre's word")
        first = await subscriber.lines(1)
        rest = await subscriber.kill()

        building.set("smoke", 0)
        left = the_event(wait_for(lambda: ear.events("alarm", change="left"), "its end"))
        unheard = waiting()
        await subscriber.start()
        wait_for(lambda: waiting() == 0, "the word of the centre that is back")
        second = await subscriber.lines(1)
        rest += await subscriber.kill()

    acknowledged = {
        (received["epoch"], received["lane"], last)
        for body in said_in(ear, "ack")
        for received in body.get("received", ())
        for _, last in received["ranges"]
    }
    answered = {body["nonce"] for body in said_in(ear, "ack") if "nonce" in body}
    assert unheard >= 1
    assert name_of(left) in acknowledged
    assert {each.json["nonce"] for each in ear.of("heartbeat")} & answered
    assert {each.json["delivered_when"] for each in ear.of("state")} == {"centre"}
    assert " vn.pccc.fire-alarm.entered " in first[0]
    assert " vn.pccc.fire-alarm.left " in second[0]
    assert rest == ""


@pytest.mark.parametrize(("program", "most"), [(PRINTS, 40), (ACKNOWLEDGES, 60)])
def test_a_subscriber_is_short_enough_to_be_read(program, most):
    assert len(program.splitlines()) <= most
