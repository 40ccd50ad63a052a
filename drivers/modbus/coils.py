"""The outputs of a Modbus bus: coils, and the newest level that each is to have.

A level that was set twice before the line was free is written once. One that cannot be written is
tried again shortly, and after the third time the bus is down.
"""

from collections.abc import Sequence
from typing import Final

from drivers.bus import BusOutput, LineDownError, Now
from drivers.modbus.line import Line, NoAnswerError, RefusedError
from drivers.modbus.options import ModbusOutputOptions
from drivers.modbus.question import writing
from drivers.schedule import NEVER
from rules.instant import Instant, later, seconds

FAILURES_BEFORE_GIVING_UP: Final = 3
AGAIN_AFTER: Final = seconds(0.5)  # long enough for a polled line to go on in between


class Coils:
    """What is to be written, and what was."""

    def __init__(self, outputs: Sequence[BusOutput], now: Now) -> None:
        self.due = NEVER  # when there is something to write
        self._now = now
        self._options: dict[str, ModbusOutputOptions] = {
            output.id: output.options for output in outputs
        }
        self._levels: dict[str, bool] = {}
        self._unwritten: dict[str, bool] = {}
        self._failures: dict[str, int] = {}

    def set(self, output: str, level: bool) -> None:
        """Take the newest level of an output.

        Raises:
            KeyError: the bus has no such output.
        """
        if output not in self._options:
            raise KeyError(output)
        self._levels[output] = self._unwritten[output] = level
        self.due = self._now()

    def write_all_again(self) -> None:
        """Have every level written that was ever set: a module without power forgets its coils."""
        self._unwritten = dict(self._levels)
        self._failures = {}
        self.due = self._now() if self._unwritten else NEVER

    async def write(self, line: Line) -> None:
        """Write what is to be written.

        Raises:
            LineDownError: an output could not be written for the third time.
        """
        again: Instant = NEVER
        for output, level in list(self._unwritten.items()):
            options = self._options[output]
            try:
                await line.ask(writing(line.options, options.unit, options.coil, level))
            except (NoAnswerError, RefusedError) as error:
                failures = self._failures[output] = self._failures.get(output, 0) + 1
                if failures >= FAILURES_BEFORE_GIVING_UP:
                    raise LineDownError(
                        f"{line.name}: output {output} cannot be written ({failures} times): "
                        f"{error.detail}"
                    ) from None
                again = later(self._now(), AGAIN_AFTER)
            else:
                self._failures.pop(output, None)
                # It may have been set anew while the answer was under way.
                if self._unwritten[output] == level:
                    del self._unwritten[output]
                else:
                    again = self._now()
        self.due = again
