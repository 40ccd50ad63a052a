"""Why a connection is refused, in a word: a closed list, for metrics and for machines. Pure.

`broker` in a comment: the gateway refuses the broker. `us`: the broker refuses the gateway. What
nobody refuses (a cable that is out, a name that no server knows) has no reason here.
"""

from enum import StrEnum


class RefusalReason(StrEnum):
    """Why there is no connection although somebody answered."""

    CERTIFICATE_EXPIRED = "certificate-expired"  # broker
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"  # broker
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"  # broker: self-signed, another authority
    CERTIFICATE_NAME = "certificate-name"  # broker: it is another host's
    CLIENT_CERTIFICATE_MISSING = "client-certificate-missing"  # us
    CLIENT_CERTIFICATE_EXPIRED = "client-certificate-expired"  # us
    CLIENT_CERTIFICATE_REVOKED = "client-certificate-revoked"  # us
    CLIENT_CERTIFICATE_UNTRUSTED = "client-certificate-untrusted"  # us
    TLS_VERSION = "tls-version"  # broker: older than TLS 1.2
    TLS = "tls"  # broker: no TLS at all, or no cipher in common
    CREDENTIAL_FILES = "credential-files"  # ours cannot be used, so none is shown
    CREDENTIALS = "credentials"  # us: user name or password
    NOT_AUTHORISED = "not-authorised"  # us
    MQTT_VERSION = "mqtt-version"  # us: the broker does not speak MQTT 5
    CLIENT_ID = "client-id"  # us: unknown, or taken by another
    NOT_READY = "not-ready"  # us, for now: the broker is busy, full or going down
    OTHER = "other"
