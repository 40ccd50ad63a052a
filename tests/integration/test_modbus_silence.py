"""The silence between frames on a serial line, which the test holds the other end of."""

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from bus_rehearsal import Heard, now, plan, running
from modbus_rehearsal import device, until

from drivers.modbus.bus import open_bus
from drivers.modbus.codec import Block, character_time, silence_between_frames
from drivers.modbus.data_model import Table
from drivers.modbus.line import Line
from drivers.modbus.options import ModbusBusOptions
from drivers.modbus.question import reading
from gateway.simulation.modbus_wire import rtu_frame
from rules.instant import Instant, seconds

BAUD = 1200  # 3.5 characters take 29 ms
ANSWER = rtu_frame(1, bytes((3, 2)) + (189).to_bytes(2, "big"))
STRAY = rtu_frame(1, bytes((3, 2)) + (777).to_bytes(2, "big"))  # as a late answer would look


@dataclass
class OtherEnd:
    """The far end of a line: when questions came, and what is done about each."""

    ours: int
    port: str
    asked: list[Instant] = field(default_factory=list)
    answer: Callable[[], None] = lambda: None

    def say(self, data: bytes) -> None:
        os.write(self.ours, data)

    def read(self) -> None:
        assert len(os.read(self.ours, 256)) == 8
        self.asked.append(now())
        self.answer()


@pytest.fixture
def far() -> Iterator[OtherEnd]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    yield OtherEnd(ours, os.ttyname(theirs))
    os.close(ours)
    os.close(theirs)


@contextlib.contextmanager
def heeded(far: OtherEnd) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.add_reader(far.ours, far.read)
    try:
        yield
    finally:
        loop.remove_reader(far.ours)


def bus_at(far: OtherEnd, heard: Heard, baud: int):
    options = ModbusBusOptions(port=far.port, baud=baud, reply_within=seconds(0.5))
    return open_bus(plan(options, (device("d", 1, every=1e-9),)), heard, now)


async def test_what_comes_in_the_silence_is_no_answer_and_the_silence_begins_anew(
    far: OtherEnd,
) -> None:
    heard, strays = Heard(), []
    loop = asyncio.get_running_loop()

    def stray() -> None:
        far.say(STRAY)
        strays.append(now())

    def answer() -> None:
        far.say(ANSWER)
        loop.call_later(0.015, stray)

    far.answer = answer
    with heeded(far):
        async with running(bus_at(far, heard, BAUD)):
            await until(lambda: len(heard.values("d")) >= 6)

    silence = silence_between_frames(ModbusBusOptions(port=far.port, baud=BAUD))
    for stray_at, asked_at in zip(strays, far.asked[1:], strict=False):
        assert asked_at - stray_at >= silence
    assert set(heard.values("d")) == {18.9}
    assert len(heard.values("d")) <= len(far.asked)


async def test_a_line_that_is_never_silent_is_asked_all_the_same_after_the_time_of_a_frame(
    far: OtherEnd,
) -> None:
    heard, baud = Heard(), 9600  # 3.5 characters take 3.6 ms
    babbling = asyncio.Event()

    async def babble() -> None:
        while True:
            await asyncio.sleep(0.001)
            if babbling.is_set():
                far.say(b"\x55")

    far.answer = lambda: (babbling.set(), far.say(ANSWER))
    babbler = asyncio.create_task(babble())
    with heeded(far):
        async with running(bus_at(far, heard, baud)):
            await until(lambda: len(far.asked) >= 3)
    babbler.cancel()

    frame = 256 * character_time(ModbusBusOptions(port=far.port, baud=baud))
    assert far.asked[1] - far.asked[0] <= 5 * frame
    assert set(heard.values("d")) == {18.9}


async def test_a_question_that_was_given_up_in_the_silence_is_never_sent(far: OtherEnd) -> None:
    far.answer = lambda: far.say(ANSWER)
    line = Line(ModbusBusOptions(port=far.port, baud=BAUD, reply_within=seconds(0.5)), now)
    question = reading(line.options, 1, Block(Table.HOLDING_REGISTER, 6, 1))
    await line.open()
    with heeded(far):
        assert list(await line.ask(question)) == [189]
        asking = asyncio.create_task(line.ask(question))
        await asyncio.sleep(0)
        asking.cancel()
        ended = now()
        await until(lambda: now() > ended + seconds(0.1))
        assert asking.cancelled()
    line.close()

    assert len(far.asked) == 1
