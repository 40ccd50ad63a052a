"""The chain of hashes that makes the journal tamper-evident.

The hash of a record is SHA-256 over these bytes, one after the other:

    "fire-gateway record 1"     and a line feed: 22 bytes, the number of this layout
    previous_hash               32 bytes: the hash of the record before it, zeros for the first
    number                      8 bytes, and so all numbers: signed, big-endian
    seq                         8 bytes
    monotonic_ns                8 bytes
    wall_ns                     8 bytes
    epoch, lane, boot_id, clock, kind
                                each: length in 2 bytes, then UTF-8
    body                        length in 4 bytes, then the bytes

Every field has a length of its own or before it, so no two records share their bytes.
"""

import hashlib
import struct
from functools import lru_cache
from typing import Final

from gateway.record import Record

LAYOUT: Final = b"fire-gateway record 1\n"
NO_HASH: Final = bytes(32)
NUMBERS: Final = struct.Struct(">qqqq")
TEXT_LENGTH: Final = struct.Struct(">H")
BODY_LENGTH: Final = struct.Struct(">I")


def hash_of(record: Record, number: int, previous_hash: bytes) -> bytes:
    """Give the hash of a record at its place in the journal."""
    name = record.name
    return hashlib.sha256(
        b"".join(
            (
                LAYOUT,
                previous_hash,
                NUMBERS.pack(number, name.seq, record.monotonic_ns, record.wall_ns),
                _field(name.epoch),
                _field(name.lane.value),
                _field(record.boot_id),
                _field(record.clock.value),
                _field(record.kind),
                BODY_LENGTH.pack(len(record.body)),
                record.body,
            )
        )
    ).digest()


@lru_cache(maxsize=256)  # the same few words in every record
def _field(text: str) -> bytes:
    encoded = text.encode()
    return TEXT_LENGTH.pack(len(encoded)) + encoded
