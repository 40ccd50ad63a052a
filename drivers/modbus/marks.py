"""Marks: what stands in a device and tells its model, as words for people and for comparison.

A text stands in its registers two characters each, the first in the higher byte, and is filled up
with blanks or zeros.
"""

from typing import Final, Literal

from drivers.modbus.codec import Block
from drivers.modbus.data_model import ByteOrder
from drivers.modbus.identity import ModbusMark
from drivers.modbus.numbers import Words

FILLING: Final = " \0"


def mark_block(mark: ModbusMark) -> Block:
    """Give the registers of a mark; a register offset does not move them: they are the unit's."""
    return Block(mark.table, mark.address, max(1, (mark.characters + 1) // 2))


def mark_text(mark: ModbusMark, words: Words) -> str:
    """Give what stands there: a text as it reads, a number in hex.

    Args:
        mark: which.
        words: the registers of its block.
    """
    if mark.characters:
        data = b"".join(word.to_bytes(2, _order(mark)) for word in words)
        text = data[: mark.characters].decode("latin-1").rstrip(FILLING)
        return "".join(character if character.isprintable() else "?" for character in text)
    return f"0x{_number(mark, words):0{(mark.width + 3) // 4}X}"


def mark_agrees(mark: ModbusMark, words: Words) -> bool | None:
    """Tell whether what stands there is what the model has; None where the mark only shows."""
    if not mark.equals:
        return None
    if mark.characters:
        return mark_text(mark, words) == mark.equals.rstrip(FILLING)
    return _number(mark, words) == int(mark.equals, 0)


def mark_words(mark: ModbusMark) -> tuple[tuple[int, int], ...]:
    """Give what a device of the model has there: each register, and the bits that are its own."""
    if mark.characters:
        size = 2 * mark_block(mark).count
        data = mark.equals.encode("latin-1", "replace")[: mark.characters].ljust(size, b"\0")
        return tuple(
            (int.from_bytes(data[at : at + 2], _order(mark)), 0xFFFF) for at in range(0, size, 2)
        )
    own = (2**mark.width - 1) << mark.bit & 0xFFFF
    number = (int(mark.equals, 0) if mark.equals else 0) << mark.bit & own
    swapped = [int.from_bytes(value.to_bytes(2, "big"), _order(mark)) for value in (number, own)]
    return ((swapped[0], swapped[1]),)


def _number(mark: ModbusMark, words: Words) -> int:
    word = int.from_bytes(words[0].to_bytes(2, "big"), _order(mark))
    return word >> mark.bit & ((1 << mark.width) - 1)


def _order(mark: ModbusMark) -> Literal["big", "little"]:
    return "little" if mark.byte_order is ByteOrder.LITTLE else "big"
