"""Judges what a centre asks for: whether it is to be believed, and whether it can be done.

Pure. A command is believed where a centre's key has signed it for this gateway, for a connection
that stands now, and with a counter that the key has not used before. Nothing is done for one that
is not believed, and nobody is answered: an answer would tell a stranger what to try next. One that
is believed is answered, if only by why it is not done.

Session and counter are two guards: the session ends with the connection, so that nothing of
yesterday is carried out today; the counter keeps a command from being carried out twice within it.
The counter is durable, since a centre may not know that the gateway has restarted.
"""

import re
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.messages.command import CommandBody, CommandWord
from gateway.messages.signed import Distrust, NotTrustedError, SignedKind
from gateway.record import Span, StateChange
from gateway.settings.model import Centre
from gateway.trusted_centres import SHOWN, TrustedCentres
from rules.instant import Instant, seconds

ROW_PREFIX: Final = "command-counter/"
"""What the key of a counter's durable row begins with; the id of the centre's key follows."""

MOST_RESENT: Final = 10_000
"""Events of one `resend`; who wants more asks again."""

MOST_COMMANDS: Final = 10
PER: Final = seconds(60)
"""So many commands of a centre are carried out in this time. Each may cost a commit, and a reply of
some 20 KiB: what a centre gone wrong asks for wears out no card."""

_COUNTER: Final = re.compile("[0-9]{1,16}")  # up to 2 to the power of 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command that is believed.

    Attributes:
        centre: whose command it is.
        body: the command.
        resend: which events are to be sent again; None of every other command, and where it is
            refused.
        refusal: why it is not carried out, in one line; None where it is. Answered either way.
        counter_row: the key's counter, to be made durable before it is answered; None where there
            are too many commands, which then cost the disk nothing.
    """

    centre: str
    body: CommandBody
    resend: Span | None
    refusal: str | None
    counter_row: StateChange | None


class CommandDesk:
    """The commands of one gateway.

    Args:
        gateway: the gateway's own id.
        centres: those whose word is believed.
        counters: by id of the key, the counter last used, as `counters_of` finds them.
    """

    def __init__(
        self, gateway: str, centres: Sequence[Centre], counters: Mapping[str, int]
    ) -> None:
        self._trusted = TrustedCentres(gateway, centres)
        self._counters = {key: counters.get(key, 0) for key in self._trusted.key_ids}
        self._taken: Mapping[str, deque[Instant]] = {
            centre.id: deque(maxlen=MOST_COMMANDS) for centre in centres
        }

    def judge(
        self,
        payload: bytes,
        now: Instant,
        *,
        retained: bool,
        session: str,
        others: Collection[str] = (),
    ) -> Order | None:
        """Judge a message of the topic `command`.

        Args:
            payload: the message as it came.
            now: the instant at which it came.
            retained: whether the broker had kept it.
            session: the session of the path on which it came.
            others: the sessions of the other paths that are connected: who reaches the gateway by
                two is heard twice.

        Returns:
            What to do; None for a command that another path brings too.

        Raises:
            NotTrustedError: it is not believed; nothing has moved.
        """
        key, body = self._trusted.opened(
            payload, SignedKind.COMMAND, CommandBody, retained=retained
        )
        if body.session != session or not session:
            if body.session and body.session in others:
                return None
            raise NotTrustedError(
                Distrust.OTHER_SESSION, f"it is for session {body.session[:SHOWN]!r}"
            )
        used = self._counters[key]
        if body.counter <= used:
            raise NotTrustedError(
                Distrust.STALE, f"its counter is {body.counter}, and {used} was used before"
            )
        self._counters[key] = body.counter
        return self._order(key, body, now)

    def _order(self, key: str, body: CommandBody, now: Instant) -> Order:
        taken = self._taken[body.centre]
        row: StateChange | None = None
        resend: Span | None = None
        if len(taken) == MOST_COMMANDS and now - taken[0] < PER:
            refusal: str | None = f"too many commands: {MOST_COMMANDS} a minute at most"
        else:
            taken.append(now)
            row = (f"{ROW_PREFIX}{key}", str(body.counter))
            resend, refusal = _asked_for(body)
        return Order(centre=body.centre, body=body, resend=resend, refusal=refusal, counter_row=row)


def counters_of(rows: Mapping[str, str]) -> Mapping[str, int]:
    """Find the counters among the durable rows, by id of the key.

    What is no number there is passed over: the session still keeps old commands out.
    """
    return {
        key.removeprefix(ROW_PREFIX): int(row)
        for key, row in rows.items()
        if key.startswith(ROW_PREFIX) and _COUNTER.fullmatch(row)
    }


def _asked_for(body: CommandBody) -> tuple[Span | None, str | None]:
    """Give which events are to be sent again, or why they cannot be."""
    if body.command is not CommandWord.RESEND:
        return None, None
    asked = body.arguments
    if asked.epoch is None or asked.lane is None or asked.first is None or asked.last is None:
        return None, "resend needs epoch, lane, first and last"
    if asked.first > asked.last:
        return None, f"first, {asked.first}, is beyond last, {asked.last}"
    if asked.last - asked.first >= MOST_RESENT:
        return None, (
            f"{asked.first} to {asked.last} is too much: at most {MOST_RESENT} events at once"
        )
    return Span(asked.epoch, asked.lane, asked.first, asked.last), None
