"""The outputs of a Modbus bus, coils and registers: the newest level that each is to have.

A level that was set twice before the line was free is written once. One that cannot be written is
tried again shortly, and after the third time it is told, and tried again as seldom as a sound one
is written anew: a dead module of outputs costs the detectors on its line next to nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from drivers.bus import BusOutput, Deliver, Now
from drivers.modbus.line import Line, NoAnswerError, RefusedError
from drivers.modbus.options import ModbusOutputOptions, WriteFunction
from drivers.modbus.question import reading_back, writing
from drivers.schedule import NEVER
from rules.instant import Instant, later, seconds
from rules.reading import FaultCause, OutputDown, OutputUp

FAILURES_BEFORE_TELLING: Final = 3
AGAIN_AFTER: Final = seconds(0.5)  # long enough for a polled line to go on in between

SUCCESSES_BEFORE_TELLING: Final = 3
"""An output that was told as down is up again after so many writes in a row, 20 s at the least. One
that fails now and then stays down: a person looks at a fault that stands, not at one that flaps."""

WRITE_ANEW_EVERY: Final = seconds(10)
"""A module that lost its power forgets its levels; a dead one is to be seen before a fire."""


@dataclass(slots=True)
class WrittenOutput:
    """One output.

    Attributes:
        options: what it is.
        level: what it is to be; None until that is known.
        due: when it is to be written next.
        failures: how often that failed since it last succeeded.
        successes: how often it succeeded since it last failed.
        up: what was told of it; None while nothing was.
    """

    options: ModbusOutputOptions
    level: bool | None = None
    due: Instant = NEVER
    failures: int = 0
    successes: int = 0
    up: bool | None = None


class Outputs:
    """What is to be written, and what was."""

    def __init__(self, outputs: Sequence[BusOutput], deliver: Deliver, now: Now) -> None:
        self.due = NEVER  # when there is something to write
        self._deliver = deliver
        self._now = now
        self._outputs = {output.id: WrittenOutput(output.options) for output in outputs}

    def set(self, output: str, level: bool) -> None:
        """Take the newest level of an output.

        Raises:
            KeyError: the bus has no such output.
        """
        written = self._outputs[output]
        written.level = level
        self.due = written.due = self._now()

    def begin(self) -> None:
        """Have every level written that was ever set: the line has just been opened."""
        for written in self._outputs.values():
            written.due = NEVER if written.level is None else self._now()
            written.failures, written.successes, written.up = 0, 0, None
        self._arrange()

    async def write(self, line: Line) -> None:
        """Write what is due."""
        now = self._now()
        for output, written in self._outputs.items():
            if written.level is not None and written.due <= now:
                await self._write(line, output, written, level=written.level)
        self._arrange()

    async def _write(self, line: Line, output: str, written: WrittenOutput, *, level: bool) -> None:
        written.due = NEVER
        again = WRITE_ANEW_EVERY
        try:
            await _ask(line, written.options, level=level)
        except (NoAnswerError, RefusedError) as error:
            self._failed(output, written, error)
            if written.failures < FAILURES_BEFORE_TELLING:
                again = AGAIN_AFTER
        else:
            self._succeeded(output, written)
        # It may have been set anew while the answer was under way.
        written.due = min(written.due, later(self._now(), again))

    def _failed(
        self, output: str, written: WrittenOutput, error: NoAnswerError | RefusedError
    ) -> None:
        written.failures, written.successes = written.failures + 1, 0
        if written.failures >= FAILURES_BEFORE_TELLING and written.up is not False:
            written.up = False
            cause = error.cause if isinstance(error, NoAnswerError) else FaultCause.EXCEPTION_REPLY
            self._deliver(OutputDown(output, cause, error.detail, self._now()))

    def _succeeded(self, output: str, written: WrittenOutput) -> None:
        written.failures, written.successes = 0, written.successes + 1
        needed = SUCCESSES_BEFORE_TELLING if written.up is False else 1
        if not written.up and written.successes >= needed:
            written.up = True
            self._deliver(OutputUp(output, self._now()))

    def _arrange(self) -> None:
        self.due = min((written.due for written in self._outputs.values()), default=NEVER)


async def _ask(line: Line, options: ModbusOutputOptions, *, level: bool) -> None:
    """Write a level.

    A single write is answered by its own repetition, and an adapter that echoes would let a dead
    module look alive. So a line of which that is not known is asked for something else before.
    """
    if line.echoes is None and options.write is WriteFunction.SINGLE:
        with suppress(NoAnswerError, RefusedError):
            await line.ask(reading_back(line.options, options))
    await line.ask(writing(line.options, options, level))
