"""Asks gateways for what is missing: signed, seldom, and not for ever.

A gap that stays is either an event that the broker refused, or one that only a gateway's memory had
while its journal failed. Who asks too often only makes the herd larger; so the wait doubles, and
after some tries the gap is left to a person: it stands in `firegw centre status`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.backoff import Backoff
from gateway.centre.asked import Asked, Gaps
from gateway.messages.command import CommandArguments, CommandBody, CommandWord
from gateway.messages.signed import SignedKind, sealed
from gateway.messages.topics import Origin
from gateway.range_set import Range
from gateway.signature import Signer
from rules.instant import in_seconds, seconds

MOST_TRIES: Final = 8
"""With the waits below: given up after an hour or two."""

MOST_STREAMS: Final = 20
"""Streams of which something is asked for at once."""

MOST_RANGES: Final = 4
"""Ranges of one stream that are asked for at once, a command each."""

MOST_COMMANDS: Final = 8
"""Commands to one gateway at once; it carries out ten a minute."""

MOST_EVENTS: Final = 1000
"""Events of one command."""

WAITS: Final = Backoff(seconds(60), seconds(3600))


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is to be published.

    Attributes:
        origin: to whom.
        payload: the signed message.
        gap: the epoch, the lane and the range that it asks for, for people.
    """

    origin: Origin
    payload: bytes
    gap: str


class Resend:
    """Decides what is asked for now.

    Args:
        asked: the tables of it.
        centre: the centre's id.
        signer: the centre's key.
        draw: gives a random number from 0 to 1.
    """

    def __init__(
        self, asked: Asked, centre: str, signer: Signer, draw: Callable[[], float]
    ) -> None:
        self._asked = asked
        self._centre = centre
        self._signer = signer
        self._draw = draw

    def due(self, now_ms: int) -> list[Command]:
        """Note that gaps are asked for, and give the commands; inside a transaction."""
        commands: list[Command] = []
        sent: Counter[int] = Counter()
        for gaps in self._asked.due(now_ms, MOST_TRIES, MOST_STREAMS):
            if sent[gaps.gateway] + MOST_RANGES > MOST_COMMANDS:
                continue  # its turn comes in a minute
            sent[gaps.gateway] += MOST_RANGES
            commands += [
                self._command(gaps, (first, min(last, first + MOST_EVENTS - 1)), now_ms)
                for first, last in gaps.ranges[:MOST_RANGES]
            ]
            # At least half of the ceiling: an answer needs its time, too.
            fraction = (1 + self._draw()) / 2
            wait_ms = round(1000 * in_seconds(WAITS.delay(gaps.asked, fraction)))
            self._asked.note(gaps, now_ms + wait_ms)
        return commands

    def _command(self, gaps: Gaps, gap: Range, now_ms: int) -> Command:
        key, word = self._signer.public.id, CommandWord.RESEND
        epoch, lane = gaps.stream.epoch, gaps.stream.lane
        body = CommandBody(
            centre=self._centre,
            gateway=gaps.origin.gateway,
            session=gaps.session,
            counter=self._asked.add_command(gaps, gap, key, word, now_ms),
            command=word,
            arguments=CommandArguments(epoch=epoch, lane=lane, first=gap[0], last=gap[1]),
        )
        payload = sealed(body, SignedKind.COMMAND, self._signer)
        return Command(gaps.origin, payload, f"{epoch}/{lane}/{gap[0]}-{gap[1]}")
