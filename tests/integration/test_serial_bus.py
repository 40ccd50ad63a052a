"""Sensors and panels on real pseudo-terminals."""

import asyncio
import contextlib
import itertools
import os
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from bus_rehearsal import PATIENCE_SECONDS, Heard, detector, ending, now, plan, profile, running

import drivers.serial.bus
import drivers.serial.sensor
from drivers.bus import LineDownError
from drivers.serial.bus import SerialBus, open_bus
from drivers.serial.checksum import Checksum
from drivers.serial.device import SerialProfile
from drivers.serial.frame import FrameFault, FrameField
from drivers.serial.options import SerialBusOptions, SerialDetectorOptions
from drivers.serial.printed import Encoding, PrintedEvent, PrintedLines, Says
from gateway.backoff import Backoff
from gateway.buses import GuardedBus
from gateway.supervisor import supervise
from rules.instant import seconds
from rules.profile import DetectorKind, QuantityRange
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Measurement, Reading
from rules.site import DetectorDefinition
from rules.supervision import DetectorSupervision, FaultKind

# A sensor in a process of its own: it makes a pseudo-terminal, says its name, and streams frames
# for ever, each after half a frame of noise.
SENSOR = """
import os, sys, time, tty
master, slave = os.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
words = [0] * 13
words[4] = int(sys.argv[1])
body = bytes.fromhex("424D001C") + b"".join(word.to_bytes(2, "big") for word in words)
frame = body + (sum(body) & 0xFFFF).to_bytes(2, "big")
sys.stdin.readline()
while True:
    os.write(master, frame[:16] + frame)
    time.sleep(0.02)
"""


def frame(pm2_5: int, status: int = 0) -> bytes:
    words = [0] * 13
    words[0], words[4] = status, pm2_5
    body = bytes.fromhex("424D001C") + b"".join(word.to_bytes(2, "big") for word in words)
    return body + (sum(body) & 0xFFFF).to_bytes(2, "big")


class Wire:
    """A pseudo-terminal pair: the gateway's end has a name, ours a descriptor."""

    def __init__(self) -> None:
        self.ours, self._theirs = os.openpty()
        self.path = os.ttyname(self._theirs)

    def send(self, data: bytes) -> None:
        assert os.write(self.ours, data) == len(data)

    def unplug(self) -> None:
        for descriptor in (self.ours, self._theirs):
            if descriptor >= 0:
                os.close(descriptor)
        self.ours = self._theirs = -1


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.unplug()


PMS5003 = SerialProfile(
    header="42 4D 00 1C",
    length=32,
    checksum=Checksum.SUM16,
    fields={"pm2_5": FrameField(at=12)},
)


def bus_on(
    path: str, heard: Heard, every_seconds: float = 0.0, silent_seconds: float = 30.0
) -> SerialBus:
    device = replace(PMS5003, silent_after=seconds(silent_seconds))
    model = profile("serial", "pm2_5", device=device)
    dust = detector("dust", model, SerialDetectorOptions(), every_seconds)
    return open_bus(plan(SerialBusOptions(port=path), (dust,)), heard, now)


def is_up(measurement: Measurement) -> bool:
    return isinstance(measurement, BusUp)


async def test_each_frame_is_a_reading_dated_by_its_arrival(wire: Wire) -> None:
    heard = Heard()

    async with running(bus_on(wire.path, heard)):
        await heard.until(is_up)
        before = now()
        wire.send(frame(12) + frame(13))
        reading = await heard.reading("dust", 13.0)

    assert heard.values("dust") == [12.0, 13.0]
    assert reading.quantity == "pm2_5"
    assert before <= reading.at <= now()


async def test_a_sensor_that_wants_attention_is_told_before_each_of_its_values(wire: Wire) -> None:
    heard = Heard()
    worn = replace(PMS5003, warnings={"fan": FrameFault(at=5, bit=0)})
    dust = detector("dust", profile("serial", "pm2_5", device=worn), SerialDetectorOptions(), 0.0)

    async with running(open_bus(plan(SerialBusOptions(port=wire.path), (dust,)), heard, now)):
        await heard.until(is_up)
        wire.send(frame(12, status=1) + frame(13, status=1))
        await heard.reading("dust", 13.0)
        wire.send(frame(14))
        await heard.reading("dust", 14.0)

    assert warned_values(heard.all[1:5]) == [12.0, 13.0]
    assert [type(each) for each in heard.all[5:]] == [Reading]


async def test_a_frame_that_comes_in_pieces_is_one_reading(wire: Wire) -> None:
    heard = Heard()
    whole = frame(77)

    async with running(bus_on(wire.path, heard)):
        await heard.until(is_up)
        for byte in whole:
            wire.send(bytes([byte]))
            await asyncio.sleep(0)
        await heard.reading("dust", 77.0)

    assert heard.values("dust") == [77.0]


async def test_between_two_turns_only_the_newest_frame_is_told(wire: Wire) -> None:
    heard = Heard()

    async with running(bus_on(wire.path, heard, every_seconds=0.5)):
        await heard.until(is_up)
        wire.send(b"".join(frame(value) for value in (1, 2, 3, 4, 5)))
        await heard.reading("dust", 5.0)

    assert heard.values("dust") == [1.0, 5.0]


async def test_a_bad_frame_is_never_a_value_and_the_next_good_one_is(wire: Wire) -> None:
    heard = Heard()
    bad = bytearray(frame(999))
    bad[13] ^= 0x40

    async with running(bus_on(wire.path, heard)):
        await heard.until(is_up)
        wire.send(bytes(bad) + frame(21))
        await heard.reading("dust", 21.0)

    assert heard.values("dust") == [21.0]


async def test_a_sensor_that_sends_nothing_has_failed_and_recovers(wire: Wire) -> None:
    heard = Heard()

    async with running(bus_on(wire.path, heard, silent_seconds=0.05)):
        first = await heard.failure("dust")
        second = await heard.failure("dust", since=heard.all.index(first) + 1)
        wire.send(frame(5))
        await heard.reading("dust", 5.0)

    assert first.cause is FaultCause.NO_REPLY
    assert "not a byte in 0.05 s" in first.detail
    assert second.at >= first.at + seconds(0.05)


@pytest.mark.parametrize(
    ("noise", "cause", "said"),
    [
        (frame(9)[:-1] + b"\x99", FaultCause.BAD_CHECKSUM, "1 with a bad checksum"),
        (b"\x55" * 40, FaultCause.BAD_REPLY, "0 with a bad checksum"),
    ],
    ids=["one bit turned", "another baud rate"],
)
async def test_bytes_without_a_good_frame_are_told_for_what_they_are(
    wire: Wire, noise: bytes, cause: FaultCause, said: str
) -> None:
    heard = Heard()

    async with running(bus_on(wire.path, heard, silent_seconds=0.1)):
        await heard.until(is_up)
        wire.send(noise)
        failure = await heard.until(lambda m: isinstance(m, FailedPoll) and m.cause is cause)

    assert isinstance(failure, FailedPoll)
    assert said in failure.detail
    assert "no good frame" in failure.detail


async def test_a_garbled_stretch_is_one_failed_attempt_and_the_frame_behind_it_is_told_at_once(
    wire: Wire,
) -> None:
    heard = Heard()
    bad = bytearray(frame(8))
    bad[9] ^= 1

    async with running(bus_on(wire.path, heard, every_seconds=30)):
        await heard.until(is_up)
        wire.send(b"\x00\x01" + frame(1))  # the stream is joined in the middle: no news
        await heard.reading("dust", 1.0)
        wire.send(frame(7) + bytes(bad) + bytes(bad) + frame(2) + bytes(bad) + frame(3))
        await heard.reading("dust", 2.0)

    failures = [m for m in heard.all if isinstance(m, FailedPoll)]
    assert [failure.cause for failure in failures] == [FaultCause.BAD_CHECKSUM]
    assert "64 bytes garbled, 2 frames with a bad checksum" in failures[0].detail
    assert heard.values("dust") == [1.0, 2.0]


@pytest.mark.parametrize(("stretches", "faults"), [(6, []), (7, [FaultKind.LINE])])
async def test_more_than_six_garbled_stretches_in_a_minute_are_a_fault_of_the_line_alone(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, stretches: int, faults: list[FaultKind]
) -> None:
    heard = Heard()
    monkeypatch.setattr(drivers.serial.sensor, "GARBLED_TOLD_EVERY", seconds(0))
    supervision = DetectorSupervision(
        DetectorDefinition(
            id="dust",
            zone="hall",
            bus="line",
            kind=DetectorKind.SENSOR,
            quantities={"pm2_5": QuantityRange(lowest=0, highest=1000)},
            every=seconds(1),
            stale_after=seconds(30),
            warm_up=seconds(0),
        ),
        started=now(),
        warming=False,
    )

    async with running(bus_on(wire.path, heard)):
        await heard.until(is_up)
        wire.send(frame(0) + b"".join(b"\x00" + frame(1 + value) for value in range(stretches)))
        await heard.reading("dust", float(stretches))
    changes = []
    for each in heard.all:
        if isinstance(each, FailedPoll):
            changes.append(supervision.failed(each.cause, each.detail, each.at))
        elif isinstance(each, Reading):
            changes += supervision.measured(each.quantity, each.value, each.at)[1]

    assert [change.kind for change in changes if change is not None] == faults


async def test_an_unplugged_adapter_ends_the_run_and_a_link_to_the_new_one_is_followed(
    tmp_path: Path, wire: Wire
) -> None:
    heard = Heard()
    link = tmp_path / "by-id"
    link.symlink_to(wire.path)
    bus = bus_on(str(link), heard)

    async with running(bus) as task:
        await heard.until(is_up)
        wire.unplug()
        error = await ending(task)

    other = Wire()
    link.unlink()
    link.symlink_to(other.path)
    try:
        async with running(bus):
            await heard.until(is_up, since=1)
            other.send(frame(3))
            await heard.reading("dust", 3.0)
    finally:
        other.unplug()
    assert isinstance(error, LineDownError)
    assert "still plugged in" in str(error)


async def test_a_sensor_in_another_process_is_read_until_it_is_killed() -> None:
    heard = Heard()
    pipe = asyncio.subprocess.PIPE
    sensor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENSOR, "42", stdin=pipe, stdout=pipe
    )
    assert sensor.stdin is not None
    assert sensor.stdout is not None
    try:
        path = (await sensor.stdout.readline()).decode().strip()
        async with running(bus_on(path, heard)) as task:
            await heard.until(is_up)
            sensor.stdin.write(b"\n")
            await heard.until(lambda _: len(heard.values("dust")) >= 5)
            sensor.kill()
            error = await ending(task)
    finally:
        with contextlib.suppress(ProcessLookupError):
            sensor.kill()
        await sensor.communicate()

    assert isinstance(error, LineDownError)
    assert {m.value for m in heard.all if isinstance(m, Reading)} == {42.0}


async def test_a_port_in_use_is_refused(wire: Wire) -> None:
    heard = Heard()

    async with running(bus_on(wire.path, heard)):
        await heard.until(is_up)
        with pytest.raises(LineDownError, match="exclusively lock"):
            await bus_on(wire.path, Heard()).run()


@pytest.mark.parametrize("kind", ["missing", "plain file"])
async def test_what_is_no_port_is_a_line_down(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "port"
    if kind == "plain file":
        path.write_text("no terminal")

    with pytest.raises(LineDownError, match="group dialout") as caught:
        await bus_on(str(path), Heard()).run()

    assert str(caught.value).startswith(str(path))


async def test_a_port_with_two_sensors_is_refused(wire: Wire) -> None:
    model: Any = profile("serial", "pm2_5", device=PMS5003)
    two = tuple(detector(name, model, SerialDetectorOptions()) for name in ("a", "b"))

    with pytest.raises(LineDownError, match="carries one sensor, and the site gives it 2"):
        await open_bus(plan(SerialBusOptions(port=wire.path), two), Heard(), now).run()


async def test_an_adapter_that_hangs_while_it_is_opened_holds_up_nobody(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    lets_go = threading.Event()
    opens = drivers.serial.bus.open_port

    def hang(path: str, baud: int) -> Any:
        lets_go.wait(PATIENCE_SECONDS)
        return opens(path, baud)

    monkeypatch.setattr(drivers.serial.bus, "open_port", hang)
    monkeypatch.setattr(drivers.serial.bus, "OPEN_WITHIN_SECONDS", 0.05)
    bus = bus_on(wire.path, heard)
    with pytest.raises(LineDownError, match=r"did not open in 0\.05 s"):
        await bus.run()
    with pytest.raises(LineDownError, match="still hanging"):
        await bus.run()

    monkeypatch.setattr(drivers.serial.bus, "open_port", opens)
    monkeypatch.setattr(drivers.serial.bus, "OPEN_WITHIN_SECONDS", PATIENCE_SECONDS)
    lets_go.set()
    assert bus._opening is not None
    await asyncio.wait({bus._opening}, timeout=PATIENCE_SECONDS)

    # The port that came too late was closed again: it can be locked.
    async with running(bus):
        await heard.until(is_up)


async def test_a_run_cancelled_while_the_port_is_opened_leaves_it_closed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    lets_go, begun = threading.Event(), threading.Event()
    opens = drivers.serial.bus.open_port

    def hang(path: str, baud: int) -> Any:
        begun.set()
        lets_go.wait(PATIENCE_SECONDS)
        return opens(path, baud)

    monkeypatch.setattr(drivers.serial.bus, "open_port", hang)
    bus = bus_on(wire.path, heard)
    async with running(bus):
        await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
    lets_go.set()
    assert bus._opening is not None
    await asyncio.wait({bus._opening}, timeout=PATIENCE_SECONDS)

    monkeypatch.setattr(drivers.serial.bus, "open_port", opens)
    async with running(bus):
        await heard.until(is_up)


# -- a sensor that is asked --------------------------------------------------------------------

MH_Z19B = SerialProfile(
    header="FF 86",
    length=9,
    checksum=Checksum.NEGATED_SUM8,
    ask="FF 01 86 00 00 00 00 00 79",
    answer_within=seconds(0.1),
    start=("FF 01 79 00 00 00 00 00 86",),
    silent_after=seconds(0.25),
    fields={"co2": FrameField(at=2, no_value=(0,))},
)
QUESTION, COMMAND = bytes.fromhex(MH_Z19B.ask), bytes.fromhex(MH_Z19B.start[0])
ANSWER = bytes.fromhex("FF 86 02 8A 44 00 00 00 AA")


class Device:
    """The other end of a wire, which answers as it is told, and notes what it was asked."""

    def __init__(self, wire: Wire, answers: dict[bytes, bytes]) -> None:
        self.asked: list[bytes] = []
        self._wire = wire
        self._answers = answers
        os.set_blocking(wire.ours, False)

    def __enter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._wire.ours, self._answer)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._wire.ours)

    def _answer(self) -> None:
        question = os.read(self._wire.ours, 4096)
        self.asked.append(question)
        if answer := self._answers.get(question):
            self._wire.send(answer)


def asking(wire: Wire, heard: Heard, **changes: Any) -> SerialBus:
    model = profile("serial", "co2", device=replace(MH_Z19B, **changes))
    one = detector("air", model, SerialDetectorOptions(), 0.05)
    return open_bus(plan(SerialBusOptions(port=wire.path), (one,)), heard, now)


async def test_a_sensor_that_is_asked_answers_with_a_reading_at_each_turn(wire: Wire) -> None:
    heard = Heard()

    with Device(wire, {QUESTION: ANSWER}) as device:
        async with running(asking(wire, heard)):
            await heard.until(lambda _: len(heard.values("air")) >= 3)

    assert set(heard.values("air")) == {650.0}
    assert device.asked[:2] == [COMMAND, QUESTION]
    assert set(device.asked) == {COMMAND, QUESTION}
    assert not any(isinstance(m, FailedPoll) for m in heard.all)


async def test_what_came_before_the_question_is_no_answer_to_it(wire: Wire) -> None:
    heard = Heard()
    other = bytes.fromhex("FF 86 01 F4 44 00 00 00 41")

    with Device(wire, {COMMAND: other, QUESTION: b"\x00" + ANSWER + other}):
        async with running(asking(wire, heard)):
            await heard.until(lambda _: len(heard.values("air")) >= 3)

    assert set(heard.values("air")) == {650.0}


@pytest.mark.parametrize(
    ("answer", "cause", "said"),
    [
        (b"", FaultCause.NO_REPLY, "not a byte of an answer in 0.1 s"),
        (ANSWER[:-1] + b"\xab", FaultCause.BAD_CHECKSUM, "bad checksum in 9 bytes: FF 86 02"),
        (b"\x55" * 40, FaultCause.BAD_REPLY, "no answer that the profile knows in 40 bytes: 55"),
        (
            bytes.fromhex("FF 86 00 00 44 00 00 00 36"),
            FaultCause.DEVICE_FAULT,
            "co2 has no value: 00 00 at byte 2",
        ),
    ],
    ids=["silence", "one bit turned", "another device", "no value"],
)
async def test_a_question_without_a_usable_answer_has_failed(
    wire: Wire, answer: bytes, cause: FaultCause, said: str
) -> None:
    heard = Heard()

    with Device(wire, {QUESTION: answer}):
        async with running(asking(wire, heard)):
            failure = await heard.failure("air")

    assert failure.cause is cause
    assert said in failure.detail
    assert failure.detail.startswith(wire.path)
    assert heard.values("air") == []


async def test_a_sensor_that_has_been_silent_is_set_up_again_and_not_sooner(wire: Wire) -> None:
    heard = Heard()
    deaf = Device(wire, {})

    with deaf:
        async with running(asking(wire, heard)):
            await heard.until(lambda _: deaf.asked.count(COMMAND) >= 3)

    # 0.25 s of silence are two unanswered questions at least.
    between = [len(list(run)) for asked, run in itertools.groupby(deaf.asked) if asked == QUESTION]
    assert min(between[:-1]) >= 2
    assert {m.cause for m in heard.all if isinstance(m, FailedPoll)} == {FaultCause.NO_REPLY}


async def test_a_sensor_that_sends_by_itself_is_set_up_at_the_start_and_after_a_silence(
    wire: Wire,
) -> None:
    heard = Heard()
    device = replace(PMS5003, start=("42 4D E1 00 01 01 71",), silent_after=seconds(0.1))
    dust = detector("dust", profile("serial", "pm2_5", device=device), SerialDetectorOptions())
    command = bytes.fromhex(device.start[0])

    with Device(wire, {command: frame(4)}) as sensor:
        async with running(open_bus(plan(SerialBusOptions(port=wire.path), (dust,)), heard, now)):
            await heard.until(lambda _: len(heard.values("dust")) >= 2)

    assert set(sensor.asked) == {command}
    assert [m.cause for m in heard.all if isinstance(m, FailedPoll)][:1] == [FaultCause.NO_REPLY]


async def test_a_port_that_takes_no_more_bytes_ends_the_run(wire: Wire) -> None:
    heard = Heard()
    bus = asking(wire, heard, start=())
    full = os.open(wire.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    tty.setraw(full)
    refused = 0
    while refused < 10:  # the kernel moves on what it was given, and then has room once more
        try:
            os.write(full, b"x")
        except BlockingIOError:
            refused += 1
            await asyncio.sleep(0.01)
        else:
            refused = 0
    os.close(full)

    async with running(bus) as task:
        error = await ending(task)

    assert isinstance(error, LineDownError)
    assert "takes no more bytes" in str(error)


async def test_the_site_file_says_how_the_port_is_set_where_the_profile_is_wrong(
    wire: Wire,
) -> None:
    heard = Heard()
    model = profile("serial", "pm2_5", device=PMS5003)
    dust = detector("dust", model, SerialDetectorOptions())
    options = SerialBusOptions(port=wire.path, baud=1200, stop_bits=2)

    async with running(open_bus(plan(options, (dust,)), heard, now)):
        await heard.until(is_up)
        _, _, control, _, in_speed, out_speed, _ = termios.tcgetattr(wire.ours)

    assert in_speed == out_speed == termios.B1200
    assert control & termios.CSTOPB


# -- a panel that prints -----------------------------------------------------------------------

PRINTED = SerialProfile(
    lines=PrintedLines(
        encoding=Encoding.UTF_8,
        events=(
            PrintedEvent(match="*RESET*", says=Says.ALL_REST),
            PrintedEvent(match="*CHÁY*{point}", says=Says.ACTIVE),
            PrintedEvent(match="*LỖI*{point}", says=Says.FAULT),
            PrintedEvent(match="*BẨN*{point}", says=Says.WARNING),
        ),
    )
)


def panel_on(path: str, heard: Heard, every_seconds: float = 30.0) -> SerialBus:
    model = profile("serial", "contact", device=PRINTED)
    zones = tuple(
        detector(name, model, SerialDetectorOptions(point=point), every_seconds)
        for name, point in (("lobby", "Vùng 1"), ("store", "VÙNG 12"))
    )
    return open_bus(plan(SerialBusOptions(port=path), zones), heard, now)


async def test_a_printed_alarm_is_told_at_once_for_its_point_alone(wire: Wire) -> None:
    heard = Heard()

    async with running(panel_on(wire.path, heard)):
        await heard.until(lambda _: heard.values("store") == [0.0])
        wire.send("12:04 BÁO CHÁY vùng 12\r\n".encode())
        await heard.reading("store", 1.0)
        wire.send(b"SYSTEM RESET\r\n")
        await heard.until(lambda _: heard.values("store") == [0.0, 1.0, 0.0])

    assert heard.values("lobby") == [0.0, 0.0]


async def test_a_line_whose_end_comes_only_with_the_next_is_told_after_a_rest(wire: Wire) -> None:
    heard = Heard()

    async with running(panel_on(wire.path, heard)):
        await heard.until(is_up)
        wire.send("\r\nCHÁY VÙNG 1".encode())
        await heard.reading("lobby", 1.0)

    assert heard.values("store") == [0.0]


async def test_the_state_of_each_point_is_told_again_at_its_turns(wire: Wire) -> None:
    heard = Heard()

    async with running(panel_on(wire.path, heard, every_seconds=0.02)):
        await heard.until(is_up)
        wire.send("LỖI VÙNG 1\rCHÁY VÙNG 12\r".encode())
        failure = await heard.failure("lobby")
        told = len(heard.all)
        await heard.until(lambda _: len(heard.values("store", since=told)) >= 3)

    assert failure.cause is FaultCause.DEVICE_FAULT
    assert "'LỖI VÙNG 1'" in failure.detail
    assert set(heard.values("store", since=told)) == {1.0}


async def test_an_alarm_of_a_point_that_wants_attention_is_told_with_its_warning(
    wire: Wire,
) -> None:
    heard = Heard()

    async with running(panel_on(wire.path, heard)):
        await heard.until(lambda _: len(heard.values("lobby")) == 1)
        wire.send("BẨN VÙNG 1\rCHÁY VÙNG 1\r".encode())
        await heard.reading("lobby", 1.0)

    told = [m for m in heard.all if isinstance(m, FailedPoll | Reading) and m.detector == "lobby"]
    assert warned_values(told[1:]) == [0.0, 1.0]
    assert heard.values("store") == [0.0]


def warned_values(told: list[Measurement]) -> list[float]:
    """Give the values, each of which must follow its warning of the same instant."""
    warnings, readings = told[::2], told[1::2]
    assert [m.cause for m in warnings if isinstance(m, FailedPoll)] == [
        FaultCause.DEVICE_WARNING
    ] * len(readings)
    assert [m.at for m in warnings] == [m.at for m in readings]
    return [m.value for m in readings if isinstance(m, Reading)]


async def test_an_alarm_that_nothing_explains_is_a_fault_of_every_point(wire: Wire) -> None:
    heard = Heard()

    async with running(panel_on(wire.path, heard)):
        await heard.until(is_up)
        wire.send("CHÁY VÙNG 99\r".encode())
        lobby, store = await heard.failure("lobby"), await heard.failure("store")

    assert lobby.cause is store.cause is FaultCause.DEVICE_FAULT
    assert "alarm at a point that no detector has: 'CHÁY VÙNG 99'" in store.detail


async def test_a_garbled_line_is_a_failed_attempt_and_the_state_is_told_with_it(wire: Wire) -> None:
    heard = Heard()

    async with running(panel_on(wire.path, heard)):
        await heard.until(lambda _: len(heard.values("store")) == 1)
        wire.send(b"\xff\xfe\xff\r\xff\r" + b"x" * 300 + b"\r")
        await heard.failure("store")
        wire.send("CHÁY VÙNG 1\r".encode())
        await heard.reading("lobby", 1.0)

    # Once a second at most, however many there are.
    assert [m.cause for m in heard.all if isinstance(m, FailedPoll)] == [FaultCause.BAD_REPLY] * 2
    assert heard.values("store") == [0.0, 0.0]


async def test_an_alarm_outlives_the_port(wire: Wire, tmp_path: Path) -> None:
    heard = Heard()
    link = tmp_path / "by-id"
    link.symlink_to(wire.path)
    bus = panel_on(str(link), heard)

    async with running(bus) as task:
        await heard.until(is_up)
        wire.send("CHÁY VÙNG 12\r".encode())
        await heard.reading("store", 1.0)
        wire.unplug()
        await ending(task)
    other = Wire()
    link.unlink()
    link.symlink_to(other.path)
    seen = len(heard.all)
    try:
        async with running(bus):
            await heard.reading("lobby", 0.0, since=seen)
            await heard.reading("store", 1.0, since=seen)
    finally:
        other.unplug()


async def test_a_port_with_two_profiles_is_refused(wire: Wire) -> None:
    panel = profile("serial", "contact", device=PRINTED)
    sensor = replace(profile("serial", "pm2_5", device=PMS5003), id="other")
    both = (
        detector("lobby", panel, SerialDetectorOptions(point="1")),
        detector("dust", sensor, SerialDetectorOptions()),
    )

    with pytest.raises(LineDownError, match="one sensor or one panel, and the site gives it 2"):
        await open_bus(plan(SerialBusOptions(port=wire.path), both), Heard(), now).run()


# -- unplugged and back ------------------------------------------------------------------------


async def test_unplugged_and_back_a_hundred_times_each_is_one_outage_and_one_return(
    tmp_path: Path,
) -> None:
    heard = Heard()
    link = tmp_path / "by-id"
    wire = Wire()
    link.symlink_to(wire.path)
    model = profile("serial", "pm2_5", device=PMS5003)
    dust = detector("dust", model, SerialDetectorOptions(), 0.0)
    guarded = GuardedBus(
        plan(SerialBusOptions(port=str(link)), (dust,)), "drivers.serial.bus", heard, now
    )
    quick = Backoff(first=seconds(0.001), longest=seconds(0.001))
    task = asyncio.create_task(supervise(guarded.supervised(), random=lambda: 0.0, backoff=quick))
    try:
        await heard.until(is_up)
        for value in range(100):
            wire.unplug()
            link.unlink()
            seen = len(heard.all)
            await heard.until(lambda m: isinstance(m, BusDown), since=seen - 1)
            wire = Wire()
            link.symlink_to(wire.path)
            await heard.until(is_up, since=seen)
            wire.send(frame(value))
            await heard.reading("dust", float(value), since=seen)
    finally:
        task.cancel()
        await asyncio.wait({task})
        wire.unplug()

    kinds = [type(m) for m in heard.all if isinstance(m, BusDown | BusUp)]
    assert kinds == [BusUp] + [BusDown, BusUp] * 100
    assert heard.values("dust") == [float(value) for value in range(100)]
    assert not any(isinstance(m, FailedPoll) for m in heard.all)
