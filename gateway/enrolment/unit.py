"""A unit's identity: made where it is missing, and its certificate put beside it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from gateway.device_key import FILE_NAME, OTHERS, read_or_make_key
from gateway.enrolment import folder
from gateway.enrolment.certificate import Certificate, check_certificate, read_certificates
from gateway.enrolment.folder import Owner, acting_as, content_of, make_folder, owner_of, put
from gateway.enrolment.request import (
    CENTRE_PREFIX,
    EnrolmentError,
    check_request,
    fingerprint,
    make_key,
    make_request,
    read_key,
)
from gateway.messages.topics import Origin
from gateway.text import say

ROOT: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit, and where its identity lies.

    Attributes:
        origin: who it is.
        directory: of the TLS key, the request and the certificate.
        state_directory: of the device key; its owner is the gateway's user.
    """

    origin: Origin
    directory: Path
    state_directory: Path

    @property
    def device_key(self) -> Path:
        """The file of the device key."""
        return self.state_directory / FILE_NAME

    @property
    def key(self) -> Path:
        """The file of the TLS key."""
        return self.directory / folder.KEY

    @property
    def request(self) -> Path:
        """The file of the certificate request."""
        return self.directory / folder.REQUEST

    @property
    def certificate(self) -> Path:
        """The file of the certificate."""
        return self.directory / folder.CERTIFICATE

    @property
    def authority(self) -> Path:
        """The file of the authority that the broker is verified by."""
        return self.directory / folder.AUTHORITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What a unit has.

    Attributes:
        device_key: its public device key, as the centre writes it down.
        fingerprint: of its TLS key.
        made: the files that were missing.
        certificate: the one that is installed, if any.
        unfit: why that one cannot be used, in words, or None.
    """

    device_key: str
    fingerprint: str
    made: tuple[Path, ...]
    certificate: Certificate | None
    unfit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What became of a certificate that was brought.

    Attributes:
        certificate: the one that is installed now.
        changed: whether another one, or none, was there before.
        chain_checked: whether it was found to lead to an authority.
        authority_made: whether the authority was put in place with it.
        authority_differs: whether another authority was there, and was left.
    """

    certificate: Certificate
    changed: bool
    chain_checked: bool
    authority_made: bool
    authority_differs: bool


def enrol(unit: Unit, now: dt.datetime, replaces: str | None = None) -> Enrolled:
    """Make what is missing of a unit's identity; what is there is never written over.

    Args:
        unit: the unit.
        now: by this machine's clock.
        replaces: what it takes the place of, for the request; None for a first one.

    Raises:
        EnrolmentError: something there cannot be used, or something cannot be made.
        DeviceKeyError: the same of the device key.
    """
    if unit.origin.gateway.startswith(CENTRE_PREFIX):
        raise EnrolmentError(say("enrol.reserved", gateway=unit.origin.gateway))
    owner = owner_of(unit.state_directory)
    present = {unit.device_key: unit.device_key.exists()}
    _check_what_is_there(unit)
    with acting_as(owner):
        device_key = read_or_make_key(unit.device_key).public
    make_folder(unit.directory, owner)
    with acting_as(owner_of(unit.directory)):
        present |= {file: file.exists() for file in (unit.key, unit.request)}
        key = _key_of(unit)
        if key is None:
            pem = make_key()
            put(unit.key, pem, folder.PRIVATE, owner)
            key = read_key(pem, str(unit.key))
        if not present[unit.request]:
            request = make_request(key, unit.origin, replaces)
            put(unit.request, request, folder.PUBLIC, Owner(ROOT, owner.group))
        certificate, unfit = _installed(unit, key, now)
    return Enrolled(
        device_key=device_key.text,
        fingerprint=fingerprint(key.public_key()),
        made=tuple(file for file, there in present.items() if not there),
        certificate=certificate,
        unfit=unfit,
    )


def install(
    unit: Unit, chain: bytes, authority: bytes | None, names: tuple[str, str], now: dt.datetime
) -> Installed:
    """Put a certificate in place, the one before kept as `.previous`; or leave all as it is.

    Args:
        unit: the unit.
        chain: the certificate, with what stands between it and the authority; PEM.
        authority: the authority's certificate, PEM; None for the one that is in place, if any.
        names: of the files of these two, for errors.
        now: by this machine's clock.

    Raises:
        EnrolmentError: it is not this unit's, not good, or cannot be put in place.
    """
    if not unit.directory.exists():
        raise EnrolmentError(say("enrol.key-first", file=unit.key))
    with acting_as(owner_of(unit.directory)):
        key = _key_of(unit)
        if key is None:
            raise EnrolmentError(say("enrol.key-first", file=unit.key))
        trusted = content_of(unit.authority)
        judged_by = trusted if authority is None else authority
        by = str(unit.authority) if authority is None else names[1]
        certificate = check_certificate(
            read_certificates(chain, names[0]),
            key=key,
            gateway=unit.origin.gateway,
            authorities=[] if judged_by is None else read_certificates(judged_by, by),
            now=now,
        )
        group = owner_of(unit.directory).group
        if authority is not None and trusted is None:
            put(unit.authority, authority, folder.PUBLIC, Owner(ROOT, group))
        changed = _put_certificate(unit, certificate, Owner(ROOT, group))
    return Installed(
        certificate=certificate,
        changed=changed,
        chain_checked=judged_by is not None,
        authority_made=authority is not None and trusted is None,
        authority_differs=None not in (authority, trusted) and authority != trusted,
    )


def _put_certificate(unit: Unit, certificate: Certificate, owner: Owner) -> bool:
    """Put it in place; says whether that changed anything."""
    before = content_of(unit.certificate)
    if before == certificate.pem:
        return False
    if before is not None:
        previous = unit.certificate.with_name(unit.certificate.name + folder.PREVIOUS)
        put(previous, before, folder.PUBLIC, owner)
    put(unit.certificate, certificate.pem, folder.PUBLIC, owner)
    return True


def _check_what_is_there(unit: Unit) -> None:
    """Make sure, before anything is made, that what is there belongs together."""
    if not unit.directory.exists():
        return
    with acting_as(owner_of(unit.directory)):
        key = _key_of(unit)
        request = content_of(unit.request)
        if key is not None:
            if request is not None:
                check_request(request, key, unit.origin, str(unit.request))
        else:
            of_another = unit.certificate if unit.certificate.exists() else unit.request
            if of_another.exists():
                raise EnrolmentError(say("enrol.key-is-gone", key=unit.key, file=of_another))


def _key_of(unit: Unit) -> ec.EllipticCurvePrivateKey | None:
    pem = content_of(unit.key)
    if pem is None:
        return None
    if unit.key.stat().st_mode & OTHERS:
        raise EnrolmentError(say("enrol.key-open", file=unit.key))
    return read_key(pem, str(unit.key))


def _installed(
    unit: Unit, key: ec.EllipticCurvePrivateKey, now: dt.datetime
) -> tuple[Certificate | None, str | None]:
    """Give the certificate that is in place, or why it cannot be used; neither where none is."""
    pem = content_of(unit.certificate)
    if pem is None:
        return None, None
    try:
        chain = read_certificates(pem, str(unit.certificate))
        certificate = check_certificate(
            chain, key=key, gateway=unit.origin.gateway, authorities=[], now=now
        )
    except EnrolmentError as error:
        return None, str(error)
    return certificate, None
