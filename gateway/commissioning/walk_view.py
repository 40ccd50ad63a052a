"""The walk test on a terminal: which detectors have responded, and which are waited for. Pure.

As a list that fits the terminal, to be drawn over itself, or as a line a tick, for a terminal that
cannot do that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.commissioning.proof import Progress, Tick, is_told
from gateway.commissioning.wording import Wording
from gateway.control.layout import INDENT, WIDTH, clean, wrapped
from gateway.control.walk_status import WalkNow, ZoneTest
from gateway.spoken_time import age
from rules.instant import later, seconds

DONE, WAITING = "✓", "·"
PLAIN_DONE, PLAIN_WAITING = "x", "."  # where the terminal has not the letters

LEAST_ROWS: Final = 4
"""Rows that a list has whatever the terminal: two of each kind."""

ZONES_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkView:
    """How a walk is shown.

    Attributes:
        wording: the language and the time zone.
        rows: how many rows the terminal has.
        has_letters: whether it can show what is not ASCII.
    """

    wording: Wording
    rows: int = 24
    has_letters: bool = True

    def lines(self, walk: WalkNow, progress: Progress) -> list[str]:
        """Give the whole screen; no line is wider than 80 columns."""
        say = self.wording.say
        body = max(LEAST_ROWS, self.rows - 7)  # head, what ends it, two of "more", keys, cursor
        waiting, done = progress.waiting, progress.done
        for_done = min(len(done), max(2, body - len(waiting)))
        for_waiting = min(len(waiting), body - for_done)
        shown = {tick.detector.id for tick in (*done[:for_done], *waiting[:for_waiting])}
        ticks = [tick for tick in progress.ticks if tick.detector.id in shown]
        rows = self.rows_of(walk, ticks)
        lines = [*wrapped(self.head(progress)), *rows]
        if len(done) > for_done:
            lines.append(INDENT + say("walk.more-done", count=len(done) - for_done))
        if len(waiting) > for_waiting:
            lines.append(INDENT + say("walk.more-waiting", count=len(waiting) - for_waiting))
        return lines

    def head(self, progress: Progress) -> str:
        """Say what is tested and how far it has come."""
        return self.wording.say(
            "walk.head",
            where=self.where(progress),
            done=len(progress.done),
            total=len(progress.ticks),
        )

    def where(self, progress: Progress) -> str:
        """Name the zones."""
        zones = [test.zone for test in progress.tests]
        if len(zones) > ZONES_NAMED:
            return self.wording.say("walk.zones", count=len(zones))
        return clean(", ".join(zones))

    def ends(self, walk: WalkNow, progress: Progress) -> list[str]:
        """Say what ends the test, the first time that it is shown."""
        ending = [test for test in progress.running if test.ends is not None]
        if not ending:
            return []
        first = min(ending, key=lambda test: test.ends or 0)
        return wrapped(self.wording.say("walk.ends", when=self.until(walk, first)))

    def until(self, walk: WalkNow, test: ZoneTest) -> str:
        """Say when a test ends by itself."""
        say, left = self.wording.say, (test.ends or walk.now.at) - walk.now.at
        if walk.now_ns is None:
            return say("time.left", age=age(self.wording.language, left))
        return say("time.until", time=self.wording.time_of_day(walk.now_ns + left))

    def rows_of(self, walk: WalkNow, ticks: Sequence[Tick]) -> list[str]:
        """Give the detectors' rows, cut to the width: what is cut off is the end of a name."""
        marks = (WAITING, DONE) if self.has_letters else (PLAIN_WAITING, PLAIN_DONE)
        cells = [
            (
                marks[tick.response is not None],
                clean(tick.detector.id),
                self.result(walk, tick),
                "" if tick.detector.name == tick.detector.id else clean(tick.detector.name),
            )
            for tick in ticks
        ]
        wide = [max((len(row[place]) for row in cells), default=0) for place in (1, 2)]
        rows = (
            f"{INDENT}{mark} {id_:<{wide[0]}}  {result:<{wide[1]}}  {name}"
            for mark, id_, result, name in cells
        )
        return [row[: WIDTH - 1].rstrip() for row in rows]

    def result(self, walk: WalkNow, tick: Tick) -> str:
        """Say what a detector's response came to."""
        say, response = self.wording.say, tick.response
        if response is None:
            return say("walk.waiting")
        if not walk.has_paths:
            return say("walk.no-paths")
        if response.published is None and response.centre is None:
            return say("walk.not-out")
        parts = []
        if response.published is not None:
            parts.append(say("walk.broker", took=self.wording.took(response.published)))
        if response.centre is not None:
            parts.append(say("walk.centre", took=self.wording.took(response.centre)))
        elif walk.by_centre:
            parts.append(say("walk.no-word"))
        return ", ".join(parts)

    def ticked(self, walk: WalkNow, tick: Tick, progress: Progress) -> str:
        """Give the line of a tick: what the terminal cannot draw over, it adds to."""
        mark = DONE if self.has_letters else PLAIN_DONE
        name = clean(tick.detector.name)
        named = clean(tick.detector.id) + ("" if name == tick.detector.id else f" ({name})")
        count = f"{len(progress.done)}/{len(progress.ticks)}"
        return f"{mark} {count} {named}: {self.result(walk, tick)}"

    def over(self, progress: Progress) -> Iterator[str]:
        """Say why the tests are over, and what was not tested."""
        say = self.wording.say
        why = "; ".join(dict.fromkeys(self.wording.why_over(test) for test in progress.tests))
        yield from wrapped(
            say(
                "walk.over",
                where=self.where(progress),
                why=why,
                done=len(progress.done),
                total=len(progress.ticks),
            )
        )
        missing = ", ".join(tick.detector.id for tick in progress.waiting)
        if missing:
            yield from wrapped(say("walk.missing", detectors=missing))


PATIENCE: Final = seconds(10)
"""For the news of a response to get out: then its tick is told as it is."""


def is_final(walk: WalkNow, tick: Tick) -> bool:
    """Tell whether a tick can be told: all is known of it, or it was waited for long enough."""
    response = tick.response
    if response is None:
        return False
    return is_told(walk, response) or walk.now.at >= later(response.measured.at, PATIENCE)
