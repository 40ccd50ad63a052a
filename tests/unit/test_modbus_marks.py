"""Marks: texts and numbers by which a device's model is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.modbus.codec import Block
from drivers.modbus.data_model import ByteOrder, Table
from drivers.modbus.identity import ModbusMark
from drivers.modbus.marks import mark_agrees, mark_block, mark_text, mark_words

HOLDING = Table.HOLDING_REGISTER


def mark(**options: object) -> ModbusMark:
    return ModbusMark(**{"table": HOLDING, "address": 100} | options)


def test_the_id_in_the_upper_byte_of_a_register_is_a_mark() -> None:
    model = mark(bit=8, width=8, equals="0x26")

    assert mark_block(model) == Block(HOLDING, 100, 1)
    assert mark_text(model, [0x2603]) == "0x26"
    assert mark_agrees(model, [0x2603])
    assert not mark_agrees(model, [0x2503])


@pytest.mark.parametrize("order", ByteOrder)
def test_a_text_stands_in_two_characters_a_register(order: ByteOrder) -> None:
    model = mark(characters=5, equals="CH4", byte_order=order)
    registers = [0x4348, 0x3420, 0x0000]
    if order is ByteOrder.LITTLE:
        registers = [0x4843, 0x2034, 0x0000]

    assert mark_block(model) == Block(HOLDING, 100, 3)
    assert mark_text(model, registers) == "CH4"
    assert mark_agrees(model, registers)
    assert not mark_agrees(model, [0x4332, *registers[1:]])


def test_what_a_wire_sends_for_a_text_cannot_reach_the_terminal() -> None:
    assert mark_text(mark(characters=8), [0x1B5B, 0x324A, 0x0A85, 0x2041]) == "?[2J?? A"


def test_a_mark_that_is_only_shown_neither_agrees_nor_disagrees() -> None:
    assert mark_agrees(mark(), [7]) is None
    assert mark_agrees(mark(characters=2), [0xFFFF]) is None


texts = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=15)


@given(texts, st.sampled_from(ByteOrder))
def test_a_text_comes_back_from_the_registers_of_its_model(text: str, order: ByteOrder) -> None:
    model = mark(characters=16, byte_order=order, equals=text)
    registers = [word for word, _ in mark_words(model)]

    assert mark_text(model, registers) == text
    assert mark_agrees(model, registers)
    assert not mark_agrees(mark(characters=16, byte_order=order, equals=text + "!"), registers)


@given(st.integers(0, 15), st.data(), st.sampled_from(ByteOrder), st.integers(0, 0xFFFF))
def test_a_number_comes_back_from_its_own_bits(
    bit: int, data: st.DataObject, order: ByteOrder, others: int
) -> None:
    width = data.draw(st.integers(1, 16 - bit))
    number = data.draw(st.integers(0, 2**width - 1))
    model = mark(bit=bit, width=width, byte_order=order, equals=str(number))
    ((word, own),) = mark_words(model)

    assert mark_agrees(model, [others & ~own | word])
    assert int(mark_text(model, [others & ~own | word]), 0) == number


def test_what_a_device_of_the_model_has_there_is_known() -> None:
    assert mark_words(mark(bit=8, width=8, equals="0x26")) == ((0x2600, 0xFF00),)
    assert mark_words(mark(characters=3, equals="CH4")) == ((0x4348, 0xFFFF), (0x3400, 0xFFFF))
