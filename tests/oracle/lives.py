"""A rule's life by its definition: how long it has been true, and what becomes of its condition."""

from dataclasses import dataclass, field

from oracle.history import SECOND
from oracle.truths import Sayings

from rules.alarm import Phase
from rules.condition import Condition, Mode
from rules.event import Change
from rules.language.syntax import (
    Active,
    Compared,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
    Window,
)

ALARMS = {Condition.FIRE_ALARM, Condition.GAS_ALARM}
RAISING = {*ALARMS, Condition.PRE_ALARM}


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a rule's condition, as far as it is compared."""

    source: str
    change: Change
    condition: Condition
    at: int
    mode: Mode = Mode.LIVE


@dataclass(slots=True)
class Raised:
    """A condition that a rule has entered and not left.

    Attributes:
        since: when it was entered.
        latched: whether it stays until reset.
        mode: whether it is in earnest.
        standing: whether its cause holds.
        detectors: those that have decided so far.
    """

    since: int
    latched: bool
    mode: Mode
    standing: bool = True
    detectors: set = field(default_factory=set)


class Life:
    """One rule through one life of the gateway; `old` is what its last life left behind."""

    def __init__(self, definition, source, eyes, old=None):
        self.definition = definition
        self.source = source
        self.is_call_point = source.startswith("call-point/")
        self.eyes = eyes
        self._when = Sayings(definition.when, eyes)
        self._clear = None if definition.clear is None else Sayings(definition.clear, eyes)
        self.names = named(definition.when)
        if definition.clear is not None:
            self.names |= named(definition.clear)
        self.points = {each for each in self.names if type(each) is Point}
        kinds = {*kinds_of(definition.when), *kinds_of(definition.clear)}
        self.has_windows = "window" in kinds
        self.is_timed = bool(kinds & TIMED)
        self.phase, self.raised, self.warned = Phase.QUIET, None, None
        if old is not None:
            self.phase, self.raised, self.warned = old.phase, old.raised, old.warned
        self.mode, self.latching, self.is_blocked = Mode.LIVE, definition.latching, False
        self.said = self.gone = self.due = None
        self._is_forced = False
        self._true_for = 0
        self._true_since = None
        self._stood_at = []
        self._gone_since = None

    def judge(self, now, site, reader=None):
        """Judge; give what is told.

        Args:
            now: the instant.
            site: says what is lost and what unknown counts as.
            reader: the detector whose reading it was, where it was one.
        """
        when = self._when.at(now)
        clear = None if self._clear is None else self._clear.at(now)
        if self.is_blocked:
            when = clear = None
        self._is_forced = when is None and not self.is_blocked and site.unknown_is_true(self)
        if self._is_forced:
            when = True
        if when:
            clear = False
        elif self._clear is None:
            clear = None if when is None else not when
        self.said, self.gone = when, clear
        before = self.phase
        told = self._follow(now, when, clear)
        if before is self.phase is Phase.STANDING and when:
            told += self._spread(now, reader)
        is_open = when is None or self._is_forced
        builds_up = self.phase is Phase.PENDING and self.definition.raises in ALARMS
        if builds_up and is_open and self.warned is None and site.lacks(self):
            self.warned = self.mode
            told.append(Told(self.source, Change.ENTERED, Condition.PRE_ALARM, now, self.mode))
        self.due = self._next()
        return told

    def reset(self, now):
        """A person resets; give what is told. It is refused while the cause is known to hold."""
        if self.raised is None or (self.phase is Phase.STANDING and not self.is_open):
            return []
        if not self.raised.latched and not (
            self.is_open and self.definition.raises in RAISING and self.raised.mode is Mode.LIVE
        ):
            return []  # it ends by itself
        if self.phase is not Phase.PENDING:
            self.phase = Phase.QUIET
            self._true_for, self._true_since = 0, None
            self._gone_since = None
        return [self._leave(now)]

    def begin_test(self):
        self.mode, self.latching = Mode.TEST, False

    def end_test(self, now):
        """What was raised in the test ends with it; what still stands is raised in earnest.

        So is the warning of an alarm that builds up.
        """
        self.mode, self.latching = Mode.LIVE, self.definition.latching
        if self.raised is None and self.warned is Mode.TEST:
            self.warned = Mode.LIVE
            return [
                Told(self.source, Change.LEFT, Condition.PRE_ALARM, now, Mode.TEST),
                Told(self.source, Change.ENTERED, Condition.PRE_ALARM, now, Mode.LIVE),
            ]
        if self.raised is None or self.raised.mode is Mode.LIVE:
            return []
        told = [self._leave(now)]
        if self.phase is Phase.STANDING:
            self._when.glimpse(now)
            told.append(self._enter(now))
        return told

    def tell_again(self, now):
        """Give what is told after a restart."""
        told = []
        if self.raised is not None and self.definition.raises in RAISING:
            change = Change.STANDING if self.raised.standing else Change.CLEARED
            told.append(self._told(change, now))
        if self.warned is not None:
            told.append(Told(self.source, Change.STANDING, Condition.PRE_ALARM, now, self.warned))
        return told

    @property
    def is_open(self):
        """Whether it stands, and what is unknown leaves open whether its cause does."""
        return self.phase is Phase.STANDING and None in (self.said, self.gone)

    def _next(self):
        """When it may say something else by itself, or its `for` runs out."""
        dues = [self._when.due] if self._clear is None else [self._when.due, self._clear.due]
        if self._true_since is not None and self.phase in (Phase.PENDING, Phase.LATCHED):
            dues.append(self._true_since + self.definition.hold - self._true_for)
        if self._gone_since is not None:
            dues.append(self._gone_since + 20 * SECOND)
        dues = [due for due in dues if due is not None]
        return min(dues) if dues else None

    def _follow(self, now, when, clear):
        """Time counts while true, stands still while unknown, and is gone with the first false."""
        until = now if self._true_since is None else max(now, self._true_since)
        if self._true_since is not None:
            self._true_for += until - self._true_since
        self._true_since = until if when else None
        if when is False:
            self._true_for = 0
        phase = self.phase
        if phase is Phase.STANDING:
            if self._is_over(now, clear):
                phase = Phase.LATCHED if self.latching else Phase.QUIET
        elif when and self._true_for >= self.definition.hold:
            phase = Phase.STANDING
        elif when and phase is Phase.QUIET:
            phase = Phase.PENDING
        elif when is False and phase is Phase.PENDING:
            phase = Phase.QUIET
        if phase is Phase.QUIET:
            self._true_for, self._true_since = 0, None
        before, self.phase = self.phase, phase
        return [] if phase is before else self._turned(before, now)

    def _is_over(self, now, clear):
        """What came to stand three times within a minute is over once it is so for 20 s."""
        if not clear:
            if self._gone_since is not None and clear is False:
                self._stood_at.append(now)
            self._gone_since = None
            return False
        if self._gone_since is None:
            recent = self._stood_at[-3:]
            if len(recent) < 3 or now - recent[0] >= 60 * SECOND:
                return True
            self._gone_since = now
        return now - self._gone_since >= 20 * SECOND

    def _turned(self, before, now):
        told = []
        self._gone_since = None
        if self.phase is Phase.STANDING:
            self._stood_at.append(now)
        if before is Phase.PENDING and self.warned is not None:
            told.append(Told(self.source, Change.LEFT, Condition.PRE_ALARM, now, self.warned))
            self.warned = None
        raised = self.raised
        if self.phase is Phase.STANDING:
            if raised is None:
                told.append(self._enter(now))
            else:
                raised.standing = True
                raised.detectors |= self._deciders()
                told.append(self._told(Change.STANDING, now))
        elif before is Phase.STANDING and raised is not None:
            if raised.latched:
                raised.standing = False
                told.append(self._told(Change.CLEARED, now))
            else:
                told.append(self._leave(now))
        return told

    def _spread(self, now, reader):
        """A further detector is in alarm: it decides, and it is on the way to being true itself.

        A reading tells of its own detector; what became of others meanwhile is told when they are
        read, or at the next look.
        """
        if self.raised is None or self.definition.raises not in RAISING:
            return []
        known, leaning = self.raised.detectors, self._when.leaning(now)
        if reader is not None and (reader in known or reader not in leaning):
            return []
        further = self._deciders() - known
        if not self._is_forced:
            further &= leaning
        known |= further
        return [self._told(Change.SPREAD, now)] if further else []

    def _deciders(self):
        if self._is_forced:
            seen = self.eyes.histories
            return {point.detector for point in self.points if seen[point].now is None}
        return {point.detector for point in self._when.deciding()}

    def _enter(self, now):
        self.raised = Raised(now, self.latching, self.mode, detectors=self._deciders())
        return self._told(Change.ENTERED, now)

    def _leave(self, now):
        told = self._told(Change.LEFT, now)
        self.raised = None
        return told

    def _told(self, change, now):
        return Told(self.source, change, self.definition.raises, now, self.raised.mode)


TIMED = {Held, Verified, OnSchedule, "age", "co_dose"}


def named(expression):
    """Give all that an expression names: points, and zones' conditions and schedules by theirs."""
    kind = type(expression)
    if kind is Compared:
        left = expression.left
        return {left if type(left) is Point else left.point}
    if kind is Active:
        return {expression.point}
    if kind in (Not, Held, Verified):
        return named(expression.operand)
    if kind is InForce:
        return {(expression.zone, expression.condition)}
    if kind is OnSchedule:
        return {expression.schedule}
    return set().union(*map(named, expression.members))


def kinds_of(expression):
    """Give what stands in an expression: types of branches, names of functions, "window"."""
    if expression is None:
        return
    yield type(expression)
    if type(expression) is Compared and type(expression.left) is Window:
        yield expression.left.function
        yield "window"
    for below in getattr(expression, "members", ()):
        yield from kinds_of(below)
    if hasattr(expression, "operand"):
        yield from kinds_of(expression.operand)
