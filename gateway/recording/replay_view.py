"""What a replay came to, as lines for a person: events then and now, and what differs. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.recording.comparison import Difference, Pair
from gateway.recording.format import Recording
from gateway.recording.replay import begins, lasts
from gateway.rehearsal.rehearse import Happening
from gateway.rehearsal.verdict_view import happening_written
from gateway.rule_view.tree import wrapped
from gateway.rule_view.written import span_written
from gateway.text import Language, phrase
from rules.event import Event
from rules.instant import Duration, Instant

GAP: Final = "  "
_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)


def replay_lines(recording: Recording, pairs: Sequence[Pair], language: Language) -> Iterator[str]:
    """Give the lines: which recording it is, then each event with how it differs."""
    yield from heading(recording, language)
    yield ""
    start = begins(recording)
    times = [span_written(pair.at - start) for pair in pairs]
    width = max(map(len, times), default=0)
    for pair, time in zip(pairs, times, strict=True):
        lead = f"{pair.difference.value} {time:>{width}}{GAP}"
        yield from wrapped(_said(pair, language), lead, " " * len(lead))
    if not pairs:
        yield phrase(language, "replay.nothing")
    yield ""
    differing = sum(pair.difference is not Difference.SAME for pair in pairs)
    yield phrase(language, "replay.signs")
    yield phrase(language, "replay.same" if not differing else "replay.differ", count=differing)


def heading(recording: Recording, language: Language) -> Iterator[str]:
    """Say which recording it is, and what it cannot know."""
    header = recording.header
    count = sum(len(segment.inputs) for segment in recording.segments)
    yield from wrapped(
        phrase(
            language,
            "replay.heading",
            gateway=header.gateway,
            reason=header.reason,
            begins=wall_written(recording, begins(recording), language),
            lasts=span_written(lasts(recording)),
            count=count,
        ),
        "",
        GAP,
    )
    if not recording.segments or recording.segments[0].started is None:
        yield from wrapped(phrase(language, "replay.middle"), "", GAP)
    if not recording.whole:
        yield from wrapped(phrase(language, "replay.cut"), "", GAP)
    dropped = sum(segment.dropped for segment in recording.segments)
    if dropped:
        yield from wrapped(phrase(language, "replay.dropped", count=dropped), "", GAP)


def wall_written(recording: Recording, at: Instant, language: Language) -> str:
    """Give local date and time of an instant, where the clock was known at any time."""
    for segment in recording.segments:
        if segment.wall_ns is not None:
            ns = segment.wall_ns + (at - segment.begins) + recording.header.utc_offset
            local = _1970 + timedelta(microseconds=ns // 1000)
            return local.strftime("%Y-%m-%d %H:%M:%S")
    return phrase(language, "replay.no-clock")


def event_written(event: Event) -> str:
    """Give an event in the words of test files."""
    return happening_written(Happening(Duration(event.at), event))


def _said(pair: Pair, language: Language) -> str:
    text = event_written(pair.event)
    if pair.then is None or pair.now is None or pair.difference is Difference.SAME:
        return text
    key = "replay.later" if pair.now.at > pair.then.at else "replay.earlier"
    span = span_written(abs(pair.now.at - pair.then.at))
    return f"{text} ({phrase(language, key, span=span)})"
