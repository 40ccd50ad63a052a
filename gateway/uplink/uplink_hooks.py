"""Whom the uplink tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.messages.signed import NotTrustedError
from gateway.record import RecordName, Span
from gateway.uplink.certificate_dates import DatesVerdict
from gateway.uplink.credentials_watch import Seen
from gateway.uplink.from_afar import FromAfar
from gateway.uplink.refusal_reason import RefusalReason
from rules.condition import Lane
from rules.instant import Duration


def _tell_nobody(_answers: Sequence[tuple[RecordName, bool]]) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkHooks:
    """Whom the uplink tells, in the event loop's thread. None of them may block or raise.

    Attributes:
        delivered: these need no delivery any more; the journal marks them.
        delivered_after: how long after its instant a record of a lane was acknowledged by a broker;
            not told of what an earlier process left.
        sent_late: an alarm that an earlier process left is about to be told to a broker.
        path_up: a path is connected.
        path_down: a path counts as down, and why: once an outage.
        path_answered: a path leads to the centre and back, or does so no more.
        refused: a broker refuses a record, and why: once a record. It is tried again apart.
        connection_refused: a broker does not take us, or we do not take it, and why: at each
            attempt.
        credentials_seen: what was seen of a path's credentials, and of its broker's dates, each
            time that it is something else.
        dropped: records that only memory had are lost, for want of room in it.
        not_trusted: what claimed to come from a centre was not believed.
        commanded: something came on the topic of commands.
        taken: a broker has acknowledged these, and whether it had somebody to pass them to. Told
            before `delivered`.
    """

    delivered: Callable[[Sequence[Span]], None]
    delivered_after: Callable[[Lane, Duration], None]
    sent_late: Callable[[RecordName], None]
    path_up: Callable[[str], None]
    path_down: Callable[[str, str], None]
    path_answered: Callable[[str, bool], None]
    refused: Callable[[RecordName, str], None]
    connection_refused: Callable[[str, RefusalReason], None]
    credentials_seen: Callable[[str, Seen, DatesVerdict], None]
    dropped: Callable[[Sequence[RecordName]], None]
    not_trusted: Callable[[FromAfar, NotTrustedError], None]
    commanded: Callable[[FromAfar], None]
    taken: Callable[[Sequence[tuple[RecordName, bool]]], None] = _tell_nobody
