"""The first rows: whether the building is protected, in words to be read from three metres. Pure.

They say what the present is, and only the present: where the gateway does not answer, that is what
they say, and no older word stands there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.control.gist import ALARMING, ALARMS, Gist, gist_of
from gateway.control.status import Status
from gateway.control.status_view import StatusView
from gateway.earnest import in_earnest
from gateway.monitor.lines import Line, Look, Tone, whole
from gateway.monitor.pen import Pen
from gateway.monitor.picture import Picture
from rules.instant import Instant

TONES: Final[Mapping[Gist, Tone]] = MappingProxyType(
    {
        Gist.FIRE_ALARM: Tone.ALARM,
        Gist.GAS_ALARM: Tone.ALARM,
        Gist.QUIET: Tone.GOOD,
    }
)
"""All others are warnings: fault, disablement and test are told in one colour (EN 54-2)."""

MOST_WARNINGS: Final = 4


def banner(picture: Picture, pen: Pen, now: Instant) -> list[Line]:
    """Give the first rows, from end to end of the screen."""
    status = picture.present(now)
    if status is None:
        key = "monitor.unknown" if picture.status or picture.trouble else "monitor.asking"
        return _rows(pen, Tone.WARNING, pen.say(f"{key}.word"), pen.say(key))
    gist = gist_of(status)
    view = StatusView(status, pen.language, pen.zone)
    said = [pen.say(f"monitor.gist.{gist}"), view.headline()]
    if gist in ALARMING:
        said.append(" · ".join(_answered(status, pen)))
    return _rows(pen, TONES.get(gist, Tone.WARNING), *said)


def warnings(status: Status, pen: Pen) -> list[Line]:
    """Give what must not be overlooked beside it, in rows of their own."""
    said = list(StatusView(status, pen.language, pen.zone).warnings())
    look = Look(Tone.WARNING, bold=True)
    return [row for text in said[:MOST_WARNINGS] for row in pen.broken(text, look, 1, most=2)]


def _rows(pen: Pen, tone: Tone, word: str, *more: str) -> list[Line]:
    look = Look(tone, bold=True, reverse=True)
    return [
        pen.centred(pen.spaced(word), look),
        *(whole(pen.line(text, look, 1), pen.width) for text in more),
    ]


def _answered(status: Status, pen: Pen) -> list[str]:
    """Say what persons have done about the alarms, and whether the sirens sound."""
    alarms = [each for each in in_earnest(status.now) if each.condition in ALARMS]
    open_ = sum(each.acknowledged is None for each in alarms)
    key = "monitor.alarms.one" if len(alarms) == 1 else "monitor.alarms"
    said = [pen.say(key, count=len(alarms))]
    if not open_:
        said.append(pen.say("monitor.all-acknowledged"))
    elif open_ == len(alarms):
        said.append(pen.say("monitor.none-acknowledged"))
    else:
        said.append(pen.say("monitor.some-acknowledged", count=open_))
    if status.now.silenced:
        said.append(pen.say("status.silenced"))
    return said
