"""Whether SQLite's log beside the journal is whole: what SQLite itself does not say.

At opening SQLite takes from the log what comes before the first bad frame, and silently forgets the
rest. Where the power went, that is right: the last transaction was not reported yet. Where a card
lost a block in the middle, reported events are forgotten with it, and the journal would go on and
give their names to others. What tells the two apart:

- Of an unreported transaction one frame at most says that it ends a transaction. Two or more such
  behind the first bad frame: each was synced before the next was begun, and so reported.
- The header is synced before any frame is written. Where it is bad before frames, it was good once.
- The database has content before the log has any.

A bad frame in the very last transaction cannot be told from one that the power cut short. The
format is that of https://sqlite.org/walformat.html.
"""

import struct
from pathlib import Path
from typing import BinaryIO, Final

HEADER: Final = struct.Struct(">8I")
"""Magic, version, page size, number of the checkpoint, two salts, two checksums."""

FRAME: Final = struct.Struct(">6I")
"""Number of the page, pages in the database where it ends a transaction else 0, two salts, two
checksums."""

LITTLE_ENDIAN, BIG_ENDIAN = 0x377F0682, 0x377F0683
"""Magic, which says how words are read for the checksums."""

CHECKED_BYTES: Final = 16 * 1024 * 1024
"""A log is folded into the database long before it is so long; only a reader that never ends keeps
it from that. Beyond, the check would take a slow board seconds."""

WORD: Final = 0xFFFF_FFFF

Sums = tuple[int, int]


def log_is_broken(path: Path) -> bool:
    """Say whether the log of a database lost what was in it. Nobody may write it meanwhile.

    Raises:
        OSError: it cannot be read.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        size = log.stat().st_size
        if size == 0 or size > CHECKED_BYTES:
            return False
        with log.open("rb") as file:
            if not path.exists() or path.stat().st_size == 0:
                return any(file.read(HEADER.size))
            return _is_broken(file)
    except FileNotFoundError:
        return False


def _is_broken(file: BinaryIO) -> bool:
    raw = file.read(HEADER.size)
    if len(raw) < HEADER.size:
        return False
    magic, _version, page_size, _checkpoint, *salts, sum_1, sum_2 = HEADER.unpack(raw)
    order = {LITTLE_ENDIAN: "<", BIG_ENDIAN: ">"}.get(magic)
    sums = (0, 0) if order is None else _summed(raw[:24], order, (0, 0))
    if order is None or sums != (sum_1, sum_2):
        return any(file.read())  # zeros: the file grew, and power went before anything was written
    ends_behind = 0
    is_good = True
    while len(frame := file.read(FRAME.size + page_size)) == FRAME.size + page_size:
        _page, ends, *frame_salts, sum_1, sum_2 = FRAME.unpack_from(frame)
        if frame_salts != salts:
            is_good = False  # of an earlier use of the log, or damaged
            continue
        if is_good:
            sums = _summed(frame[:8] + frame[FRAME.size :], order, sums)
            is_good = sums == (sum_1, sum_2)
        ends_behind += not is_good and ends != 0
    return ends_behind > 1


def _summed(data: bytes, order: str, sums: Sums) -> Sums:
    """Go on with the log's checksums over some more bytes."""
    first, second = sums
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for one, other in zip(words, words, strict=True):
        first = first + one + second & WORD
        second = second + other + first & WORD
    return first, second
