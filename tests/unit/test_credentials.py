"""What a path proves itself with: files that can and cannot be used."""

import os
import socket
import ssl

import pytest

from gateway.settings.model import Path, Tls
from gateway.uplink.credentials import (
    CREDENTIALS_DIRECTORY,
    CredentialsError,
    check_private,
    files_of,
    password_of,
    place_of,
    read_password,
    tls_context,
)
from gateway.uplink.dial import refusal_of
from gateway.uplink.mqtt_reasons import HINTS, REASONS, Refused, is_refusal
from gateway.uplink.refusal_reason import RefusalReason
from gateway.uplink.tls_refusals import ALERTS, FAILURES, VERIFY_CODES


def private(file, text=""):
    file.touch(mode=0o600)
    file.write_text(text)
    return file


@pytest.mark.parametrize(("written", "read"), [("geheim\n", "geheim"), ("a b \r\n", "a b ")])
def test_a_password_is_the_line_without_its_end(tmp_path, written, read):
    assert read_password(private(tmp_path / "password", written)) == read


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o602])
def test_a_secret_that_others_can_read_or_write_is_refused(tmp_path, mode):
    file = private(tmp_path / "password", "geheim")
    file.chmod(mode)

    with pytest.raises(CredentialsError, match="chmod 600") as refused:
        read_password(file)

    assert "geheim" not in str(refused.value)


def test_a_directory_is_no_secret(tmp_path):
    with pytest.raises(CredentialsError, match="is no regular file"):
        check_private(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_secret_of_another_user_is_refused(tmp_path):
    file = private(tmp_path / "password", "geheim")
    os.chown(file, 12345, 12345)

    with pytest.raises(CredentialsError, match="belongs to user 12345"):
        read_password(file)


def test_a_password_that_is_no_text_is_refused(tmp_path):
    file = private(tmp_path / "password")
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(CredentialsError, match="cannot be read"):
        read_password(file)


def test_a_password_of_absurd_length_is_refused_and_not_told(tmp_path):
    with pytest.raises(CredentialsError, match="holds 5000 characters") as refused:
        read_password(private(tmp_path / "password", "x" * 5000))

    assert "xxx" not in str(refused.value)


def test_the_broker_is_always_verified(tmp_path):
    context = tls_context(Tls())

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_authorities_that_are_none_are_named(tmp_path):
    file = private(tmp_path / "ca.pem", "not a certificate")

    with pytest.raises(CredentialsError, match=r"ca\.pem: no authorities to trust"):
        tls_context(Tls(ca=str(file)))
    with pytest.raises(CredentialsError, match="no such file"):
        tls_context(Tls(ca=str(tmp_path / "missing.pem")))


def test_a_certificate_that_is_none_is_named(tmp_path):
    tls = Tls(
        certificate=str(private(tmp_path / "crt", "nonsense")),
        key=str(private(tmp_path / "key", "nonsense")),
    )

    with pytest.raises(CredentialsError, match="cannot be used"):
        tls_context(tls)


def ssl_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] in OpenSSL's words")
    error.reason = reason
    return error


def untrusted_error(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "Made up."
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "is the broker running"),
        (OSError(101, "Network is unreachable"), "is the network up?"),
        (socket.gaierror(-2, "Name or service not known"), "the name cannot be resolved"),
        (TimeoutError("timed out"), "does a firewall drop"),
        (ssl_error("WRONG_VERSION_NUMBER"), "is it the broker's TLS port?"),
        (ConnectionResetError(), "connectionreseterror"),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), "closed the connection"),
        (ValueError("embedded null byte"), "ValueError: embedded null byte"),
    ],
)
def test_what_went_wrong_is_said_with_what_to_look_at(error, words):
    assert words in refusal_of(error).words


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ssl_error("TLSV1_ALERT_UNKNOWN_CA"), RefusalReason.CLIENT_CERTIFICATE_UNTRUSTED),
        (ssl_error("TLSV13_ALERT_CERTIFICATE_REQUIRED"), RefusalReason.CLIENT_CERTIFICATE_MISSING),
        (ssl_error("TLSV1_ALERT_PROTOCOL_VERSION"), RefusalReason.TLS_VERSION),
        (ssl_error("UNSUPPORTED_PROTOCOL"), RefusalReason.TLS_VERSION),
        (ssl_error("TLSV1_ALERT_INTERNAL_ERROR"), RefusalReason.TLS),
        (ssl_error("DH_KEY_TOO_SMALL"), RefusalReason.TLS),
        (untrusted_error(10), RefusalReason.CERTIFICATE_EXPIRED),
        (untrusted_error(62), RefusalReason.CERTIFICATE_NAME),
        (untrusted_error(24), RefusalReason.CERTIFICATE_UNTRUSTED),
        (ConnectionRefusedError(111, "Connection refused"), None),
        (socket.gaierror(-2, "Name or service not known"), None),
    ],
)
def test_whoever_refuses_has_a_reason_and_a_network_that_is_out_has_none(error, reason):
    assert refusal_of(error).reason is reason


def test_what_openssl_says_stands_in_words_where_we_have_none():
    assert refusal_of(untrusted_error(24)).words == (
        "the broker's certificate is not accepted: made up; tell the centre"
    )
    assert refusal_of(ssl_error("TLSV1_ALERT_INTERNAL_ERROR")).words == (
        "the broker refuses us: alert 'internal error'; ask the centre"
    )


def test_each_refusal_of_tls_is_one_line_that_says_what_to_do():
    for said in (*VERIFY_CODES.values(), *ALERTS.values(), *FAILURES.values()):
        assert said.reason is not None
        assert "\n" not in said.words
        assert ";" in said.words or "the name that host gives" in said.words, said


def test_no_matching_subscribers_is_no_refusal():
    assert not is_refusal(0x10)
    assert is_refusal(0x80)


def test_a_refusal_says_what_the_broker_said_and_what_to_do():
    text = str(Refused(0x86, "Bad user name or password", "expired"))

    assert text == f"bad user name or password [0x86], 'expired'; {HINTS[0x86]}"
    assert str(Refused(0x83, "Implementation specific error")) == (
        "implementation specific error [0x83]"
    )


def test_each_code_with_a_hint_that_is_a_no_to_us_has_a_reason_in_a_word():
    of_a_message = {0x90, 0x95, 0x99}  # not of the connection

    assert set(HINTS) - of_a_message <= set(REASONS)
    assert Refused(0x86, "").reason is RefusalReason.CREDENTIALS
    assert Refused(0x83, "").reason is RefusalReason.OTHER


@pytest.fixture
def credentials(tmp_path, monkeypatch):
    """A folder as systemd makes it for the service's credentials."""
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o500)
    monkeypatch.setenv(CREDENTIALS_DIRECTORY, str(folder))
    return folder


@pytest.mark.parametrize("mode", [0o400, 0o440])
def test_a_credential_of_systemd_is_read_as_systemd_leaves_it(credentials, mode):
    private(credentials / "broker-password", "geheim\n").chmod(mode)
    path = Path(
        id="lan",
        host="broker.example",
        tls=Tls(),
        username="gw",
        password_file="credential:broker-password",
    )

    assert password_of(path) == "geheim"
    assert files_of(path) == {"password_file": "credential:broker-password"}


@pytest.mark.parametrize("mode", [0o404, 0o460, 0o444])
def test_a_credential_that_systemd_would_never_leave_so_is_refused(credentials, mode):
    file = private(credentials / "broker-password", "geheim\n")
    file.chmod(mode)

    with pytest.raises(CredentialsError, match=f"mode {mode:04o} lets others at it"):
        read_password(file)


def test_a_credential_that_the_unit_does_not_load_is_named_with_the_line_that_is_missing(
    credentials,
):
    with pytest.raises(CredentialsError, match="is LoadCredential=broker-key:FILE in the service"):
        tls_context(Tls(certificate="credential:broker-cert", key="credential:broker-key"))


def test_a_credential_of_a_process_without_any_is_refused_in_words(monkeypatch):
    monkeypatch.delenv(CREDENTIALS_DIRECTORY, raising=False)

    with pytest.raises(CredentialsError, match="was given no credentials; write LoadCredential=x:"):
        place_of("credential:x")
