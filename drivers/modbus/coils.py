"""The outputs of a Modbus bus: coils, and the newest level that each is to have.

A level that was set twice before the line was free is written once. One that cannot be written is
tried again shortly, and after the third time it is told, and tried again as seldom as a sound one
is written anew: a dead module of outputs costs the detectors on its line next to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drivers.bus import BusOutput, Deliver, Now
from drivers.modbus.line import Line, NoAnswerError, RefusedError
from drivers.modbus.options import (
    ModbusOutputOptions,
)
from drivers.modbus.question import writing
from drivers.schedule import NEVER
from rules.instant import Instant, later, seconds
from rules.reading import FaultCause, OutputDown, OutputUp

FAILURES_BEFORE_TELLING: Final = 3
AGAIN_AFTER: Final = seconds(0.5)  # long enough for a polled line to go on in between

WRITE_ANEW_EVERY: Final = seconds(10)
"""A module that lost its power forgets its coils, and a dead one is seen before a fire wants it."""


@dataclass(slots=True)
class Coil:
    """One output.

    Attributes:
        options: which coil it is.
        level: what it is to be; None until that is known.
        due: when it is to be written next.
        failures: how often that failed since it last succeeded.
        is_told: whether its newest state, up or down, has been told.
    """

    options: ModbusOutputOptions
    level: bool | None = None
    due: Instant = NEVER
    failures: int = 0
    is_told: bool = False


class Coils:
    """What is to be written, and what was."""

    def __init__(self, outputs: Sequence[BusOutput], deliver: Deliver, now: Now) -> None:
        self.due = NEVER  # when there is something to write
        self._deliver = deliver
        self._now = now
        self._coils = {output.id: Coil(output.options) for output in outputs}

    def set(self, output: str, level: bool) -> None:
        """Take the newest level of an output.

        Raises:
            KeyError: the bus has no such output.
        """
        coil = self._coils[output]
        coil.level = level
        self.due = coil.due = self._now()

    def begin(self) -> None:
        """Have every level written that was ever set: the line has just been opened."""
        for coil in self._coils.values():
            coil.due = NEVER if coil.level is None else self._now()
            coil.failures, coil.is_told = 0, False
        self._arrange()

    async def write(self, line: Line) -> None:
        """Write what is due."""
        now = self._now()
        for output, coil in self._coils.items():
            if coil.level is not None and coil.due <= now:
                await self._write(line, output, coil, level=coil.level)
        self._arrange()

    async def _write(self, line: Line, output: str, coil: Coil, *, level: bool) -> None:
        coil.due = NEVER
        address = coil.options.coil
        if address is None:
            return
        try:
            await line.ask(writing(line.options, coil.options.unit, address, level))
        except (NoAnswerError, RefusedError) as error:
            self._failed(output, coil, error)
            again = AGAIN_AFTER if coil.failures < FAILURES_BEFORE_TELLING else WRITE_ANEW_EVERY
        else:
            again = WRITE_ANEW_EVERY
            if coil.failures >= FAILURES_BEFORE_TELLING or not coil.is_told:
                self._deliver(OutputUp(output, self._now()))
            coil.failures, coil.is_told = 0, True
        # It may have been set anew while the answer was under way.
        coil.due = min(coil.due, later(self._now(), again))

    def _failed(self, output: str, coil: Coil, error: NoAnswerError | RefusedError) -> None:
        coil.failures += 1
        if coil.failures == FAILURES_BEFORE_TELLING:
            cause = error.cause if isinstance(error, NoAnswerError) else FaultCause.EXCEPTION_REPLY
            self._deliver(OutputDown(output, cause, error.detail, self._now()))

    def _arrange(self) -> None:
        self.due = min((coil.due for coil in self._coils.values()), default=NEVER)
