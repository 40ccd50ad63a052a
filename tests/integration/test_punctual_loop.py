"""The gateway's event loop against the kernel's clock."""

import asyncio
import os
import time

from gateway.punctual_loop import punctual_loop

WAIT = 0.0011  # seconds; epoll alone makes two milliseconds of it


def waits(loop_factory, count: int) -> list[float]:
    async def wait() -> list[float]:
        taken = []
        for _ in range(count):
            began = time.monotonic()
            await asyncio.sleep(WAIT)
            taken.append(time.monotonic() - began)
        return taken

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(wait())


def test_a_short_wait_is_not_rounded_up_to_whole_milliseconds_and_never_cut_short() -> None:
    punctual, usual = waits(punctual_loop, 100), waits(None, 10)

    assert min(usual) >= 0.002
    assert WAIT <= min(punctual) < 0.002


def test_what_comes_within_a_short_wait_is_taken_at_once() -> None:
    async def write_to_itself() -> list[str]:
        order: list[str] = []
        loop = asyncio.get_running_loop()
        read, write = os.pipe()
        done = asyncio.Event()
        loop.add_reader(read, lambda: (order.append("bytes"), os.read(read, 1), done.set()))
        loop.call_later(0.04, order.append, "timer")
        loop.call_later(0.001, os.write, write, b"x")
        await done.wait()
        await asyncio.sleep(0.045)
        loop.remove_reader(read)
        os.close(read)
        os.close(write)
        return order

    with asyncio.Runner(loop_factory=punctual_loop) as runner:
        assert runner.run(write_to_itself()) == ["bytes", "timer"]
