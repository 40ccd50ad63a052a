"""What can go wrong with the answers of a played Modbus device.

silent                         no answer
late        "seconds": 0.5     the answer comes so much later; other questions are not held up
corrupt                        bad checksum (RTU only)
truncate    "keep": 4          only the first bytes of the frame
exception   "code": 4          an exception instead of the answer
as-unit     "other": 9         another unit's number in the answer
as-function "other": 4         another function code in the answer
longer      "registers": 1     so many registers more than were asked for
noise       "bytes": "00 FF"   these bytes before the answer
raw         "bytes": "01 02"   these bytes instead of the answer
transaction "offset": -1       another transaction's number (TCP only)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Frame = Callable[[int, bytes], bytes]
"""Makes the frame of an answer: of a unit, from its function code on."""


@dataclass
class Mishap:
    """Something that goes wrong with the next `count` answers, or with all where it is None."""

    kind: str
    count: int | None
    options: dict[str, Any]


def spoiled(mishap: Mishap, unit: int, answer: bytes, frame: Frame) -> bytes:
    """Give the bytes that a mishap makes of an answer."""
    options = mishap.options
    whole = frame(unit, answer)
    if mishap.kind in ("as-unit", "as-function", "exception", "longer"):
        return _another_answer(mishap.kind, options, unit, answer, frame)
    spoil: dict[str, Callable[[], bytes]] = {
        "silent": lambda: b"",
        "late": lambda: whole,
        "corrupt": lambda: whole[:-1] + bytes((whole[-1] ^ 0xFF,)),
        "truncate": lambda: whole[: options["keep"]],
        "noise": lambda: bytes.fromhex(options["bytes"]) + whole,
        "raw": lambda: bytes.fromhex(options["bytes"]),
        "transaction": lambda: (
            ((int.from_bytes(whole[:2], "big") + options["offset"]) % 65536).to_bytes(2, "big")
            + whole[2:]
        ),
    }
    return spoil[mishap.kind]()


def _another_answer(
    kind: str, options: dict[str, Any], unit: int, answer: bytes, frame: Frame
) -> bytes:
    """Give a sound frame that is not the answer to the question."""
    if kind == "as-unit":
        return frame(options["other"], answer)
    if kind == "as-function":
        return frame(unit, bytes((options["other"],)) + answer[1:])
    if kind == "exception":
        return frame(unit, bytes((answer[0] | 0x80, options["code"])))
    extra = 2 * options["registers"]
    return frame(unit, bytes((answer[0], answer[1] + extra)) + answer[2:] + bytes(extra))
