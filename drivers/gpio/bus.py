"""Watches dry contacts and drives outputs on the GPIO lines of a Raspberry Pi.

Contacts are judged by level. An edge, told in gpiozero's thread, only wakes the reader; the level
is read when the debounce time is over and at every poll, so a missed edge costs one poll at most.
"""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from drivers.bus import BusPlan, Deliver, LineDownError, Now
from drivers.gpio.chip import Chip, Pin, chip_errors
from drivers.gpio.debounce import Debouncer
from drivers.gpio.options import Contact, GpioBusOptions, GpioOutputOptions, OnExit
from drivers.wake import Wake, next_turn
from rules.instant import Duration, Instant
from rules.reading import BusUp, FailedPoll, FaultCause, OutputUp, Reading

logger = logging.getLogger(__name__)

PULL = "up"  # a contact closes to ground


@dataclass(slots=True, weakref_slot=True)  # gpiozero holds its listeners weakly
class _Watched:
    """A contact: its line, its judge, and what gpiozero's thread has told.

    `edge` is written by gpiozero's thread alone and `seen` by the loop alone, so neither needs a
    lock: a newer edge differs from the one that was seen. `owed` says that a poll awaits its
    answer. `pin` is None while another program has the line.
    """

    detector: str
    line: int
    active_when_high: bool
    judge: Debouncer
    now: Now
    wake: Wake
    pin: Pin | None = None
    edge: Instant | None = None
    seen: Instant | None = None
    owed: bool = False

    def note_edge(self, _ticks: object, _state: object) -> None:
        """Take word of an edge, in gpiozero's thread, which must not see an exception."""
        self.edge = self.now()
        self.wake.call_from_thread()


class GpioBus:
    """The contacts and outputs of one chip.

    Lines of outputs stay ours between two runs, so that a siren does not waver when the bus is
    started anew; `close` lets them go.
    """

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now) -> None:
        options: GpioBusOptions = plan.options
        self._plan = plan
        self._options = options
        self._deliver = deliver
        self._now = now
        self._poll_every = Duration(
            min(options.poll_every, *(detector.every for detector in plan.detectors))
            if plan.detectors
            else options.poll_every
        )
        self._outputs: dict[str, GpioOutputOptions] = {
            output.id: output.options for output in plan.outputs
        }
        self._energised = dict.fromkeys(self._outputs, False)
        self._driven: dict[str, Pin] = {}
        self._watched: list[_Watched] = []
        self._chip: Chip | None = None
        self._wake: Wake | None = None
        self._failure: LineDownError | None = None

    async def run(self) -> None:
        """Measure until cancelled."""
        self._failure = None
        self._wake = Wake(self._now)
        try:
            chip = self._open_chip()
            self._open_outputs(chip)
            self._list_contacts(self._wake)
            self._deliver(BusUp(self._plan.id, self._now()))
            for output in self._outputs:
                self._deliver(OutputUp(output, self._now()))
            await self._watch(chip, self._wake)
        except LineDownError:
            self._free()
            raise
        finally:
            self._stop_listening()

    def set_output(self, output: str, energised: bool) -> None:
        """Set an output."""
        self._energised[output] = energised
        pin = self._driven.get(output)
        if pin is None:
            return
        options = self._outputs[output]
        try:
            with chip_errors(f"output {output} on line {options.line} cannot be set"):
                pin.state = _level(options, energised)
        except LineDownError as error:
            self._failure = error
            if self._wake is not None:
                self._wake.call()

    def close(self) -> None:
        """Leave the hardware as it should be found by the next who opens it."""
        for output, pin in self._driven.items():
            options = self._outputs[output]
            if options.on_exit is OnExit.RELEASE:
                with _told(f"output {output} was not released"):
                    pin.state = _level(options, energised=False)
        self._free()

    def _open_chip(self) -> Chip:
        """Open the chip unless it is open still."""
        if self._chip is None:
            self._chip = Chip(self._options.chip)
        return self._chip

    def _open_outputs(self, chip: Chip) -> None:
        """Take the outputs' lines, each at the newest level that was set."""
        for output, options in self._outputs.items():
            level = _level(options, self._energised[output])
            with chip_errors(f"output {output} cannot have line {options.line}"):
                if output in self._driven:
                    self._driven[output].state = level
                else:
                    pin = chip.pin(options.line)
                    pin.output_with_state(level)
                    self._driven[output] = pin

    def _list_contacts(self, wake: Wake) -> None:
        """Make the list of what is to be watched, its lines not yet taken.

        Those of alarm rules come first: lgpio does not listen to any number of lines.
        """
        self._watched = [
            _Watched(
                detector=detector.id,
                line=detector.options.line,
                active_when_high=detector.options.contact is Contact.NORMALLY_CLOSED,
                judge=Debouncer(detector.options.debounce),
                now=self._now,
                wake=wake,
            )
            for detector in sorted(self._plan.detectors, key=lambda each: not each.alarm)
        ]

    async def _watch(self, chip: Chip, wake: Wake) -> None:
        """Read each contact when its judge or the next poll wants it."""
        next_poll = self._now()
        while True:
            now = self._now()
            poll = now >= next_poll
            if poll:
                next_poll = next_turn(next_poll, self._poll_every, now)
            instant = next_poll
            for watched in self._watched:
                if poll and watched.pin is None:
                    self._take_line(chip, watched, now)
                due = self._attend(watched, watched.pin, now, poll) if watched.pin else None
                if due is not None:
                    instant = min(instant, due)
            await wake.until(instant)
            if self._failure is not None:
                raise self._failure

    def _take_line(self, chip: Chip, watched: _Watched, now: Instant) -> None:
        """Take a contact's line and listen for its edges; where it cannot be had, tell so."""
        try:
            with chip_errors(f"line {watched.line} cannot be had"):
                pin = chip.pin(watched.line)
                pin.input_with_pull(PULL)
                pin.when_changed = watched.note_edge
                watched.pin = pin
        except LineDownError as error:
            self._deliver(FailedPoll(watched.detector, FaultCause.NO_REPLY, str(error), now))

    def _attend(self, watched: _Watched, pin: Pin, now: Instant, poll: bool) -> Instant | None:
        """Read a contact if it is time; give the instant at which its judge wants it next."""
        judge = watched.judge
        edge = watched.edge
        if edge is not None and edge != watched.seen:
            watched.seen = edge
            judge.edge(edge)
        watched.owed = watched.owed or poll
        due = judge.due
        if poll or (due is not None and now >= due):
            with chip_errors(f"line {watched.line} of {watched.detector} cannot be read"):
                level = bool(pin.state)
            judgement = judge.read(level, now)
            # A poll that falls into a time of doubt is answered when that ends, never with the old
            # level at a newer instant than the change that is being judged.
            if judgement is not None and (judgement.changed or watched.owed):
                watched.owed = False
                active = judgement.level == watched.active_when_high
                value = 1.0 if active else 0.0
                self._deliver(Reading(watched.detector, "contact", value, judgement.at))
        return judge.due

    def _stop_listening(self) -> None:
        """Be told of no more edges."""
        for watched in self._watched:
            if watched.pin is not None:
                with _told(f"line {watched.line} still tells its edges"):
                    watched.pin.when_changed = None
        self._watched.clear()

    def _free(self) -> None:
        """Let the chip go; its outputs stay as they are."""
        self._stop_listening()
        chip, self._chip = self._chip, None
        self._driven.clear()
        if chip is not None:
            with _told("the chip was not closed"):
                chip.close()


def open_bus(plan: BusPlan, deliver: Deliver, now: Now) -> GpioBus:
    """Make a bus; the chip is opened when it runs."""
    return GpioBus(plan, deliver, now)


def release_outputs(plan: BusPlan) -> None:
    """De-energise every output whose level on exit is release, for a gateway that was killed.

    The kernel of Raspberry Pi OS keeps the level of a line whose owner has died, so a fault relay
    would go on saying that all is well.

    Raises:
        LineDownError: the chip cannot be used.
    """
    bus_options: GpioBusOptions = plan.options
    chip = Chip(bus_options.chip)
    try:
        for output in plan.outputs:
            options: GpioOutputOptions = output.options
            if options.on_exit is OnExit.RELEASE:
                with chip_errors(f"output {output.id} cannot have line {options.line}"):
                    chip.pin(options.line).output_with_state(_level(options, energised=False))
    finally:
        chip.close()


def _level(options: GpioOutputOptions, energised: bool) -> bool:
    """Give the level of the line for a state of the output."""
    return energised == options.active_high


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Go on letting the other lines go when one cannot be, and say so."""
    try:
        with chip_errors(what):
            yield
    except LineDownError as error:
        logger.warning("%s", error)
