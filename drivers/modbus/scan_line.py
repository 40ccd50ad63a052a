"""A line towards Modbus devices of which nobody knows yet whether they are there.

For `firegw scan`. The hardware part is drivers.modbus.probe: `open_scan_line(options, now)`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.modbus.codec import Block
from drivers.modbus.numbers import Words


class Reply(StrEnum):
    """What became of a question."""

    WORDS = "words"
    EXCEPTION = "exception"  # somebody is there, and has nothing at that address
    GARBLED = "garbled"  # bytes came, and made no answer
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of a question.

    Attributes:
        reply: what became of it.
        words: the registers or bits, where they came.
        code: of an exception.
        detail: one line for the technician, where no words came.
    """

    reply: Reply
    words: Words = ()
    code: int = 0
    detail: str = ""


class ScanLine(Protocol):
    """An open line. It reads and never writes."""

    @property
    def echoes(self) -> bool:
        """Whether it says again what it is told, as far as was seen."""

    async def read(self, unit: int, block: Block) -> Outcome:
        """Ask a unit once.

        Raises:
            LineDownError: the line is lost.
        """

    async def close(self) -> None:
        """Free it."""
