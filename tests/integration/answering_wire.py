"""A serial line in the test's own process: what is asked goes to a function, which answers."""

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncIterator, Callable

CHUNK_BYTES = 4096

Answer = Callable[[bytes], bytes]
"""Takes the bytes of one write; gives those that come back, or none."""


def framed(body: bytes) -> bytes:
    """Put the CRC-16 behind a frame: MODBUS over Serial Line V1.02, 6.2.2."""
    crc = 0xFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return body + crc.to_bytes(2, "little")


@contextlib.asynccontextmanager
async def answered_by(answer: Answer) -> AsyncIterator[str]:
    """Make a pseudo-terminal whose questions a function answers; give its path."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)

    def take() -> None:
        if reply := answer(os.read(ours, CHUNK_BYTES)):
            os.write(ours, reply)

    loop = asyncio.get_running_loop()
    loop.add_reader(ours, take)
    try:
        yield os.ttyname(theirs)
    finally:
        loop.remove_reader(ours)
        os.close(theirs)
        os.close(ours)
