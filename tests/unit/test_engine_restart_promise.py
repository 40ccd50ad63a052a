"""A restart loses nothing that stands, and delays what builds up by a bounded time only.

The gateway is stopped at any instant of any rule's life, for any time, over the same boot or
another, while the cause goes on. What it was about to raise comes no later than it would have come,
by the bound of `latest`.
"""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from scenario import Life, detector, rule, site

from rules.condition import Condition
from rules.event import Change, ConditionEvent
from rules.profile import DetectorKind
from rules.site import OnUnknown

POLLED_EVERY = 1
UPTIME = 20
"""Seconds from a boot to the start of the gateway."""


@dataclass(frozen=True)
class Shape:
    """A rule by its expression; `window` is how many seconds of the past it looks at."""

    when: str
    window: float = 0
    on_unknown: OnUnknown = OnUnknown.DEGRADE

    def __str__(self):
        return self.when


SHAPES = [
    Shape("s1.smoke > 3 %/m"),
    Shape("count(smoke > 3 %/m) >= 2"),
    Shape("avg(s1.smoke, 10 s) > 3 %/m", 10),
    Shape("min(s1.smoke, 5 s) > 3 %/m", 5),
    Shape("max(s1.smoke, 5 s) > 3 %/m and s2.smoke > 3 %/m", 5),
    Shape("rate(t.temperature, 20 s) > 4 K/min", 20),
    Shape("change(t.temperature, 10 s) > 0.5 K", 10),
    Shape("count(held(smoke > 3 %/m, 10 s)) >= 2", 10),
    Shape("verified(s1.smoke > 3 %/m, 5 s, 20 s)", 5),
    Shape("verified(avg(s1.smoke, 5 s) > 3 %/m, 5 s, 20 s)", 10),
    Shape("co_dose(c.co) >= 50 %", 60),  # of the 120 s that 300 ppm take to 100 %
    Shape("condition(cellar, fire-alarm) and s1.smoke > 3 %/m", 6),  # of that rule's `for`
    Shape("burnt.smoke > 3 %/m", 3, OnUnknown.ALARM),  # three polls that fail are a fault
]


@dataclass(frozen=True)
class Case:
    """A rule, the cause and a restart; in seconds since the first start."""

    shape: Shape
    hold: float
    raises: Condition
    warm_up: float
    begins: int  # when the cause does
    stopped: float
    outage: float
    is_reboot: bool

    def site(self):
        more = {"warm_up": self.warm_up}
        return site(
            detector("s1", "smoke", **more),
            detector("s2", "smoke", **more),
            detector("t", "temperature", kind=DetectorKind.HEAT, **more),
            detector("c", "co", kind=DetectorKind.CO, **more),
            detector("burnt", "smoke", **more),
            detector("below", "smoke", zone="cellar", **more),
            rule("cellar", "below.smoke > 3 %/m", zone="cellar", hold=6),
            rule(
                "one",
                self.shape.when,
                self.raises,
                hold=self.hold,
                on_unknown=self.shape.on_unknown,
            ),
        )

    def values(self, second):
        """Give what the detectors measure: from its beginning on the cause holds.

        One of them is None then: it does not answer any more.
        """
        burning = second >= self.begins
        smoke = 4.0 if burning else 0.0
        return {
            ("s1", "smoke"): smoke,
            ("s2", "smoke"): smoke,
            ("below", "smoke"): smoke,
            ("burnt", "smoke"): None if burning else 0.0,
            ("t", "temperature"): 20 + 0.1 * max(0, second - self.begins),  # 6 K/min
            ("c", "co"): 300.0 if burning else 0.0,
        }

    @property
    def latest(self):
        """How much later than without the restart the condition may be entered, in seconds.

        At the worst all that was seen is forgotten at the last instant: the outage, a poll, the
        warming up of the detectors, a whole window and a whole `for` come on top.
        """
        return self.outage + POLLED_EVERY + self.warm_up + self.shape.window + self.hold


class Run:
    """Plays a case; the detectors are read at each whole second, and a tick follows."""

    def __init__(self, case, *, restarts):
        self._case = case
        self._life = Life(case.site())
        self._booted = 0.0
        self.entered = None
        self._until = case.begins + case.latest + 200
        stops = restarts
        second = 0
        while self.entered is None and second < self._until:
            if stops and case.stopped < second:
                stops = False
                self._restart()
                second = int(case.stopped + case.outage) + 1
            self._ring(second)
            self._poll(second)
            second += 1
        if stops:
            self._restart()

    def _restart(self):
        """Begin anew; what is in force outlives that."""
        self._ring(self._case.stopped)
        before = self._life.in_force()
        up = self._case.stopped + self._case.outage
        boot = None
        if self._case.is_reboot:
            self._booted, boot = up - UPTIME, "boot-2"
        step = self._life.begin(self._life.definition, boot=boot, now=up - self._booted)
        assert before.items() <= self._life.in_force().items()
        if self.entered is not None:
            assert [e.change for e in step.events if self._is_about(e)] == [Change.STANDING]
        self._note(step, up)

    def _ring(self, until):
        while (due := self._life.engine.next_due()) is not None:
            at = due / 1e9 + self._booted
            if at >= until:
                return
            self._note(self._life.tick(due / 1e9), at)

    def _poll(self, second):
        now = second - self._booted
        for (name, quantity), value in self._case.values(second).items():
            if value is None:
                self._note(self._life.fail(now, name), second)
            else:
                self._note(self._life.read(now, name, quantity, value), second)
        self._note(self._life.tick(now), second)

    def _note(self, step, at):
        for event in step.events:
            if self._is_about(event) and event.change is Change.ENTERED:
                assert self.entered is None, "entered twice"
                self.entered = at

    def _is_about(self, event):
        """Tell it from the warning of an alarm that builds up."""
        return (
            isinstance(event, ConditionEvent)
            and event.source == "rule/one"
            and event.condition is self._case.raises
        )


cases = st.builds(
    Case,
    shape=st.sampled_from(SHAPES),
    hold=st.sampled_from([0, 2, 5, 30]),
    raises=st.sampled_from([Condition.FIRE_ALARM, Condition.PRE_ALARM]),
    warm_up=st.sampled_from([0, 4]),
    begins=st.integers(1, 30),
    stopped=st.integers(0, 360).map(lambda quarters: quarters / 4 + 0.125),
    outage=st.sampled_from([0, 0.5, 3, 20, 100]),
    is_reboot=st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(case=cases)
def test_a_restart_delays_what_builds_up_by_its_window_and_its_for_and_the_outage(case):
    undisturbed = Run(case, restarts=False).entered
    restarted = Run(case, restarts=True).entered

    assert undisturbed is not None
    assert restarted is not None, "lost"
    assert case.begins + case.hold <= restarted <= undisturbed + case.latest
