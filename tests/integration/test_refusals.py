"""Who refuses whom, in the very words of the page on security: a bad broker for each row of it.

The words are read from the page, so it cannot say what the gateway does not.
"""

import ast
import asyncio
import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest
from certificates import DAY, Authority, Pair, listener, trusting
from mosquitto_broker import Mosquitto, free_port
from uplink_site import QUICK, Site, write_private

from gateway.settings.model import MqttVersion, Tls
from gateway.settings.model import Path as PathSettings
from gateway.uplink.certificate_dates import KnownTime
from gateway.uplink.credentials import CredentialsError
from gateway.uplink.credentials_watch import PathCredentials
from gateway.uplink.dial import DialError, Dialler, Endpoint, judge_broker
from gateway.uplink.mqtt_client import Login
from gateway.uplink.mqtt_connection import Connection, Listener
from gateway.uplink.refusal_reason import RefusalReason
from rules.instant import Instant, seconds
from tests.unit.refusal_table import begins_a_row, refusal, refusals

WITHIN = seconds(10)
WELCOME = "the broker took us"
KNOWN = KnownTime(time.time_ns(), is_known=True)
UNKNOWN = KnownTime(time.time_ns(), is_known=False)

Tried = tuple[str, RefusalReason | None]


async def tried(path: PathSettings, time_known: KnownTime = KNOWN) -> Tried:
    """Connect as a path does; give the line and the reason why that ended."""
    credentials = PathCredentials(path)
    try:
        opened = await credentials.open()
        endpoint = Endpoint(
            host=path.host, port=path.port, make_tls=opened.make_tls, time=time_known
        )
        connected = await Dialler().dial(endpoint, WITHIN)
    except (DialError, CredentialsError) as error:
        return str(error), error.reason
    connection: Connection[str] = Connection(
        connected,
        Login(
            client_id="GW-1-lan",
            version=path.version,
            keep_alive=path.keep_alive,
            username=path.username,
            password=opened.password,
            will_topic="will",
            will=b"",
            content_type="text/plain",
        ),
        Listener(
            welcomed=lambda _welcome: asyncio.get_running_loop().call_later(
                0.1, lambda: connection.end(WELCOME)
            ),
            answered=lambda _answers: None,
            received=lambda _topic, _payload: None,
        ),
        lambda: Instant(time.monotonic_ns()),
    )
    connection.open(path.host, path.port)
    async with asyncio.timeout(10):
        return await connection.lost, connection.reason


def as_on_the_page(tried: Tried, path: PathSettings) -> Tried:
    """Put the page's address, files and date in the place of this test's."""
    line, reason = tried
    line = line.replace(f"127.0.0.1:{path.port}", "mqtt.pccc.example:8883")
    if path.tls is not None and path.tls.certificate and path.tls.key:
        line = line.replace(path.tls.certificate, "/etc/fire-gateway/tls/gateway.pem")
        line = line.replace(path.tls.key, "/etc/fire-gateway/tls/gateway.key")
    line = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-12-24 07:00 UTC", line)
    return line, reason


async def assert_refused(what: str, path: PathSettings, time_known: KnownTime = KNOWN) -> None:
    row = refusal(what)
    assert as_on_the_page(await tried(path, time_known), path) == (row.line, row.reason)


def to(port: int, tls: Tls | None = None, **settings) -> PathSettings:
    return PathSettings(id="lan", host="127.0.0.1", port=port, tls=tls, **settings)


# The gateway refuses the broker.


@pytest.mark.parametrize(
    ("what", "issued"),
    [
        ("the broker's certificate has expired", {"expired": True}),
        ("it is not valid yet", {"begins": 5 * DAY}),
        ("it is signed by itself", {"self_signed": True}),
    ],
)
async def test_a_certificate_that_is_not_right_is_refused(start_mosquitto, authority, what, issued):
    broker = start_mosquitto(*listener(authority, authority.issue("127.0.0.1", **issued)))

    await assert_refused(what, to(broker.port, trusting(authority)))


async def test_a_certificate_of_another_authority_is_refused_known_time_or_not(
    start_mosquitto, authority
):
    stranger = Authority(authority.directory, "stranger")
    broker = start_mosquitto(*listener(stranger, stranger.issue("127.0.0.1")))

    for time_known in (KNOWN, UNKNOWN):
        path = to(broker.port, trusting(authority))
        await assert_refused("it is of another authority", path, time_known)


async def test_a_certificate_of_another_host_is_refused_known_time_or_not(
    start_mosquitto, authority
):
    broker = start_mosquitto(*listener(authority, authority.issue("broker.example")))

    for time_known in (KNOWN, UNKNOWN):
        path = to(broker.port, trusting(authority))
        await assert_refused("it is another host's", path, time_known)


async def test_while_the_time_is_unknown_only_what_had_surely_expired_is_refused(
    start_mosquitto, authority
):
    expired = authority.issue("127.0.0.1", expired=True, files="expired")
    old = start_mosquitto(*listener(authority, expired))
    new = start_mosquitto(*listener(authority, authority.issue("127.0.0.1", begins=5 * DAY)))
    year = 365 * DAY.days * 86_400 * 1_000_000_000
    a_year_ago = KnownTime(UNKNOWN.wall_ns - year, is_known=False)

    await assert_refused("the same, while the clock", to(old.port, trusting(authority)), UNKNOWN)
    for port in (old.port, new.port):
        assert await tried(to(port, trusting(authority)), a_year_ago) == (WELCOME, None)


async def test_dates_that_nobody_can_judge_are_warned_of_and_judged_anew_when_somebody_can(
    start_mosquitto, authority
):
    broker = start_mosquitto(*listener(authority, authority.issue("127.0.0.1", begins=5 * DAY)))
    opened = await PathCredentials(to(broker.port, trusting(authority))).open()
    endpoint = Endpoint(host="127.0.0.1", port=broker.port, make_tls=opened.make_tls, time=UNKNOWN)

    connected = await Dialler().dial(endpoint, WITHIN)

    with connected:
        assert "accepted, its dates unproven" in judge_broker(connected, UNKNOWN).warning
        assert judge_broker(connected, UNKNOWN).refused is None
        assert "it is valid only from" in judge_broker(connected, KNOWN).refused
        later = KnownTime(KNOWN.wall_ns + 6 * 86_400_000_000_000, is_known=True)
        assert judge_broker(connected, later) == judge_broker(connected, None)


async def test_an_authority_that_had_expired_is_seen_behind_a_good_certificate(tmp_path):
    """The whole chain is judged, not the broker's certificate alone."""
    root = Authority(tmp_path, lasts=-1 * DAY)
    broker = Mosquitto(tmp_path, listener(root, root.issue("127.0.0.1"))).start()
    try:
        line, reason = await tried(to(broker.port, trusting(root)), UNKNOWN)
    finally:
        broker.stop()

    assert "it expired on" in line
    assert reason is RefusalReason.CERTIFICATE_EXPIRED


def wait_until_listening(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    pytest.fail(f"nobody listens on port {port}")


@pytest.fixture
def old_broker(authority) -> Iterator[int]:
    """A server that speaks TLS 1.1 and nothing newer; mosquitto no longer can."""
    port, pair = free_port(), authority.issue("127.0.0.1")
    command = ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-tls1_1"]
    files = ["-cert", str(pair.certificate), "-key", str(pair.key)]
    with subprocess.Popen(
        [*command, *files, "-cipher", "ALL:@SECLEVEL=0"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:
        wait_until_listening(port)
        yield port
        server.kill()


async def test_a_broker_that_speaks_only_old_tls_is_refused(old_broker, authority):
    await assert_refused("the broker speaks TLS 1.1", to(old_broker, trusting(authority)))


async def test_a_broker_that_speaks_plain_text_on_its_tls_port_is_refused(mosquitto, authority):
    await assert_refused("the broker speaks plain text", to(mosquitto.port, trusting(authority)))


# The broker refuses us.


@pytest.fixture(params=["tlsv1.2", "tlsv1.3"])
def strict_broker(request, start_mosquitto, authority) -> Callable[..., Mosquitto]:
    """Starts a broker that asks for a client certificate and has a list of revoked ones."""

    def start(*revoked: Pair) -> Mosquitto:
        server = authority.issue("127.0.0.1")
        more = ("require_certificate true", f"tls_version {request.param}")
        listed = f"crlfile {authority.revoke(*revoked)}"
        return start_mosquitto(*listener(authority, server, *more, listed))

    return start


async def test_each_thing_that_can_be_wrong_with_our_certificate_is_told_apart(
    strict_broker, authority
):
    good, revoked = authority.issue("GW-1"), authority.issue("GW-revoked")
    strange = Authority(authority.directory, "stranger").issue("GW-stranger")
    broker = strict_broker(revoked)
    for what, pair in (
        ("our certificate is revoked", revoked),
        ("our certificate has expired", authority.issue("GW-expired", expired=True)),
        ("our certificate is of another", strange),
        ("our certificate is of another", authority.issue("GW-own", self_signed=True)),
        ("the path shows no certificate", None),
    ):
        await assert_refused(what, to(broker.port, trusting(authority, pair)))

    assert await tried(to(broker.port, trusting(authority, good))) == (WELCOME, None)


async def test_a_certificate_that_was_replaced_after_a_theft_opens_nothing_any_more(
    strict_broker, authority
):
    """The revoked one and its successor bear the same name."""
    stolen = authority.issue("GW-1")
    kept = Pair(stolen.certificate.with_suffix(".old"), stolen.key.with_suffix(".oldkey"))
    kept.certificate.write_bytes(stolen.certificate.read_bytes())
    write_private(kept.key, stolen.key.read_text())
    successor = authority.issue("GW-1")
    broker = strict_broker(kept)

    await assert_refused("our certificate is revoked", to(broker.port, trusting(authority, kept)))
    assert (await tried(to(broker.port, trusting(authority, successor))))[0] == WELCOME


async def test_files_that_cannot_be_used_are_never_shown_to_a_broker(mosquitto, authority):
    open_to_all, other = authority.issue("GW-1"), authority.issue("GW-2")
    open_to_all.key.chmod(0o644)
    mixed = Pair(open_to_all.certificate, other.key)

    await assert_refused("our key can be", to(mosquitto.port, trusting(authority, open_to_all)))
    await assert_refused("our key does not", to(mosquitto.port, trusting(authority, mixed)))


@pytest.fixture
def password(tmp_path) -> Path:
    return write_private(tmp_path / "password", "wrong\n")


@pytest.fixture
def known_users(tmp_path) -> Path:
    known = tmp_path / "known"
    subprocess.run(["mosquitto_passwd", "-b", "-c", known, "gw", "right"], check=True)
    known.chmod(0o644)
    return known


async def test_a_wrong_password_is_refused_by_mosquitto(start_mosquitto, known_users, password):
    broker = start_mosquitto("allow_anonymous false", f"password_file {known_users}")

    path = to(broker.port, username="gw", password_file=str(password))
    await assert_refused("the password is wrong, and the broker (mosquitto)", path)


CONNACK = b"\x20\x03\x00\x00\x00"


class ScriptedBroker:
    """A broker that answers each CONNECT with the same bytes; for what mosquitto cannot say."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.heard: list[bytes] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader, writer) -> None:
        with contextlib.suppress(ConnectionError):
            self.heard.append(await reader.read(4096))
            writer.write(self._answer)
            await writer.drain()
            writer.close()
            await writer.wait_closed()


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("the password is wrong", b"\x20\x03\x00\x86\x00"),
        ("the broker speaks no MQTT 5", b"\x20\x02\x00\x01"),  # as 3.1.1 must answer, 3.1.2.2
        ("another gateway has the same id", CONNACK + b"\xe0\x02\x8e\x00"),
        ("the broker goes down", CONNACK + b"\xe0\x02\x8b\x00"),
        ("the broker has its own reason", b"\x20\x03\x00\x80\x00"),
    ],
)
async def test_what_a_broker_says_is_told_with_what_to_do(what, answer, password):
    async with ScriptedBroker(answer) as broker:
        path = to(broker.port, username="gw", password_file=str(password))
        await assert_refused(what, path)


# What a path makes of it.


async def test_a_refusal_is_the_detail_of_the_paths_fault_and_is_counted_by_its_reason(
    start_mosquitto, authority
):
    server = authority.issue("127.0.0.1")
    broker = start_mosquitto(*listener(authority, server, "require_certificate true"))
    path = to(broker.port, trusting(authority))
    after_an_attempt = replace(QUICK, supervision=seconds(2))
    async with Site(path, timing=after_an_attempt) as gateway:
        await gateway.until(lambda: gateway.heard("down"))

    row = refusal("the path shows no certificate")
    assert gateway.heard("down") == [("down", "lan", row.line)]
    assert set(gateway.heard("no entry")) == {("no entry", "lan", row.reason)}


AMQTT = """\
listeners: {{default: {{type: tcp, bind: "127.0.0.1:{port}"}}}}
plugins: {{amqtt.plugins.authentication.AnonymousAuthPlugin: {{allow_anonymous: true}}}}
"""


@pytest.fixture
def broker_without_mqtt_5(tmp_path) -> Iterator[int]:
    """A real one: amqtt speaks 3.1.1 alone, and says nothing to whoever greets it with 5."""
    port, config = free_port(), tmp_path / "amqtt.yaml"
    config.write_text(AMQTT.format(port=port))
    program = Path(sys.executable).with_name("amqtt")
    with subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL) as broker:
        wait_until_listening(port)
        yield port
        broker.terminate()


async def test_a_real_broker_without_mqtt_5_is_told_with_the_way_out_which_works(
    broker_without_mqtt_5,
):
    impatient = replace(QUICK, connect_within=seconds(1))
    path = to(broker_without_mqtt_5)
    async with Site(path, timing=impatient) as gateway:
        await gateway.until(lambda: gateway.heard("down"))
        await gateway.until_detail("answer")
        detail = gateway.uplink.paths[0].detail
        refused = gateway.heard("no entry")
    async with Site(replace(path, version=MqttVersion.V3_1_1), timing=QUICK) as gateway:
        await gateway.until_up()

    assert "the broker takes the connection and does not answer; " in detail
    assert "set version: 3.1.1" in detail
    assert refused[0][1:] == ("lan", RefusalReason.MQTT_VERSION)


# Nothing is ever tried with less.


async def test_a_path_with_tls_says_nothing_in_plain_text_whatever_answers(authority, password):
    tls = trusting(authority, authority.issue("GW-1"))
    async with ScriptedBroker(CONNACK) as broker:
        path = to(broker.port, tls, username="gw", password_file=str(password))
        for _ in range(3):
            await tried(path)

    assert len(broker.heard) == 3
    for said in broker.heard:
        assert said.startswith(b"\x16\x03")  # a TLS handshake
        assert b"MQTT" not in said
        assert b"wrong" not in said


@pytest.mark.parametrize(("version", "level"), [(MqttVersion.V5, 5), (MqttVersion.V3_1_1, 4)])
async def test_no_other_version_of_mqtt_is_tried_than_the_site_names(version, level):
    async with ScriptedBroker(b"\x20\x02\x00\x01") as broker:
        for _ in range(3):
            await tried(to(broker.port, version=version))

    assert {heard[heard.index(b"MQTT") + 4] for heard in broker.heard} == {level}


def test_each_row_of_the_page_has_a_test_in_here():
    tree = ast.parse(Path(__file__).read_text())
    texts = [each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)]
    named = {refusal(text).what for text in texts if isinstance(text, str) and begins_a_row(text)}

    assert {row.what for row in refusals()} == named
