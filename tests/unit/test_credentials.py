"""What a path proves itself with: files that can and cannot be used."""

import os
import socket
import ssl

import pytest

from gateway.settings.model import Tls
from gateway.uplink.credentials import CredentialsError, check_private, read_password, tls_context
from gateway.uplink.dial import socket_error_in_words
from gateway.uplink.mqtt_reasons import HINTS, Refused, is_refusal


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


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "is the broker running"),
        (OSError(101, "Network is unreachable"), "is the network up?"),
        (socket.gaierror(-2, "Name or service not known"), "the name cannot be resolved"),
        (TimeoutError("timed out"), "does a firewall drop"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong"), "is it the broker's TLS port?"),
        (ConnectionResetError(), "connectionreseterror"),
        (ValueError("embedded null byte"), "ValueError: embedded null byte"),
    ],
)
def test_what_went_wrong_is_said_with_what_to_look_at(error, words):
    assert words in socket_error_in_words(error)


def test_no_matching_subscribers_is_no_refusal():
    assert not is_refusal(0x10)
    assert is_refusal(0x80)


def test_a_refusal_says_what_the_broker_said_and_what_to_do():
    text = str(Refused(0x86, "Bad user name or password", "expired"))

    assert text == f"bad user name or password [0x86], 'expired'; {HINTS[0x86]}"
    assert str(Refused(0x83, "Implementation specific error")) == (
        "implementation specific error [0x83]"
    )
