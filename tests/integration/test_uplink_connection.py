"""Connecting: TLS, credentials, and brokers that behave badly. Guarding goes on all the same."""

import asyncio
import contextlib
import logging
import socket
import subprocess
from dataclasses import replace
from typing import Self

import pytest
from certificates import Authority
from uplink_site import QUICK, Site, plain_path, write_private

from gateway.backoff import Backoff
from gateway.settings.model import Path, Tls
from gateway.uplink import delivery
from gateway.uplink.refusal_reason import RefusalReason
from rules.condition import Lane
from rules.instant import seconds

TLS_LISTENER = ("allow_anonymous true", "cafile {ca}", "certfile {crt}", "keyfile {key}")


def tls_settings(authority: Authority, host: str = "127.0.0.1", **issue) -> list[str]:
    pair = authority.issue(host, **issue)
    return [
        line.format(ca=authority.file, crt=pair.certificate, key=pair.key) for line in TLS_LISTENER
    ]


def tls_path(port: int, authority: Authority, **tls) -> Path:
    return plain_path(port, tls=Tls(ca=str(authority.file), **tls))


IMPATIENT = replace(QUICK, connect_within=seconds(1), answer_within=seconds(1))


async def why_down(gateway: Site) -> str:
    """Wait until the path counts as down, and an attempt has shown why."""
    await gateway.until(lambda: gateway.heard("down"))
    await gateway.until_so(lambda: "no attempt has" not in gateway.uplink.paths[0].detail)
    return gateway.uplink.paths[0].detail


async def test_events_go_over_tls(start_mosquitto, authority):
    broker = start_mosquitto(*tls_settings(authority))
    async with Site(tls_path(broker.port, authority)) as gateway:
        await gateway.until_up()
        await gateway.until_delivered(*[gateway.tell() for _ in range(100)])


async def test_a_certificate_of_another_authority_is_not_accepted(start_mosquitto, authority):
    broker = start_mosquitto(*tls_settings(authority))
    stranger = Authority(authority.directory, "another authority")
    async with Site(tls_path(broker.port, stranger)) as gateway:
        detail = await why_down(gateway)

    assert "the broker's certificate is not accepted: no authority in tls.ca has" in detail


async def test_a_certificate_of_another_host_is_not_accepted(start_mosquitto, authority):
    broker = start_mosquitto(*tls_settings(authority, "broker.example"))
    async with Site(tls_path(broker.port, authority)) as gateway:
        detail = await why_down(gateway)

    assert "certificate is not accepted: it is not for this host; look at host" in detail


async def test_a_certificate_that_has_expired_is_not_accepted(start_mosquitto, authority):
    broker = start_mosquitto(*tls_settings(authority, expired=True))
    async with Site(tls_path(broker.port, authority)) as gateway:
        detail = await why_down(gateway)

    assert "certificate is not accepted: it has expired" in detail


async def test_a_client_certificate_opens_a_broker_that_requires_one(start_mosquitto, authority):
    broker = start_mosquitto(*tls_settings(authority), "require_certificate true")
    client = authority.issue("GW-1")
    tls = {"certificate": str(client.certificate), "key": str(client.key)}
    async with Site(tls_path(broker.port, authority, **tls)) as gateway:
        await gateway.until_up()
        await gateway.until_delivered(gateway.tell())


async def test_a_missing_client_certificate_is_named(start_mosquitto, authority):
    broker = start_mosquitto(*tls_settings(authority), "require_certificate true")
    async with Site(tls_path(broker.port, authority)) as gateway:
        detail = await why_down(gateway)

    assert "it asks for a client certificate; set tls.certificate and tls.key" in detail


async def test_a_key_that_others_can_read_is_not_used(start_mosquitto, authority):
    broker = start_mosquitto(*tls_settings(authority))
    client = authority.issue("GW-1")
    client.key.chmod(0o644)
    tls = {"certificate": str(client.certificate), "key": str(client.key)}
    async with Site(tls_path(broker.port, authority, **tls)) as gateway:
        detail = await why_down(gateway)

    assert f"mode 0644 lets others at it; chmod 600 {client.key}" in detail


async def test_tls_towards_a_plain_port_is_named(mosquitto, authority):
    async with Site(tls_path(mosquitto.port, authority)) as gateway:
        detail = await why_down(gateway)

    assert "it does not answer with TLS; is it the broker's TLS port?" in detail


@pytest.fixture
def guarded_broker(start_mosquitto, tmp_path):
    """A broker with one user: gw, password right."""
    passwords = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "gw", "right"], check=True)
    passwords.chmod(0o644)
    return start_mosquitto("allow_anonymous false", f"password_file {passwords}")


async def test_a_refused_password_is_told_and_a_right_one_is_taken_at_the_next_attempt(
    guarded_broker, tmp_path, caplog
):
    password = write_private(tmp_path / "password", "wrong\n")
    path = plain_path(guarded_broker.port, username="gw", password_file=str(password))
    with caplog.at_level(logging.INFO):
        async with Site(path) as gateway:
            await gateway.until(lambda: len(gateway.heard("no entry")) >= 3)
            waiting = gateway.tell()

            password.write_text("right\n")
            await gateway.until_up()
            await gateway.until_delivered(waiting)

    assert gateway.heard("no entry")[0][1:] == ("lan", RefusalReason.NOT_AUTHORISED)
    warnings = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert len(warnings) == 1, warnings
    assert "right" not in caplog.text
    assert "wrong" not in caplog.text


async def test_a_password_file_that_others_can_read_is_not_used(guarded_broker, tmp_path):
    password = write_private(tmp_path / "password", "right")
    password.chmod(0o640)
    path = plain_path(guarded_broker.port, username="gw", password_file=str(password))
    async with Site(path) as gateway:
        detail = await why_down(gateway)

    assert detail == f"{password}: mode 0640 lets others at it; chmod 600 {password}"


async def test_a_missing_or_empty_password_file_is_named(guarded_broker, tmp_path):
    password = tmp_path / "password"
    path = plain_path(guarded_broker.port, username="gw", password_file=str(password))
    async with Site(path) as gateway:
        missing = await why_down(gateway)
        write_private(password, "\n")
        await gateway.until_detail("holds 0 characters")

    assert missing == f"{password}: cannot be read: no such file or directory"


async def test_a_record_that_the_broker_refuses_is_set_aside_and_the_lane_goes_on(
    start_mosquitto, tmp_path, monkeypatch
):
    monkeypatch.setattr(delivery, "RETRY", Backoff(first=seconds(0.2), longest=seconds(0.2)))
    acl = tmp_path / "acl"
    everything = "topic readwrite #\n"
    acl.write_text("topic readwrite pccc/v1/33/CS0001/GW-1/event/alarm\n")
    acl.chmod(0o644)
    broker = start_mosquitto("allow_anonymous true", f"acl_file {acl}")
    async with Site(plain_path(broker.port)) as gateway:
        await gateway.until_up()
        trouble, alarm = gateway.tell(Lane.TROUBLE), gateway.tell()
        await gateway.until_delivered(alarm)
        await gateway.until(lambda: gateway.heard("refused"))
        refused_before = trouble.name not in gateway.journal.delivered

        acl.write_text(everything)
        broker.reload()
        await gateway.until_delivered(trouble)

    assert refused_before
    assert [told[1] for told in gateway.heard("refused")] == [trouble.name]
    assert "not authorized" in gateway.heard("refused")[0][2]


class BadBroker:
    """A listener that does what a test wants with each connection."""

    def __init__(self, behave) -> None:
        self._behave = behave
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for task in [each for each in asyncio.all_tasks() if each.get_name() == "bad broker"]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _serve(self, reader, writer) -> None:
        asyncio.current_task().set_name("bad broker")
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError):
                await self._behave(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()


CONNACK = b"\x20\x03\x00\x00\x00"  # MQTT 5: success, no properties


async def says_nothing(reader, writer) -> None:
    await reader.read()


async def welcomes_and_then_says_nothing(reader, writer) -> None:
    writer.write(CONNACK)
    await reader.read()


async def speaks_http(reader, writer) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    await writer.drain()


async def welcomes_and_then_speaks_nonsense(reader, writer) -> None:
    writer.write(CONNACK + bytes(range(256)))
    await reader.read()


async def takes_another_client_in_our_place(reader, writer) -> None:
    writer.write(CONNACK + b"\xe0\x02\x8e\x00")
    await reader.read()


async def hangs_up(reader, writer) -> None:
    await reader.read(1)


async def announces_a_packet_that_never_ends(reader, writer) -> None:
    writer.write(CONNACK + b"\x30\xff\xff\xff\xff\xff")
    await reader.read()


async def test_a_line_that_is_half_open_is_given_up_and_dialled_anew():
    silent = BadBroker(welcomes_and_then_says_nothing)
    async with silent as broker, Site(plain_path(broker.port), timing=IMPATIENT) as gateway:
        await gateway.until_up()
        gateway.tell()
        await gateway.until(lambda: gateway.heard("down"))

    assert "no PUBACK within 1 s; the line is half-open" in gateway.heard("down")[0][2]
    assert gateway.journal.delivered == set()


@pytest.mark.parametrize(
    ("behave", "detail"),
    [
        (says_nothing, "the broker takes the connection and does not answer"),
        (speaks_http, "set version: 3.1.1"),
        (hangs_up, "the connection"),
        (takes_another_client_in_our_place, "is a second gateway set up with this site file?"),
        (announces_a_packet_that_never_ends, "ended"),
        (welcomes_and_then_speaks_nonsense, ""),
    ],
)
async def test_a_bad_broker_is_a_path_that_is_down_and_no_more(behave, detail, caplog):
    bad = BadBroker(behave)
    async with bad as broker, Site(plain_path(broker.port), timing=IMPATIENT) as gateway:
        await gateway.until(lambda: gateway.heard("down"))
        await gateway.until_detail(detail)

    assert [each for each in caplog.records if each.exc_info] == []


async def test_a_host_that_swallows_packets_is_given_up_in_time():
    # A listening socket whose backlog is full swallows further connections.
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        stuffing = [socket.socket() for _ in range(4)]
        for each in stuffing:
            each.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                each.connect(("127.0.0.1", port))
        try:
            async with Site(plain_path(port), timing=IMPATIENT) as gateway:
                detail = await why_down(gateway)
        finally:
            for each in stuffing:
                each.close()

    assert "does a firewall drop what goes to that port?" in detail


async def test_a_name_that_cannot_be_resolved_is_named():
    path = Path(id="lan", host="no-such-host.invalid", port=1883, insecure=True)
    async with Site(path) as gateway:
        detail = await why_down(gateway)

    assert "no-such-host.invalid:1883" in detail
