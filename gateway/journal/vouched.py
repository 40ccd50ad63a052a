"""What a gateway vouches for in its journal, and the bytes that it signs. Pure.

The chain of hashes shows a change to anybody who knows its last hash. Whoever can write the file
can also chain it anew; that is what the signatures are for, by a key that he has not.

A checkpoint says how the chain stood. Its signature is Ed25519 over these bytes:

    "fire-gateway checkpoint 1" and a line feed: 26 bytes, the number of this layout
    number                      8 bytes, and so all numbers: signed, big-endian
    monotonic_ns                8 bytes: when it was made, in the boot below
    wall_ns                     8 bytes: likewise, worth what clock says
    hash                        32 bytes: that of the record with this number
    epoch, boot_id, clock       each: length in 2 bytes, then UTF-8

A stub stands for a run of records that has gone, and carries the chain over it:

    "fire-gateway stub 1"       and a line feed: 20 bytes
    first, last                 8 bytes each: numbers of the first and the last that has gone
    previous_hash               32 bytes: that of the record before the first, zeros for none
    last_hash                   32 bytes: that of the last
"""

from dataclasses import dataclass
from typing import Final, Protocol

from gateway.journal.hash_chain import TEXT_LENGTH
from gateway.signature import public_key

CHECKPOINT_LAYOUT: Final = b"fire-gateway checkpoint 1\n"
STUB_LAYOUT: Final = b"fire-gateway stub 1\n"
NUMBER_BYTES: Final = 8

NOT_SIGNED: Final = ""
"""What stands for the key where nobody has signed."""


class Vouched(Protocol):
    """What can be signed."""

    @property
    def message(self) -> bytes:
        """The bytes over which the signature is made."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Somebody's signature: the key as text, and 64 bytes."""

    key: str
    signature: bytes

    def is_of(self, vouched: Vouched) -> bool:
        """Tell whether its key has signed this."""
        try:
            return public_key(self.key).has_signed(vouched.message, self.signature)
        except ValueError:
            return False  # altered until it is no key at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How the chain stood; the attributes are those of the layout above."""

    number: int
    hash: bytes
    epoch: str
    boot_id: str
    monotonic_ns: int
    wall_ns: int
    clock: str

    @property
    def message(self) -> bytes:
        """The bytes over which its signature is made."""
        numbers = (self.number, self.monotonic_ns, self.wall_ns)
        texts = (self.epoch, self.boot_id, self.clock)
        return b"".join((CHECKPOINT_LAYOUT, *map(_number, numbers), self.hash, *map(_field, texts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """Stands for records that have gone; the attributes are those of the layout above."""

    first: int
    last: int
    previous_hash: bytes
    last_hash: bytes

    @property
    def message(self) -> bytes:
        """The bytes over which its signature is made."""
        numbers = (self.first, self.last)
        return b"".join((STUB_LAYOUT, *map(_number, numbers), self.previous_hash, self.last_hash))


def _number(number: int) -> bytes:
    return number.to_bytes(NUMBER_BYTES, "big", signed=True)


def _field(text: str) -> bytes:
    encoded = text.encode()
    return TEXT_LENGTH.pack(len(encoded) & 0xFFFF) + encoded
