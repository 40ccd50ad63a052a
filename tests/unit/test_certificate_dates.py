"""The dates of certificates: what is read from their bytes, and what it means at which time."""

import contextlib
import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from gateway.uplink.certificate_dates import (
    DatesVerdict,
    KnownTime,
    NoCertificateError,
    Validity,
    date_text,
    judge_dates,
    validities_of,
    validity_of,
)

KEY = ec.generate_private_key(ec.SECP256R1())
SECOND = 1_000_000_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DATES = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(9999, 12, 31), timezones=st.just(dt.UTC))  # noqa: DTZ001 - hypothesis adds the zone


def nanoseconds(at: dt.datetime) -> int:
    return (at - EPOCH) // dt.timedelta(microseconds=1) * 1000


def certificate(begins: dt.datetime, ends: dt.datetime, name: str = "broker") -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(KEY, hashes.SHA256())
    )


def der(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.DER)


@given(DATES, DATES, st.text("aé漢", min_size=1, max_size=21))  # 64 bytes at most
def test_the_dates_of_any_certificate_are_read_as_they_were_written(one, other, name):
    begins, ends = sorted(each.replace(microsecond=0) for each in (one, other))

    read = validity_of(der(certificate(begins, ends, name)))

    assert read == Validity(nanoseconds(begins), nanoseconds(ends))


@given(st.binary(max_size=200))
def test_what_is_no_certificate_is_said_to_be_none(garbage):
    with pytest.raises(NoCertificateError):
        validity_of(garbage)


WHOLE = der(certificate(EPOCH, dt.datetime(2060, 1, 1, tzinfo=dt.UTC)))


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_damaged_certificate_gives_dates_or_is_none_and_nothing_else(at, byte):
    damaged = WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]

    with contextlib.suppress(NoCertificateError):
        validity_of(damaged)


@pytest.mark.parametrize("date", [b"701301000000Z", b"700230000000Z", b"700101250000Z"])
def test_a_date_that_is_none_is_no_date(date):
    with pytest.raises(NoCertificateError, match="its dates are none"):
        validity_of(WHOLE.replace(b"700101000000Z", date))


@pytest.mark.parametrize("length", range(0, 160, 7))
def test_a_certificate_that_ends_early_is_none(length):
    with pytest.raises(NoCertificateError):
        validity_of(WHOLE[:length])


def test_all_certificates_of_a_file_are_read_with_what_stands_between_them():
    at = [dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2020, 2030, 2055)]
    pems = [
        certificate(begins, ends).public_bytes(serialization.Encoding.PEM)
        for begins, ends in ((at[0], at[1]), (at[1], at[2]))
    ]

    read = validities_of(b"the first:\n" + pems[0] + b"\r\n# and\n" + pems[1])

    assert [date_text(each.not_after_ns) for each in read] == [
        "2030-01-01 00:00 UTC",
        "2055-01-01 00:00 UTC",
    ]


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        (b"", "no certificate"),
        (b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", "base64"),
        (b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "too early"),
        (b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "no certificate"),
    ],
)
def test_a_file_without_a_certificate_says_so(pem, said):
    with pytest.raises(NoCertificateError, match=said):
        validities_of(pem)


def test_the_authorities_of_this_system_are_read_as_openssl_reads_them():
    bundle = ssl.get_default_verify_paths().cafile
    if bundle is None or not Path(bundle).is_file():
        pytest.skip("this system has no bundle of authorities")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(bundle)
    theirs = sorted(
        (
            ssl.cert_time_to_seconds(each["notBefore"]) * SECOND,
            ssl.cert_time_to_seconds(each["notAfter"]) * SECOND,
        )
        for each in context.get_ca_certs()
    )

    ours = {(v.not_before_ns, v.not_after_ns) for v in validities_of(Path(bundle).read_bytes())}

    assert set(theirs) <= ours


LEAF, ROOT = Validity(100, 200), Validity(50, 1000)


@pytest.mark.parametrize(
    ("now", "known", "unknown"),
    [
        (99, "refused", "warning"),
        (100, None, None),
        (200, None, None),
        (201, "refused", "refused"),
    ],
)
def test_dates_are_refused_before_and_after_and_only_warned_of_before_where_nobody_knows(
    now, known, unknown
):
    for is_known, outcome in ((True, known), (False, unknown)):
        verdict = judge_dates([LEAF, ROOT], KnownTime(now, is_known))
        told = [name for name in ("refused", "warning") if getattr(verdict, name)]
        assert told == ([outcome] if outcome else []), is_known


def test_one_certificate_of_a_chain_that_has_expired_is_enough():
    assert judge_dates([Validity(0, 500), Validity(0, 100)], KnownTime(101, False)).refused


def test_nothing_is_said_of_no_certificates():
    assert judge_dates([], KnownTime(0, True)) == DatesVerdict()
