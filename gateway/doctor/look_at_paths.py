"""Looks at each way to the centre: name, connection, TLS, login, rights, and the dates of our own.

It goes by the path's interface, under another client id than the gateway's, and in parallel to it.
"""

import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path as File
from typing import Final

from gateway.doctor.catalogue import found, refusal
from gateway.doctor.finding import Check, Finding, Unlooked, unlooked, well
from gateway.doctor.machine import lines_of
from gateway.doctor.patient import Patient
from gateway.messages.content_types import JSON
from gateway.messages.parts import Stamp
from gateway.messages.telemetry import telemetry_message
from gateway.messages.topics import Origin
from gateway.record import ClockQuality
from gateway.settings.model import CREDENTIAL, MqttVersion, Path, Settings
from gateway.uplink.certificate_dates import (
    LARGEST_FILE,
    KnownTime,
    NoCertificateError,
    date_text,
    validities_of,
)
from gateway.uplink.certificate_expiry import Dated, expiry
from gateway.uplink.credentials import (
    CredentialsError,
    check_private,
    files_of,
    password_of,
    take_any,
    tls_context,
)
from gateway.uplink.dial import DialError, Endpoint, connect
from gateway.uplink.mqtt_trial import Tried, Wanted, try_broker
from gateway.uplink.refusal_reason import RefusalReason
from gateway.uplink.tcp_connect import InterfaceError
from rules.instant import in_seconds, seconds

NAME_WITHIN: Final = seconds(6)
DIAL_WITHIN: Final = seconds(6)
TRY_WITHIN: Final = seconds(6)
RESOLVER: Final = File("/etc/resolv.conf")
OF_A_CLIENT_ID: Final = frozenset({RefusalReason.CLIENT_ID, RefusalReason.NOT_AUTHORISED})
"""What a broker says that takes no other client id than the gateway's own."""


def no_paths(patient: Patient) -> Iterator[Finding]:
    """See whether there is any way to a centre."""
    if patient.settings is None:
        yield unlooked(Check.BROKER, Unlooked.NO_SITE)
    elif not patient.settings.uplink.paths:
        yield found("no-path", **patient.values)


def path(patient: Patient, settings: Settings, way: Path) -> Iterator[Finding]:
    """Look at one path, from its name to its rights; what fails ends it."""
    about = way.id
    if way.tls is None and way.insecure:
        yield found("plaintext", about, path=about, host=way.host, site=patient.asked.site)
    if patient.asked.offline:
        yield unlooked(Check.BROKER, Unlooked.OFFLINE, about)
        return
    addresses = _addresses(patient, way)
    if isinstance(addresses, Finding):
        yield addresses
        yield unlooked(Check.BROKER, Unlooked.BEFORE, about)
        return
    yield well(Check.NAME, about, f"{way.host}: {', '.join(addresses)}")
    connected = _connected(patient, way, addresses)
    if isinstance(connected, Finding):
        yield connected
        yield unlooked(Check.AUTHORISATION, Unlooked.BEFORE, about)
        return
    yield from _logged_in(patient, settings, way, connected)


def _addresses(patient: Patient, way: Path) -> list[str] | Finding:
    site = patient.asked.site
    try:
        given = _resolved(way.host, way.port)
    except socket.gaierror as error:
        is_silent = error.errno == socket.EAI_AGAIN
        servers = [line.split()[1] for line in lines_of(RESOLVER) if line.startswith("nameserver ")]
        fault = "name-server-silent" if is_silent else "name-unknown"
        named = ", ".join(servers) or "-"
        values = {"path": way.id, "host": way.host, "site": site, "servers": named}
        return found(fault, way.id, **values)
    except (OSError, UnicodeError):
        return found("name-unknown", way.id, path=way.id, host=way.host, site=site)
    return given


def _resolved(host: str, port: int) -> list[str]:
    """Resolve a name; the system's own patience with a silent server is longer than ours.

    Raises:
        OSError: that cannot be; EAI_AGAIN where no server answers.
    """
    answers: list[list[str]] = []
    errors: list[OSError | UnicodeError] = []

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            errors.append(error)
        else:
            answers.append(list(dict.fromkeys(str(each[4][0]) for each in found)))

    asking = threading.Thread(target=resolve, name=f"name {host}", daemon=True)
    asking.start()
    asking.join(in_seconds(NAME_WITHIN))
    if errors:
        raise errors[0]
    if not answers:
        raise socket.gaierror(socket.EAI_AGAIN, "no name server answers")
    return answers[0]


def _connected(patient: Patient, way: Path, addresses: list[str]) -> socket.socket | Finding:
    """Dial as the gateway does; where a secret is not ours to read, say so."""
    values = {"path": way.id, "host": way.host, "port": way.port, "site": patient.asked.site}
    check = take_any if patient.is_root else check_private
    make_tls = None if way.tls is None else partial(tls_context, way.tls, check)
    wall = patient.clock.read()
    is_known = wall.quality is not ClockQuality.UNKNOWN
    endpoint = Endpoint(
        host=way.host,
        port=way.port,
        make_tls=make_tls,
        interface=way.interface,
        time=None if is_known else KnownTime(wall.wall_ns, is_known),
    )
    try:
        return connect(endpoint, DIAL_WITHIN)
    except CredentialsError as error:
        return _unusable(way, error)
    except DialError as error:
        why = str(error).removeprefix(f"{endpoint}: ")
        if isinstance(error.__cause__, InterfaceError):
            return found("interface-unusable", way.id, **values, why=why)
        if error.reason is None:
            return found("broker-unreachable", way.id, **values, why=why, address=addresses[0])
        return refusal(error.reason, way.id, **values, why=why, version=way.version)


def _unusable(way: Path, error: CredentialsError) -> Finding:
    named = [written for written in files_of(way).values() if written.startswith(CREDENTIAL)]
    if isinstance(error.__cause__, PermissionError) or "belongs to user" in str(error):
        return unlooked(Check.CERTIFICATE, Unlooked.NEEDS_ROOT, way.id)
    if named and any(name in str(error) for name in named):
        return unlooked(Check.CERTIFICATE, Unlooked.OF_THE_SERVICE, way.id, named[0])
    return found("credentials-unusable", way.id, path=way.id, why=error)


def _logged_in(
    patient: Patient, settings: Settings, way: Path, connected: socket.socket
) -> Iterator[Finding]:
    try:
        password = password_of(way, take_any if patient.is_root else check_private)
    except CredentialsError as error:
        connected.close()
        yield _unusable(way, error)
        return
    wanted = _wanted(patient, settings, way, password)
    tried = try_broker(connected, wanted, patient.clock.now, TRY_WITHIN)
    if tried.is_taken:
        yield well(Check.BROKER, way.id, f"{way.host}:{way.port}, MQTT {way.version}")
        yield from _rights(way, wanted, tried)
    else:
        yield _not_taken(patient, way, tried)
        yield unlooked(Check.AUTHORISATION, Unlooked.BEFORE, way.id)


def _wanted(patient: Patient, settings: Settings, way: Path, password: str | None) -> Wanted:
    origin = Origin(settings.site.province, settings.site.id, settings.gateway.id)
    wall = patient.clock.read()
    stamp = Stamp(
        at=patient.clock.now(),
        boot_id=patient.clock.boot_id,
        wall_ns=wall.wall_ns,
        clock=wall.quality,
    )
    return Wanted(
        gateway=settings.gateway.id,
        version=way.version,
        username=way.username,
        password=password,
        reads=(origin.ack, origin.command) if settings.uplink.centres else (),
        # No reading at all: of all that a gateway may say, nobody can take this for anything.
        writes=origin.telemetry,
        payload=telemetry_message((), stamp, origin),
        content_type=JSON,
    )


def _not_taken(patient: Patient, way: Path, tried: Tried) -> Finding:
    values = {"path": way.id, "host": way.host, "port": way.port, "site": patient.asked.site}
    status = patient.status
    is_up = status is not None and any(
        each.id == way.id and each.connected for each in status.paths
    )
    if is_up and tried.reason in OF_A_CLIENT_ID:
        return unlooked(Check.BROKER, Unlooked.OWN_CLIENT_ID, way.id)
    if tried.reason is None:
        return found("broker-unreachable", way.id, **values, why=tried.why, address=way.host)
    return refusal(tried.reason, way.id, **values, why=tried.why, version=way.version)


def _rights(way: Path, wanted: Wanted, tried: Tried) -> Iterator[Finding]:
    for topic, why in tried.refused.items():
        fault = "publish-refused" if topic == wanted.writes else "subscribe-refused"
        yield found(fault, f"{way.id} {topic}", path=way.id, topic=topic, why=why)
    if not tried.refused and way.version is not MqttVersion.V5:
        yield unlooked(Check.AUTHORISATION, Unlooked.NO_WORD, way.id)
    elif not tried.refused:
        silent = {*wanted.reads, wanted.writes} - tried.answered
        if silent:
            yield unlooked(
                Check.AUTHORISATION, Unlooked.TOO_LONG, way.id, ", ".join(sorted(silent))
            )
        else:
            yield well(Check.AUTHORISATION, way.id, wanted.writes)


def certificates(patient: Patient) -> Iterator[Finding]:
    """See when what the paths prove themselves with expires."""
    if patient.settings is None:
        yield unlooked(Check.CERTIFICATE, Unlooked.NO_SITE)
        return
    wall = patient.clock.read()
    time = KnownTime(wall.wall_ns, wall.quality is not ClockQuality.UNKNOWN)
    for way in patient.settings.uplink.paths:
        for setting, written in files_of(way).items():
            if setting in ("tls.certificate", "tls.ca") and not written.startswith(CREDENTIAL):
                yield _dates(way, setting, written, time)


def _dates(way: Path, setting: str, written: str, time: KnownTime) -> Finding:
    try:
        with File(written).open("rb") as opened:
            dates = [each.not_after_ns for each in validities_of(opened.read(LARGEST_FILE))]
    except PermissionError:
        return unlooked(Check.CERTIFICATE, Unlooked.NEEDS_ROOT, written)
    except FileNotFoundError:  # the look at secrets has said so
        return unlooked(Check.CERTIFICATE, Unlooked.BEFORE, written)
    except (OSError, NoCertificateError) as error:
        return found("credentials-unusable", way.id, path=way.id, why=f"{written}: {error}")
    # Of a chain the first to expire counts, of authorities the last, as in the gateway itself.
    ends = min(dates) if setting == "tls.certificate" else max(dates)
    soon = expiry([Dated(written, ends)], time)
    if soon is None:
        return well(Check.CERTIFICATE, written, date_text(ends))
    return found(
        f"certificate-{soon.cause}", written, path=way.id, what=written, on=date_text(ends)
    )
