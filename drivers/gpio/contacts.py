"""The lines of a chip that are read.

An edge, told in gpiozero's thread, is put into the line's queue and wakes the loop; the level is
read when the line's judge wants it and at every poll. A line that cannot be had or read is a failed
poll of its detector alone, and is taken anew at the next poll.
"""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from drivers.bus import BusDetector, BusPlan, Deliver, LineDownError, Now
from drivers.gpio.chip import Chip, Pin, chip_errors
from drivers.gpio.edges import EdgeQueue, instant_of_edge
from drivers.gpio.flashing import FlashingJudge
from drivers.gpio.judge import Edge, Finding, Judge, LevelJudge, NotKnown
from drivers.gpio.options import Contact, GpioDetectorOptions, Reads
from drivers.gpio.pulses import PulseJudge
from drivers.wake import Wake
from rules.instant import Duration, Instant, in_seconds
from rules.reading import FailedPoll, FaultCause, Reading

logger = logging.getLogger(__name__)

PULL: Final = "up"  # a contact closes to ground
MOST_EDGES_A_SECOND: Final = 2000
"""Of one line. The fastest pulses that are counted have a thousand; noise has no bound."""
BEGINNING: Final = Instant(0)
NO_EDGES: Final = "flashing and pulse-rate need a line that tells them, as those of the header do"


@dataclass(slots=True, weakref_slot=True)  # gpiozero holds its listeners weakly
class WatchedLine:
    """A line that is read: its judge, and the edges that gpiozero's thread has told.

    Attributes:
        detector: whose line it is.
        options: the detector's.
        judge: of what is read.
        now: the clock.
        wake: of the loop.
        pin: None while the line cannot be had.
        edges: on their way to the judge.
        newest: the newest edge; written by the loop before it listens, then by the thread alone.
        dropped: of the edges that could not be kept, those that the judge knows of.
        told_before: how many edges there were at the newest poll.
        is_muted: whether edges are not listened to, since there were too many.
        is_noisy: whether there ever were in this run.
        is_owed: whether a poll awaits its answer.
        was_had: whether it could be had in this run.
    """

    detector: str
    options: GpioDetectorOptions
    judge: Judge
    now: Now
    wake: Wake
    pin: Pin | None = None
    edges: EdgeQueue = field(default_factory=EdgeQueue)
    newest: Instant = BEGINNING
    dropped: int = 0
    told_before: int = 0
    is_muted: bool = False
    is_noisy: bool = False
    is_owed: bool = False
    was_had: bool = False

    def is_active(self, high: object) -> bool:
        """Tell whether a level is the active one."""
        return bool(high) == (self.options.contact is Contact.NORMALLY_CLOSED)

    def note_edge(self, ticks: object, state: object) -> None:
        """Take word of an edge, in gpiozero's thread, which must not see an exception."""
        self.newest = instant_of_edge(ticks, earliest=self.newest, now=self.now())
        self.edges.put(Edge(self.newest, self.is_active(state)))
        # Pulses can wait for the poll.
        if self.options.reads is not Reads.PULSE_RATE or self.edges.is_filling:
            self.wake.call_from_thread()


class Contacts:
    """The lines of one bus that are read."""

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now, poll_every: Duration) -> None:
        self._detectors = plan.detectors
        self._deliver = deliver
        self._now = now
        self._most_edges = round(MOST_EDGES_A_SECOND * max(1, in_seconds(poll_every)))
        self._watched: list[WatchedLine] = []
        self.error: LineDownError | None = None  # the newest of this run

    @property
    def works(self) -> bool:
        """Whether any line can be read."""
        return any(watched.pin is not None for watched in self._watched)

    @property
    def worked(self) -> bool:
        """Whether any could be read in this run."""
        return any(watched.was_had for watched in self._watched)

    def begin(self, wake: Wake) -> None:
        """Make the list of what is to be watched; the lines are taken at the first poll.

        Those of alarm rules come first: lgpio does not listen to any number of lines.
        """
        self.error = None
        self._watched = [
            WatchedLine(detector.id, detector.options, judge_of(detector), self._now, wake)
            for detector in sorted(self._detectors, key=lambda each: not each.alarm)
        ]

    def attend(self, chip: Chip, now: Instant, *, poll: bool) -> Instant | None:
        """Read what is to be read; give the instant at which a judge wants a level next."""
        dues = [self._attend(chip, watched, now, poll=poll) for watched in self._watched]
        return min((due for due in dues if due is not None), default=None)

    def stop(self) -> None:
        """Be told of no more edges."""
        for watched in self._watched:
            _mute(watched)
        self._watched.clear()

    def _attend(
        self, chip: Chip, watched: WatchedLine, now: Instant, *, poll: bool
    ) -> Instant | None:
        try:
            if poll:
                self._prepare(chip, watched, now)
            if watched.pin is None:
                return None
            return self._judge(watched, watched.pin, now, poll=poll)
        except LineDownError as error:
            self._lose(watched, error, now)
            return None

    def _prepare(self, chip: Chip, watched: WatchedLine, now: Instant) -> None:
        """Take a line that is not had, and listen anew where edges were too many."""
        watched.told_before = watched.edges.told
        if watched.pin is not None and not watched.is_muted:
            return
        if watched.pin is None:
            with chip_errors(f"line {watched.options.line} cannot be had"):
                pin = chip.pin(watched.options.line)
                pin.input_with_pull(PULL)
            watched.newest = now
            watched.pin = pin
        _listen(watched, watched.pin)
        watched.is_muted = False
        watched.was_had = True

    def _judge(self, watched: WatchedLine, pin: Pin, now: Instant, *, poll: bool) -> Instant | None:
        """Bring the judge what there is; give the instant at which it wants a level next."""
        judge = watched.judge
        for edge in watched.edges.take():
            judge.edge(edge)
        if watched.edges.dropped != watched.dropped:
            judge.missed(watched.edges.dropped - watched.dropped)
            watched.dropped = watched.edges.dropped
        if watched.edges.told - watched.told_before > self._most_edges and not watched.is_muted:
            self._silence(watched)
        watched.is_owed = watched.is_owed or poll
        due = judge.due
        if poll or (due is not None and now >= due):
            with chip_errors(f"line {watched.options.line} of {watched.detector} cannot be read"):
                active = watched.is_active(pin.state)
            self._tell(watched, judge.read(active, now), now)
        return judge.due

    def _silence(self, watched: WatchedLine) -> None:
        """Listen to no more edges of a line until the next poll: there are too many."""
        watched.is_muted = True
        watched.judge.missed(1)
        _mute(watched)
        if not watched.is_noisy:
            what = f"line {watched.options.line} of {watched.detector}"
            logger.warning("gpio: %s has over %d edges a second", what, MOST_EDGES_A_SECOND)
        watched.is_noisy = True

    def _tell(self, watched: WatchedLine, found: Finding | NotKnown | None, now: Instant) -> None:
        """Deliver what was found. A poll that falls into a time of doubt is answered after that.

        Never with the old level at a newer instant than the change that is being judged.
        """
        if isinstance(found, Finding) and (found.changed or watched.is_owed):
            watched.is_owed = False
            self._deliver(Reading(watched.detector, found.quantity, found.value, found.at))
        elif isinstance(found, NotKnown) and watched.is_owed:
            watched.is_owed = False
            self._deliver(FailedPoll(watched.detector, found.cause, found.detail, now))

    def _lose(self, watched: WatchedLine, error: LineDownError, now: Instant) -> None:
        """Go on without a line."""
        self.error = error
        if watched.was_had:
            watched.judge.missed(1)
        _mute(watched)
        watched.pin = None
        watched.is_owed = False
        self._deliver(FailedPoll(watched.detector, FaultCause.NO_REPLY, str(error), now))


def judge_of(detector: BusDetector) -> Judge:
    """Make the judge of a detector's line."""
    options: GpioDetectorOptions = detector.options
    match options.reads:
        case Reads.LEVEL:
            return LevelJudge(options.debounce)
        case Reads.FLASHING:
            return FlashingJudge(options.debounce, options.flashes_within)
        case Reads.PULSE_RATE:
            return PulseJudge(options.debounce, options.counted_over)


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Go on letting the other lines go when one cannot be, and say so."""
    try:
        with chip_errors(what):
            yield
    except LineDownError as error:
        logger.warning("%s", error)


def _listen(watched: WatchedLine, pin: Pin) -> None:
    """Listen for edges; a level can do without them, where a chip tells none.

    Raises:
        LineDownError: it tells none, and they are what is read.
    """
    try:
        what = f"line {watched.options.line} of {watched.detector} tells no edges"
        with chip_errors(what, NO_EDGES):
            pin.when_changed = watched.note_edge
    except LineDownError as error:
        if watched.options.reads is not Reads.LEVEL:
            raise
        if not watched.was_had:
            logger.warning("%s; its level is read at each poll", error)


def _mute(watched: WatchedLine) -> None:
    """Be told of no more edges of a line."""
    if watched.pin is not None:
        with told(f"line {watched.options.line} still tells its edges"):
            watched.pin.when_changed = None
