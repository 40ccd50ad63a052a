"""The dates of certificates: read from their bytes, and judged by what is known of the time. Pure.

Only the two dates are read, so this is no parser of certificates: it steps over what stands before
them (RFC 5280, 4.1). The daemon can so look at its own files each day without the memory that a
library for certificates costs. Whoever signed a certificate is OpenSSL's to judge, never this
module's.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

LARGEST_FILE: Final = 1024 * 1024
"""Bytes; the whole bundle of a system's authorities has a quarter of that."""

SEQUENCE, INTEGER, UTC_TIME, GENERALIZED_TIME, VERSION = 0x30, 0x02, 0x17, 0x18, 0xA0
LONG_LENGTH: Final = 0x80
MOST_LENGTH_BYTES: Final = 4

PEM: Final = re.compile(
    rb"-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----(.*?)-----END \1-----", re.DOTALL
)
UTC_TIME_TEXT: Final = re.compile(rb"[0-9]{12}Z")
GENERALIZED_TIME_TEXT: Final = re.compile(rb"[0-9]{14}Z")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class NoCertificateError(ValueError):
    """These bytes are no certificate; the text says what was seen."""


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when a certificate is valid: nanoseconds since 1970, UTC, both ends included."""

    not_before_ns: int
    not_after_ns: int


@dataclass(frozen=True, slots=True)
class KnownTime:
    """What is known of the time.

    Attributes:
        wall_ns: nanoseconds since 1970, UTC: now; where that is not known, what is surely past
            (the clock's floor), and never what a clock that is wrong happens to show.
        is_known: which of the two.
    """

    wall_ns: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class DatesVerdict:
    """What the dates of a broker's certificates mean.

    Attributes:
        refused: why they are not accepted; None where they are.
        warning: what is not as it should be with those that are accepted; None where nothing is.
    """

    refused: str | None = None
    warning: str | None = None


def judge_dates(chain: Sequence[Validity], time: KnownTime) -> DatesVerdict:
    """Judge the dates of a broker's certificate and of those that vouch for it.

    While the time is not known, a certificate that had expired before the floor has surely expired.
    One that begins after it may well be valid by now: a clock that is wrong must not cut the path.
    """
    if not chain:
        return DatesVerdict()
    ends = min(each.not_after_ns for each in chain)
    begins = max(each.not_before_ns for each in chain)
    if ends < time.wall_ns:
        return DatesVerdict(refused=f"it expired on {date_text(ends)}; tell the centre")
    if begins <= time.wall_ns:
        return DatesVerdict()
    if time.is_known:
        return DatesVerdict(refused=f"it is valid only from {date_text(begins)}; tell the centre")
    return DatesVerdict(
        warning=(
            f"the broker's certificate is valid only from {date_text(begins)}, and the clock does "
            "not know whether that has come; it is accepted, its dates unproven"
        )
    )


def date_text(wall_ns: int) -> str:
    """Write a time as people read it: 2026-12-24 07:00 UTC."""
    at = EPOCH + timedelta(microseconds=wall_ns // 1000)
    return f"{at:%Y-%m-%d %H:%M} UTC"


def validities_of(pem: bytes) -> tuple[Validity, ...]:
    """Read the dates of all certificates in a PEM file, in their order.

    Raises:
        NoCertificateError: there is none, or one of them cannot be read.
    """
    blocks = PEM.findall(pem)
    if not blocks:
        raise NoCertificateError("there is no certificate in it, as PEM")
    return tuple(validity_of(_unarmoured(block)) for _, block in blocks)


def validity_of(der: bytes) -> Validity:
    """Read the dates of one certificate as DER.

    Raises:
        NoCertificateError: it is none.
    """
    at, end = _enter(der, 0, len(der), SEQUENCE)  # Certificate
    at, end = _enter(der, at, end, SEQUENCE)  # TBSCertificate
    if der[at : at + 1] == bytes([VERSION]):
        at = _over(der, at, end, VERSION)
    at = _over(der, at, end, INTEGER)  # serialNumber
    at = _over(der, at, end, SEQUENCE)  # signature
    at = _over(der, at, end, SEQUENCE)  # issuer
    at, end = _enter(der, at, end, SEQUENCE)  # validity
    not_before, at = _time(der, at, end)
    not_after, _ = _time(der, at, end)
    return Validity(not_before, not_after)


def _unarmoured(block: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(block.split()), validate=True)
    except binascii.Error:
        raise NoCertificateError("its base64 is broken") from None


def _header(der: bytes, at: int, limit: int) -> tuple[int, int, int]:
    """Give an element's tag, and where its content begins and ends."""
    if at + 2 > limit:
        raise NoCertificateError("it ends too early")
    tag, length, begin = der[at], der[at + 1], at + 2
    if length >= LONG_LENGTH:
        count = length - LONG_LENGTH
        if not 1 <= count <= MOST_LENGTH_BYTES or begin + count > limit:
            raise NoCertificateError("it has a length that cannot be")
        length = int.from_bytes(der[begin : begin + count], "big")
        begin += count
    if begin + length > limit:
        raise NoCertificateError("it ends too early")
    return tag, begin, begin + length


def _enter(der: bytes, at: int, limit: int, wanted: int) -> tuple[int, int]:
    tag, begin, end = _header(der, at, limit)
    if tag != wanted:
        raise NoCertificateError(f"0x{tag:02X} stands where 0x{wanted:02X} belongs")
    return begin, end


def _over(der: bytes, at: int, limit: int, wanted: int) -> int:
    return _enter(der, at, limit, wanted)[1]


def _time(der: bytes, at: int, limit: int) -> tuple[int, int]:
    tag, begin, end = _header(der, at, limit)
    text = der[begin:end]
    if tag == UTC_TIME and UTC_TIME_TEXT.fullmatch(text):
        # RFC 5280, 4.1.2.5.1: 50 is 1950.
        text = (b"19" if text[:2] >= b"50" else b"20") + text
    elif tag != GENERALIZED_TIME or not GENERALIZED_TIME_TEXT.fullmatch(text):
        raise NoCertificateError("its dates cannot be read")
    try:
        month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
        read = datetime(int(text[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise NoCertificateError("its dates are none") from None
    return (read - EPOCH) // timedelta(microseconds=1) * 1000, end
