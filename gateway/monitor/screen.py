"""The whole screen, row by row: banner, warnings, views, the chosen one, the keys. Pure.

One function, from what is known and where the person is, to as many rows as the terminal has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.control.status import Status
from gateway.control.status_view import StatusView
from gateway.monitor.banner import banner, warnings
from gateway.monitor.desk import VIEWS, Desk, View
from gateway.monitor.detectors import Chosen, DetectorRows, title
from gateway.monitor.letters import cells
from gateway.monitor.lines import (
    BAR,
    BOLD,
    FAINT,
    PLAIN,
    WARNING,
    Line,
    Look,
    Piece,
    text_of,
    whole,
)
from gateway.monitor.overview import event_line, overview
from gateway.monitor.pen import GAP, Pen
from gateway.monitor.picture import Picture
from gateway.monitor.walk import walk_rows
from gateway.spoken_time import age
from rules.instant import NANOSECONDS_PER_SECOND, Instant

LEAST_WIDTH: Final = 80
LEAST_HEIGHT: Final = 24
AGE_SAID_FROM_S: Final = 3  # a younger status is as good as new
ALL_ROWS: Final = 10_000
HELP: Final = ("a", "s", "r", "t", "zone", "views", "scroll", "f", "esc", "q")


@dataclass(frozen=True, slots=True)
class Shown:
    """The screen: its rows, each as wide as the terminal, and how far its view is scrolled."""

    rows: tuple[Line, ...]
    top: int = 0


def screen(picture: Picture, desk: Desk, pen: Pen, height: int, now: Instant) -> Shown:
    """Give the screen, in as many rows as the terminal has."""
    if pen.width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return Shown(_filled(_too_small(picture, pen, height, now), pen, height))
    status = picture.present(now)
    head = banner(picture, pen, now)
    if status is not None:
        head += warnings(status, pen)
    head.append(_tabs(picture, status, desk, pen, now))
    foot = [_told(picture, desk, pen), _keys(desk, pen)]
    room = height - len(head) - len(foot)
    body, top = _body(_Scene(picture, desk, pen, now), room)
    body += [()] * (room - len(body))
    return Shown(_filled([*head, *body[:room], *foot], pen, height), top)


def printed(picture: Picture, pen: Pen, now: Instant) -> list[str]:
    """Give the overview as text, as long as it is, for whoever has no screen."""
    rows = banner(picture, pen, now)
    status = picture.present(now)
    if status is not None:
        rows += warnings(status, pen)
        rows += overview(picture, status, None, pen, ALL_ROWS)
    return [text_of(row).rstrip() for row in _filled(rows, pen, len(rows))]


def _filled(rows: list[Line], pen: Pen, height: int) -> tuple[Line, ...]:
    """Give so many rows of the full width; they are tidied once more, whoever made them."""
    return tuple(_tidied(whole(row, pen.width), pen) for row in rows[:height])


def _tidied(row: Line, pen: Pen) -> Line:
    return tuple(Piece(pen.tidy(piece.text), piece.look) for piece in row)


def _too_small(picture: Picture, pen: Pen, height: int, now: Instant) -> list[Line]:
    """Say that there is no room; what the building is comes first even so."""
    size = pen.say("monitor.too-small", width=pen.width, height=height)
    rows = [*banner(picture, pen, now), *pen.broken(size, most=height)]
    return rows + [()] * (height - len(rows))


def _tabs(picture: Picture, status: Status | None, desk: Desk, pen: Pen, now: Instant) -> Line:
    """Give the row of views, with the chosen zone, and when this was so."""
    pieces = [Piece(" ", PLAIN)]
    for number, view in enumerate(VIEWS, 1):
        name = f" {number} {pen.say(f'monitor.view.{view.value}')} "
        pieces.append(pen.piece(name, BAR if view is desk.view else PLAIN))
    left = sum(cells(piece.text) for piece in pieces)
    right = [_where(status, desk, pen), _when(picture, status, pen, now)]
    told = GAP.join(part for part in right if part)
    is_old = picture.age(now) >= AGE_SAID_FROM_S * NANOSECONDS_PER_SECOND
    return (*pieces, pen.right(f"{GAP}{told} ", pen.width - left, WARNING if is_old else PLAIN))


def _where(status: Status | None, desk: Desk, pen: Pen) -> str:
    """Say which zone the keys are about."""
    if status is None:
        return ""
    if desk.zone is None or all(zone.id != desk.zone for zone in status.now.zones):
        return pen.say("monitor.whole-site")
    return pen.say("monitor.zone", zone=desk.zone)


def _when(picture: Picture, status: Status | None, pen: Pen, now: Instant) -> str:
    """Say of when the screen is: its clock goes on as long as the gateway answers."""
    if picture.status is None:
        return ""
    old = picture.age(now)
    if status is None or old >= AGE_SAID_FROM_S * NANOSECONDS_PER_SECOND:
        return pen.say("monitor.heard", age=age(pen.language, old))
    offset = status.utc_offsets.get(status.boot_id)
    if offset is not None:
        return StatusView(status, pen.language, pen.zone).local(status.now.at + offset)
    minutes, seconds = divmod((status.now.at - status.started) // NANOSECONDS_PER_SECOND, 60)
    return f"+{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class _Scene:
    picture: Picture
    desk: Desk
    pen: Pen
    now: Instant


def _body(scene: _Scene, room: int) -> tuple[list[Line], int]:
    """Give the rows of the chosen view, and how far it is scrolled."""
    picture, desk, pen = scene.picture, scene.desk, scene.pen
    status = picture.present(scene.now)
    if desk.is_helped:
        return _help(pen), 0
    if desk.view is View.EVENTS:
        heading = pen.rule(pen.say("monitor.events"), picture.events_trouble)
        if not picture.events:
            return [heading, pen.line(pen.say("monitor.no-events"), FAINT, 1)], 0
        newest = picture.events[::-1]

        def events(first: int, end: int) -> list[Line]:
            return [event_line(each, pen, with_date=True) for each in newest[first:end]]

        return _scrolled(heading, len(newest), events, scene, room)
    if status is None:
        return _gone(picture, pen, scene.now), 0
    if desk.view is View.DETECTORS:
        chosen = Chosen(desk.zone, desk.amiss_only)
        rows = DetectorRows(status, picture.trends, chosen, pen)
        return _scrolled(title(status, chosen, pen), rows.total, rows.between, scene, room)
    if desk.view is View.WALK:
        heading, *walk = walk_rows(picture, status, pen)
        return _scrolled(heading, len(walk), lambda first, end: walk[first:end], scene, room)
    return overview(picture, status, desk.zone, pen, room), 0


def _scrolled(
    heading: Line,
    total: int,
    rows_between: Callable[[int, int], list[Line]],
    scene: _Scene,
    room: int,
) -> tuple[list[Line], int]:
    """Give what is seen of rows below their heading; a last row says how many there are."""
    seen = room - 1
    if total <= seen:
        return [heading, *rows_between(0, total)], 0
    seen -= 1
    top = min(scene.desk.top, total - seen)
    place = scene.pen.say("monitor.of", first=top + 1, last=top + seen, total=total)
    return [heading, *rows_between(top, top + seen), scene.pen.line(place, FAINT, 1)], top


def _gone(picture: Picture, pen: Pen, now: Instant) -> list[Line]:
    """Say why nothing is known, what was known last, and what to do."""
    rows: list[Line] = [()]
    rows += pen.broken(picture.trouble or pen.say("monitor.waiting"), BOLD, 1, most=4)
    if picture.status is None:
        return rows
    past = banner(Picture(status=picture.status, heard=now), pen, now)
    rows += [
        (),
        pen.line(pen.say("monitor.last-known", age=age(pen.language, picture.age(now))), PLAIN, 1),
    ]
    rows += [(Piece("  ", PLAIN), *_unlit(row)) for row in past[1:]]
    rows += [(), *pen.broken(pen.say("monitor.gone-advice"), PLAIN, 1, most=3)]
    return rows


def _unlit(row: Line) -> Line:
    return tuple(Piece(piece.text.rstrip(), FAINT) for piece in row)


def _help(pen: Pen) -> list[Line]:
    rows = [pen.rule(pen.say("monitor.help"))]
    for key in HELP:
        name, text = pen.say(f"monitor.help.{key}.key"), pen.say(f"monitor.help.{key}")
        rows.append((Piece(" ", PLAIN), pen.column(name, 14, BOLD), pen.piece(text)))
    for key in ("monitor.help.safe", "monitor.help.groups"):
        rows += [(), *pen.broken(pen.say(key), PLAIN, 1, most=3)]
    return rows


def _told(picture: Picture, desk: Desk, pen: Pen) -> Line:
    """Give the row above the keys: the question, what came of the last key, or which gateway."""
    if desk.question is not None:
        return pen.line(desk.question.text, Look(WARNING.tone, bold=True, reverse=True), 1)
    if desk.said:
        return pen.line(desk.said, BOLD, 1)
    if picture.status is None:
        return ()
    status = picture.status
    name = pen.say("status.name", site=status.site_name, gateway=status.gateway)
    return pen.line(f"{name}, {pen.say(f'status.clock.{status.clock}')}", FAINT, 1)


def _keys(desk: Desk, pen: Pen) -> Line:
    """Give the last row: what the keys do."""
    key = "monitor.keys"
    if desk.question is not None:
        key = "monitor.keys.question"
    elif desk.is_helped:
        key = "monitor.keys.help"
    elif desk.view is View.DETECTORS:
        key = "monitor.keys.detectors"
    return whole(pen.line(pen.say(key), BAR, 1), pen.width)
