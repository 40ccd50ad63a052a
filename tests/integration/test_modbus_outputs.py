"""Coils as outputs: what a module in another process was told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bus_rehearsal import Heard, ending, running
from modbus_process import ModbusDevices, on_rtu, on_tcp
from modbus_rehearsal import bus_to, coil, device, until

from drivers.modbus import coils
from rules.instant import seconds
from rules.reading import BusUp, FaultCause, OutputDown, OutputUp

WRITE_COIL = 5
HOLDING = "holding-register"
SIREN = coil("siren", 2, 4)
BEACON = coil("beacon", 2, 5)


@pytest.fixture(params=["rtu", "tcp"])
def devices(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModbusDevices]:
    served = on_rtu(tmp_path, "1-2") if request.param == "rtu" else on_tcp("1-2")
    served.set(1, HOLDING, 6, 181)
    served.set(2, "coil", 4, 0, 1)
    yield served
    served.close()


def heard_of(heard: Heard, kind: type) -> list:
    return [measurement for measurement in heard.all if isinstance(measurement, kind)]


def level(devices: ModbusDevices, address: int) -> int:
    return devices.get(2, "coil", address)


async def test_the_newest_level_set_while_closed_is_written_before_the_first_poll(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    bus = bus_to(devices, heard, device("co", 1), outputs=(SIREN, BEACON), reply_within=5)
    bus.set_output("siren", energised=False)
    bus.set_output("siren", energised=True)
    bus.set_output("beacon", energised=False)

    async with running(bus):
        await heard.reading("co", 18.1)

    assert (level(devices, 4), level(devices, 5)) == (1, 0)
    asked = [question[1:] for question in devices.asked()]
    assert asked[:3] == [[2, WRITE_COIL, 4], [2, WRITE_COIL, 5], [1, 3, 6]]
    assert sum(function == WRITE_COIL for _, function, _ in asked) == 2


async def test_a_level_set_on_an_idle_line_is_written_at_once(devices: ModbusDevices) -> None:
    heard = Heard()
    bus = bus_to(devices, heard, device("co", 1, every=60), outputs=(SIREN,))

    async with running(bus):
        await heard.reading("co", 18.1)
        bus.set_output("siren", energised=True)
        await until(lambda: level(devices, 4) == 1)
        bus.set_output("siren", energised=False)
        await until(lambda: level(devices, 4) == 0)


async def test_coils_keep_their_level_when_the_bus_is_closed(devices: ModbusDevices) -> None:
    bus = bus_to(devices, Heard(), outputs=(SIREN,))
    bus.set_output("siren", energised=True)

    async with running(bus):
        await until(lambda: level(devices, 4) == 1)
    bus.close()

    assert level(devices, 4) == 1


@pytest.mark.parametrize(
    ("kind", "cause"),
    [("silent", FaultCause.NO_REPLY), ("exception", FaultCause.EXCEPTION_REPLY)],
)
async def test_an_output_that_cannot_be_written_is_told_once_and_stops_nothing(
    devices: ModbusDevices, kind: str, cause: FaultCause, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coils, "WRITE_ANEW_EVERY", seconds(1))
    heard = Heard()
    bus = bus_to(devices, heard, device("co", 1), outputs=(SIREN, BEACON), reply_within=0.3)
    devices.mishap(2, kind, address=4, code=4)
    bus.set_output("siren", energised=True)
    bus.set_output("beacon", energised=False)

    async with running(bus) as task:
        await until(lambda: heard_of(heard, OutputDown))
        writes = [address for _, _, function, address in devices.asked() if function == WRITE_COIL]
        polled = len(heard.values("co"))
        await until(lambda: len(heard.values("co")) > polled + 5)
        devices.do("behave", 2)
        await until(lambda: level(devices, 4) == 1)
        await until(lambda: len(heard_of(heard, OutputUp)) == 2)
        assert not task.done()

    [down] = heard_of(heard, OutputDown)
    assert (down.output, down.cause) == ("siren", cause)
    assert down.detail.startswith("unit 2, coil 4: ")
    assert [each.output for each in heard_of(heard, OutputUp)] == ["beacon", "siren"]
    assert writes.count(4) == 3
    assert polled >= 2, "a coil that cannot be written must not stop the polls"
    assert len(heard_of(heard, BusUp)) == 1


async def test_a_module_that_was_without_power_for_a_moment_gets_its_levels_anew(
    devices: ModbusDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coils, "WRITE_ANEW_EVERY", seconds(0.5))
    bus = bus_to(devices, Heard(), outputs=(SIREN,), reply_within=0.3)
    bus.set_output("siren", energised=True)

    async with running(bus):
        await until(lambda: level(devices, 4) == 1)
        devices.set(2, "coil", 4, 0)
        await until(lambda: level(devices, 4) == 1)


async def test_one_write_that_fails_is_done_again(devices: ModbusDevices) -> None:
    bus = bus_to(devices, Heard(), outputs=(SIREN,))
    devices.mishap(2, "silent", 1)

    async with running(bus) as task:
        bus.set_output("siren", energised=True)
        await until(lambda: level(devices, 4) == 1)
        await until(lambda: len(devices.asked()) > 0 or task.done())
        assert not task.done()


async def test_a_module_that_lost_its_power_gets_every_level_again(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    bus = bus_to(devices, heard, device("co", 1), outputs=(SIREN,))
    bus.set_output("siren", energised=True)

    async with running(bus) as task:
        await until(lambda: level(devices, 4) == 1)
        devices.do("unplug")
        await ending(task)
    devices.set(2, "coil", 4, 0)
    devices.do("plug")
    async with running(bus):
        await until(lambda: level(devices, 4) == 1)


def test_an_output_that_the_bus_does_not_have_is_refused(devices: ModbusDevices) -> None:
    with pytest.raises(KeyError, match="gong"):
        bus_to(devices, Heard()).set_output("gong", energised=True)
