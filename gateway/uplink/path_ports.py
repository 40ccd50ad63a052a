"""What a path to the centre is given: its timing, and whom it tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.backoff import Backoff
from gateway.messages.parts import Stamp
from gateway.record import RecordName
from gateway.uplink.certificate_dates import DatesVerdict, KnownTime
from gateway.uplink.credentials_watch import Seen
from gateway.uplink.from_afar import FromAfar
from gateway.uplink.refusal_reason import RefusalReason
from rules.instant import Duration, Instant, seconds

BACKOFF: Final = Backoff(first=seconds(1), longest=seconds(60))


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTiming:
    """How long a path waits.

    Attributes:
        connect_within: for the connection, and again for the broker's welcome.
        answer_within: for a PUBACK; then the line counts as half-open.
        look_every: between looks at the path's credentials.
        supervision: before a path that was never up since the start counts as down.
        backoff: between attempts.
    """

    connect_within: Duration = seconds(10)
    answer_within: Duration = seconds(10)
    look_every: Duration = seconds(60)
    supervision: Duration = seconds(30)
    backoff: Backoff = BACKOFF


TIMING: Final = PathTiming()


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPorts:
    """What a path reaches the rest by, all in the event loop's thread.

    Attributes:
        now: reads the monotonic clock.
        stamp: reads both clocks.
        up: the broker has taken us; it takes so many events at once.
        lost: the connection has ended. Each `up` is followed by one `lost`.
        acknowledged: the broker has these events, each with whether somebody subscribes to it;
            maybe none, but it takes more again.
        refused: the broker, or its limits, refuse an event, with the reason.
        down: the path counts as down: once an outage.
        known_time: what is known of the wall time.
        connection_refused: one side refuses the other: at each attempt.
        credentials_seen: what was seen of the path's credentials, and of the broker's dates, each
            time that it is something else.
        from_afar: something came on a topic on which a centre speaks. None where the site names no
            centre: then nothing is listened to.
    """

    now: Callable[[], Instant]
    stamp: Callable[[], Stamp]
    up: Callable[[str, int], None]
    lost: Callable[[str], None]
    acknowledged: Callable[[str, Sequence[tuple[RecordName, bool]]], None]
    refused: Callable[[str, RecordName, str], None]
    down: Callable[[str, str], None]
    known_time: Callable[[], KnownTime]
    connection_refused: Callable[[str, RefusalReason], None]
    credentials_seen: Callable[[str, Seen, DatesVerdict], None]
    from_afar: Callable[[FromAfar], None] | None
