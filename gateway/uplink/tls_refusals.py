"""Refusals of TLS in words: what OpenSSL's codes and a broker's alerts mean to a technician. Pure.

Our own words, since OpenSSL's change with its version. Each line says what was seen and what to
look at; each has its reason in a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.uplink.refusal_reason import RefusalReason


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal.

    Attributes:
        words: what was seen, and what to look at; one line.
        reason: in a word; None where nobody refused anything.
    """

    words: str
    reason: RefusalReason | None


EXPIRED: Final = Said(
    "it has expired; tell the centre, and look at the gateway's clock",
    RefusalReason.CERTIFICATE_EXPIRED,
)
NOT_YET: Final = Said(
    "it is not valid yet; look at the gateway's clock", RefusalReason.CERTIFICATE_NOT_YET_VALID
)
SELF_SIGNED: Final = Said(
    "it is signed by itself; is this the centre's broker?", RefusalReason.CERTIFICATE_UNTRUSTED
)
UNKNOWN_AUTHORITY: Final = Said(
    "no authority in tls.ca has signed it; ask the centre for its authority's certificate",
    RefusalReason.CERTIFICATE_UNTRUSTED,
)
OTHER_HOST: Final = Said(
    "it is not for this host; look at host: is this the centre's broker?",
    RefusalReason.CERTIFICATE_NAME,
)
NO_SERVER: Final = Said("it is no server's; tell the centre", RefusalReason.CERTIFICATE_UNTRUSTED)
WEAK: Final = Said(
    "its key or its signature is too weak; tell the centre", RefusalReason.CERTIFICATE_UNTRUSTED
)

VERIFY_CODES: Final[Mapping[int, Said]] = MappingProxyType(
    {
        2: UNKNOWN_AUTHORITY,
        9: NOT_YET,
        10: EXPIRED,
        18: SELF_SIGNED,
        19: UNKNOWN_AUTHORITY,  # the chain ends in an authority that tls.ca does not hold
        20: UNKNOWN_AUTHORITY,
        21: UNKNOWN_AUTHORITY,
        26: NO_SERVER,
        62: OTHER_HOST,
        64: OTHER_HOST,
        66: WEAK,
        67: WEAK,
        68: WEAK,
    }
)
"""X509_V_ERR_* of OpenSSL's x509_vfy.h: what is wrong with the broker's certificate."""

MISSING: Final = Said(
    "it asks for a client certificate; set tls.certificate and tls.key",
    RefusalReason.CLIENT_CERTIFICATE_MISSING,
)
NOT_TAKEN: Final = Said(
    "it does not accept our certificate; is tls.certificate from this centre?",
    RefusalReason.CLIENT_CERTIFICATE_UNTRUSTED,
)
OLD_TLS: Final = Said(
    "it speaks neither TLS 1.2 nor TLS 1.3; the centre must update it, older TLS is never used",
    RefusalReason.TLS_VERSION,
)

ALERTS: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "certificate required": MISSING,
        "no certificate": MISSING,
        "certificate expired": Said(
            "our certificate has expired; renew tls.certificate",
            RefusalReason.CLIENT_CERTIFICATE_EXPIRED,
        ),
        "certificate revoked": Said(
            "our certificate is revoked; ask the centre for a new one",
            RefusalReason.CLIENT_CERTIFICATE_REVOKED,
        ),
        "unknown ca": Said(
            "it does not know the authority of our certificate; is tls.certificate from this "
            "centre?",
            RefusalReason.CLIENT_CERTIFICATE_UNTRUSTED,
        ),
        "bad certificate": NOT_TAKEN,
        "certificate unknown": NOT_TAKEN,
        "unsupported certificate": NOT_TAKEN,
        "decrypt error": NOT_TAKEN,
        "access denied": Said(
            "our certificate may not enter; ask the centre", RefusalReason.NOT_AUTHORISED
        ),
        "protocol version": OLD_TLS,
        "handshake failure": Said(
            "it agrees to no cipher, or misses a client certificate; look at tls.certificate",
            RefusalReason.TLS,
        ),
        "unrecognized name": Said(
            "it does not know the name that host gives", RefusalReason.CERTIFICATE_NAME
        ),
    }
)
"""The alerts of RFC 8446, 6.2, as OpenSSL writes them: what the broker does not like about us."""

NO_TLS: Final = "it does not answer with TLS; is it the broker's TLS port?"
WITHOUT_TLS: Final = Said(f"TLS with the broker fails: {NO_TLS}", RefusalReason.TLS)
"""Of whoever answers in plain text, or hangs up as soon as TLS begins."""

FAILURES: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "unsupported protocol": OLD_TLS,
        "wrong ssl version": OLD_TLS,
        "version too low": OLD_TLS,
        "wrong version number": Said(NO_TLS, RefusalReason.TLS),
        "http request": Said(NO_TLS, RefusalReason.TLS),
        "unknown protocol": Said(NO_TLS, RefusalReason.TLS),
        "record layer failure": Said(NO_TLS, RefusalReason.TLS),
    }
)
"""Why a handshake fails on our side."""


def untrusted(code: int, openssl_says: str) -> Said:
    """Say why the broker's certificate is not accepted."""
    said = VERIFY_CODES.get(code)
    if said is None:
        words = f"{openssl_says.rstrip('.').lower()}; tell the centre"
        said = Said(words, RefusalReason.CERTIFICATE_UNTRUSTED)
    return Said(f"the broker's certificate is not accepted: {said.words}", said.reason)


def failed(openssl_reason: str) -> Said:
    """Say why TLS fails, by OpenSSL's name of the reason: TLSV1_ALERT_UNKNOWN_CA."""
    name = openssl_reason.replace("_", " ").lower()
    _, is_alert, alert = name.partition(" alert ")
    if is_alert:
        said = ALERTS.get(alert) or Said(f"alert {alert!r}; ask the centre", RefusalReason.TLS)
        return Said(f"the broker refuses us: {said.words}", said.reason)
    said = FAILURES.get(name) or Said(name, RefusalReason.TLS)
    return Said(f"TLS with the broker fails: {said.words}", said.reason)
