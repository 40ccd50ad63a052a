"""What the centres have confirmed: who has said of which events that he has stored them.

Pure. A centre's word is believed by its signature alone, and only as far as it can be true: of this
gateway, of an epoch that it knows, and up to the highest seq that it has published. What is not
believed moves nothing, not even the good part of the same message.

Of what an earlier process published, the journal may have lost the end, to a cut of power or to
damage, and a centre has it all the same: there its word counts as far as the journal goes.

With several required centres, an event is done when the last of them has it. What only some have is
kept in memory, within bounds, and is forgotten with the process: whoever is asked again says it
again.

An acknowledgement has no counter: what it says stays true, and to hear it twice does no harm.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.messages.acknowledgement import AckBody, Received
from gateway.messages.signed import Distrust, NotTrustedError, SignedKind
from gateway.range_set import Range, RangeSet
from gateway.record import RecordName, Span
from gateway.settings.model import Centre
from gateway.trusted_centres import SHOWN, TrustedCentres
from rules.condition import Lane

LaneOfEpoch = tuple[str, Lane]

MOST_LANES: Final = 24
"""Lanes of epochs that are remembered of a centre: those of eight epochs. The one of which it has
not spoken for longest is forgotten first; that costs no more than sending those events again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message of a centre says.

    Attributes:
        centre: whose word it is.
        done: events of this message that every required centre has. Some may have been told
            before.
        nonce: of the heartbeat that it answers; None where it answers none.
    """

    centre: str
    done: tuple[Span, ...]
    nonce: str | None


class Confirmation:
    """What every centre has said so far.

    Args:
        gateway: the gateway's own id.
        centres: those whose word is believed.
        highest: the highest seq that the journal has of each lane of each epoch: an earlier process
            may have published it.
    """

    def __init__(
        self, gateway: str, centres: Sequence[Centre], highest: Mapping[LaneOfEpoch, int]
    ) -> None:
        self._trusted = TrustedCentres(gateway, centres)
        self._has: Mapping[str, dict[LaneOfEpoch, RangeSet]] = {
            centre.id: {} for centre in centres if centre.required
        }
        self._highest = dict(highest)
        self._of_before = set(highest)  # where an earlier process may have published more

    def published(self, name: RecordName) -> None:
        """Take note that an event has been, or is about to be, told to a broker."""
        key = (name.epoch, name.lane)
        if name.seq > self._highest.get(key, 0):
            self._highest[key] = name.seq
            self._of_before.discard(key)

    def take(self, payload: bytes, *, retained: bool) -> Heard:
        """Take a message of the topic `ack`.

        Raises:
            NotTrustedError: it is not believed; nothing has moved.
        """
        _, body = self._trusted.opened(payload, SignedKind.ACK, AckBody, retained=retained)
        for received in body.received:
            self._check(received)
        done = [span for received in body.received for span in self._completed(body, received)]
        return Heard(centre=body.centre, done=tuple(done), nonce=body.nonce)

    def awaited(self, name: RecordName) -> tuple[str, ...]:
        """Name the required centres that have not said, as far as is remembered, that they have it.

        Where only one is required nothing is remembered, and it is named.
        """
        key = (name.epoch, name.lane)
        return tuple(
            centre
            for centre, has in self._has.items()
            if (known := has.get(key)) is None or name.seq not in known
        )

    def _check(self, received: Received) -> None:
        """Refuse what cannot be true."""
        lane = f"epoch {received.epoch[:SHOWN]!r}, lane {received.lane}"
        highest = self._highest.get((received.epoch, received.lane))
        if highest is None:
            raise NotTrustedError(Distrust.FOREIGN_EPOCH, f"{lane}: nothing was ever published")
        before = 0
        for first, last in received.ranges:
            if not before < first <= last:
                raise NotTrustedError(
                    Distrust.MALFORMED, f"{lane}: [{first}, {last}] after {before} does not ascend"
                )
            before = last
        if before > highest and (received.epoch, received.lane) not in self._of_before:
            raise NotTrustedError(
                Distrust.TOO_HIGH, f"{lane}: {before}, where {highest} is the highest published"
            )

    def _completed(self, body: AckBody, received: Received) -> list[Span]:
        """Note what a required centre has; give what of it every other one has too."""
        if body.centre not in self._has:
            return []
        key = (received.epoch, received.lane)
        highest = self._highest[key]
        ranges: Sequence[Range] = [
            (first, min(last, highest)) for first, last in received.ranges if first <= highest
        ]
        if len(self._has) > 1:
            _note(self._has[body.centre], key, ranges)
        for centre, has in self._has.items():
            if centre != body.centre:
                ranges = _shared(ranges, has.get(key))
        return [Span(*key, first, last) for first, last in ranges]


def _note(has: dict[LaneOfEpoch, RangeSet], key: LaneOfEpoch, ranges: Iterable[Range]) -> None:
    """Add ranges to a lane, which is the one last spoken of now."""
    has[key] = known = has.pop(key, None) or RangeSet()
    for first, last in ranges:
        known.add(first, last)
    if len(has) > MOST_LANES:
        del has[next(iter(has))]


def _shared(ranges: Iterable[Range], other: RangeSet | None) -> list[Range]:
    if other is None:
        return []
    return [part for first, last in ranges for part in other.within(first, last)]
