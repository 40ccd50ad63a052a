"""Every type, order and function, read and written right against a server that is libmodbus.

The values are such that each wrong order, sign or place shows: no two bytes of a number are equal.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from bus_rehearsal import Heard, detector, now, plan, profile, running
from libmodbus_server import UNIT, LibmodbusServer, served

from drivers.bus import BusDetector, BusOutput
from drivers.modbus.bus import open_bus
from drivers.modbus.data_model import ByteOrder, DataType, Table, WordOrder
from drivers.modbus.device import ModbusPoint, ModbusProfile
from drivers.modbus.options import ModbusDetectorOptions, ModbusOutputOptions, WriteFunction
from rules.reading import FaultCause, OutputDown, OutputUp

COIL, DISCRETE = Table.COIL, Table.DISCRETE_INPUT
HOLDING, INPUT = Table.HOLDING_REGISTER, Table.INPUT_REGISTER
WAYS = ("tcp", "rtu", "rtu-over-tcp")

ORDERS: dict[str, Any] = {
    "ABCD": {"word_order": WordOrder.BIG, "byte_order": ByteOrder.BIG},
    "CDAB": {"word_order": WordOrder.LITTLE, "byte_order": ByteOrder.BIG},
    "BADC": {"word_order": WordOrder.BIG, "byte_order": ByteOrder.LITTLE},
    "DCBA": {"word_order": WordOrder.LITTLE, "byte_order": ByteOrder.LITTLE},
}
ONE_WORD = {"ABCD": "89AB", "BADC": "AB89"}
TWO_WORDS = {
    "ABCD": "89AB CDEF",
    "CDAB": "CDEF 89AB",
    "BADC": "AB89 EFCD",
    "DCBA": "EFCD AB89",
}
A_FLOAT = {
    "ABCD": "47F1 2060",
    "CDAB": "2060 47F1",
    "BADC": "F147 6020",
    "DCBA": "6020 F147",
}
FOUR_WORDS = {
    "ABCD": "C123 4567 89AB CDEF",
    "CDAB": "CDEF 89AB 4567 C123",
    "BADC": "23C1 6745 AB89 EFCD",
    "DCBA": "EFCD AB89 6745 23C1",
}


@dataclass(frozen=True)
class Case:
    """What the server holds, where a profile finds it, and the value that it must be read as."""

    holds: str
    point: ModbusPoint
    value: float


def case(
    holds: str, at: int, kind: DataType, value: float, table: Table = HOLDING, **options: Any
) -> Case:
    return Case(holds.format(at), ModbusPoint(table=table, address=at, type=kind, **options), value)


def every_case() -> dict[str, Case]:
    """Give all of them; neighbours are read at once, and each order stands behind a hole."""
    cases = {
        "uint16 in an input register": case(
            "input {} 89AB", 30, DataType.UINT16, 0x89AB, table=INPUT
        ),
        "float32 in input registers": case(
            "input {} 47F1 2060", 31, DataType.FLOAT32, 123456.75, table=INPUT
        ),
        "coil": case("coil {} 1", 5, DataType.BIT, 1, table=COIL),
        "coil at rest": case("coil {} 0", 6, DataType.BIT, 0, table=COIL),
        "discrete input": case("discrete {} 1", 17, DataType.BIT, 1, table=DISCRETE),
        "inverted discrete input": case(
            "discrete {} 0", 18, DataType.BIT, 1, table=DISCRETE, inverted=True
        ),
        "int32 by libmodbus": case("int32 {} -1985229329", 0, DataType.INT32, -1985229329),
        "int64 by libmodbus": case(
            "int64 {} -81985529216486896", 2, DataType.INT64, float(-81985529216486896)
        ),
        "bcd16": case("holding {} 1907", 6, DataType.BCD16, 1907),
        "bcd32": case("holding {} 1907 2512", 7, DataType.BCD32, 19072512),
        "bits": case("holding {} 0A50", 9, DataType.BITS, 0xA5, bit=4, width=8),
        "bit": case("holding {} 0A50", 9, DataType.BIT, 1, bit=11),
        "bit at rest": case("holding {} 0A50", 9, DataType.BIT, 0, bit=3),
        "scaled": case("holding {} FFCB", 10, DataType.INT16, -5.3 + 40, scale=0.1, offset=40.0),
    }
    at = 12
    for name, order in ORDERS.items():
        cases |= {
            f"uint32 {name}": case(
                f"holding {{}} {TWO_WORDS[name]}", at, DataType.UINT32, 0x89ABCDEF, **order
            ),
            f"int32 {name}": case(
                f"holding {{}} {TWO_WORDS[name]}", at + 2, DataType.INT32, -1985229329, **order
            ),
            f"float32 {name}": case(
                f"holding {{}} {A_FLOAT[name]}", at + 4, DataType.FLOAT32, 123456.75, **order
            ),
            f"uint64 {name}": case(
                f"holding {{}} {FOUR_WORDS[name]}",
                at + 6,
                DataType.UINT64,
                float(0xC123456789ABCDEF),
                **order,
            ),
            f"int64 {name}": case(
                f"holding {{}} {FOUR_WORDS[name]}",
                at + 10,
                DataType.INT64,
                float(0xC123456789ABCDEF - 2**64),
                **order,
            ),
            f"float64 {name}": case(
                f"holding {{}} {FOUR_WORDS[name]}",
                at + 14,
                DataType.FLOAT64,
                -float.fromhex("0x1.3456789abcdefp+19"),
                **order,
            ),
        }
        at += 19
        if name in ONE_WORD:
            cases[f"uint16 {name}"] = case(
                f"holding {{}} {ONE_WORD[name]}", at - 1, DataType.UINT16, 0x89AB, **order
            )
            cases[f"int16 {name}"] = case(
                f"holding {{}} {ONE_WORD[name]}", at, DataType.INT16, 0x89AB - 2**16, **order
            )
            at += 2
    return cases


CASES = every_case()


def detectors(cases: dict[str, Case], **limits: int) -> tuple[BusDetector, ...]:
    """Make a detector of each; all are one unit, and so share their requests."""
    return tuple(
        detector(
            name,
            profile("modbus", "gas", device=ModbusProfile(points={"gas": found.point}, **limits)),
            ModbusDetectorOptions(unit=UNIT),
        )
        for name, found in cases.items()
    )


@pytest.fixture(params=WAYS)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[LibmodbusServer]:
    async with served(request.param, [found.holds for found in CASES.values()]) as running_server:
        yield running_server


def addresses(blocks: set[tuple[int, int]]) -> list[int]:
    return sorted(at for first, count in blocks for at in range(first, first + count))


def wanted(table: Table) -> list[int]:
    words = {DataType.UINT32: 2, DataType.INT32: 2, DataType.FLOAT32: 2, DataType.BCD32: 2}
    words |= {DataType.UINT64: 4, DataType.INT64: 4, DataType.FLOAT64: 4}
    found = {
        found.point.address + n
        for found in CASES.values()
        if found.point.table is table
        for n in range(words.get(found.point.type, 1))
    }
    return sorted(found)


async def test_every_type_and_order_of_every_table_is_read_right(server: LibmodbusServer) -> None:
    heard = Heard()
    async with running(open_bus(plan(server.options, detectors(CASES)), heard, now)):
        for name in CASES:
            await heard.until(lambda m, name=name: getattr(m, "detector", None) == name)

    read = {name: heard.values(name)[:1] for name in CASES}
    assert read == {name: [found.value] for name, found in CASES.items()}
    for function, table in ((1, COIL), (2, DISCRETE), (3, HOLDING), (4, INPUT)):
        asked, all_of_it = partial(server.blocks, function), wanted(table)
        await server.until_true(lambda: len(addresses(asked())) >= len(all_of_it))  # noqa: B023 - at once
        assert addresses(asked()) == all_of_it, "each once, and no hole"
    assert server.functions() == {1, 2, 3, 4}


async def test_a_device_is_asked_for_no_more_than_it_answers_at_once(
    server: LibmodbusServer,
) -> None:
    heard = Heard()
    models = detectors(CASES, most_registers=5, most_bits=1)
    async with running(open_bus(plan(server.options, models), heard, now)):
        for name, found in CASES.items():
            await heard.reading(name, found.value)

    assert {count for _, count in server.blocks(3)} <= {1, 2, 3, 4, 5}
    assert {count for function in (1, 2) for _, count in server.blocks(function)} == {1}


async def test_an_address_that_it_does_not_have_is_refused_with_its_exception(
    server: LibmodbusServer,
) -> None:
    beyond = {"beyond": case("", 400, DataType.UINT16, 0), "bcd16": CASES["bcd16"]}
    heard = Heard()
    async with running(open_bus(plan(server.options, detectors(beyond)), heard, now)):
        failure = await heard.failure("beyond")
        await heard.reading("bcd16", 1907)

    assert failure.cause is FaultCause.EXCEPTION_REPLY
    assert "exception 02" in failure.detail


ON, OFF = 0x1234, 0xABCD


def output(name: str, **options: Any) -> BusOutput:
    return BusOutput(id=name, options=ModbusOutputOptions(unit=UNIT, **options))


OUTPUTS = (
    output("coil", coil=100),
    output("coil by 15", coil=102, write=WriteFunction.MULTIPLE),
    output("register", register=100, energised=ON, released=OFF),
    output(
        "register by 16", register=102, energised=ON, released=OFF, write=WriteFunction.MULTIPLE
    ),
)


async def test_coils_and_registers_are_written_by_each_function(server: LibmodbusServer) -> None:
    heard = Heard()
    bus = open_bus(plan(server.options, outputs=OUTPUTS), heard, now)

    async with running(bus):
        for energised in (True, False, True):
            server.told.clear()
            for each in OUTPUTS:
                bus.set_output(each.id, energised=energised)
            bit, word = int(energised), ON if energised else OFF
            for request in (
                (5, 100, 1, bit),
                (15, 102, 1, bit),
                (6, 100, 1, word),
                (16, 102, 1, word),
            ):
                await server.until(*request)
        for each in OUTPUTS:
            await heard.until(lambda m, name=each.id: m == OutputUp(name, m.at))

    assert server.functions() == {5, 6, 15, 16}
    assert [m for m in heard.all if isinstance(m, OutputDown)] == []


async def test_an_output_that_it_does_not_have_is_told_with_its_exception() -> None:
    heard = Heard()
    beyond = output("beyond", register=400, write=WriteFunction.MULTIPLE)

    async with served("tcp", []) as server:
        bus = open_bus(plan(server.options, outputs=(beyond,)), heard, now)
        bus.set_output("beyond", energised=True)
        async with running(bus):
            down = await heard.until(lambda m: isinstance(m, OutputDown))

    assert (down.output, down.cause) == ("beyond", FaultCause.EXCEPTION_REPLY)
    assert "exception 02" in down.detail
