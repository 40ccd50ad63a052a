"""Cuts what a panel prints into lines, and cleans them of what is meant for a printer.

A line ends with CR, LF or form feed; two of them side by side hold an empty line, which is none.
Some panels send the end of a line only with the next one: whoever waits tells of a pause.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from drivers.serial.printed import Encoding
from rules.instant import seconds

LONGEST_LINE: Final = 240  # bytes; printers of panels have 40 or 80 columns
LINE_PAUSE: Final = seconds(1)
"""What has come is a line after such a rest: some panels end one only when they print the next."""

ENDS: Final = b"\r\n\f"
ESCAPES: Final = b"\x1b\x1c\x1d"  # ESC, FS, GS: a printer takes the next byte for a command
SEQUENCE: Final = ord("[")  # behind ESC: parameters follow, up to a letter
REPLACEMENT: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was printed.

    Attributes:
        text: without control characters.
        garbled: whether it was too long, or bytes of it were no characters; then some are missing.
    """

    text: str
    garbled: bool = False


class LineCutter:
    """Cuts a stream into lines."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._buffer = bytearray()
        self._is_too_long = False

    @property
    def is_waiting(self) -> bool:
        """Whether a line has begun whose end has not come."""
        return bool(self._buffer) or self._is_too_long

    def feed(self, chunk: bytes) -> list[Line]:
        """Take bytes as they came; give the lines that they end, in order."""
        return [line for byte in chunk for line in self._take(byte)]

    def pause(self) -> list[Line]:
        """Take that nothing has come for a while: what is there is a line."""
        return list(self._end())

    def _take(self, byte: int) -> Iterator[Line]:
        if byte in ENDS:
            yield from self._end()
            return
        self._buffer.append(byte)
        if len(self._buffer) > LONGEST_LINE:
            # Told at once, and again with each such length: what never ends would never be told.
            yield Line(self._text(), garbled=True)
            self._buffer.clear()
            self._is_too_long = True

    def _end(self) -> Iterator[Line]:
        text = self._text()
        is_rest, self._is_too_long = self._is_too_long, False
        self._buffer.clear()
        if text:
            yield Line(text, garbled=is_rest or REPLACEMENT in text)

    def _text(self) -> str:
        text = without_escapes(bytes(self._buffer)).decode(self._encoding, "replace")
        shown = (each for each in text if each.isspace() or each.isprintable())
        return " ".join(normalize("NFC", "".join(shown)).split())


def without_escapes(data: bytes) -> bytes:
    """Drop a printer's escape sequences: the command, and what stands up to its letter."""
    kept = bytearray()
    place = 0
    while place < len(data):
        byte = data[place]
        place += 1
        if byte not in ESCAPES:
            kept.append(byte)
            continue
        is_sequence = data[place : place + 1] == bytes((SEQUENCE,))
        place += 1
        while is_sequence and place < len(data):
            place += 1
            is_sequence = not 0x40 <= data[place - 1] <= 0x7E
    return bytes(kept)
