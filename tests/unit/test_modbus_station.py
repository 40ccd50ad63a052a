"""What a unit's replies say of its detectors, and what of it is not to be believed."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.bus import BusDetector
from drivers.device_words import DeviceState
from drivers.modbus.codec import Block
from drivers.modbus.data_model import DataType, Table
from drivers.modbus.device import (
    ModbusFault,
    ModbusHeartbeat,
    ModbusPoint,
    ModbusProfile,
    ModbusState,
)
from drivers.modbus.options import ModbusDetectorOptions
from drivers.modbus.self_report import Pulse
from drivers.modbus.station import Subject, stations_of
from rules.instant import Instant, seconds
from rules.problem import InvalidSettingError
from rules.profile import DetectorKind, Profile, QuantityRange
from rules.reading import FailedPoll, FaultCause, Measurement, Reading

HOLDING = Table.HOLDING_REGISTER


def point(kind: DataType = DataType.UINT16, **options: object) -> ModbusPoint:
    return ModbusPoint(**{"table": HOLDING, "address": 0, "type": kind} | options)


def float_registers(number: float) -> list[int]:
    return list(struct.unpack(">HH", struct.pack(">f", number)))


# --- what to ask for ------------------------------------------------------------------------------


def detector(
    name: str, device: ModbusProfile, every: float = 1.0, **options: object
) -> BusDetector:
    wide = QuantityRange(lowest=-1e6, highest=1e6)
    profile = Profile(
        id=name,
        name=name,
        driver="modbus",
        kind=DetectorKind.SENSOR,
        source="made up",
        quantities=dict.fromkeys(device.points, wide),
        device=device,
    )
    return BusDetector(
        id=name,
        profile=profile,
        every=seconds(every),
        alarm=True,
        options=ModbusDetectorOptions(**{"unit": 1} | options),
    )


CHANNEL = ModbusProfile(
    points={"contact": point(DataType.BIT, table=Table.DISCRETE_INPUT, address=0)}
)
GAS = ModbusProfile(
    points={
        "gas": point(DataType.FLOAT32, address=102),
        "temperature": point(DataType.INT16, address=104, scale=0.1),
    },
    faults={
        "sensor": ModbusFault(table=HOLDING, address=105, bit=5),
        "supply": ModbusFault(table=HOLDING, address=200, bit=0),
    },
)


def test_the_channels_of_a_module_are_one_request() -> None:
    channels = [detector(f"c{n}", CHANNEL, register_offset=n) for n in range(8)]

    (station,) = stations_of(channels)

    assert station.blocks == (Block(Table.DISCRETE_INPUT, 0, 8),)
    replies, arrivals = [[n == 3 for n in range(8)]], [Instant(5)]
    told = [m for subject in station.subjects for m in subject.measurements(replies, arrivals)]
    assert told == [Reading(f"c{n}", "contact", float(n == 3), Instant(5)) for n in range(8)]


def test_a_station_taken_apart_asks_for_each_detector_by_itself() -> None:
    channels = [detector(f"c{n}", CHANNEL, register_offset=n) for n in range(3)]

    apart = stations_of(channels)[0].taken_apart()

    assert apart.blocks == tuple(Block(Table.DISCRETE_INPUT, n, 1) for n in range(3))
    assert [subject.blocks for subject in apart.subjects] == [{0}, {1}, {2}]


def test_units_and_periods_are_stations_of_their_own() -> None:
    stations = stations_of(
        [detector("a", CHANNEL), detector("b", CHANNEL, unit=2), detector("c", CHANNEL, 5.0)]
    )

    assert [(s.unit, [d.id for d in s.detectors]) for s in stations] == [
        (1, ["a"]),
        (2, ["b"]),
        (1, ["c"]),
    ]


def gas_replies(gas: float, tenths: int, status: int = 0, supply: int = 0) -> list[list[int]]:
    registers = [*float_registers(gas), tenths & 0xFFFF, status]
    return [registers, [supply]]


def test_each_quantity_is_a_reading_of_the_instant_its_reply_arrived() -> None:
    (station,) = stations_of([detector("gas", GAS)])
    (subject,) = station.subjects

    assert station.blocks == (Block(HOLDING, 102, 4), Block(HOLDING, 200, 1))
    assert station.ready_after(0) == ()
    assert station.ready_after(1) == (subject,)
    assert subject.measurements(gas_replies(12.5, -53), [Instant(7), Instant(9)]) == [
        Reading("gas", "gas", 12.5, Instant(7)),
        Reading("gas", "temperature", -5.3, Instant(7)),
    ]


def test_a_device_that_reports_its_own_fault_gives_no_values() -> None:
    (subject,) = stations_of([detector("gas", GAS)])[0].subjects

    told = subject.measurements(gas_replies(12.5, 0, 1 << 5, 1), [Instant(7), Instant(9)])

    assert told == [
        FailedPoll(
            "gas",
            FaultCause.DEVICE_FAULT,
            "unit 1 reports sensor (holding-register 105 bit 5), "
            "supply (holding-register 200 bit 0)",
            Instant(9),
        )
    ]


def test_a_value_that_is_no_number_spoils_the_whole_poll() -> None:
    (subject,) = stations_of([detector("gas", GAS)])[0].subjects

    (told,) = subject.measurements(gas_replies(math.nan, 0), [Instant(7), Instant(9)])

    assert isinstance(told, FailedPoll)
    assert told.cause is FaultCause.BAD_REPLY
    assert told.detail == "unit 1, gas, holding-register 102: 7FC0 0000 is not a number"


def test_the_number_of_no_value_is_the_devices_own_fault_and_spoils_the_whole_poll() -> None:
    model = ModbusProfile(
        points={
            "gas": point(address=7, no_value=(0xFFFF,)),
            "temperature": point(address=8),
        }
    )
    (subject,) = stations_of([detector("gas", model)])[0].subjects

    assert subject.measurements([[0xFFFF, 21]], [Instant(7)]) == [
        FailedPoll(
            "gas",
            FaultCause.DEVICE_FAULT,
            "unit 1, gas, holding-register 7: 0xFFFF says that it has no value",
            Instant(7),
        )
    ]


def test_a_fault_that_is_named_like_a_quantity_or_the_state_is_looked_at_all_the_same() -> None:
    model = ModbusProfile(
        points={"gas": point(address=0)},
        faults={
            "gas": ModbusFault(table=HOLDING, address=10),
            "state": ModbusFault(table=HOLDING, address=20),
        },
        inhibits={"gas": ModbusFault(table=HOLDING, address=30)},
        state=ModbusState(table=HOLDING, address=40, meanings={"1": DeviceState.MEASURING}),
    )

    (station,) = stations_of([detector("gas", model)])

    assert [block.address for block in station.blocks] == [0, 10, 20, 30, 40]
    (subject,) = station.subjects
    for fault in range(1, 4):
        replies = [[5], [0], [0], [0], [1]]
        replies[fault] = [1]
        assert isinstance(subject.measurements(replies, [Instant(7)] * 5)[0], FailedPoll)


def test_the_least_that_one_of_its_detectors_allows_bounds_the_requests_of_a_unit() -> None:
    many = {f"fault-{n}": ModbusFault(table=HOLDING, address=n) for n in range(30)}
    first = ModbusProfile(points={"gas": point(address=0)}, faults=many, most_registers=16)
    second = ModbusProfile(points={"gas": point(address=30)}, most_registers=10)

    (station,) = stations_of([detector("a", first), detector("b", second)])

    assert [block.count for block in station.blocks] == [10, 10, 10, 1]


# --- what a device says of itself -----------------------------------------------------------------

INPUT = Table.DISCRETE_INPUT
NOVABO = ModbusProfile(
    points={"contact": point(DataType.BIT, table=INPUT, address=0, inverted=True)}
)
XRL = ModbusProfile(
    points={"gas": point(DataType.FLOAT32, address=102)},
    faults={
        "code": ModbusFault(
            table=HOLDING,
            address=104,
            type=DataType.UINT16,
            lowest=1000,
            words={"1203": "sensor failed"},
        ),
        "fault-bit-5": ModbusFault(table=HOLDING, address=105, bit=5),
        "fault-bit-6": ModbusFault(table=HOLDING, address=105, bit=6),
    },
    inhibits={"key-switch": ModbusFault(table=HOLDING, address=105, bit=8)},
    state=ModbusState(
        table=HOLDING,
        address=106,
        meanings={
            "1": DeviceState.MEASURING,
            "2": DeviceState.WARMING_UP,
            "3": DeviceState.INHIBITED,
            "0x0C": DeviceState.INHIBITED,
            "5": DeviceState.FAILED,
        },
    ),
    heartbeat=ModbusHeartbeat(table=HOLDING, address=107, stopped_after=seconds(15)),
)


def xrl() -> Subject:
    (station,) = stations_of([detector("xrl", XRL)])
    assert station.blocks == (Block(HOLDING, 102, 6),)
    return station.subjects[0]


def asked(
    subject: Subject,
    at: float = 0,
    *,
    gas: float = 50.0,
    code: int = 0,
    status: int = 0,
    state: int = 1,
    beat: int = 0,
) -> tuple[FaultCause, str] | float:
    """Give what a poll says: its value, or the cause and the text."""
    replies = [[*float_registers(gas), code, status, state, beat]]
    told: list[Measurement] = subject.measurements(replies, [Instant(seconds(at))])
    (only,) = told
    assert only.at == seconds(at)
    if isinstance(only, FailedPoll):
        return only.cause, only.detail
    assert isinstance(only, Reading)
    return only.value


@pytest.mark.parametrize(("sent", "contact"), [(0x51, 0.0), (0x00, 1.0), (0x50, 1.0)])
def test_15_an_inverted_bit_that_is_0_is_the_alarm(sent: int, contact: float) -> None:
    (subject,) = stations_of([detector("novabo", NOVABO)])[0].subjects

    (told,) = subject.measurements([[sent & 1]], [Instant(5)])

    assert told == Reading("novabo", "contact", contact, Instant(5))


def test_16_an_inhibited_device_gives_no_value_though_it_goes_on_sending_50() -> None:
    subject = xrl()

    assert asked(subject, gas=50.0) == 50.0
    assert asked(subject, gas=50.0, state=3) == (
        FaultCause.INHIBITED,
        "unit 1 is out of service: holding-register 106: state 3",
    )
    assert asked(subject, gas=50.0, state=12)[0] is FaultCause.INHIBITED
    assert asked(subject, gas=50.0, status=1 << 8) == (
        FaultCause.INHIBITED,
        "unit 1 is out of service: key-switch (holding-register 105 bit 8)",
    )
    assert asked(subject, gas=50.0) == 50.0


def test_17_a_heartbeat_that_is_frozen_is_a_fault_within_15_s_though_reads_succeed() -> None:
    subject = xrl()
    for second in range(23):
        assert asked(subject, second, beat=second // 5) == 50.0  # it moves last at 20

    # Frozen from 20 s on, and so at some time after the poll of 19 s.
    said = {second: asked(subject, second, beat=4) for second in range(23, 40)}

    stopped = (
        FaultCause.HEARTBEAT,
        "unit 1, holding-register 107: the heartbeat stands still at 4",
    )
    assert [second for second, what in said.items() if what == 50.0] == list(range(23, 34))
    assert {said[second] for second in range(34, 40)} == {stopped}
    assert asked(subject, 40, beat=5) == 50.0


def test_17_the_15_s_are_not_made_16_by_an_answer_that_comes_a_little_sooner_than_others() -> None:
    subject = xrl()
    asked(subject, 0.02, beat=3)

    said = [asked(subject, float(second), beat=4) for second in range(1, 17)]

    assert said[:14] == [50.0] * 14
    assert said[14:] == [said[14]] * 2
    assert said[14] != 50.0


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_a_heartbeat_that_advances_every_5_s_never_stands_still_however_often_it_is_asked(
    every: int,
) -> None:
    subject = xrl()

    for turn in range(200):
        at = turn * every + (turn % 7) / 50
        assert asked(subject, at, beat=int(at / 5.1)) == 50.0


@pytest.mark.parametrize(("bit", "name"), [(5, "fault-bit-5"), (6, "fault-bit-6")])
def test_18_of_bits_of_which_the_manual_says_both_each_is_a_fault(bit: int, name: str) -> None:
    assert asked(xrl(), status=1 << bit) == (
        FaultCause.DEVICE_FAULT,
        f"unit 1 reports {name} (holding-register 105 bit {bit})",
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, None),
        (999, None),
        (1000, "code (holding-register 104 is 1000)"),
        (1203, "code (holding-register 104 is 1203: sensor failed)"),
    ],
)
def test_a_fault_code_is_told_with_its_word_and_a_warning_below_it_is_none(
    code: int, said: str | None
) -> None:
    expected = 50.0 if said is None else (FaultCause.DEVICE_FAULT, f"unit 1 reports {said}")

    assert asked(xrl(), code=code) == expected


def test_some_bits_of_a_register_are_named_by_the_first_and_the_last() -> None:
    field = ModbusFault(
        table=HOLDING, address=1, type=DataType.BITS, bit=4, width=3, words={"5": "cell worn out"}
    )
    model = ModbusProfile(points={"gas": point()}, faults={"cell": field})
    (subject,) = stations_of([detector("gas", model)])[0].subjects

    (told,) = subject.measurements([[7, 0x0F5F]], [Instant(7)])

    assert isinstance(told, FailedPoll)
    assert told.detail == (
        "unit 1 reports cell (holding-register 1 bits 4 to 6 is 5: cell worn out)"
    )


@pytest.mark.parametrize(
    ("state", "cause", "said"),
    [
        (2, FaultCause.WARMING_UP, "unit 1 is warming up: holding-register 106: state 2"),
        (5, FaultCause.DEVICE_FAULT, "unit 1 has failed: holding-register 106: state 5"),
        (
            7,
            FaultCause.DEVICE_FAULT,
            "unit 1, holding-register 106: state 7, which its profile does not list",
        ),
    ],
)
def test_only_a_device_that_says_that_it_measures_is_believed(
    state: int, cause: FaultCause, said: str
) -> None:
    assert asked(xrl(), state=state) == (cause, said)


def test_what_must_be_told_at_once_is_not_hidden_behind_what_may_wait() -> None:
    inhibited, fault = 1 << 8, 1 << 5

    assert asked(xrl(), state=2, status=inhibited)[0] is FaultCause.INHIBITED
    assert asked(xrl(), state=3, status=fault)[0] is FaultCause.DEVICE_FAULT
    assert asked(xrl(), state=7, status=inhibited)[0] is FaultCause.DEVICE_FAULT
    assert asked(xrl(), gas=math.nan, state=2)[0] is FaultCause.WARMING_UP


def test_digits_that_are_none_in_what_a_device_says_of_itself_are_a_bad_reply() -> None:
    model = ModbusProfile(
        points={"gas": point()},
        faults={"code": ModbusFault(table=HOLDING, address=1, type=DataType.BCD16)},
    )
    (subject,) = stations_of([detector("gas", model)])[0].subjects

    (told,) = subject.measurements([[5, 0x00FA]], [Instant(7)])

    assert told == FailedPoll(
        "gas",
        FaultCause.BAD_REPLY,
        "unit 1, code, holding-register 1: 00FA has digits above 9",
        Instant(7),
    )


def test_the_register_offset_moves_the_state_and_the_heartbeat_too() -> None:
    (station,) = stations_of([detector("xrl", XRL, register_offset=100)])

    assert station.blocks == (Block(HOLDING, 202, 6),)


# --- warnings -------------------------------------------------------------------------------------

DIRTY = ModbusProfile(
    points={
        "smoke": point(DataType.UINT16, address=0),
        "temperature": point(DataType.UINT16, address=20, no_value=(0xFFFF,)),
    },
    faults={"head": ModbusFault(table=HOLDING, address=10, bit=0)},
    inhibits={"key": ModbusFault(table=HOLDING, address=10, bit=1)},
    warnings={
        "head": ModbusFault(table=HOLDING, address=10, bit=2),
        "code": ModbusFault(
            table=HOLDING, address=11, type=DataType.BCD16, lowest=5, words={"7": "dirty"}
        ),
    },
    state=ModbusState(
        table=HOLDING,
        address=12,
        meanings={"0": DeviceState.MEASURING, "2": DeviceState.WARMING_UP},
    ),
)


def dirty(bits: int = 0, code: int = 0, state: int = 0, temperature: int = 21) -> list[Measurement]:
    """Give what a poll says whose replies came at 7, 9 and 8."""
    (station,) = stations_of([detector("d", DIRTY)])
    assert station.blocks == (
        Block(HOLDING, 0, 1),
        Block(HOLDING, 10, 3),
        Block(HOLDING, 20, 1),
    )
    replies = [[3], [bits, code, state], [temperature]]
    return station.subjects[0].measurements(replies, [Instant(7), Instant(9), Instant(8)])


def values(*, smoke_at: int = 7, temperature_at: int = 8) -> list[Reading]:
    return [
        Reading("d", "smoke", 3.0, Instant(smoke_at)),
        Reading("d", "temperature", 21.0, Instant(temperature_at)),
    ]


def test_a_warning_goes_before_the_values_and_is_as_new_as_the_newest_reply() -> None:
    assert dirty() == values()
    assert dirty(bits=0b100) == [
        FailedPoll(
            "d",
            FaultCause.DEVICE_WARNING,
            "unit 1 wants attention: head (holding-register 10 bit 2)",
            Instant(9),
        ),
        *values(),
    ]


def test_warnings_are_told_in_one_with_the_words_for_their_codes() -> None:
    warning, *_ = dirty(bits=0b100, code=7)

    assert isinstance(warning, FailedPoll)
    assert warning.detail == (
        "unit 1 wants attention: head (holding-register 10 bit 2), "
        "code (holding-register 11 is 7: dirty)"
    )
    assert dirty(code=4) == values()


@pytest.mark.parametrize(
    ("how", "cause"),
    [
        ({"bits": 0b101}, FaultCause.DEVICE_FAULT),
        ({"bits": 0b110}, FaultCause.INHIBITED),
        ({"bits": 0b100, "state": 2}, FaultCause.WARMING_UP),
        ({"bits": 0b100, "state": 9}, FaultCause.DEVICE_FAULT),
        ({"bits": 0b100, "temperature": 0xFFFF}, FaultCause.DEVICE_FAULT),
    ],
)
def test_where_no_value_counts_its_reason_is_told_and_no_warning(
    how: dict[str, int], cause: FaultCause
) -> None:
    (told,) = dirty(**how)

    assert isinstance(told, FailedPoll)
    assert told.cause is cause


def test_a_warning_that_cannot_be_read_is_one_and_costs_no_value() -> None:
    warning, *rest = dirty(code=0x00FA)

    assert isinstance(warning, FailedPoll)
    assert warning.cause is FaultCause.DEVICE_WARNING
    assert warning.detail == (
        "unit 1 wants attention: code, holding-register 11: 00FA has digits above 9"
    )
    assert rest == values()


def test_a_device_that_has_nothing_but_warnings_is_read_for_them() -> None:
    model = ModbusProfile(
        points={"gas": point()}, warnings={"cell": ModbusFault(table=HOLDING, address=5)}
    )
    (subject,) = stations_of([detector("gas", model)])[0].subjects

    told = subject.measurements([[4], [1]], [Instant(7), Instant(9)])

    assert [type(each) for each in told] == [FailedPoll, Reading]
    assert subject.measurements([[4], [0]], [Instant(7), Instant(9)]) == [
        Reading("gas", "gas", 4.0, Instant(7))
    ]


# --- the heartbeat --------------------------------------------------------------------------------

STOPPED_AFTER = seconds(15)
MOST_BETWEEN = seconds(5)


def standing(beats: list[tuple[float, int]]) -> list[float]:
    """Give for how many seconds the number may have stood still, at each reading."""
    pulse = Pulse()
    return [pulse.beat(number, Instant(seconds(at)), MOST_BETWEEN) / 1e9 for at, number in beats]


def test_the_first_reading_of_all_begins_at_zero() -> None:
    assert standing([(1000, 7), (1001, 7), (1002, 7)]) == [0, 1, 2]


def test_a_change_lets_the_time_begin_at_the_reading_before_it() -> None:
    assert standing([(0, 7), (4, 7), (5, 8), (6, 8)]) == [0, 4, 1, 2]


def test_a_time_in_which_it_was_not_read_does_not_make_it_stand_still() -> None:
    assert standing([(0, 7), (3600, 7), (3601, 7)]) == [0, 5, 6]


def test_one_that_is_read_seldom_is_found_out_after_a_few_readings() -> None:
    assert standing([(0, 6), (30, 7), (60, 7), (90, 7)]) == [0, 5, 10, 15]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2)), min_size=1, max_size=40))
def test_no_silence_counts_for_more_than_a_third_and_time_that_was_read_counts_whole(
    steps: list[tuple[int, int]],
) -> None:
    at, beats = 0, []
    for after, number in steps:
        at += after
        beats.append((at, number))

    for n, still in enumerate(standing(beats)):
        first = n
        while first > 0 and beats[first - 1][1] == beats[n][1]:
            first -= 1
        counted = range(max(first, 1), n + 1)  # from the reading before, if there is one
        assert still == sum(min(steps[k][0], 5) for k in counted)


def test_a_device_that_had_reason_to_stand_still_has_its_time_anew() -> None:
    subject = xrl()
    for second in range(60):
        assert asked(subject, second, state=2)[0] is FaultCause.WARMING_UP

    said = [asked(subject, 60 + second) for second in range(20)]

    assert said[:14] == [50.0] * 14
    assert said[14][0] is FaultCause.HEARTBEAT


def test_a_station_that_is_taken_apart_remembers_the_heartbeats() -> None:
    station = stations_of([detector("xrl", XRL)])[0]
    for second in range(15):
        assert asked(station.subjects[0], second) == 50.0

    assert asked(station.taken_apart().subjects[0], 15)[0] is FaultCause.HEARTBEAT


@pytest.mark.parametrize("stopped_after", [0.9, 61])
def test_a_heartbeat_is_given_neither_no_time_nor_for_ever(stopped_after: float) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        ModbusHeartbeat(table=HOLDING, address=1, stopped_after=seconds(stopped_after))

    assert caught.value.field == "stopped_after"
