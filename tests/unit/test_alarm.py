"""The life of a condition: its table of transitions, the clock of `for`, hysteresis and reset."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario import FAULT_RELAY, SIREN, World, detector, rule, site

from rules.alarm import TRANSITIONS, Phase, RuleLife, Trigger
from rules.instant import Duration, Instant, seconds

UNKNOWN = None

# Rows are phases, columns triggers; · leaves the phase as it is.
LATCHING = """
              true      held       false    clear     reset
    quiet     pending   standing   ·        ·         ·
    pending   ·         standing   quiet    ·         ·
    standing  ·         ·          ·        latched   quiet
    latched   ·         standing   ·        ·         quiet
"""
NOT_LATCHING = LATCHING.replace("·        latched   quiet", "·        quiet     quiet")


def table(text):
    heading, *rows = [line.split() for line in text.strip().splitlines()]
    return {
        (Phase(phase), Trigger(trigger)): Phase(phase if cell == "·" else cell)
        for phase, *cells in rows
        for trigger, cell in zip(heading, cells, strict=True)
    }


@pytest.mark.parametrize(("latching", "text"), [(True, LATCHING), (False, NOT_LATCHING)])
def test_every_pair_of_phase_and_trigger_leads_where_the_table_says(latching, text):
    expected = table(text)

    assert len(expected) == len(Phase) * len(Trigger)
    for (phase, trigger), following in expected.items():
        life = RuleLife(seconds(1), latching=latching, phase=phase)
        life._move(trigger)
        assert life.phase is following, (phase, trigger)
        assert TRANSITIONS[latching][phase].get(trigger, phase) is following


class Judged:
    """A rule's life, judged in seconds."""

    def __init__(self, hold_s=5, *, latching=True):
        self.life = RuleLife(seconds(hold_s), latching=latching)

    def at(self, second, when, clear=...):
        if clear is ...:
            clear = None if when is None else not when
        return self.life.judge(Instant(seconds(second)), when, clear)

    def due(self):
        due = self.life.due()
        return None if due is None else due / 1e9


def test_without_for_a_condition_is_entered_at_once():
    assert Judged(hold_s=0).at(0, True) is Phase.STANDING


def test_for_is_counted_from_the_first_true_to_the_nanosecond():
    life = RuleLife(seconds(5), latching=True)

    assert life.judge(Instant(7), True, False) is Phase.PENDING
    assert life.due() == seconds(5) + 7
    assert life.judge(Instant(seconds(5) + 6), True, False) is Phase.PENDING
    assert life.judge(Instant(seconds(5) + 7), True, False) is Phase.STANDING


def test_false_ends_a_running_for_and_the_next_starts_anew():
    judged = Judged()

    judged.at(0, True)
    assert judged.at(4.999, False) is Phase.QUIET
    assert judged.due() is None
    judged.at(5, True)
    assert judged.due() == 10


def test_unknown_freezes_a_running_for_and_does_not_restart_it():
    judged = Judged()

    judged.at(0, True)
    assert judged.at(3, UNKNOWN) is Phase.PENDING
    assert judged.due() is None
    assert judged.at(100, UNKNOWN) is Phase.PENDING
    assert judged.at(200, True) is Phase.PENDING
    assert judged.due() == 202
    assert judged.at(202, True) is Phase.STANDING


def test_false_after_unknown_ends_a_frozen_for():
    judged = Judged()

    judged.at(0, True)
    judged.at(3, UNKNOWN)
    assert judged.at(4, False) is Phase.QUIET
    judged.at(5, True)
    assert judged.due() == 10


@pytest.mark.parametrize("latching", [True, False])
def test_unknown_changes_no_phase(latching):
    for phase in Phase:
        life = RuleLife(seconds(0), latching=latching, phase=phase)
        assert life.judge(Instant(0), UNKNOWN, UNKNOWN) is phase


def test_a_condition_that_stands_has_nothing_due():
    judged = Judged(hold_s=1)

    judged.at(0, True)
    judged.at(1, True)
    assert judged.due() is None


def test_a_latched_condition_stands_again_only_after_its_for():
    judged = Judged()

    judged.at(0, True)
    judged.at(5, True)
    assert judged.at(6, False) is Phase.LATCHED
    assert judged.at(7, True) is Phase.LATCHED
    assert judged.due() == 12
    assert judged.at(12, True) is Phase.STANDING


@pytest.mark.parametrize(("latching", "after"), [(True, Phase.LATCHED), (False, Phase.QUIET)])
def test_between_its_two_thresholds_a_condition_stays_as_it_is(latching, after):
    judged = Judged(hold_s=0, latching=latching)

    assert judged.at(0, False, clear=False) is Phase.QUIET
    assert judged.at(1, True, clear=False) is Phase.STANDING
    assert judged.at(2, False, clear=False) is Phase.STANDING
    assert judged.at(3, False, clear=UNKNOWN) is Phase.STANDING
    assert judged.at(4, False, clear=True) is after


@pytest.mark.parametrize(
    ("when", "clear", "ends"),
    [
        (True, False, False),
        (False, False, False),  # below the threshold, not yet below the lower one
        (UNKNOWN, UNKNOWN, True),  # the detector may have burned
        (UNKNOWN, False, True),
        (False, UNKNOWN, True),  # a dead detector would hold the alarm for ever
    ],
)
@pytest.mark.parametrize("latching", [True, False])
def test_reset_is_refused_while_the_cause_is_known_to_stand(latching, when, clear, ends):
    judged = Judged(hold_s=0, latching=latching)
    judged.at(0, True)
    judged.at(1, when, clear)

    assert judged.life.reset() is ends
    assert judged.life.phase is (Phase.QUIET if ends else Phase.STANDING)


def test_reset_ends_what_is_latched_and_a_new_cause_starts_its_for_anew():
    judged = Judged()
    judged.at(0, True)
    judged.at(5, True)
    judged.at(6, False)

    assert judged.life.reset()
    assert judged.life.phase is Phase.QUIET
    assert judged.at(7, True) is Phase.PENDING
    assert judged.due() == 12


def test_reset_stops_the_running_for_of_a_latched_condition():
    judged = Judged()
    for second, when in [(0, True), (5, True), (6, False), (7, True), (10, True)]:
        judged.at(second, when)
    assert judged.life.phase is Phase.LATCHED

    judged.life.reset()
    assert judged.due() is None
    judged.at(11, True)
    assert judged.due() == 16


def test_a_condition_that_cleared_on_an_unknown_input_counts_its_next_for_in_full():
    judged = Judged(latching=False)
    judged.at(0, True)
    judged.at(5, True)

    assert judged.at(9, UNKNOWN, clear=True) is Phase.QUIET
    judged.at(20, True)
    assert judged.due() == 25


def test_reset_does_not_touch_a_running_for():
    judged = Judged()
    judged.at(0, True)

    judged.life.reset()
    assert judged.at(5, True) is Phase.STANDING


class PlainFor:
    """Adds up, from the whole history, the stretches that began with true since the last false."""

    def __init__(self, hold):
        self.hold = hold
        self.history = []

    def held(self, at, when):
        self.history.append((at, when))
        since = 0
        for i, (_, truth) in enumerate(self.history):
            if truth is False:
                since = i
        stretches = zip(self.history[since:], self.history[since + 1 :], strict=False)
        true = sum(end - start for (start, truth), (end, _) in stretches if truth)
        return when is True and true >= self.hold


@given(
    hold=st.integers(0, 12),
    series=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from([True, True, None, False])), max_size=40
    ),
)
def test_for_runs_out_exactly_when_the_plain_definition_says(hold, series):
    life = RuleLife(Duration(hold), latching=True)
    plain = PlainFor(hold)
    at = 0

    for step, when in series:
        due = life.due()
        at += step
        held = plain.held(at, when)
        standing = life.judge(Instant(at), when, False) is Phase.STANDING
        assert standing is held
        if held:
            assert due is None or due <= at
            return
        assert life.due() is None or life.due() > at


# -- through the engine ----------------------------------------------------------------------------


def test_hysteresis_holds_an_alarm_until_the_lower_threshold():
    world = World(
        hall=site(
            detector("s1", "smoke"),
            rule("smoke", "s1.smoke > 3 %/m", clear="s1.smoke < 2 %/m"),
            outputs=[SIREN],
        )
    )

    world.run("""
        0                        | siren off
        1   s1.smoke 3           |
        2   s1.smoke 3.1         | alarm: entered fire-alarm rule/smoke
                                 | siren on
        3   s1.smoke 2.5         |
        4   reset                | refused: fire-alarm of rule/smoke stands: its cause has not…
        5   s1.smoke 3.5         |
        6   s1.smoke 1.9         | alarm: cleared fire-alarm rule/smoke
        7   reset                | alarm: left fire-alarm rule/smoke because reset by Lan
                                 | alarm: reset by Lan
                                 | siren off
    """)


def test_a_dead_detector_in_clear_does_not_hold_an_alarm_for_ever():
    world = World(
        hall=site(
            *(detector(name, "smoke") for name in ("s1", "s2", "s3")),
            rule("two", "count(smoke > 3 %/m) >= 2", clear="all(smoke < 2 %/m)"),
        )
    )

    world.run("""
        0   s1.smoke 4, s2.smoke 4, s3.smoke 0  | alarm: entered fire-alarm rule/two
        5   s1 fails, s2.smoke 0  |
        7            | trouble: entered fault detector/s1 because no-reply
                     | trouble: entered degraded zone/hall because unknown
        9   reset    | alarm: left fire-alarm rule/two because reset by Lan
                     | alarm: reset by Lan
        20           |
    """)


def test_a_burned_detector_can_be_reset():
    world = World(
        hall=site(detector("s1", "smoke"), rule("smoke", "s1.smoke > 3 %/m"), outputs=[FAULT_RELAY])
    )

    world.run("""
        0                | relay on
        1   s1.smoke 4   | alarm: entered fire-alarm rule/smoke
        2   s1 fails     |
        3   reset        | refused: fire-alarm of rule/smoke stands…
        4                | trouble: entered fault detector/s1 because no-reply
                         | trouble: entered degraded zone/hall because unprotected
                         | relay off
        5   reset        | alarm: left fire-alarm rule/smoke because reset by Lan
                         | alarm: reset by Lan
        9   s1 answers   | trouble: left fault detector/s1
                         | alarm: entered fire-alarm rule/smoke
                         | trouble: left degraded zone/hall
                         | relay on
    """)
