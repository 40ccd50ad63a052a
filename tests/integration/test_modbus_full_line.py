"""Whole buses with more than one device to think of: who is asked, and when."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from bus_rehearsal import Heard, detector, now, plan, profile, running
from modbus_process import ModbusDevices, on_rtu, on_tcp
from modbus_rehearsal import bus_to, device, until

from drivers.modbus.bus import open_bus
from drivers.modbus.data_model import DataType, Table
from drivers.modbus.device import ModbusFault, ModbusPoint, ModbusProfile
from drivers.modbus.options import ModbusBusOptions, ModbusDetectorOptions
from rules.instant import in_seconds, seconds
from rules.reading import BusUp, FailedPoll, FaultCause, Measurement, Reading

HOLDING = "holding-register"
CONTACT = ModbusPoint(table=Table.DISCRETE_INPUT, address=0, type=DataType.BIT)


@pytest.fixture
def many(tmp_path: Path) -> Iterator[ModbusDevices]:
    served = on_rtu(tmp_path, "1-60")
    for unit in range(1, 61):
        served.set(unit, HOLDING, 6, 189)
        served.set(unit, "discrete-input", 0, 0)
    yield served
    served.close()


async def test_with_10_of_60_units_dead_the_living_keep_their_periods_within_a_tenth(
    many: ModbusDevices,
) -> None:
    heard = Heard()
    dead = range(6, 61, 6)
    for unit in dead:
        many.mishap(unit, "silent")
    detectors = tuple(
        replace(device(f"d{unit}", unit, every=1), alarm=unit % 2 == 0) for unit in range(1, 61)
    )
    options = ModbusBusOptions(port=many.port, baud=115200, reply_within=seconds(0.1))

    async with running(open_bus(plan(options, detectors), heard, now)):
        await until(lambda: all(_failures(heard, f"d{unit}") for unit in dead))
        since = len(heard.all)
        await until(lambda: len(heard.instants("d59", since=since)) >= 6)

    for unit in set(range(1, 61)) - set(dead):
        # Values that are as they were are told when they are due, and not ahead of that.
        times = heard.instants(f"d{unit}", since=since)
        usual = median(in_seconds(after - before) for before, after in pairwise(times))
        assert usual == pytest.approx(1, rel=0.1), f"d{unit}: every {usual:.3f} s"
    again = {unit for _, unit, *_ in many.asked() if unit in dead}
    assert again == set(dead)


def _failures(heard: Heard, name: str) -> int:
    return sum(isinstance(m, FailedPoll) and m.detector == name for m in heard.all)


async def test_a_contact_that_closes_between_two_periods_is_told_ahead_and_once(
    many: ModbusDevices,
) -> None:
    heard = Heard()
    contacts = [device(f"c{unit}", unit, every=3600, contact=CONTACT) for unit in range(1, 9)]
    ordinary = replace(device("o9", 9, every=3600, contact=CONTACT), alarm=False)

    async with running(bus_to(many, heard, *contacts, ordinary)):
        await heard.reading("o9", 0)
        many.set(5, "discrete-input", 0, 1)
        many.set(9, "discrete-input", 0, 1)
        await heard.reading("c5", 1)
        many.asked()
        await until(lambda: len(many.do("asked")["asked"]) > 0)
        many.set(5, "discrete-input", 0, 0)
        await heard.reading("c5", 0, since=len(heard.all))

    assert heard.values("c5") == [0, 1, 0]
    assert heard.values("c4") == heard.values("o9") == [0]


async def test_a_warning_comes_before_each_value_that_is_told_however_it_came(
    many: ModbusDevices,
) -> None:
    """Its registers are read after the contact's, and it is told with an instant of their reply."""
    heard = Heard()
    dirt = ModbusFault(table=Table.HOLDING_REGISTER, address=6, type=DataType.UINT16, lowest=500)
    model = ModbusProfile(points={"contact": CONTACT}, warnings={"dirty": dirt})
    smoke = detector("s1", profile("modbus", "contact", device=model), options(1), 3600)
    quiet = replace(smoke, id="s2", options=options(2), every=seconds(0.5), alarm=False)

    async with running(bus_to(many, heard, smoke, quiet)):
        await heard.reading("s1", 0)
        many.set(1, HOLDING, 6, 500)
        many.set(2, HOLDING, 6, 500)
        ahead = await heard.failure("s1")
        for active in (1, 0, 1):
            many.set(1, "discrete-input", 0, active)
            await heard.reading("s1", active, since=len(heard.all))
        many.set(1, HOLDING, 6, 499)
        many.asked()
        asked: list[int] = []
        await until(
            lambda: (
                asked.extend(unit for _, unit, *_ in many.asked())
                or (asked.count(1) > 3 and _failures(heard, "s2") > 1)
            )
        )
        many.set(1, "discrete-input", 0, 0)
        await heard.reading("s1", 0, since=len(heard.all))

    assert ahead.cause is FaultCause.DEVICE_WARNING
    assert ahead.detail == "unit 1 wants attention: dirty (holding-register 6 is 500)"
    polls = told_polls(heard, "s1")
    assert [(len(poll) > 1, value_of(poll)) for poll in polls if value_of(poll) is not None] == [
        (False, 0),
        (True, 1),
        (True, 0),
        (True, 1),
        (False, 0),
    ]
    due = told_polls(heard, "s2")
    assert [len(poll) for poll in due[-2:]] == [2, 2]
    for poll in (*polls, *due):
        assert all(each.at <= poll[0].at for each in poll)
    instants = [poll[0].at for poll in polls]
    assert instants == sorted(instants)


def options(unit: int) -> ModbusDetectorOptions:
    return ModbusDetectorOptions(unit=unit)


def told_polls(heard: Heard, name: str) -> list[list[Measurement]]:
    """Give what was told of a detector, a warning together with the values behind it."""
    polls: list[list[Measurement]] = []
    for each in heard.all:
        if isinstance(each, Reading | FailedPoll) and each.detector == name:
            behind_warning = polls and isinstance(polls[-1][-1], FailedPoll)
            if isinstance(each, Reading) and behind_warning and each.at <= polls[-1][-1].at:
                polls[-1].append(each)
            else:
                polls.append([each])
    return polls


def value_of(poll: list[Measurement]) -> float | None:
    return next((each.value for each in poll if isinstance(each, Reading)), None)


async def test_one_device_is_asked_ahead_of_its_time_ten_times_a_second_at_most(
    many: ModbusDevices,
) -> None:
    heard = Heard()

    async with running(bus_to(many, heard, device("c1", 1, every=1, contact=CONTACT))):
        await until(lambda: len(heard.values("c1")) >= 3)

    times = [at for at, *_ in many.asked()]
    assert len(times) > 10
    # At the instants at which it is due it is asked however short that is behind the last time.
    assert sum(after - before < 0.095 for before, after in pairwise(times)) <= 3


async def test_a_unit_that_fails_ahead_of_its_time_is_a_failed_poll_and_left_alone(
    many: ModbusDevices,
) -> None:
    heard = Heard()

    async with running(bus_to(many, heard, device("c1", 1, every=3600, contact=CONTACT))):
        await heard.reading("c1", 0)
        many.mishap(1, "silent")
        failed = await heard.failure("c1")
        many.do("behave")
        many.asked()
        await until(lambda: now() > failed.at + seconds(0.5))

    assert many.asked() == []


async def test_a_modbus_tcp_host_is_asked_when_somebody_is_due_and_not_ahead_of_that() -> None:
    devices = on_tcp("1-4")
    heard = Heard()
    try:
        for unit in range(1, 5):
            devices.set(unit, HOLDING, 6, 189)
        async with running(bus_to(devices, heard, *(device(f"d{n}", n, 3600) for n in (1, 2, 3)))):
            await heard.reading("d3", 18.9)
            await until(lambda: now() > heard.all[-1].at + seconds(0.3))
        assert len(devices.asked()) == 3
    finally:
        devices.close()


async def test_a_host_that_hangs_holds_up_no_other_host() -> None:
    hanging, sound = on_tcp("1"), on_tcp("1")
    heard, heard_of_hanging = Heard(), Heard()
    try:
        for devices in (hanging, sound):
            devices.set(1, HOLDING, 6, 189)
        async with (
            running(bus_to(hanging, heard_of_hanging, device("h", 1, 0.05), reply_within=1)),
            running(bus_to(sound, heard, device("s", 1, 0.05))),
        ):
            await heard_of_hanging.reading("h", 18.9)
            hanging.mishap(1, "silent")
            await until(lambda: now() > heard_of_hanging.instants("h")[-1] + seconds(0.2))
            asked_at = heard_of_hanging.instants("h")[-1]
            failed = await heard_of_hanging.failure("h")
        # While the one waited for its answer for a second, the other was read all the time.
        meanwhile = [at for at in heard.instants("s") if asked_at < at < failed.at]
        assert len(meanwhile) >= 10, f"{len(meanwhile)} readings meanwhile"
        assert isinstance(heard.all[0], BusUp)
        assert not any(isinstance(each, FailedPoll) for each in heard.all)
    finally:
        hanging.close()
        sound.close()
