"""What is told of answers that came ahead of their time."""

import math

from hypothesis import given
from hypothesis import strategies as st
from scenario import detector

from drivers.modbus.told import NOTABLE, Told, steps_of
from rules.instant import Instant, seconds
from rules.profile import CONTACT_RANGE, DetectorKind, Profile, QuantityRange
from rules.reading import FailedPoll, FaultCause, Measurement, Reading
from rules.supervision import DetectorSupervision, FaultChange, FaultKind

PROFILE = Profile(
    id="both",
    name="",
    driver="modbus",
    kind=DetectorKind.SENSOR,
    source="",
    quantities={
        "temperature": QuantityRange(lowest=-40, highest=160),
        "contact": CONTACT_RANGE,
    },
    device=None,
)
STEP = 2.0  # °C: a hundredth of the range
FAILED = FailedPoll("d", FaultCause.DEVICE_FAULT, "unit 1 reports lens", seconds(0))


def told() -> Told:
    return Told(steps_of(PROFILE))


def of(quantity: str, value: float) -> list[Measurement]:
    return [Reading("d", quantity, value, seconds(1))]


def heat(value: float) -> list[Measurement]:
    return of("temperature", value)


def test_what_is_due_is_told_whatever_it_says() -> None:
    memory = told()

    assert [list(memory.due(heat(20))) for _ in range(3)] == [heat(20)] * 3
    assert list(memory.due([FAILED])) == list(memory.due([FAILED])) == [FAILED]


def test_a_contact_that_turned_is_told_each_time_and_one_that_did_not_is_not() -> None:
    memory = told()
    memory.due(of("contact", 0))

    turns = [memory.ahead(of("contact", value)) for value in (0, 1, 1, 0, 1, 1)]

    assert turns == [[], of("contact", 1), [], of("contact", 0), of("contact", 1), []]


def test_a_number_is_told_ahead_when_it_moved_by_a_hundredth_of_its_range_and_once_until_due() -> (
    None
):
    memory = told()
    memory.due(heat(20))

    assert memory.ahead(heat(20 + STEP)) == []
    assert memory.ahead(heat(20.01 + STEP)) == heat(20.01 + STEP)
    assert memory.ahead(heat(80)) == []
    memory.due(heat(80))
    assert memory.ahead(heat(77)) == heat(77)


def test_the_first_good_value_behind_a_failure_is_told_as_it_is() -> None:
    memory = told()
    memory.due([*heat(20), *of("contact", 1)])

    assert memory.ahead([FAILED]) == [FAILED]
    assert memory.ahead([*heat(20), *of("contact", 1)]) == [*heat(20), *of("contact", 1)]
    assert memory.ahead([*heat(20), *of("contact", 1)]) == []


def test_a_failure_is_told_ahead_once_and_another_one_is_news() -> None:
    memory = told()
    other = FailedPoll("d", FaultCause.EXCEPTION_REPLY, "exception 04", seconds(0))

    assert [memory.ahead([each]) for each in (FAILED, FAILED, other, other, FAILED)] == [
        [FAILED],
        [],
        [other],
        [],
        [FAILED],
    ]


values = st.one_of(st.integers(-50, 170).map(float), st.sampled_from([math.inf, -math.inf]))


@given(st.lists(st.tuples(st.booleans(), values), max_size=60))
def test_whoever_hears_only_what_is_told_is_never_wrong_by_more_than_one_step_at_first(
    polls: list[tuple[bool, float]],
) -> None:
    memory, newest, moved = told(), None, False
    for is_due, value in polls:
        heard = memory.due(heat(value)) if is_due else memory.ahead(heat(value))
        assert len(heard) <= 1
        if is_due:
            moved = False
        if heard:
            moved = moved or (not is_due and newest is not None)
            newest = value
        else:
            assert newest is not None
            assert moved or value == newest or abs(value - newest) <= NOTABLE * 200


# -- warnings -------------------------------------------------------------------------------------


def warned(found: list[Measurement]) -> list[Measurement]:
    return [FailedPoll("d", FaultCause.DEVICE_WARNING, "dirty", seconds(1)), *found]


def test_a_warning_is_told_ahead_when_it_comes_and_then_with_all_that_is_told() -> None:
    memory = told()
    memory.due(of("contact", 0))

    assert memory.ahead(warned(of("contact", 0))) == warned([])
    assert memory.ahead(warned(of("contact", 0))) == []
    assert memory.ahead(warned(of("contact", 1))) == warned(of("contact", 1))
    assert memory.due(warned(of("contact", 1))) == warned(of("contact", 1))
    assert memory.ahead(of("contact", 0)) == of("contact", 0)
    assert memory.ahead(warned(of("contact", 0))) == warned([])


def test_a_warning_makes_no_news_of_values_that_stand_still() -> None:
    memory = told()
    memory.due(warned([*heat(20), *of("contact", 0)]))

    assert memory.ahead(warned([*heat(21), *of("contact", 0)])) == []
    assert memory.ahead(warned([*heat(80), *of("contact", 0)])) == warned(heat(80))


@given(
    st.lists(
        st.tuples(
            st.booleans(),  # whether it is due
            st.sampled_from(["well", "warned", "failed"]),
            st.booleans(),  # the contact
            st.integers(1, 3),  # how long the answer took to come, in parts of a poll
        ),
        max_size=60,
    )
)
def test_a_warning_stands_as_long_as_the_device_says_it_however_little_of_it_is_told(
    polls: list[tuple[bool, str, bool, int]],
) -> None:
    """Held against the core's own judgement: it never flaps, and goes at the next due instant."""
    memory = told()
    core = DetectorSupervision(
        detector("d", "temperature", "contact"), started=Instant(0), warming=False
    )
    stands = False
    for number, (is_due, says, active, late) in enumerate(polls, 1):
        first, last = Instant(seconds(number)), Instant(seconds(number) + seconds(0.1 * late))
        found: list[Measurement] = [
            Reading("d", "temperature", 20.0, last),
            Reading("d", "contact", float(active), first),
        ]
        if says == "warned":
            found.insert(0, FailedPoll("d", FaultCause.DEVICE_WARNING, "dirty", last))
        elif says == "failed":
            found = [FailedPoll("d", FaultCause.EXCEPTION_REPLY, "exception 04", last)]
        changes = [
            change
            for each in (memory.due(found) if is_due else memory.ahead(found))
            for change in heard(core, each)
            if change.kind is FaultKind.WARNING
        ]
        assert len(changes) <= 1
        for change in changes:
            stands = change.cause is not None
        if says == "warned":
            assert stands
        elif says == "well" and is_due:
            assert not stands


def heard(core: DetectorSupervision, measurement: Measurement) -> list[FaultChange]:
    """Let the core take a measurement."""
    if isinstance(measurement, Reading):
        _, changes = core.measured(measurement.quantity, measurement.value, measurement.at)
        return list(changes)
    assert isinstance(measurement, FailedPoll)
    change = core.failed(measurement.cause, measurement.detail, measurement.at)
    return [] if change is None else [change]
