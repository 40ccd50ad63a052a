"""A delivery with a journal that is a list and answers at once."""

from gateway.record import ClockQuality, Record, RecordName, Span
from gateway.uplink.delivery import Delivery, Sending
from gateway.uplink.lane_walk import BOUNDS, Bounds
from rules.condition import Lane
from rules.instant import Instant, Moment, seconds

BOOT = "boot-now"
STARTED = Moment(BOOT, Instant(seconds(1000)))
NOW = Instant(seconds(1001))


def after(duration: int) -> Instant:
    return Instant(NOW + duration)


def record(
    seq: int,
    lane: Lane = Lane.ALARM,
    *,
    number: int | None = -1,
    epoch: str = "e",
    at: int = NOW,
    boot: str = BOOT,
) -> Record:
    return Record(
        name=RecordName(epoch, lane, seq),
        number=seq if number == -1 else number,
        boot_id=boot,
        monotonic_ns=at,
        wall_ns=0,
        clock=ClockQuality.UNKNOWN,
        kind="fire-alarm.entered",
        body=b"{}",
        durable=number is not None,
    )


def names(sent: list[Sending]) -> list[tuple[Lane, int]]:
    return [(sending.record.name.lane, sending.record.name.seq) for sending in sent]


def seqs(sent: list[Sending]) -> list[int]:
    return [sending.record.name.seq for sending in sent]


class Outbox:
    """The policy under test, and the journal beside it."""

    def __init__(
        self, *paths: str, by_centre: bool = False, bounds: Bounds = BOUNDS, left: tuple = ()
    ) -> None:
        self.delivery = Delivery(
            paths or ("lan",), STARTED, confirmed_by_centre=by_centre, bounds=bounds
        )
        self.undelivered = list(left)

    def connect(self, path: str = "lan", *, proven: bool = True, **how: int) -> None:
        self.delivery.connected(path, **how)
        self.read()
        if proven:
            for walk in self.delivery._connected[path].walks.values():
                walk.proven = True

    def disconnect(self, path: str = "lan") -> None:
        self.delivery.disconnected(path)
        self.read()

    def make(self, *records: Record) -> None:
        for each in records:
            if each.number is not None:
                self.undelivered.append(each)
            assert self.delivery.offer(each) == ()
        self.read()

    def read(self) -> None:
        """Bring every page that is wanted."""
        while (page := self.delivery.wanted()) is not None:
            found = [
                each
                for each in self.undelivered
                if each.name.lane is page.lane and each.number > page.after_number
            ]
            self.delivery.loaded(page, found[: page.limit])

    def drain(self, path: str = "lan", now: Instant = NOW) -> list[Sending]:
        """Take all that may be sent on a path now."""
        sent = []
        while (sending := self.delivery.next(path, now)) is not None:
            sent.append(sending)
        return sent

    def acknowledge(
        self, seq: int, lane: Lane = Lane.ALARM, path: str = "lan", *, heard: bool = True, now=NOW
    ) -> bool:
        name = RecordName("e", lane, seq)
        done = self.delivery.acknowledged(path, name, now, is_heard=heard) is not None
        if done:
            self._forget(lambda each: each.name == name)
        self.read()
        return done

    def refuse(
        self, seq: int, lane: Lane = Lane.ALARM, path: str = "lan", now: Instant = NOW
    ) -> bool:
        told = self.delivery.refused(path, RecordName("e", lane, seq), now)
        self.read()
        return told

    def confirm(self, first: int, last: int, lane: Lane = Lane.ALARM) -> None:
        span = Span("e", lane, first, last)
        self.delivery.confirmed([span])
        self._forget(lambda each: each.name in span)
        self.read()

    def look(self, now: Instant) -> None:
        self.delivery.look(now)
        self.read()

    def _forget(self, is_done) -> None:
        self.undelivered = [each for each in self.undelivered if not is_done(each)]
