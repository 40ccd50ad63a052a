"""What the page says of the last tests: of the detectors, and of the way to the centre. Pure."""

from collections.abc import Iterator

from gateway.control.event_view import time_of
from gateway.control.layout import clean
from gateway.control.status_view import StatusView
from gateway.control.walk_status import WalkNow, ZoneTest
from gateway.page.page_view import Row
from gateway.page.seen import Seen
from gateway.page.tone import Tone


def tests_shown(seen: Seen, words: StatusView) -> Iterator[Row]:
    """Say when which test was, and how it ended."""
    yield from _walk(seen.walk, words)
    if not words.status.paths and seen.periodic is None:
        return
    if seen.periodic is None:
        yield Row(tone=Tone.STARTING, what=words.say("page.periodic.none"))
        return
    time = time_of(seen.periodic, words.language, words.zone).strip()
    arrived = seen.periodic.delivered
    yield Row(
        tone=Tone.PROTECTED if arrived else Tone.REDUCED,
        what=words.say("page.periodic.done" if arrived else "page.periodic.waiting", time=time),
    )


def _walk(walk: WalkNow | None, words: StatusView) -> Iterator[Row]:
    if walk is None:
        yield Row(tone=Tone.STARTING, what=words.say("page.walk.unknown"))
        return
    if not walk.tests:
        yield Row(tone=Tone.STARTING, what=words.say("page.walk.none"))
        return
    newest = max(walk.tests, key=lambda test: (test.ended is None, test.began_ns or 0))
    present = {each.id for each in walk.detectors}
    responded = len({each.detector for each in walk.responses} & present)
    more = words.say("page.walk.responded", count=responded, total=len(present))
    yield Row(
        tone=Tone.TEST if newest.ended is None else Tone.PROTECTED,
        what=clean(_test(newest, words)),
        more=more,
    )


def _test(test: ZoneTest, words: StatusView) -> str:
    names = {zone.id: zone.name for zone in words.status.now.zones}
    zone = names.get(test.zone, test.zone)
    if test.ended is None:
        return words.say("page.walk.running", zone=zone, author=test.author)
    time = words.since(test.began) if test.began_ns is None else words.local(test.began_ns)
    return words.say("page.walk.last", zone=zone, time=time, author=test.author)
