"""A release that was just started guards as well as the one before it, or it does not."""

from dataclasses import replace

import pytest
from status_examples import BOOT, NOW, before, condition, detector, quiet

from gateway.control.status import PathNow, TrialNow
from gateway.health_check import (
    PATIENCE,
    PATIENCE_FOR_FIRST,
    STANDS_STILL,
    STEADY,
    Disturbed,
    HealthTrial,
    Lack,
    disturbed,
    lacking,
)
from rules.condition import Condition
from rules.health import Health, HealthState
from rules.instant import Duration, Instant, seconds
from rules.reading import FaultCause

HOT, COLD = detector("a", "hall"), detector("b", "hall")
FAULTY = Health(HealthState.FAULTY, FaultCause.NO_REPLY, "no reply")


def status(*, at=NOW, conditions=(), detectors=(HOT, COLD), paths=None, started=None, **changes):
    base = quiet()
    now = replace(base.now, at=at, conditions=tuple(conditions), detectors=tuple(detectors))
    paths = (PathNow(id="lan", connected=True, since=before(60)),) if paths is None else paths
    started = base.started if started is None else started
    return replace(base, now=now, paths=paths, started=started, **changes)


def kinds(lacks):
    return [(each.lack, each.subject) for each in lacks]


def test_a_release_that_has_all_that_the_one_before_had_lacks_nothing():
    assert lacking(status(), status(), NOW) == ()
    assert lacking(status(), None, NOW) == ()


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"store_ok": False}, (Lack.STORE, "")),
        ({"paths": ()}, (Lack.PATH, "lan")),
        (
            {"paths": (PathNow(id="lan", connected=False, since=NOW, detail="refused"),)},
            (Lack.PATH, "lan"),
        ),
        ({"detectors": (HOT,)}, (Lack.DETECTOR, "b")),
        ({"detectors": (HOT, replace(COLD, health=FAULTY))}, (Lack.DETECTOR, "b")),
        (
            {"detectors": (HOT, replace(COLD, health=Health(HealthState.STARTING)))},
            (Lack.UNHEARD, "b"),
        ),
        ({"conditions": [condition(Condition.FAULT, None, "bus/line")]}, (Lack.FAULT, "bus/line")),
        (
            {"conditions": [condition(Condition.FAULT, None, "gateway/core")]},
            (Lack.FAULT, "gateway/core"),
        ),
    ],
)
def test_what_the_one_before_had_and_it_has_not_is_lacking(changes, lack):
    assert kinds(lacking(status(**changes), status(), NOW)) == [lack]


@pytest.mark.parametrize(
    "changes",
    [
        {"store_ok": False},
        {"paths": ()},
        {"detectors": (HOT, replace(COLD, health=FAULTY))},
        {"conditions": [condition(Condition.FAULT, None, "bus/line")]},
    ],
)
def test_what_was_broken_before_may_stay_broken(changes):
    assert lacking(status(**changes), status(**changes), NOW) == ()


def test_a_detector_that_warms_up_is_there():
    warming = replace(COLD, health=Health(HealthState.WARMING_UP))

    assert lacking(status(detectors=(HOT, warming)), status(), NOW) == ()


def test_alarms_that_latched_and_what_people_ordered_must_still_be_there():
    fire = condition(Condition.FIRE_ALARM, "hall", "rule/fire")
    off = condition(Condition.DISABLED, "hall", "detector/a")
    passing = condition(Condition.PRE_ALARM, "hall", "rule/fire")

    lacks = lacking(status(), status(conditions=[fire, off, passing]), NOW)

    assert kinds(lacks) == [(Lack.CONDITION, "fire-alarm hall"), (Lack.CONDITION, "disabled hall")]
    assert lacking(status(conditions=[fire, off]), status(conditions=[fire, off]), NOW) == ()


def test_reduced_protection_is_no_lack_since_windows_are_empty_after_a_restart():
    reduced = condition(Condition.DEGRADED, "hall", "rule/fire")

    assert lacking(status(conditions=[reduced]), status(), NOW) == ()


def test_a_core_that_answers_and_does_not_turn_is_lacking():
    assert lacking(status(), None, Instant(NOW + STANDS_STILL)) == ()
    late = Instant(NOW + STANDS_STILL + 1)
    assert kinds(lacking(status(), None, late)) == [(Lack.STANDS_STILL, "")]


def later(by: Duration) -> Instant:
    return Instant(NOW + by)


def test_it_is_well_once_nothing_was_lacking_for_a_while():
    trial = HealthTrial(status(), NOW)

    assert trial.look(NOW, None) is None
    assert trial.look(later(seconds(2)), status(at=later(seconds(2)))) is None
    assert trial.look(later(seconds(2) + STEADY - 1), status(at=later(STEADY))) is None
    assert trial.look(later(seconds(2) + STEADY), status(at=later(STEADY))) is True


def test_one_that_does_not_answer_in_time_is_sick():
    trial = HealthTrial(None, NOW)

    assert trial.look(later(PATIENCE - 1), None) is None
    assert trial.look(later(PATIENCE), None) is False
    assert kinds(trial.lacks) == [(Lack.ANSWER, "")]


def test_a_detector_may_take_longer_to_be_heard_of():
    silent = replace(COLD, health=Health(HealthState.STARTING))
    trial = HealthTrial(status(), NOW)

    def look(by):
        return trial.look(later(by), status(at=later(by), detectors=(HOT, silent)))

    assert look(PATIENCE) is None
    assert look(PATIENCE_FOR_FIRST - 1) is None
    assert look(PATIENCE_FOR_FIRST) is False


def test_one_that_ended_and_came_again_is_sick_at_once():
    trial = HealthTrial(status(), NOW)

    assert trial.look(later(1), status(started=NOW)) is None
    assert trial.look(later(2), status(started=later(1))) is False
    assert kinds(trial.lacks) == [(Lack.RESTARTED, "")]


def test_a_bus_that_has_failed_for_half_a_minute_is_not_waited_for():
    trial = HealthTrial(status(), NOW)

    def look(by):
        down = condition(Condition.FAULT, None, "bus/line", seconds_ago=0, boot=BOOT)
        return trial.look(later(by), status(at=later(by), conditions=[down]))

    assert look(seconds(30) - 1) is None
    assert look(seconds(30)) is False


def test_a_lack_that_passes_begins_the_while_anew():
    trial = HealthTrial(status(), NOW)

    assert trial.look(later(0), status()) is None
    assert trial.look(later(STEADY - 1), status(at=later(STEADY), paths=())) is None
    assert trial.look(later(STEADY), status(at=later(STEADY))) is None
    assert trial.look(later(2 * STEADY), status(at=later(2 * STEADY))) is True


@pytest.mark.parametrize(
    "what",
    [Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM, Condition.TEST],
)
def test_a_restart_would_disturb_an_alarm_and_a_walk_test(what):
    standing = [condition(what, "hall", "rule/x"), condition(what, "hall", "rule/y")]

    assert disturbed(status(conditions=standing)) == (Disturbed(reason=what, subject="hall"),)


def test_a_restart_would_disturb_a_configuration_on_trial_and_nothing_else():
    on_trial = TrialNow(ends=before(-300), author="binh")
    others = [
        condition(what, "hall", "x")
        for what in (Condition.FAULT, Condition.DEGRADED, Condition.DISABLED)
    ]

    assert disturbed(status(trial=on_trial)) == (Disturbed(reason="trial"),)
    assert disturbed(status(conditions=others)) == ()
