r"""A signed message: a body as text, the key that signed it, and the signature. Pure.

    {"body": "{\"centre\":\"pc07-33\", …}", "key": "8b1f…", "signature": "base64 …"}

What is signed is the line `pccc/v1 KIND`, a line feed, and the bytes of `body` exactly as they came
(UTF-8). The body is JSON inside a text, so that nobody has to agree on how JSON is written before
he can verify; the kind stands in what is signed, so that an `ack` can never be taken for a
`command`.
"""

import base64
import binascii
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from gateway.messages.topics import CONTRACT
from gateway.signature import PublicKey, Signer

LONGEST_SIGNED: Final = 16 * 1024
"""Bytes of a signed message that are looked at."""


class SignedKind(StrEnum):
    """What is signed."""

    ACK = "ack"
    COMMAND = "command"


class SignedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is believed only by its signature.

    Attributes:
        body: the message itself: JSON, as a text.
        key: which key signed it: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes.
        signature: Ed25519, base64, over `pccc/v1 ack` or `pccc/v1 command`, a line feed, and the
            bytes of `body`.
    """

    body: str
    key: str
    signature: str


class Distrust(StrEnum):
    """Why a signed message is not believed."""

    RETAINED = "retained"  # what was said once and is repeated by the broker for ever
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    WRONG_SIGNATURE = "wrong-signature"
    OTHER_GATEWAY = "other-gateway"
    FOREIGN_EPOCH = "foreign-epoch"
    TOO_HIGH = "too-high"  # it acknowledges what was never published
    OTHER_SESSION = "other-session"
    STALE = "stale"  # its counter was used before


class NotTrustedError(Exception):
    """A message that claims to come from a centre and is not believed.

    Nothing is done for it; it is told and counted.

    Attributes:
        why: in a word.
    """

    def __init__(self, why: Distrust, detail: str) -> None:
        super().__init__(detail)
        self.why = why


Body = TypeVar("Body")


def sealed(body: msgspec.Struct, kind: SignedKind, signer: Signer) -> bytes:
    """Sign a body, and give the message."""
    text = msgspec.json.encode(body)
    return msgspec.json.encode(
        SignedMessage(
            body=text.decode(),
            key=signer.public.id,
            signature=base64.b64encode(signer.sign(signed_bytes(text, kind))).decode(),
        )
    )


def opened(
    payload: bytes, kind: SignedKind, keys: Mapping[str, PublicKey], body: type[Body]
) -> tuple[str, Body]:
    """Verify a message and read its body.

    Args:
        payload: the message as it came.
        kind: what it must be.
        keys: those that are trusted, by their ids.
        body: the type of its body.

    Returns:
        The id of the key that signed it, and the body.

    Raises:
        NotTrustedError: it is not signed by one of the keys, or is nothing of the kind.
    """
    if len(payload) > LONGEST_SIGNED:
        raise NotTrustedError(Distrust.MALFORMED, f"{len(payload)} bytes; {LONGEST_SIGNED} at most")
    try:
        message = msgspec.json.decode(payload, type=SignedMessage)
        signature = base64.b64decode(message.signature, validate=True)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError) as error:
        raise NotTrustedError(Distrust.MALFORMED, f"is no signed message: {error}") from None
    key = keys.get(message.key)
    if key is None:
        raise NotTrustedError(Distrust.UNKNOWN_KEY, f"no centre here has key {message.key[:16]!r}")
    text = message.body.encode("utf-8", "surrogatepass")
    if not key.has_signed(signed_bytes(text, kind), signature):
        raise NotTrustedError(Distrust.WRONG_SIGNATURE, f"key {key.id} did not sign it")
    try:
        return key.id, msgspec.json.decode(text, type=body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise NotTrustedError(Distrust.MALFORMED, f"its body cannot be read: {error}") from None


def signed_bytes(text: bytes, kind: SignedKind) -> bytes:
    """Give what is signed of a body: its kind stands before it."""
    return f"pccc/{CONTRACT} {kind}\n".encode() + text
