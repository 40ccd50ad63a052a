"""The engine alone: what a reading costs, and what the windows hold.

Each rule has a threshold, a rate and an average of one minute, and a `for`. Readings come once a
second a detector, as from a bus that is on time. Microseconds are of this process on this machine.
"""

import gc
import time
import tracemalloc

from figure import tell

from rules.condition import Condition
from rules.engine import Engine
from rules.instant import Instant, seconds
from rules.language.syntax import AnyOf, Compared, Comparison, Counted, Expression, Point, Window
from rules.profile import DetectorKind, QuantityRange
from rules.reading import Reading
from rules.site import DetectorDefinition, RuleDefinition, SiteDefinition, ZoneDefinition
from rules.window_functions import WINDOW_FUNCTIONS

READING_BUDGET_US = 20.0
RATIO_BUDGET = 1.2  # from 100 to 10,000 rules
MEMORY_BUDGET_MIB = 40.0
ROUNDS = 10  # in turns; of each the best counts, since the others were disturbed
PER_ZONE = 25
MINUTE = seconds(60)
EVERY_NS = 1_000_000_000


def site(detectors: int, rules: tuple[RuleDefinition, ...]) -> SiteDefinition:
    """Make a site of heat detectors in zones of PER_ZONE."""
    return SiteDefinition(
        zones=tuple(
            ZoneDefinition(id=f"zone-{number}", name=f"Zone {number}")
            for number in range(-(-detectors // PER_ZONE))
        ),
        detectors=tuple(
            DetectorDefinition(
                id=f"heat-{number}",
                zone=f"zone-{number // PER_ZONE}",
                bus="line",
                kind=DetectorKind.HEAT,
                quantities={"temperature": QuantityRange(lowest=-40, highest=125)},
                every=seconds(1),
                stale_after=seconds(10),
                warm_up=seconds(0),
            )
            for number in range(detectors)
        ),
        rules=rules,
        outputs=(),
    )


def rule(number: int, when: Expression) -> RuleDefinition:
    """Make a rule of the zone in which the detector of its number stands."""
    return RuleDefinition(
        id=f"hot-{number}",
        zone=f"zone-{number // PER_ZONE}",
        raises=Condition.FIRE_ALARM,
        when=when,
        clear=None,
        hold=seconds(5),
        latching=True,
    )


def hot(number: int) -> Expression:
    """Say that a detector is hot, warms up quickly, or has been warm for a minute."""
    point = Point(f"heat-{number}", "temperature")
    return AnyOf(
        (
            Compared(point, Comparison.GREATER, 58.0),
            Compared(Window("rate", point, MINUTE), Comparison.GREATER, 8 / 60),
            Compared(Window("avg", point, MINUTE), Comparison.GREATER, 50.0),
        )
    )


class Running:
    """An engine, and a second of readings after another."""

    def __init__(self, detectors: int, rules: tuple[RuleDefinition, ...]) -> None:
        self._engine = Engine(site(detectors, rules), "boot", {}, Instant(0))
        self._engine.start(Instant(0))
        self._names = [f"heat-{number}" for number in range(detectors)]
        self._second = 0

    def seconds(self, number: int) -> float:
        """Let some seconds pass in the site, and give the seconds of the processor a reading."""
        spent = 0.0
        for _ in range(number):
            self._second += 1
            readings = self._readings()
            began = time.process_time()
            for reading in readings:
                self._engine.step(reading.at, reading)
            spent += time.process_time() - began
        return spent / (number * len(self._names))

    def _readings(self) -> list[Reading]:
        begins, apart = self._second * EVERY_NS, EVERY_NS // len(self._names)
        return [
            Reading(
                detector=name,
                quantity="temperature",
                value=20.0 + (number * 7 + self._second * 3) % 11 * 0.1,
                at=Instant(begins + number * apart),
            )
            for number, name in enumerate(self._names)
        ]


def each_its_rule(detectors: int) -> Running:
    """Make an engine with a rule for each detector."""
    return Running(detectors, tuple(rule(number, hot(number)) for number in range(detectors)))


def zone_of_voters(voters: int) -> Running:
    """Make an engine with one rule that counts the hot ones among all detectors."""
    members = tuple(
        Compared(Point(f"heat-{number}", "temperature"), Comparison.GREATER, 58.0)
        for number in range(voters)
    )
    return Running(voters, (rule(0, Counted(members, Comparison.GREATER_OR_EQUAL, 2)),))


def window_mib(windows: int) -> float:
    """Give the memory of so many averages of a minute at a reading a second."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    held = [WINDOW_FUNCTIONS["avg"].make(MINUTE) for _ in range(windows)]
    for second in range(62):
        at = Instant(second * EVERY_NS + 1)
        for window in held:
            window.add(at, 20.0)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / 2**20


def main() -> None:
    """Measure, and print the figures."""
    few, middle, many = map(each_its_rule, (100, 500, 10_000))
    voters = zone_of_voters(500)
    turns = {few: 20, middle: 4, voters: 4, many: 1}  # seconds in a turn
    for running in turns:
        running.seconds(62)  # until the windows are full and forget as much as they take
    gc.collect()
    gc.freeze()
    best = dict.fromkeys(turns, float("inf"))
    for _ in range(ROUNDS):
        for running, length in turns.items():
            best[running] = min(best[running], running.seconds(length))
    tell("engine-500-detectors", best[middle] * 1e6, READING_BUDGET_US, unit="us")
    tell("engine-500-voters", best[voters] * 1e6, READING_BUDGET_US, unit="us")
    tell("engine-10000-rules", best[many] / best[few], RATIO_BUDGET)
    tell("engine-10000-windows", window_mib(10_000), MEMORY_BUDGET_MIB, unit="MiB")


if __name__ == "__main__":
    main()
