"""Coils and registers as outputs: what a module in another process was told."""

from collections.abc import Iterator
from typing import Any

import pytest
from bus_rehearsal import Heard, ending, running
from modbus_process import ModbusDevices, on_rtu, on_tcp
from modbus_rehearsal import bus_to, coil, device, until

from drivers.bus import BusOutput
from drivers.modbus import outputs
from drivers.modbus.bus import ModbusBus
from drivers.modbus.options import Framing, ModbusOutputOptions, WriteFunction
from rules.instant import seconds
from rules.reading import BusUp, FaultCause, OutputDown, OutputUp, Reading

READ_COIL, WRITE_COIL = 1, 5
HOLDING = "holding-register"
SIREN = coil("siren", 2, 4)
BEACON = coil("beacon", 2, 5)


RTU, TCP, RTU_OVER_TCP, ECHOING = "rtu", "tcp", "rtu over tcp", "echoing"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModbusDevices]]:
    """The same devices on each wire, one process for each: they take long to start."""
    folder = tmp_path_factory.mktemp("outputs")
    wires = {
        RTU: on_rtu(folder, "1-2"),
        TCP: on_tcp("1-2"),
        RTU_OVER_TCP: on_tcp("1-2", "--rtu-frames"),
        ECHOING: ModbusDevices("--rtu", str(folder / "echoing"), "--units", "1-2", "--echo"),
    }
    yield wires
    for devices in wires.values():
        devices.close()


def as_new(served: dict[str, ModbusDevices], wire: str) -> ModbusDevices:
    """Give the devices of a wire with nothing left of the test before."""
    devices = served[wire]
    devices.framing = Framing.RTU if wire == RTU_OVER_TCP else Framing.TCP
    devices.do("unplug")
    devices.do("plug")
    for unit in (1, 2):
        devices.do("behave", unit)
    devices.set(1, HOLDING, 6, 181)
    devices.set(2, "coil", 4, 0, 1)
    devices.asked()
    return devices


@pytest.fixture(params=[RTU, TCP])
def devices(request: pytest.FixtureRequest, served: dict[str, ModbusDevices]) -> ModbusDevices:
    return as_new(served, request.param)


@pytest.fixture(params=[RTU, TCP, RTU_OVER_TCP])
def any_devices(request: pytest.FixtureRequest, served: dict[str, ModbusDevices]) -> ModbusDevices:
    return as_new(served, request.param)


@pytest.fixture
def serial_devices(served: dict[str, ModbusDevices]) -> ModbusDevices:
    return as_new(served, RTU)


@pytest.fixture
def echoing_devices(served: dict[str, ModbusDevices]) -> ModbusDevices:
    return as_new(served, ECHOING)


def bus_of(devices: ModbusDevices, heard: Heard, *detectors: Any, **options: Any) -> ModbusBus:
    return bus_to(devices, heard, *detectors, framing=devices.framing, **options)


def heard_of(heard: Heard, kind: type) -> list:
    return [measurement for measurement in heard.all if isinstance(measurement, kind)]


def level(devices: ModbusDevices, address: int) -> int:
    return devices.get(2, "coil", address)


async def test_the_newest_level_set_while_closed_is_written_before_the_first_poll(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    bus = bus_of(devices, heard, device("co", 1), outputs=(SIREN, BEACON), reply_within=5)
    bus.set_output("siren", energised=False)
    bus.set_output("siren", energised=True)
    bus.set_output("beacon", energised=False)

    async with running(bus):
        await heard.reading("co", 18.1)

    assert (level(devices, 4), level(devices, 5)) == (1, 0)
    asked = [question[1:] for question in devices.asked()]
    if asked[0] == [2, READ_COIL, 4]:  # where nothing numbers the answers: does the line echo?
        del asked[0]
    assert asked[:3] == [[2, WRITE_COIL, 4], [2, WRITE_COIL, 5], [1, 3, 6]]
    assert sum(function == WRITE_COIL for _, function, _ in asked) == 2


async def test_a_level_set_on_an_idle_line_is_written_at_once(devices: ModbusDevices) -> None:
    heard = Heard()
    bus = bus_of(devices, heard, device("co", 1, every=60), outputs=(SIREN,))

    async with running(bus):
        await heard.reading("co", 18.1)
        bus.set_output("siren", energised=True)
        await until(lambda: level(devices, 4) == 1)
        bus.set_output("siren", energised=False)
        await until(lambda: level(devices, 4) == 0)


async def test_coils_keep_their_level_when_the_bus_is_closed(devices: ModbusDevices) -> None:
    bus = bus_of(devices, Heard(), outputs=(SIREN,))
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
    monkeypatch.setattr(outputs, "WRITE_ANEW_EVERY", seconds(0.2))
    monkeypatch.setattr(outputs, "AGAIN_AFTER", seconds(0.1))
    heard = Heard()
    bus = bus_of(devices, heard, device("co", 1), outputs=(SIREN, BEACON), reply_within=0.1)
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
    monkeypatch.setattr(outputs, "WRITE_ANEW_EVERY", seconds(0.5))
    bus = bus_of(devices, Heard(), outputs=(SIREN,), reply_within=0.3)
    bus.set_output("siren", energised=True)

    async with running(bus):
        await until(lambda: level(devices, 4) == 1)
        devices.set(2, "coil", 4, 0)
        await until(lambda: level(devices, 4) == 1)


async def test_one_write_that_fails_is_done_again(devices: ModbusDevices) -> None:
    bus = bus_of(devices, Heard(), outputs=(SIREN,))
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
    bus = bus_of(devices, heard, device("co", 1), outputs=(SIREN,))
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
        bus_of(devices, Heard()).set_output("gong", energised=True)


@pytest.mark.parametrize(
    ("write", "coil_by", "register_by"),
    [(WriteFunction.SINGLE, 5, 6), (WriteFunction.MULTIPLE, 15, 16)],
)
async def test_coils_and_registers_are_written_by_the_function_that_the_device_knows(
    any_devices: ModbusDevices, write: WriteFunction, coil_by: int, register_by: int
) -> None:
    heard = Heard()
    any_devices.set(2, HOLDING, 9, 0)
    damper = BusOutput(
        id="damper",
        options=ModbusOutputOptions(
            unit=2, register=9, energised=0x0155, released=0x0100, write=write
        ),
    )
    bus = bus_of(any_devices, heard, outputs=(coil("siren", 2, 4, write=write), damper))
    bus.set_output("siren", energised=True)
    bus.set_output("damper", energised=True)

    async with running(bus):
        await until(lambda: len(heard_of(heard, OutputUp)) == 2)
        energised = level(any_devices, 4), any_devices.get(2, HOLDING, 9)
        bus.set_output("siren", energised=False)
        bus.set_output("damper", energised=False)
        await until(lambda: any_devices.get(2, HOLDING, 9) == 0x0100)

    assert (energised, level(any_devices, 4)) == ((1, 0x0155), 0)
    written = [question[1:] for question in any_devices.asked() if question[2] not in (1, 3)]
    assert written == 2 * [[2, coil_by, 4], [2, register_by, 9]]


@pytest.mark.parametrize("write", list(WriteFunction))
async def test_a_slow_module_is_waited_for_as_long_as_its_output_says(
    serial_devices: ModbusDevices, write: WriteFunction
) -> None:
    heard = Heard()
    serial_devices.mishap(2, "late", seconds=0.3)
    slow = coil("siren", 2, 4, write=write, reply_within=seconds(2))
    bus = bus_of(serial_devices, heard, outputs=(slow,))
    bus.set_output("siren", energised=True)

    async with running(bus):
        await until(lambda: heard_of(heard, OutputUp))

    assert heard_of(heard, OutputDown) == []


@pytest.mark.parametrize("told", [True, False])
async def test_on_a_line_that_echoes_a_dead_module_does_not_look_alive(
    echoing_devices: ModbusDevices, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a single write is the question over again, and so is the echo."""
    monkeypatch.setattr(outputs, "AGAIN_AFTER", seconds(0.05))
    heard = Heard()
    echoing_devices.mishap(2, "silent")
    bus = bus_of(echoing_devices, heard, outputs=(SIREN,), echo=told)
    bus.set_output("siren", energised=True)

    async with running(bus):
        await until(lambda: heard_of(heard, OutputDown))

    [down] = heard_of(heard, OutputDown)
    assert down.cause is FaultCause.NO_REPLY
    assert "unit 2, coil 4: no reply, only the line's echo, in" in down.detail
    assert heard_of(heard, OutputUp) == []


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("write", list(WriteFunction))
async def test_on_a_line_that_echoes_a_living_module_is_written_and_detectors_are_read(
    echoing_devices: ModbusDevices, told: bool, write: WriteFunction
) -> None:
    heard = Heard()
    siren = coil("siren", 2, 4, write=write)
    bus = bus_of(echoing_devices, heard, device("co", 1), outputs=(siren,), echo=told)
    bus.set_output("siren", energised=True)

    async with running(bus):
        await until(lambda: len(heard.values("co")) >= 5)

    assert level(echoing_devices, 4) == 1
    told_of = [type(measurement) for measurement in heard.all]
    assert told_of[:3] == [BusUp, OutputUp, Reading]
    assert set(told_of) == {BusUp, OutputUp, Reading}


async def test_a_line_is_asked_once_whether_it_echoes(serial_devices: ModbusDevices) -> None:
    bus = bus_of(serial_devices, Heard(), outputs=(SIREN, BEACON))
    bus.set_output("siren", energised=True)
    bus.set_output("beacon", energised=False)

    async with running(bus):
        await until(lambda: (level(serial_devices, 4), level(serial_devices, 5)) == (1, 0))
        bus.set_output("siren", energised=False)
        await until(lambda: level(serial_devices, 4) == 0)

    asked = [question[2] for question in serial_devices.asked()]
    assert asked == [READ_COIL, WRITE_COIL, WRITE_COIL, WRITE_COIL]


async def test_an_output_that_fails_now_and_then_is_down_once_and_stays_down(
    serial_devices: ModbusDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here it is written when it is set anew, and at no other time."""
    monkeypatch.setattr(outputs, "AGAIN_AFTER", outputs.WRITE_ANEW_EVERY)
    heard = Heard()
    bus = bus_of(serial_devices, heard, outputs=(SIREN,), reply_within=5)
    asked = []

    async def write(*, well: bool) -> None:
        if not well:
            serial_devices.mishap(2, "exception", 1, code=6)
        written = len(asked)
        bus.set_output("siren", energised=True)
        await until(lambda: asked.extend(writes_in(serial_devices)) or len(asked) > written)

    async with running(bus):
        bus.set_output("siren", energised=True)
        await until(lambda: heard_of(heard, OutputUp))
        asked += writes_in(serial_devices)
        for well in (False, False, False, *(3 * (True, True, False)), True, True):
            await write(well=well)
        flapped = [type(measurement) for measurement in heard.all]
        await write(well=True)
        await until(lambda: len(heard_of(heard, OutputUp)) == 2)

    assert flapped == [BusUp, OutputUp, OutputDown]
    assert len(heard_of(heard, OutputDown)) == 1


def writes_in(devices: ModbusDevices) -> list[list]:
    return [question for question in devices.asked() if question[2] == WRITE_COIL]
