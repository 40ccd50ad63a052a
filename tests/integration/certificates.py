"""An authority for the tests, and certificates from it."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.settings.model import Tls

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates."""

    def __init__(
        self, directory: Path, name: str = "test authority", *, lasts: dt.timedelta = 3650 * DAY
    ) -> None:
        self.directory = directory
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = (
            self._builder(self._name, self._key, lasts)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        self.file = directory / f"{name.replace(' ', '-')}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        name: str,
        *,
        expired: bool = False,
        begins: dt.timedelta = -10 * DAY,
        lasts: dt.timedelta = 30 * DAY,
        self_signed: bool = False,
        files: str | None = None,
    ) -> Pair:
        """Make a certificate for a host name or address, or for a client; the times are from now.

        Issued again it replaces the one before, in the same files, unless they are to be named
        otherwise.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        try:
            alternative = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            alternative = x509.DNSName(name)
        signer = key if self_signed else self._key
        issuer = subject if self_signed else self._name
        certificate = (
            self._builder(subject, key, -DAY if expired else lasts, begins=begins, issuer=issuer)
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
            .sign(signer, hashes.SHA256())
        )
        stem = files or name
        pair = Pair(self.directory / f"{stem}.crt", self.directory / f"{stem}.key")
        put(pair.certificate, certificate.public_bytes(serialization.Encoding.PEM))
        put(
            pair.key,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        return pair

    def revoke(self, *pairs: Pair) -> Path:
        """Make a list of revoked certificates."""
        now = dt.datetime.now(dt.UTC)
        listed = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._name)
            .last_update(now - DAY)
            .next_update(now + 30 * DAY)
        )
        for pair in pairs:
            certificate = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
            listed = listed.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(certificate.serial_number)
                .revocation_date(now - DAY)
                .build()
            )
        file = self.directory / "revoked.pem"
        made = listed.sign(self._key, hashes.SHA256())
        file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return file

    def _builder(
        self,
        subject: x509.Name,
        key,
        lasts: dt.timedelta,
        *,
        begins: dt.timedelta = -10 * DAY,
        issuer: x509.Name | None = None,
    ):
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + lasts)
        )


def trusting(authority: Authority, client: Pair | None = None) -> Tls:
    """What the site file says of a broker that the authority vouches for."""
    ours = (
        {} if client is None else {"certificate": str(client.certificate), "key": str(client.key)}
    )
    return Tls(ca=str(authority.file), **ours)


def listener(authority: Authority, server: Pair, *more: str) -> tuple[str, ...]:
    """What mosquitto is told of a listener with TLS."""
    files = f"cafile {authority.file}", f"certfile {server.certificate}", f"keyfile {server.key}"
    return "allow_anonymous true", *files, *more


def put(file: Path, content: bytes) -> None:
    """Put a file in place as a renewal does: whole, readable by its owner, and another inode."""
    new = file.with_name(f"{file.name}.new")
    new.touch(mode=0o600)
    new.write_bytes(content)
    new.replace(file)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
