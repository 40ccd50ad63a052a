"""The Modbus bus on a serial line: a real pseudo-terminal, and devices in another process."""

import asyncio
import fcntl
import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest
from bus_rehearsal import Heard, ending, now, plan, running
from modbus_process import ModbusDevices, on_rtu
from modbus_rehearsal import bus_to, device, quiet_loop, register, until

from drivers.bus import LineDownError
from drivers.modbus.bus import open_bus
from drivers.modbus.data_model import (
    DataType,
    Table,
    WordOrder,
)
from drivers.modbus.device import (
    ModbusPoint,
)
from drivers.modbus.late_answer import LATE_ANSWER, LATE_ANSWER_OF_TWINS
from drivers.modbus.options import (
    ModbusBusOptions,
)
from rules.instant import Instant, in_seconds, seconds
from rules.reading import BusUp, FailedPoll, FaultCause, Reading

HOLDING = "holding-register"


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[ModbusDevices]:
    served = on_rtu(tmp_path, "1-10")
    for unit in range(1, 11):
        served.set(unit, HOLDING, 6, 180 + unit)
    yield served
    served.close()


async def test_each_quantity_of_a_device_is_read_as_what_it_is(devices: ModbusDevices) -> None:
    heard = Heard()
    gas = [int.from_bytes(struct.pack(">f", 12.25)[n : n + 2], "big") for n in (2, 0)]
    devices.set(3, HOLDING, 102, *gas)
    devices.set(3, "input-register", 0, 0xFF38)
    devices.set(3, "discrete-input", 7, 0)
    bus = bus_to(
        devices,
        heard,
        device(
            "xrl",
            3,
            gas=register(102, DataType.FLOAT32, word_order=WordOrder.LITTLE),
            temperature=ModbusPoint(
                table=Table.INPUT_REGISTER, address=0, type=DataType.INT16, scale=0.1
            ),
            contact=ModbusPoint(
                table=Table.DISCRETE_INPUT, address=7, type=DataType.BIT, inverted=True
            ),
        ),
    )
    before = now()

    async with running(bus):
        contact = await heard.reading("xrl", 1.0)

    assert isinstance(heard.all[0], BusUp)
    readings = [m for m in heard.all[1:4] if isinstance(m, Reading)]
    assert {(r.quantity, r.value) for r in readings} == {
        ("gas", 12.25),
        ("temperature", -20.0),
        ("contact", 1.0),
    }
    assert all(before < reading.at <= now() for reading in readings)
    assert contact.detector == "xrl"


@pytest.mark.parametrize(
    ("kind", "options", "cause", "words"),
    [
        ("silent", {}, FaultCause.NO_REPLY, "no reply in 1"),
        ("corrupt", {}, FaultCause.BAD_CHECKSUM, "bad checksum: 01 03 02 00 B5"),
        ("truncate", {"keep": 4}, FaultCause.BAD_REPLY, "cut short after 4 bytes: 01 03 02 00"),
        ("as-unit", {"other": 9}, FaultCause.BAD_REPLY, "unit 9 answered"),
        ("as-function", {"other": 4}, FaultCause.BAD_REPLY, "function 4 and not 3"),
        ("longer", {"registers": 1}, FaultCause.BAD_REPLY, "another length"),
        ("raw", {"bytes": "00 FF 17 2A 33"}, FaultCause.BAD_CHECKSUM, "00 FF 17 2A 33"),
        ("exception", {"code": 2}, FaultCause.EXCEPTION_REPLY, "02 (illegal data address)"),
        ("exception", {"code": 4}, FaultCause.EXCEPTION_REPLY, "04 (device failure)"),
        ("exception", {"code": 6}, FaultCause.EXCEPTION_REPLY, "06 (device busy)"),
    ],
)
async def test_what_is_no_answer_is_a_failed_poll_that_says_why_and_never_a_value(
    devices: ModbusDevices, kind: str, options: dict, cause: FaultCause, words: str
) -> None:
    heard = Heard()
    devices.mishap(1, kind, 1, **options)

    async with quiet_loop(), running(bus_to(devices, heard, device("co", 1))):
        failure = await heard.failure("co")
        await heard.reading("co", 18.1)

    assert failure.cause is cause
    assert failure.detail.startswith("unit 1, holding-register 6: ")
    assert words in failure.detail
    assert set(heard.values("co")) == {18.1}


async def test_a_glitch_before_the_answer_costs_nothing(devices: ModbusDevices) -> None:
    heard = Heard()
    devices.mishap(1, "noise", bytes="00 FF 01")

    async with running(bus_to(devices, heard, device("co", 1), reply_within=5)):
        await until(lambda: len(heard.values("co")) >= 5)

    assert [m for m in heard.all if isinstance(m, FailedPoll)] == []


HOSTILE = (
    "01 2B 0E 01",  # device identification, cut short
    "01 18 00 00",  # a FIFO queue without its count
    "01 08",
    "01 64 01 02 03 04",
    "01 83",
    "FF" * 300,
    "00" * 300,
    "01 03 FF" + "00" * 260,
    "01 03 02 " * 50,
)


async def test_no_bytes_from_the_wire_raise_anything(devices: ModbusDevices) -> None:
    heard = Heard()
    for number, received in enumerate(HOSTILE, 2):
        devices.mishap(number, "raw", bytes=received)
    hostile = [device(f"d{unit}", unit) for unit in range(2, 11)]

    async with quiet_loop(), running(bus_to(devices, heard, device("co", 1), *hostile)):
        for each in hostile:
            await heard.failure(each.id)
        await until(lambda: len(heard.values("co")) >= 5)

    assert {m.detector for m in heard.all if isinstance(m, Reading)} == {"co"}


async def test_with_one_of_ten_silent_the_other_nine_keep_their_period(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    period, polls = 0.2, 20
    devices.mishap(10, "silent")
    detectors = [device(f"d{unit}", unit, period) for unit in range(1, 11)]

    async with running(bus_to(devices, heard, *detectors, reply_within=0.05)):
        await heard.failure("d10")
        devices.asked()
        since = len(heard.all)
        await until(lambda: len(heard.values("d9", since=since)) >= polls)

    for unit in range(1, 10):
        # A value that is as it was is told when it is due, and not ahead of that.
        times = heard.instants(f"d{unit}", since=since)
        gaps = sorted(in_seconds(after - before) for before, after in pairwise(times))
        # The machine itself may have paused twice.
        assert mean(gaps[:-2]) == pytest.approx(period, rel=0.2)
    assert 1 <= sum(whom == 10 for _, whom, *_ in devices.asked()) <= 4


async def test_a_device_that_comes_back_is_read_again(devices: ModbusDevices) -> None:
    heard = Heard()
    devices.mishap(2, "silent")

    async with running(bus_to(devices, heard, device("d1", 1, 0.5), device("d2", 2))):
        await heard.failure("d2")
        devices.do("behave", 2)
        await heard.reading("d2", 18.2)


async def test_a_late_answer_is_not_the_answer_to_the_next_question(
    devices: ModbusDevices,
) -> None:
    """The second register's answer takes its time, and the first's old one comes meanwhile."""
    heard = Heard()
    twins = {"gas": register(20), "temperature": register(30)}
    devices.set(1, HOLDING, 20, 111)
    devices.set(1, HOLDING, 30, 222)
    devices.mishap(1, "late", 1, address=20, seconds=0.45)
    devices.mishap(1, "late", address=30, seconds=0.2)
    other = device("other", 2, every=2)

    async with running(bus_to(devices, heard, device("twin", 1, **twins), other, reply_within=0.3)):
        failure = await heard.failure("twin")
        await heard.reading("twin", 222.0)

    told = {(m.quantity, m.value) for m in heard.all if isinstance(m, Reading)}
    assert told == {("gas", 111.0), ("temperature", 222.0), ("co", 18.2)}
    assert failure.cause is FaultCause.NO_REPLY
    times = [at for at, unit, *_ in devices.asked() if unit == 1]
    assert times[1] - times[0] > in_seconds(LATE_ANSWER_OF_TWINS)


async def test_a_late_answer_does_not_bring_an_old_value(devices: ModbusDevices) -> None:
    heard = Heard()
    devices.mishap(1, "late", 1, seconds=0.25)
    devices.mishap(1, "late", seconds=0.08)

    async with running(bus_to(devices, heard, device("co", 1))):
        await heard.failure("co")
        devices.set(1, HOLDING, 6, 500)
        await heard.reading("co", 50.0)

    assert set(heard.values("co")) == {50.0}
    times = [at for at, *_ in devices.asked()]
    assert times[1] - times[0] > in_seconds(LATE_ANSWER)


async def test_each_device_has_as_long_for_its_answer_as_it_says(devices: ModbusDevices) -> None:
    heard = Heard()
    slow = device("slow", 1)
    slow = replace(slow, options=replace(slow.options, reply_within=seconds(2)))
    for unit in (1, 2):
        devices.mishap(unit, "late", seconds=0.3)

    async with running(bus_to(devices, heard, slow, device("hasty", 2, every=60))):
        await heard.reading("slow", 18.1)
        failure = await heard.failure("hasty")

    assert failure.cause is FaultCause.NO_REPLY
    assert [m for m in heard.all if isinstance(m, FailedPoll) and m.detector == "slow"] == []


async def test_a_wrong_address_in_one_detector_costs_its_neighbours_nothing(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    contact = ModbusPoint(table=Table.DISCRETE_INPUT, address=0, type=DataType.BIT)
    devices.set(1, "discrete-input", 0, 1, 0)
    channels = [device(f"c{n}", 1, offset=n, contact=contact) for n in range(3)]

    async with running(bus_to(devices, heard, *channels)):
        await heard.reading("c0", 1.0)
        await heard.reading("c1", 0.0)
        await heard.until(
            lambda m: isinstance(m, FailedPoll) and "discrete-input 2: exception 02" in m.detail
        )

    assert heard.values("c2") == []


async def test_a_port_that_is_unplugged_is_a_line_down_until_it_is_back(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    bus = bus_to(devices, heard, device("co", 1, every=60))

    async with quiet_loop(), running(bus) as task:
        await heard.reading("co", 18.1)
        devices.do("unplug")
        lost = await ending(task)
    with pytest.raises(LineDownError, match=r"rs485: No such file .*by-id"):
        await bus.run()
    devices.do("plug")
    since = len(heard.all)
    async with running(bus):
        await heard.reading("co", 18.1, since=since)

    assert isinstance(lost, LineDownError)
    assert "rs485: the port was lost; is the adapter still plugged in?" in str(lost)
    assert isinstance(heard.all[since], BusUp)


async def test_a_port_that_another_program_has_is_a_line_down_that_says_so(
    devices: ModbusDevices,
) -> None:
    other = os.open(devices.port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX)
    try:
        with pytest.raises(LineDownError, match="does another program use the port"):
            await bus_to(devices, Heard(), device("co", 1)).run()
    finally:
        os.close(other)


@pytest.mark.parametrize("port", ["/dev/null", "/nonexistent", "/", ""])
async def test_what_is_no_serial_port_is_a_line_down_in_one_line(port: str) -> None:
    bus = open_bus(plan(ModbusBusOptions(port=port)), Heard(), now)

    with pytest.raises(LineDownError) as caught:
        await bus.run()

    assert "\n" not in str(caught.value)


async def test_on_a_wire_frames_are_kept_apart_by_the_standard_s_silence(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    options = ModbusBusOptions(port=devices.port, baud=1200)  # 3.5 characters are 29 ms
    units = (device("d1", 1), device("d2", 2), device("d3", 3))

    async with running(open_bus(plan(options, units), heard, now)):
        await until(lambda: len(heard.values("d3")) >= 3)

    times = [at for at, *_ in devices.asked()]
    assert min(after - before for before, after in pairwise(times)) > 0.029


async def test_a_unit_that_babbles_on_a_wire_does_not_hold_up_the_others(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    devices.mishap(1, "raw", bytes="55" * 250)
    units = (device("d1", 1), device("d2", 2))

    async with quiet_loop(), running(bus_to(devices, heard, *units)):
        await heard.failure("d1")
        await until(lambda: len(heard.values("d2")) >= 5)

    assert heard.values("d1") == []


async def test_a_cancelled_bus_leaves_the_port_to_the_next(devices: ModbusDevices) -> None:
    heard = Heard()
    for _ in range(3):
        since = len(heard.all)
        async with running(bus_to(devices, heard, device("co", 1))):
            await heard.reading("co", 18.1, since=since)


async def test_a_cancellation_together_with_an_answer_is_not_lost(
    devices: ModbusDevices,
) -> None:
    heard = Heard()

    def cancelling_now() -> Instant:
        if bus._line._question is not None:  # asked when the bytes of an answer arrive
            task.cancel()
        return now()

    bus = open_bus(
        plan(ModbusBusOptions(port=devices.port), (device("co", 1),)), heard, cancelling_now
    )
    task = asyncio.create_task(bus.run())

    await asyncio.wait({task}, timeout=5)
    assert task.cancelled()


async def test_a_stopped_host_program_holds_up_nothing_but_its_own_polls(
    devices: ModbusDevices,
) -> None:
    """A process that reads nothing: the port fills, and the event loop goes on."""
    heard = Heard()
    os.kill(devices.process.pid, 19)
    try:
        async with running(bus_to(devices, heard, device("co", 1), reply_within=0.01)):
            failure = await heard.failure("co")
            async with asyncio.timeout(5):
                await heard.failure("co", since=2)
    finally:
        os.kill(devices.process.pid, 18)

    assert failure.cause is FaultCause.NO_REPLY
    assert failure.at > seconds(0)
