"""A Modbus bus: asks its units in turn, tells what they say, and sets its outputs.

What is due together is asked back to back; then, on a serial line, alarm points ahead of their
time, for as long as nobody is due; on Modbus/TCP, where more questions would cost processor time
and no wire is the bound, the bus sleeps until the next instant. A unit that fails costs one
time-out and is left alone for a while. Whatever a device sends, the outcome is a reading, a failed
poll or, for the line as a whole, LineDownError.
"""

import asyncio
import zlib
from collections.abc import Sequence
from typing import Final

from drivers.bus import BusPlan, Deliver, LineDownError, Now
from drivers.modbus.codec import Words
from drivers.modbus.late_answer import left_alone
from drivers.modbus.line import Line, NoAnswerError, RefusedError
from drivers.modbus.options import ModbusBusOptions
from drivers.modbus.outputs import WRITE_ANEW_EVERY, Outputs
from drivers.modbus.pace import pace_of
from drivers.modbus.question import reading
from drivers.modbus.station import Station, Subject, stations_of
from drivers.modbus.times import turn_of
from drivers.modbus.told import Told, steps_of
from drivers.schedule import Schedule, Slot
from drivers.wake import Wake
from rules.instant import Duration, Instant
from rules.reading import BusUp, FaultCause, Measurement

SILENCES_BEFORE_RECONNECT: Final = 3
WRONG_PLACE: Final = (2, 3)  # exceptions that one address too many can cause: address, value


class ModbusBus:
    """A serial line or a TCP host, with the devices on it."""

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now) -> None:
        self._plan = plan
        self._deliver = deliver
        self._now = now
        self._stations = stations_of(plan.detectors)
        self._outputs = Outputs(plan.outputs, deliver, now)
        self._wake: Wake | None = None
        self._line = Line(plan.options, now)

    async def run(self) -> None:
        """Measure until cancelled.

        Raises:
            LineDownError: the port or host does not open, was lost, or answers nothing any more.
        """
        wake = self._wake = Wake(self._now)
        line = self._line
        try:
            if line.tcp:
                # A connection proves nothing: a host that hangs takes one all the same.
                await line.open(wake, first_answer=self._tell_up)
            else:
                await line.open(wake)
                self._tell_up()
            self._outputs.begin()
            rounds = [Round(station, line) for station in self._stations]
            polling = Polling(self._plan, rounds, line, self._deliver, self._now)
            while True:
                if line.lost:
                    raise line.gone()
                if self._outputs.due <= self._now():
                    await self._outputs.write(line)
                if not await polling.ask_next():
                    await wake.until(min(polling.next_due(), self._outputs.due))
        finally:
            line.close()
            await asyncio.sleep(0)  # asyncio closes a TCP socket in its next turn

    def set_output(self, output: str, energised: bool) -> None:
        """Set an output: written before the next poll, or once the line is open."""
        self._outputs.set(output, energised)
        if self._wake is not None:
            self._wake.call()

    def close(self) -> None:
        """Free the line. Outputs keep their level: a siren must outlast the gateway."""
        self._line.close()

    def _tell_up(self) -> None:
        self._deliver(BusUp(self._plan.id, self._now()))


class Round:
    """A station on an open line: its questions, and the newest replies to them."""

    __slots__ = ("arrivals", "questions", "ready", "replies", "station")

    def __init__(self, station: Station, line: Line) -> None:
        self.station = station
        pace = pace_of(line.options, station.detectors)
        self.questions = [
            reading(line.options, station.unit, block, pace) for block in station.blocks
        ]
        self.ready = [station.ready_after(block) for block in range(len(self.questions))]
        self.replies: list[Words] = [()] * len(self.questions)
        self.arrivals = [Instant(0)] * len(self.questions)


class Polling:
    """The reading of all stations while the line is open."""

    def __init__(
        self, plan: BusPlan, rounds: list[Round], line: Line, deliver: Deliver, now: Now
    ) -> None:
        options: ModbusBusOptions = plan.options
        self._line = line
        self._told = {detector.id: Told(steps_of(detector.profile)) for detector in plan.detectors}
        self._deliver = deliver
        self._now = now
        self._rounds = rounds
        self._silences = 0
        # Outputs are answered too, if seldom: a host that does so is there.
        self._patience = 2 * WRITE_ANEW_EVERY if plan.outputs else 0
        self._holds = {each.station.unit: self._hold(each.station.unit) for each in rounds}
        turns = [turn_of(options, each.station) for each in rounds]
        slots = [
            Slot(
                unit=turn.unit,
                every=each.station.detectors[0].every,
                alarm=turn.alarm,
                jitter=zlib.crc32(f"{plan.id}/{turn.unit}".encode()) / 2**32,
                attempt=turn.dead,
                takes=turn.takes,
            )
            for each, turn in zip(rounds, turns, strict=True)
        ]
        self._schedule = Schedule(slots, now(), fills_gaps=not options.numbered)

    def next_due(self) -> Instant:
        """Give the instant at which somebody is to be asked next."""
        return self._schedule.next_due(self._now())

    async def ask_next(self) -> bool:
        """Ask whoever is to be asked now; False where nobody is.

        Raises:
            LineDownError: the line is lost, or a TCP host has stopped answering for all its units.
        """
        slot = self._schedule.pick(self._now())
        if slot is None:
            return False
        failure = await self._ask(slot)
        if failure is None:
            self._schedule.answered(slot, self._now())
            self._silences = 0
            return True
        unit = self._rounds[slot].station.unit
        self._schedule.failed(slot, self._now(), self._holds[unit])
        self._silences += 1
        # A connection may be dead without a word of it; a serial port says when it is gone.
        if (
            self._line.tcp
            and self._silences >= SILENCES_BEFORE_RECONNECT
            and self._schedule.nobody_answers
            and self._now() - self._line.arrived >= self._patience
        ):
            raise LineDownError(
                f"{self._line.name}: connected, and not one unit answers; {failure.detail}"
            )
        return True

    async def _ask(self, slot: int) -> NoAnswerError | None:
        """Ask all blocks of a station, and tell of each detector as soon as its blocks are in."""
        line, each = self._line, self._rounds[slot]
        refused: dict[int, RefusedError] = {}
        for block, question in enumerate(each.questions):
            try:
                each.replies[block] = await line.ask(question)
                each.arrivals[block] = line.arrived
            except RefusedError as error:
                refused[block] = error
            except NoAnswerError as error:
                self._tell_silence(each, block, error)
                return error
            for subject in each.ready[block]:
                if refused and not subject.blocks.isdisjoint(refused):
                    detail = refused[min(subject.blocks & refused.keys())].detail
                    failed = subject.failed(FaultCause.EXCEPTION_REPLY, detail, self._now())
                    self._tell(subject, [failed])
                else:
                    self._tell(subject, subject.measurements(each.replies, each.arrivals))
        if refused:
            self._take_apart(slot, refused)
        return None

    def _tell(self, subject: Subject, found: Sequence[Measurement]) -> None:
        """Tell what was found of a detector; where it was asked ahead of its time, what is news."""
        told = self._told[subject.detector]
        for measurement in told.ahead(found) if self._schedule.ahead else told.due(found):
            self._deliver(measurement)

    def _tell_silence(self, each: Round, block: int, error: NoAnswerError) -> None:
        """Tell that a unit failed, for each of its detectors that is not told of already.

        Those of its other periods are meant too: the unit is not asked for them before it answers.
        """
        at = self._now()
        for other in self._rounds:
            if other is each:
                untold = [subject for ready in each.ready[block:] for subject in ready]
            elif other.station.unit == each.station.unit:
                untold = list(other.station.subjects)
            else:
                continue
            for subject in untold:
                failed = [subject.failed(error.cause, error.detail, at)]
                for measurement in self._told[subject.detector].due(failed):
                    self._deliver(measurement)

    def _take_apart(self, slot: int, refused: dict[int, RefusedError]) -> None:
        """Give each detector of a station blocks of its own, where a shared one was refused."""
        station = self._rounds[slot].station
        for block, error in refused.items():
            sharers = sum(block in subject.blocks for subject in station.subjects)
            if sharers > 1 and error.code in WRONG_PLACE:
                self._rounds[slot] = Round(station.taken_apart(), self._line)
                self._holds[station.unit] = self._hold(station.unit)
                return

    def _hold(self, unit: int) -> Duration:
        """Give how long a unit is left alone after it let its time pass."""
        mine = [each for each in self._rounds if each.station.unit == unit]
        options = self._line.options
        shapes = {
            block: question.shape.head
            for each in mine
            for block, question in zip(each.station.blocks, each.questions, strict=True)
        }
        return left_alone(
            options,
            max(pace_of(options, each.station.detectors).reply_within for each in mine),
            has_twins=len(set(shapes.values())) < len(shapes),
        )


def open_bus(plan: BusPlan, deliver: Deliver, now: Now) -> ModbusBus:
    """Make a bus; its line is opened when it runs."""
    return ModbusBus(plan, deliver, now)
