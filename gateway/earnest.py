"""What of a present is in earnest, and what a test has raised. Pure.

Whoever shows a present asks here, so that the fire alarm of a walk test is nowhere shown as a fire.
"""

from collections.abc import Iterator

from rules.condition import Condition, Mode
from rules.snapshot import ConditionNow, SiteNow

Place = tuple[str | None, Condition]
"""A zone, or None for the whole site, and a condition in it."""


def in_earnest(now: SiteNow) -> Iterator[ConditionNow]:
    """Give the conditions that are in earnest; that a zone is under test is one of them."""
    return (each for each in now.conditions if each.mode is Mode.LIVE)


def raised_by_a_test(now: SiteNow) -> Iterator[ConditionNow]:
    """Give the conditions that zones under test have raised."""
    return (each for each in now.conditions if each.mode is Mode.TEST)


def only_by_a_test(now: SiteNow) -> frozenset[Place]:
    """Give what stands in a zone by a test alone, and not in earnest too."""
    tested = {(each.zone, each.condition) for each in raised_by_a_test(now)}
    if not tested:
        return frozenset()
    return frozenset(tested - {(each.zone, each.condition) for each in in_earnest(now)})
