"""A streaming sensor on real pseudo-terminals."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bus_rehearsal import PATIENCE_SECONDS, Heard, detector, ending, now, plan, profile, running

import drivers.serial.bus
from drivers.bus import LineDownError
from drivers.serial.bus import SerialBus, open_bus
from drivers.serial.checksum import Checksum
from drivers.serial.device import SerialProfile
from drivers.serial.frame import FrameField
from drivers.serial.options import SerialBusOptions, SerialDetectorOptions
from rules.instant import seconds
from rules.reading import BusUp, FailedPoll, FaultCause, Measurement, Reading

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


def frame(pm2_5: int) -> bytes:
    words = [0] * 13
    words[4] = pm2_5
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
    opens = drivers.serial.bus._open_port

    def hang(path: str, baud: int) -> Any:
        lets_go.wait(PATIENCE_SECONDS)
        return opens(path, baud)

    monkeypatch.setattr(drivers.serial.bus, "_open_port", hang)
    monkeypatch.setattr(drivers.serial.bus, "OPEN_WITHIN_SECONDS", 0.05)
    bus = bus_on(wire.path, heard)
    with pytest.raises(LineDownError, match=r"did not open in 0\.05 s"):
        await bus.run()
    with pytest.raises(LineDownError, match="still hanging"):
        await bus.run()

    monkeypatch.setattr(drivers.serial.bus, "_open_port", opens)
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
    opens = drivers.serial.bus._open_port

    def hang(path: str, baud: int) -> Any:
        begun.set()
        lets_go.wait(PATIENCE_SECONDS)
        return opens(path, baud)

    monkeypatch.setattr(drivers.serial.bus, "_open_port", hang)
    bus = bus_on(wire.path, heard)
    async with running(bus):
        await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
    lets_go.set()
    assert bus._opening is not None
    await asyncio.wait({bus._opening}, timeout=PATIENCE_SECONDS)

    monkeypatch.setattr(drivers.serial.bus, "_open_port", opens)
    async with running(bus):
        await heard.until(is_up)
