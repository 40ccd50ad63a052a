"""Ed25519 signatures (RFC 8032): who may speak for a centre, and what this gateway vouches for.

Pure. A key is written as the base64 of its 32 bytes: 44 characters, which fit a line of a site
file. libsodium is loaded by the first signature only: most commands need none.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final, Protocol

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key by which signatures are verified.

    Raises:
        ValueError: these are not the 32 bytes of a key.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(self.raw)}")

    @property
    def text(self) -> str:
        """The key as it is written in files and messages."""
        return base64.b64encode(self.raw).decode()

    @property
    def id(self) -> str:
        """A short name of the key: 16 hexadecimal digits of its SHA-256."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether a signature is of this message and by this key."""
        from nacl.exceptions import BadSignatureError  # noqa: PLC0415  see above
        from nacl.signing import VerifyKey  # noqa: PLC0415  see above

        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            VerifyKey(self.raw).verify(message, signature)
        except BadSignatureError:
            return False
        return True


def public_key(text: str) -> PublicKey:
    """Read a key as it is written.

    Raises:
        ValueError: it is none; the text says why.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{text!r} is no key: 44 characters of base64") from None
    return PublicKey(raw)


class Signer(Protocol):
    """Whoever can sign."""

    @property
    def public(self) -> PublicKey:
        """The key by which its signatures are verified."""

    def sign(self, message: bytes) -> bytes:
        """Give the signature of a message: 64 bytes."""


class PrivateKey:
    """A key that signs. Its bytes are given to nobody but the file that keeps them.

    Raises:
        ValueError: these are not the 32 bytes of a key.
    """

    __slots__ = ("_key", "_public")

    def __init__(self, raw: bytes) -> None:
        from nacl.signing import SigningKey  # noqa: PLC0415  see above

        if len(raw) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(raw)}")
        self._key = SigningKey(raw)
        self._public = PublicKey(bytes(self._key.verify_key))

    @property
    def public(self) -> PublicKey:
        """The key by which its signatures are verified."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Give the signature of a message: 64 bytes."""
        return self._key.sign(message).signature
