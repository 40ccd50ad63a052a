"""A line to a broker that holds back what is said, and tells no side that the other has left."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Self


@dataclass(eq=False)
class Line:
    """One connection. A side that has ended stays open to the other until a test closes it.

    Attributes:
        near: towards the client.
        far: towards the broker.
        held: what the client said and the broker has not got; None where all goes through.
    """

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    held: bytearray | None = field(default=None)

    def release(self) -> None:
        self.far.write(self.held)
        self.held = None


class Proxy:
    """Stands before a broker and passes on what both sides say.

    Attributes:
        target: the port of the broker that the next connection leads to.
        holds_back: whether what clients say is held back, once the broker has welcomed them.
        lines: the connections so far.
    """

    def __init__(self, target: int, *, holds_back: bool = False) -> None:
        self.target = target
        self.holds_back = holds_back
        self.lines: list[Line] = []
        self._tasks: set[asyncio.Task] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for line in self.lines:
            line.near.close()
            line.far.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, from_client: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        from_broker, far = await asyncio.open_connection("127.0.0.1", self.target)
        line = Line(near, far)
        self.lines.append(line)
        await asyncio.gather(self._say(line, from_client), self._answer(line, from_broker))

    async def _say(self, line: Line, from_client: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await from_client.read(65536):
                if line.held is None:
                    line.far.write(data)
                else:
                    line.held += data

    async def _answer(self, line: Line, from_broker: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await from_broker.read(65536):
                if self.holds_back and line.held is None:
                    line.held = bytearray()
                line.near.write(data)
