"""When a path is proven, when it counts as silent, and when it is asked again."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.uplink.path_probe import MOST_WAITING, PathProbe, ProbeTiming, Proof
from rules.instant import Instant, seconds

START = Instant(10**15)
TIMING = ProbeTiming(answer_within=seconds(90))  # longer than usual, and a round number


def after(seconds_: float) -> Instant:
    return Instant(START + seconds(seconds_))


def connected() -> PathProbe:
    probe = PathProbe(TIMING)
    probe.connected(START)
    return probe


def asked(*at: float) -> PathProbe:
    """A path that was asked at these seconds after the connection, with nonces 0, 1, …"""
    probe = connected()
    for number, second in enumerate(at):
        probe.sent(str(number), after(second))
    return probe


def test_a_connection_proves_nothing_by_itself():
    assert connected().state(START) is Proof.UNPROVEN


def test_an_answer_proves_the_path_and_tells_how_long_it_took():
    probe = asked(0)

    assert probe.answered("0", after(1.5)) == seconds(1.5)
    assert probe.state(after(1.5)) is Proof.PROVEN


def test_an_answer_counts_at_its_bound_and_no_second_later():
    assert asked(0).answered("0", after(90)) == seconds(90)
    assert asked(0).answered("0", after(91)) is None


def test_a_path_is_silent_a_second_after_the_bound_and_not_at_it():
    probe = asked(0)

    assert probe.state(after(90)) is Proof.UNPROVEN
    assert probe.state(after(91)) is Proof.SILENT


def test_a_path_on_which_not_even_a_probe_gets_out_is_silent_too():
    assert connected().state(after(90)) is Proof.UNPROVEN
    assert connected().state(after(91)) is Proof.SILENT


def test_a_proven_path_that_falls_silent_counts_from_the_first_probe_without_an_answer():
    probe = asked(0)
    probe.answered("0", after(1))
    probe.sent("1", after(60))
    probe.sent("2", after(90))

    assert probe.state(after(150)) is Proof.PROVEN
    assert probe.state(after(151)) is Proof.SILENT


def test_an_answer_says_nothing_of_the_probes_after_it():
    probe = asked(0, 30)
    probe.answered("0", after(31))

    assert probe.state(after(120)) is Proof.PROVEN
    assert probe.state(after(121)) is Proof.SILENT


def test_the_first_probe_has_its_whole_time_though_it_went_out_late():
    probe = asked(50)

    assert probe.state(after(140)) is Proof.UNPROVEN
    assert probe.state(after(141)) is Proof.SILENT


def test_the_first_answer_makes_a_silent_path_proven_again():
    probe = asked(0, 30, 60, 100)
    assert probe.state(after(101)) is Proof.SILENT

    assert probe.answered("3", after(102)) == seconds(2)
    assert probe.state(after(102)) is Proof.PROVEN


def test_a_late_answer_leaves_a_silent_path_silent():
    probe = asked(0)

    assert probe.answered("0", after(100)) is None
    assert probe.state(after(100)) is Proof.SILENT


def test_a_lost_answer_is_made_good_by_a_later_one():
    probe = asked(0, 30)
    probe.answered("1", after(31))

    assert probe.state(after(119)) is Proof.PROVEN
    assert probe.answered("0", after(32)) is None


def test_a_foreign_nonce_or_one_heard_before_proves_nothing():
    probe = asked(0)

    assert probe.answered("another", after(1)) is None
    assert probe.state(after(1)) is Proof.UNPROVEN
    probe.answered("0", after(1))
    probe.sent("1", after(60))
    assert probe.answered("0", after(61)) is None
    assert probe.state(after(151)) is Proof.SILENT


def test_an_answer_to_another_connection_proves_nothing_of_this_one():
    probe = asked(0)
    probe.disconnected()
    probe.connected(after(10))

    assert probe.answered("0", after(11)) is None
    assert probe.state(after(11)) is Proof.UNPROVEN
    assert probe.state(after(101)) is Proof.SILENT


def due(probe: PathProbe, second: float, *, preferred: bool = True, other: bool = False) -> bool:
    return probe.due(after(second), preferred=preferred, other_is_proven=other)


def test_a_new_connection_is_asked_at_once_and_none_without_one():
    probe = PathProbe()

    assert not due(probe, 0)
    probe.connected(START)
    assert due(probe, 0)
    assert due(probe, 0, preferred=False, other=True)
    probe.sent("0", START)
    assert not due(probe, 0)
    probe.disconnected()
    assert not due(probe, 10_000)


def test_what_is_not_answered_is_asked_again_after_thirty_seconds():
    for preferred in (True, False):
        assert not due(asked(0), 29, preferred=preferred, other=True)
        assert due(asked(0), 30, preferred=preferred, other=True)


def test_the_preferred_path_is_asked_each_minute_and_so_is_the_other_while_it_alone_may_work():
    probe = asked(0)
    probe.answered("0", after(1))

    for preferred, other in ((True, False), (True, True), (False, False)):
        assert not due(probe, 59, preferred=preferred, other=other)
        assert due(probe, 60, preferred=preferred, other=other)


def test_a_path_in_reserve_is_asked_each_hour():
    probe = asked(0)
    probe.answered("0", after(1))

    assert not due(probe, 3599, preferred=False, other=True)
    assert due(probe, 3600, preferred=False, other=True)
    assert due(probe, 61, preferred=False, other=False)  # it is needed now


def test_a_path_that_never_answers_costs_no_more_memory_with_time():
    probe = asked(*range(0, 30_000, 30))

    assert len(probe._waiting) <= MOST_WAITING
    assert probe.state(after(30_000)) is Proof.SILENT


def test_at_the_usual_times_a_primary_path_that_fails_is_known_within_90_s():
    usual = ProbeTiming()

    assert usual.every + seconds(5) + usual.answer_within <= seconds(90)
    assert usual.alternate_every + usual.answer_within <= seconds(5 * 3600)


def test_at_the_usual_times_no_nonce_is_forgotten_before_it_is_late():
    awaited = TIMING.answer_within // TIMING.again_after + 1

    assert awaited <= MOST_WAITING


DELAYS = st.integers(0, 90) | st.none()


def life(delays, *, preferred=True, other=False):
    """Run a path by its own wishes: the answer to probe n takes delays[n] s, or never comes.

    Gives (second, path, whether an answer came) of each second.
    """
    probe = connected()
    answers: dict[int, list[str]] = {}
    sent = second = 0
    while sent < len(delays) or second <= max(answers, default=0):
        if sent < len(delays) and due(probe, second, preferred=preferred, other=other):
            probe.sent(str(sent), after(second))
            if delays[sent] is not None:
                answers.setdefault(second + delays[sent], []).append(str(sent))
            sent += 1
        came = [probe.answered(nonce, after(second)) for nonce in answers.pop(second, ())]
        yield second, probe, any(took is not None for took in came)
        second += 1


@given(st.lists(st.integers(0, 90), min_size=1, max_size=12), st.booleans(), st.booleans())
def test_a_path_is_never_silent_while_each_probe_is_answered_in_time(delays, preferred, other):
    for second, probe, _ in life(delays, preferred=preferred, other=other):
        assert probe.state(after(second)) is not Proof.SILENT


@given(st.lists(DELAYS, max_size=12))
def test_a_path_is_silent_within_a_period_and_the_bound_after_answers_stop(delays):
    lived = list(life([*delays, *[None] * 5]))
    last_answer = max((second for second, _, answered in lived if answered), default=0)
    probe = lived[-1][1]
    bound = seconds(last_answer) + TIMING.every + TIMING.answer_within + seconds(1)

    assert probe.state(Instant(START + bound)) is Proof.SILENT


@given(st.lists(DELAYS, min_size=1, max_size=12))
def test_an_answer_in_time_always_proves_the_path(delays):
    for second, probe, answered in life(delays):
        assert not answered or probe.state(after(second)) is Proof.PROVEN
