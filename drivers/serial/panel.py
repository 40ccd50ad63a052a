"""What is known of the points of a panel that prints, from the lines that it has printed.

A line is printed once and cannot be asked for again. So what it said holds until another line says
otherwise; an alarm goes before everything that could hide it; and a line that may be an alarm and
that nothing explains puts every point in doubt.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from drivers.serial.answer import Refusal
from drivers.serial.line_cutter import Line
from drivers.serial.pattern import Pattern, folded
from drivers.serial.printed import OF_A_POINT, AtStart, PrintedLines, Says
from rules.instant import Duration, Instant, in_seconds, seconds
from rules.reading import FaultCause

DOUBT_LASTS: Final = seconds(3600)
"""A line that could be a fire is told as a fault for so long, where no reset ends it before."""

OF_GARBLED: Final = frozenset({Says.ACTIVE, Says.FAULT, Says.ALL_FAULT})
"""What a garbled line may still say: whatever is on the safe side."""

ACTIVE, REST = 1.0, 0.0


class Outcome(Enum):
    """What came of a line for the points of its port."""

    NOTHING = "nothing"
    SOME = "some"  # points have changed: those that are given with it
    ALL = "all"  # any point may have changed
    GARBLED = "garbled"  # an attempt has failed; nothing is known to have changed


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a line, and which points have changed where it is some of them."""

    outcome: Outcome
    points: tuple[str, ...] = ()


@dataclass(slots=True)
class _Point:
    """What is known of one point.

    Attributes:
        active: None where nothing was printed of it, and nothing is assumed.
        fault: the line that told its fault; empty where it is sound.
        warning: likewise, that it wants attention.
    """

    active: bool | None
    fault: str = ""
    warning: str = ""


class Panel:
    """The points of one panel. A point's name is given folded."""

    def __init__(self, lines: PrintedLines, points: Iterable[str]) -> None:
        self._lines = lines
        self._events = tuple((Pattern(event.match), event.says) for event in lines.events)
        self._alarm_words = tuple(folded(word) for word in lines.alarm_words)
        self._at_start = None if lines.at_start is AtStart.UNKNOWN else False
        self._points: Mapping[str, _Point] = {name: _Point(self._at_start) for name in points}
        self._doubt: tuple[str, Instant] | None = None
        self._alive_at = Instant(0)
        self._unexplained = 0
        self._newest_unexplained = ""

    def port_opened(self, at: Instant) -> None:
        """Take that the port is open: whatever was printed before has been missed.

        An alarm is not taken back by that; a point at rest is what it is at the start.
        """
        self._alive_at = at
        self._unexplained = 0
        for point in self._points.values():
            if not point.active:
                point.active = self._at_start

    def present(self, point: str, now: Instant) -> float | Refusal:
        """Give the state of a point, or why it is not known."""
        known = self._points[point]
        if known.active:
            return ACTIVE
        alive_within = self._lines.alive_within
        if alive_within is not None and now - self._alive_at >= alive_within:
            return Refusal(FaultCause.NO_REPLY, self._silence(alive_within))
        if self._doubt is not None:
            detail, since = self._doubt
            if now - since < DOUBT_LASTS:
                return Refusal(FaultCause.DEVICE_FAULT, detail)
            self._doubt = None
        if known.fault:
            return Refusal(FaultCause.DEVICE_FAULT, f"the panel printed {known.fault!r}")
        if known.active is None:
            return Refusal(FaultCause.NO_REPLY, "the panel has printed nothing of this point yet")
        return REST

    def warning(self, point: str) -> str:
        """Give what wants attention at a point beside its state; empty where nothing does."""
        warning = self._points[point].warning
        return f"the panel printed {warning!r}" if warning else ""

    def hear(self, line: Line, at: Instant) -> Heard:
        """Take a line."""
        text = folded(line.text)
        here = [name for name in self._points if name in text]
        unknown_point = False
        for pattern, says in self._events:
            if (line.garbled and says not in OF_GARBLED) or not pattern.fits(text):
                continue
            named: tuple[str, ...] = ()
            if says in OF_A_POINT:
                named = _longest(name for name in here if pattern.fits(text, name))
            if unknown_point and not (named and says is Says.ACTIVE):
                continue  # only an alarm at a point that is known explains this line any better
            if says is Says.ACTIVE and not named:
                unknown_point = True
                continue
            self._alive_at = at
            return self._say(says, named, pattern, line, at)
        if unknown_point:
            self._alive_at = at
            return self._doubts(f"alarm at a point that no detector has: {line.text!r}", at)
        return self._unexplain(line, text, at)

    def _say(
        self, says: Says, named: tuple[str, ...], pattern: Pattern, line: Line, at: Instant
    ) -> Heard:
        """Take what the event says that explains a line."""
        if says in OF_A_POINT:
            if says in {Says.REST, Says.SOUND} and len(named) > 1:
                which = " and ".join(named)
                return self._doubts(f"{says} of {which}, in one line: {line.text!r}", at)
            for name in named:
                _change(self._points[name], says, line.text)
            return Heard(Outcome.SOME, named)
        if says is Says.ALIVE:
            if not pattern.has_text:
                return self._unexplain(line, folded(line.text), at)
            return Heard(Outcome.NOTHING)
        for point in self._points.values():
            _change(point, says, line.text)
        if says in {Says.ALL_REST, Says.ALL_SOUND}:
            self._doubt = None
        return Heard(Outcome.ALL)

    def _unexplain(self, line: Line, text: str, at: Instant) -> Heard:
        """Take a line of which nobody knows what it means."""
        self._unexplained += 1
        self._newest_unexplained = line.text
        if any(word in text for word in self._alarm_words):
            return self._doubts(f"nothing explains the line {line.text!r}", at)
        return Heard(Outcome.GARBLED if line.garbled else Outcome.NOTHING)

    def _doubts(self, detail: str, at: Instant) -> Heard:
        self._doubt = (f"{detail}; read it at the panel", at)
        return Heard(Outcome.ALL)

    def _silence(self, waited: Duration) -> str:
        detail = f"no line that an event explains in {in_seconds(waited):g} s"
        if self._unexplained:
            detail += f"; {self._unexplained} others, the newest {self._newest_unexplained!r}"
        return detail


def _change(point: _Point, says: Says, line: str) -> None:
    match says:
        case Says.ACTIVE:
            point.active = True
        case Says.REST | Says.ALL_REST:
            point.active = False
        case Says.FAULT | Says.ALL_FAULT:
            point.fault = line
        case Says.WARNING:
            point.warning = line
        case Says.SOUND | Says.ALL_SOUND:
            point.fault = point.warning = ""
        case Says.ALIVE:
            pass


def _longest(names: Iterable[str]) -> tuple[str, ...]:
    """Leave out the names that are words of a longer one: of 1 and 1 A the line means 1 A."""
    found = tuple(names)
    return tuple(
        name
        for name in found
        if not any(name != other and f" {name} " in f" {other} " for other in found)
    )
