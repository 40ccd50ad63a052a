"""One look at a detector, for people and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from drivers.bus import BusPlan
from drivers.probe import Exchange, Seen, Shown, Sort
from gateway.reading_verdict import Verdict
from gateway.text import say
from rules.instant import in_seconds
from rules.profile import Profile
from rules.quantity import QUANTITIES
from rules.reading import FailedPoll

BYTES_A_LINE: Final = 24
NAME_WIDTH: Final = 16
VALUE_WIDTH: Final = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was looked at, what was seen, and what the gateway would make of it."""

    plan: BusPlan
    seen: Seen
    verdicts: tuple[Verdict, ...]

    @property
    def is_well(self) -> bool:
        """Whether there are values, nothing is wrong with any, and it is no other model."""
        if any(each.sort is Sort.MARK and each.is_set is False for each in self.seen.shown):
            return False
        failed = any(isinstance(each, FailedPoll) for each in self.seen.measurements)
        return not failed and all(verdict.cause is None for verdict in self.verdicts)


def view(look: Look) -> list[str]:
    """Give the lines that a person sees."""
    detector = look.plan.detectors[0]
    lines = [line for exchange in look.seen.exchanges for line in _exchange(exchange)]
    lines += [_shown(shown, detector.profile) for shown in look.seen.shown]
    lines += [
        say("read.gateway", text=_verdict(verdict, detector.profile)) for verdict in look.verdicts
    ]
    return lines


def as_json(look: Look) -> dict[str, Any]:
    """Give the same for a program; bytes in hex, times in ms, values in their canonical unit."""
    detector = look.plan.detectors[0]
    return {
        "detector": detector.id,
        "profile": detector.profile.id,
        "bus": look.plan.id,
        "ok": look.is_well,
        "exchanges": [
            {
                "about": exchange.about,
                "asked": exchange.asked.hex(" ").upper(),
                "answered": exchange.answered.hex(" ").upper(),
                "took_ms": round(in_seconds(exchange.took) * 1000, 1),
                "wrong": exchange.wrong,
            }
            for exchange in look.seen.exchanges
        ],
        "shown": [
            {
                "sort": shown.sort,
                "name": shown.name,
                "place": shown.place,
                "raw": shown.raw,
                "number": shown.number,
                "unit": _unit(shown.name) if shown.sort is Sort.VALUE else "",
                "words": shown.words,
                "is_set": shown.is_set,
            }
            for shown in look.seen.shown
        ],
        "verdicts": [
            {
                "quantity": verdict.quantity,
                "believed": _finite(verdict.believed),
                "over_range": verdict.believed is not None and not isfinite(verdict.believed),
                "unit": _unit(verdict.quantity),
                "cause": verdict.cause,
                "detail": verdict.detail,
                "fault": verdict.is_fault,
            }
            for verdict in look.verdicts
        ],
    }


def _exchange(exchange: Exchange) -> Iterator[str]:
    took = f"{in_seconds(exchange.took) * 1000:.0f}"
    yield say("read.asked", about=exchange.about)
    yield from _hex("  > ", exchange.asked)
    if exchange.answered:
        yield from _hex("  < ", exchange.answered)
        yield say("read.took", ms=took)
    else:
        yield say("read.silence", ms=took)
    if exchange.wrong:
        yield f"  ! {exchange.wrong}"


def _hex(mark: str, data: bytes) -> Iterator[str]:
    for start in range(0, len(data), BYTES_A_LINE):
        yield mark + data[start : start + BYTES_A_LINE].hex(" ").upper()
        mark = "    "


def _shown(shown: Shown, profile: Profile) -> str:
    place = f"{shown.place}: {shown.raw}" if shown.place else shown.raw
    return f"{shown.name:<{NAME_WIDTH}} {_said(shown, profile):<{VALUE_WIDTH}} {place}".rstrip()


def _said(shown: Shown, profile: Profile) -> str:
    """Say what stands there: a value as the driver gives it, of a loop its current."""
    match shown.sort:
        case Sort.FAULT | Sort.INHIBIT | Sort.WARNING:
            word = say("read.set") if shown.is_set else say("read.not-set")
            return f"{word} {shown.words}".strip()
        case Sort.MARK if shown.is_set is not None:
            key = "read.mark-agrees" if shown.is_set else "read.mark-differs"
            return say(key, text=shown.words)
        case Sort.MARK:
            return shown.words
        case Sort.VALUE:
            if shown.number is None:
                return shown.words
            unit = _driver_unit(shown.name, profile)
            return f"{shown.number:g} {unit} {shown.words}".replace("  ", " ").strip()
    number = "" if shown.number is None else f"{shown.number:g}"
    return f"{number} {shown.words}".strip()


def _driver_unit(quantity: str, profile: Profile) -> str:
    limits = profile.quantities.get(quantity)
    if limits is not None and limits.current_loop is not None:
        return "mA"
    return "" if limits is not None and limits.end_of_line is not None else _unit(quantity)


def _unit(quantity: str) -> str:
    known = QUANTITIES.get(quantity)
    return "" if known is None or quantity == "contact" else known.unit.symbol


def _verdict(verdict: Verdict, profile: Profile) -> str:
    if not verdict.quantity:
        cause = say(f"cause.{verdict.cause}")
        key = "read.fault" if verdict.is_fault else "read.fault-if-it-lasts"
        return say(key, cause=cause, detail=verdict.detail)
    if verdict.cause is not None:
        key = "read.value-fault" if verdict.is_fault else "read.value-fault-if-it-lasts"
        cause = say(f"cause.{verdict.cause}")
        return say(key, quantity=verdict.quantity, cause=cause, detail=verdict.detail)
    if verdict.quantity == "contact":
        return say("read.active") if verdict.believed else say("read.at-rest")
    limits, unit = profile.quantities[verdict.quantity], _unit(verdict.quantity)
    return say(
        "read.in-range",
        quantity=verdict.quantity,
        value=f"{verdict.believed:g} {unit}".strip(),
        lowest=f"{limits.lowest:g}",
        highest=f"{limits.highest:g} {unit}".strip(),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
