"""The one owner of the engine: gives it every input in one order, and carries out what it says.

Outputs are driven first: a siren does not wait for a disk. Then the events, as the journal will
keep them, and the durable rows go to the journal in one batch; only what comes back from there is
told to anybody. All in the event loop's thread, and none of it blocks.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from gateway.clock import Clock
from gateway.messages.event import body_of, kind_of
from gateway.messages.parts import Directory
from gateway.record import Batch, Draft
from rules.engine import Engine, Input
from rules.event import ConditionEvent, Event
from rules.instant import Duration, Instant, Moment, seconds
from rules.output import OutputCommand
from rules.part import PartFailed, PartRecovered, Tick
from rules.reading import FailedPoll, Reading
from rules.snapshot import SiteNow
from rules.step import Step, StepFailedError
from rules.trace import RuleNow

log = logging.getLogger(__name__)

PART: Final = "gateway/core"
TICK_EVERY: Final = seconds(1)


class Alarm(Protocol):
    """A call that has been arranged and can be called off."""

    def cancel(self) -> None:
        """Call it off."""


def _look_at_nothing() -> None:
    """Let the present go."""


def _not_recorded(_now: Instant, _given: Input | None, _step: Step) -> None:
    """Keep nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorePorts:
    """What the core reaches the world by.

    Attributes:
        submit: hands a batch to the journal; never blocks.
        drive: sets an output; never blocks.
        call_at: arranges a call at an instant of the monotonic clock.
        changed: the present has changed in a way that no event tells.
        measured_to_output: takes the time from a measurement, or from the end of a `for`, to the
            output that it drove.
        recorded: is given each input with the core's time and what it led to, and None for the
            start; never blocks, raises nothing.
        stepping: the present is about to be another.
    """

    submit: Callable[[Batch], None]
    drive: Callable[[OutputCommand], None]
    call_at: Callable[[Instant, Callable[[], object]], Alarm]
    changed: Callable[[], None]
    measured_to_output: Callable[[Duration], None]
    recorded: Callable[[Instant, Input | None, Step], None] = field(default=_not_recorded)
    stepping: Callable[[], None] = field(default=_look_at_nothing)


class Core:
    """The engine at work."""

    def __init__(
        self, engine: Engine, *, clock: Clock, directory: Directory, ports: CorePorts
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._directory = directory
        self._ports = ports
        self._tick_alarm: Alarm | None = None
        self._due_alarm: Alarm | None = None
        self._due: Instant | None = None
        self._unset: set[str] = set()  # outputs whose driver made a mistake when last driven
        self.completed_turns = 0

    def start(self) -> None:
        """Set the outputs and tell what survived the restart; ticks go on from here."""
        now = self._clock.now()
        step = self._engine.start(now)
        self._ports.recorded(now, None, step)
        self._carry_out(step, None)
        self._arrange_tick()

    def succeed(self, engine: Engine, first: Step, directory: Directory) -> None:
        """Go on with an engine that was made from the one at work for another configuration.

        Args:
            engine: from now on the owner of the state.
            first: what its making led to: events, outputs, durable rows.
            directory: the names that its events are told with.
        """
        self._engine, self._directory = engine, directory
        self._ports.recorded(self._clock.now(), None, first)
        self._carry_out(first, None)
        self._arrange_due()

    @property
    def engine(self) -> Engine:
        """The engine at work: for who makes another one from it, and for nobody else."""
        return self._engine

    def stop(self) -> None:
        """Stop the ticks; inputs are still taken."""
        for alarm in (self._tick_alarm, self._due_alarm):
            if alarm is not None:
                alarm.cancel()

    def take(self, given: Input) -> tuple[str, ...]:
        """Take one input; give why it was refused, where it was an operator's command.

        Raises nothing: a mistake over one input is told as a fault, and the others go on.
        """
        measured = given.at if isinstance(given, Reading | FailedPoll) else None
        return self._take(given, measured)

    def _take(self, given: Input, measured: Instant | None) -> tuple[str, ...]:
        try:
            refusals = self._step(given, measured)
            self._arrange_due()
        except Exception as mistake:  # noqa: BLE001 - the one place where the core's mistakes end
            refusals = ("the gateway made a mistake over it; its log says more",)
            self._made_mistake(f"over {type(given).__name__}", mistake)
        self.completed_turns += 1
        return refusals

    def _step(self, given: Input, measured: Instant | None) -> tuple[str, ...]:
        self._ports.stepping()
        now = self._clock.now()
        try:
            step = self._engine.step(now, given)
        except StepFailedError as broken_off:
            self._ports.recorded(now, given, broken_off.so_far)
            self._carry_out(broken_off.so_far, measured)
            raise
        # Before it is carried out: what an output that fails leads to is an input of its own.
        self._ports.recorded(now, given, step)
        self._carry_out(step, measured)
        return step.refusals

    def _made_mistake(self, what: str, mistake: Exception) -> None:
        """Tell it as a fault, until the next start: what is in memory is not beyond doubt now."""
        key = ("mistake", what, type(mistake))
        extra = {"part": PART, "once_an_hour": key}
        log.error("a mistake %s", what, exc_info=mistake, extra=extra)
        cause = mistake.__cause__ or mistake
        detail = f"a mistake {what}: {type(cause).__name__}: {cause}"
        failed = PartFailed(part=PART, cause="mistake", detail=detail, at=self._clock.now())
        try:
            self._step(failed, None)
        except Exception:
            log.exception("the mistake cannot be told", extra={"part": PART, "once_an_hour": PART})

    def present(self) -> SiteNow:
        """Give the present."""
        return self._engine.present()

    def rule_now(self, source: str) -> RuleNow | None:
        """Give what a rule is now, branch by branch; None where there is no such rule."""
        return self._engine.rule_now(source)

    def _carry_out(self, step: Step, measured: Instant | None) -> None:
        """Drive the outputs, then hand over the events: whatever an output does, they go."""
        told = [given for given in map(self._drive, step.outputs) if given is not None]
        if step.outputs and measured is not None:
            self._ports.measured_to_output(Duration(self._clock.now() - measured))
        if step.events or step.changes:
            drafts = tuple(self._draft(event) for event in step.events)
            self._ports.submit(Batch(drafts, step.changes))
        for given in told:  # after the step in which it happened
            self._ports.call_at(self._clock.now(), partial(self.take, given))

    def _drive(self, command: OutputCommand) -> PartFailed | PartRecovered | None:
        """Set an output; give what its driver's mistake, or its working again, is to be told as."""
        part = f"output/{command.output}"
        try:
            self._ports.drive(command)
        except Exception as mistake:  # the other outputs and the events go on
            extra = {"part": part, "once_an_hour": (part, type(mistake))}
            log.exception("%s: a mistake in its driver", part, extra=extra)
            self._unset.add(part)
            detail = f"{type(mistake).__name__}: {mistake}"
            return PartFailed(part=part, cause="mistake", detail=detail, at=self._clock.now())
        if part in self._unset:
            self._unset.discard(part)
            return PartRecovered(part=part, at=self._clock.now())
        return None

    def _draft(self, event: Event) -> Draft:
        wall = self._clock.read()
        since = ends = None
        if isinstance(event, ConditionEvent):
            since = self._clock.wall_of(event.incident)
            if event.ends is not None:
                ends = self._clock.wall_of(Moment(self._clock.boot_id, event.ends))
        return Draft(
            lane=event.lane,
            at=event.at,
            wall_ns=wall.wall_ns - (self._clock.now() - event.at),
            clock=wall.quality,
            kind=kind_of(event),
            body=body_of(event, self._directory, since, ends),
        )

    def _arrange_tick(self) -> None:
        at = Instant(self._clock.now() + TICK_EVERY)
        self._tick_alarm = self._ports.call_at(at, self._tick)

    def _tick(self) -> None:
        self._arrange_tick()
        self.take(Tick(self._clock.now()))
        self._ports.changed()

    def _arrange_due(self) -> None:
        """Have a tick at the instant at which the next running `for` ends."""
        due = self._engine.next_due()
        if due == self._due:
            return
        if self._due_alarm is not None:
            self._due_alarm.cancel()
        self._due = due
        self._due_alarm = None if due is None else self._ports.call_at(due, self._ring)

    def _ring(self) -> None:
        due, self._due, self._due_alarm = self._due, None, None
        self._take(Tick(self._clock.now()), due)
