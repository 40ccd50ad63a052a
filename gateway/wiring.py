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
import os
import random
import secrets
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from drivers.registry import DRIVERS
from gateway import path_conditions
from gateway.backoff import Backoff
from gateway.buses import GuardedBus, Outputs
from gateway.centre_desk import CentreDesk, DeskPorts
from gateway.clock import Clock, ClockChange, ClockChangeKind, describe_jump
from gateway.control.control_socket import ControlSocketError
from gateway.control.server import ControlServer
from gateway.control.status import Status
from gateway.core import Alarm, Core, CorePorts
from gateway.delivery_watch import OUTPUT, PUBLICATION, UNCONFIRMED
from gateway.device_key import FILE_NAME, DeviceKeyError, read_or_make_key
from gateway.durable_present import DurablePresent
from gateway.journal.journal import Journal
from gateway.journal.keeper import Recovery, WriterPorts
from gateway.journal.reader import JournalReader
from gateway.journal.writer import JournalWriter
from gateway.messages.parts import Heads, directory_of
from gateway.metrics.metrics import Measured, Metrics, MetricsUnavailableError, metrics_for
from gateway.record import Batch, ClockQuality, Record, RecordName, Span, span_of
from gateway.recording.black_box import BlackBox, BlackBoxPorts, SiteTexts, header_of
from gateway.rule_view.shown import ShownRule, shown
from gateway.service_notification import Liveness, ServiceNotification, watchdog_interval
from gateway.settings.bus_plans import bus_plans
from gateway.settings.model import DeliveredWhen, Settings
from gateway.signature import PrivateKey
from gateway.supervisor import supervise
from gateway.uplink.certificate_dates import DatesVerdict
from gateway.uplink.credentials_watch import Seen
from gateway.uplink.refusal_reason import RefusalReason
from gateway.uplink.uplink import Uplink
from gateway.uplink.uplink_hooks import UplinkHooks
from rules import disablement, walk_test
from rules.condition import Condition, Lane
from rules.engine import Engine
from rules.event import Notice
from rules.instant import Duration, Instant, Moment, in_seconds, seconds
from rules.operator import Command
from rules.part import Noted, PartFailed, PartRecovered, WallTime
from rules.reading import Measurement, OutputDown, OutputUp, Reading
from rules.signal import sense

log = logging.getLogger(__name__)

OPEN_WITHIN: Final = seconds(30)
"""A journal of the largest size is rescued from damage within seconds on a slow card."""

FLUSH_WITHIN: Final = seconds(3)
CLOCK_UNKNOWN_FOR: Final = seconds(100)
"""How long the clock may be unknown after the start before that is told (EN 54-2: 100 s)."""

WALL_TOLD_EVERY: Final = seconds(3600)
"""How often the core is told the wall time where nothing happens to it: a clock drifts by less than
a second in an hour."""

LOOK_EVERY: Final = seconds(1)
WORKED_FOR: Final = seconds(10)
END_WITHIN: Final = seconds(5)
RESTART: Final = Backoff(first=seconds(1), longest=seconds(30))
PartCondition = tuple[str, Condition]
PART_CONDITIONS: Final = frozenset({Condition.FAULT, Condition.SUPERVISORY})
OF_THE_CORE: Final = frozenset({disablement.WHOLE_SITE, walk_test.WHOLE_SITE})
"""Faults that are named like a part's, and that the core enters and leaves by itself."""

OUTBOX: Final = "gateway/outbox"
SENT_AGAIN_AFTER: Final = (seconds(1), seconds(5))
"""When a lane is looked through for what was put back into the outbox: a commit is there within the
first, and on a slow card within the second."""

STOPPED_KIND: Final = f"notice.{Notice.STOPPED}"

PINGS_PER_INTERVAL: Final = 4
"""One ping may be lost, and one may come late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the command line says.

    Attributes:
        state_directory: where the journal lies.
        control_socket: where firegw reaches the daemon.
        operators: user ids that may operate beside the groups, for a trial run.
        machine_id: of this machine: a journal from another begins a new epoch.
        site: the files that the settings were read from: a recording holds them.
    """

    state_directory: Path
    control_socket: Path
    operators: frozenset[int]
    machine_id: str
    site: SiteTexts = field(default_factory=SiteTexts)


def installed_version() -> str:
    """Give the version of fire-gateway, or what stands for it in a source tree."""
    try:
        return version("fire-gateway")
    except PackageNotFoundError:
        return "0+source"


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
    tasks.append(loop.create_task(wiring.ping(notification), name="watchdog"))
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
        self._started = self._wall_told = clock.now()
        self._version = installed_version()
        self._directory = directory_of(settings)
        self._metrics: Metrics = metrics_for(
            _measured_names(settings, self._version), wanted=settings.metrics is not None
        )
        self._buses = tuple(
            GuardedBus(plan, DRIVERS[bus.driver].bus_module, self._measured, clock.now)
            for plan, bus in zip(bus_plans(settings), settings.buses, strict=True)
        )
        self._outputs = Outputs(self._buses)
        self._key, self._key_failure = device_key_in(options.state_directory)
        self._device_key = None if self._key is None else self._key.public.text
        self._wrong_credentials: dict[str, Mapping[path_conditions.Key, path_conditions.Wrong]] = {}
        journal = options.state_directory / "journal.db"
        self._writer = JournalWriter(
            journal,
            partial(
                Journal.open,
                journal,
                machine_id=options.machine_id,
                boot_id=clock.boot_id,
                make_epoch=make_epoch,
                signer=self._key,
            ),
            WriterPorts(
                now=clock.now,
                make_epoch=make_epoch,
                post=self._loop.call_soon_threadsafe,
                committed=self._committed,
                store_failed=self._store_failed,
                store_recovered=self._store_recovered,
            ),
            boot_id=clock.boot_id,
        )
        self._limits = {each.id: each.quantities for each in settings.definition.detectors}
        self._store_ok = True
        self._lost = 0
        self._refused: set[Lane] = set()
        self._stop_is_durable = asyncio.Event()
        self._reader = JournalReader(journal)
        self._core: Core | None = None
        self._uplink_made: Uplink | None = None
        self._control = ControlServer(
            options.control_socket,
            self._status,
            self._order,
            options.operators,
            self._denied,
        )
        self._control.rule = self._rule

    # Starting and stopping.

    async def open_journal(self) -> None:
        """Open the journal, and make the core from what it holds."""
        opened = asyncio.wrap_future(self._writer.start())
        opening = await asyncio.wait_for(opened, in_seconds(OPEN_WITHIN))
        self._clock.learn_boots(opening.stored.boots)
        if opening.stored.newest_wall_ns is not None:
            self._clock.raise_floor(opening.stored.newest_wall_ns)
        made = self._clock.now()
        engine = Engine(self._settings.definition, self._clock.boot_id, opening.stored.state, made)
        self._black_box = BlackBox(
            header_of(
                self._settings,
                self._options.site,
                version=self._version,
                boot_id=self._clock.boot_id,
            ),
            self._options.state_directory,
            BlackBoxPorts(clock=self._clock, failed=self._failed, recovered=self._recovered),
            rows=opening.stored.state,
            started=made,
        )
        self._core = Core(
            engine,
            clock=self._clock,
            directory=self._directory,
            ports=CorePorts(
                submit=self._submit,
                drive=self._outputs.drive,
                call_at=self._call_at,
                changed=self._changed,
                measured_to_output=self._drove_output,
                recorded=self._black_box.recorded,
            ),
        )
        self._durable_present = DurablePresent(self.core.present)
        self._desk = self._make_desk(opening.stored.state)
        self._uplink_made = Uplink(
            self._settings,
            self._clock,
            self._reader,
            UplinkHooks(
                delivered=self._delivered,
                delivered_after=self._delivered_after,
                path_up=self._path_up,
                path_down=self._path_down,
                path_answered=self._path_answered,
                refused=self._record_refused,
                connection_refused=self._connection_refused,
                dropped=self._dropped,
                sent_late=self._desk.sent_late,
                credentials_seen=self._credentials_seen,
                not_trusted=self._desk.not_trusted,
                commanded=self._desk.commanded,
            ),
            version=self._version,
            heads=Heads(epoch=opening.epoch, seq=dict(opening.last_seqs)),
            highest=opening.highest,
            undelivered=lambda: self._writer.undelivered,
            journal_head=lambda: self._writer.head,
            device_key=self._device_key,
        )
        self._uplink.set_state(lambda: self._durable_present.now)
        self._opening = opening

    def _make_desk(self, rows: Mapping[str, str]) -> CentreDesk:
        return CentreDesk(
            self._settings,
            self._device_key,
            rows,
            DeskPorts(
                now=self._clock.now,
                # The uplink is made after the desk, which it tells.
                stamp=lambda: self._uplink.stamp(),  # noqa: PLW0108
                take=self.core.take,
                submit=self._submit,
                status=self._status,
                sessions=lambda: self._uplink.sessions,
                reply=lambda path, payload: self._uplink.reply(path, payload),  # noqa: PLW0108
                send_again=self._send_again,
                awaited=lambda name: self._uplink.awaited(name),  # noqa: PLW0108
                refused=self._metrics.message_refused,
                draw=random.random,
            ),
        )

    def start(self) -> None:
        """Set the outputs, and tell what survived and what is wrong from the start."""
        self.core.start()
        self._tell_wall_time()
        detail = f"version {self._version}, configuration {self._settings.hash[:12]}"
        self.core.take(Noted(notice=Notice.STARTED, at=self._clock.now(), detail=detail))
        failing = dict(self._failing_from_the_start())
        # Of these only time will show that all is well.
        unsure = {"gateway/clock"}
        unsure |= {f"path/{path.id}" for path in self._settings.uplink.paths}
        unsure |= {
            f"path/{path.id}/{word}"
            for path in self._settings.uplink.paths
            for word in ("answer", "certificate", "credentials", "dates")
        }
        unsure |= {OUTPUT, PUBLICATION, UNCONFIRMED}
        unsure |= {f"output/{output.id}" for output in self._settings.outputs}
        for standing in self.core.present().conditions:
            is_part = (
                standing.condition in PART_CONDITIONS
                and standing.source.startswith(("gateway/", "path/", "output/"))
                and standing.source not in OF_THE_CORE
            )
            known = (standing.source, standing.condition) in failing or standing.source in unsure
            if is_part and not known:
                self._recovered(standing.source, standing.condition)
        for (part, condition), (cause, detail) in failing.items():
            log.warning("from the start: %s", detail, extra={"part": part})
            self._failed(part, cause, detail, condition)

    def work(self) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
        """Give everything that runs beside the core, by name."""
        for bus in self._buses:
            supervised = bus.supervised()
            yield supervised.name, supervise(supervised, random=random.random)
        yield "watch", self._keep("gateway/watch", self._watch)
        yield "control", self._keep("gateway/control", self._control.run)
        yield "uplink", self._keep("gateway/uplink", self._uplink.run)

    async def ping(self, notification: ServiceNotification) -> None:
        """Tell systemd that the gateway lives, as long as its core and its journal do."""
        interval = watchdog_interval(os.environ)
        liveness = Liveness()
        while True:
            if liveness.may_ping(self.core.completed_turns, self._writer.completed_turns):
                notification.watchdog()
            wait = LOOK_EVERY if interval is None else interval // PINGS_PER_INTERVAL
            await asyncio.sleep(in_seconds(wait))

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

    # What the parts tell.

    def _measured(self, measurement: Measurement) -> None:
        match measurement:
            case OutputDown():
                self._failed(f"output/{measurement.output}", measurement.cause, measurement.detail)
            case OutputUp():
                self._recovered(f"output/{measurement.output}")
            case _:  # before all else: nothing may come between it and an alarm
                self.core.take(measurement)
        self._metrics.measured(measurement)
        if isinstance(measurement, Reading):
            self._tell_telemetry(measurement)

    def _tell_telemetry(self, reading: Reading) -> None:
        """Tell what a reading stands for: of a loop what it carries, not its current."""
        limits = self._limits.get(reading.detector, {}).get(reading.quantity)
        if limits is None:
            return
        value, _ = sense(reading.value, limits)
        if value is not None:
            told = reading if value == reading.value else replace(reading, value=value)
            self._uplink.telemetry(told)

    def _drove_output(self, took: Duration) -> None:
        self._metrics.measured_to_output(took)
        # After the step in which it happened.
        self._loop.call_soon(self._desk.drove_output, took)

    def _submit(self, batch: Batch) -> None:
        self._writer.submit(batch)
        self._durable_present.submitted(len(batch.drafts))

    def _committed(self, records: tuple[Record, ...]) -> None:
        self._desk.made(records)
        self._uplink.committed(records)  # first: a snapshot of a large site takes a while
        self._durable_present.done(len(records))
        for record in records:
            self._metrics.told(record.name.lane)
            if record.kind == STOPPED_KIND:
                self._stop_is_durable.set()
        self._show_present()

    def _changed(self) -> None:
        self._durable_present.look()
        self._show_present()

    def _show_present(self) -> None:
        self._uplink.state_changed()
        if self._settings.metrics is not None:  # else it would be made for nobody
            self._metrics.present(self.core.present())
        self._metrics.outbox(self._uplink.waiting)

    def _store_failed(self, detail: str) -> None:
        self._store_ok = False
        self._metrics.store(False)
        log.error("the journal fails: %s", detail, extra={"part": "gateway/store"})
        self._failed("gateway/store", "store", detail)

    def _store_recovered(self, recovery: Recovery) -> None:
        self._store_ok = True
        self._metrics.store(True)
        log.info("the journal works again: %s", recovery.detail, extra={"part": "gateway/store"})
        self._uplink.recovered(recovery.records)
        self._recovered("gateway/store")

    def _failed(
        self, part: str, cause: str, detail: str, condition: Condition = Condition.FAULT
    ) -> None:
        self.core.take(
            PartFailed(
                part=part, cause=cause, detail=detail, at=self._clock.now(), condition=condition
            )
        )

    def _recovered(self, part: str, condition: Condition = Condition.FAULT) -> None:
        self.core.take(PartRecovered(part=part, at=self._clock.now(), condition=condition))

    def _delivered(self, spans: Sequence[Span]) -> None:
        self._writer.delivered(spans)
        self._desk.delivered(spans)
        for span in spans:
            self._metrics.delivered(span.lane, span.last - span.first + 1)
        for lane in self._refused - self._uplink.set_aside:
            self._refused.discard(lane)
            self._recovered(refused_by_the_broker(lane))

    def _delivered_after(self, lane: Lane, took: Duration) -> None:
        self._metrics.measured_to_publication(took)
        self._desk.published(lane, took)

    def _path_up(self, path: str) -> None:
        self._metrics.path(path, True)
        self._recovered(f"path/{path}")

    def _path_down(self, path: str, detail: str) -> None:
        self._metrics.path(path, False)
        self._failed(f"path/{path}", "not-connected", detail)

    def _path_answered(self, path: str, is_proven: bool) -> None:
        if is_proven:
            self._recovered(answer_of(path))
        else:
            detail = f"no centre answers what goes out on path {path}, though its broker takes it"
            self._failed(answer_of(path), "no-answer", detail)

    def _connection_refused(self, path: str, reason: RefusalReason) -> None:
        self._metrics.connection_refused(path, reason)

    def _credentials_seen(self, path: str, seen: Seen, dates: DatesVerdict) -> None:
        wrong = path_conditions.wrongs(seen, dates)
        before = self._wrong_credentials.get(path)
        self._wrong_credentials[path] = wrong
        for change in path_conditions.changes(path, before, wrong, self._clock.now()):
            self.core.take(change)

    def _send_again(self, span: Span) -> None:
        """Have events sent once more: put back into the outbox, and then looked for there."""
        self._writer.reopen(span)
        for delay in SENT_AGAIN_AFTER:
            self._loop.call_later(in_seconds(delay), self._uplink.send_again, span.lane)

    def _record_refused(self, name: RecordName, why: str) -> None:
        self._refused.add(name.lane)
        self._failed(
            refused_by_the_broker(name.lane),
            "refused",
            f"the broker refuses record {name.seq} of lane {name.lane}: {why}",
        )

    def _dropped(self, names: Sequence[RecordName]) -> None:
        self._desk.delivered([span_of(name) for name in names])  # no longer awaited
        detail = f"{len(names)} events were lost: the journal fails and memory is full"
        self._failed(OUTBOX, "overflow", detail)

    # The small parts.

    def _failing_from_the_start(self) -> Iterator[tuple[PartCondition, tuple[str, str]]]:
        """Find what is wrong before anything has run."""
        if self._opening.failure is not None:
            self._store_ok = False
            self._metrics.store(False)
            yield ("gateway/store", Condition.FAULT), ("store", self._opening.failure)
        if self._key is None:
            yield ("gateway/key", Condition.FAULT), ("key", self._key_failure)
        if self._opening.damage is not None:
            yield ("gateway/journal", Condition.SUPERVISORY), ("damaged", self._opening.damage)
        if self._settings.metrics is not None:
            try:
                self._metrics.serve(self._settings.metrics.port)
            except MetricsUnavailableError as error:
                yield ("gateway/metrics", Condition.SUPERVISORY), ("port-taken", str(error))
        for path in self._settings.uplink.paths:
            if path.insecure and path.tls is None:
                detail = f"what goes to {path.host} can be read and changed on its way"
                yield (f"path/{path.id}/insecure", Condition.SUPERVISORY), ("plaintext", detail)

    async def _watch(self) -> None:
        while True:
            self._look_at_clock()
            self._look_for_losses()
            self._desk.look()
            await asyncio.sleep(in_seconds(LOOK_EVERY))

    def _look_for_losses(self) -> None:
        """See whether the journal gave up events, or deliveries, for want of room."""
        lost = sum(self._writer.dropped.values())
        if lost > self._lost:
            self._durable_present.done(lost - self._lost)  # what never comes back is not awaited
            self._lost = lost
            detail = f"{lost} events were given up since the start: there was no room for more"
            self._failed(OUTBOX, "overflow", detail)
        elif not any(self._uplink.waiting.values()):
            self._recovered(OUTBOX)

    def _look_at_clock(self) -> None:
        change = self._clock.poll()
        if change is not None or self._clock.now() - self._wall_told >= WALL_TOLD_EVERY:
            self._tell_wall_time()
        if change is not None:
            self._clock_changed(change)
        quality = self._clock.read().quality
        self._metrics.clock(quality)
        running = self._clock.now() - self._started
        if quality is ClockQuality.UNKNOWN and running > CLOCK_UNKNOWN_FOR:
            detail = "the wall clock is not synchronised; times of events are not known"
            self._failed("gateway/clock", "time-unknown", detail, Condition.SUPERVISORY)

    def _tell_wall_time(self) -> None:
        """Tell the core: schedules and the ends of disablements go by the wall clock."""
        wall = self._clock.read()
        self._wall_told = self._clock.now()
        is_known = wall.quality is not ClockQuality.UNKNOWN
        self.core.take(WallTime(self._wall_told, wall.wall_ns, is_known))

    def _clock_changed(self, change: ClockChange) -> None:
        self._writer.remember_boot(self._clock.boot_id, change.offset)
        jump = f"{describe_jump(change.jump)}; " if change.jump else ""
        if change.kind is ClockChangeKind.LOST:
            detail = "the wall clock runs on without synchronisation"
            self._failed("gateway/clock", "time-inaccurate", detail, Condition.SUPERVISORY)
            return
        if change.kind is ClockChangeKind.ESTABLISHED:
            self._recovered("gateway/clock", Condition.SUPERVISORY)
        detail = (
            f"{jump}boot {self._clock.boot_id} began at {change.offset.offset_ns} ns after 1970, "
            f"clock {change.offset.quality}"
        )
        self.core.take(Noted(notice=Notice.CLOCK_ESTABLISHED, at=self._clock.now(), detail=detail))

    async def _keep(self, part: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a part for ever: its failure is a fault, and it alone is started anew."""
        failures = 0
        recovery: asyncio.TimerHandle | None = None
        while True:
            began = self._clock.now()
            try:
                await run()
                detail = "it ended by itself"
            except ControlSocketError as error:
                detail = str(error)
            except Exception as error:  # the one place where a part's mistakes end
                log.exception("%s: a mistake", part, extra={"part": part})
                detail = f"{type(error).__name__}: {error}"
            if recovery is not None:
                recovery.cancel()
            self._failed(part, "ended", detail)
            failures = 0 if self._clock.now() - began > WORKED_FOR else failures + 1
            await asyncio.sleep(in_seconds(RESTART.delay(failures, random.random())))  # noqa: S311 - spreads restarts, hides nothing
            recovery = self._loop.call_later(in_seconds(WORKED_FOR), self._recovered, part)

    def _call_at(self, at: Instant, call: Callable[[], object]) -> Alarm:
        # The loop's clock is the monotonic one.
        return self._loop.call_at(in_seconds(at), call)

    def _status(self) -> Status:
        conditions_of = {self._clock.boot_id}
        now = self.core.present()
        conditions_of |= {condition.incident.boot_id for condition in now.conditions}
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
                for boot in conditions_of
                if (offset := self._clock.wall_of(Moment(boot, Instant(0)))) is not None
            },
            store_ok=self._store_ok,
            by_centre=self._settings.uplink.delivered_when is DeliveredWhen.CENTRE,
            trial_operators=tuple(sorted(self._options.operators)),
        )

    def _order(self, command: Command) -> tuple[str, ...]:
        return self.core.take(command)

    def _rule(self, name: str) -> ShownRule | None:
        for source in (f"rule/{name}", f"call-point/{name}"):
            rule = self.core.rule_now(source)
            if rule is not None:
                return shown(rule)
        return None

    def _denied(self, author: str, request: str) -> None:
        del author, request  # the control socket's own log names them
        self._metrics.control_denied()


def refused_by_the_broker(lane: Lane) -> str:
    """Name what is wrong where a broker takes not all events of a lane."""
    return f"gateway/delivery/{lane}/refused"


def answer_of(path: str) -> str:
    """Name what is wrong where a path does not lead to the centre and back."""
    return f"path/{path}/answer"


def device_key_in(directory: Path) -> tuple[PrivateKey | None, str]:
    """Give the key that vouches for this unit, or none and why; the building is guarded anyway."""
    try:
        return read_or_make_key(directory / FILE_NAME), ""
    except DeviceKeyError as error:
        return None, str(error)


def make_epoch() -> str:
    """Draw the name of an epoch: 128 random bits, never a counter."""
    return secrets.token_hex(16)


def _measured_names(settings: Settings, version_: str) -> Measured:
    return Measured(
        gateway=settings.gateway.id,
        version=version_,
        detectors={detector.id: detector.bus for detector in settings.detectors},
        buses=tuple(bus.id for bus in settings.buses),
        paths=tuple(path.id for path in settings.uplink.paths),
    )
