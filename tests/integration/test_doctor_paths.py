"""Each fault on the way to the centre that the doctor claims to find is made, and found.

Brokers, authorities, certificates and name servers are real; what mosquitto cannot say a broker of
a few bytes says.
"""

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import DAY, Authority, Pair, listener, trusting
from daemon_process import ROOT, wait_for
from mosquitto_broker import free_port
from unit_body import faults

from gateway.clock import ClockSources
from gateway.doctor import look_at_journal as journal
from gateway.doctor import look_at_paths as paths
from gateway.doctor.finding import Check, Finding, Unlooked, Verdict
from gateway.doctor.patient import Asked, Patient
from gateway.settings.model import MqttVersion, Tls
from gateway.settings.model import Path as Way
from gateway.site_file import read_site

SITE = """\
site: {id: CS0001, name: Chợ, province: "33", commune: "12345"}
gateway: {id: GW-1}
buses: [{id: played, simulated: {script: s}}]
zones: [{id: hall, name: Sảnh}]
detectors: [{id: door, zone: hall, bus: played, profile: simulated-contact}]
rules: [{id: open, zone: hall, raises: fire-alarm, when: door.contact}]
uplink: {paths: [], centres: [{id: c, key: XnhFIBUo9kcXxqXnu2UDAbvNg3LO3vNBgJWF7z1wEXE=}]}
"""
HAS_NAMESPACES = os.geteuid() == 0


@pytest.fixture
def patient(tmp_path) -> Patient:
    from daemon_process import CONTACT as PROFILE  # noqa: PLC0415 - a text, beside the program

    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "simulated-contact.yaml").write_text(PROFILE)
    site = tmp_path / "site.yaml"
    site.write_text(SITE)
    made = Patient(
        Asked(site=site, state=tmp_path / "state", socket=str(tmp_path / "none")),
        sources=ClockSources(is_synchronised=lambda _: True),
    )
    assert made.settings is not None, [str(problem) for problem in made.site.problems]
    return made


def looked(patient: Patient, way: Way) -> list[Finding]:
    return list(paths.path(patient, patient.settings, way))


def to(port: int, tls: Tls | None = None, **settings) -> Way:
    return Way(id="lan", host="127.0.0.1", port=port, tls=tls, **settings)


def test_a_broker_that_is_well_is_found_well_from_the_name_to_the_rights(patient, mosquitto):
    found = looked(patient, to(mosquitto.port))

    assert [(each.check, each.verdict) for each in found] == [
        (Check.NAME, Verdict.OK),
        (Check.BROKER, Verdict.OK),
        (Check.AUTHORISATION, Verdict.OK),
    ]


def test_no_path_and_one_in_plain_text_are_found(patient, mosquitto):
    plain = looked(patient, to(mosquitto.port, insecure=True))

    assert faults(paths.no_paths(patient)) == ["no-path"]
    assert faults(plain) == ["plaintext"]


def test_a_broker_that_takes_no_connection_is_found(patient):
    found = looked(patient, to(free_port()))

    assert faults(found) == ["broker-unreachable"]
    assert "is the broker running" in found[1].values["why"]


def test_an_interface_that_is_not_there_is_found(patient, mosquitto):
    assert faults(looked(patient, to(mosquitto.port, interface="wwan9"))) == ["interface-unusable"]


# TLS: the gateway refuses the broker


@pytest.mark.parametrize(
    ("issued", "fault"),
    [
        ({"expired": True}, "broker-certificate-expired"),
        ({"begins": 5 * DAY}, "broker-certificate-not-yet-valid"),
        ({"self_signed": True}, "broker-certificate-untrusted"),
    ],
)
def test_a_brokers_certificate_that_is_not_right_is_found(
    patient, start_mosquitto, authority, issued, fault
):
    broker = start_mosquitto(*listener(authority, authority.issue("127.0.0.1", **issued)))

    assert faults(looked(patient, to(broker.port, trusting(authority)))) == [fault]


def test_another_authority_and_another_host_are_found(patient, start_mosquitto, authority):
    stranger = Authority(authority.directory, "stranger")
    strange = start_mosquitto(*listener(stranger, stranger.issue("127.0.0.1", files="strange")))
    other = start_mosquitto(*listener(authority, authority.issue("broker.example")))

    assert faults(looked(patient, to(strange.port, trusting(authority)))) == [
        "broker-certificate-untrusted"
    ]
    assert faults(looked(patient, to(other.port, trusting(authority)))) == [
        "broker-certificate-name"
    ]


def test_plain_text_and_old_tls_on_the_tls_port_are_found(patient, mosquitto, authority):
    pair, port = authority.issue("127.0.0.1"), free_port()
    old = ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-tls1_1"]
    files = ["-cert", str(pair.certificate), "-key", str(pair.key), "-cipher", "ALL:@SECLEVEL=0"]
    with subprocess.Popen(
        [*old, *files], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:

        def listens() -> bool:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            return False

        wait_for(listens, "the server of old TLS")
        of_old = faults(looked(patient, to(port, trusting(authority))))
        server.kill()

    assert of_old == ["broker-tls-version"]
    assert faults(looked(patient, to(mosquitto.port, trusting(authority)))) == ["broker-tls"]


# TLS: the broker refuses us


@pytest.mark.parametrize("tls_version", ["tlsv1.2", "tlsv1.3"])
def test_each_thing_that_can_be_wrong_with_our_certificate_is_found(
    patient, start_mosquitto, authority, tls_version
):
    server, revoked = authority.issue("127.0.0.1"), authority.issue("GW-revoked")
    strange = Authority(authority.directory, "stranger").issue("GW-strange")
    strict = "require_certificate true", f"tls_version {tls_version}"
    broker = start_mosquitto(
        *listener(authority, server, *strict, f"crlfile {authority.revoke(revoked)}")
    )

    def found(client: Pair | None) -> list[str]:
        return faults(looked(patient, to(broker.port, trusting(authority, client))))

    assert found(None) == ["broker-client-certificate-missing"]
    assert found(revoked) == ["broker-client-certificate-revoked"]
    assert found(authority.issue("GW-old", expired=True)) == ["broker-client-certificate-expired"]
    assert found(strange) == ["broker-client-certificate-untrusted"]
    assert found(authority.issue("GW-1")) == []


def test_a_key_that_is_not_the_certificates_is_found(patient, mosquitto, authority):
    mixed = Pair(authority.issue("GW-1").certificate, authority.issue("GW-2").key)

    assert faults(looked(patient, to(mosquitto.port, trusting(authority, mixed)))) == [
        "credentials-unusable"
    ]


# MQTT


def test_a_wrong_password_is_found(patient, start_mosquitto, tmp_path):
    known, password = tmp_path / "known", tmp_path / "password"
    subprocess.run(["mosquitto_passwd", "-b", "-c", known, "gw", "right"], check=True)
    known.chmod(0o644)
    password.touch(mode=0o600)
    password.write_text("wrong\n")
    broker = start_mosquitto("allow_anonymous false", f"password_file {known}")

    found = looked(patient, to(broker.port, username="gw", password_file=str(password)))
    password.write_text("right\n")

    # mosquitto calls a wrong password "not authorized" in MQTT 5.
    assert faults(found) == ["broker-not-authorised"]
    assert (
        faults(looked(patient, to(broker.port, username="gw", password_file=str(password)))) == []
    )


CONNACK, PUBACK, SUBACK = b"\x20\x03\x00%b\x00", b"\x40\x04%b%b\x00", b"\x90\x04%b\x00%b"


@contextlib.contextmanager
def answering(connack: int = 0, puback: int = 0, suback: int = 1) -> Iterator[int]:
    """A broker that gives these reason codes."""

    def serve(connection: socket.socket) -> None:
        codes = [bytes([code]) for code in (connack, puback, suback)]
        with connection, contextlib.suppress(OSError, IndexError):
            while head := connection.recv(1):
                body = connection.recv(connection.recv(1)[0]) if head[0] >> 4 != 3 else b""
                if head[0] >> 4 == 1:
                    connection.sendall(CONNACK % codes[0])
                elif head[0] >> 4 == 8:
                    connection.sendall(SUBACK % (body[:2], codes[2]))
                elif head[0] >> 4 == 3:
                    first = connection.recv(1)[0]
                    length = first if first < 128 else first - 128 + 128 * connection.recv(1)[0]
                    body = connection.recv(length)
                    end = 2 + int.from_bytes(body[:2])
                    connection.sendall(PUBACK % (body[end : end + 2], codes[1]))

    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    serve(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (0x84, "broker-mqtt-version"),
        (0x85, "broker-client-id"),
        (0x86, "broker-credentials"),
        (0x87, "broker-not-authorised"),
        (0x89, "broker-not-ready"),
        (0x80, "broker-other"),
    ],
)
def test_each_no_of_a_broker_is_found(patient, code, fault):
    with answering(connack=code) as port:
        assert faults(looked(patient, to(port))) == [fault]


def test_a_broker_that_lets_us_not_write_is_found(patient, start_mosquitto, tmp_path):
    """By mosquitto's own access list, which allows one topic and not another."""
    listed = tmp_path / "acl"
    listed.write_text("topic write pccc/v1/33/CS0001/GW-1/event/#\n")
    listed.chmod(0o644)
    broker = start_mosquitto("allow_anonymous true", f"acl_file {listed}")

    [finding] = [each for each in looked(patient, to(broker.port)) if each.fault]

    assert finding.fault == "publish-refused"
    assert finding.values["topic"] == "pccc/v1/33/CS0001/GW-1/telemetry"
    assert "0x87" in finding.values["why"]


def test_a_broker_that_lets_us_not_read_is_found_for_each_topic(patient):
    with answering(suback=0x87) as port:
        found = [each for each in looked(patient, to(port)) if each.fault]

    assert faults(found) == ["subscribe-refused", "subscribe-refused"]
    assert {each.values["topic"].rpartition("/")[2] for each in found} == {"ack", "command"}


def test_mqtt_3_1_1_has_no_word_for_what_is_refused(patient, mosquitto):
    found = looked(patient, to(mosquitto.port, version=MqttVersion.V3_1_1))

    assert found[-1].why is Unlooked.NO_WORD


def test_nothing_is_asked_of_the_network_where_that_is_not_wanted(patient):
    patient.asked = replace(patient.asked, offline=True)

    [finding] = looked(patient, to(1))

    assert finding.why is Unlooked.OFFLINE


# Dates


@pytest.mark.parametrize(
    ("lasts", "fault"),
    [
        (-1 * DAY, "certificate-expired"),
        (DAY / 2, "certificate-expires-in-a-day"),
        (6 * DAY, "certificate-expires-in-a-week"),
        (20 * DAY, "certificate-expires-in-a-month"),
        (40 * DAY, None),
    ],
)
def test_a_certificate_of_ours_that_ends_soon_is_found(patient, authority, lasts, fault):
    pair = authority.issue("GW-1", lasts=lasts)
    way = {"host": "b.example", "tls": {"ca": str(authority.file)}}
    way["tls"] |= {"certificate": str(pair.certificate), "key": str(pair.key)}
    site = patient.asked.site
    site.write_text(
        site.read_text().replace("paths: []", f"paths: [{json.dumps(way | {'id': 'lan'})}]")
    )
    patient.site = read_site(site)

    assert faults(paths.certificates(patient)) == [each for each in [fault] if each]


# Names, in a network of their own


def answer_nothing(_question: bytes) -> None:
    return None


def no_such_name(question: bytes) -> bytes:
    """NXDOMAIN (RFC 1035, 4.1.1)."""
    return question[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + question[12:]


NAMES = """
import contextlib, os, socket, struct, sys, threading
sys.path[:0] = [{root!r}, {here!r}]
from test_doctor_paths import answer_nothing, no_such_name
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
def serve():
    while True:
        question, who = server.recvfrom(512)
        said = {answer}(question)
        if said is not None:
            server.sendto(said, who)
threading.Thread(target=serve, daemon=True).start()
from gateway.cli.firegw import run
sys.exit(run(["doctor", "--json", "--site", {site!r}, "--state-directory", {folder!r}]))
"""


@pytest.mark.skipif(not HAS_NAMESPACES, reason="only root has a network of its own")
@pytest.mark.parametrize(
    ("answer", "fault"),
    [("no_such_name", "name-unknown"), ("answer_nothing", "name-server-silent")],
)
def test_a_name_that_nobody_knows_and_a_name_server_that_is_silent_are_told_apart(
    patient, tmp_path, answer, fault
):
    site = patient.asked.site
    site.write_text(site.read_text().replace("[]", "[{id: lan, host: mqtt.pccc.example, tls: {}}]"))
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\n")  # with the system's own long patience
    program = tmp_path / "program.py"
    folder, root, here = str(tmp_path), str(ROOT), str(Path(__file__).parent)
    program.write_text(
        NAMES.format(root=root, here=here, answer=answer, site=str(site), folder=folder)
    )
    mount = f"mount --bind {resolver} /etc/resolv.conf"
    inside = f"{mount} && ip link set lo up && exec {sys.executable} {program}"

    done = subprocess.run(
        ["unshare", "--mount", "--net", "sh", "-c", inside],
        capture_output=True,
        timeout=60,
        check=False,
    )

    named = [each for each in json.loads(done.stdout)["findings"] if each["check"] == "name"]
    assert [each["fault"] for each in named] == [fault], done.stderr
    assert done.returncode == 1


# The journal


def test_a_journal_that_is_damaged_or_was_set_aside_is_found(patient, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    (state / "journal.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    (state / "journal.db.damaged-1").touch()

    assert faults(journal.journal(patient)) == ["journal-set-aside", "journal-unreadable"]
