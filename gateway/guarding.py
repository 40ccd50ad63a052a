"""Guards a site, by one configuration after another: the core, its buses, the way to the centre.

Everything here is made of the settings, and follows when others take their place: in one turn of
the event loop, so that no input is judged by half of each. What needs no change is left alone: a
bus whose plan is the same goes on reading, a connection whose settings are the same stays. Only the
hardware follows a little later (`Buses.run`, `UplinkInForce.run`).
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from gateway.buses import Buses
from gateway.centre_desk import CentreDesk, DeskPorts
from gateway.clock import Clock
from gateway.commissioning.walk_desk import WalkDesk, WalkDeskPorts
from gateway.commissioning.walk_log import is_of_the_walk_test
from gateway.configuration.change import HalfChangedError
from gateway.configuration.leftovers import left_behind
from gateway.control.status import Status
from gateway.core import Alarm, Core, CorePorts
from gateway.durable_present import DurablePresent
from gateway.journal.keeper import Opening
from gateway.journal.reader import JournalReader
from gateway.journal.writer import JournalWriter
from gateway.messages.parts import Heads, directory_of
from gateway.metrics.in_force import MetricsInForce
from gateway.own_parts import OwnParts, failing_at_first
from gateway.path_watch import PathWatch
from gateway.record import Batch, RecordName, Span, span_of
from gateway.recording.black_box import BlackBox, BlackBoxPorts, SiteTexts, header_of
from gateway.settings.model import Settings
from gateway.uplink.in_force import UplinkInForce
from gateway.uplink.uplink import Uplink
from gateway.uplink.uplink_hooks import UplinkHooks
from gateway.uplink.wall_time import stamp_of
from rules.condition import Condition, Lane
from rules.engine import Engine, Input
from rules.event import Event, NoticeEvent
from rules.instant import Duration, Instant, Moment, in_seconds, seconds
from rules.part import Noted
from rules.reading import Measurement, OutputDown, OutputUp, Reading
from rules.step import Step

log = logging.getLogger(__name__)

SENT_AGAIN_AFTER: Final = (seconds(1), seconds(5))
"""When a lane is looked through for what was put back into the outbox: a commit is there within the
first, and on a slow card within the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What outlives every configuration.

    Attributes:
        clock: both clocks.
        parts: tells the core of the gateway's own parts.
        metrics: where numbers go.
        path_watch: tells of the paths.
        writer: of the journal.
        reader: likewise.
        state_directory: where recordings lie.
        version: of the software.
        device_key: the public key as it is written, where the unit has one.
        started: when the process began.
    """

    clock: Clock
    parts: OwnParts
    metrics: MetricsInForce
    path_watch: PathWatch
    writer: JournalWriter
    reader: JournalReader
    state_directory: Path
    version: str
    device_key: str | None
    started: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardingPorts:
    """What it reaches the rest by.

    Attributes:
        status: gives the present as people see it.
        delivered: these need no delivery any more.
        lost: so many events are lost for want of room in memory.
    """

    status: Callable[[], Status]
    delivered: Callable[[Sequence[Span]], None]
    lost: Callable[[int], None]


class Guarding:
    """The parts that a configuration makes.

    Attributes:
        settings: those in force.
        site: the files that they were read from.
        buses: of the site.
        core: the owner of the engine.
        desk: what the centre is owed beside events.
        walk_desk: the walk test's log.
        uplink: the way to the centre.
        durable_present: the present as of the last commit.
    """

    def __init__(
        self, settings: Settings, site: SiteTexts, unit: Unit, ports: GuardingPorts
    ) -> None:
        self._unit = unit
        self._ports = ports
        self._loop = asyncio.get_running_loop()
        self.settings = settings
        self.site = site
        self.buses = Buses(self.measured, unit.clock.now)
        self.buses.take_up(self.buses.planned(settings))
        self._ended_boxes: set[asyncio.Task[None]] = set()

    # Making.

    def open(self, opening: Opening) -> None:
        """Make what begins from what the journal holds."""
        made = self._unit.clock.now()
        self._rows = dict(opening.stored.state)
        self._opening = opening
        self._black_box = self._make_black_box(self.settings, self.site, made)
        self.core = Core(
            Engine(self.settings.definition, self._unit.clock.boot_id, self._rows, made),
            clock=self._unit.clock,
            directory=directory_of(self.settings),
            ports=CorePorts(
                submit=self.submit,
                drive=self.buses.drive,
                call_at=self.call_at,
                changed=self._changed,
                measured_to_output=self._drove_output,
                recorded=self._recorded,
                stepping=self._stepping,
            ),
        )
        self.durable_present = DurablePresent(self.core.present)
        self.walk_desk = WalkDesk(
            self.settings,
            self._rows,
            boot_id=self._unit.clock.boot_id,
            version=self._unit.version,
            device_key=self._unit.device_key,
            ports=WalkDeskPorts(
                now=self._unit.clock.now, date=self._unit.clock.wall_of, submit=self.submit
            ),
        )
        self.desk = self._make_desk()
        self.uplink = UplinkInForce(self.settings, self._make_uplink)

    def _make_black_box(self, settings: Settings, site: SiteTexts, made: Instant) -> BlackBox:
        unit = self._unit
        header = header_of(settings, site, version=unit.version, boot_id=unit.clock.boot_id)
        return BlackBox(
            header,
            unit.state_directory,
            BlackBoxPorts(
                clock=unit.clock, failed=unit.parts.failed, recovered=unit.parts.recovered
            ),
            # Of no meaning to a judging.
            rows={key: row for key, row in self._rows.items() if not is_of_the_walk_test(key)},
            started=made,
        )

    def _make_desk(self) -> CentreDesk:
        return CentreDesk(
            self.settings,
            self._unit.device_key,
            self._rows,
            DeskPorts(
                now=self._unit.clock.now,
                stamp=partial(stamp_of, self._unit.clock),
                take=self._take,
                submit=self.submit,
                status=self._ports.status,
                # The uplink is made after the desk, which it tells; and it may become another.
                waiting=lambda: self.uplink.now.waiting,
                sessions=lambda: self.uplink.now.sessions,
                reply=lambda path, payload: self.uplink.now.reply(path, payload),  # noqa: PLW0108
                send_again=self._send_again,
                awaited=lambda name: self.uplink.now.awaited(name),  # noqa: PLW0108
                refused=self._unit.metrics.message_refused,
                draw=random.random,
            ),
        )

    def _make_uplink(self, settings: Settings, before: Uplink | None) -> Uplink:
        unit, opening = self._unit, self._opening
        heads = Heads(epoch=opening.epoch, seq=dict(opening.last_seqs))
        made = Uplink(
            settings,
            unit.clock,
            unit.reader,
            self._hooks(lambda: made is self.uplink.now),
            version=unit.version,
            heads=heads if before is None else before.heads,
            highest=opening.highest,
            undelivered=lambda: unit.writer.undelivered,
            journal_head=lambda: unit.writer.head,
            device_key=unit.device_key,
            started=Moment(unit.clock.boot_id, unit.started),
        )
        made.set_state(lambda: self.durable_present.now)
        return made

    def _hooks(self, is_in_force: Callable[[], bool]) -> UplinkHooks:
        """Give whom an uplink tells: of one that says farewell, only what it delivers counts."""

        def if_in_force(call: Callable[..., None]) -> Callable[..., None]:
            return lambda *told: call(*told) if is_in_force() else None

        watch = self._unit.path_watch
        return UplinkHooks(
            delivered=self._ports.delivered,
            delivered_after=self._delivered_after,
            path_up=if_in_force(watch.up),
            path_down=if_in_force(watch.down),
            path_answered=if_in_force(watch.answered),
            refused=if_in_force(watch.refused),
            connection_refused=if_in_force(self._unit.metrics.connection_refused),
            dropped=self._dropped,
            sent_late=self.desk.sent_late,
            credentials_seen=if_in_force(watch.credentials_seen),
            not_trusted=if_in_force(self.desk.not_trusted),
            commanded=if_in_force(self.desk.commanded),
            taken=self.walk_desk.taken,
        )

    # Another configuration.

    def change_to(self, settings: Settings, site: SiteTexts, told: Noted) -> None:
        """Guard by another configuration from now on.

        What can fail is made first: where it raises, nothing has changed.

        Args:
            settings: the other configuration.
            site: the files that it was read from.
            told: how the change is told.

        Raises:
            HalfChangedError: what cannot fail has failed; nobody knows how the site is guarded now.
        """
        now = self._unit.clock.now()
        buses = self.buses.planned(settings)
        uplink = self.uplink.planned(settings)
        directory = directory_of(settings)
        black_box = self._make_black_box(settings, site, now)
        try:
            engine = self.core.engine.successor(settings.definition, now, author=told.author)
            first = engine.start(now)
        except BaseException:
            self._end(black_box)
            raise
        try:
            self.settings, self.site = settings, site
            self._take_up_black_box(black_box, now)
            self.buses.take_up(buses)
            self.core.succeed(engine, _telling(told, first), directory)
            is_other_way = uplink is not self.uplink.now
            self.uplink.take_up(uplink, settings)
            self.desk.configured(settings, self._rows)
            self.walk_desk.configured(settings)
            self._settle_parts(settings, is_other_way=is_other_way)
            self._changed()
        except Exception as error:
            raise HalfChangedError from error

    def _take_up_black_box(self, black_box: BlackBox, now: Instant) -> None:
        """Record what comes by its own header; what is being kept of an alarm goes on."""
        ended, self._black_box = self._black_box, black_box
        black_box.go_on_from(ended, now, "configuration changed")
        self._end(ended)

    def _end(self, black_box: BlackBox) -> None:
        """Let a black box write out what it has; a slow card takes a while."""
        black_box.leave()
        ending = self._loop.create_task(asyncio.to_thread(black_box.close))
        self._ended_boxes.add(ending)
        ending.add_done_callback(self._ended_boxes.discard)

    def _settle_parts(self, settings: Settings, *, is_other_way: bool) -> None:
        """End what is told of parts that are gone, and tell what is wrong with new ones."""
        unit = self._unit
        unit.path_watch.configured(is_other_way=is_other_way)
        for part, condition in left_behind(self.core.present().conditions, settings):
            unit.parts.recovered(part, condition)
        unserved = unit.metrics.configured(settings)
        if unserved is None:
            unit.parts.recovered("gateway/metrics", Condition.SUPERVISORY)
        for each in failing_at_first(
            settings, unit.clock.now(), store=None, key=None, damage=None, metrics=unserved
        ):
            log.warning("%s", each.detail, extra={"part": each.part})
            self._take(each)

    # The end.

    def leave(self) -> None:
        """Tell nothing more of the recording: soon nobody can write it down."""
        self._black_box.leave()

    async def close(self) -> None:
        """Write out what waits to be recorded."""
        await asyncio.to_thread(self._black_box.close)

    # To the core.

    def _take(self, given: Input) -> tuple[str, ...]:
        return self.core.take(given)

    def measured(self, measurement: Measurement) -> None:
        """Take what a bus has measured."""
        match measurement:
            case OutputDown():
                part = f"output/{measurement.output}"
                self._unit.parts.failed(part, measurement.cause, measurement.detail)
            case OutputUp():
                self._unit.parts.recovered(f"output/{measurement.output}")
            case _:  # before all else: nothing may come between it and an alarm
                self.core.take(measurement)
        self._unit.metrics.measured(measurement)
        if isinstance(measurement, Reading):
            self.uplink.now.telemetry(measurement)

    # From the core.

    def submit(self, batch: Batch) -> None:
        """Hand a batch to the journal."""
        for key, row in batch.changes:
            if row is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = row
        self._unit.writer.submit(batch)
        self.durable_present.submitted(len(batch.drafts))

    def call_at(self, at: Instant, call: Callable[[], object]) -> Alarm:
        """Arrange a call at an instant of the monotonic clock."""
        # The loop's clock is the monotonic one.
        return self._loop.call_at(in_seconds(at), call)

    def _recorded(self, now: Instant, given: Input | None, step: Step) -> None:
        self._black_box.recorded(now, given, step)
        self.walk_desk.recorded(now, given, step)

    def _stepping(self) -> None:
        self.durable_present.stepping()

    def _changed(self) -> None:
        self.durable_present.look()
        self.show_present()

    def show_present(self) -> None:
        """Show the centre and the metrics what the journal has made durable."""
        self.uplink.now.state_changed()
        if self._unit.metrics.is_wanted:  # else it would be made for nobody
            self._unit.metrics.present(self.core.present())
        self._unit.metrics.outbox(self.uplink.now.waiting)

    def _drove_output(self, took: Duration) -> None:
        self._unit.metrics.measured_to_output(took)
        # After the step in which it happened.
        self._loop.call_soon(self.desk.drove_output, took)

    # From the uplink.

    def _delivered_after(self, lane: Lane, took: Duration) -> None:
        self._unit.metrics.measured_to_publication(took)
        self.desk.published(lane, took)

    def _dropped(self, names: Sequence[RecordName]) -> None:
        self.desk.delivered([span_of(name) for name in names])  # no longer awaited
        self._ports.lost(len(names))

    def _send_again(self, span: Span) -> None:
        """Have events sent once more: put back into the outbox, and then looked for there."""
        self._unit.writer.reopen(span)
        for delay in SENT_AGAIN_AFTER:
            self._loop.call_later(in_seconds(delay), self._look_again, span.lane)

    def _look_again(self, lane: Lane) -> None:
        self.uplink.now.send_again(lane)


def _telling(told: Noted, first: Step) -> Step:
    """Have the event of the change say what is told, where the engine tells it already."""

    def worded(event: Event) -> Event:
        if isinstance(event, NoticeEvent) and event.notice is told.notice:
            return replace(event, detail=f"{event.detail}: {told.detail}")
        return event

    events = tuple(map(worded, first.events))
    if events == first.events:  # the site file is the same, and a profile is not
        events += (
            NoticeEvent(notice=told.notice, at=told.at, detail=told.detail, author=told.author),
        )
    return replace(first, events=events)
