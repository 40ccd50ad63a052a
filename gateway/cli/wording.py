"""Reading what a person typed: targets, times, reasons. What is wrong ends the command."""

import re
from typing import Final

from gateway.cli.outcome import CommandError, ExitCode
from gateway.control.protocol import LONGEST_ID, LONGEST_REASON
from gateway.spoken_time import span
from gateway.text import say, spoken
from rules.instant import Duration, seconds
from rules.operator import Disabled, Target
from rules.unit import UNITS, convert, unit_named

MEASURE: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*([a-z]+)")
SHORTEST: Final = seconds(1)


def read_target(text: str) -> Target:
    """Read what is to be disabled or enabled, as detector/hall-smoke-1."""
    kind, _, id_ = text.partition("/")
    if kind not in list(Disabled) or not id_ or "/" in id_ or len(id_) > LONGEST_ID:
        raise _wrong(say("target.wrong", target=repr(text[:LONGEST_ID])))
    return Target(Disabled(kind), id_)


def read_span(text: str, longest: Duration) -> Duration:
    """Read a time with its unit, as in a site file."""
    match = MEASURE.fullmatch(text.strip())
    unit = None if match is None else unit_named(match[2])
    if match is None or unit is None or unit.dimension != "time":
        raise _wrong(say("span.wrong", span=repr(text[:LONGEST_ID])))
    duration = seconds(convert(float(match[1]), unit, UNITS["s"]))
    if not SHORTEST <= duration <= longest:
        limits = {"least": span(spoken(), SHORTEST), "most": span(spoken(), longest)}
        raise _wrong(say("span.limits", span=repr(text[:LONGEST_ID]), **limits))
    return duration


def read_reason(text: str) -> str:
    """Read a reason: one line."""
    reason = " ".join(text.split())
    if len(reason) > LONGEST_REASON:
        raise _wrong(say("reason.long", count=len(reason), most=LONGEST_REASON))
    return reason


def said_target(target: Target) -> str:
    """Name a target for a person."""
    return f"{say(f'source.{target.kind}')} {target.id}"


def _wrong(text: str) -> CommandError:
    return CommandError(ExitCode.BAD_INPUT, text)
