"""What an expression says at a judgement: its definition, over histories and all past judgements.

Nothing here is compiled. What `held` and `verified` remember is the list of all judgements of their
operand since the start.
"""

from oracle.history import FUNCTIONS

from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
)

SIGNS = {
    Comparison.GREATER: lambda a, b: a > b,
    Comparison.GREATER_OR_EQUAL: lambda a, b: a >= b,
    Comparison.LESS: lambda a, b: a < b,
    Comparison.LESS_OR_EQUAL: lambda a, b: a <= b,
    Comparison.EQUAL: lambda a, b: a == b,
    Comparison.NOT_EQUAL: lambda a, b: a != b,
}
NEAR = 1e-9
"""Closer than this to its threshold, a function of fractions may come out on either side."""

EXACT = {"age", "min", "max", "change"}
"""Functions that no rounding can bring to the other side, for the values that cases are made of."""


class TooCloseError(Exception):
    """What the definition says hangs on the rounding of fractions, or on who else has looked.

    The case says nothing from here on.
    """


class Eyes:
    """What the rules of one zone see.

    Attributes:
        histories: by detector and quantity, as this zone sees them.
        in_force: by zone and condition, the truth.
        is_on: by schedule, the truth; None while the wall clock is unknown.
        instants: when anything has happened in this life.
    """

    def __init__(self, histories, in_force, is_on, instants):
        self.histories = histories
        self.in_force = in_force
        self.is_on = is_on
        self.instants = instants


class Sayings:
    """One expression of one rule, through one life."""

    def __init__(self, expression, eyes):
        self._expression = expression
        self._eyes = eyes
        self._past = {}  # by branch: the judgements of its operand
        self._said = {}  # by branch: what it said last
        self._dues = []

    def at(self, now):
        """Judge. Gives what it says, and notes when it may say something else by itself."""
        self._dues = []
        return self._say(self._expression, now)

    def glimpse(self, now):
        """Say what a judgement would, for `deciding`; it is none, and is not remembered."""
        past, dues = self._past, self._dues
        asked = [(each, dict(each.asked)) for each in self._eyes.histories.values()]
        self._past = {branch: list(judged) for branch, judged in past.items()}
        self._say(self._expression, now)
        self._past, self._dues = past, dues
        for history, before in asked:
            history.asked = before

    def leaning(self, now):
        """Give the detectors with a comparison that is as it must be for the whole to be true."""
        return {
            (leaf.point if type(leaf) is Active else _point_of(leaf)).detector
            for leaf, wanted in _leaves(self._expression, True)
            if self._unheard(leaf, now) is wanted
        }

    def _unheard(self, leaf, now):
        """Give what a leaf says now, without a judgement."""
        dues, self._dues = self._dues, []
        said = SAY[type(leaf)](self, leaf, now)
        self._dues = dues
        return said

    def deciding(self):
        """Give the points that made it what it said last."""
        return set(self._deciding(self._expression))

    def _deciding(self, branch):
        """Of what is true the true branches, of what is false the false, of unknown the unknown."""
        kind, truth = type(branch), self._said[id(branch)]
        if kind is Compared:
            yield _point_of(branch)
        elif kind is Active:
            yield branch.point
        elif kind in (Not, Verified):
            yield from self._deciding(branch.operand)
        elif kind is Held:
            if self._said[id(branch.operand)] is truth:
                yield from self._deciding(branch.operand)
            else:  # by what was earlier: nobody knows which of them
                yield from _points_of(branch)
        elif kind in (AllOf, AnyOf, Counted):
            for member in branch.members:
                if self._said[id(member)] in _decisive(branch, truth):
                    yield from self._deciding(member)

    @property
    def due(self):
        return min(self._dues) if self._dues else None

    def _note(self, due):
        if due is not None:
            self._dues.append(due)

    def _say(self, branch, now):
        said = self._said[id(branch)] = SAY[type(branch)](self, branch, now)
        return said

    def _compared(self, branch, now):
        left = branch.left
        if type(left) is Point:
            value = self._eyes.histories[left].now
            return None if value is None else SIGNS[branch.comparison](value, branch.threshold)
        history, function = self._eyes.histories[left.point], FUNCTIONS[left.function]
        value, now = history.give(left.function, now, left.span)
        said = self._of_number(branch, value)
        # Where it is late, somebody may have asked the same since: then it counts as at that.
        for then in {each for each in self._eyes.instants if each > now}:
            if self._of_number(branch, function(history, then, left.span)) is not said:
                raise TooCloseError
        if value is not None:
            self._note(history.passes(left.function, now, branch.threshold))
        return said

    def _of_number(self, branch, value):
        if value is None:
            return None
        is_exact = branch.left.function in EXACT
        if not is_exact and abs(value - branch.threshold) <= NEAR * (1 + abs(branch.threshold)):
            raise TooCloseError
        return SIGNS[branch.comparison](value, branch.threshold)

    def _active(self, branch, _now):
        value = self._eyes.histories[branch.point].now
        return None if value is None else value > 0.5

    def _not(self, branch, now):
        said = self._say(branch.operand, now)
        return None if said is None else not said

    def _all(self, branch, now):
        said = [self._say(member, now) for member in branch.members]
        return False if False in said else None if None in said else True

    def _any(self, branch, now):
        said = [self._say(member, now) for member in branch.members]
        return True if True in said else None if None in said else False

    def _counted(self, branch, now):
        said = [self._say(member, now) for member in branch.members]
        sign = SIGNS[branch.comparison]
        sure, perhaps = said.count(True), said.count(None)
        outcomes = {sign(sure + more, branch.threshold) for more in range(perhaps + 1)}
        return outcomes.pop() if len(outcomes) == 1 else None

    def _held(self, branch, now):
        past = self._past.setdefault(id(branch), [])
        if past:
            now = max(now, past[-1][0])
        past.append((now, self._say(branch.operand, now)))
        begun, said = past[0][0], past[-1][1]
        within = [(at, then) for at, then in past if at >= now - branch.span]
        true = [at for at, then in within if then]
        unknown = [at for at, then in within if then is None]
        if true:
            if said is not True:
                self._note(true[-1] + branch.span + 1)
            return True
        if not unknown and now - begun >= branch.span:
            return False
        if said is False:
            until = unknown[-1] + branch.span + 1 if unknown else 0
            self._note(max(begun + branch.span, until))
        return None

    def _verified(self, branch, now):
        past = self._past.setdefault(id(branch), [])
        if past:
            now = max(now, past[-1][0])
        past.append((now, self._say(branch.operand, now)))
        since, confirmed, result = None, False, False  # walk through all that was judged
        for at, said in past:
            if confirmed:
                result = said
                if said is False:
                    since, confirmed = None, False
                continue
            if since is not None and at > since + branch.settle + branch.within:
                since = None
            if since is None:
                since = at if said else None
                result = None if said is None else False
            elif at == since or at < since + branch.settle or not said:
                result = None if said is None else False
            else:
                confirmed = result = True
        if since is not None and not confirmed and past[-1][1]:
            self._note(max(since + branch.settle, now + 1))
        return result

    def _on_schedule(self, branch, _now):
        is_on = self._eyes.is_on[branch.schedule]
        return branch.when_unknown if is_on is None else is_on

    def _in_force(self, branch, _now):
        return self._eyes.in_force[branch.zone, branch.condition]


SAY = {
    Compared: Sayings._compared,
    Active: Sayings._active,
    Not: Sayings._not,
    AllOf: Sayings._all,
    AnyOf: Sayings._any,
    Counted: Sayings._counted,
    Held: Sayings._held,
    Verified: Sayings._verified,
    OnSchedule: Sayings._on_schedule,
    InForce: Sayings._in_force,
}


def _decisive(branch, truth):
    """Give which truths of its members speak for the truth of a branch."""
    if truth is None or type(branch) is not Counted:
        return (truth,)
    match branch.comparison:
        case Comparison.GREATER | Comparison.GREATER_OR_EQUAL:
            return (truth,)
        case Comparison.LESS | Comparison.LESS_OR_EQUAL:
            return (not truth,)
        case _:
            return (True, False)


def _points_of(branch):
    if type(branch) is Compared:
        yield _point_of(branch)
    elif type(branch) is Active:
        yield branch.point
    elif hasattr(branch, "operand"):
        yield from _points_of(branch.operand)
    for member in getattr(branch, "members", ()):
        yield from _points_of(member)


def _point_of(compared):
    return compared.left if type(compared.left) is Point else compared.left.point


def _leaves(branch, wanted):
    """Give each comparison and contact, with the truth of it that helps to the wanted one."""
    kind = type(branch)
    if kind in (Compared, Active):
        yield branch, wanted
    elif kind is Not:
        yield from _leaves(branch.operand, not wanted)
    elif kind in (Held, Verified):
        yield from _leaves(branch.operand, wanted)
    elif kind in (AllOf, AnyOf):
        for member in branch.members:
            yield from _leaves(member, wanted)
    elif kind is Counted:
        for member in branch.members:
            for truth in _decisive(branch, wanted):
                yield from _leaves(member, truth)
