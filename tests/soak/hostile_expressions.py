"""Garbled rule expressions: each compiles, or is refused with places that lie in its text.

The compiler never raises anything else, and takes neither a second nor 100 MB.
"""

from random import Random

from oracle.cases import case_of
from soak.bounds import broken_bound
from soak.garbling import garbled

from rules.language.compile import compile_expression
from rules.language.mistake import ExpressionError
from rules.language.render import written
from rules.language.scope import Scope

MADE = 200
"""Sites whose rules are garbled; a worker makes them once."""

BY_HAND = (
    "count(smoke > 3 %/m) >= 2",
    "count(hall, attic: smoke > 3 %/m and temperature > 40 °C) >= 2",
    "at_least(2, smoke > 3 %/m, d0.temperature > 58 °C, not d1.contact)",
    "all(held(contact, 5 min)) and schedule(night)",
    "any(verified(smoke > 2.5 %/m, 30 s, 10 min)) or condition(hall, fire-alarm)",
    "heat_class(d0.temperature, A1R) or change(d0.temperature, 10 min) > 15 K",
    "avg(co, 3 min) > 60 ppm and co_dose(co) >= 90 % or age(co) > 1 min",
    "not (min(d0.temperature, 1 min) < 40 degF) and rate(d0.temperature, 1 min) > 8 °C/min",
)


class _Shelf:
    """Expressions to garble, each with its scope."""

    def __init__(self):
        self.kept = []

    def fill(self):
        for seed in range(MADE):
            site = case_of(seed).site
            detectors = {each.id: each for each in site.detectors}
            zones = frozenset(zone.id for zone in site.zones)
            for rule in site.rules:
                scope = Scope(rule.zone, detectors, zones, frozenset({"night"}))
                self.kept += [(written(rule.when), scope), (BY_HAND[seed % len(BY_HAND)], scope)]


SHELF = _Shelf()


def failure_of(seed):
    """Garble an expression, compile it, and give what is wrong, in words, or None."""
    if not SHELF.kept:
        SHELF.fill()
    random = Random(seed)
    text, scope = random.choice(SHELF.kept)
    text = garbled(text, random)
    mistakes = ()

    def compiled():
        nonlocal mistakes
        try:
            compile_expression(text, scope)
        except ExpressionError as error:
            mistakes = error.mistakes or (None,)

    found = broken_bound(compiled) or _misplaced(mistakes, text)
    return f"seed {seed}: {found}\n{text!r}" if found else None


def _misplaced(mistakes, text):
    for mistake in mistakes:
        if mistake is None:
            return "refused without a mistake"
        ends = mistake.offset + mistake.length
        if mistake.offset < 0 or mistake.length < 1 or ends > max(len(text), mistake.offset + 1):
            return f"a place that is none: {mistake!r}"
        if mistake.offset > len(text):
            return f"a place behind the end: {mistake!r}"
        if "\n" in mistake.what + mistake.hint or len(mistake.what + mistake.hint) > 600:
            return f"more than a line: {mistake!r}"
    return None
