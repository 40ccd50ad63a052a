"""What the keys do. Pure: a key and what is known give the next state, and perhaps an order.

Two rules keep it safe. No key orders anything: a key asks a question, and only its `y` orders. And
a question is about what the person has seen: where a further alarm comes while it stands, it is
withdrawn, so that nobody acknowledges or silences an alarm unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final

from gateway.control.gist import ALARMS
from gateway.control.protocol import Request, Verb
from gateway.control.status import Status
from gateway.earnest import in_earnest
from gateway.monitor.overview import zones_in_order
from gateway.monitor.pen import Pen
from gateway.monitor.picture import Picture
from gateway.spoken_time import span
from rules.condition import Condition
from rules.instant import Instant, Moment, in_seconds, seconds
from rules.operator import LONGEST_TEST

READ_AT_LEAST: Final = seconds(0.3)
"""A question must have been on the screen so long before it takes a yes: pasted text has none."""

ASKED_AT_MOST: Final = seconds(30)
SAID_FOR: Final = seconds(30)
NEVER: Final = Instant(0)

Seen = frozenset[tuple[Condition, str | None, str, Moment]]
"""The alarms that a person could see, each by what names its incident."""


class View(Enum):
    """What the screen shows below the banner."""

    OVERVIEW = "overview"
    DETECTORS = "detectors"
    EVENTS = "events"
    WALK = "walk"


VIEWS: Final = tuple(View)
ACTS: Final[Mapping[str, Verb]] = MappingProxyType(
    {"a": Verb.ACKNOWLEDGE, "s": Verb.SILENCE, "r": Verb.RESET}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that waits for its answer.

    Attributes:
        request: what is ordered on a yes.
        text: the question.
        asked: when it was put.
        seen: the alarms that stood then.
    """

    request: Request
    text: str
    asked: Instant
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the person at the keyboard is.

    Attributes:
        view: what is shown.
        zone: the id of the chosen zone; None for the whole site.
        top: how many rows of the view are scrolled away above.
        amiss_only: whether only detectors that are not in order are shown.
        is_helped: whether the help is shown.
        question: what is asked; None where nothing is.
        said: what came of the last key.
        said_at: when that was said.
    """

    view: View = View.OVERVIEW
    zone: str | None = None
    top: int = 0
    amiss_only: bool = False
    is_helped: bool = False
    question: Question | None = None
    said: str = ""
    said_at: Instant = NEVER


@dataclass(frozen=True, slots=True)
class Step:
    """What a key led to: the desk as it is then, perhaps an order, perhaps the end."""

    desk: Desk
    order: Request | None = None
    quits: bool = False


def pressed(desk: Desk, key: str, picture: Picture, pen: Pen, now: Instant) -> Step:
    """Take a key, by its name: a letter, a digit, or as "up", "page-down", "escape", "tab"."""
    if desk.question is not None:
        return _answered(desk, desk.question, key, pen, now)
    desk = replace(desk, said="")
    if key == "q":
        return Step(desk, quits=True)
    if desk.is_helped or key == "?":
        return Step(replace(desk, is_helped=not desk.is_helped))
    if key in ACTS or key == "t":
        return Step(_asked(desk, key, picture, pen, now))
    return Step(_moved(desk, key, picture.present(now)))


def looked(desk: Desk, picture: Picture, pen: Pen, now: Instant) -> Desk:
    """Let time pass and news come: what is out of date is taken from the screen."""
    if desk.said and now - desk.said_at > SAID_FOR:
        desk = replace(desk, said="")
    question = desk.question
    if question is None:
        return desk
    status = picture.present(now)
    if status is None:
        return told(desk, pen.say("monitor.not-now"), now)
    if alarms_seen(status) - question.seen:
        return told(desk, pen.say("monitor.something-new"), now)
    if now - question.asked > ASKED_AT_MOST:
        return told(desk, pen.say("act.not-done"), now)
    return desk


def told(desk: Desk, text: str, now: Instant) -> Desk:
    """Say something in the line above the keys; no question stands then."""
    return replace(desk, question=None, said=text, said_at=now)


def alarms_seen(status: Status) -> Seen:
    """Name the alarms that stand in earnest."""
    return frozenset(
        (each.condition, each.zone, each.source, each.incident)
        for each in in_earnest(status.now)
        if each.condition in ALARMS
    )


def done(request: Request, author: str, pen: Pen) -> str:
    """Say that an order was carried out."""
    where = "site" if request.zone is None else "zone"
    values = {"zone": request.zone, "author": author}
    if request.verb is Verb.TEST:
        values["span"] = span(pen.language, LONGEST_TEST)
    return pen.say(f"act.{request.verb}.{where}", **values)


def _answered(desk: Desk, question: Question, key: str, pen: Pen, now: Instant) -> Step:
    if key != "y":
        return Step(told(desk, pen.say("act.not-done"), now))
    if now - question.asked < READ_AT_LEAST:
        return Step(desk)
    return Step(told(desk, pen.say("monitor.ordered"), now), question.request)


def _asked(desk: Desk, key: str, picture: Picture, pen: Pen, now: Instant) -> Desk:
    status = picture.present(now)
    if status is None:
        return told(desk, pen.say("monitor.not-now"), now)
    zones = {zone.id: zone for zone in status.now.zones}
    zone = zones.get(desk.zone or "")
    if key in ACTS:
        verb = ACTS[key]
    elif zone is None:
        return told(desk, pen.say("monitor.choose-zone"), now)
    else:
        verb = Verb.END_TEST if zone.under_test else Verb.TEST
    where = "site" if zone is None else "zone"
    values = {} if zone is None else {"zone": zone.id, "name": zone.name}
    text = pen.say(f"monitor.ask.{verb}.{where}", **values)
    request = Request(
        verb=verb,
        zone=None if zone is None else zone.id,
        duration_s=in_seconds(LONGEST_TEST) if verb is Verb.TEST else None,
    )
    question = Question(request=request, text=text, asked=now, seen=alarms_seen(status))
    return replace(desk, question=question, said="")


def _moved(desk: Desk, key: str, status: Status | None) -> Desk:
    if key.isdecimal() and 1 <= int(key) <= len(VIEWS):
        return replace(desk, view=VIEWS[int(key) - 1], top=0)
    if key == "tab":
        following = VIEWS[(VIEWS.index(desk.view) + 1) % len(VIEWS)]
        return replace(desk, view=following, top=0)
    if key == "f":
        return replace(desk, view=View.DETECTORS, top=0, amiss_only=not desk.amiss_only)
    if key == "escape":
        return replace(desk, zone=None, top=0)
    steps = {"up": -1, "down": 1, "left": -1, "right": 1}
    if key in ("left", "right") or (key in steps and desk.view is View.OVERVIEW):
        return _next_zone(desk, steps[key], status)
    scrolled = {**steps, "page-up": -10, "page-down": 10, "home": -(10**6), "end": 10**6}
    return replace(desk, top=max(0, desk.top + scrolled.get(key, 0)))


def _next_zone(desk: Desk, step: int, status: Status | None) -> Desk:
    """Choose the zone after or before, with the whole site between the last and the first."""
    ids: list[str | None] = (
        [None, *(zone.id for zone in zones_in_order(status))] if status is not None else [None]
    )
    at = ids.index(desk.zone) if desk.zone in ids else 0
    top = desk.top if desk.view is View.OVERVIEW else 0
    return replace(desk, zone=ids[(at + step) % len(ids)], top=top)
