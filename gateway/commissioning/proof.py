"""Which detectors a walk test has proved, and how far. Pure.

Two questions that must not be mixed up: what was ticked off in the test that runs, and what a
report may say of a detector whenever it was tested. What was not seen to respond is never either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.control.walk_status import Response, WalkedDetector, WalkNow, ZoneTest


class Verdict(StrEnum):
    """What a report may say of a detector."""

    PROVED = "proved"
    NOT_TOLD = "not-told"  # it responded, and the news of it has not got as far as it has to
    OTHER_CONFIGURATION = "other-configuration"  # it responded, but not under the rules in force
    NOT_TESTED = "not-tested"


def is_told(walk: WalkNow, response: Response) -> bool:
    """Tell whether the news of a response has got as far as the site's news have to.

    To the centre where the site waits for its word, else to a broker; a site without a path tells
    nobody.
    """
    if not walk.has_paths:
        return True
    return (response.centre if walk.by_centre else response.published) is not None


def verdict_of(walk: WalkNow, response: Response | None) -> Verdict:
    """Judge the newest response of a detector; None where it never gave one under test."""
    if response is None:
        return Verdict.NOT_TESTED
    if response.configuration != walk.configuration:
        return Verdict.OTHER_CONFIGURATION
    return Verdict.PROVED if is_told(walk, response) else Verdict.NOT_TOLD


def responses_of(walk: WalkNow) -> Mapping[str, Response]:
    """Give the newest responses by detector."""
    return {response.detector: response for response in walk.responses}


@dataclass(frozen=True, slots=True)
class Tick:
    """A detector that is to be ticked off, and its response in this test; None while it waits."""

    detector: WalkedDetector
    response: Response | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far tests of zones have come.

    Attributes:
        tests: those tests, one a zone.
        ticks: every detector of those zones, in the order of the site file.
    """

    tests: tuple[ZoneTest, ...]
    ticks: tuple[Tick, ...]

    @property
    def done(self) -> tuple[Tick, ...]:
        """Those that have responded, the latest first."""
        done = [tick for tick in self.ticks if tick.response is not None]
        done.sort(key=_when, reverse=True)
        return tuple(done)

    @property
    def waiting(self) -> tuple[Tick, ...]:
        """Those that have not."""
        return tuple(tick for tick in self.ticks if tick.response is None)

    @property
    def running(self) -> tuple[ZoneTest, ...]:
        """The tests that run."""
        return tuple(test for test in self.tests if test.ended is None)


def progress_of(walk: WalkNow, zones: frozenset[str]) -> Progress:
    """Say how far the newest tests of some zones have come."""
    tests = {test.zone: test for test in walk.tests if test.zone in zones}
    return Progress(tests=tuple(tests.values()), ticks=tuple(_ticks(walk, tests)))


def zones_under_test(walk: WalkNow) -> frozenset[str]:
    """Name the zones whose test runs."""
    return frozenset(test.zone for test in walk.tests if test.ended is None)


def _ticks(walk: WalkNow, tests: Mapping[str, ZoneTest]) -> Iterator[Tick]:
    responses = responses_of(walk)
    for detector in walk.detectors:
        test = tests.get(detector.zone)
        if test is not None:
            response = responses.get(detector.id)
            yield Tick(detector, response if response and _is_within(response, test) else None)


def _is_within(response: Response, test: ZoneTest) -> bool:
    """Tell whether a detector responded in a test.

    All of a test lies in the boot in which it began; one that a reboot has ended, ended later.
    """
    at = response.measured.at
    if response.zone != test.zone or response.measured.boot_id != test.began.boot_id:
        return False
    ended = test.ended
    is_over = ended is not None and ended.boot_id == test.began.boot_id and at > ended.at
    return at >= test.began.at and not is_over


def _when(tick: Tick) -> int:
    return 0 if tick.response is None else tick.response.measured.at
