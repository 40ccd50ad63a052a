"""One question on a Modbus line, without a bus: echoes, rests, and who switches the direction."""

import asyncio
import contextlib
import errno
import logging
import os
import subprocess
import sys
import termios
import tty
from collections import Counter
from collections.abc import AsyncIterator
from itertools import count, pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from answering_wire import Answer, answered_by, framed
from bus_rehearsal import now
from soak.bit_errors import HIT_ONE_IN, hit

from drivers.bus import LineDownError
from drivers.modbus.codec import Block
from drivers.modbus.data_model import Table
from drivers.modbus.line import Exchange, Line, NoAnswerError, RefusedError
from drivers.modbus.options import ModbusBusOptions, ModbusOutputOptions
from drivers.modbus.pace import Pace
from drivers.modbus.ports import (
    ENABLED,
    HEARS_ITSELF,
    RTS_AFTER_SEND,
    RTS_ON_SEND,
    rs485_flags,
    why_not_open,
)
from drivers.modbus.question import reading, writing
from rules.instant import Duration, in_seconds, seconds
from rules.reading import FaultCause

ROOT = Path(__file__).resolve().parents[2]
CO = Block(Table.HOLDING_REGISTER, 6, 1)
ANSWER = framed(bytes.fromhex("01 03 02 00 BD"))
SIREN = ModbusOutputOptions(unit=1, coil=4)
PATIENT = Pace(reply_within=seconds(5), turn_around=Duration(0))


@contextlib.asynccontextmanager
async def open_line(answer: Answer, **options: Any) -> AsyncIterator[Line]:
    options = {"baud": 115200, "reply_within": seconds(0.05)} | options
    async with answered_by(answer) as port:
        line = Line(ModbusBusOptions(port=port, **options), now)
        await line.open()
        try:
            yield line
        finally:
            line.close()


def asked(line: Line) -> Any:
    return line.ask(reading(line.options, 1, CO, PATIENT))


async def test_a_line_can_be_asked_one_question_without_a_bus_and_shows_its_bytes() -> None:
    async with open_line(lambda _: b"\x00" + ANSWER) as line:
        assert list(await asked(line)) == [189]

        assert line.exchanged == Exchange(
            sent=bytes.fromhex("01 03 00 06 00 01 64 0B"), received=b"\x00" + ANSWER
        )


async def test_a_lone_question_has_the_time_that_it_is_given() -> None:
    async with open_line(lambda _: b"") as line:
        hasty = Pace(reply_within=seconds(0.01), turn_around=Duration(0))

        with pytest.raises(NoAnswerError, match=r"unit 1, holding-register 6: no reply in 1\d ms"):
            await line.ask(reading(line.options, 1, CO, hasty))

        assert line.exchanged.received == b""


async def test_a_line_that_is_lost_says_so_to_whoever_asks_alone() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    line = Line(ModbusBusOptions(port=os.ttyname(theirs), reply_within=seconds(5)), now)
    await line.open()
    os.close(theirs)
    asyncio.get_running_loop().call_later(0.05, os.close, ours)

    with pytest.raises(LineDownError, match="the port was lost"):
        await asked(line)
    line.close()


async def test_over_a_line_with_bit_errors_each_is_counted_and_none_is_a_value() -> None:
    """One byte in a thousand is hit; tests/soak/bit_errors.py has more of it, without a line."""
    random = Random(5)
    values, hits = count(), Counter()

    def device(sent: bytes) -> bytes:
        heard = hit(sent, HIT_ONE_IN, random)
        if heard != sent:  # by one byte: the checksum sees it, and the device says nothing
            hits[FaultCause.NO_REPLY] += 1
            return b""
        answer = framed(bytes.fromhex("01 03 02") + next(values).to_bytes(2, "big"))
        received = hit(answer, HIT_ONE_IN, random)
        hits[FaultCause.BAD_CHECKSUM if received != answer else next_of(received)] += 1
        return received

    def next_of(answer: bytes) -> int:
        return int.from_bytes(answer[3:5], "big")

    told: Counter[object] = Counter()
    async with open_line(device) as line:
        line._serial._silence = Duration(0)  # there is no wire
        question = reading(line.options, 1, CO)
        for _ in range(1000):
            try:
                told[(await line.ask(question))[0]] += 1
            except NoAnswerError as error:
                told[error.cause] += 1

    paused = told.pop(FaultCause.NO_REPLY) - hits.pop(FaultCause.NO_REPLY)  # the machine itself
    assert 0 <= paused <= 2
    assert set(told) <= set(hits)
    assert told.total() == hits.total() - paused
    assert hits[FaultCause.BAD_CHECKSUM] > 3


# --- echoes ---------------------------------------------------------------------------------------


async def test_an_echo_is_skipped_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="drivers.modbus.line")
    async with open_line(lambda sent: sent + ANSWER) as line:
        assert line.echoes is None
        assert [list(await asked(line)) for _ in range(3)] == 3 * [[189]]
        assert line.echoes

        [told] = caplog.messages
        assert told.startswith(f"{line.name} sends back what it is told to")


async def test_a_read_without_an_echo_shows_that_there_is_none() -> None:
    async with open_line(lambda _: ANSWER) as line:
        await asked(line)

        assert line.echoes is False


async def test_a_refused_read_and_a_silent_one_show_it_as_well() -> None:
    async with open_line(lambda _: framed(bytes.fromhex("01 83 02"))) as line:
        with pytest.raises(RefusedError):
            await asked(line)
        assert line.echoes is False
    async with open_line(lambda _: b"") as line:
        with pytest.raises(NoAnswerError):
            await line.ask(reading(line.options, 1, CO))
        assert line.echoes is False
    async with open_line(lambda sent: sent) as line:
        with pytest.raises(NoAnswerError):
            await line.ask(reading(line.options, 1, CO))
        assert line.echoes is True


async def test_noise_before_an_answer_shows_nothing_of_an_echo() -> None:
    """It may have been one: the copy of a write must not count as an answer because of it."""
    async with open_line(lambda sent: b"\x7f" + sent[1:] + ANSWER) as line:
        assert list(await asked(line)) == [189]

        assert line.echoes is None


async def test_while_nobody_knows_of_an_echo_the_copy_of_a_write_is_no_answer() -> None:
    async with open_line(lambda sent: sent) as line:
        with pytest.raises(NoAnswerError, match="no reply, only the line's echo, in"):
            await line.ask(writing(line.options, SIREN, level=True))

    async with open_line(lambda sent: sent + sent) as line:
        await line.ask(writing(line.options, SIREN, level=True))


@pytest.mark.parametrize("told", [True, False])
async def test_a_garbled_echo_is_a_collision(told: bool) -> None:
    sound = [True]

    def adapter(sent: bytes) -> bytes:
        echo = sent if sound.pop() else sent[:3] + b"\xff" + sent[4:]
        return echo + ANSWER

    async with open_line(adapter, echo=told) as line:
        await asked(line)
        sound.append(False)

        with pytest.raises(NoAnswerError, match="did somebody else send at the same") as caught:
            await line.ask(reading(line.options, 1, CO))

        assert caught.value.cause is FaultCause.BAD_REPLY


async def test_an_adapter_that_was_changed_for_one_without_echo_is_noticed() -> None:
    echo = [True, False]
    async with open_line(lambda sent: (sent if echo.pop(0) else b"") + ANSWER) as line:
        await asked(line)
        await asked(line)

        assert line.echoes is False


# --- rests ----------------------------------------------------------------------------------------


def asked_at(times: list[int]) -> Answer:
    def answer(_: bytes) -> bytes:
        times.append(now())
        return ANSWER

    return answer


@pytest.mark.parametrize("by_bus", [True, False])
async def test_the_line_rests_behind_an_answer_for_as_long_as_the_bus_or_the_device_wants(
    by_bus: bool,
) -> None:
    times: list[int] = []
    rest = seconds(0.03)
    device = Pace(reply_within=seconds(5), turn_around=rest)
    async with open_line(asked_at(times), turn_around=rest if by_bus else Duration(0)) as line:
        for _ in range(4):
            await line.ask(reading(line.options, 1, CO, None if by_bus else device))

    assert min(after - before for before, after in pairwise(times)) >= rest


async def test_the_line_rests_behind_an_attempt_that_failed_too() -> None:
    async with open_line(lambda _: b"", turn_around=seconds(0.03)) as line:
        with pytest.raises(NoAnswerError):
            await line.ask(reading(line.options, 1, CO))
        failed = now()
        with pytest.raises(NoAnswerError):
            await line.ask(reading(line.options, 1, CO))

    assert in_seconds(Duration(now() - failed)) >= 0.03 + 0.05


# --- direction ------------------------------------------------------------------------------------


async def test_a_port_whose_driver_cannot_switch_its_direction_is_a_line_down() -> None:
    async with answered_by(lambda _: ANSWER) as port:
        line = Line(ModbusBusOptions(port=port, rs485=True), now)
        with pytest.raises(LineDownError) as caught:
            await line.open()
        line.close()

        assert str(caught.value).startswith(
            f"{port}: the kernel cannot switch the direction of {port}, a pseudo-terminal "
            "(Inappropriate ioctl for device); an adapter that does so itself wants no rs485: true"
        )
        # The refused port is free for the next.
        line = Line(ModbusBusOptions(port=port), now)
        await line.open()
        assert list(await asked(line)) == [189]
        line.close()


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (0, ENABLED | RTS_ON_SEND),
        (RTS_ON_SEND, ENABLED | RTS_ON_SEND),
        (RTS_AFTER_SEND, ENABLED | RTS_AFTER_SEND),  # the board's description says active low
        (ENABLED | RTS_AFTER_SEND | HEARS_ITSELF, ENABLED | RTS_AFTER_SEND),
    ],
)
def test_the_direction_s_polarity_is_left_to_the_board_and_the_port_does_not_hear_itself(
    found: int, wanted: int
) -> None:
    assert rs485_flags(found) == wanted


def test_the_kernel_is_asked_for_a_port_s_settings_and_then_given_them(tmp_path: Path) -> None:
    """No port here can do it: strace lets the calls succeed, and shows that they were made."""
    trace = tmp_path / "trace"
    program = "from drivers.modbus.ports import switch_direction as do; do(77, '/dev/ttyAMA0')"
    subprocess.run(
        [
            *("strace", "-qq", "-o", trace, "-e", "trace=ioctl"),
            *("-e", "inject=ioctl:retval=0", sys.executable, "-c", program),
        ],
        cwd=ROOT,
        check=True,
    )

    calls = [line.split(", 0x")[0] for line in trace.read_text().splitlines()]
    assert calls[-2:] == ["ioctl(77, TIOCGRS485", "ioctl(77, TIOCSRS485"]


def test_a_rate_or_parity_that_a_port_refuses_is_told_with_what_to_look_at() -> None:
    told = why_not_open(termios.error(errno.EINVAL, "Invalid argument"))

    assert told.startswith("Invalid argument; does the port know this rate and parity?")
