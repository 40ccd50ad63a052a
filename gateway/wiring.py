"""The wiring: what runs where, who talks to whom, what starts and stops when. Nothing else.

One event loop carries the buses, the core, the paths and the control socket. They meet by plain
calls in that one thread, so there is one order of inputs and no queue between them that could fill
up; a call never blocks. The journal has a thread of its own, since a disk may be slow; so has
whatever a library cannot do without blocking, behind its own seam.

    bus -> Core.take -> JournalWriter.submit -> (thread, commit) -> Uplink.committed -> broker
"""

import asyncio
import contextlib
import logging
import random
import secrets
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from drivers.registry import DRIVERS
from gateway.buses import GuardedBus, Outputs
from gateway.centre_desk import CentreDesk, DeskPorts
from gateway.clock import Clock
from gateway.clock_watch import ClockPorts, ClockWatch
from gateway.commissioning.walk_desk import WalkDesk, WalkDeskPorts
from gateway.commissioning.walk_log import is_of_the_walk_test
from gateway.control.owner_now import contacts_now, page_now
from gateway.control.protocol import Verb
from gateway.control.server import ControlServer
from gateway.control.status import Status
from gateway.control.telling import Telling, TellingPorts
from gateway.core import Alarm, Core, CorePorts
from gateway.device_key import FILE_NAME, DeviceKeyError, read_or_make_key
from gateway.durable_present import DurablePresent
from gateway.journal.journal import Journal
from gateway.journal.keeper import Opening, Recovery, WriterPorts
from gateway.journal.reader import JournalReader
from gateway.journal.writer import JournalWriter
from gateway.kept_running import keep_running
from gateway.messages.parts import Heads, directory_of
from gateway.metrics.metrics import Metrics, MetricsUnavailableError, measured_in, metrics_for
from gateway.own_health.look import Places, look
from gateway.own_health.watch import OwnHealth
from gateway.own_parts import OwnParts, failing_at_first, unsure_at_first
from gateway.path_watch import PathWatch, PathWatchPorts
from gateway.record import Batch, Record, RecordName, Span, span_of
from gateway.recording.black_box import BlackBox, BlackBoxPorts, header_of
from gateway.rule_view.shown import ShownRule, shown
from gateway.run_options import RunOptions, installed_version
from gateway.service_notification import ServiceNotification
from gateway.settings.bus_plans import bus_plans
from gateway.settings.model import DeliveredWhen, Settings
from gateway.store_watch import StoreWatch
from gateway.supervisor import supervise
from gateway.uplink.uplink import Uplink
from gateway.uplink.uplink_hooks import UplinkHooks
from gateway.uplink.wall_time import stamp_of
from gateway.watchdog import ping
from rules.condition import Lane
from rules.engine import Engine, Input
from rules.event import Notice
from rules.instant import Duration, Instant, Moment, in_seconds, seconds
from rules.part import Noted
from rules.reading import Measurement, OutputDown, OutputUp, Reading
from rules.step import Step

log = logging.getLogger(__name__)

OPEN_WITHIN: Final = seconds(30)
"""A journal of the largest size is rescued from damage within seconds on a slow card."""

FLUSH_WITHIN: Final = seconds(3)
LOOK_EVERY: Final = seconds(1)
END_WITHIN: Final = seconds(5)
SENT_AGAIN_AFTER: Final = (seconds(1), seconds(5))
"""When a lane is looked through for what was put back into the outbox: a commit is there within the
first, and on a slow card within the second."""

STOPPED_KIND: Final = f"notice.{Notice.STOPPED}"


async def guard(
    settings: Settings, options: RunOptions, clock: Clock, notification: ServiceNotification
) -> None:
    """Guard a site until SIGTERM or SIGINT, then leave everything as it should be found.

    Raises:
        JournalRefusedError: the journal is of a newer version; nothing was touched.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    wiring = Wiring(settings, options, clock)
    await wiring.open_journal()
    wiring.start()
    tasks = [loop.create_task(work, name=name) for name, work in wiring.work()]
    tasks.append(loop.create_task(ping(notification, wiring.turns), name="watchdog"))
    notification.ready()
    try:
        await stopping.wait()
    finally:
        notification.stopping()
        await wiring.stop(tasks)


class Wiring:
    """The parts of one running gateway."""

    def __init__(self, settings: Settings, options: RunOptions, clock: Clock) -> None:
        self._settings = settings
        self._options = options
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._started = clock.now()
        self._version = installed_version()
        self._directory = directory_of(settings)
        self._metrics: Metrics = metrics_for(
            measured_in(settings, self._version), wanted=settings.metrics is not None
        )
        self._parts = OwnParts(self._take, clock.now)
        self._buses = tuple(
            GuardedBus(plan, DRIVERS[bus.driver].bus_module, self._measured, clock.now)
            for plan, bus in zip(bus_plans(settings), settings.buses, strict=True)
        )
        self._outputs = Outputs(self._buses)
        self._read_device_key()
        self._make_journal()
        self._make_watches()
        self._stop_is_durable = asyncio.Event()
        self._core: Core | None = None
        self._uplink_made: Uplink | None = None
        self._control = ControlServer(
            options.control_socket, self._status, self._take, options.operators, self._denied
        )
        self._control.rule = self._rule
        self._control.answers[Verb.EVENTS] = self._telling.answer

    # Making.

    def _read_device_key(self) -> None:
        """Read the key that vouches for this unit; without one the building is guarded anyway."""
        self._key, self._key_failure = None, None
        try:
            self._key = read_or_make_key(self._options.state_directory / FILE_NAME)
        except DeviceKeyError as error:
            self._key_failure = str(error)
        self._device_key = None if self._key is None else self._key.public.text

    def _make_journal(self) -> None:
        journal = self._options.state_directory / "journal.db"
        boot_id = self._clock.boot_id
        self._writer = JournalWriter(
            journal,
            partial(
                Journal.open,
                journal,
                machine_id=self._options.machine_id,
                boot_id=boot_id,
                make_epoch=make_epoch,
                signer=self._key,
            ),
            WriterPorts(
                now=self._clock.now,
                make_epoch=make_epoch,
                post=self._loop.call_soon_threadsafe,
                committed=self._committed,
                store_failed=self._store_failed,
                store_recovered=self._store_recovered,
            ),
            boot_id=boot_id,
        )
        self._reader = JournalReader(journal)
        self._telling = Telling(
            journal, TellingPorts(now=self._clock.now, wall_of=self._clock.wall_of)
        )

    def _make_watches(self) -> None:
        self._store_watch = StoreWatch(self._parts, self._metrics.store)
        self._clock_watch = ClockWatch(
            self._clock,
            self._parts,
            ClockPorts(
                take=self._take,
                dated=partial(self._writer.remember_boot, self._clock.boot_id),
                quality=self._metrics.clock,
            ),
        )
        places = Places(state=self._options.state_directory)
        self._own_health = OwnHealth(
            partial(look, places), self._parts, self._take, self._clock.now
        )
        self._path_watch = PathWatch(
            self._parts,
            PathWatchPorts(now=self._clock.now, take=self._take, connected=self._metrics.path),
        )

    def _make_core(self, opening: Opening) -> None:
        made, rows = self._clock.now(), opening.stored.state
        self._black_box = BlackBox(
            header_of(
                self._settings,
                self._options.site,
                version=self._version,
                boot_id=self._clock.boot_id,
            ),
            self._options.state_directory,
            BlackBoxPorts(
                clock=self._clock, failed=self._parts.failed, recovered=self._parts.recovered
            ),
            # Of no meaning to a judging.
            rows={key: row for key, row in rows.items() if not is_of_the_walk_test(key)},
            started=made,
        )
        self._core = Core(
            Engine(self._settings.definition, self._clock.boot_id, rows, made),
            clock=self._clock,
            directory=self._directory,
            ports=CorePorts(
                submit=self._submit,
                drive=self._outputs.drive,
                call_at=self._call_at,
                changed=self._changed,
                measured_to_output=self._drove_output,
                recorded=self._recorded,
            ),
        )
        self._durable_present = DurablePresent(self._core.present)
        self._walk_desk = WalkDesk(
            self._settings,
            rows,
            boot_id=self._clock.boot_id,
            version=self._version,
            device_key=self._device_key,
            ports=WalkDeskPorts(now=self._clock.now, date=self._clock.wall_of, submit=self._submit),
        )
        self._control.answers[Verb.WALK] = self._walk_desk.walk
        self._control.answers[Verb.INSTALLED] = self._walk_desk.installed

    def _make_desk(self, rows: Mapping[str, str]) -> None:
        self._desk = CentreDesk(
            self._settings,
            self._device_key,
            rows,
            DeskPorts(
                now=self._clock.now,
                stamp=partial(stamp_of, self._clock),
                take=self._take,
                submit=self._submit,
                status=self._status,
                # The uplink is made after the desk, which it tells.
                waiting=lambda: self._uplink.waiting,
                sessions=lambda: self._uplink.sessions,
                reply=lambda path, payload: self._uplink.reply(path, payload),  # noqa: PLW0108
                send_again=self._send_again,
                awaited=lambda name: self._uplink.awaited(name),  # noqa: PLW0108
                refused=self._metrics.message_refused,
                draw=random.random,
            ),
        )

    def _make_uplink(self, opening: Opening) -> None:
        self._uplink_made = Uplink(
            self._settings,
            self._clock,
            self._reader,
            UplinkHooks(
                delivered=self._delivered,
                delivered_after=self._delivered_after,
                path_up=self._path_watch.up,
                path_down=self._path_watch.down,
                path_answered=self._path_watch.answered,
                refused=self._path_watch.refused,
                connection_refused=self._metrics.connection_refused,
                dropped=self._dropped,
                sent_late=self._desk.sent_late,
                credentials_seen=self._path_watch.credentials_seen,
                not_trusted=self._desk.not_trusted,
                commanded=self._desk.commanded,
                taken=self._walk_desk.taken,
            ),
            version=self._version,
            heads=Heads(epoch=opening.epoch, seq=dict(opening.last_seqs)),
            highest=opening.highest,
            undelivered=lambda: self._writer.undelivered,
            journal_head=lambda: self._writer.head,
            device_key=self._device_key,
        )
        self._uplink_made.set_state(lambda: self._durable_present.now)

    # Starting and stopping.

    async def open_journal(self) -> None:
        """Open the journal, and make what begins from what it holds."""
        opened = asyncio.wrap_future(self._writer.start())
        opening = await asyncio.wait_for(opened, in_seconds(OPEN_WITHIN))
        self._clock.learn_boots(opening.stored.boots)
        if opening.stored.newest_wall_ns is not None:
            self._clock.raise_floor(opening.stored.newest_wall_ns)
        self._make_core(opening)
        self._make_desk(opening.stored.state)
        self._make_uplink(opening)
        self._opening = opening

    def start(self) -> None:
        """Set the outputs, and tell what survived and what is wrong from the start."""
        self.core.start()
        self._clock_watch.tell()
        detail = f"version {self._version}, configuration {self._settings.hash[:12]}"
        if self._opening.begun is not None:
            detail = f"{detail}; epoch {self._opening.epoch[:8]} begins: {self._opening.begun}"
        self.core.take(Noted(notice=Notice.STARTED, at=self._clock.now(), detail=detail))
        if self._opening.failure is not None:
            self._store_watch.fails_at_first()
        failing = tuple(
            failing_at_first(
                self._settings,
                self._clock.now(),
                store=self._opening.failure,
                key=self._key_failure,
                damage=self._opening.damage,
                metrics=self._serve_metrics(),
            )
        )
        for each in failing:
            log.warning("from the start: %s", each.detail, extra={"part": each.part})
        standing = self.core.present().conditions
        self._parts.begin(standing, failing, unsure_at_first(self._settings))

    def _serve_metrics(self) -> str | None:
        """Begin to serve the metrics, if the site wants that; give why it cannot be done."""
        if self._settings.metrics is not None:
            try:
                self._metrics.serve(self._settings.metrics.port)
            except MetricsUnavailableError as error:
                return str(error)
        return None

    def work(self) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
        """Give everything that runs beside the core, by name."""
        for bus in self._buses:
            supervised = bus.supervised()
            yield supervised.name, supervise(supervised, random=random.random)
        yield "watch", keep_running("gateway/watch", self._watch, self._parts)
        yield "health", keep_running("gateway/health-watch", self._own_health.run, self._parts)
        yield "control", keep_running("gateway/control", self._control.run, self._parts)
        yield "uplink", keep_running("gateway/uplink", self._uplink.run, self._parts)

    def turns(self) -> tuple[int, int]:
        """Give how many turns the core and the journal's writer have completed."""
        return self.core.completed_turns, self._writer.completed_turns

    async def stop(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Tell that it stops, end everything, and leave the outputs as they are to be left."""
        self._black_box.leave()
        self.core.take(Noted(notice=Notice.STOPPED, at=self._clock.now()))
        self.core.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop_is_durable.wait(), in_seconds(FLUSH_WITHIN))
        await self._uplink.close()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=in_seconds(END_WITHIN))
        # Whoever closes the journal last writes its log into it: that has to be the writer.
        await self._telling.close(FLUSH_WITHIN)
        await self._walk_desk.close(FLUSH_WITHIN)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self._reader.close), in_seconds(FLUSH_WITHIN))
        if not await asyncio.to_thread(self._writer.close, FLUSH_WITHIN):
            log.error("the journal could not be closed in time", extra={"part": "gateway/store"})
        await asyncio.to_thread(self._black_box.close)
        self._metrics.close()

    @property
    def core(self) -> Core:
        """The core, once the journal is open."""
        assert self._core is not None
        return self._core

    @property
    def _uplink(self) -> Uplink:
        assert self._uplink_made is not None
        return self._uplink_made

    # To the core.

    def _take(self, given: Input) -> tuple[str, ...]:
        return self.core.take(given)

    def _measured(self, measurement: Measurement) -> None:
        match measurement:
            case OutputDown():
                part = f"output/{measurement.output}"
                self._parts.failed(part, measurement.cause, measurement.detail)
            case OutputUp():
                self._parts.recovered(f"output/{measurement.output}")
            case _:  # before all else: nothing may come between it and an alarm
                self.core.take(measurement)
        self._metrics.measured(measurement)
        if isinstance(measurement, Reading):
            self._uplink.telemetry(measurement)

    async def _watch(self) -> None:
        while True:
            self._clock_watch.look()
            given_up = sum(self._writer.dropped.values())
            is_empty = not any(self._uplink.waiting.values())
            if more := self._store_watch.look(given_up, is_empty=is_empty):
                self._durable_present.done(more)  # what never comes back is not awaited
            self._desk.look()
            await asyncio.sleep(in_seconds(LOOK_EVERY))

    # From the core.

    def _submit(self, batch: Batch) -> None:
        self._writer.submit(batch)
        self._durable_present.submitted(len(batch.drafts))

    def _call_at(self, at: Instant, call: Callable[[], object]) -> Alarm:
        # The loop's clock is the monotonic one.
        return self._loop.call_at(in_seconds(at), call)

    def _recorded(self, now: Instant, given: Input | None, step: Step) -> None:
        self._black_box.recorded(now, given, step)
        self._walk_desk.recorded(now, given, step)

    def _changed(self) -> None:
        self._durable_present.look()
        self._show_present()

    def _show_present(self) -> None:
        self._uplink.state_changed()
        if self._settings.metrics is not None:  # else it would be made for nobody
            self._metrics.present(self.core.present())
        self._metrics.outbox(self._uplink.waiting)

    def _drove_output(self, took: Duration) -> None:
        self._metrics.measured_to_output(took)
        # After the step in which it happened.
        self._loop.call_soon(self._desk.drove_output, took)

    # From the journal.

    def _committed(self, records: tuple[Record, ...]) -> None:
        self._desk.made(records)
        self._uplink.committed(records)  # first: a snapshot of a large site takes a while
        self._durable_present.done(len(records))
        self._telling.committed(records)
        self._walk_desk.made(records)
        for record in records:
            self._metrics.told(record.name.lane)
            if record.kind == STOPPED_KIND:
                self._stop_is_durable.set()
        self._show_present()

    def _store_failed(self, detail: str) -> None:
        self._store_watch.failed(detail)

    def _store_recovered(self, recovery: Recovery) -> None:
        self._uplink.recovered(recovery.records)
        self._telling.recovered()
        self._store_watch.recovered(recovery.detail, recovery.damage)

    # From the uplink.

    def _delivered(self, spans: Sequence[Span]) -> None:
        self._walk_desk.delivered(spans)  # first: what is marked is told by nobody again
        self._writer.delivered(spans)
        self._desk.delivered(spans)
        for span in spans:
            self._metrics.delivered(span.lane, span.last - span.first + 1)
        self._path_watch.delivered(self._uplink.set_aside)

    def _delivered_after(self, lane: Lane, took: Duration) -> None:
        self._metrics.measured_to_publication(took)
        self._desk.published(lane, took)

    def _dropped(self, names: Sequence[RecordName]) -> None:
        self._desk.delivered([span_of(name) for name in names])  # no longer awaited
        self._store_watch.lost(len(names))

    def _send_again(self, span: Span) -> None:
        """Have events sent once more: put back into the outbox, and then looked for there."""
        self._writer.reopen(span)
        for delay in SENT_AGAIN_AFTER:
            self._loop.call_later(in_seconds(delay), self._uplink.send_again, span.lane)

    # From the control socket.

    def _status(self) -> Status:
        now = self.core.present()
        boots = {self._clock.boot_id} | {each.incident.boot_id for each in now.conditions}
        return Status(
            gateway=self._settings.gateway.id,
            site_name=self._settings.site.name,
            version=self._version,
            boot_id=self._clock.boot_id,
            started=self._started,
            now=now,
            paths=self._uplink.paths,
            outbox=self._uplink.waiting,
            clock=self._clock.read().quality,
            utc_offsets={
                boot: offset
                for boot in boots
                if (offset := self._clock.wall_of(Moment(boot, Instant(0)))) is not None
            },
            store_ok=self._store_watch.is_ok,
            contacts=contacts_now(self._settings),
            page=page_now(self._settings),
            utc_offset_s=round(in_seconds(self._settings.site.utc_offset)),
            by_centre=self._settings.uplink.delivered_when is DeliveredWhen.CENTRE,
            trial_operators=tuple(sorted(self._options.operators)),
        )

    def _rule(self, name: str) -> ShownRule | None:
        for source in (f"rule/{name}", f"call-point/{name}"):
            rule = self.core.rule_now(source)
            if rule is not None:
                return shown(rule)
        return None

    def _denied(self, author: str, request: str) -> None:
        del author, request  # the control socket's own log names them
        self._metrics.control_denied()


def make_epoch() -> str:
    """Draw the name of an epoch: 128 random bits, never a counter."""
    return secrets.token_hex(16)
