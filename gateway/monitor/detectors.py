"""The detectors: how each is, what it measures, and how that moved of late. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.control.status import Status
from gateway.control.status_view import StatusView
from gateway.monitor.lines import BOLD, FAINT, GOOD, PLAIN, WARNING, Line, Piece
from gateway.monitor.pen import Pen
from gateway.monitor.trends import STRETCHES, Trends, drawn
from rules.health import HealthState
from rules.quantity import QUANTITIES
from rules.snapshot import DetectorNow

OF_ID: Final = 18
OF_ZONE: Final = 10
OF_QUANTITY: Final = 11
OF_VALUE: Final = 15
USUAL_WIDTH: Final = 80


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which detectors are shown.

    Attributes:
        zone: only those of this zone; None for all.
        amiss_only: only those that are not in order.
    """

    zone: str | None = None
    amiss_only: bool = False

    def has(self, detector: DetectorNow) -> bool:
        """Tell whether a detector is shown."""
        if self.zone is not None and detector.zone != self.zone:
            return False
        return not self.amiss_only or is_amiss(detector)


def is_amiss(detector: DetectorNow) -> bool:
    """Tell whether a detector is not in order."""
    return detector.disabled or detector.health.state is not HealthState.OK


def title(status: Status, chosen: Chosen, pen: Pen) -> Line:
    """Give the row over the detectors: how many there are, and which are shown."""
    everyone = status.now.detectors
    amiss = sum(map(is_amiss, everyone))
    shown = sum(map(chosen.has, everyone))
    words = [pen.say("monitor.shown", count=shown, total=len(everyone))]
    words.append(pen.say("monitor.amiss", count=amiss) if amiss else pen.say("monitor.all-well"))
    if chosen.amiss_only:
        words.append(pen.say("monitor.amiss-only"))
    return pen.rule(pen.say("monitor.detectors"), ", ".join(words))


@dataclass(frozen=True, slots=True)
class DetectorRows:
    """The rows of the detectors: one a quantity, and one for what is not in order.

    Only those that are seen are made: five hundred detectors have a thousand.
    """

    status: Status
    trends: Trends
    chosen: Chosen
    pen: Pen

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(map(_height, self._shown())) or 1

    def between(self, first: int, end: int) -> list[Line]:
        """Give the rows from one up to another."""
        view = StatusView(self.status, self.pen.language, self.pen.zone)
        rows: list[Line] = []
        at = 0  # the row at which a detector begins
        skipped = None
        for each in self._shown():
            if at + _height(each) > first:
                skipped = first - at if skipped is None else skipped
                rows += _rows(each, self.trends, view, self.pen)
            at += _height(each)
            if at >= end:
                break
        if at == 0:
            return [self.pen.line(self.pen.say("monitor.no-detectors"), FAINT, 1)]
        begin = skipped or 0
        return rows[begin : begin + end - first]

    def _shown(self) -> Iterator[DetectorNow]:
        return (each for each in self.status.now.detectors if self.chosen.has(each))


def _height(detector: DetectorNow) -> int:
    return len(detector.values) + is_amiss(detector)


def _rows(detector: DetectorNow, trends: Trends, view: StatusView, pen: Pen) -> Iterator[Line]:
    spare = max(0, pen.width - USUAL_WIDTH)
    look = WARNING if is_amiss(detector) else PLAIN
    for place, (quantity, value) in enumerate(detector.values.items()):
        is_first = place == 0
        name = quantity if quantity != "contact" else pen.say("monitor.contact")
        yield (
            Piece(" ", PLAIN),
            pen.column(detector.id if is_first else "", OF_ID + spare, look),
            Piece(" ", PLAIN),
            pen.column(detector.zone if is_first else "", OF_ZONE, FAINT),
            Piece(" ", PLAIN),
            pen.column(name, OF_QUANTITY),
            pen.right(
                _value(quantity, value, pen),
                OF_VALUE,
                BOLD if _stands_out(quantity, value) else PLAIN,
            ),
            Piece("  ", PLAIN),
            pen.column(drawn(trends.of(detector.id, quantity), quantity), STRETCHES, GOOD),
        )
    if is_amiss(detector):
        indent = 3 if detector.values else 1
        said = view.health(detector)
        yield pen.line(said if detector.values else f"{detector.id}  {said}", WARNING, indent)


def _stands_out(quantity: str, value: float | None) -> bool:
    return value is None or (quantity == "contact" and value != 0)


def _value(quantity: str, value: float | None, pen: Pen) -> str:
    if value is None:
        return pen.say("monitor.no-value")
    if quantity == "contact":
        return pen.say("monitor.active" if value else "monitor.at-rest")
    unit = QUANTITIES[quantity].unit.symbol if quantity in QUANTITIES else ""
    return f"{_number(value)} {unit:<5}"


def _number(value: float) -> str:
    """Give a number whose digits stay where they are while it moves a little."""
    size = abs(value)
    if size >= 1e6:
        return f"{value:.3g}"
    return f"{value:.0f}" if size >= 1000 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
