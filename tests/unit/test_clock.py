"""The clock of a machine that has none: starts in 1970, jumps, loses its time server."""

import dataclasses
import os

import pytest

from gateway import synchronisation
from gateway.clock import (
    RELEASED_NS,
    Clock,
    ClockChangeKind,
    ClockSources,
    describe_jump,
    read_boot_id,
)
from gateway.record import BootOffset, ClockQuality
from rules.instant import Moment, seconds

S = 1_000_000_000
SUMMER_2027 = 1_814_400_000 * S
BOOT = "this-boot"


@dataclasses.dataclass
class Machine:
    """A machine whose hands can be turned."""

    monotonic_ns: int = 5 * S
    wall_ns: int = SUMMER_2027
    synchronised: bool = False
    questions: int = 0

    def pass_time(self, span_s: float, wall_rate: float = 1.0) -> None:
        self.monotonic_ns += round(span_s * S)
        self.wall_ns += round(span_s * wall_rate * S)

    def answer(self, wall_ns: int) -> bool:
        assert wall_ns == self.wall_ns
        self.questions += 1
        return self.synchronised

    def clock(self, **more) -> Clock:
        sources = ClockSources(
            monotonic_ns=lambda: self.monotonic_ns,
            time_ns=lambda: self.wall_ns,
            is_synchronised=self.answer,
        )
        return Clock(sources, boot_id=BOOT, **more)


def kind_of(change):
    return None if change is None else change.kind


def test_a_clock_that_starts_in_1970_runs_from_the_release_on_and_says_unknown():
    machine = Machine(wall_ns=3 * S)
    clock = machine.clock()

    machine.pass_time(60)
    reading = clock.read()

    assert reading.wall_ns == RELEASED_NS + 60 * S
    assert reading.quality is ClockQuality.UNKNOWN


def test_a_clock_that_starts_in_1970_runs_on_from_the_last_record():
    machine = Machine(wall_ns=3 * S)
    clock = machine.clock()
    clock.raise_floor(SUMMER_2027)
    clock.raise_floor(RELEASED_NS)  # an older word changes nothing

    machine.pass_time(1)

    assert clock.read().wall_ns == SUMMER_2027 + 1 * S


def test_a_wall_clock_beyond_the_floor_is_shown_as_it_is_though_unknown():
    clock = Machine(wall_ns=SUMMER_2027).clock()

    assert clock.read().wall_ns == SUMMER_2027
    assert clock.read().quality is ClockQuality.UNKNOWN


def test_once_synchronised_the_floor_does_not_bend_the_clock():
    # A floor from a record that was written with a clock set years ahead.
    machine = Machine(wall_ns=SUMMER_2027, synchronised=True)
    clock = machine.clock()
    clock.raise_floor(SUMMER_2027 + 1000 * 86400 * S)

    assert clock.read().wall_ns == SUMMER_2027


def test_synchronisation_after_1970_is_told_once_and_dates_the_earlier_events_of_the_boot():
    machine = Machine(wall_ns=3 * S, monotonic_ns=3 * S)
    clock = machine.clock()
    fire = Moment(BOOT, clock.now())
    assert clock.wall_of(fire) is None
    machine.pass_time(30)
    assert clock.poll() is None

    machine.wall_ns, machine.synchronised = SUMMER_2027, True
    change = clock.poll()

    assert change.kind is ClockChangeKind.ESTABLISHED
    assert change.offset == BootOffset(SUMMER_2027 - 33 * S, ClockQuality.SYNCHRONISED)
    assert change.jump == SUMMER_2027 - 33 * S
    assert clock.wall_of(fire) == SUMMER_2027 - 30 * S
    machine.pass_time(1)
    assert clock.poll() is None


@pytest.mark.parametrize("jump_s", [3, 3600, -3, -3600, -50 * 365 * 86400])
def test_a_jump_either_way_is_told_and_moves_no_instant(jump_s):
    machine = Machine(synchronised=True)
    clock = machine.clock()
    clock.poll()
    before = clock.now()

    machine.pass_time(1)
    machine.wall_ns += jump_s * S
    change = clock.poll()

    assert change.kind is ClockChangeKind.JUMPED
    assert change.jump == jump_s * S
    assert clock.now() == before + 1 * S
    assert clock.poll() is None


def test_a_clock_that_is_slewed_never_jumps():
    machine = Machine(synchronised=True)
    clock = machine.clock()
    clock.poll()

    changes = []
    for _ in range(20_000):  # at the kernel's fastest slew, 500 ppm: ten seconds in all
        machine.pass_time(1, wall_rate=1.0005)
        changes.append(clock.poll())

    assert set(changes) == {None}


def test_a_step_of_two_seconds_is_no_jump_and_more_is():
    machine = Machine(synchronised=True)
    clock = machine.clock()
    clock.poll()

    machine.wall_ns += 2 * S
    assert clock.poll() is None

    machine.wall_ns += 2 * S + 1
    assert kind_of(clock.poll()) is ClockChangeKind.JUMPED


def test_losing_the_time_server_is_holdover_and_finding_it_is_established():
    machine = Machine(synchronised=True)
    clock = machine.clock()
    assert kind_of(clock.poll()) is ClockChangeKind.ESTABLISHED

    machine.synchronised = False
    machine.pass_time(10)
    assert kind_of(clock.poll()) is ClockChangeKind.LOST
    assert clock.read().quality is ClockQuality.HOLDOVER

    machine.synchronised = True
    machine.pass_time(10)
    assert kind_of(clock.poll()) is ClockChangeKind.ESTABLISHED
    assert clock.read().quality is ClockQuality.SYNCHRONISED


def test_a_clock_set_by_hand_in_holdover_is_unknown():
    machine = Machine(synchronised=True)
    clock = machine.clock()
    clock.poll()
    machine.synchronised = False
    machine.pass_time(10)
    clock.poll()

    machine.wall_ns += 86400 * S
    change = clock.poll()

    assert change.kind is ClockChangeKind.JUMPED
    assert change.offset.quality is ClockQuality.UNKNOWN
    assert clock.read().quality is ClockQuality.UNKNOWN


def test_after_a_step_by_hand_moments_are_dated_by_the_last_good_time():
    machine = Machine(synchronised=True)
    clock = machine.clock()
    clock.poll()
    moment, dated = Moment(BOOT, clock.now()), machine.wall_ns

    machine.synchronised = False
    machine.wall_ns -= 86400 * S
    clock.poll()

    assert clock.wall_of(moment) == dated


@pytest.mark.parametrize(
    ("known", "synchronised", "expected"),
    [
        (None, False, ClockQuality.UNKNOWN),
        (None, True, ClockQuality.SYNCHRONISED),
        (ClockQuality.SYNCHRONISED, False, ClockQuality.HOLDOVER),
        (ClockQuality.HOLDOVER, False, ClockQuality.HOLDOVER),
        (ClockQuality.UNKNOWN, False, ClockQuality.UNKNOWN),
        (ClockQuality.SYNCHRONISED, True, ClockQuality.SYNCHRONISED),
    ],
)
def test_quality_after_a_restart_within_the_boot(known, synchronised, expected):
    machine = Machine(synchronised=synchronised)
    clock = machine.clock()

    if known is not None:
        clock.learn_boots({BOOT: BootOffset(machine.wall_ns - machine.monotonic_ns, known)})

    assert clock.read().quality is expected


def test_a_clock_that_was_set_while_the_gateway_was_down_is_no_holdover():
    machine = Machine()
    clock = machine.clock()

    offset_ns = machine.wall_ns - machine.monotonic_ns - 3600 * S
    clock.learn_boots({BOOT: BootOffset(offset_ns, ClockQuality.SYNCHRONISED)})

    assert clock.read().quality is ClockQuality.UNKNOWN


def test_moments_of_earlier_boots_are_dated_where_the_journal_knows_their_offset():
    clock = Machine(synchronised=True).clock()

    clock.learn_boots(
        {
            "known": BootOffset(SUMMER_2027, ClockQuality.SYNCHRONISED),
            "guessed": BootOffset(SUMMER_2027, ClockQuality.UNKNOWN),
        }
    )

    assert clock.wall_of(Moment("known", seconds(7))) == SUMMER_2027 + 7 * S
    assert clock.wall_of(Moment("guessed", seconds(7))) is None
    assert clock.wall_of(Moment("never heard of", seconds(7))) is None


def test_the_system_is_asked_about_synchronisation_every_ten_seconds_at_most():
    machine = Machine()
    clock = machine.clock()

    for _ in range(100):
        clock.read()
        clock.poll()
        machine.pass_time(1)

    assert machine.questions == 10


def test_a_jump_is_put_into_words():
    assert describe_jump(seconds(-3600)) == "the wall clock jumped back by 3600.0 s"
    assert describe_jump(seconds(2.5)) == "the wall clock jumped forward by 2.5 s"


def test_the_real_sources_give_this_machine_and_this_boot():
    clock = Clock(ClockSources(), boot_id=read_boot_id())

    first, second = clock.now(), clock.now()

    assert 0 < first <= second
    assert len(clock.boot_id) >= 32
    assert clock.read().wall_ns >= RELEASED_NS


def test_the_kernel_answers_or_refuses_but_never_breaks():
    assert synchronisation.kernel_says_synchronised() in (True, False, None)


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [(0, True), (2 * 3600, True), (2 * 3600 + 1, False), (-2 * 3600 - 1, False)],
)
def test_timesyncd_is_believed_while_its_last_success_is_fresh(tmp_path, age_s, expected):
    file = tmp_path / "synchronized"
    file.touch()
    os.utime(file, ns=(SUMMER_2027, SUMMER_2027))

    said = synchronisation.timesyncd_says_synchronised(SUMMER_2027 + age_s * S, file)

    assert said is expected


def test_without_timesyncd_its_file_says_nothing(tmp_path):
    assert not synchronisation.timesyncd_says_synchronised(SUMMER_2027, tmp_path / "none")
