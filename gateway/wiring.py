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
import secrets
import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, Final

from gateway.clock import Clock
from gateway.clock_watch import ClockPorts, ClockWatch
from gateway.configuration.change import Chosen
from gateway.configuration.check_apart import check_apart
from gateway.configuration.desk import ConfigurationDesk, ConfigurationPorts
from gateway.configuration.kept_files import KeptFiles
from gateway.configuration.way_back import WayBack
from gateway.control.owner_now import contacts_now, page_now
from gateway.control.protocol import Verb
from gateway.control.server import ControlServer
from gateway.control.status import Status
from gateway.control.telling import Telling, TellingPorts
from gateway.core import Core
from gateway.device_key import FILE_NAME, DeviceKeyError, read_or_make_key
from gateway.guarding import Guarding, GuardingPorts, Unit
from gateway.journal.journal import Journal
from gateway.journal.keeper import Recovery, WriterPorts
from gateway.journal.reader import JournalReader
from gateway.journal.writer import JournalWriter
from gateway.kept_running import keep_running
from gateway.metrics.in_force import MetricsInForce
from gateway.own_health.look import Places, look
from gateway.own_health.watch import OwnHealth
from gateway.own_parts import OwnParts, failing_at_first, unsure_at_first
from gateway.path_watch import PathWatch, PathWatchPorts
from gateway.record import Record, Span
from gateway.rule_view.shown import ShownRule, shown
from gateway.run_options import RunOptions, installed_version
from gateway.service_notification import ServiceNotification
from gateway.settings.model import DeliveredWhen, Settings
from gateway.store_watch import StoreWatch
from gateway.watchdog import ping
from rules.engine import Input
from rules.event import Notice
from rules.instant import Instant, Moment, in_seconds, seconds
from rules.part import Noted

log = logging.getLogger(__name__)

OPEN_WITHIN: Final = seconds(30)
"""A journal of the largest size is rescued from damage within seconds on a slow card."""

FLUSH_WITHIN: Final = seconds(3)
LOOK_EVERY: Final = seconds(1)
END_WITHIN: Final = seconds(5)
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
    wiring = Wiring(settings, options, clock, give_up=stopping.set)
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

    def __init__(
        self,
        settings: Settings,
        options: RunOptions,
        clock: Clock,
        *,
        give_up: Callable[[], None],
    ) -> None:
        self._options = options
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._started = clock.now()
        self._version = installed_version()
        self._metrics = MetricsInForce(settings, self._version)
        self._parts = OwnParts(self._take, clock.now)
        self._read_device_key()
        self._make_journal()
        self._make_watches()
        self._guarding = self._make_guarding(settings)
        self._stop_is_durable = asyncio.Event()
        self._control = ControlServer(
            options.control_socket, self._status, self._take, options.operators, self._denied
        )
        self._control.rule = self._rule
        self._control.answers[Verb.EVENTS] = self._telling.answer
        self._make_configuration_desk(settings, give_up)

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

    def _make_guarding(self, settings: Settings) -> Guarding:
        return Guarding(
            settings,
            self._options.site,
            Unit(
                clock=self._clock,
                parts=self._parts,
                metrics=self._metrics,
                path_watch=self._path_watch,
                writer=self._writer,
                reader=self._reader,
                state_directory=self._options.state_directory,
                version=self._version,
                device_key=self._device_key,
                started=self._started,
            ),
            GuardingPorts(
                status=self._status, delivered=self._delivered, lost=self._store_watch.lost
            ),
        )

    def _make_configuration_desk(self, settings: Settings, give_up: Callable[[], None]) -> None:
        options, kept = self._options, KeptFiles(self._options.state_directory)
        self._configuration = ConfigurationDesk(
            Chosen(settings=settings, site=options.site, files=options.files),
            WayBack(options.site_file, kept),
            ConfigurationPorts(
                now=self._clock.now,
                call_at=self._guarding.call_at,
                present=lambda: self.core.present(),  # noqa: PLW0108 - there is none yet
                note=self._take,
                change_to=self._guarding.change_to,
                give_up=give_up,
                check=check_apart,
            ),
        )
        self._control.answers |= {
            Verb.CONFIGURATION: self._configuration.configuration,
            Verb.APPLY: self._configuration.apply,
            Verb.CONFIRM: self._configuration.confirm,
            Verb.GO_BACK: self._configuration.go_back,
        }

    # Starting and stopping.

    async def open_journal(self) -> None:
        """Open the journal, and make what begins from what it holds."""
        opened = asyncio.wrap_future(self._writer.start())
        opening = await asyncio.wait_for(opened, in_seconds(OPEN_WITHIN))
        self._clock.learn_boots(opening.stored.boots)
        if opening.stored.newest_wall_ns is not None:
            self._clock.raise_floor(opening.stored.newest_wall_ns)
        self._guarding.open(opening)
        self._control.answers[Verb.WALK] = self._guarding.walk_desk.walk
        self._control.answers[Verb.INSTALLED] = self._guarding.walk_desk.installed
        self._opening = opening

    def start(self) -> None:
        """Set the outputs, and tell what survived and what is wrong from the start."""
        self.core.start()
        self._clock_watch.tell()
        settings = self._guarding.settings
        detail = f"version {self._version}, configuration {settings.hash[:12]}"
        if self._opening.begun is not None:
            detail = f"{detail}; epoch {self._opening.epoch[:8]} begins: {self._opening.begun}"
        self.core.take(Noted(notice=Notice.STARTED, at=self._clock.now(), detail=detail))
        for told in self._options.told:
            log.warning("%s", told, extra={"part": "gateway/configuration"})
            at = self._clock.now()
            self.core.take(Noted(notice=Notice.CONFIGURATION_CHANGED, at=at, detail=told))
        if self._opening.failure is not None:
            self._store_watch.fails_at_first()
        failing = tuple(
            failing_at_first(
                settings,
                self._clock.now(),
                store=self._opening.failure,
                key=self._key_failure,
                damage=self._opening.damage,
                metrics=self._metrics.begin(),
            )
        )
        for each in failing:
            log.warning("from the start: %s", each.detail, extra={"part": each.part})
        standing = self.core.present().conditions
        self._parts.begin(standing, failing, unsure_at_first(settings))

    def work(self) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
        """Give everything that runs beside the core, by name."""
        yield "buses", keep_running("gateway/buses", self._guarding.buses.run, self._parts)
        yield "watch", keep_running("gateway/watch", self._watch, self._parts)
        yield "health", keep_running("gateway/health-watch", self._own_health.run, self._parts)
        yield "control", keep_running("gateway/control", self._control.run, self._parts)
        yield "uplink", keep_running("gateway/uplink", self._guarding.uplink.run, self._parts)

    def turns(self) -> tuple[int, int]:
        """Give how many turns the core and the journal's writer have completed."""
        return self.core.completed_turns, self._writer.completed_turns

    async def stop(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Tell that it stops, end everything, and leave the outputs as they are to be left."""
        self._guarding.leave()
        self.core.take(Noted(notice=Notice.STOPPED, at=self._clock.now()))
        self.core.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop_is_durable.wait(), in_seconds(FLUSH_WITHIN))
        await self._guarding.uplink.close()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=in_seconds(END_WITHIN))
        await self._guarding.buses.stop()
        # Whoever closes the journal last writes its log into it: that has to be the writer.
        await self._telling.close(FLUSH_WITHIN)
        await self._configuration.close(FLUSH_WITHIN)
        await self._guarding.walk_desk.close(FLUSH_WITHIN)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self._reader.close), in_seconds(FLUSH_WITHIN))
        if not await asyncio.to_thread(self._writer.close, FLUSH_WITHIN):
            log.error("the journal could not be closed in time", extra={"part": "gateway/store"})
        await self._guarding.close()
        self._metrics.close()

    @property
    def core(self) -> Core:
        """The core, once the journal is open."""
        return self._guarding.core

    # To the core.

    def _take(self, given: Input) -> tuple[str, ...]:
        return self.core.take(given)

    async def _watch(self) -> None:
        while True:
            self._clock_watch.look()
            given_up = sum(self._writer.dropped.values())
            is_empty = not any(self._guarding.uplink.now.waiting.values())
            if more := self._store_watch.look(given_up, is_empty=is_empty):
                self._guarding.durable_present.done(more)  # what never comes back is not awaited
            self._guarding.desk.look()
            await asyncio.sleep(in_seconds(LOOK_EVERY))

    # From the journal.

    def _committed(self, records: tuple[Record, ...]) -> None:
        guarding = self._guarding
        guarding.desk.made(records)
        guarding.uplink.now.committed(records)  # first: a snapshot of a large site takes a while
        guarding.durable_present.done(len(records))
        self._telling.committed(records)
        guarding.walk_desk.made(records)
        for record in records:
            self._metrics.told(record.name.lane)
            if record.kind == STOPPED_KIND:
                self._stop_is_durable.set()
        guarding.show_present()

    def _store_failed(self, detail: str) -> None:
        self._store_watch.failed(detail)

    def _store_recovered(self, recovery: Recovery) -> None:
        self._guarding.uplink.now.recovered(recovery.records)
        self._telling.recovered()
        self._store_watch.recovered(recovery.detail, recovery.damage)

    # From the uplink.

    def _delivered(self, spans: Sequence[Span]) -> None:
        self._guarding.walk_desk.delivered(spans)  # first: what is marked is told by nobody again
        self._writer.delivered(spans)
        self._guarding.desk.delivered(spans)
        for span in spans:
            self._metrics.delivered(span.lane, span.last - span.first + 1)
        self._path_watch.delivered(self._guarding.uplink.now.set_aside)

    # From the control socket.

    def _status(self) -> Status:
        now, settings, uplink = (
            self.core.present(),
            self._guarding.settings,
            self._guarding.uplink.now,
        )
        boots = {self._clock.boot_id} | {each.incident.boot_id for each in now.conditions}
        return Status(
            gateway=settings.gateway.id,
            site_name=settings.site.name,
            version=self._version,
            boot_id=self._clock.boot_id,
            started=self._started,
            now=now,
            paths=uplink.paths,
            outbox=uplink.waiting,
            clock=self._clock.read().quality,
            utc_offsets={
                boot: offset
                for boot in boots
                if (offset := self._clock.wall_of(Moment(boot, Instant(0)))) is not None
            },
            store_ok=self._store_watch.is_ok,
            contacts=contacts_now(settings),
            page=page_now(settings),
            utc_offset_s=round(in_seconds(settings.site.utc_offset)),
            by_centre=settings.uplink.delivered_when is DeliveredWhen.CENTRE,
            trial_operators=tuple(sorted(self._options.operators)),
            configuration=settings.hash,
            trial=self._configuration.trial,
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
