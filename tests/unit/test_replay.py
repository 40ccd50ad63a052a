"""A recording is judged once more to the same; other rules show what they would have told."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_life import file_of, lived
from scenario import SIREN, call_point, detector, rule, site

from gateway.recording.comparison import Difference, compared
from gateway.recording.format import decode
from gateway.recording.replay import Replay, told, told_now
from gateway.recording.replay_view import replay_lines
from gateway.text import Language
from rules.condition import Condition
from rules.instant import Instant, seconds
from rules.operator import (
    Act,
    BeginTest,
    Disable,
    Disabled,
    Enable,
    EndTest,
    OperatorCommand,
    Target,
)
from rules.part import PartFailed, PartRecovered, Tick, WallTime
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading

SITE = site(
    detector("s1", "smoke"),
    detector("s2", "smoke", "temperature", bus="other"),
    detector("g1", "gas", zone="kitchen", warm_up=3),
    call_point("mcp"),
    rule("one", "any(smoke > 3 %/m)", Condition.PRE_ALARM),
    rule("two", "count(smoke > 3 %/m) >= 2", hold=4),
    rule("mean", "avg(s2.temperature, 10 s) > 50 °C"),
    rule("gas", "g1.gas > 20 %LEL", Condition.GAS_ALARM, zone="kitchen", clear="g1.gas < 10 %LEL"),
    outputs=[SIREN],
)

SMALL = site(detector("s1", "smoke"), rule("one", "s1.smoke > 3 %/m", Condition.PRE_ALARM))

DETECTORS = [("s1", "smoke"), ("s2", "smoke"), ("s2", "temperature"), ("g1", "gas"), ("x", "co")]
ORDERS = st.one_of(
    st.builds(
        OperatorCommand,
        st.sampled_from(Act),
        st.sampled_from([None, "hall", "nowhere"]),
        st.just("Lan"),
    ),
    st.builds(
        Disable,
        target=st.just(Target(Disabled.DETECTOR, "s1")),
        author=st.just("Lan"),
        duration=st.just(seconds(5)),
    ),
    st.builds(Enable, target=st.just(Target(Disabled.DETECTOR, "s1")), author=st.just("Lan")),
    st.builds(BeginTest, zone=st.just("hall"), author=st.just("Lan"), duration=st.just(seconds(9))),
    st.builds(EndTest, zone=st.just("hall"), author=st.just("Lan")),
)


@st.composite
def lives(draw):
    """Random inputs with the core's time; measurements may come late."""
    now = 0
    inputs = []
    for _ in range(draw(st.integers(0, 60))):
        now += draw(st.sampled_from([0, seconds(0.2), seconds(1), seconds(3)]))
        at = Instant(max(0, now - draw(st.sampled_from([0, 0, 0, seconds(0.5)]))))
        name, quantity = draw(st.sampled_from(DETECTORS))
        bus = draw(st.sampled_from(["line", "other"]))
        given_ = draw(
            st.one_of(
                st.builds(
                    Reading,
                    st.just(name),
                    st.just(quantity),
                    st.sampled_from([0.0, 2.0, 5.0, 15.0, 60.0, 1000.0, -500.0]),
                    st.just(at),
                ),
                st.builds(
                    Reading,
                    st.just("mcp"),
                    st.just("contact"),
                    st.sampled_from([0.0, 1.0]),
                    st.just(at),
                ),
                st.just(Tick(at)),
                st.builds(
                    FailedPoll,
                    st.just(name),
                    st.sampled_from([FaultCause.NO_REPLY, FaultCause.DEVICE_FAULT]),
                    st.just("d"),
                    st.just(at),
                ),
                st.just(BusDown(bus, "gone", at)),
                st.just(BusUp(bus, at)),
                st.just(PartFailed(part="path/lan", cause="c", detail="d", at=at)),
                st.just(PartRecovered(part="path/lan", at=at)),
                st.builds(WallTime, st.just(at), st.sampled_from([0, 10**18]), st.booleans()),
                ORDERS,
            )
        )
        inputs.append((Instant(now), given_))
    return inputs


@given(lives(), st.sampled_from([1, 7, 1000]))
@settings(max_examples=60, deadline=None)
def test_a_recorded_life_replays_to_the_same_steps(inputs, at_once):
    steps, segments = lived(SITE, inputs, at_once=at_once)

    recording = decode(file_of(segments))

    assert [each.step for each in Replay(recording, SITE).steps()] == steps
    assert told(recording) == tuple(event for step in steps for event in step.events)


def readings(*values, name="s1", quantity="smoke"):
    """One reading a second, each followed by a tick."""
    for second, value in enumerate(values):
        at = Instant(seconds(second))
        yield at, Reading(name, quantity, value, at)
        yield at, Tick(at)


def shown(recording, by):
    pairs = compared(told(recording), told_now(recording, by))
    return list(replay_lines(recording, pairs, Language.ENGLISH))


def test_the_same_rules_tell_the_same():
    _, segments = lived(SITE, list(readings(0, 0, 5, 5, 5, 0)))
    recording = decode(file_of(segments))

    pairs = compared(told(recording), told_now(recording, SITE))

    assert {pair.difference for pair in pairs} == {Difference.SAME}


def test_other_rules_show_what_they_would_have_told_and_when():
    before = site(detector("s1", "smoke"), rule("one", "s1.smoke > 3 %/m"))
    slower = site(
        detector("s1", "smoke"),
        rule("one", "s1.smoke > 3 %/m", hold=2.5),
        rule("new", "s1.smoke > 4 %/m"),
    )
    _, segments = lived(before, list(readings(0, 0, 5, 5, 5, 5, 5, 0)))

    lines = shown(decode(file_of(segments)), slower)

    assert lines == [
        "recording of GW-1, kept for: fire-alarm rule/one; begins at an unknown time,",
        "  lasts 7 s, 16 inputs",
        "",
        "~ 2 s  enters fire-alarm one (now 2.5 s later)",
        "+ 2 s  enters fire-alarm new",
        "= 7 s  clears fire-alarm one",
        "+ 7 s  clears fire-alarm new",
        "",
        "= as then   ~ at another time   - only then   + only now",
        "differences: 3",
    ]


def test_a_rule_that_is_gone_is_only_then():
    before = site(detector("s1", "smoke"), rule("one", "s1.smoke > 3 %/m"))
    after = site(detector("s1", "smoke"))
    _, segments = lived(before, list(readings(0, 5)))
    recording = decode(file_of(segments))

    (pair,) = compared(told(recording), told_now(recording, after))

    assert pair.difference is Difference.ONLY_THEN


def test_a_recording_that_begins_in_the_middle_says_so_and_knows_what_stood():
    _, segments = lived(SMALL, list(readings(0, 5, 5, 5, 0, 0)), at_once=4)

    lines = shown(decode(file_of(segments[1:])), SMALL)

    assert any(line.startswith("it begins in the middle of a run") for line in lines)
    # what had been entered before is not told anew, and its end is
    assert "= 3 s  leaves pre-alarm one" in lines


def test_a_missing_segment_begins_the_judging_anew_and_is_counted():
    _, segments = lived(SITE, list(readings(*[0] * 20)), at_once=4)
    replay = Replay(decode(file_of([segments[0], segments[5], segments[6]])), SITE)

    starts = [each for each in replay.steps() if each.given is None]

    assert replay.gaps == 1
    assert len(starts) == 2


def test_a_replay_stops_where_it_is_told():
    _, segments = lived(SITE, list(readings(0, 5, 5)))
    replay = Replay(decode(file_of(segments)), SITE)

    last = list(replay.steps(Instant(seconds(1))))[-1]

    assert last.now == seconds(1)
    assert replay.engine.rule_now("rule/one").when.truth is True


def test_the_wall_clock_of_a_segment_gives_the_local_time():
    _, segments = lived(SITE, list(readings(0)), wall_ns=0)
    recording = decode(file_of(segments))

    lines = replay_lines(recording, (), Language.VIETNAMESE)

    assert "bắt đầu 1970-01-01 07:00:00" in " ".join(line.strip() for line in lines)


def test_the_nearest_events_are_paired():
    _, segments = lived(SMALL, list(readings(0, 5, 0, 5, 0)))
    events = [event for event in told(decode(file_of(segments))) if event.source == "rule/one"]
    entered = [event for event in events if event.change == "entered"]

    pairs = compared(entered[1:], entered)

    assert [pair.difference for pair in pairs] == [Difference.ONLY_NOW, Difference.SAME]
    moved = compared(entered[:1], [replace(entered[0], at=Instant(0))])
    assert moved[0].difference is Difference.MOVED
