"""What is to be told of a path's credentials: as conditions of the path. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.uplink.certificate_dates import DatesVerdict
from gateway.uplink.credentials_watch import Seen, Unusable
from rules.condition import Condition
from rules.instant import Instant
from rules.part import PartFailed, PartRecovered

Key = tuple[str, Condition]
KEYS: Final[tuple[Key, ...]] = (
    ("certificate", Condition.SUPERVISORY),
    ("certificate", Condition.FAULT),
    ("credentials", Condition.SUPERVISORY),
    ("dates", Condition.SUPERVISORY),
)
"""The conditions that there can be, by the last word of their source and their kind."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: the cause, for machines, and in one line, for people."""

    cause: str
    detail: str


NOTHING: Final[Mapping[Key, Wrong]] = MappingProxyType({})


def wrongs(seen: Seen, dates: DatesVerdict) -> Mapping[Key, Wrong]:
    """Give what is wrong."""
    found: dict[Key, Wrong] = {}
    if seen.expiry is not None:
        wrong = Wrong(seen.expiry.cause, seen.expiry.detail)
        found["certificate", seen.expiry.condition] = wrong
    if isinstance(seen.change, Unusable):
        found["credentials", Condition.SUPERVISORY] = Wrong("unusable", seen.change.detail)
    unproven = dates.refused or dates.warning
    if unproven is not None:
        found["dates", Condition.SUPERVISORY] = Wrong("dates-unproven", unproven)
    return found


def changes(
    path: str, before: Mapping[Key, Wrong] | None, after: Mapping[Key, Wrong], now: Instant
) -> Iterator[PartFailed | PartRecovered]:
    """Give what is to be told; a condition with another cause is told anew.

    Args:
        path: the path's id.
        before: what was told last; None at the start, when an earlier process may have told more.
        after: what is wrong now.
        now: the present.
    """
    for key in KEYS:
        part, condition = f"path/{path}/{key[0]}", key[1]
        was, is_now = (before or NOTHING).get(key), after.get(key)
        is_news = is_now is not None and (was is None or was.cause != is_now.cause)
        if (is_now is None and (was is not None or before is None)) or (is_news and was):
            yield PartRecovered(part=part, at=now, condition=condition)
        if is_now is not None and is_news:
            yield PartFailed(
                part=part, cause=is_now.cause, detail=is_now.detail, at=now, condition=condition
            )
