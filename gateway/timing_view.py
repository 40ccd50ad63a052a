"""Worst-case times as a person sees them, and as a program does."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gateway.settings.timing import RuleTiming, SiteTiming
from gateway.settings.ways import Way
from gateway.text import say
from rules.instant import Duration, in_seconds

INDENT: Final = "  "
NUMBER_WIDTH: Final = 10


def timing_view(timing: SiteTiming, file: str) -> list[str]:
    """Give the lines that show the times of a site."""
    lines = ["", say("timing.title", file=file), INDENT + say("timing.not-counted")]
    for rule in timing.rules:
        lines += ["", *_rule(rule)]
    lines += ["", say("timing.faults")]
    lines += [f"{_number(fault.way.takes)}  {fault.detector}" for fault in timing.faults]
    return lines


def timing_as_json(timing: SiteTiming) -> dict[str, Any]:
    """Give the times of a site for programs; all in seconds."""
    return {
        "rules": [
            {
                "source": rule.source,
                "zone": rule.zone,
                "raises": rule.raises,
                "fastest": None if rule.ways is None else _way_as_json(rule.ways.fastest),
                "slowest": None if rule.ways is None else _way_as_json(rule.ways.slowest),
            }
            for rule in timing.rules
        ],
        "faults": [
            {"detector": fault.detector, **_way_as_json(fault.way)} for fault in timing.faults
        ],
    }


def _rule(rule: RuleTiming) -> Iterator[str]:
    named = {
        "name": rule.source.partition("/")[2],
        "raises": rule.raises.value,
        "zone": rule.zone,
    }
    ways = rule.ways
    if ways is None:
        yield say("timing.rule.none", **named)
    elif ways.fastest.takes == ways.slowest.takes:
        yield say("timing.rule", takes=_text(ways.fastest.takes), **named)
        yield from _terms(ways.fastest)
    else:
        least, most = _text(ways.fastest.takes), _text(ways.slowest.takes)
        yield say("timing.rule.from-to", least=least, most=most, **named)
        yield INDENT + say("timing.fastest")
        yield from _terms(ways.fastest)
        yield INDENT + say("timing.slowest")
        yield from _terms(ways.slowest)


def _terms(way: Way) -> Iterable[str]:
    return (
        f"{_number(term.takes)}  " + say(f"timing.term.{term.what}", of=term.of)
        for term in way.terms
    )


def _number(duration: Duration) -> str:
    return f"{_text(duration):>{NUMBER_WIDTH}}"


def _text(duration: Duration) -> str:
    return say("timing.seconds", count=f"{in_seconds(duration):.1f}")


def _way_as_json(way: Way) -> dict[str, Any]:
    return {
        "seconds": _seconds(way.takes),
        "terms": [
            {"what": term.what.value, "of": term.of, "seconds": _seconds(term.takes)}
            for term in way.terms
        ],
    }


def _seconds(duration: Duration) -> float:
    return round(in_seconds(duration), 3)
