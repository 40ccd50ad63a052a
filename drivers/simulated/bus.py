"""Plays detectors that are not there: for rehearsals, and for tests of everything behind them.

Each detector measures what it was last told to, by a script file or by `set`; one that is silent
does not answer. A change is told at once, and everything every `every` besides.
"""

import heapq
import os

from drivers.bus import BusDetector, BusPlan, Deliver, LineDownError, Now
from drivers.simulated.options import SimulatedBusOptions
from drivers.simulated.script import ScriptedChange, ScriptError, ScriptReader
from drivers.wake import Wake, next_turn
from rules.instant import Instant, later, seconds
from rules.reading import BusUp, FailedPoll, FaultCause, OutputUp, Reading

LOOK_EVERY = seconds(0.02)  # for lines appended to the script
CHUNK_BYTES = 65536
MOST_WAITING = 100_000  # changes that are still to come
FAR = seconds(3600)  # when nothing is due the loop waits so long and looks again


class SimulatedBus:
    """Detectors and outputs in memory.

    Attributes:
        outputs: the level of each output: true where it is energised.
    """

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now) -> None:
        self._plan = plan
        self._deliver = deliver
        self._now = now
        self._detectors = {detector.id: detector for detector in plan.detectors}
        self._values: dict[tuple[str, str], float | None] = {
            (detector.id, quantity): 0.0 if quantity == "contact" else detector.options.rest
            for detector in plan.detectors
            for quantity in detector.profile.quantities
        }
        self._due: dict[str, Instant] = {}
        self._is_running = False
        self.outputs = {output.id: False for output in plan.outputs}

    async def run(self) -> None:
        """Measure until cancelled."""
        options: SimulatedBusOptions = self._plan.options
        start = self._now()
        script = None if options.script is None else _Script(options.script, self._plan, start)
        wake = Wake(self._now)
        self._deliver(BusUp(self._plan.id, start))
        for output in self.outputs:
            self._deliver(OutputUp(output, start))
        self._due = dict.fromkeys(self._detectors, start)
        self._is_running = True
        try:
            while True:
                if script is not None:
                    for change in script.due(self._now()):
                        self.set(change.detector, change.quantity, change.value)
                await wake.until(self._poll(script))
        finally:
            self._is_running = False
            if script is not None:
                script.close()

    def set(self, detector: str, quantity: str, value: float | None) -> None:
        """Let a detector measure a value, or, where it is None, fall silent; told at once.

        A detector is silent as long as one of its quantities is None.
        """
        if (detector, quantity) not in self._values:
            raise KeyError(f"{detector} does not measure {quantity}")
        self._values[detector, quantity] = value
        if self._is_running:
            self._measure(self._detectors[detector], self._now())

    def set_output(self, output: str, energised: bool) -> None:
        """Set an output."""
        if output not in self.outputs:
            raise KeyError(output)
        self.outputs[output] = energised

    def close(self) -> None:
        """Nothing is held."""

    def _poll(self, script: "_Script | None") -> Instant:
        """Tell what is due; give the instant of the next work."""
        now = self._now()
        for name, due in self._due.items():
            if now >= due:
                detector = self._detectors[name]
                self._due[name] = next_turn(due, detector.every, now)
                self._measure(detector, now)
        soonest = min(self._due.values(), default=later(now, FAR))
        return soonest if script is None else min(soonest, later(now, LOOK_EVERY))

    def _measure(self, detector: BusDetector, now: Instant) -> None:
        """Tell all that a detector measures."""
        values = {name: self._values[detector.id, name] for name in detector.profile.quantities}
        readings = [
            Reading(detector.id, name, value, now)
            for name, value in values.items()
            if value is not None
        ]
        if len(readings) < len(values):
            detail = f"{self._plan.id}: {detector.id} is simulated to be silent"
            self._deliver(FailedPoll(detector.id, FaultCause.NO_REPLY, detail, now))
            return
        for reading in readings:
            self._deliver(reading)


class _Script:
    """An open script file, read on as it grows, and its changes that are still to come."""

    def __init__(self, path: str, plan: BusPlan, start: Instant) -> None:
        self._path = path
        self._start = start
        self._reader = ScriptReader(
            {detector.id: tuple(detector.profile.quantities) for detector in plan.detectors}
        )
        self._waiting: list[tuple[Instant, int, ScriptedChange]] = []
        self._read = 0
        try:
            # Never blocking, whatever kind of file it is: a FIFO may have no writer yet.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            self._file = os.fdopen(descriptor, "rb", buffering=0)
        except OSError as error:
            raise LineDownError(f"script {path}: {error.strerror}") from error

    def due(self, now: Instant) -> list[ScriptedChange]:
        """Read on, and take the changes whose instant has come, in order."""
        try:
            while chunk := self._file.read(CHUNK_BYTES):
                for change in self._reader.feed(chunk):
                    self._read += 1
                    instant = later(self._start, change.after)
                    heapq.heappush(self._waiting, (instant, self._read, change))
                if len(self._waiting) > MOST_WAITING:
                    raise LineDownError(
                        f"script {self._path}: more than {MOST_WAITING} changes to come"
                    )
        except ScriptError as error:
            raise LineDownError(f"script {self._path}: {error}") from error
        except OSError as error:
            raise LineDownError(f"script {self._path}: {error.strerror}") from error
        changes = []
        while self._waiting and self._waiting[0][0] <= now:
            changes.append(heapq.heappop(self._waiting)[2])
        return changes

    def close(self) -> None:
        """Free the file."""
        self._file.close()


def open_bus(plan: BusPlan, deliver: Deliver, now: Now) -> SimulatedBus:
    """Make a bus; its script is opened when it runs."""
    return SimulatedBus(plan, deliver, now)
