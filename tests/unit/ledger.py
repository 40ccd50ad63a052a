"""What a receiver knows that hears the events of a life, and no more: the promises they keep.

Each condition is entered once, changed while it is in force, and left once; what is latched in
earnest is left by a reset alone; a zone under test raises nothing in earnest but its call points.
"""

from dataclasses import dataclass, replace

from rules.condition import Condition, Lane, Mode
from rules.event import Change, ConditionEvent
from rules.operator import Act, OperatorCommand
from rules.running_rule import RAISING


@dataclass(frozen=True)
class Heard:
    """A condition as its events tell it.

    Attributes:
        detectors: those that have decided.
        further: some of which have spread it: those that decided then.
    """

    zone: str | None
    mode: Mode
    latched: bool
    since: int
    standing: bool = True
    silenced: bool = False
    acknowledged: str | None = None
    detectors: frozenset[str] = frozenset()
    further: frozenset[str] = frozenset()


class Ledger:
    """Folds the events of one site, whose detectors it knows by zone.

    Attributes:
        in_force: what has been entered and not left, by condition and source.
    """

    def __init__(self, zones):
        self.in_force = {}
        self._zones = zones
        self._owed = set()  # what has stood in a test that is over

    def take(self, step, given):
        """Take a step that an input has led to; None is a start."""
        self._owed.clear()
        for event in step.events:
            assert not (event.mode is Mode.TEST and event.lane is Lane.ALARM)
            if isinstance(event, ConditionEvent):
                self._take(event, given)
        assert not self._owed, "a test has hidden an alarm"
        for (condition, source), heard in self.in_force.items():
            if heard.mode is Mode.TEST:
                assert self.is_under_test(heard.zone), f"{condition} of {source} is still a test"
                assert not heard.latched

    def is_under_test(self, zone):
        return (Condition.TEST, f"zone/{zone}") in self.in_force

    def name(self, key, detectors):
        """Take by name those that have decided; they are those that the events told of."""
        heard = self.in_force[key]
        assert heard.detectors <= detectors <= heard.detectors | heard.further
        self.in_force[key] = replace(heard, detectors=detectors, further=frozenset())

    def _take(self, event, given):
        key = event.condition, event.source
        if event.condition in RAISING and event.change in (Change.ENTERED, Change.SPREAD):
            self._is_in_earnest_or_not(event)
        if event.change is Change.ENTERED:
            assert key not in self.in_force, "entered twice"
            assert event.incident.at == event.at
            heard = Heard(event.zone, event.mode, event.latched, event.at)
            self.in_force[key] = replace(heard, detectors=_deciding(event))
            self._owed.discard(key)
            if event.condition is Condition.TEST:
                assert not self._in_earnest(event.zone), "a test would hide an alarm"
            return
        assert key in self.in_force, "told of a condition that was not in force"
        heard = self.in_force[key]
        assert (event.zone, event.mode) == (heard.zone, heard.mode)
        if event.change is Change.LEFT:
            del self.in_force[key]
            if event.cause == "test-ended" and heard.standing:
                self._owed.add(key)
            if heard.latched and heard.mode is Mode.LIVE:
                assert is_reset(given), "an alarm was lost without a reset"
                assert given.zone in (None, event.zone)
                assert event.cause == "reset"
            return
        self.in_force[key] = self._changed(event, heard)

    def _in_earnest(self, zone):
        return [
            source
            for (condition, source), heard in self.in_force.items()
            if condition in RAISING and heard.zone == zone and heard.mode is Mode.LIVE
        ]

    def _is_in_earnest_or_not(self, event):
        if event.mode is Mode.TEST:
            assert self.is_under_test(event.zone)
            assert not event.source.startswith("call-point/")
            return
        if self.is_under_test(event.zone):
            assert event.source.startswith("call-point/"), "a test went out live"
        seen = {self._zones[each.detector] for each in event.evidence if each.value is not None}
        elsewhere = seen - {event.zone}
        assert not any(map(self.is_under_test, elsewhere)), "a test went out live elsewhere"

    def _changed(self, event, heard):
        match event.change:
            case Change.STANDING if heard.standing:
                return heard  # told again, or of another cause
            case Change.STANDING:
                detectors = heard.detectors | _deciding(event)
                return replace(_anew(heard), standing=True, detectors=detectors)
            case Change.SPREAD:
                assert heard.standing
                assert _deciding(event) - heard.detectors, "nobody new is in alarm"
                return replace(_anew(heard), further=heard.further | _deciding(event))
            case Change.CLEARED if event.condition in RAISING or heard.latched:
                assert heard.latched, "what does not latch is left"
                return replace(heard, standing=False)
            case Change.ACKNOWLEDGED:
                return replace(heard, acknowledged=event.author)
            case Change.SILENCED:
                return replace(heard, silenced=True)
        raise AssertionError(event)


def _anew(heard):
    """It sounds again, and is to be acknowledged again."""
    return replace(heard, silenced=False, acknowledged=None)


def _deciding(event):
    return frozenset(each.detector for each in event.evidence)


def is_reset(given):
    return isinstance(given, OperatorCommand) and given.act is Act.RESET
