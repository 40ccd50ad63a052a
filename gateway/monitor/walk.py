"""The walk test: which detectors of the zones under test have responded, and how fast. Pure."""

from collections.abc import Iterator
from typing import Final

from gateway.control.status import Status
from gateway.control.status_view import StatusView
from gateway.control.walk_status import Response, WalkNow
from gateway.monitor.lines import BOLD, FAINT, GOOD, PLAIN, WARNING, Line, Piece
from gateway.monitor.pen import GAP, Pen
from gateway.monitor.picture import Picture
from gateway.spoken_time import age
from rules.condition import Condition
from rules.instant import Duration, in_seconds
from rules.snapshot import ConditionNow

OF_ID: Final = 20
OF_NAME: Final = 22


def walk_rows(picture: Picture, status: Status, pen: Pen) -> list[Line]:
    """Give the rows of the walk test."""
    view = StatusView(status, pen.language, pen.zone)
    tests = view.standing(Condition.TEST)
    if not tests:
        rows = [pen.rule(pen.say("monitor.walk"))]
        for key in ("monitor.walk.none", "monitor.walk.how"):
            rows += pen.broken(pen.say(key), PLAIN, 1, most=3)
        return rows
    return [row for test in tests for row in _of_zone(test, picture, view, pen)]


def _of_zone(test: ConditionNow, picture: Picture, view: StatusView, pen: Pen) -> Iterator[Line]:
    answered = _responses(test, picture.walk)
    detectors = [each.id for each in view.status.now.detectors if each.zone == test.zone]
    ticked = sum(each in answered for each in detectors)
    key = "monitor.walk.asking" if picture.walk is None else "monitor.walk.count"
    counted = pen.say(key, count=ticked, total=len(detectors))
    yield pen.rule(view.place(test), counted)
    times = view.since(test.incident)
    if test.ends is not None:
        times = f"{times}, {view.until(test.ends)}"
    if test.author is not None:
        times = f"{times}, {pen.say('status.by', author=test.author)}"
    yield pen.line(times, WARNING, 1)
    names = {} if picture.walk is None else {each.id: each.name for each in picture.walk.detectors}
    for detector in detectors:
        yield _detector(detector, names.get(detector, ""), answered.get(detector), view, pen)


def _responses(test: ConditionNow, walk: WalkNow | None) -> dict[str, Response]:
    """Give the responses of this test by detector; those of an earlier one do not count."""
    if walk is None:
        return {}
    return {
        each.detector: each
        for each in walk.responses
        if each.zone == test.zone
        and each.measured.boot_id == test.incident.boot_id
        and each.measured.at >= test.incident.at
    }


def _detector(
    detector: str, name: str, response: Response | None, view: StatusView, pen: Pen
) -> Line:
    box = "[ ]" if response is None else f"[{pen.tidy('✓')}]"
    told = (
        pen.piece(pen.say("monitor.walk.waiting"), FAINT)
        if response is None
        else pen.piece(_told(response, view, pen))
    )
    return (
        pen.piece(f" {box} ", BOLD if response is None else GOOD),
        pen.column(detector, OF_ID, PLAIN),
        Piece(GAP, PLAIN),
        pen.column(name, OF_NAME),
        Piece(GAP, PLAIN),
        told,
    )


def _told(response: Response, view: StatusView, pen: Pen) -> str:
    """Say when it responded, and how long it took until a broker or the centre had it."""
    time = _when(response, view, pen)
    if response.centre is not None:
        return f"{time}, {pen.say('monitor.walk.centre', time=_took(response.centre))}"
    if response.published is not None:
        return f"{time}, {pen.say('monitor.walk.published', time=_took(response.published))}"
    return time


def _when(response: Response, view: StatusView, pen: Pen) -> str:
    """Say when it responded, or how long ago where the clock is not known."""
    if response.measured_ns is not None:
        return view.local(response.measured_ns)
    old = age(pen.language, view.status.now.at - response.measured.at)
    return pen.say("monitor.walk.ago", age=old)


def _took(duration: Duration) -> str:
    return f"{in_seconds(duration):.2f} s"
