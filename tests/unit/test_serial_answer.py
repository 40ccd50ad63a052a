"""What a frame says, and the frame that says it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device_words import DeviceState
from drivers.serial.answer import Refusal, decode, warning_in
from drivers.serial.checksum import Checksum
from drivers.serial.codec import Frame, Framer
from drivers.serial.device import SerialProfile
from drivers.serial.encode import encode
from drivers.serial.frame import (
    SIZES,
    ByteOrder,
    FieldType,
    FrameFault,
    FrameField,
    FrameState,
    LengthField,
)
from rules.reading import FaultCause

LIMITS = {
    FieldType.BIT: (0, 1),
    FieldType.BITS: (0, 7),
    FieldType.UINT8: (0, 0xFF),
    FieldType.INT8: (-0x80, 0x7F),
    FieldType.UINT16: (0, 0xFFFF),
    FieldType.INT16: (-0x8000, 0x7FFF),
    FieldType.UINT32: (0, 0xFFFFFFFF),
    FieldType.INT32: (-0x80000000, 0x7FFFFFFF),
    FieldType.BCD8: (0, 99),
    FieldType.BCD16: (0, 9999),
    FieldType.BCD32: (0, 99999999),
    FieldType.HEX: (0, 0xFFFF),
    FieldType.DECIMAL: (-999, 9999),
}


def device(*, length: int = 16, **said: Any) -> SerialProfile:
    return SerialProfile(header="AA 55", length=length, checksum=Checksum.SUM16, **said)


def field_of(kind: FieldType, **said: Any) -> FrameField:
    size = {"size": 4} if kind in {FieldType.HEX, FieldType.DECIMAL} else {}
    bits = {"bit": 3, "width": 3} if kind is FieldType.BITS else {}
    return FrameField(at=2, type=kind, **size, **bits, **said)


def said_by(body: str, model: SerialProfile) -> Any:
    """Give what a frame of the length 16 says whose body begins with these bytes."""
    return decode(Frame((bytes.fromhex("AA55" + body)).ljust(16, b"\0")), model)


@pytest.mark.parametrize(
    ("kind", "order", "body", "value"),
    [
        (FieldType.UINT8, ByteOrder.BIG, "80", 128),
        (FieldType.INT8, ByteOrder.BIG, "80", -128),
        (FieldType.UINT16, ByteOrder.BIG, "FFFE", 65534),
        (FieldType.UINT16, ByteOrder.LITTLE, "FEFF", 65534),
        (FieldType.INT16, ByteOrder.BIG, "FFFE", -2),
        (FieldType.UINT32, ByteOrder.BIG, "00010002", 65538),
        (FieldType.INT32, ByteOrder.LITTLE, "FEFFFFFF", -2),
        (FieldType.FLOAT32, ByteOrder.BIG, "41480000", 12.5),
        (FieldType.FLOAT32, ByteOrder.LITTLE, "00004841", 12.5),
        (FieldType.BCD8, ByteOrder.BIG, "42", 42),
        (FieldType.BCD16, ByteOrder.BIG, "0209", 209),
        (FieldType.BCD16, ByteOrder.LITTLE, "0902", 209),
        (FieldType.BCD32, ByteOrder.BIG, "12345678", 12345678),
        (FieldType.BIT, ByteOrder.BIG, "01", 1),
        (FieldType.BITS, ByteOrder.BIG, "28", 5),
        (FieldType.HEX, ByteOrder.BIG, "30303241", 42),
        (FieldType.DECIMAL, ByteOrder.BIG, "2D312E35", -1.5),
        (FieldType.DECIMAL, ByteOrder.BIG, "20203230", 20),
    ],
)
def test_a_number_is_read_as_its_type_says(
    kind: FieldType, order: ByteOrder, body: str, value: float
) -> None:
    model = device(byte_order=order, fields={"co": field_of(kind)})

    assert said_by(body, model) == {"co": value}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FieldType.FLOAT32, "7FC00000"),
        (FieldType.FLOAT32, "7F800000"),
        (FieldType.BCD8, "1A"),
        (FieldType.BCD16, "0FFF"),
        (FieldType.HEX, "30785A46"),
        (FieldType.HEX, "2D303146"),
        (FieldType.DECIMAL, "2D2D2D2D"),
        (FieldType.DECIMAL, "31653939"),
        (FieldType.DECIMAL, "6E616E20"),
        (FieldType.DECIMAL, "20202020"),
        (FieldType.DECIMAL, "315F3030"),
        (FieldType.DECIMAL, "FF313233"),
    ],
)
def test_what_is_no_number_is_the_devices_fault_with_its_bytes_shown(
    kind: FieldType, body: str
) -> None:
    said = said_by(body, device(fields={"co": field_of(kind)}))

    assert isinstance(said, Refusal)
    assert said.cause is FaultCause.DEVICE_FAULT
    assert "co has no value" in said.detail
    assert "at byte 2" in said.detail


def test_a_number_that_stands_for_no_value_is_the_devices_fault() -> None:
    model = device(fields={"co2": FrameField(at=2, no_value=(0, 0xFFFF))})

    assert said_by("0001", model) == {"co2": 1}
    for body, shown in (("0000", "00 00"), ("FFFF", "FF FF")):
        assert said_by(body, model) == Refusal(
            FaultCause.DEVICE_FAULT, f"co2 has no value: {shown} at byte 2"
        )


def test_scale_and_offset_make_the_value() -> None:
    model = device(fields={"temperature": FrameField(at=2, scale=0.5, offset=-40)})

    assert said_by("0064", model) == {"temperature": 10.0}


FAULTS = device(
    fields={"co": FrameField(at=2)},
    faults={
        "sensor": FrameFault(at=4, bit=2),
        "supply": FrameFault(at=4, bit=7, inverted=True),
        "code": FrameFault(at=5, type=FieldType.UINT8, lowest=16, words={"0x11": "cell worn out"}),
    },
)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("84 00", "sensor (84 at byte 4)"),
        ("00 00", "supply (00 at byte 4)"),
        ("80 11", "code (cell worn out)"),
        ("80 12", "code (12 at byte 5)"),
        ("04 11", "sensor (04 at byte 4), supply (04 at byte 4), code (cell worn out)"),
    ],
)
def test_a_fault_that_the_device_reports_is_told_by_its_name(status: str, said: str) -> None:
    assert said_by("0001" + status, FAULTS) == Refusal(
        FaultCause.DEVICE_FAULT, f"the device reports {said}"
    )


def test_a_fault_code_below_the_lowest_is_none() -> None:
    assert said_by("0001 80 0F", FAULTS) == {"co": 1}


STATES = device(
    fields={"co": FrameField(at=2)},
    inhibits={"calibration": FrameFault(at=5)},
    state=FrameState(
        at=4,
        meanings={
            "1": DeviceState.MEASURING,
            "0x02": DeviceState.WARMING_UP,
            "3": DeviceState.INHIBITED,
            "4": DeviceState.FAILED,
        },
    ),
)


@pytest.mark.parametrize(
    ("state", "cause", "said"),
    [
        ("02", FaultCause.WARMING_UP, "the device says warming-up (0x02)"),
        ("03", FaultCause.INHIBITED, "the device says inhibited (3)"),
        ("04", FaultCause.DEVICE_FAULT, "the device says failed (4)"),
    ],
)
def test_a_device_that_does_not_measure_gives_no_value(
    state: str, cause: FaultCause, said: str
) -> None:
    assert said_by(f"0001 {state} 00", STATES) == Refusal(cause, said)


def test_a_state_that_is_not_listed_is_a_fault() -> None:
    said = said_by("0001 09 00", STATES)

    assert said == Refusal(
        FaultCause.DEVICE_FAULT, "the device says a state that is unknown: 09 at byte 4"
    )


def test_a_device_that_says_that_it_is_out_of_service_gives_no_value() -> None:
    assert said_by("0001 01 00", STATES) == {"co": 1}
    said = said_by("0001 01 01", STATES)
    assert said == Refusal(FaultCause.INHIBITED, "the device reports calibration (01 at byte 5)")


def test_of_several_reasons_the_gravest_is_told() -> None:
    warming_and_inhibited = said_by("0001 02 01", STATES)
    failed_and_inhibited = said_by("0001 04 01", STATES)

    assert isinstance(warming_and_inhibited, Refusal)
    assert warming_and_inhibited.cause is FaultCause.INHIBITED
    assert isinstance(failed_and_inhibited, Refusal)
    assert failed_and_inhibited.cause is FaultCause.DEVICE_FAULT


WARNED = device(
    fields={"co": FrameField(at=2)},
    faults={"sensor": FrameFault(at=4, bit=0)},
    warnings={
        "cell": FrameFault(at=4, bit=1),
        "code": FrameFault(at=5, type=FieldType.BCD8, lowest=3, words={"7": "calibration due"}),
    },
)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("00 02", ""),
        ("02 00", "the device reports cell (02 at byte 4)"),
        ("02 07", "the device reports cell (02 at byte 4), code (calibration due)"),
        ("00 FA", "the device reports code (FA at byte 5)"),
    ],
)
def test_a_warning_is_told_beside_the_value(status: str, said: str) -> None:
    body = bytes.fromhex(f"AA55 0001 {status}").ljust(16, b"\0")

    assert warning_in(Frame(body), WARNED) == said
    assert decode(Frame(body), WARNED) == {"co": 1}


def test_a_fault_leaves_no_value_whatever_is_warned_of_besides() -> None:
    said = said_by("0001 03 07", WARNED)

    assert said == Refusal(FaultCause.DEVICE_FAULT, "the device reports sensor (03 at byte 4)")


def test_a_played_frame_holds_no_warning_but_those_that_are_put_into_it() -> None:
    assert warning_in(Frame(encode(WARNED, {"co": 9})), WARNED) == ""
    assert warning_in(Frame(encode(WARNED, {"cell": 1, "code": 7})), WARNED) == (
        "the device reports cell (02 at byte 4), code (calibration due)"
    )


# -- the frame that says it --------------------------------------------------------------------


def a_device(kind: FieldType, **said: Any) -> SerialProfile:
    return SerialProfile(
        header="AA 55",
        fields={"co": field_of(kind)},
        faults={"low": FrameFault(at=9, inverted=True)},
        state=FrameState(at=10, meanings={"7": DeviceState.MEASURING}),
        **said,
    )


shapes = st.fixed_dictionaries(
    {
        "byte_order": st.sampled_from(ByteOrder),
        "checksum": st.sampled_from(sorted(set(Checksum) - {Checksum.MODBUS_LRC})),
        "trailer": st.sampled_from(["", "AB", "0D 0A"]),
    }
)
lengths = st.sampled_from([{"length": 20}, {"length_field": LengthField(at=12)}])


@given(st.sampled_from(sorted(LIMITS)), shapes, lengths, st.floats(0, 1))
def test_a_frame_says_what_was_put_into_it(
    kind: FieldType, shape: dict[str, Any], length: dict[str, Any], share: float
) -> None:
    lowest, highest = LIMITS[kind]
    value = round(lowest + share * (highest - lowest))
    model = a_device(kind, **shape, **length)

    (frame,) = Framer(model).feed(encode(model, {"co": value}))

    assert isinstance(frame, Frame)
    assert decode(frame, model) == {"co": value}


@given(st.floats(-1e6, 1e6, width=32))
def test_a_float_is_put_in_as_it_is(value: float) -> None:
    model = device(fields={"co": field_of(FieldType.FLOAT32)})

    assert decode(Frame(encode(model, {"co": value})), model) == {"co": value}


def test_a_frame_of_digits_is_made_and_read() -> None:
    model = SerialProfile(
        header="3A 31 31",
        length=13,
        trailer="0D 0A",
        checksum=Checksum.MODBUS_LRC,
        fields={"co": FrameField(at=3, type=FieldType.HEX, size=4)},
    )

    made = encode(model, {"co": 650})

    assert made[:7] == b":11028A"
    assert [decode(each, model) for each in Framer(model).feed(made)] == [{"co": 650}]


def test_faults_inhibits_and_state_can_be_put_in_by_name() -> None:
    faulty = decode(Frame(encode(FAULTS, {"co": 5, "sensor": 1})), FAULTS)
    coded = decode(Frame(encode(FAULTS, {"code": 0x11})), FAULTS)
    warming = decode(Frame(encode(STATES, {"state": 2})), STATES)
    out = decode(Frame(encode(STATES, {"calibration": 1})), STATES)

    assert [type(each) for each in (faulty, coded, warming, out)] == [Refusal] * 4
    assert decode(Frame(encode(FAULTS, {"co": 5})), FAULTS) == {"co": 5}


@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_a_value_that_does_not_fit_is_refused(kind: FieldType) -> None:
    model = device(fields={"co": field_of(kind)})
    lowest, highest = LIMITS[kind]
    below = lowest - 1 if kind is not FieldType.DECIMAL else -1000

    for value in (below, highest + 1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"co: .* does not fit"):
            encode(model, {"co": value})


def test_what_does_not_stand_in_the_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="co2 does not stand in the frame"):
        encode(FAULTS, {"co2": 1})


def test_the_lengths_of_all_types_are_known() -> None:
    assert SIZES.keys() | {FieldType.HEX, FieldType.DECIMAL} == set(FieldType)
    assert replace(field_of(FieldType.HEX), size=6).ends == 8
