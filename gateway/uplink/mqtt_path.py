"""One path to the centre: connects for ever, says who is there, and carries what it is given.

A path never ends by itself and never disturbs another. Whatever happens to it becomes one line of
detail: a name that cannot be resolved, a certificate that is not accepted, a password that is
refused, a broker that hangs. It then waits with back-off and full jitter, since a province that
loses power comes back as one herd.
"""

import asyncio
import logging
import random
from functools import partial
from typing import Final

from gateway.control.status import PathNow
from gateway.messages.signed import SignedKind
from gateway.messages.topics import Origin
from gateway.settings.model import MqttVersion, Path
from gateway.uplink.credentials import CredentialsError
from gateway.uplink.delivery import Sending
from gateway.uplink.dial import DialError, Dialler
from gateway.uplink.from_afar import FromAfar
from gateway.uplink.mqtt_connection import Answer, Connection, Listener, Welcome
from gateway.uplink.outgoing import Other, Outgoing, Token
from gateway.uplink.path_opening import endpoint_of, login_of
from gateway.uplink.path_outage import Outage
from gateway.uplink.path_ports import TIMING, PathPorts, PathTiming
from gateway.uplink.presence import Presence
from gateway.uplink.refusal_reason import RefusalReason
from gateway.uplink.retained import RetainedContent, RetainedMessages
from gateway.uplink.standing_credentials import StandingCredentials
from rules.instant import Duration, in_seconds, seconds

log = logging.getLogger(__name__)

TICK_EVERY: Final = seconds(1)
STAYED: Final = seconds(10)
"""A connection that lasted less is no success: two clients with one id drive each other out so."""


class MqttPath:
    """A path at work.

    Args:
        settings: of the path.
        origin: who speaks.
        ports: whom it tells.
        version: of the software.
        timing: how long it waits.
    """

    def __init__(
        self,
        settings: Path,
        origin: Origin,
        ports: PathPorts,
        *,
        version: str,
        timing: PathTiming = TIMING,
    ) -> None:
        self.id = settings.id
        self._settings = settings
        self._origin = origin
        self._ports = ports
        # Where a centre speaks, if one is named.
        self._spoken_on: dict[str, SignedKind] = {}
        if ports.from_afar is not None:
            self._spoken_on = {
                origin.ack: SignedKind.ACK,
                origin.command: SignedKind.COMMAND,
            }
        self._presence = Presence(settings.id, origin, version)
        self._timing = timing
        self._dialler = Dialler()
        self._credentials = StandingCredentials(
            settings,
            ports.known_time,
            lambda: self.is_up,
            partial(ports.credentials_seen, settings.id),
        )
        self._retained = RetainedMessages()
        self._connection: Connection[Token] | None = None
        self._outgoing: Outgoing | None = None  # while the broker has taken us
        self._detail = f"{settings.host}:{settings.port}: no attempt has come to an end yet"
        self._since = ports.now()
        self._outage = Outage(f"path/{settings.id}", partial(ports.down, settings.id))
        self._failures = 0
        self._closing = False

    # What the uplink asks of it.

    @property
    def is_up(self) -> bool:
        """Whether the broker has taken us and the connection has not ended."""
        connection = self._connection
        return self._outgoing is not None and connection is not None and connection.is_open

    @property
    def now(self) -> PathNow:
        """What it is like now, for people."""
        detail = "" if self.is_up else self._detail
        return PathNow(id=self.id, connected=self.is_up, since=self._since, detail=detail)

    @property
    def session(self) -> str:
        """The id of its session."""
        return self._presence.session

    def retain(self, what: str, content: RetainedContent) -> None:
        """Name a retained message, sent at each connection and whenever it is wanted."""
        self._retained.retain(what, content)

    def want(self, what: str) -> None:
        """Have a retained message sent; many wants before it is sent are one."""
        self._retained.want(what)

    def send(self, sending: Sending) -> None:
        """Send an event; the answer comes by the ports."""
        if self._outgoing is not None:
            self._outgoing.event(sending)

    def flush(self) -> None:
        """Send the retained messages that are wanted, as far as the broker takes more now."""
        if self._outgoing is not None:
            self._outgoing.flush()

    def heartbeat(self, payload: bytes) -> None:
        """Send a sign of life."""
        if self._outgoing is not None and self.is_up:
            self._outgoing.heartbeat(payload)

    def reply(self, payload: bytes) -> None:
        """Answer a command."""
        if self._outgoing is not None and self.is_up:
            self._outgoing.reply(payload)

    def telemetry(self, payload: bytes, expires_after: Duration) -> None:
        """Send readings, once."""
        if self._outgoing is not None and self.is_up:
            self._outgoing.telemetry(payload, expires_after)

    # Its life.

    async def run(self) -> None:
        """Connect, carry, and connect again, until cancelled."""
        supervision = asyncio.get_running_loop().call_later(
            in_seconds(self._timing.supervision),
            lambda: self._outage.supervise(self._detail, is_up=self.is_up),
        )
        try:
            while not self._closing:
                self._detail, refused = await self._attempt()
                if self._closing:
                    break
                renewal, self._credentials.renewal = self._credentials.renewal, None
                if renewal is not None:  # no outage: it is back at once, or else it is one
                    log.info("connecting anew: %s", renewal, extra={"part": self._part})
                    continue
                if refused is not None:
                    self._ports.connection_refused(self.id, refused)
                self._outage.goes_on(self._detail, refused)
                # Not for secrecy: it spreads a herd.
                delay = self._timing.backoff.delay(self._failures, random.random())  # noqa: S311
                self._failures += 1
                await asyncio.sleep(in_seconds(delay))
        finally:
            supervision.cancel()

    async def watch_credentials(self) -> None:
        """Look each minute whether they are renewed, or about to expire; until cancelled."""
        await self._credentials.watch(self._timing.look_every)

    async def close(self) -> None:
        """Say farewell and stay away; the caller bounds the wait."""
        self._closing = True
        connection = self._connection
        if connection is None or not self.is_up:
            return
        self._say_presence(self._presence.farewell())
        while connection.is_open and connection.unanswered:
            await asyncio.wait({connection.lost}, timeout=0.01)
        connection.farewell()

    async def _attempt(self) -> tuple[str, RefusalReason | None]:
        """Make one connection and carry on it until it ends.

        Gives why it ended, and whether because one side refuses the other.
        """
        time = self._ports.known_time()
        try:
            opened = await self._credentials.open()
            login = login_of(
                self._settings, self._origin, opened, self._presence, self._ports.stamp()
            )
            endpoint = endpoint_of(self._settings, opened, time)
            connected = await self._dialler.dial(endpoint, self._timing.connect_within)
        except (DialError, CredentialsError) as error:
            return str(error), error.reason
        self._credentials.connected(connected, time)
        listener = Listener(
            welcomed=self._welcomed, answered=self._answered, received=self._received
        )
        connection = self._connection = Connection(connected, login, listener, self._ports.now)
        try:
            connection.open(self._settings.host, self._settings.port)
            await self._carry(connection)
        except Exception as error:  # the one place where a path's mistakes end
            log.exception("a mistake", extra={"part": self._part})
            connection.end(f"{type(error).__name__}: {error}")
        finally:
            connection.end("the gateway stops")
            said_nothing = self._ended()
        why = connection.lost.result()
        if connection.reason is None and said_nothing and self._settings.version is MqttVersion.V5:
            hint = "if it does not speak MQTT 5, set version: 3.1.1"
            return f"{why}; {hint}", RefusalReason.MQTT_VERSION
        return why, connection.reason

    async def _carry(self, connection: Connection[Token]) -> None:
        opened = self._ports.now()
        while connection.is_open:
            await asyncio.wait({connection.lost}, timeout=in_seconds(TICK_EVERY))
            connection.tick(self._timing.answer_within)
            if self._credentials.renewal is not None and not connection.unanswered:
                connection.end(self._credentials.renewal)
            if self._outgoing is None and self._ports.now() - opened > self._timing.connect_within:
                connection.end("the broker takes the connection and does not answer")
            self._unbury()
            self.flush()

    # What the connection tells.

    def _welcomed(self, welcome: Welcome) -> None:
        assert self._connection is not None
        self._outgoing = Outgoing(
            self._connection,
            welcome,
            part=self._part,
            origin=self._origin,
            retained=self._retained,
            refused=partial(self._ports.refused, self.id),
        )
        self._since = self._ports.now()
        self._outage.ended()
        self._retained.connected()
        self._say_presence(self._presence.birth(self._since))
        # After the birth, so that whatever buries it comes here.
        self._connection.subscribe(self._presence.topic)
        for topic in self._spoken_on:
            self._connection.subscribe(topic)
        where = f"{self._settings.host}:{self._settings.port}"
        log.info("connected to %s", where, extra={"part": self._part})
        # One place beside the window is kept for what is no event.
        self._ports.up(self.id, welcome.receive_maximum - 1)

    def _answered(self, answers: list[Answer[Token]]) -> None:
        acknowledged = []
        for answer in answers:
            token, refused = answer.token, answer.refused
            if isinstance(token, Other):
                self._retained.answered(token.what)
            elif refused is None:
                acknowledged.append((token, answer.is_heard))
            else:
                self._ports.refused(self.id, token, str(refused))
            if refused is not None:
                what = token.what if isinstance(token, Other) else f"event/{token.lane}"
                self._warn(f"the broker refuses {what}: {refused}")
        self._unbury()
        self._ports.acknowledged(self.id, acknowledged)

    def _received(self, topic: str, payload: bytes, retained: bool) -> None:
        if topic == self._presence.topic:
            self._presence.heard(payload)
            return
        kind, tell = self._spoken_on.get(topic), self._ports.from_afar
        if kind is not None and tell is not None:
            tell(
                FromAfar(
                    path=self.id,
                    kind=kind,
                    payload=payload,
                    retained=retained,
                    session=self._presence.session,
                )
            )

    def _unbury(self) -> None:
        now = self._ports.now()
        if self.is_up and not self._closing and self._presence.is_due(now):
            self._warn("a late will said that this path is gone; its birth is said again")
            self._say_presence(self._presence.birth(now))

    def _say_presence(self, payload: bytes) -> None:
        assert self._outgoing is not None
        self._outgoing.presence(self._presence.topic, payload)

    def _ended(self) -> bool:
        """Take leave of a connection; give whether the broker never took us."""
        was_up = self._outgoing is not None
        if was_up and self._ports.now() - self._since > STAYED:
            self._failures = 0
        self._connection = self._outgoing = None
        self._since = self._ports.now()
        if was_up:
            self._ports.lost(self.id)
        return not was_up

    def _warn(self, what: str) -> None:
        log.warning("%s", what, extra={"part": self._part, "once_an_hour": (self._part, what)})

    @property
    def _part(self) -> str:
        return f"path/{self.id}"
