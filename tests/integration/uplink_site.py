"""An uplink on a journal that is a list, and a centre that writes down what it receives."""

import asyncio
import contextlib
import json
import queue
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from gateway.backoff import Backoff
from gateway.clock import Clock, ClockSources
from gateway.messages.event import body_of, kind_of
from gateway.messages.parts import directory_of
from gateway.record import ClockQuality, Record, RecordName
from gateway.settings.model import Centre as CentreSettings
from gateway.settings.model import DeliveredWhen, Gateway, Identity, Settings, Uplink, ZoneEntry
from gateway.settings.model import Path as PathSettings
from gateway.uplink.path_ports import PathTiming
from gateway.uplink.path_probe import ProbeTiming
from gateway.uplink.uplink import Uplink as UplinkAtWork
from gateway.uplink.uplink_hooks import UplinkHooks
from rules.condition import Condition, Lane
from rules.event import Change, ConditionEvent, Notice, NoticeEvent
from rules.instant import Duration, Instant, Moment, seconds
from rules.site import SiteDefinition
from rules.snapshot import Protection, SiteNow, ZoneNow
from tests.unit.contract_schemas import schema_of_topic, valid
from tests.unit.scenario import detector

BOUND_S = 15
QUICK = PathTiming(
    connect_within=seconds(5),
    answer_within=seconds(5),
    supervision=seconds(0.5),
    backoff=Backoff(first=seconds(0.05), longest=seconds(0.2)),
)


QUICK_PROBES = ProbeTiming(
    every=seconds(0.1),
    alternate_every=seconds(0.3),
    again_after=seconds(0.1),
    answer_within=seconds(0.5),
)


def site(*paths: PathSettings, detectors: tuple[str, ...] = ("heat",), **uplink) -> Settings:
    return Settings(
        site=Identity(id="CS0001", name="Chợ Phố Hiến", province="33", commune="12345"),
        gateway=Gateway(id="GW-1"),
        buses=(),
        zones=(ZoneEntry(id="hall", name="Sảnh chính"),),
        detectors=(),
        outputs=(),
        rules=(),
        uplink=Uplink(paths=paths, **uplink),
        metrics=None,
        profiles={},
        definition=SiteDefinition(
            zones=(),
            detectors=tuple(detector(each, "temperature") for each in detectors),
            rules=(),
            outputs=(),
        ),
        hash="ab" * 32,
    )


def plain_path(port: int, id_: str = "lan", **settings) -> PathSettings:
    return PathSettings(id=id_, host="127.0.0.1", port=port, **settings)


@dataclass
class ListJournal:
    """A journal in memory; as the real one, it gives what is not delivered."""

    records: list[Record] = field(default_factory=list)
    delivered: set[RecordName] = field(default_factory=set)
    failing: bool = False
    reads: int = 0

    def undelivered(self, lane: Lane, after_number: int, limit: int) -> list[Record]:
        self.reads += 1
        if self.failing:
            raise OSError("the card is gone")
        waiting = (
            record
            for record in self.records
            if record.name.lane is lane
            and record.number > after_number
            and record.name not in self.delivered
        )
        return [record for record, _ in zip(waiting, range(limit), strict=False)]


class Site:
    """One gateway's uplink, and what it tells of itself."""

    def __init__(
        self,
        *paths: PathSettings,
        timing: PathTiming = QUICK,
        telemetry_every: Duration = seconds(10),
        centres: tuple[CentreSettings, ...] = (),
        delivered_when: DeliveredWhen = DeliveredWhen.BROKER,
        probe_timing: ProbeTiming = QUICK_PROBES,
        clock: Clock | None = None,
        detectors: tuple[str, ...] = ("heat",),
    ) -> None:
        self.settings = site(
            *paths,
            detectors=detectors,
            telemetry_every=telemetry_every,
            centres=centres,
            delivered_when=delivered_when,
        )
        synchronised = ClockSources(is_synchronised=lambda _: True)
        self.clock = clock or Clock(synchronised, boot_id="boot")
        self.journal = ListJournal()
        self.told: list[tuple] = []
        self.moved = asyncio.Event()
        self.uplink = UplinkAtWork(
            self.settings,
            self.clock,
            self.journal,
            UplinkHooks(
                delivered=self._delivered,
                delivered_after=lambda lane, took: self._tell("after", lane, took),
                sent_late=lambda name: self._tell("sent late", name),
                path_up=lambda path: self._tell("up", path),
                path_down=lambda path, why: self._tell("down", path, why),
                refused=lambda name, why: self._tell("refused", name, why),
                connection_refused=lambda path, why: self._tell("no entry", path, why),
                dropped=lambda names: self._tell("dropped", names),
                path_answered=lambda path, is_proven: self._tell("answered", path, is_proven),
                credentials_seen=lambda path, seen, dates: self._tell("seen", path, seen, dates),
                not_trusted=lambda said, error: self._tell("not trusted", said.kind, error.why),
                commanded=lambda said: self._tell("commanded", said),
            ),
            version="1.2.3",
            timing=timing,
            probe_timing=probe_timing,
        )
        self._task: asyncio.Task | None = None

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    def start(self) -> None:
        self._task = asyncio.create_task(self.uplink.run())

    async def stop(self) -> None:
        """End as after a kill: without a farewell."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def make(self, lane: Lane = Lane.ALARM, *, at: Instant | None = None) -> Record:
        """Put an event into the journal; `tell` sends it."""
        number = len(self.journal.records) + 1
        seq = 1 + sum(record.name.lane is lane for record in self.journal.records)
        event = an_event(lane, at or self.clock.now(), number)
        record = Record(
            name=RecordName("e" * 32, lane, seq),
            number=number,
            boot_id="boot",
            monotonic_ns=event.at,
            wall_ns=0,
            clock=ClockQuality.UNKNOWN,
            kind=kind_of(event),
            body=body_of(event, directory_of(self.settings)),
            durable=True,
        )
        self.journal.records.append(record)
        return record

    def tell(self, lane: Lane = Lane.ALARM) -> Record:
        record = self.make(lane)
        self.uplink.committed([record])
        return record

    async def until(self, condition: Callable[[], object], bound_s: float = BOUND_S) -> None:
        """Wait for something that a hook tells."""
        async with asyncio.timeout(bound_s):
            while not condition():
                self.moved.clear()
                await self.moved.wait()

    async def until_so(self, condition: Callable[[], object]) -> None:
        """Wait for something that no hook tells."""
        async with asyncio.timeout(BOUND_S):
            while not condition():  # noqa: ASYNC110 - as said
                await asyncio.sleep(0.005)

    async def until_detail(self, text: str) -> None:
        """Wait until the first path says why it is down."""
        await self.until_so(lambda: text in self.uplink.paths[0].detail)

    async def until_caught_up(self) -> None:
        """Wait until the journal's backlog is known: what is told now goes from memory."""
        await self.until_so(lambda: not self.uplink._delivery.behind())

    async def until_up(self, path: str = "lan") -> None:
        await self.until(lambda: ("up", path) in self.told)

    async def until_delivered(self, *records: Record) -> None:
        names = {record.name for record in records}
        await self.until(lambda: names <= self.journal.delivered)

    def heard(self, what: str) -> list[tuple]:
        return [told for told in self.told if told[0] == what]

    def _delivered(self, spans) -> None:
        self.journal.delivered |= {
            record.name
            for record in self.journal.records
            if any(record.name in span for span in spans)
        }
        self._tell("delivered", tuple(spans))

    def _tell(self, *what: object) -> None:
        self.told.append(what)
        self.moved.set()


def an_event(lane: Lane, at: Instant, number: int):
    if lane is Lane.STATUS:
        return NoticeEvent(notice=Notice.CLOCK_ESTABLISHED, at=at, detail=f"event {number}")
    return ConditionEvent(
        change=Change.ENTERED,
        condition=Condition.FIRE_ALARM if lane is Lane.ALARM else Condition.FAULT,
        zone="hall",
        source="rule/hall-fire" if lane is Lane.ALARM else "detector/hall-smoke",
        incident=Moment("boot", at),
        at=at,
        detail=f"event {number}",
    )


def quiet_site(**changes) -> SiteNow:
    now = SiteNow(
        at=Instant(0),
        zones=(ZoneNow(id="hall", name="Sảnh", protection=Protection.FULL, conditions=()),),
        conditions=(),
        detectors=(),
        outputs={"siren": False},
        silenced=False,
    )
    return replace(now, **changes)


@dataclass(frozen=True)
class Received:
    """A message as the centre got it."""

    topic: str
    payload: bytes
    retained: bool
    expiry_s: int | None
    content_type: str | None

    @property
    def what(self) -> str:
        """The topic behind the gateway's prefix."""
        return self.topic.split("/", 5)[-1]

    @property
    def json(self) -> dict:
        return json.loads(self.payload)


class Centre:
    """A subscriber in a thread of its own."""

    def __init__(self, port: int, topic: str = "pccc/v1/#", **connect) -> None:
        self._queue: queue.SimpleQueue[Received] = queue.SimpleQueue()
        self.messages: list[Received] = []
        self.own: set[bytes] = set()  # what the tests themselves publish
        self._ready = queue.SimpleQueue()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5, **connect
        )
        self._client.on_connect = lambda *_: self._client.subscribe(topic, qos=1)
        self._client.on_subscribe = lambda *_: self._ready.put(True)
        self._client.on_message = self._took
        self._client.reconnect_delay_set(0.05, 0.2)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._ready.get(timeout=BOUND_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    async def until(
        self, condition: Callable[[list[Received]], object], bound_s: float = BOUND_S
    ) -> list[Received]:
        """Wait for messages, without holding up the event loop."""
        async with asyncio.timeout(bound_s):
            while True:
                while not self._queue.empty():
                    received = self._queue.get()
                    self._check(received)
                    self.messages.append(received)
                if condition(self.messages):
                    return self.messages
                await asyncio.sleep(0.005)

    def events(self, lane: str) -> list[dict]:
        return [each.json for each in self.messages if each.what == f"event/{lane}"]

    def of(self, what: str) -> list[Received]:
        return [each for each in self.messages if each.what == what]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.own.add(payload)
        self._client.publish(topic, payload, 1, retain).wait_for_publish(BOUND_S)

    def _check(self, received: Received) -> None:
        """Hold whatever the gateway says against the published contract."""
        if not received.topic.startswith("pccc/v1/33/CS0001/GW-1/") or received.payload in self.own:
            return
        valid(schema_of_topic(received.what, received.json), received.payload)

    def _took(self, client, userdata, message) -> None:
        properties = message.properties
        self._queue.put(
            Received(
                topic=message.topic,
                payload=message.payload,
                retained=message.retain,
                expiry_s=getattr(properties, "MessageExpiryInterval", None),
                content_type=getattr(properties, "ContentType", None),
            )
        )


def write_private(file: Path, text: str) -> Path:
    file.touch(mode=0o600)
    file.write_text(text)
    return file
