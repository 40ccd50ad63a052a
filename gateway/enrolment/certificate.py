"""Whether a certificate that the centre has sent is this gateway's, and good for the broker.

A technician finds out here, with the old certificate still in place, what the broker would else
only say with an alert. Whether it has been revoked the broker alone knows.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.enrolment.request import EnrolmentError
from gateway.text import say

LONGEST_CHAIN: Final = 4
"""Certificates between the gateway's and the authority's; provinces have one, if any."""

SAID_SO: Final = "%Y-%m-%d %H:%M UTC"

Kind = TypeVar("Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The gateway's certificate.

    Attributes:
        pem: with what stands between it and the authority, and nothing else.
        serial: its number, in hexadecimal, as `openssl x509 -serial` has it.
        issuer: who has signed it.
        since: the first instant at which it is good.
        until: the last one.
    """

    pem: bytes
    serial: str
    issuer: str
    since: dt.datetime
    until: dt.datetime

    def days_left(self, now: dt.datetime) -> int:
        """Give the whole days until it expires; less than none once it has."""
        return (self.until - now).days


def read_certificates(pem: bytes, name: str) -> list[x509.Certificate]:
    """Read the certificates of a PEM file.

    Raises:
        EnrolmentError: there is none in it.
    """
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise EnrolmentError(say("enrol.certificate.none", file=name)) from error


def described(chain: Sequence[x509.Certificate]) -> Certificate:
    """Describe the first certificate of a chain."""
    leaf = chain[0]
    return Certificate(
        pem=b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain),
        serial=f"{leaf.serial_number:X}",
        issuer=leaf.issuer.rfc4514_string(),
        since=leaf.not_valid_before_utc,
        until=leaf.not_valid_after_utc,
    )


def check_certificate(
    chain: Sequence[x509.Certificate],
    *,
    key: ec.EllipticCurvePrivateKey,
    gateway: str,
    authorities: Sequence[x509.Certificate],
    now: dt.datetime,
) -> Certificate:
    """Make sure that the gateway can show a certificate to its broker.

    Args:
        chain: the gateway's certificate, then what stands between it and the authority.
        key: of the gateway.
        gateway: its id.
        authorities: to one of which it has to lead; none where that is not to be checked.
        now: by this machine's clock.

    Raises:
        EnrolmentError: it cannot, for a reason.
    """
    leaf = chain[0]
    if leaf.public_key() != key.public_key():
        raise EnrolmentError(say("enrol.certificate.other-key"))
    names = [each.value for each in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [gateway]:
        said = ", ".join(repr(name) for name in names) or "–"
        raise EnrolmentError(say("enrol.certificate.other-name", name=said, gateway=gateway))
    if not _is_for_clients(leaf):
        raise EnrolmentError(say("enrol.certificate.no-client"))
    described_leaf = described(chain)
    if not described_leaf.since <= now <= described_leaf.until:
        raise EnrolmentError(
            say(
                "enrol.certificate.dates",
                since=described_leaf.since.strftime(SAID_SO),
                until=described_leaf.until.strftime(SAID_SO),
                now=now.strftime(SAID_SO),
            )
        )
    if authorities and not _leads_to(authorities, chain, now):
        raise EnrolmentError(say("enrol.certificate.other-authority", issuer=described_leaf.issuer))
    return described_leaf


def _is_for_clients(certificate: x509.Certificate) -> bool:
    """Say whether a broker takes it for a client's; what it does not say it allows (RFC 5280)."""
    try:
        extensions = certificate.extensions
        usage = _found(extensions, x509.KeyUsage)
        purposes = _found(extensions, x509.ExtendedKeyUsage)
    except (ValueError, x509.DuplicateExtension):
        return False
    if _is_authority(certificate) or (usage is not None and not usage.digital_signature):
        return False
    return purposes is None or not {
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }.isdisjoint(purposes)


def _found(extensions: x509.Extensions, kind: type[Kind]) -> Kind | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        constraints = _found(certificate.extensions, x509.BasicConstraints)
    except (ValueError, x509.DuplicateExtension):
        return False
    return constraints is not None and constraints.ca


def _leads_to(
    authorities: Sequence[x509.Certificate], chain: Sequence[x509.Certificate], now: dt.datetime
) -> bool:
    """Say whether signatures lead from the first of a chain to an authority."""
    current, *between = chain
    for _ in range(LONGEST_CHAIN + 1):
        if any(_issued(issuer, current, now) for issuer in authorities):
            return True
        issuer = next((each for each in between if _issued(each, current, now)), None)
        if issuer is None:
            return False
        current = issuer
    return False


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, now: dt.datetime) -> bool:
    if not _is_authority(issuer):
        return False
    if not issuer.not_valid_before_utc <= now <= issuer.not_valid_after_utc:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
