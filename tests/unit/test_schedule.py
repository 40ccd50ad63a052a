"""The order of questions on a line, over simulated hours of lines of any load."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.schedule import LEAST_APART, NEVER, ORDINARY_PATIENCE, Schedule, Slot
from rules.instant import Duration, Instant, seconds

START = Instant(10**15)
ATTEMPT = seconds(0.3)
POLL = seconds(0.03)
LONGEST_WAIT = seconds(30)


def slot(unit: int, every: float = 1.0, *, alarm: bool = False, jitter: float = 0.0) -> Slot:
    return Slot(
        unit=unit, every=seconds(every), alarm=alarm, jitter=jitter, attempt=ATTEMPT, takes=POLL
    )


@dataclass
class Asked:
    at: Instant
    slot: int
    failed: bool
    ahead: bool
    ended: Instant


def never(unit: int, at: Instant) -> bool:
    return False


def run(
    slots: list[Slot],
    *,
    for_seconds: float,
    is_dead: Callable[[int, Instant], bool] = never,
    poll: Duration | Sequence[Duration] = POLL,
    hold: Duration = Duration(0),
    fills_gaps: bool = False,
) -> list[Asked]:
    """Let a line of such devices go on for a while; give who was asked when.

    Answers take as long as `poll` says, where it says several one after another.
    """
    schedule = Schedule(slots, START, fills_gaps=fills_gaps)
    polls = cycle([poll] if isinstance(poll, int) else poll)
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
        ended = Instant(now + (ATTEMPT if failed else next(polls)))
        asked.append(Asked(now, picked, failed, schedule.ahead, ended))
        now = ended
        if failed:
            schedule.failed(picked, now, hold)
        else:
            schedule.answered(picked, now)
    return asked


def times_of(asked: list[Asked], wanted: int) -> list[Instant]:
    return [each.at for each in asked if each.slot == wanted]


periods = st.sampled_from([0.5, 1.0, 2.0, 5.0])
lines = st.lists(
    st.builds(slot, unit=st.just(0), every=periods, alarm=st.booleans(), jitter=st.floats(0, 1)),
    min_size=1,
    max_size=12,
).map(lambda slots: [replace(each, unit=number) for number, each in enumerate(slots)])


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
    schedule = Schedule([slot(1), slot(2)], START, fills_gaps=False)

    for _ in range(2):
        picked = schedule.pick(START)
        assert picked is not None
        assert not schedule.nobody_answers
        schedule.failed(picked, START)

    assert schedule.nobody_answers
    retry = schedule.pick(schedule.next_due(START))
    assert retry is not None
    schedule.answered(retry, START)
    assert not schedule.nobody_answers
    assert schedule.failures(retry) == 0


def test_a_line_without_devices_is_never_due() -> None:
    schedule = Schedule([], START, fills_gaps=True)

    assert schedule.pick(START) is None
    assert schedule.next_due(START) == NEVER
    assert not schedule.nobody_answers


# -- alarm points ahead of their time --------------------------------------------------------------

CHARACTER_AT_19200 = 11 / 19200
POLL_AT_19200 = seconds(24 * CHARACTER_AT_19200)  # 8 and 9 characters, and twice 3.5 of silence


def longest_wait(asked: list[Asked], wanted: int, *, since: float) -> Duration:
    times = [at for at in times_of(asked, wanted) if at >= START + seconds(since)]
    return max(Duration(after - before) for before, after in pairwise(times))


def test_16_alarm_points_are_asked_as_often_as_a_line_of_19200_baud_has_room_for() -> None:
    slots = [slot(unit, alarm=True) for unit in range(16)]

    asked = run(slots, for_seconds=120, poll=POLL_AT_19200, fills_gaps=True)

    floor = 16 * POLL_AT_19200
    counts = [sum(at >= START + seconds(60) for at in times_of(asked, n)) for n in range(16)]
    cycle_time = seconds(60) / min(counts)
    assert cycle_time <= 1.05 * floor, f"{cycle_time / 1e6:.1f} ms, the wire {floor / 1e6:.1f} ms"
    longest = max(longest_wait(asked, number, since=60) for number in range(16))
    assert longest <= 1.1 * floor, f"{longest / 1e6:.1f} ms, the wire {floor / 1e6:.1f} ms"


def test_a_device_alone_on_its_line_is_not_asked_all_the_time() -> None:
    asked = run([slot(1, alarm=True)], for_seconds=60, poll=seconds(0.005), fills_gaps=True)

    assert 590 <= len(asked) <= 601


@given(lines, st.lists(st.sampled_from([0.005, 0.03, 0.2]), min_size=1, max_size=5))
def test_ahead_of_its_time_an_alarm_point_is_asked_when_nobody_is_due_and_the_longest_wait_first(
    slots: list[Slot], polls: list[float]
) -> None:
    asked = run(slots, for_seconds=20, poll=[seconds(poll) for poll in polls], fills_gaps=True)

    due = dict.fromkeys(range(len(slots)), START)
    last: dict[int, Instant] = {}
    for each in asked:
        if each.ahead:
            assert slots[each.slot].alarm
            assert min(due.values()) > each.at
            assert each.at - last[each.slot] >= LEAST_APART
        else:
            every = slots[each.slot].every
            due[each.slot] = Instant(START + ((each.at - START) // every + 1) * every)
        last[each.slot] = each.at


@given(lines, st.lists(st.sampled_from([0.005, 0.03, 0.2]), min_size=1, max_size=5))
def test_what_is_asked_ahead_makes_nobody_later_than_by_one_question(
    slots: list[Slot], polls: list[float]
) -> None:
    asked = run(slots, for_seconds=60, poll=[seconds(poll) for poll in polls], fills_gaps=True)

    once = len(slots) * seconds(max(polls))
    if once + seconds(max(polls)) > min(each.every for each in slots):
        return  # a line without room skips periods whatever is asked ahead
    for number, each in enumerate(slots):
        times = [one.at for one in asked if one.slot == number and not one.ahead]
        assert len(times) == seconds(60) // each.every
        for period, at in enumerate(times):
            late = at - (START + period * each.every)
            assert 0 <= late <= once + seconds(max(polls))


@given(lines, st.integers(0, 11))
def test_a_gap_belongs_to_the_re_try_of_a_failed_unit_before_anybody_ahead_of_its_time(
    slots: list[Slot], which: int
) -> None:
    dead = which % len(slots)

    def is_dead(unit: int, at: Instant) -> bool:
        return unit == dead

    filled = run(slots, for_seconds=60, is_dead=is_dead, fills_gaps=True)
    plain = run(slots, for_seconds=60, is_dead=is_dead)

    tries, plain_tries = (sum(each.failed for each in asked) for asked in (filled, plain))
    assert abs(tries - plain_tries) <= 1
    assert not any(each.ahead and each.slot == dead for each in filled)


def test_ten_dead_of_sixty_units_leave_the_living_their_periods() -> None:
    slots = [slot(unit, alarm=unit % 2 == 0, jitter=unit / 60) for unit in range(60)]
    for fills_gaps in (False, True):
        asked = run(
            slots,
            for_seconds=300,
            poll=POLL_AT_19200 // 2,  # 38400 baud: 60 of them take 0.41 s of each second
            is_dead=lambda unit, at: unit % 6 == 0,
            hold=seconds(1),
            fills_gaps=fills_gaps,
        )

        longest = {unit: longest_wait(asked, unit, since=30) for unit in range(60) if unit % 6 != 0}
        worst = max(longest, key=lambda unit: longest[unit])
        assert longest[worst] <= seconds(1.1), f"unit {worst}: {longest[worst] / 1e6:.0f} ms"
        assert sum(each.failed for each in asked) >= 10 * 300 // 30


def test_13_with_two_dead_of_sixteen_alarm_points_each_healthy_one_is_asked_within_5_s() -> None:
    slots = [slot(unit, alarm=True, jitter=unit / 16) for unit in range(16)]
    for fills_gaps in (False, True):
        asked = run(
            slots,
            for_seconds=600,
            poll=2 * POLL_AT_19200,  # 9600 baud
            is_dead=lambda unit, at: unit in (5, 11),
            hold=seconds(1),
            fills_gaps=fills_gaps,
        )

        healthy = set(range(16)) - {5, 11}
        assert max(longest_wait(asked, unit, since=0) for unit in healthy) <= seconds(5)


@dataclass
class Plain:
    """The rules of the order, one after another, with no thought for what they cost."""

    slots: list[Slot]

    def __post_init__(self) -> None:
        self.due = [START] * len(self.slots)
        self.asked = [Instant(0)] * len(self.slots)
        self.takes: list[float] = [each.takes for each in self.slots]
        self.failures = dict.fromkeys((each.unit for each in self.slots), 0)
        self.retry: dict[int, tuple[Instant, int]] = {}  # by unit
        self.retries_from = START
        self.ordinary_went_first = False

    def pick(self, now: Instant) -> tuple[int, bool] | None:
        living = [n for n, each in enumerate(self.slots) if each.unit not in self.retry]
        next_due = min((self.due[n] for n in living), default=NEVER)
        if self.retry:
            at, slot = min(self.retry.values())
            gap = next_due - now >= ATTEMPT
            if at <= now and (gap or now >= max(at + seconds(5), self.retries_from)):
                return self.take(slot, now, ahead=False)
        alarm_due = [n for n in living if self.slots[n].alarm and self.due[n] <= now]
        ordinary_due = [n for n in living if not self.slots[n].alarm and self.due[n] <= now]
        if alarm_due or ordinary_due:
            if not alarm_due:
                ordinary = True
            else:
                late = [n for n in ordinary_due if now - self.due[n] >= ORDINARY_PATIENCE]
                ordinary = self.ordinary_went_first = bool(late) and not self.ordinary_went_first
            if ordinary:
                return self.take(min(ordinary_due, key=lambda n: (self.due[n], n)), now, False)
            return self.take(min(alarm_due, key=lambda n: (self.asked[n], n)), now, False)
        free = [
            n
            for n in living
            if self.slots[n].alarm
            and now - self.asked[n] >= LEAST_APART
            and now + self.takes[n] <= next_due
        ]
        return self.take(min(free, key=lambda n: (self.asked[n], n)), now, True) if free else None

    def take(self, slot: int, now: Instant, ahead: bool) -> tuple[int, bool]:
        self.retry.pop(self.slots[slot].unit, None)
        self.asked[slot] = now
        while not ahead and self.due[slot] <= now:
            self.due[slot] = Instant(self.due[slot] + self.slots[slot].every)
        return slot, ahead

    def ended(self, slot: int, now: Instant, *, failed: bool) -> None:
        unit, every = self.slots[slot].unit, self.slots[slot].every
        if not failed:
            took = min(now - self.asked[slot], max(ATTEMPT, self.slots[slot].takes))
            expected = self.takes[slot]
            self.takes[slot] = max(took, expected - (expected - took) // 4)
            self.failures[unit] = 0
            return
        if self.failures[unit]:
            self.retries_from = Instant(now + 3 * ATTEMPT)
        wait = max(every, min(every * 2 ** self.failures[unit], seconds(20)))
        self.failures[unit] += 1
        self.retry[unit] = (Instant(now + wait + int(wait * 0.25 * self.slots[slot].jitter)), slot)


shared_units = st.lists(
    st.builds(
        slot,
        unit=st.integers(1, 4),
        every=periods,
        alarm=st.booleans(),
        jitter=st.sampled_from([0.0, 0.5]),
    ),
    min_size=1,
    max_size=8,
)
ends = st.tuples(st.sampled_from([0.005, 0.03, 0.2, 0.7]), st.integers(0, 9).map(lambda n: n == 0))


@settings(max_examples=300)
@given(shared_units, st.lists(ends, min_size=1, max_size=40))
def test_the_order_is_that_of_the_rules_written_plainly(
    slots: list[Slot], outcomes: list[tuple[float, bool]]
) -> None:
    schedule, plain, now = Schedule(slots, START, fills_gaps=True), Plain(slots), START
    for takes, failed in cycle(outcomes):
        if now > START + seconds(40):
            break
        while (picked := schedule.pick(now)) is None:
            assert plain.pick(now) is None
            now = schedule.next_due(now)
        assert plain.pick(now) == (picked, schedule.ahead)
        now = Instant(now + seconds(takes))
        plain.ended(picked, now, failed=failed)
        if failed:
            schedule.failed(picked, now)
        else:
            schedule.answered(picked, now)
