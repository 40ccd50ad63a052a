"""One simulated gateway: a connection with birth and will, a heartbeat, and alarms on demand."""

import asyncio
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.backoff import Backoff
from gateway.clock import Clock
from gateway.fleet.figures import Tally
from gateway.fleet.outbox import Outbox
from gateway.fleet.played_site import PATH, VERSION, PlayedSite
from gateway.messages.acknowledgement import AckBody
from gateway.messages.parts import Stamp
from gateway.messages.signed import NotTrustedError, SignedKind, opened
from gateway.settings.model import MqttVersion
from gateway.signature import PublicKey
from gateway.uplink.credentials import CredentialsError
from gateway.uplink.dial import DialError, Dialler, Endpoint
from gateway.uplink.mqtt_client import Login
from gateway.uplink.mqtt_connection import Answer, Connection, Listener, Welcome
from gateway.uplink.presence import Presence
from rules.instant import Duration, Instant, in_seconds, later, seconds

CONTENT_TYPE: Final = "application/json"
RECONNECT: Final = Backoff(seconds(1), seconds(60))
DIALS_WITHIN: Final = seconds(15)
ANSWERS_WITHIN: Final = seconds(30)
TICK_S: Final = 1.0
STATE_EVERY: Final = seconds(1)
MOST_NONCES: Final = 8
"""Heartbeats whose answer is still looked for."""

Token = int | str
"""Of an event its seq; of all else a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetAccess:
    """How the gateways reach the centre, and whose word they believe.

    Attributes:
        endpoint: the broker.
        username: at the broker, or None.
        password: reads it, at each connection.
        centre_keys: by id; without any, the broker's receipt counts.
        heartbeat_every: from one sign of life to the next.
        again: how long an acknowledgement is waited for before an event is sent again.
    """

    endpoint: Endpoint
    username: str | None
    password: Callable[[], str | None]
    centre_keys: dict[str, PublicKey]
    heartbeat_every: Duration
    again: Backoff


class PlayedGateway:
    """A gateway of the fleet. All of it runs in the event loop's thread.

    Args:
        site: what it plays.
        access: how it reaches the centre.
        clock: both clocks.
        tally: counts for the whole fleet.
    """

    def __init__(self, site: PlayedSite, access: FleetAccess, clock: Clock, tally: Tally) -> None:
        self.outbox = Outbox(access.again)
        self._site = site
        self._origin = site.origin
        self._access = access
        self._clock = clock
        self._tally = tally
        self._dialler = Dialler()
        self._presence = Presence(PATH, site.origin, VERSION)
        self._connection: Connection[Token] | None = None
        self._welcome: Welcome | None = None
        self._failures = 0
        self._closing = False
        self._nonces: list[str] = []
        self._burns_since: Stamp | None = None
        self._state_told = False
        self._state_at = clock.now()
        # Spread, as those of real ones are.
        self._beat_at = later(clock.now(), Duration(round(random.random() * self._beat_every())))  # noqa: S311

    @property
    def is_up(self) -> bool:
        """Whether the broker has taken it."""
        return self._welcome is not None

    def alarm(self) -> None:
        """Let a fire begin, and tell of it at once."""
        stamp = self._stamp()
        self.outbox.put(self._site.alarm(self.outbox.highest + 1, stamp))
        self._tally.published += 1
        if self._tally.first_sent is None:
            self._tally.first_sent = stamp.at
        self._burns_since, self._state_told = stamp, False
        self._pump()

    async def run(self) -> None:
        """Connect, again and again, until it is closed."""
        while not self._closing:
            try:
                await self._connect()
            except (DialError, CredentialsError):
                self._failures += 1
            await asyncio.sleep(in_seconds(RECONNECT.delay(self._failures, random.random())))  # noqa: S311

    def close(self) -> None:
        """Say farewell, and stay away."""
        self._closing = True
        if self._connection is not None and self.is_up:
            topic = self._presence.topic
            self._publish(topic, self._presence.farewell(), "farewell", retain=True)
            self._connection.farewell()

    # A connection

    async def _connect(self) -> None:
        """Hold one connection, from its hello to its end."""
        access = self._access
        connected = await self._dialler.dial(access.endpoint, DIALS_WITHIN)
        will = self._presence.begin(secrets.token_hex(8), self._stamp())
        login = Login(
            client_id=self._origin.client_id(PATH),
            version=MqttVersion.V5,
            keep_alive=seconds(30),
            username=access.username,
            password=access.password(),
            will_topic=self._presence.topic,
            will=will,
            content_type=CONTENT_TYPE,
        )
        listener: Listener[Token] = Listener(
            welcomed=self._welcomed, answered=self._answered, received=self._received
        )
        connection = Connection(connected, login, listener, self._clock.now)
        self._connection = connection
        try:
            connection.open(access.endpoint.host, access.endpoint.port)
            while connection.is_open:
                await asyncio.wait([connection.lost], timeout=TICK_S)
                self._tick(connection)
        finally:
            connection.end("over")
            self._failures = 0 if self.is_up else self._failures + 1
            self._connection = self._welcome = None
            self.outbox.lost()

    def _welcomed(self, welcome: Welcome) -> None:
        self._welcome = welcome
        self._tally.connections += 1
        assert self._connection is not None
        self._connection.subscribe(self._origin.ack)
        now = self._clock.now()
        self._publish(self._presence.topic, self._presence.birth(now), "birth", retain=True)
        inventory = self._site.inventory(self._stamp())
        self._publish(self._origin.inventory, inventory, "inventory", retain=True)
        self._state_told = False
        self._tell_state(now)
        self._pump()

    def _tick(self, connection: Connection[Token]) -> None:
        connection.tick(ANSWERS_WITHIN)
        if not self.is_up:
            return
        now = self._clock.now()
        if now >= self._beat_at:
            self._beat(now)
        self._tell_state(now)
        self.outbox.tick(now)
        self._pump()

    # What it says

    def _pump(self) -> None:
        if self._connection is None or self._welcome is None:
            return
        for seq, payload in self.outbox.take(self._clock.now(), self._welcome.receive_maximum):
            self._publish(f"{self._origin.prefix}/event/alarm", payload, seq)

    def _tell_state(self, now: Instant) -> None:
        """Tell the present where it changed, once a second at most."""
        if self._state_told or now < self._state_at:
            return
        self._state_told, self._state_at = True, later(now, STATE_EVERY)
        state = self._site.state(self.outbox.highest, self._burns_since, self._stamp())
        self._publish(self._origin.state, state, "state", retain=True)

    def _beat(self, now: Instant) -> None:
        self._beat_at = later(now, self._beat_every())
        nonce = secrets.token_hex(16)
        self._nonces = [*self._nonces, nonce][-MOST_NONCES:]
        beat = self._site.heartbeat(nonce, self.outbox.highest, len(self.outbox), self._stamp())
        self._publish(self._origin.heartbeat, beat, "heartbeat")
        self._tally.heartbeats += 1

    def _beat_every(self) -> Duration:
        return Duration(round(self._access.heartbeat_every * random.uniform(0.92, 1.08)))  # noqa: S311

    def _publish(self, topic: str, payload: bytes, token: Token, *, retain: bool = False) -> None:
        if self._connection is not None:
            self._connection.publish(
                topic, payload, token, retain=retain, content_type=CONTENT_TYPE
            )

    # What it hears

    def _answered(self, answers: list[Answer[Token]]) -> None:
        now = self._clock.now()
        for answer in answers:
            if isinstance(answer.token, int):
                self.outbox.accepted(answer.token, now)
                if not self._access.centre_keys and answer.refused is None:
                    self._confirmed(answer.token, answer.token, now)
        self._pump()

    def _received(self, topic: str, payload: bytes, retained: bool) -> None:
        if topic != self._origin.ack or not self._access.centre_keys:
            return
        if retained:
            self._tally.disbelieved += 1
            return
        try:
            _, body = opened(payload, SignedKind.ACK, self._access.centre_keys, AckBody)
        except NotTrustedError:
            self._tally.disbelieved += 1
            return
        if body.gateway != self._origin.gateway or not self._may_be_true(body):
            self._tally.disbelieved += 1
            return
        now = self._clock.now()
        for received in body.received:
            for first, last in received.ranges:
                self._confirmed(first, last, now)
        if body.nonce in self._nonces:
            self._nonces.remove(body.nonce)
            self._tally.answered += 1

    def _may_be_true(self, body: AckBody) -> bool:
        """Tell whether it speaks of this journal, and of nothing that was never published."""
        return all(
            received.epoch == self._site.epoch
            and all(last <= self.outbox.highest for _, last in received.ranges)
            for received in body.received
        )

    def _confirmed(self, first: int, last: int, now: Instant) -> None:
        self._tally.confirmed(self.outbox.confirmed(first, last, now), now)

    def _stamp(self) -> Stamp:
        wall = self._clock.read()
        return Stamp(
            boot_id=self._clock.boot_id,
            at=self._clock.now(),
            wall_ns=wall.wall_ns,
            clock=wall.quality,
        )
