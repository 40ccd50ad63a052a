"""Whether a path's own certificates are about to expire: told in steps, in time to renew. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.uplink.certificate_dates import KnownTime, date_text
from rules.condition import Condition
from rules.instant import Duration, seconds

DAY: Final = seconds(86_400)
WEEK: Final = Duration(7 * DAY)
MONTH: Final = Duration(30 * DAY)


@dataclass(frozen=True, slots=True)
class Dated:
    """Something of ours that expires.

    Attributes:
        what: as people know it: "certificate /etc/fire-gateway/tls/gateway.pem".
        not_after_ns: nanoseconds since 1970, UTC.
    """

    what: str
    not_after_ns: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """That something expires soon or has; equal as long as it is at the same step.

    Attributes:
        condition: SUPERVISORY; FAULT on the last day and after it.
        cause: the step, in a word, for machines.
        detail: in one line, for people.
    """

    condition: Condition
    cause: str
    detail: str


EXPIRED: Final = "expired"
STEPS: Final = (
    (DAY, Condition.FAULT, "expires-in-a-day", "less than a day"),
    (WEEK, Condition.SUPERVISORY, "expires-in-a-week", "less than 7 days"),
    (MONTH, Condition.SUPERVISORY, "expires-in-a-month", "less than 30 days"),
)
"""The most urgent first: how much is left at most, and what is told then."""


def expiry(ours: Iterable[Dated], time: KnownTime) -> Expiry | None:
    """Judge what expires first; None where there is time enough.

    While the time is not known, the floor judges: what had expired by then has expired.
    """
    first = min(ours, key=lambda each: each.not_after_ns, default=None)
    if first is None:
        return None
    left = first.not_after_ns - time.wall_ns
    on = date_text(first.not_after_ns)
    if left < 0:
        detail = f"{first.what} expired on {on}; renew it, or this path fails"
        return Expiry(Condition.FAULT, EXPIRED, detail)
    for most, condition, cause, words in STEPS:
        if left <= most:
            return Expiry(condition, cause, f"{first.what} expires on {on}, in {words}; renew it")
    return None
