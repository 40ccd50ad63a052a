"""The centre's loop: receive, keep, acknowledge. One thread, no queue.

    what has come  ->  one transaction  ->  PUBACK to the broker, `ack` to the gateways

Nothing is acknowledged to anybody before the transaction that holds it is on disk. While one is
being written, more comes: so the busier it is, the more each transaction holds, and thousands of
events a second need no more than some hundred commits. What fails before its commit is not
acknowledged, and the broker sends it again.
"""

import logging
import random
import select
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Final

from gateway.backoff import Backoff
from gateway.broker_login import BrokerLogin
from gateway.centre.asked import Asked
from gateway.centre.intake import NS_PER_MS, Incoming, Intake, Outcome
from gateway.centre.mqtt_session import (
    ACK_EXPIRY_S,
    COMMAND_EXPIRY_S,
    MqttSession,
    SessionError,
)
from gateway.centre.news import Happened, News, name_of
from gateway.centre.resend import Command, Resend
from gateway.centre.silence import Silence
from gateway.centre.store import Store, StoreError
from gateway.clock import Clock
from gateway.messages.parts import utc_time
from gateway.messages.signed import SignedKind, sealed
from gateway.messages.topics import Origin
from gateway.signature import Signer
from gateway.uplink.credentials import CredentialsError
from rules.instant import Duration, Instant, in_seconds, later, seconds

log = logging.getLogger(__name__)

RECONNECT: Final = Backoff(seconds(1), seconds(60))
LOOK_EVERY: Final = seconds(1)
NOTICES_STOP_WITHIN_S: Final = 0.2
PART: Final = "centre"

SHARED: Final = (("event/+", 1), ("heartbeat", 0))
"""Of these each message is one process's work, where several share a subscription; with the QoS.
Heartbeats with 0: nobody needs those that came while the centre was away, and there they would fill
the queue in which alarms wait."""

HEARD_BY_ALL: Final = (("state", 1), ("presence/+", 1), ("inventory", 1), ("reply", 1))
"""Of these each process hears all: a shared subscription is not given what the broker retains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreOptions:
    """What a centre is to do.

    Attributes:
        id: its name, as in site files.
        broker: where it listens and speaks.
        client_id: names its session there; no two processes may have the same.
        gateways: filter of the gateways' prefixes, as `pccc/v1/33/+/+`.
        share: name of the shared subscription, or None.
        resends: whether it asks for what is missing.
    """

    id: str
    broker: BrokerLogin
    client_id: str
    gateways: str
    share: str | None
    resends: bool

    @property
    def subscriptions(self) -> list[tuple[str, int]]:
        """What it subscribes to, with the QoS."""
        group = "" if self.share is None else f"$share/{self.share}/"
        return [
            *((f"{group}{self.gateways}/{topic}", qos) for topic, qos in SHARED),
            *((f"{self.gateways}/{topic}", qos) for topic, qos in HEARD_BY_ALL),
        ]


class Stop:
    """Whether the process was asked to end."""

    def __init__(self) -> None:
        self.asked = False

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as the wish to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def wait(self, duration: Duration, now: Callable[[], Instant]) -> None:
        """Wait so long, or until asked to end."""
        until = later(now(), duration)
        while not self.asked and now() < until:
            select.select([], [], [], NOTICES_STOP_WITHIN_S)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


class Centre:
    """A centre at work.

    Args:
        options: what it is to do.
        store: its database.
        signer: its key.
        clock: both clocks.
        tell: whom it tells of what happens.
        stop: whether it is to end.
    """

    def __init__(  # noqa: PLR0913 - the command gives each, once
        self,
        options: CentreOptions,
        store: Store,
        signer: Signer,
        *,
        clock: Clock,
        tell: Callable[[News], None],
        stop: Stop,
    ) -> None:
        self._options = options
        self._store = store
        self._signer = signer
        self._clock = clock
        self._tell = tell
        self._stop = stop
        self._intake = Intake(store, options.id, signer.public.id)
        self._resend = Resend(Asked(store), options.id, signer, random.random)
        self._silence = Silence(store.gateways().values(), clock.now())
        self._look_at = clock.now()
        self._failures = 0

    def run(self) -> None:
        """Serve until asked to end; whatever fails is tried again."""
        while not self._stop.asked:
            try:
                self._serve()
            except (SessionError, StoreError, CredentialsError) as error:
                self._say(Happened.LOST, "", str(error))
                log.warning("%s", error, extra={"part": PART})
                delay = RECONNECT.delay(self._failures, random.random())  # noqa: S311 - spreads
                self._failures += 1
                self._stop.wait(delay, self._clock.now)

    def _serve(self) -> None:
        """Hold one connection, as long as it and the store hold."""
        session = MqttSession(self._options.broker, self._options.client_id, self._clock.now)
        try:
            session.open(self._options.subscriptions)
            self._say(Happened.CONNECTED, "", str(self._options.broker))
            while not self._stop.asked:
                incoming = session.receive(in_seconds(LOOK_EVERY))
                if incoming:
                    self._take(session, incoming)
                if self._clock.now() >= self._look_at:
                    self._look_at = later(self._clock.now(), LOOK_EVERY)
                    self._look(session)
        finally:
            # On an error, what was not acknowledged comes again with the next connection.
            session.close()

    def _take(self, session: MqttSession, incoming: Sequence[Incoming]) -> None:
        outcome = self._keep(incoming)
        # From here on it is on disk, and may be said to be.
        session.acknowledge(incoming)
        for said in outcome.acknowledgements:
            payload = sealed(said.body, SignedKind.ACK, self._signer)
            session.publish(said.origin.ack, payload, ACK_EXPIRY_S)
        self._failures = 0
        for origin in self._silence.heard(outcome.alive, self._clock.now()):
            self._say(Happened.HEARD_AGAIN, name_of(origin))
        for news in outcome.news:
            self._tell(news)

    def _keep(self, incoming: Sequence[Incoming]) -> Outcome:
        """Make a batch durable, whatever is in it."""
        try:
            with self._store.transaction():
                return self._intake.take(incoming, self._now_ms())
        except StoreError:
            raise
        except Exception:
            # A mistake of ours, over a message that nobody thought of. It would come again, and
            # hold up all others for ever: so each is taken by itself, and that one is set aside.
            log.exception("a mistake", extra={"part": PART})
        with self._store.transaction():
            return self._intake.take_singly(incoming, self._now_ms())

    def _look(self, session: MqttSession) -> None:
        """Do what goes by time: see who is silent, and ask for what is missing."""
        for origin in self._silence.fallen(self._clock.now()):
            self._say(Happened.SILENT, name_of(origin))
        if not self._options.resends:
            return
        commands: list[Command] = []
        with self._store.transaction():
            commands = self._resend.due(self._now_ms())
        for command in commands:
            session.publish(command.origin.command, command.payload, COMMAND_EXPIRY_S)
            self._say(Happened.RESEND, name_of(command.origin), command.gap)

    def _say(self, happened: Happened, gateway: str, detail: str = "") -> None:
        at = utc_time(self._clock.read().wall_ns)
        self._tell(News(happened=happened, at=at, gateway=gateway, detail=detail))

    def _now_ms(self) -> int:
        return self._clock.read().wall_ns // NS_PER_MS


def gateways_filter(province: str | None) -> str:
    """Give the filter of the prefixes of a province's gateways, or of all."""
    return Origin(province or "+", "+", "+").prefix
