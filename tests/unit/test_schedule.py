"""The order of questions on a line, over simulated hours of lines of any load."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drivers.schedule import NEVER, ORDINARY_PATIENCE, Schedule, Slot
from rules.instant import Duration, Instant, seconds

START = Instant(10**15)
ATTEMPT = seconds(0.3)
POLL = seconds(0.03)
LONGEST_WAIT = seconds(30)


def slot(unit: int, every: float = 1.0, *, alarm: bool = False, jitter: float = 0.0) -> Slot:
    return Slot(unit=unit, every=seconds(every), alarm=alarm, jitter=jitter)


@dataclass
class Asked:
    at: Instant
    slot: int
    failed: bool


def never(unit: int, at: Instant) -> bool:
    return False


def run(
    slots: list[Slot],
    *,
    for_seconds: float,
    is_dead: Callable[[int, Instant], bool] = never,
    poll: Duration = POLL,
    hold: Duration = Duration(0),
) -> list[Asked]:
    """Let a line of such devices go on for a while; give who was asked when."""
    schedule = Schedule(slots, START, ATTEMPT)
    now, asked = START, []
    while now < START + seconds(for_seconds):
        picked = schedule.pick(now)
        if picked is None:
            due = schedule.next_due(now)
            assert due > now, "asleep although somebody is to be asked"
            between = Instant((now + due) // 2)
            assert schedule.pick(between) is None or between == now, "overslept"
            now = min(due, Instant(START + seconds(for_seconds)))
            continue
        failed = is_dead(slots[picked].unit, now)
        asked.append(Asked(now, picked, failed))
        if failed:
            now = Instant(now + ATTEMPT)
            schedule.failed(picked, now, hold)
        else:
            now = Instant(now + poll)
            schedule.answered(picked)
    return asked


def times_of(asked: list[Asked], wanted: int) -> list[Instant]:
    return [each.at for each in asked if each.slot == wanted]


periods = st.sampled_from([0.5, 1.0, 2.0, 5.0])
lines = st.lists(
    st.builds(slot, unit=st.just(0), every=periods, alarm=st.booleans(), jitter=st.floats(0, 1)),
    min_size=1,
    max_size=12,
).map(
    lambda slots: [
        Slot(unit=n, every=each.every, alarm=each.alarm, jitter=each.jitter)
        for n, each in enumerate(slots)
    ]
)


@given(lines)
def test_on_a_line_with_room_each_device_is_asked_once_in_each_period_without_drift(
    slots: list[Slot],
) -> None:
    asked = run(slots, for_seconds=60)

    for number, each in enumerate(slots):
        times = times_of(asked, number)
        assert len(times) == seconds(60) // each.every
        for period, at in enumerate(times):
            late = at - (START + period * each.every)
            assert 0 <= late <= len(slots) * POLL


@given(lines, st.integers(0, 11), st.integers(1, 20))
def test_one_dead_device_moves_the_others_by_one_time_out_at_most(
    slots: list[Slot], which: int, dies_after: int
) -> None:
    dead = which % len(slots)
    asked = run(
        slots,
        for_seconds=120,
        is_dead=lambda unit, at: unit == dead and at > START + seconds(dies_after),
    )

    time_outs = sum(each.failed for each in asked)
    has_room = len(slots) * POLL + ATTEMPT <= min(each.every for each in slots)
    for number, each in enumerate(slots):
        if number == dead:
            continue
        times = times_of(asked, number)
        periods = seconds(120) // each.every
        if not has_room:  # the period of a time-out may be skipped, and no other
            assert len(times) >= periods - time_outs
            continue
        assert len(times) == periods
        for period, at in enumerate(times):
            late = at - (START + period * each.every)
            assert 0 <= late <= len(slots) * POLL + ATTEMPT


@given(lines, st.integers(0, 11), st.sampled_from([0.03, 0.2, 1.0]))
def test_a_dead_device_is_asked_again_within_30_s_whatever_the_load(
    slots: list[Slot], which: int, poll: float
) -> None:
    dead = which % len(slots)
    asked = run(slots, for_seconds=200, is_dead=lambda unit, at: unit == dead, poll=seconds(poll))

    times = times_of(asked, dead)
    assert len(times) >= 6
    for before, after in pairwise(times):
        waited = after - before - ATTEMPT
        assert slots[dead].every <= waited <= LONGEST_WAIT + seconds(poll)


@given(lines, st.integers(0, 11))
def test_a_retry_waits_for_a_gap_in_which_nobody_becomes_due(slots: list[Slot], which: int) -> None:
    dead = which % len(slots)
    asked = run(slots, for_seconds=120, is_dead=lambda unit, at: unit == dead)

    # With twelve polls of 30 ms in half a second there is a gap of 300 ms only where the line is
    # not full; such lines are of the other test.
    if sum(POLL / each.every for each in slots) > 0.2:
        return
    retries = [each.at for each in asked if each.failed][1:]
    for at in retries:
        others = [each.at for each in asked if each.slot != dead and each.at >= at]
        assert not others or others[0] - at >= ATTEMPT


@given(lines, st.sampled_from([0.03, 0.3, 2.0]))
def test_an_ordinary_device_goes_before_a_due_alarm_point_only_after_10_s(
    slots: list[Slot], poll: float
) -> None:
    asked = run(slots, for_seconds=60, poll=seconds(poll))

    due = dict.fromkeys(range(len(slots)), START)
    for each in asked:
        mine = slots[each.slot]
        if not mine.alarm:
            alarms_due = [n for n, other in enumerate(slots) if other.alarm and due[n] <= each.at]
            assert not alarms_due or each.at - due[each.slot] >= ORDINARY_PATIENCE
        periods_gone = (each.at - START) // mine.every + 1
        due[each.slot] = Instant(START + periods_gone * mine.every)


def test_on_a_line_that_alarm_points_fill_ordinary_devices_are_asked_all_the_same() -> None:
    slots = [slot(1, alarm=True), slot(2, alarm=True), slot(3), slot(4)]

    asked = run(slots, for_seconds=300, poll=seconds(1))

    for ordinary in (2, 3):
        times = times_of(asked, ordinary)
        gaps = [after - before for before, after in pairwise(times)]
        assert max(gaps) <= seconds(16)
    assert len(times_of(asked, 0)) > 100


def test_a_full_line_is_shared_evenly() -> None:
    slots = [slot(unit) for unit in range(20)]

    asked = run(slots, for_seconds=100, poll=seconds(0.1))

    counts = [len(times_of(asked, number)) for number in range(20)]
    assert max(counts) - min(counts) <= 1


def test_dead_devices_take_a_quarter_of_a_full_line_at_most() -> None:
    slots = [slot(unit) for unit in range(40)]

    asked = run(slots, for_seconds=300, poll=seconds(0.1), is_dead=lambda unit, at: unit >= 20)

    settled = [each for each in asked if each.at > START + seconds(60)]
    retries = sum(each.failed for each in settled)
    assert retries * ATTEMPT <= seconds(240) / 4 + ATTEMPT
    assert {each.slot for each in settled if each.failed} == set(range(20, 40))


def test_the_back_off_doubles_from_the_period() -> None:
    asked = run([slot(1, 1.0)], for_seconds=100, is_dead=lambda unit, at: True)

    times = times_of(asked, 0)
    waits = [after - before - ATTEMPT for before, after in pairwise(times)]
    assert waits[:7] == [seconds(wait) for wait in (1, 2, 4, 8, 16, 20, 20)]


def test_jitter_keeps_devices_that_died_together_apart() -> None:
    slots = [slot(1, jitter=0.1), slot(2, jitter=0.9)]

    asked = run(slots, for_seconds=300, is_dead=lambda unit, at: True)

    last = [times_of(asked, number)[-1] for number in (0, 1)]
    assert abs(last[0] - last[1]) > seconds(1)


def test_a_period_beyond_30_s_is_not_shortened_by_failing() -> None:
    asked = run([slot(1, 60.0)], for_seconds=400, is_dead=lambda unit, at: True)

    times = times_of(asked, 0)
    assert all(after - before >= seconds(60) for before, after in pairwise(times))


def test_a_unit_is_held_however_short_its_back_off() -> None:
    asked = run([slot(1, 0.1)], for_seconds=30, is_dead=lambda unit, at: True, hold=seconds(5))

    times = times_of(asked, 0)
    assert times[1] - times[0] == ATTEMPT + seconds(5)


def test_slots_of_one_unit_fail_together_and_come_back_together() -> None:
    slots = [slot(7, 1.0), slot(7, 2.0), slot(7, 5.0, alarm=True)]
    back = START + seconds(30)

    asked = run(slots, for_seconds=60, is_dead=lambda unit, at: at < back)

    failed = [each for each in asked if each.failed]
    assert {each.slot for each in failed} == {2}  # one of them tries for all
    for number, each in enumerate(slots):
        good = [one.at for one in asked if one.slot == number and not one.failed]
        assert good[0] - back <= seconds(25)
        assert len(good) >= (START + seconds(60) - good[0]) // each.every


def test_nobody_answers_until_the_first_answer() -> None:
    schedule = Schedule([slot(1), slot(2)], START, ATTEMPT)

    for _ in range(2):
        picked = schedule.pick(START)
        assert picked is not None
        assert not schedule.nobody_answers
        schedule.failed(picked, START)

    assert schedule.nobody_answers
    retry = schedule.pick(schedule.next_due(START))
    assert retry is not None
    schedule.answered(retry)
    assert not schedule.nobody_answers
    assert schedule.failures(retry) == 0


def test_a_line_without_devices_is_never_due() -> None:
    schedule = Schedule([], START, ATTEMPT)

    assert schedule.pick(START) is None
    assert schedule.next_due(START) == NEVER
    assert not schedule.nobody_answers
