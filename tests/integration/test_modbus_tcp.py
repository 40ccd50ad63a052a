"""The Modbus bus over TCP: towards pymodbus's server, and towards devices that misbehave."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from bus_rehearsal import PATIENCE_SECONDS, Heard, ending, now, plan, running
from modbus_process import ModbusDevices, on_tcp
from modbus_rehearsal import bus_to, coil, device, quiet_loop, register, until

from drivers.bus import LineDownError
from drivers.modbus import opening
from drivers.modbus.bus import open_bus
from drivers.modbus.late_answer import LATE_ANSWER
from drivers.modbus.options import Framing, ModbusBusOptions
from rules.instant import in_seconds
from rules.reading import BusUp, FailedPoll, FaultCause, Reading

HOLDING = "holding-register"
PYMODBUS_SERVER = """
import asyncio
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

async def serve():
    registers = SimData(0, values=[189] * 20, datatype=DataType.REGISTERS)
    server = ModbusTcpServer(SimDevice(1, simdata=[registers]), address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""


@pytest.fixture
def devices() -> Iterator[ModbusDevices]:
    served = on_tcp("1-3")
    for unit in range(1, 4):
        served.set(unit, HOLDING, 6, 180 + unit)
    yield served
    served.close()


@pytest.fixture
def pymodbus_port() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", PYMODBUS_SERVER], stdout=subprocess.PIPE
    ) as server:
        yield int(server.stdout.readline())
        server.kill()


async def test_a_pymodbus_server_is_read(pymodbus_port: int) -> None:
    heard = Heard()
    options = ModbusBusOptions(host="127.0.0.1", tcp_port=pymodbus_port)
    wrong = device("wrong", 1, co=register(50))

    async with running(open_bus(plan(options, (device("co", 1), wrong)), heard, now)):
        await heard.reading("co", 18.9)
        failure = await heard.failure("wrong")

    assert failure.cause is FaultCause.EXCEPTION_REPLY
    assert "holding-register 50: exception 02 (illegal data address)" in failure.detail


@pytest.mark.parametrize(
    ("kind", "options", "cause", "words"),
    [
        ("silent", {}, FaultCause.NO_REPLY, "no reply in 100 ms"),
        ("truncate", {"keep": 9}, FaultCause.BAD_REPLY, "cut short after 9 bytes"),
        ("as-unit", {"other": 9}, FaultCause.BAD_REPLY, "unit 9 answered"),
        ("as-function", {"other": 4}, FaultCause.BAD_REPLY, "function 4 and not 3"),
        ("longer", {"registers": 1}, FaultCause.BAD_REPLY, "another length"),
        ("transaction", {"offset": -1}, FaultCause.BAD_REPLY, "another question"),
        ("raw", {"bytes": "485454502F312E31"}, FaultCause.BAD_REPLY, "not Modbus/TCP"),
        ("raw", {"bytes": "0000"}, FaultCause.BAD_REPLY, "cut short"),
        ("exception", {"code": 2}, FaultCause.EXCEPTION_REPLY, "02 (illegal data address)"),
        ("exception", {"code": 11}, FaultCause.EXCEPTION_REPLY, "11 (gateway target"),
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


async def test_a_late_answer_is_known_by_its_number_and_holds_up_nothing(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    twins = {"gas": register(20), "temperature": register(30)}
    devices.set(1, HOLDING, 20, 111)
    devices.set(1, HOLDING, 30, 222)
    devices.mishap(1, "late", 1, address=20, seconds=0.25)  # while 30 is asked for
    devices.mishap(1, "late", address=30, seconds=0.08)

    async with quiet_loop(), running(bus_to(devices, heard, device("twin", 1, **twins))):
        await until(lambda: len(heard.values("twin")) >= 10)

    told = {(m.quantity, m.value) for m in heard.all if isinstance(m, Reading)}
    assert told == {("gas", 111.0), ("temperature", 222.0)}
    assert any(isinstance(m, FailedPoll) for m in heard.all)


HOSTILE = (
    "0001000000020164",
    "0001000000040128FFFF",
    "00010000FFFF0103",
    "000100000001",
    "00010000000001",
    "FF" * 2000,
    "0001000000050103",
    "000100000003010302",
)


async def test_no_bytes_from_the_wire_raise_anything(devices: ModbusDevices) -> None:
    heard = Heard()
    for received in HOSTILE:
        devices.mishap(1, "raw", 1, bytes=received)

    async with quiet_loop(), running(bus_to(devices, heard, device("co", 1), device("other", 2))):
        await heard.failure("co")
        await until(lambda: len(heard.values("other")) >= 5)

    assert set(heard.values("co")) <= {18.1}
    assert set(heard.values("other")) == {18.2}


async def test_a_host_that_is_not_there_is_a_line_down_that_says_what_to_look_at() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    bus = open_bus(plan(ModbusBusOptions(host="127.0.0.1", tcp_port=port)), Heard(), now)

    with pytest.raises(LineDownError, match=f"127.0.0.1:{port}: Connection refused; .*502|port"):
        await bus.run()


async def test_a_name_that_nobody_knows_is_a_line_down_that_says_so() -> None:
    options = ModbusBusOptions(host="nonesuch.invalid")

    with pytest.raises(LineDownError, match=r"nonesuch.invalid:502: .*host's name"):
        await open_bus(plan(options), Heard(), now).run()


async def test_a_host_that_takes_no_connection_is_given_up_in_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "OPEN_WITHIN_SECONDS", 0.3)
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = full.getsockname()[1]
        for _ in range(3):  # one more than the queue holds; the kernel drops what comes after
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        bus = open_bus(plan(ModbusBusOptions(host="127.0.0.1", tcp_port=port)), Heard(), now)

        with pytest.raises(LineDownError, match=r"did not open in 0.3 s; is the host powered"):
            await bus.run()


async def test_a_connection_that_drops_is_a_line_down_at_once_and_can_be_opened_again(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    bus = bus_to(devices, heard, device("co", 1, every=60))

    async with quiet_loop(), running(bus) as task:
        await heard.reading("co", 18.1)
        devices.do("unplug")
        lost = await ending(task)
    devices.do("plug")
    since = len(heard.all)
    async with running(bus):
        await heard.reading("co", 18.1, since=since)

    assert isinstance(lost, LineDownError)
    assert "the connection was lost" in str(lost)
    assert isinstance(heard.all[since], BusUp)


async def test_a_connection_that_drops_under_a_question_does_not_wait_for_the_answer(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    devices.mishap(1, "silent")
    bus = bus_to(devices, heard, device("co", 1), reply_within=5)

    async with running(bus) as task:
        await until(devices.asked)
        devices.do("unplug")
        lost = await ending(task)

    assert isinstance(lost, LineDownError)
    assert [m for m in heard.all if isinstance(m, FailedPoll)] == []


async def test_a_connection_on_which_no_unit_answers_is_given_up(devices: ModbusDevices) -> None:
    heard = Heard()
    units = [device(f"d{unit}", unit) for unit in (1, 2)]

    async with running(bus_to(devices, heard, *units)) as task:
        await heard.reading("d2", 18.2)
        os.kill(devices.process.pid, signal.SIGSTOP)  # its kernel goes on acknowledging
        try:
            lost = await ending(task)
        finally:
            os.kill(devices.process.pid, signal.SIGCONT)

    assert isinstance(lost, LineDownError)
    assert "connected, and not one unit answers" in str(lost)
    failed = [m for m in heard.all if isinstance(m, FailedPoll)]
    assert len(failed) >= 3
    assert {m.detector for m in failed} == {"d1", "d2"}


async def test_a_host_that_takes_connections_and_never_answers_is_never_up(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    devices.mishap(1, "silent")
    bus = bus_to(devices, heard, device("d1", 1))

    for _ in range(2):
        async with running(bus) as task:
            assert isinstance(await ending(task), LineDownError)
    silent = list(heard.all)
    devices.do("behave", 1)
    async with running(bus):
        await heard.reading("d1", 18.1)

    assert {type(measurement) for measurement in silent} == {FailedPoll}
    assert isinstance(heard.all[len(silent)], BusUp)


async def test_a_connection_on_which_one_unit_answers_is_kept(devices: ModbusDevices) -> None:
    heard = Heard()
    devices.mishap(1, "silent")
    units = [device("d1", 1), device("d2", 2, every=0.5)]

    async with running(bus_to(devices, heard, *units, reply_within=0.3)) as task:
        await until(lambda: sum(isinstance(m, FailedPoll) for m in heard.all) >= 4)
        assert not task.done()

    assert set(heard.values("d2")) == {18.2}


async def test_a_connection_on_which_only_an_output_answers_is_kept(
    devices: ModbusDevices,
) -> None:
    heard = Heard()
    devices.mishap(1, "silent")
    devices.set(2, "coil", 4, 0)
    bus = bus_to(devices, heard, device("d1", 1), outputs=(coil("siren", 2, 4),), reply_within=0.3)
    bus.set_output("siren", energised=True)

    async with running(bus) as task:
        await until(lambda: sum(isinstance(m, FailedPoll) for m in heard.all) >= 4)
        assert not task.done()

    assert sum(isinstance(m, BusUp) for m in heard.all) == 1


async def test_the_socket_gives_up_a_host_that_acknowledges_nothing(
    devices: ModbusDevices,
) -> None:
    """A pulled cable cannot be played here: the option that finds it is read back."""
    heard = Heard()
    bus = bus_to(devices, heard, device("co", 1))

    async with running(bus):
        await heard.reading("co", 18.1)
        connection = bus._line._context.transport.get_extra_info("socket")
        option = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)

    assert 1000 <= option <= PATIENCE_SECONDS * 1000


# --- a serial server in its transparent mode: RTU frames, no numbers ------------------------------


@pytest.fixture
def behind_server() -> Iterator[ModbusDevices]:
    served = on_tcp("1-3", "--rtu-frames")
    for unit in range(1, 4):
        served.set(unit, HOLDING, 6, 180 + unit)
    yield served
    served.close()


@pytest.mark.parametrize(
    ("kind", "options", "cause", "words"),
    [
        ("corrupt", {}, FaultCause.BAD_CHECKSUM, "bad checksum: 01 03 02 00 B5"),
        ("as-unit", {"other": 9}, FaultCause.BAD_REPLY, "unit 9 answered"),
        ("exception", {"code": 2}, FaultCause.EXCEPTION_REPLY, "02 (illegal data address)"),
    ],
)
async def test_through_a_serial_server_what_is_no_answer_is_a_failed_poll_that_says_why(
    behind_server: ModbusDevices, kind: str, options: dict, cause: FaultCause, words: str
) -> None:
    heard = Heard()
    behind_server.mishap(1, kind, 1, **options)
    bus = bus_to(behind_server, heard, device("co", 1), framing=Framing.RTU)

    async with quiet_loop(), running(bus):
        failure = await heard.failure("co")
        await heard.reading("co", 18.1)

    assert failure.cause is cause
    assert words in failure.detail
    assert set(heard.values("co")) == {18.1}


async def test_through_a_serial_server_a_late_answer_does_not_bring_an_old_value(
    behind_server: ModbusDevices,
) -> None:
    heard = Heard()
    behind_server.mishap(1, "late", 1, seconds=0.25)
    behind_server.mishap(1, "late", seconds=0.08)

    async with running(bus_to(behind_server, heard, device("co", 1), framing=Framing.RTU)):
        await heard.failure("co")
        behind_server.set(1, HOLDING, 6, 500)
        await heard.reading("co", 50.0)

    assert set(heard.values("co")) == {50.0}
    times = [at for at, *_ in behind_server.asked()]
    assert times[1] - times[0] > in_seconds(LATE_ANSWER)


async def test_a_serial_server_through_which_nobody_answers_any_more_is_given_up(
    behind_server: ModbusDevices,
) -> None:
    heard = Heard()

    async with running(bus_to(behind_server, heard, device("d1", 1), framing=Framing.RTU)) as task:
        await heard.reading("d1", 18.1)
        behind_server.mishap(1, "silent")
        lost = await ending(task)

    assert "connected, and not one unit answers" in str(lost)


async def test_no_bytes_through_a_serial_server_raise_anything(
    behind_server: ModbusDevices,
) -> None:
    heard = Heard()
    for received in (*HOSTILE, "01 83", "01 03 02 " * 50):
        behind_server.mishap(1, "raw", 1, bytes=received)
    units = (device("co", 1), device("other", 2))

    async with quiet_loop(), running(bus_to(behind_server, heard, *units, framing=Framing.RTU)):
        await heard.failure("co")
        await until(lambda: len(heard.values("other")) >= 5)

    assert set(heard.values("co")) <= {18.1}
    assert set(heard.values("other")) == {18.2}
