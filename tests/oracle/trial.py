"""The engine against the definitions, input by input: the first difference, and a small case."""

from oracle.cases import Restart, case_of, without
from oracle.lives import Told
from oracle.site_by_definition import OracleSite
from oracle.truths import TooCloseError
from oracle.words import in_words

from rules.engine import Engine
from rules.event import Change, ConditionEvent
from rules.part import Tick
from rules.step import StepFailedError

COMPARED = {
    Change.ENTERED,
    Change.STANDING,
    Change.SPREAD,
    Change.CLEARED,
    Change.LEFT,
}
GRAIN = 100_000
"""Ticks for what is due come rounded up to this, a tenth of a millisecond."""

MOST_TICKS = 50
"""So many ticks in a row without an input between them are a clock that runs round."""


class Trial:
    """Runs one case through both."""

    def __init__(self, case):
        self._case = case
        self._boots = 1
        self._rows = {}
        self._now = case.inputs[0][0] if case.inputs else 0
        self._engine = Engine(case.site, "boot-1", {}, self._now)
        self._plain = OracleSite(case.site, self._now)
        self._keep(self._engine.start(self._now))
        self.past = []

    def difference(self):
        """Give the first difference in words, or None."""
        try:
            for now, given in self._case.inputs:
                for difference in self._until(now):
                    return difference
                found = self._give(now, given)
                if found is not None:
                    return found
            for difference in self._until(self._now):
                return difference
        except TooCloseError:
            return None
        return self._at_the_end()

    def _until(self, now):
        """Tick at all that is due until then, as the wiring does."""
        for _ in range(MOST_TICKS):
            due = self._due()
            if due is None or due > now:
                return
            due = max(self._now, -(-due // GRAIN) * GRAIN)
            if due > now > self._now:
                return  # rounded up it is after the next input
            found = self._give(due, Tick(due))
            if found is not None:
                yield found
        yield f"{MOST_TICKS} ticks in a row at {self._now}"

    def _due(self):
        due, plain = self._engine.next_due(), self._plain.next_due()
        return plain if due is None or (plain is not None and plain < due) else due

    def _give(self, now, given):
        self._now = now
        self.past.append((now, given))
        if type(given) is Restart:
            step, expected = self._restart(given)
        else:
            try:
                step = self._engine.step(now, given)
            except StepFailedError as mistake:
                return f"the engine raised {mistake.__cause__!r}"
            expected = self._plain.take(now, given)
            if step.changes:
                self._keep(step)
        found = [
            Told(event.source, event.change, event.condition, event.at, event.mode)
            for event in step.events
            if type(event) is ConditionEvent
            and event.source.startswith(("rule/", "call-point/"))
            and event.change in COMPARED
        ]
        if found != expected and sorted(map(repr, found)) != sorted(map(repr, expected)):
            return f"told {_lines(found)}, expected {_lines(expected)}"
        return self._phases()

    def _restart(self, given):
        if given.is_new_boot:
            self._boots += 1
        self._engine = Engine(self._case.site, f"boot-{self._boots}", dict(self._rows), given.at)
        step = self._engine.start(given.at)
        self._keep(step)
        return step, self._plain.restart(given.at, is_new_boot=given.is_new_boot)

    def _phases(self):
        for source, rule in self._engine._judging.rules.items():
            life, plain = rule.life, self._plain.lives[source]
            if life.phase is not plain.phase or life.last is not plain.said:
                return (
                    f"{source} is {life.phase.value} and {life.last}, "
                    f"expected {plain.phase.value} and {plain.said}"
                )
        return None

    def _at_the_end(self):
        for each in self._engine.present().detectors:
            plain = self._plain.detectors[each.id]
            believed = {name: quantity.value for name, quantity in plain.quantities.items()}
            if each.values != believed:
                return f"{each.id} shows {each.values}, expected {believed}"
        return None

    def _keep(self, step):
        for key, row in step.changes:
            if row is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = row


def _lines(told):
    return [
        f"{each.change} {each.condition} {each.source} at {each.at / 1e9:g} {each.mode}"
        for each in told
    ]


def difference_of(case):
    """Give the first difference, what had happened till then; None where there is none."""
    trial = Trial(case)
    found = trial.difference()
    return None if found is None else (found, trial.past)


def shrunk(case):
    """Drop every input without which the case still fails."""
    index = len(case.inputs) - 1
    while index >= 0:
        smaller = without(case, index)
        if smaller.inputs and difference_of(smaller) is not None:
            case = smaller
        index -= 1
    return case


def failure_of(seed):
    """Try the case of a seed; give what is wrong, in words, or None."""
    case = case_of(seed)
    if difference_of(case) is None:
        return None
    case = shrunk(case)
    found, past = difference_of(case)
    return in_words(case, past, found)
