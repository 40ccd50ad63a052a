"""Which rules an input makes look anew, and when a rule has to be looked at though nothing came.

A rule is judged when a point, a schedule or a condition that it names may have changed, and at the
instants that it asks for itself. Nothing else is looked at, so a step costs the same with a hundred
rules as with ten thousand.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from heapq import heappop, heappush
from operator import itemgetter

from rules.alarm import Phase
from rules.condition import Condition, Mode
from rules.instant import Instant
from rules.language.mentions import conditions_of, schedules_of
from rules.language.syntax import Point
from rules.occurrence import Occurrences
from rules.running_rule import RunningRule
from rules.site import OnUnknown
from rules.step import Outcome
from rules.truth import Truth
from rules.values import Values

Key = tuple[str, Condition]


class Judging:
    """All rules of a site, by what makes each of them look anew.

    Attributes:
        rules: by the source of what they raise.
        changing: those that may turn while an input stays unknown: a window goes on emptying, and
            where unknown counts as true, it does so only once a lost detector has warmed up.
        timed: those that may turn though nothing comes in.
    """

    def __init__(
        self, rules: Iterable[RunningRule], values: Values, occurrences: Occurrences
    ) -> None:
        self.rules = {rule.source: rule for rule in rules}
        self._values = values
        self._occurrences = occurrences
        self._of_point: dict[Point, list[RunningRule]] = {}
        self._of_schedule: dict[str, list[RunningRule]] = {}
        self._of_condition: dict[Key, list[RunningRule]] = {}
        self._raising: dict[Key, list[RunningRule]] = {}
        for rule in self.rules.values():
            self._file(rule)
        self.changing = tuple(
            rule
            for rule in self.rules.values()
            if rule.has_windows or rule.definition.on_unknown is OnUnknown.ALARM
        )
        self.timed = tuple(rule for rule in self.rules.values() if rule.is_timed)
        self._dues: dict[RunningRule, Instant] = {}
        self._queue: list[tuple[Instant, int, RunningRule]] = []  # may hold what is no longer due
        self._queued = 0

    def _file(self, rule: RunningRule) -> None:
        definition = rule.definition
        for point in rule.points:
            self._of_point.setdefault(point, []).append(rule)
        for expression in (definition.when, definition.clear):
            if expression is None:
                continue
            for schedule in sorted(schedules_of(expression)):
                self._of_schedule.setdefault(schedule, []).append(rule)
            for key in sorted(conditions_of(expression)):
                self._of_condition.setdefault(key, []).append(rule)
        self._raising.setdefault((definition.zone, definition.raises), []).append(rule)

    def inherit(self, former: "Judging") -> list[RunningRule]:
        """Go on where rules of the same definition are; give the others, which begin anew.

        A changed one keeps its condition and its pending `for`, as over a restart.
        """
        pending = former.pending_rows
        anew = []
        for source, rule in self.rules.items():
            before = former.rules.get(source)
            if before is not None and before.definition == rule.definition:
                rule.inherit(before)
            else:
                rule.restore(pending)
                anew.append(rule)
        begun = set(anew)
        for at, before in former.dues:
            after = self.rules.get(before.source)
            if after is not None and after not in begun:
                self._put_due(after, at)
        return anew

    @property
    def dues(self) -> list[tuple[Instant, RunningRule]]:
        """When each rule that wants to be judged some time wants that."""
        return [(at, rule) for rule, at in self._dues.items()]

    @property
    def pending_rows(self) -> dict[str, str]:
        """The keys of the durable rows of running `for`s; what they say is of no use any more."""
        rules = self.rules.values()
        return {rule.row: "" for rule in rules if rule.life.phase is Phase.PENDING}

    def judge_reading(self, point: Point, now: Instant, outcome: Outcome) -> None:
        """Judge all that name a point that a reading has come of."""
        for rule in self._of_point.get(point, ()):
            rule.judge(now, outcome, point.detector)
            self._note_due(rule, now)
        if self._of_condition:
            self.follow_conditions(now, outcome)

    def judge(self, rules: Iterable[RunningRule], now: Instant, outcome: Outcome) -> None:
        """Judge rules, in their order, and what follows from the conditions that they change."""
        for rule in rules:
            rule.judge(now, outcome)
            self._note_due(rule, now)
        if self._of_condition:
            self.follow_conditions(now, outcome)

    def judge_points(self, points: Iterable[Point], now: Instant, outcome: Outcome) -> None:
        """Judge all that name any of some points, each once."""
        rules = {rule.source: rule for point in points for rule in self._of_point.get(point, ())}
        self.judge(rules.values(), now, outcome)

    def judge_schedules(self, turned: Iterable[str], now: Instant, outcome: Outcome) -> None:
        """Judge all that name a schedule that has turned."""
        for schedule in turned:
            self.judge(self._of_schedule.get(schedule, ()), now, outcome)

    def judge_due(self, now: Instant, outcome: Outcome) -> None:
        """Judge what is due; where a tick came late, in the order in which it became so."""
        due = [(at, rule) for rule, at in self._dues.items() if at <= now]
        due.sort(key=itemgetter(0))
        self.judge([rule for _, rule in due], now, outcome)

    def judge_pending(self, now: Instant, outcome: Outcome) -> None:
        """Judge all that want to be judged some time."""
        self.judge(tuple(self._dues), now, outcome)

    def next_due(self) -> Instant | None:
        """Give the earliest instant at which a rule wants to be judged."""
        while self._queue:
            at, _, rule = self._queue[0]
            if self._dues.get(rule) == at:
                return at
            heappop(self._queue)
        return None

    def look_at_conditions(self, former: "Judging") -> None:
        """Bring those conditions up to date that rules name now, and did not name before."""
        for key in self._of_condition.keys() - former.named_conditions:
            self._turn(key)

    @property
    def named_conditions(self) -> AbstractSet[Key]:
        """The conditions that rules name."""
        return self._of_condition.keys()

    def follow_conditions(self, now: Instant, outcome: Outcome) -> None:
        """Judge what names a condition that has changed, until nothing changes any more.

        That ends, since rules that name conditions form no cycle; the bound is for a mistake.
        """
        for _ in range(len(self._of_condition) + 1):
            turned = [key for key in self._of_condition if self._turn(key)]
            if not turned:
                return
            rules = {rule.source: rule for key in turned for rule in self._of_condition[key]}
            for rule in rules.values():
                rule.judge(now, outcome)
                self._note_due(rule, now)

    def _turn(self, key: Key) -> bool:
        """Bring the state of a condition up to date; tell whether it has changed."""
        zone, condition = key
        state = self._values.seen_from(zone).condition(zone, condition)
        truth = self._in_force(key)
        if truth is state.truth:
            return False
        state.truth = truth
        return True

    def _in_force(self, key: Key) -> Truth:
        """Tell whether a condition is in force in earnest; unknown while a rule cannot tell."""
        zone, condition = key
        for occurrence in self._occurrences.of(condition):
            if occurrence.zone != zone or occurrence.mode is not Mode.LIVE:
                continue
            rule = self.rules.get(occurrence.source)
            if rule is None or rule.definition.raises is condition:
                return True  # else it is a rule's own warning, which no rule may live on
        unknown = any(
            rule.life.last is None or rule.mode is Mode.TEST for rule in self._raising.get(key, ())
        )
        return None if unknown else False

    def _note_due(self, rule: RunningRule, now: Instant) -> None:
        due = rule.due(now)
        if due == self._dues.get(rule):
            return
        if due is None:
            del self._dues[rule]
            return
        self._put_due(rule, due)

    def _put_due(self, rule: RunningRule, due: Instant) -> None:
        self._dues[rule] = due
        self._queued += 1
        heappush(self._queue, (due, self._queued, rule))
