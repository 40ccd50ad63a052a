"""The black box at work: keeps the newest inputs in memory, and on disk what was around an alarm.

The core calls `recorded`, which only appends to a list. A thread writes full lists into segments
and keeps those in a ring in memory; nothing goes to disk on a quiet day. When an alarm is entered,
or somebody asks, the segments of the last while go to a file at once, and further ones follow until
a while after. What cannot be kept is counted and is told, and it never holds up the core.
"""

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Condition as Meeting
from threading import Thread
from typing import Final

import msgspec

from gateway.recording.folder import RecordingFile, RecordingFolder
from gateway.recording.format import (
    NUMBER_OF,
    Header,
    OpenSegment,
    Taken,
    encode_header,
    encode_segment,
)
from gateway.recording.ring import KeptSegment, Ring
from rules.condition import Lane
from rules.engine import Input
from rules.event import Change, ConditionEvent, Event
from rules.instant import Duration, Instant, seconds
from rules.step import Step

log = logging.getLogger(__name__)

PART: Final = "gateway/recorder"
RING_BYTES: Final = 8 * 1024 * 1024
"""Some 500,000 readings: a quarter of an hour of 500 detectors."""

SEGMENT_INPUTS: Final = 1024
SEGMENT_LASTS: Final = seconds(10)
BEFORE: Final = seconds(15 * 60)
AFTER: Final = seconds(5 * 60)
LONGEST: Final = seconds(30 * 60)
"""A file ends so long after the alarm that began it, however many follow; the next begins anew."""

MOST_A_DAY: Final = 12
"""Files that alarms may begin in 24 hours: a contact that chatters must not wear out the card."""

DAY: Final = seconds(86400)
MOST_WAITING: Final = 64
"""Segments that wait for the thread: at 500 inputs a second, two minutes of a disk that hangs."""

CLOSE_WITHIN_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderPorts:
    """What the recorder reaches the world by.

    Attributes:
        wall_ns: gives the wall clock, where it is known.
        failed: told, in the recorder's own thread, that something was lost, in one line.
        recovered: told, likewise, that a file could be written again.
    """

    wall_ns: Callable[[], int | None]
    failed: Callable[[str], None]
    recovered: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Job:
    """A full segment, and why what is around it is to be kept, if it is."""

    segment: OpenSegment
    ends: Instant
    reason: str | None


class Recorder:
    """The black box of one life of the engine."""

    def __init__(
        self,
        header: Header,
        folder: Path,
        ports: RecorderPorts,
        *,
        rows: Mapping[str, str],
        started: Instant,
    ) -> None:
        self._ports = ports
        self._rows = dict(rows)
        self._writer = _Writer(header, RecordingFolder(folder), ports)
        self._number = 0
        self._inputs: list[Taken] = []
        self._events: list[Event] = []
        self._dropped = 0
        self._made = started
        self._started: tuple[Instant, Instant] | None = None
        self._begin(started)

    def start(self) -> None:
        """Start the thread."""
        self._writer.start()

    def recorded(self, now: Instant, given: Input | None, step: Step) -> None:
        """Take an input with the core's time, and what it led to; None stands for the start."""
        if given is None:
            self._started = (self._made, now)
        else:
            self._inputs.append((now, NUMBER_OF[type(given)], given))
        reason = None
        if step.events:
            self._events += step.events
            reason = _reason(step.events)
        for key, row in step.changes:
            if row is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = row
        if (
            reason is not None
            or len(self._inputs) >= SEGMENT_INPUTS
            or now - self._begins >= SEGMENT_LASTS
        ):
            self._hand_over(now, reason)

    @property
    def is_keeping(self) -> bool:
        """Whether what comes is on its way into a file; as of a moment ago."""
        return self._writer.is_keeping

    def keep(self, now: Instant, reason: str) -> None:
        """Write what is there, and what comes in the next minutes, to a file."""
        self._hand_over(now, reason)

    def close(self, now: Instant) -> bool:
        """Write out what is waiting; false where that did not end in time."""
        self._hand_over(now, None)
        return self._writer.close(CLOSE_WITHIN_S)

    def _begin(self, now: Instant) -> None:
        self._begins = now
        self._rows_then = dict(self._rows)
        self._wall_then = self._ports.wall_ns()
        self._number += 1

    def _hand_over(self, now: Instant, reason: str | None) -> None:
        segment = OpenSegment(
            number=self._number,
            begins=self._begins,
            started=self._started,
            rows=self._rows_then,
            wall_ns=self._wall_then,
            dropped=self._dropped,
            inputs=self._inputs,
            events=self._events,
        )
        if self._writer.put(_Job(segment, now, reason)):
            self._dropped = 0
        else:
            self._dropped += len(self._inputs)
        self._inputs, self._events, self._started = [], [], None
        self._begin(now)


def _reason(events: tuple[Event, ...]) -> str | None:
    """Say for which alarm a recording is kept: one that is entered in earnest."""
    for event in events:
        if (
            isinstance(event, ConditionEvent)
            and event.change is Change.ENTERED
            and event.lane is Lane.ALARM
        ):
            return f"{event.condition} {event.source}"
    return None


class _Writer:
    """The thread: what comes in goes to the ring, and to a file while one is being kept."""

    def __init__(self, header: Header, folder: RecordingFolder, ports: RecorderPorts) -> None:
        self._header = header
        self._folder = folder
        self._ports = ports
        # An alarm may be told BEFORE late, and wants what was BEFORE it.
        self._ring = Ring(RING_BYTES, Duration(2 * BEFORE))
        self._meeting = Meeting()
        self._waiting: deque[_Job] = deque()
        self._closing = False
        self._file: RecordingFile | None = None
        self._until = Instant(0)
        self._latest = Instant(0)
        self._begun: deque[Instant] = deque(maxlen=MOST_A_DAY)
        self._wanted: tuple[str, Instant] | None = None
        self._is_failing = False
        self._thread = Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, job: _Job) -> bool:
        """Take a segment; false where there is no room. Never waits for the disk."""
        with self._meeting:
            if len(self._waiting) >= MOST_WAITING and job.reason is None:
                return False
            self._waiting.append(job)
            self._meeting.notify()
            return True

    @property
    def is_keeping(self) -> bool:
        return self._file is not None or self._wanted is not None

    def close(self, within_s: float) -> bool:
        with self._meeting:
            self._closing = True
            self._meeting.notify()
        if self._thread.ident is not None:
            self._thread.join(within_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._meeting:
                while not self._waiting and not self._closing:
                    self._meeting.wait()
                if not self._waiting:
                    break
                job = self._waiting.popleft()
            try:
                self._take(job)
            except OSError as error:
                self._give_up()
                self._fail(f"a recording cannot be written: {error}")
            except Exception as error:  # the one place where the recorder's mistakes end
                log.exception("a mistake over a segment", extra={"part": PART})
                self._give_up()
                self._fail(f"a mistake: {type(error).__name__}: {error}")
        self._give_up()

    def _take(self, job: _Job) -> None:
        frame, lost = encode_segment(job.segment)
        self._ring.add(KeptSegment(job.segment.begins, job.ends, frame))
        if lost or job.segment.dropped:
            self._fail(f"{lost + job.segment.dropped} inputs are missing in the recording")
        if job.reason is not None:
            self._want(job.reason, job.ends)
        if self._file is not None:
            self._file.append(frame)
            if job.ends >= self._until:
                self._end_file()
        elif self._wanted is not None:
            self._begin_file(*self._wanted, job.ends)

    def _want(self, reason: str, now: Instant) -> None:
        """Note that what is around this instant is to be on disk."""
        if self._file is not None:
            self._until = min(Instant(now + AFTER), self._latest)
        elif len(self._begun) == MOST_A_DAY and now - self._begun[0] < DAY:
            words = "no further recording: there are %d of the last 24 hours"
            log.warning(words, MOST_A_DAY, extra={"part": PART})
        else:
            self._wanted = (reason, now)

    def _begin_file(self, reason: str, at: Instant, now: Instant) -> None:
        """Begin the file that is wanted; where that fails it is tried again with each segment."""
        if now - at > BEFORE:
            self._wanted = None
            return
        segments = self._ring.since(Instant(at - BEFORE))
        header = encode_header(msgspec.structs.replace(self._header, reason=reason, kept_at=at))
        data = header + b"".join(each.frame for each in segments)
        self._file = self._folder.begin(reason, data)
        self._begun.append(at)
        self._wanted = None
        self._until = Instant(at + AFTER)
        self._latest = Instant(at + LONGEST)
        log.info("recording %s: %s", self._file.path, reason, extra={"part": PART})
        if self._is_failing:
            self._is_failing = False
            self._ports.recovered()

    def _end_file(self) -> None:
        """End the file; raises OSError."""
        if self._file is not None:
            ended, self._file = self._file, None
            ended.close()

    def _give_up(self) -> None:
        """Let the file at hand be; what it holds so far can be read."""
        with contextlib.suppress(OSError):
            self._end_file()

    def _fail(self, detail: str) -> None:
        self._is_failing = True
        self._ports.failed(detail)
