"""The gateway's own parts: which of them have failed, and which work again. Pure.

Their names begin with gateway/, path/ or output/. The durable state remembers what an earlier
process has told of them; at the start it is held against what is known now, since nobody else
would ever end a fault of a part that works again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from gateway.delivery_watch import OUTPUT, PUBLICATION, UNCONFIRMED
from gateway.own_health.ailments import PARTS as OF_THE_UNIT
from gateway.settings.model import Settings
from rules import disablement, walk_test
from rules.condition import Condition
from rules.engine import Input
from rules.instant import Instant
from rules.part import PartFailed, PartRecovered
from rules.snapshot import ConditionNow

STORE: Final = "gateway/store"
JOURNAL: Final = "gateway/journal"
OUTBOX: Final = "gateway/outbox"
CLOCK: Final = "gateway/clock"

DAMAGED: Final = "damaged"
"""Why the journal is not as it should be."""

CONDITIONS: Final = frozenset({Condition.FAULT, Condition.SUPERVISORY})
PREFIXES: Final = ("gateway/", "path/", "output/")
OF_THE_CORE: Final = frozenset({disablement.WHOLE_SITE, walk_test.WHOLE_SITE})
"""Faults that are named like a part's, and that the core enters and leaves by itself."""

OF_A_PATH: Final = ("answer", "certificate", "credentials", "dates")


class OwnParts:
    """Tells the core of them.

    Args:
        take: gives the core an input.
        now: reads the monotonic clock.
    """

    def __init__(self, take: Callable[[Input], object], now: Callable[[], Instant]) -> None:
        self._take = take
        self._now = now

    def failed(
        self, part: str, cause: str, detail: str, condition: Condition = Condition.FAULT
    ) -> None:
        """Tell that a part is not as it should be; once more does no harm."""
        self._take(
            PartFailed(part=part, cause=cause, detail=detail, at=self._now(), condition=condition)
        )

    def failed_anew(
        self, part: str, cause: str, detail: str, condition: Condition = Condition.FAULT
    ) -> None:
        """Tell that a part fails in another way: a condition that stands keeps its first words."""
        self.recovered(part, condition)
        self.failed(part, cause, detail, condition)

    def recovered(self, part: str, condition: Condition = Condition.FAULT) -> None:
        """Tell that a part is as it should be; without need it does no harm."""
        self._take(PartRecovered(part=part, at=self._now(), condition=condition))

    def begin(
        self,
        standing: Iterable[ConditionNow],
        failing: Collection[PartFailed],
        unsure: Collection[str],
    ) -> None:
        """Settle what an earlier process has left.

        Args:
            standing: the conditions that the durable state has.
            failing: what is wrong from the start.
            unsure: the parts of which only time will show whether all is well.
        """
        known = {(failed.part, failed.condition) for failed in failing}
        for each in standing:
            key = (each.source, each.condition)
            if is_of_a_part(each) and key not in known and each.source not in unsure:
                self.recovered(*key)
        for failed in failing:
            if failed.part == JOURNAL:
                self.damaged(failed.detail)
            else:
                self._take(failed)

    def damaged(self, detail: str) -> None:
        """Tell what became of a damaged journal: each time, though an earlier one may stand."""
        self.failed_anew(JOURNAL, DAMAGED, detail, Condition.SUPERVISORY)


def is_of_a_part(standing: ConditionNow) -> bool:
    """Tell whether a condition is one that a part of the gateway is in."""
    return (
        standing.condition in CONDITIONS
        and standing.source.startswith(PREFIXES)
        and standing.source not in OF_THE_CORE
    )


def unsure_at_first(settings: Settings) -> frozenset[str]:
    """Name the parts of which only time will show whether all is well."""
    paths = [f"path/{path.id}" for path in settings.uplink.paths]
    outputs = [f"output/{output.id}" for output in settings.outputs]
    # Where no centre is named any more, none will ever answer.
    words = OF_A_PATH if settings.uplink.centres else OF_A_PATH[1:]
    of_paths = [f"{path}/{word}" for path in paths for word in words]
    return frozenset(
        {CLOCK, OUTPUT, PUBLICATION, UNCONFIRMED, *OF_THE_UNIT, *paths, *of_paths, *outputs}
    )


def failing_at_first(  # noqa: PLR0913 - each comes from another place
    settings: Settings,
    now: Instant,
    *,
    store: str | None,
    key: str | None,
    damage: str | None,
    metrics: str | None,
) -> Iterator[PartFailed]:
    """Find what is wrong before anything has run.

    Args:
        settings: of the site.
        now: the present.
        store: why the journal cannot be written, or None.
        key: why there is no key that vouches for this unit, or None.
        damage: what became of a damaged journal, or None.
        metrics: why the metrics cannot be served, or None.
    """
    found = (
        (STORE, Condition.FAULT, "store", store),
        ("gateway/key", Condition.FAULT, "key", key),
        (JOURNAL, Condition.SUPERVISORY, DAMAGED, damage),
        ("gateway/metrics", Condition.SUPERVISORY, "port-taken", metrics),
    )
    for part, condition, cause, detail in found:
        if detail is not None:
            yield PartFailed(part=part, cause=cause, detail=detail, at=now, condition=condition)
    for path in settings.uplink.paths:
        if path.insecure and path.tls is None:
            yield PartFailed(
                part=f"path/{path.id}/insecure",
                cause="plaintext",
                detail=f"what goes to {path.host} can be read and changed on its way",
                at=now,
                condition=Condition.SUPERVISORY,
            )
