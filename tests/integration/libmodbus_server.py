"""A Modbus server that is not pymodbus: libmodbus in a process of its own, by any of three ways."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import tty
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from bus_rehearsal import PATIENCE_SECONDS

from drivers.modbus.options import Framing, ModbusBusOptions
from rules.instant import seconds

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "build" / "libmodbus-server"
UNIT = 7
SERIAL = ("19200", "N", "1")  # a pseudo-terminal has no parity


@cache
def program() -> Path:
    """Give the server's program; `make test` has compiled it already."""
    make = shutil.which("make")
    assert make is not None
    subprocess.run([make, "--no-print-directory", "-C", ROOT, "libmodbus-server"], check=True)
    return PROGRAM


@dataclass
class LibmodbusServer:
    """A server that runs.

    Attributes:
        options: of a bus to it.
        told: the requests that it has answered, each as its function, address, count and, for a
            write, what its tables hold since.
    """

    options: ModbusBusOptions
    told: list[list[int]] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def functions(self) -> set[int]:
        return {request[0] for request in self.told}

    def blocks(self, function: int) -> set[tuple[int, int]]:
        """Give what was asked by a function: addresses and counts."""
        return {(request[1], request[2]) for request in self.told if request[0] == function}

    async def until(self, *request: int) -> None:
        """Wait until it has answered a request."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while list(request) not in self.told:
                self._more.clear()
                await self._more.wait()

    async def until_true(self, said: Callable[[], bool]) -> None:
        """Wait until what it has told makes it true: it answers first, and tells then."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not said():
                self._more.clear()
                await self._more.wait()

    async def listen(self, output: asyncio.StreamReader) -> None:
        while line := await output.readline():
            self.told.append([int(word) for word in line.split()])
            self._more.set()


@contextlib.asynccontextmanager
async def served(way: str, holds: Sequence[str]) -> AsyncIterator[LibmodbusServer]:
    """Run a server that holds what the lines say (see tests/libmodbus/server.c).

    Args:
        way: how it is reached: tcp, rtu, or rtu-over-tcp, where a serial server stands between.
        holds: lines of its input.
    """
    async with contextlib.AsyncExitStack() as stack:
        arguments, options = ["tcp"], {}
        if way == "rtu":
            ours, theirs = stack.enter_context(line()), stack.enter_context(line())
            pass_on(stack, ours.master, partial(os.write, theirs.master))
            pass_on(stack, theirs.master, partial(os.write, ours.master))
            options = {"port": ours.port, "baud": int(SERIAL[0])}
        if way == "rtu-over-tcp":
            theirs = stack.enter_context(line())
            port = await stack.enter_async_context(serial_server(theirs.master))
            options = {"tcp_port": port, "framing": Framing.RTU}
        if way != "tcp":
            arguments = ["rtu", theirs.port, *SERIAL, str(UNIT)]
        process = await asyncio.create_subprocess_exec(
            program(), *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        stack.push_async_callback(process.wait)
        stack.callback(process.kill)
        process.stdin.write("".join(f"{line}\n" for line in [*holds, "serve"]).encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            word, port = (await process.stdout.readline()).split()
        assert word == b"ready"
        options = ({"tcp_port": int(port)} if way == "tcp" else {}) | options
        host = {} if way == "rtu" else {"host": "127.0.0.1"}
        server = LibmodbusServer(ModbusBusOptions(reply_within=seconds(2), **options, **host))
        listening = asyncio.create_task(server.listen(process.stdout))
        stack.push_async_callback(ended, listening)
        yield server


@dataclass
class PseudoTerminal:
    master: int
    port: str


@contextlib.contextmanager
def line() -> Any:
    """Make a serial port without a wire; its other end stays open, whoever comes and goes."""
    master, slave = os.openpty()
    try:
        tty.setraw(slave)
        yield PseudoTerminal(master, os.ttyname(slave))
    finally:
        os.close(master)
        os.close(slave)


def pass_on(stack: contextlib.AsyncExitStack, master: int, take: Callable[[bytes], object]) -> None:
    """Give on whatever comes out of a port."""
    loop = asyncio.get_running_loop()
    loop.add_reader(master, lambda: take(os.read(master, 4096)))
    stack.callback(loop.remove_reader, master)


@contextlib.asynccontextmanager
async def serial_server(master: int) -> AsyncIterator[int]:
    """Pass bytes between a TCP port and a serial one, as the cheap boxes do; give the TCP port."""

    async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(writer.close)
            pass_on(stack, master, writer.write)
            while data := await reader.read(4096):
                os.write(master, data)

    server = await asyncio.start_server(come, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
