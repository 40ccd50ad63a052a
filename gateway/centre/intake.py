"""What becomes of messages: judged, kept, and what is to be said once that is durable.

All of a batch is kept in one transaction of the caller. Nothing here acknowledges anything: what it
gives may be said only after the commit.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.centre.asked import Asked
from gateway.centre.heard import (
    EventSaid,
    Heard,
    HeartbeatSaid,
    InventorySaid,
    PresenceSaid,
    Refusal,
    RefusedMessageError,
    ReplySaid,
    StateSaid,
    read,
)
from gateway.centre.newest import Newest
from gateway.centre.news import Happened, News, event_news, name_of
from gateway.centre.store import Store, Stream
from gateway.messages.acknowledgement import MOST_RANGES, AckBody, Received
from gateway.messages.parts import utc_time
from gateway.messages.topics import Origin
from gateway.range_set import Range
from rules.condition import Lane

MOST_NONCES: Final = 4
"""Heartbeats of one gateway that are answered from one batch, the newest: those before them waited
at the broker while the centre was away, and nobody waits for their answer any more."""

NS_PER_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came.

    Attributes:
        topic: where.
        payload: what.
        retained: whether the broker had kept it.
        mid: under which number it is acknowledged to the broker; 0 where it is not to be.
    """

    topic: str
    payload: bytes
    retained: bool = False
    mid: int = 0


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a gateway is to be told: on its topic `ack`."""

    origin: Origin
    body: AckBody


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be said after the commit.

    Attributes:
        acknowledgements: to gateways.
        news: to people.
        alive: the gateways that gave a sign of life.
    """

    acknowledgements: tuple[Acknowledgement, ...]
    news: tuple[News, ...]
    alive: frozenset[Origin]


@dataclass(slots=True)
class _Batch:
    """What the messages of a batch come to."""

    now_ms: int
    at: str
    received: dict[Origin, dict[int, tuple[Stream, list[int]]]] = field(default_factory=dict)
    nonces: dict[Origin, list[str]] = field(default_factory=dict)
    news: list[News] = field(default_factory=list)


class Intake:
    """Takes messages into the store.

    Args:
        store: where they are kept; the caller holds a transaction.
        centre: the centre's id, as site files name it.
        key: the id of the key that signs.
    """

    def __init__(self, store: Store, centre: str, key: str) -> None:
        self._store = store
        self._newest = Newest(store.database)
        self._asked = Asked(store)
        self._centre = centre
        self._key = key

    def take(self, messages: Sequence[Incoming], now_ms: int) -> Outcome:
        """Keep a batch.

        Args:
            messages: in the order in which they came; nothing rests on that order.
            now_ms: the wall clock, in milliseconds since 1970.
        """
        batch = _Batch(now_ms, utc_time(now_ms * NS_PER_MS))
        for message in messages:
            try:
                self._take(message, batch)
            except RefusedMessageError as refused:
                self._refuse(message, refused, batch)
        return self._outcome(batch)

    def take_singly(self, messages: Sequence[Incoming], now_ms: int) -> Outcome:
        """Keep a batch in which one message makes us stumble: that one is refused."""
        batch = _Batch(now_ms, utc_time(now_ms * NS_PER_MS))
        for message in messages:
            try:
                with self._store.attempt():
                    self._take(message, batch)
            except RefusedMessageError as refused:
                self._refuse(message, refused, batch)
            except sqlite3.Error:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the others must go on
                mistake = RefusedMessageError(Refusal.MISTAKE, f"{type(error).__name__}: {error}")
                self._refuse(message, mistake, batch)
        return self._outcome(batch)

    def _outcome(self, batch: _Batch) -> Outcome:
        return Outcome(
            acknowledgements=tuple(self._acknowledgements(batch)),
            news=tuple(batch.news),
            alive=frozenset(batch.nonces),
        )

    def _take(self, message: Incoming, batch: _Batch) -> None:
        heard = read(message.topic, message.payload, retained=message.retained)
        gateway = self._store.gateway(heard.origin, batch.now_ms)
        match heard.said:
            case EventSaid() as event:
                self._take_event(gateway, heard, event, batch)
            case StateSaid() as state:
                if self._newest.keep_state(gateway, heard, state, batch.now_ms):
                    self._note_heads(gateway, state, batch)
            case HeartbeatSaid() as heartbeat:
                self._newest.keep_heartbeat(gateway, heard, heartbeat, batch.now_ms)
                self._note_heads(gateway, heartbeat, batch)
                batch.nonces.setdefault(heard.origin, []).append(heartbeat.nonce)
            case PresenceSaid() as presence:
                self._take_presence(gateway, heard, presence, batch)
            case InventorySaid() as inventory:
                self._newest.keep_inventory(gateway, heard, inventory, batch.now_ms)
            case ReplySaid() as reply:
                if reply.centre == self._centre:
                    self._asked.note_reply(gateway, self._key, reply)

    def _take_event(self, gateway: int, heard: Heard, event: EventSaid, batch: _Batch) -> None:
        stream = self._store.stream(gateway, event.epoch, event.lane)
        if self._store.add_event(stream, heard, event, batch.now_ms):
            batch.news.append(event_news(heard.origin, event, batch.at))
        elif not self._store.is_the_same(stream, event):
            # Two cards with one journal, or a forger. It is not acknowledged: the gateway, too, is
            # to see that something is wrong.
            raise RefusedMessageError(
                Refusal.CONFLICT, f"another event is {event.epoch}/{event.lane}/{event.seq}"
            )
        # A duplicate is acknowledged once more: perhaps the first acknowledgement was lost.
        received = batch.received.setdefault(heard.origin, {})
        received.setdefault(stream.id, (stream, []))[1].append(event.seq)

    def _take_presence(
        self, gateway: int, heard: Heard, presence: PresenceSaid, batch: _Batch
    ) -> None:
        if self._newest.keep_presence(gateway, presence, batch.now_ms):
            happened = Happened.ONLINE if presence.online else Happened.OFFLINE
            detail = ": ".join(filter(None, [presence.path, presence.reason]))
            batch.news.append(
                News(happened=happened, at=batch.at, gateway=name_of(heard.origin), detail=detail)
            )

    def _note_heads(self, gateway: int, said: StateSaid | HeartbeatSaid, batch: _Batch) -> None:
        for lane in Lane:
            highest = said.seq.get(lane, 0)
            if said.epoch is not None and highest:
                stream = self._store.stream(gateway, said.epoch, lane)
                self._store.note_announced(stream, highest, batch.now_ms)

    def _refuse(self, message: Incoming, refused: RefusedMessageError, batch: _Batch) -> None:
        self._newest.refuse(message.topic, message.payload, refused.why, str(refused), batch.now_ms)
        batch.news.append(
            News(
                happened=Happened.REFUSED,
                at=batch.at,
                gateway=message.topic[:200],
                detail=f"{refused.why}: {refused}",
            )
        )

    def _acknowledgements(self, batch: _Batch) -> list[Acknowledgement]:
        """Say what is kept now, and answer the newest heartbeats."""
        said: list[Acknowledgement] = []
        for origin in {**batch.received, **batch.nonces}:
            nonces = batch.nonces.get(origin, [])[-MOST_NONCES:]
            parts = self._parts(batch.received.get(origin, {}), batch.now_ms)
            # One nonce a message: each path of a gateway looks for its own.
            for place in range(max(len(parts), len(nonces))):
                body = AckBody(
                    centre=self._centre,
                    gateway=origin.gateway,
                    time=batch.at,
                    received=parts[place] if place < len(parts) else [],
                    nonce=nonces[place] if place < len(nonces) else None,
                )
                said.append(Acknowledgement(origin, body))
        return said

    def _parts(
        self, received: dict[int, tuple[Stream, list[int]]], now_ms: int
    ) -> list[list[Received]]:
        """Give what is to be acknowledged, a message each.

        Each epoch has a message of its own: a gateway that does not know one of them, as after its
        card was replaced, does not believe the whole message.
        """
        parts: dict[tuple[str, int], list[Received]] = {}
        for stream, seqs in received.values():
            ranges = self._store.note_received(stream, seqs, now_ms)
            for number, some in enumerate(_chunks(ranges, MOST_RANGES)):
                entry = Received(epoch=stream.epoch, lane=stream.lane, ranges=some)
                parts.setdefault((stream.epoch, number), []).append(entry)
        return list(parts.values())


def _chunks(ranges: list[Range], size: int) -> list[list[Range]]:
    return [ranges[place : place + size] for place in range(0, len(ranges), size)]
