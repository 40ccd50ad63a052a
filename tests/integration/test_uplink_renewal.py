"""Renewed credentials under a connection that stands, and a broker met before the time is known."""

import re
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import DAY, Authority, Pair, listener, put, trusting
from gateway_inside import WallClock
from mosquitto_broker import Mosquitto
from uplink_site import QUICK, Site, plain_path, write_private

from gateway.clock import Clock
from gateway.settings.model import Path as PathSettings
from gateway.uplink.certificate_dates import DatesVerdict
from gateway.uplink.credentials_watch import Seen, Unusable
from rules.instant import seconds

LOOKING = replace(QUICK, look_every=seconds(0.05))


def path_of(broker: Mosquitto, authority: Authority, client: Pair | None = None) -> PathSettings:
    return plain_path(broker.port, tls=trusting(authority, client))


def names_shown(broker: Mosquitto) -> list[str]:
    """Give who has connected, by the certificates that they showed."""
    return re.findall(r"as GW-1-lan \(.*u'([^']*)'", broker.log())


def seen(gateway: Site) -> list[Seen]:
    return [told[2] for told in gateway.heard("seen")]


@pytest.fixture
def broker(start_mosquitto, authority) -> Mosquitto:
    server = authority.issue("127.0.0.1")
    more = "require_certificate true", "use_identity_as_username true"
    return start_mosquitto(*listener(authority, server, *more))


async def test_a_renewed_certificate_is_taken_up_without_a_restart_and_costs_no_event(
    broker, authority
):
    client = authority.issue("first", files="client")
    async with Site(path_of(broker, authority, client), timing=LOOKING) as gateway:
        await gateway.until_up()
        before = [gateway.tell() for _ in range(20)]
        authority.issue("second", files="client")

        await gateway.until(lambda: len(gateway.heard("up")) == 2)
        await gateway.until_delivered(*before, *[gateway.tell() for _ in range(20)])

        assert gateway.heard("down") == []
        assert names_shown(broker) == ["first", "second"]
        assert gateway.uplink.paths[0].connected


async def test_files_that_cannot_be_used_are_told_and_leave_the_connection_as_it_is(
    broker, authority
):
    client, other = authority.issue("first", files="client"), authority.issue("other")
    async with Site(path_of(broker, authority, client), timing=LOOKING) as gateway:
        await gateway.until_up()
        good = client.key.read_bytes()
        put(client.key, other.key.read_bytes())

        await gateway.until(lambda: isinstance(seen(gateway)[-1].change, Unusable))
        await gateway.until_delivered(gateway.tell())
        put(client.key, good)
        await gateway.until(lambda: len(gateway.heard("up")) == 2)  # other files, that can be used

        assert gateway.heard("down") == []

    [unusable] = [each.change for each in seen(gateway) if isinstance(each.change, Unusable)]
    assert "key values mismatch; the connection stays" in unusable.detail


@pytest.fixture
def users(tmp_path) -> Path:
    file = tmp_path / "users"
    file.touch()
    file.chmod(0o644)
    for password in ("old", "new"):
        subprocess.run(["mosquitto_passwd", "-b", file, password, password], check=True)
    return file


async def test_another_password_is_taken_up_without_a_restart(start_mosquitto, users, tmp_path):
    broker = start_mosquitto("allow_anonymous false", f"password_file {users}")
    password = write_private(tmp_path / "password", "old")
    path = plain_path(broker.port, username="old", password_file=str(password))
    async with Site(path, timing=LOOKING) as gateway:
        await gateway.until_up()
        put(password, b"wrong")

        await gateway.until(lambda: gateway.heard("no entry"))  # it was tried: it could be read
        put(password, b"old")
        await gateway.until(lambda: len(gateway.heard("up")) == 2)
        await gateway.until_delivered(gateway.tell())


async def test_a_broker_is_met_before_the_time_is_known_and_told_of_until_it_is(
    start_mosquitto, authority
):
    """A clock in 1970, and a certificate newer than all that the gateway knows to be past."""
    server = authority.issue("127.0.0.1", begins=5 * DAY, lasts=90 * DAY)
    broker = start_mosquitto(*listener(authority, server))
    now = time.time_ns()
    wall = WallClock.showing(0)
    clock = Clock(wall.sources(), boot_id="boot", floor_ns=now)
    async with Site(path_of(broker, authority), timing=LOOKING, clock=clock) as gateway:
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())
        await gateway.until(lambda: gateway.heard("seen")[-1][3].warning)
        warning = gateway.heard("seen")[-1][3].warning

        wall.jump_to(now + 6 * 86_400_000_000_000)
        wall.is_synchronised = True
        clock.poll()
        await gateway.until(lambda: gateway.heard("seen")[-1][3] == DatesVerdict())

        assert len(gateway.heard("up")) == 1

    assert "does not know whether that has come; it is accepted, its dates unproven" in warning


async def test_a_clock_that_runs_decades_ahead_cuts_off_no_alarm(start_mosquitto, authority):
    """Only what is surely past counts, not what a clock shows that nobody vouches for."""
    broker = start_mosquitto(*listener(authority, authority.issue("127.0.0.1")))
    in_2060 = WallClock.showing(2_840_000_000 * 1_000_000_000)
    clock = Clock(in_2060.sources(), boot_id="boot", floor_ns=time.time_ns())
    async with Site(path_of(broker, authority), timing=LOOKING, clock=clock) as gateway:
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())
