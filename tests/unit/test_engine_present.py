"""Looking at the present changes nothing: a status, a screen and a page may ask at any instant."""

from hypothesis import given
from hypothesis import strategies as st
from scenario import Life, detector, rule, site

from rules.condition import Condition
from rules.instant import Instant, seconds
from rules.part import Tick
from rules.reading import FailedPoll, FaultCause, Reading

WHEN = {
    "average": "avg(a.smoke, 5 s) > 4 %/m",
    "least": "min(a.smoke, 5 s) > 4 %/m",
    "greatest": "max(b.smoke, 5 s) > 4 %/m",
    "rise": "rate(b.temperature, 5 s) > 30 °C/min",
    "change": "change(a.temperature, 5 s) > 4 K",
    "old": "age(b.smoke) > 6 s",
    "dose": "co_dose(a.co) > 3 %",
}
SITE = site(
    *(detector(name, "smoke", "temperature", "co", stale_after=4) for name in "ab"),
    *(rule(name, when, Condition.FIRE_ALARM) for name, when in WHEN.items()),
)
VALUES = {"smoke": (0.0, 4.5, 9.0, 25.0), "temperature": (20.0, 26.0, 130.0), "co": (0.0, 450.0)}
INPUTS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.9, 1.0, 1.0, 3.0]),  # seconds since the one before
        st.sampled_from([0.0, 0.05, 0.4, 1.0, 2.5]),  # how many of them it comes late
        st.sampled_from("ab"),
        st.sampled_from([*VALUES, *VALUES, "tick", "failed"]),
        st.integers(0, 3),
        st.booleans(),  # whether somebody looks after it
    ),
    min_size=5,
    max_size=60,
)


@given(inputs=INPUTS)
def test_who_looks_at_the_present_changes_no_later_step(inputs):
    looked_at, left_alone = Life(SITE), Life(SITE)
    now = 0.0

    for passed, late, name, what, choice, is_looked_at in inputs:
        now += passed
        at = Instant(seconds(max(0.0, now - late)))
        if what in VALUES:
            given = Reading(name, what, VALUES[what][choice % len(VALUES[what])], at)
        elif what == "failed":
            given = FailedPoll(name, FaultCause.NO_REPLY, "", at)
        else:
            given = Tick(Instant(seconds(now)))
        assert looked_at.step(now, given) == left_alone.step(now, given)
        if is_looked_at:
            looked_at.engine.present()
            for source in WHEN:
                looked_at.engine.rule_now(f"rule/{source}")
    assert looked_at.engine.present() == left_alone.engine.present()
