"""What the gateway answers when it is asked how the walk test stands. Nouns only, and their JSON.

A walk test proves detectors one by one: a person triggers each, and the gateway notes that it
responded and how long the news of it took. What is not measured is None, never 0. Instants are
nanoseconds of the boot that is named beside them.
"""

from dataclasses import dataclass

from gateway.record import ClockQuality
from rules.condition import Lane
from rules.instant import Duration, Instant, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneTest:
    """The newest test of a zone, which may still run.

    Attributes:
        zone: the zone's id.
        began: when it began.
        author: who began it.
        ends: when it ends by itself, of the boot in which it began.
        began_ns: when it began, nanoseconds since 1970-01-01 UTC; None where nobody knows.
        ended: when it ended; None while it runs.
        ended_ns: likewise by the wall clock.
        cause: why it ended, in a word: "end-test", "expired", "call-point", "second-detector",
            "alarm-stands", "restarted", "configuration-changed".
        ended_by: who ended it, where a person did.
    """

    zone: str
    began: Moment
    author: str
    ends: Instant | None = None
    began_ns: int | None = None
    ended: Moment | None = None
    ended_ns: int | None = None
    cause: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How a detector of a zone under test responded, the last time that it did.

    A manual call point is never under test: what it does goes out in earnest, and is a response
    whenever it does it.

    All durations count from the measurement: the instant at which the gateway read the value.

    Attributes:
        detector: the detector's id.
        zone: its zone, which was under test.
        author: who had begun that test; empty where the zone was under none.
        configuration: hash of the site file under which it responded, hexadecimal.
        measured: when.
        measured_ns: likewise, nanoseconds since 1970-01-01 UTC; None where nobody knows.
        clock: how far the wall clock could be believed then.
        epoch: with lane and seq, the name of the event that tells of it.
        seq: see there.
        lane: alarm for a manual call point, else status.
        quantity: what was measured; None where no reading of its own made it respond.
        value: in the quantity's canonical unit; None likewise, and where it was over-range.
        durable: how long until the event would outlive a loss of power.
        published: how long until a broker had acknowledged the event.
        centre: how long until every required centre had acknowledged it; only where the site is
            configured to wait for that.
        outputs: ids of the outputs that were energised for it.
    """

    detector: str
    zone: str
    author: str
    configuration: str
    measured: Moment
    clock: ClockQuality
    epoch: str
    seq: int
    lane: Lane = Lane.STATUS
    measured_ns: int | None = None
    quantity: str | None = None
    value: float | None = None
    durable: Duration | None = None
    published: Duration | None = None
    centre: Duration | None = None
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkedDetector:
    """A detector of the site: its id, its name, and the id of its zone."""

    id: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkNow:
    """How the walk test stands, of one zone or of the whole site.

    Attributes:
        now: when this was answered.
        now_ns: likewise, nanoseconds since 1970-01-01 UTC; None where nobody knows.
        configuration: hash of the site file in force, hexadecimal.
        has_paths: whether the site has any way to a centre.
        by_centre: whether an event is delivered by the centre's own word.
        detectors: those of the zone or of the site, in the order of the site file.
        tests: the newest test of each zone that ever had one.
        responses: the newest response of each detector that ever gave one under test.
    """

    now: Moment
    configuration: str
    has_paths: bool
    by_centre: bool
    detectors: tuple[WalkedDetector, ...]
    tests: tuple[ZoneTest, ...]
    responses: tuple[Response, ...]
    now_ns: int | None = None
