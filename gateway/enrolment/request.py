"""The unit's TLS key, and the request by which a centre's authority certifies it.

The key is made here and never leaves the unit; what goes to the centre is the request. It names
the gateway three times over: its id as common name, by which the broker knows it, the site as
organisation, and the whole of it as a URI, so that a certificate tells by itself where it belongs.
"""

import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import AttributeOID, NameOID

from gateway.messages.topics import Origin
from gateway.text import say

CENTRE_PREFIX: Final = "centre-"
"""How the common name of a centre's certificate begins: no gateway may be called so."""


class EnrolmentError(Exception):
    """What is there cannot be used, or what is brought does not fit; nothing was changed.

    Its text, in the person's language, says what is wrong and what to do.
    """


def uri_of(origin: Origin) -> str:
    """Name a gateway in the country, as its certificate does."""
    return f"urn:pccc:{origin.province}:{origin.site}:{origin.gateway}"


def make_key() -> bytes:
    """Make a key on the curve P-256; gives it as PEM, without a passphrase."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def read_key(pem: bytes, name: str) -> ec.EllipticCurvePrivateKey:
    """Read a key from PEM.

    Args:
        pem: the content of its file.
        name: of the file, for the error.

    Raises:
        EnrolmentError: it is no key on an elliptic curve, or has a passphrase.
    """
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise EnrolmentError(say("enrol.no-key", file=name)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise EnrolmentError(say("enrol.no-key", file=name))
    return key


def fingerprint(key: CertificatePublicKeyTypes) -> str:
    """Give a public key's fingerprint: SHA-256 of its DER form, as `openssl dgst -c` shows it."""
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).digest().hex(":")


def make_request(
    key: ec.EllipticCurvePrivateKey, origin: Origin, replaces: str | None = None
) -> bytes:
    """Make a certificate request, as PEM.

    Args:
        key: of the gateway.
        origin: who it is.
        replaces: what it takes the place of, in words for the centre; None for a first one.
    """
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_subject(origin))
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri_of(origin))]),
            critical=False,
        )
    )
    if replaces is not None:
        builder = builder.add_attribute(AttributeOID.UNSTRUCTURED_NAME, replaces.encode())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def check_request(
    pem: bytes, key: ec.EllipticCurvePrivateKey, origin: Origin, name: str
) -> x509.CertificateSigningRequest:
    """Make sure that a request that is there is of this key and this gateway.

    Raises:
        EnrolmentError: it is not.
    """
    try:
        request = x509.load_pem_x509_csr(pem)
    except ValueError as error:
        raise EnrolmentError(say("enrol.request.none", file=name)) from error
    if request.public_key() != key.public_key():
        raise EnrolmentError(say("enrol.request.other-key", file=name))
    if request.subject != _subject(origin) or uri_of(origin) not in _uris(request):
        raise EnrolmentError(say("enrol.request.other-gateway", file=name, uri=uri_of(origin)))
    return request


def _subject(origin: Origin) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, origin.site),
            x509.NameAttribute(NameOID.COMMON_NAME, origin.gateway),
        ]
    )


def _uris(request: x509.CertificateSigningRequest) -> list[str]:
    try:
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return names.get_values_for_type(x509.UniformResourceIdentifier)
