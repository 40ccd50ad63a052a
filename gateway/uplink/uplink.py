"""The uplink: what the journal has made durable goes to the centre, by every path that there is.

It joins the delivery policy, which decides, with the paths, which carry. A record that has just
been committed is written to the socket in the same turn of the event loop. Everything here runs in
the event loop's thread, save reading the journal's backlog.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from gateway.clock import Clock
from gateway.control.status import PathNow
from gateway.messages.inventory import inventory_message
from gateway.messages.liveness import heartbeat_message
from gateway.messages.parts import Heads, directory_of
from gateway.messages.signed import NotTrustedError, SignedKind
from gateway.messages.topics import Origin
from gateway.record import Record, RecordName, Span, span_of
from gateway.settings.model import DeliveredWhen, Settings
from gateway.uplink.backlog import Backlog, UndeliveredReader
from gateway.uplink.centre_link import CentreLink
from gateway.uplink.delivery import Delivery
from gateway.uplink.from_afar import FromAfar
from gateway.uplink.heartbeats import PROBE_TIMING, Heartbeats, spread
from gateway.uplink.lane_walk import happened_before
from gateway.uplink.mqtt_path import MqttPath
from gateway.uplink.path_ports import TIMING, PathPorts, PathTiming
from gateway.uplink.path_probe import ProbeTiming
from gateway.uplink.side_by_side import Run, run_side_by_side
from gateway.uplink.state_publication import PresentProvider, StatePublication
from gateway.uplink.telemetry import Telemetry
from gateway.uplink.uplink_hooks import UplinkHooks
from gateway.uplink.wall_time import known_time_of, stamp_of
from rules.condition import Lane
from rules.instant import Duration, Moment, in_seconds, seconds
from rules.reading import Reading

LOOK_EVERY: Final = seconds(1)

FAREWELL_WITHIN: Final = seconds(2)
DRAIN_WITHIN: Final = seconds(1)
"""What of the farewell's time is left to the last events."""


class Uplink:
    """The uplink of a site.

    Records given to `committed` are sent at once where they may be; `run` connects the paths and
    brings the backlog, and never ends by itself; `close` says farewell.

    Args:
        settings: of the site.
        clock: both clocks.
        reader: of the journal, asked from another thread, one question at a time.
        hooks: whom it tells.
        version: of the software.
        heads: how far the journal had come at the start.
        highest: the highest seq that the journal had of each lane of each epoch at the start.
        undelivered: how many records of each lane the journal has undelivered.
        journal_head: gives number and hash of the journal's last record, where it is at hand.
        device_key: the device's public key, as it is written.
        started: when this process began; what happened before it is told as history. Now if None.
        timing: how long paths wait.
        probe_timing: how often the way to the centre and back is tried.
    """

    def __init__(  # noqa: PLR0913 - the wiring gives each, once
        self,
        settings: Settings,
        clock: Clock,
        reader: UndeliveredReader,
        hooks: UplinkHooks,
        *,
        version: str,
        heads: Heads = Heads(),  # noqa: B008 - frozen
        highest: Mapping[tuple[str, Lane], int] = MappingProxyType({}),
        undelivered: Callable[[], Mapping[Lane, int]] = dict,
        journal_head: Callable[[], tuple[int, str] | None] = lambda: None,
        device_key: str | None = None,
        started: Moment | None = None,
        timing: PathTiming = TIMING,
        probe_timing: ProbeTiming = PROBE_TIMING,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._hooks = hooks
        self._version = version
        self._heads = heads
        self._undelivered = undelivered
        self._journal_head = journal_head
        self._origin = Origin(settings.site.province, settings.site.id, settings.gateway.id)
        self._started = started or Moment(clock.boot_id, clock.now())
        paths = [path.id for path in settings.uplink.paths]
        by_centre = settings.uplink.delivered_when is DeliveredWhen.CENTRE
        self._by_centre = by_centre
        self._delivery = Delivery(paths, self._started, confirmed_by_centre=by_centre)
        self._centre: CentreLink | None = None
        if settings.uplink.centres:
            self._centre = CentreLink(
                settings.gateway.id, settings.uplink.centres, paths, highest, spread(probe_timing)
            )
        self._device_key = device_key
        self._backlog = Backlog(reader, self._delivery, self._pump)
        self._answer = asyncio.Event()
        self._stamp = stamp = partial(stamp_of, clock)
        self._telemetry = Telemetry(settings, self._origin, stamp, self._preferred)
        ports = PathPorts(
            now=clock.now,
            stamp=stamp,
            up=self._up,
            lost=self._lost,
            acknowledged=self._acknowledged,
            refused=self._refused,
            down=hooks.path_down,
            known_time=partial(known_time_of, clock),
            connection_refused=hooks.connection_refused,
            credentials_seen=hooks.credentials_seen,
            from_afar=self._from_afar if settings.uplink.centres else None,
        )
        self._paths = {
            path.id: MqttPath(path, self._origin, ports, version=version, timing=timing)
            for path in settings.uplink.paths
        }
        self._heartbeats = Heartbeats(
            self._centre, self._delivery, self._paths, self._heartbeat, hooks.path_answered
        )
        self._state = StatePublication(
            self._origin,
            directory_of(settings),
            clock,
            stamp=stamp,
            heads=lambda: self._heads,
            paths=tuple(self._paths.values()),
        )
        for path in self._paths.values():
            path.retain("inventory", self._inventory)

    # What the wiring tells it.

    def committed(self, records: Sequence[Record]) -> None:
        """Take records that may be told now, and send them in this very turn."""
        for record in records:
            dropped = self._delivery.offer(record)
            if dropped:
                self._hooks.dropped(dropped)
            self._heads = heads_after(self._heads, record)
        self._pump()

    def recovered(self, records: Sequence[Record]) -> None:
        """Take note that the journal works again, and has these records that memory had."""
        self._delivery.recovered(records)
        self._backlog.wake()

    def send_again(self, lane: Lane) -> None:
        """Send once more what of a lane is undelivered."""
        self._delivery.again(lane)
        self._pump()

    @property
    def sessions(self) -> Mapping[str, str]:
        """By path, the sessions of the paths that are connected."""
        return {path.id: path.session for path in self._up_paths()}

    def awaited(self, name: RecordName) -> Sequence[str]:
        """Name the centres that have not confirmed an event."""
        return () if self._centre is None else self._centre.awaited(name)

    def reply(self, path: str, payload: bytes) -> None:
        """Answer a command by the path on which it came."""
        self._paths[path].reply(payload)

    def set_state(self, present: PresentProvider) -> None:
        """Name what gives the present; until then, no state is told."""
        self._state.set_provider(present)

    def state_changed(self) -> None:
        """Take note that the present may have changed. Cheap; to be called after the commit."""
        self._state.changed()

    def telemetry(self, reading: Reading) -> None:
        """Take a reading."""
        self._telemetry.put(reading)

    def fits(self, settings: Settings) -> bool:
        """Tell whether it can serve another configuration: one with the same way to the centre."""
        origin = Origin(settings.site.province, settings.site.id, settings.gateway.id)
        return (origin, settings.uplink) == (self._origin, self._settings.uplink)

    def configured(self, settings: Settings) -> None:
        """Follow another configuration that it fits; the centre is told of it at once."""
        self._settings = settings
        self._telemetry.measure(settings)
        self._state.set_directory(directory_of(settings))
        for path in self._paths.values():
            path.want("inventory")
            path.flush()

    # What the wiring asks of it.

    @property
    def heads(self) -> Heads:
        """How far the journal had come with the newest record."""
        return self._heads

    def kept_in_memory(self) -> tuple[Record, ...]:
        """Give the undelivered records that no journal has: another uplink is to be given them."""
        return self._delivery.kept_in_memory()

    @property
    def paths(self) -> tuple[PathNow, ...]:
        """Each path as it is now, the preferred one first."""
        return tuple(path.now for path in self._paths.values())

    @property
    def waiting(self) -> Mapping[Lane, int]:
        """How many records of each lane are undelivered, in the journal or in memory only."""
        stored = self._undelivered()
        return {
            lane: stored.get(lane, 0) + count
            for lane, count in self._delivery.only_in_memory().items()
        }

    @property
    def set_aside(self) -> frozenset[Lane]:
        """The lanes of which a broker has refused records, and has not taken them since."""
        return self._delivery.set_aside()

    async def run(self) -> None:
        """Run the paths and all that goes by time, until cancelled."""
        work: list[tuple[str, Run]] = [
            ("gateway/backlog", self._backlog.run),
            ("gateway/heartbeat", self._heartbeats.beat),
            ("gateway/telemetry", self._telemetry.run),
            ("gateway/delivery", self._look_after_delivery),
        ]
        for path in self._paths.values():
            work += [(f"path/{path.id}", path.run), (f"path/{path.id}", path.watch_credentials)]
        await run_side_by_side(work)

    async def close(self) -> None:
        """Let the last events go, say farewell on each path, and stay away; bounded."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(in_seconds(DRAIN_WITHIN)):
                while self._is_under_way():
                    self._answer.clear()
                    await self._answer.wait()
        farewells = [asyncio.create_task(path.close()) for path in self._paths.values()]
        if farewells:
            _, late = await asyncio.wait(
                farewells, timeout=in_seconds(FAREWELL_WITHIN - DRAIN_WITHIN)
            )
            for farewell in late:
                farewell.cancel()

    # What the paths tell.

    def _up(self, path: str, window: int) -> None:
        now = self._clock.now()
        if self._centre is not None:
            self._centre.connected(path, now)
        self._delivery.connected(path, window)
        self._heartbeats.probe(now)
        self._pump()
        self._hooks.path_up(path)

    def _lost(self, path: str) -> None:
        if self._centre is not None:
            self._centre.disconnected(path)
        self._delivery.disconnected(path)
        self._answer.set()
        self._pump()

    def _acknowledged(self, path: str, answers: Sequence[tuple[RecordName, bool]]) -> None:
        self._hooks.taken(answers)
        now = self._clock.now()
        delivered = []
        for name, is_heard in answers:
            record = self._delivery.acknowledged(path, name, now, is_heard=is_heard)
            if record is not None:
                delivered.append(span_of(name))
                if not happened_before(record, self._started):
                    took = Duration(now - record.monotonic_ns)
                    self._hooks.delivered_after(name.lane, took)
        self._answer.set()
        if delivered:
            self._hooks.delivered(delivered)
        self._pump()

    def _from_afar(self, said: FromAfar) -> None:
        if said.kind is SignedKind.COMMAND:
            self._hooks.commanded(said)
            return
        assert self._centre is not None  # else nothing is subscribed to
        try:
            done = self._centre.take(said, self._clock.now())
        except NotTrustedError as error:
            self._hooks.not_trusted(said, error)
            return
        if done and self._by_centre:
            self._confirmed(done)
        self._heartbeats.look(self._clock.now())

    def _confirmed(self, done: tuple[Span, ...]) -> None:
        now = self._clock.now()
        for lane, made in self._delivery.confirmed(done):
            self._hooks.delivered_after(lane, Duration(now - made))
        self._answer.set()
        self._hooks.delivered(done)
        self._pump()

    def _refused(self, path: str, name: RecordName, why: str) -> None:
        if self._delivery.refused(path, name, self._clock.now()):
            self._hooks.refused(name, why)

    # What it does.

    def _pump(self) -> None:
        """Send all that may be sent now."""
        now = self._clock.now()
        for path in self._up_paths():
            while (sending := self._delivery.next(path.id, now)) is not None:
                self._about_to_send(sending.record)
                path.send(sending)
            path.flush()
        self._backlog.wake()

    def _about_to_send(self, record: Record) -> None:
        if self._centre is not None:
            self._centre.published(record.name)
        if record.name.lane is Lane.ALARM and happened_before(record, self._started):
            self._hooks.sent_late(record.name)

    def _up_paths(self) -> Iterator[MqttPath]:
        return (path for path in self._paths.values() if path.is_up)

    def _preferred(self) -> MqttPath | None:
        path = self._delivery.preferred
        return None if path is None else self._paths[path]

    def _is_under_way(self) -> bool:
        return any(self._delivery.in_flight(path.id) for path in self._up_paths())

    async def _look_after_delivery(self) -> None:
        while True:
            await asyncio.sleep(in_seconds(LOOK_EVERY))
            now = self._clock.now()
            self._heartbeats.probe(now)
            self._heartbeats.look(now)
            self._delivery.look(now)
            self._pump()

    def _heartbeat(self, nonce: str) -> bytes:
        return heartbeat_message(
            self._stamp(),
            self._origin,
            nonce=nonce,
            now=self._state.present(),
            outbox=self.waiting,
            journal_head=self._journal_head(),
            heads=self._heads,
            paths={path.id: path.is_up for path in self._paths.values()},
        )

    def _inventory(self, limit: int) -> bytes:
        return inventory_message(
            self._settings,
            self._stamp(),
            self._origin,
            version=self._version,
            device_key=self._device_key,
            limit=limit,
        )


def heads_after(heads: Heads, record: Record) -> Heads:
    """Give how far the journal has come with a record: a new epoch begins its lanes anew."""
    name = record.name
    before = heads.seq if name.epoch == heads.epoch else {}
    return Heads(epoch=name.epoch, seq={**before, name.lane: name.seq})
