"""Processes that a test starts, and what they print."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bus_rehearsal import PATIENCE_SECONDS

HERE = Path(__file__).parent
SLOW_START_SECONDS = 60  # Python takes seconds to start where the machine is emulated


class Started:
    """A process whose lines are read."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self, beginning: str, patience: float = PATIENCE_SECONDS) -> str:
        """Wait for a line; those before it are passed over."""
        passed = []
        try:
            async with asyncio.timeout(patience):
                async for line in self.process.stdout:
                    if line.decode().startswith(beginning):
                        return line.decode().rstrip()
                    passed.append(line.decode())
        except TimeoutError:
            passed.append("(nothing more)")
        raise AssertionError(f"no line began with {beginning!r}:\n" + "".join(passed))

    async def first(self, beginning: str) -> str:
        """Wait for a line while the process starts."""
        return await self.line(beginning, SLOW_START_SECONDS)


@contextlib.asynccontextmanager
async def started(script: str, *words: str, **options: Any) -> AsyncIterator[Started]:
    """Start a script of this folder; it is killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / script),
        *words,
        cwd="/tmp",
        stdout=asyncio.subprocess.PIPE,
        **options,
    )
    try:
        yield Started(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
