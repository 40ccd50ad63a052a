"""Judging a recording once more: the same engine, the same inputs, at the same instants."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.recording.format import Recording, Segment
from rules.engine import Engine, Input
from rules.event import Event
from rules.instant import Duration, Instant
from rules.part import Tick, WallTime
from rules.site import SiteDefinition
from rules.step import Step, StepFailedError


@dataclass(frozen=True, slots=True)
class Replayed:
    """An input and what it led to; None stands for the start of an engine."""

    now: Instant
    given: Input | None
    step: Step


class Replay:
    """One pass over a recording.

    Args of the call:
        recording: what is judged.
        site: by which rules.
        rings: whether the clock also stops where this engine asks for it. The inputs hold the ticks
            that the recorded engine asked for, so with the same rules it need not; other rules ask
            for other instants.

    Attributes:
        engine: as of the newest step.
        gaps: how often inputs are missing, so that judging began anew from the durable rows.
    """

    def __init__(self, recording: Recording, site: SiteDefinition, *, rings: bool = False) -> None:
        self._recording = recording
        self._site = site
        self._rings = rings
        self.engine: Engine | None = None
        self.gaps = 0

    def steps(self, until: Instant | None = None) -> Iterator[Replayed]:
        """Judge, up to an instant of the recorded boot."""
        expected = None
        for segment in self._recording.segments:
            if until is not None and segment.begins > until:
                return
            if expected is None or segment.number != expected:
                self.gaps += expected is not None
                yield from self._begin(segment)
            expected = segment.number + 1
            for now, given in segment.inputs:
                if until is not None and now > until:
                    return
                yield from self._rung(now)
                yield Replayed(now, given, self._step(now, given))

    def _begin(self, segment: Segment) -> Iterator[Replayed]:
        made, begun = segment.started or (segment.begins, segment.begins)
        boot_id = self._recording.header.boot_id
        self.engine = Engine(self._site, boot_id, segment.rows, made)
        yield Replayed(begun, None, self.engine.start(begun))
        if segment.started is None and segment.wall_ns is not None:
            wall = WallTime(begun, segment.wall_ns, is_known=True)  # told before the recording
            yield Replayed(begun, wall, self._step(begun, wall))

    def _rung(self, before: Instant) -> Iterator[Replayed]:
        """Stop the clock at what the engine asks for before the next input."""
        if not self._rings or self.engine is None:
            return
        latest = None
        while (due := self.engine.next_due()) is not None and due < before and due != latest:
            latest = due
            yield Replayed(due, Tick(due), self._step(due, Tick(due)))

    def _step(self, now: Instant, given: Input) -> Step:
        assert self.engine is not None  # steps makes it first
        try:
            return self.engine.step(now, given)
        except StepFailedError as broken_off:
            return broken_off.so_far


def begins(recording: Recording) -> Instant:
    """Give the instant at which a recording begins."""
    return recording.segments[0].begins if recording.segments else Instant(0)


def ends(recording: Recording) -> Instant:
    """Give the instant of its last input."""
    for segment in reversed(recording.segments):
        if segment.inputs:
            return segment.inputs[-1][0]
    return begins(recording)


def lasts(recording: Recording) -> Duration:
    """Give how long it is."""
    return Duration(ends(recording) - begins(recording))


def told(recording: Recording) -> tuple[Event, ...]:
    """Give what was told when it was recorded."""
    return tuple(event for segment in recording.segments for event in segment.events)


def told_now(recording: Recording, site: SiteDefinition) -> tuple[Event, ...]:
    """Give what the rules of a site tell of it.

    Where the recording does not begin with a life, what stood already is not told again.
    """
    events: list[Event] = []
    for replayed in Replay(recording, site, rings=True).steps():
        is_start = replayed.given is None
        if not is_start or recording.segments[0].started is not None:
            events += replayed.step.events
    return tuple(events)
