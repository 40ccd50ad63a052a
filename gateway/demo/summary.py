"""The last lines of the demo: the reckoning, as a person reads it."""

from collections.abc import Iterable, Iterator
from itertools import islice

from gateway.demo.reckoning import Reckoning
from gateway.demo.texts import tell
from gateway.record import RecordName
from rules.condition import Lane

MOST_NAMED = 10
EPOCH_DIGITS = 8  # enough to tell two epochs of one demo apart
NANOSECONDS_PER_MILLISECOND = 1_000_000


def summary(
    reckoning: Reckoning, unread: tuple[str, ...], first_broken: int | None
) -> Iterator[str]:
    """Give the lines.

    Args:
        reckoning: the comparison.
        unread: messages that were not understood.
        first_broken: the first record at which the journal's chain of hashes breaks, or None.
    """
    yield tell("sum.title")
    yield _row(*(tell(f"sum.{word}") for word in ("lane", "journal", "received", "duplicates")))
    columns = (reckoning.journaled, reckoning.received, reckoning.duplicates)
    for lane in Lane:
        yield _row(lane, *(column[lane] for column in columns))
    yield _row(tell("sum.total"), *(column.total() for column in columns))
    if reckoning.slowest is not None:
        yield tell(
            "sum.slowest",
            count=reckoning.live_alarms,
            milliseconds=reckoning.slowest / NANOSECONDS_PER_MILLISECOND,
        )
    if first_broken is None:
        yield tell("sum.chain")
    else:
        yield tell("sum.chain-broken", number=first_broken)
    for key, names in (
        ("sum.missing", map(_in_short, reckoning.missing)),
        ("sum.invented", map(_in_short, reckoning.invented)),
        ("sum.gaps", reckoning.gaps),
        ("sum.disordered", map(_in_short, reckoning.disordered)),
        ("sum.unread", unread),
    ):
        yield from _complaint(key, names)
    if is_all_well(reckoning, unread, first_broken):
        yield ""
        yield tell("sum.whole")


def is_all_well(reckoning: Reckoning, unread: tuple[str, ...], first_broken: int | None) -> bool:
    """Tell whether the demo showed what it is there to show."""
    showed_something = all(reckoning.received[lane] for lane in Lane)
    return reckoning.is_whole and showed_something and not unread and first_broken is None


def _row(lane: str, journal: object, received: object, duplicates: object) -> str:
    return tell("sum.row", lane=lane, journal=journal, received=received, duplicates=duplicates)


def _complaint(key: str, names: Iterable[str]) -> Iterator[str]:
    named = list(islice(names, MOST_NAMED))
    if named:
        yield tell(key, names=", ".join(named))


def _in_short(name: RecordName) -> str:
    return f"{name.epoch[:EPOCH_DIGITS]}/{name.lane}/{name.seq}"
