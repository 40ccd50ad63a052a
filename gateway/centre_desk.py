"""What the gateway owes a centre beside its events, and what it does on a centre's word.

It answers commands, tells of what claimed to come from a centre and was not believed, watches that
alarms get through in time, and sends the daily proof of life. All in the event loop's thread.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.command_desk import CommandDesk, Order, counters_of
from gateway.control.status import Status
from gateway.delivery_watch import (
    ProofOfLife,
    Unconfirmed,
    Verdict,
    output_budget,
    publication_budget,
)
from gateway.messages.command import CheckResult, CommandOutcome, CommandWord, reply_message
from gateway.messages.parts import Stamp
from gateway.messages.signed import Distrust, NotTrustedError, SignedKind
from gateway.messages.topics import Origin
from gateway.record import Batch, Record, RecordName, Span
from gateway.self_test import checks_of, identity_line, summary_of
from gateway.settings.model import Settings
from gateway.uplink.from_afar import FromAfar
from rules.condition import Lane
from rules.engine import Input
from rules.event import Notice
from rules.instant import Duration, Instant
from rules.part import Noted

log = logging.getLogger(__name__)

PART: Final = "gateway/centre"
TOLD_AGAIN_AFTER: Final = Duration(3600 * 1_000_000_000)
"""What is not believed is told once an hour for each kind and reason: whoever may write to our
topics must not fill our journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPorts:
    """What the desk reaches the rest by.

    Attributes:
        now: reads the monotonic clock.
        stamp: reads both clocks.
        take: gives the core an input.
        submit: hands a batch to the journal.
        status: gives the present.
        waiting: gives how many events of each lane are undelivered.
        sessions: by path, the sessions of the paths that are connected.
        reply: answers by a path.
        send_again: has events sent once more.
        awaited: names the centres that have not confirmed an event.
        refused: counts what was not believed, by kind and reason.
        draw: draws a number from 0 to 1, evenly.
    """

    now: Callable[[], Instant]
    stamp: Callable[[], Stamp]
    take: Callable[[Input], object]
    submit: Callable[[Batch], None]
    status: Callable[[], Status]
    waiting: Callable[[], Mapping[Lane, int]]
    sessions: Callable[[], Mapping[str, str]]
    reply: Callable[[str, bytes], None]
    send_again: Callable[[Span], None]
    awaited: Callable[[RecordName], Sequence[str]]
    refused: Callable[[SignedKind, Distrust], None]
    draw: Callable[[], float]


class CentreDesk:
    """The desk.

    Args:
        settings: of the site.
        device_key: the public key, as it is written; None where there is none.
        rows: the durable state at the start.
        ports: what it reaches the rest by.
    """

    def __init__(
        self,
        settings: Settings,
        device_key: str | None,
        rows: Mapping[str, str],
        ports: DeskPorts,
    ) -> None:
        self._device_key = device_key
        self._ports = ports
        started = ports.now()
        self._proof = ProofOfLife(settings.uplink.proof_every, started, ports.draw())
        self.configured(settings, rows)
        self._unconfirmed = Unconfirmed(
            started, ports.awaited, lambda: ports.waiting().get(Lane.ALARM, 0)
        )
        self._budgets = {"output": output_budget(), "publication": publication_budget()}
        self._told: dict[tuple[SignedKind, str], Instant] = {}

    def configured(self, settings: Settings, rows: Mapping[str, str]) -> None:
        """Follow a configuration; each key's counter goes on from its durable row."""
        self._settings = settings
        self._origin = Origin(settings.site.province, settings.site.id, settings.gateway.id)
        gateway, centres = settings.gateway.id, settings.uplink.centres
        self._commands = CommandDesk(gateway, centres, counters_of(rows))
        self._proof.configured(settings.uplink.proof_every, self._ports.now())

    # What the journal and the uplink tell.

    def made(self, records: Sequence[Record]) -> None:
        """Take events that have just been made: those of the alarm lane are watched."""
        for record in records:
            if record.name.lane is Lane.ALARM:
                self._unconfirmed.begun(record.name, Instant(record.monotonic_ns))

    def sent_late(self, name: RecordName) -> None:
        """Take an alarm of an earlier process that is on its way now."""
        self._unconfirmed.begun(name, self._ports.now())

    def delivered(self, spans: Sequence[Span]) -> None:
        """Take what needs no delivery any more."""
        for span in spans:
            if span.lane is Lane.ALARM:
                self._unconfirmed.done(span)

    def drove_output(self, took: Duration) -> None:
        """Take how long an output took."""
        self._tell(self._budgets["output"].took(took, self._ports.now()))

    def published(self, lane: Lane, took: Duration) -> None:
        """Take how long it took until an event was delivered."""
        if lane is Lane.ALARM:
            self._tell(self._budgets["publication"].took(took, self._ports.now()))

    def look(self) -> None:
        """Do what is due by time; to be called each second."""
        now = self._ports.now()
        self._tell(self._unconfirmed.late(now))
        if self._settings.uplink.paths and self._proof.due(now):
            self._prove("the daily proof that alarms reach the centre")

    # What comes from afar.

    def not_trusted(self, said: FromAfar, error: NotTrustedError) -> None:
        """Tell of a message that was not believed, once an hour a reason; count it each time."""
        self._ports.refused(said.kind, error.why)
        now = self._ports.now()
        key = (said.kind, error.why.value)
        told = self._told.get(key)
        if told is not None and now - told < TOLD_AGAIN_AFTER:
            return
        self._told[key] = now
        detail = f"{said.kind} by path {said.path}: {error.why}: {error}"
        log.warning("not believed: %s", detail, extra={"part": PART})
        self._ports.take(Noted(notice=Notice.MESSAGE_REFUSED, at=now, detail=detail))

    def commanded(self, said: FromAfar) -> None:
        """Judge a command, carry it out, and answer."""
        sessions = self._ports.sessions()
        others = [session for path, session in sessions.items() if path != said.path]
        try:
            order = self._commands.judge(
                said.payload,
                self._ports.now(),
                retained=said.retained,
                session=said.session,
                others=others,
            )
        except NotTrustedError as error:
            self.not_trusted(said, error)
            return
        if order is not None:
            self._carry_out(order, said.path)

    def _carry_out(self, order: Order, path: str) -> None:
        if order.counter_row is not None:
            self._ports.submit(Batch(changes=(order.counter_row,)))
        checks: list[CheckResult] = []
        outcome = CommandOutcome.DONE
        refusal = order.refusal
        if refusal is None and order.resend is not None and not self._ports.status().store_ok:
            refusal = "the journal fails: what lies in it cannot be sent again now; ask again later"
        if refusal is not None:
            outcome, detail = CommandOutcome.REFUSED, refusal
        else:
            detail, checks = self._done(order)
        if order.counter_row is not None:
            noted = f"{order.body.command} {outcome}: {detail}"
            now = self._ports.now()
            notice = Noted(notice=Notice.COMMAND, at=now, detail=noted, author=order.centre)
            self._ports.take(notice)
        self._ports.reply(
            path,
            reply_message(
                self._ports.stamp(),
                self._origin,
                order.body,
                outcome=outcome,
                detail=detail,
                checks=checks,
            ),
        )

    def _done(self, order: Order) -> tuple[str, list[CheckResult]]:
        """Do what a command asks for; give what to answer."""
        match order.body.command:
            case CommandWord.IDENTIFY:
                key = self._device_key or "none"
                configuration = self._settings.hash
                line = identity_line(
                    self._ports.status(), configuration=configuration, device_key=key
                )
                return line, []
            case CommandWord.SELF_TEST:
                checks = checks_of(self._ports.status(), [bus.id for bus in self._settings.buses])
                self._prove(f"asked for by {order.centre}")
                return summary_of(checks), checks
            case CommandWord.RESEND:
                span = order.resend
                assert span is not None  # else it is refused
                self._ports.send_again(span)
                what = f"{span.first} to {span.last} of lane {span.lane}"
                return f"what the journal has of {what} goes out again", []

    def _prove(self, why: str) -> None:
        now = self._ports.now()
        self._proof.made(now, self._ports.draw())
        self._ports.take(Noted(notice=Notice.PERIODIC_TEST, at=now, detail=why))

    def _tell(self, verdict: Verdict | None) -> None:
        if verdict is not None:
            self._ports.take(verdict)
