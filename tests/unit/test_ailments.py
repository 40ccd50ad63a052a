"""What of the unit's own state is told, from when on and until when."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.messages.contact_id import CODE_OF_GATEWAY_PART
from gateway.own_health.ailments import AILMENTS, PARTS, Course
from gateway.own_health.vitals import Part, Vitals
from gateway.own_parts import PREFIXES
from rules.condition import Condition
from rules.instant import Instant, seconds
from rules.part import PartFailed

MIB = 1024 * 1024
GIB = 1024 * MIB
WELL = Vitals(
    under_voltage=False,
    celsius=50.0,
    throttled=False,
    memory=Part(200 * MIB, 420 * MIB),
    room=Part(20 * GIB, 29 * GIB),
    files=Part(1_000_000, 1_900_000),
    read_only=False,
    file_system_errors=0,
)


def told(*vitals: Vitals, every_s: float = 2) -> list[tuple[str, str, str, float]]:
    """Give what is told over some looks but that all is well: part, condition, cause, when."""
    course, failed, heard = Course(), set(), []
    for number, each in enumerate(vitals):
        for one in course.look(each, Instant(seconds(number * every_s))):
            key = (one.part, one.condition)
            if isinstance(one, PartFailed):
                failed.add(key)
                heard.append((one.part, one.condition, one.cause, number * every_s))
            elif key in failed:
                failed.discard(key)
                heard.append((one.part, one.condition, "over", number * every_s))
    return heard


@pytest.mark.parametrize(
    ("ill", "part", "condition", "cause", "after_s"),
    [
        ({"under_voltage": True}, "gateway/supply", Condition.FAULT, "under-voltage", 0),
        ({"celsius": 80.0}, "gateway/temperature", Condition.SUPERVISORY, "hot", 10),
        (
            {"memory": Part(20 * MIB, 420 * MIB)},
            *("gateway/memory", Condition.SUPERVISORY, "memory-low", 30),
        ),
        (
            {"room": Part(255 * MIB, 29 * GIB)},
            *("gateway/disk", Condition.SUPERVISORY, "disk-low", 0),
        ),
        (
            {"files": Part(19, 1000)},
            *("gateway/disk", Condition.SUPERVISORY, "disk-low", 0),
        ),
        ({"read_only": True}, "gateway/file-system", Condition.FAULT, "file-system", 0),
        ({"file_system_errors": 1}, "gateway/file-system", Condition.FAULT, "file-system", 0),
    ],
)
def test_what_ails_the_unit_is_told_once_it_has_lasted_and_once_more_when_it_is_over(
    ill, part, condition, cause, after_s
):
    looks = [WELL] + [replace(WELL, **ill)] * 20 + [WELL] * 40

    assert told(*looks) == [
        (part, condition, cause, 2 + after_s),
        (part, condition, "over", 42 + 60),
    ]


def test_a_full_disk_is_a_fault_beside_the_warning():
    assert [
        (part, condition) for part, condition, *_ in told(replace(WELL, room=Part(0, GIB)))
    ] == [
        ("gateway/disk", Condition.SUPERVISORY),
        ("gateway/disk", Condition.FAULT),
    ]


def test_a_dip_of_the_supply_between_two_calm_minutes_is_one_fault():
    dip = replace(WELL, under_voltage=True)

    assert told(*([dip, WELL] * 60)) == [
        ("gateway/supply", Condition.FAULT, "under-voltage", 0),
    ]


def test_a_temperature_about_its_limit_is_told_once():
    looks = [replace(WELL, celsius=81.0)] * 6
    looks += [replace(WELL, celsius=celsius) for celsius in (79.0, 81.0, 76.0)] * 50

    assert told(*looks) == [("gateway/temperature", Condition.SUPERVISORY, "hot", 10)]


def test_what_cannot_be_seen_is_no_fault_and_ends_none():
    ill = replace(WELL, under_voltage=True)

    assert told(*[Vitals()] * 10) == []
    assert told(ill, *[Vitals()] * 100) == [
        ("gateway/supply", Condition.FAULT, "under-voltage", 0),
    ]


def test_the_first_good_look_ends_whatever_an_earlier_process_has_left():
    hot_at_first = Course()
    left = {(each.part, each.condition) for each in Course().look(WELL, Instant(0))}

    assert left == {(ailment.part, ailment.condition) for ailment in AILMENTS}
    assert hot_at_first.look(replace(WELL, celsius=80.0), Instant(0)) != []
    [cooled] = hot_at_first.look(WELL, Instant(seconds(2)))
    assert cooled.part == "gateway/temperature"
    assert hot_at_first.look(WELL, Instant(seconds(4))) == []


def test_a_small_disk_and_a_small_memory_are_judged_by_their_share():
    board = replace(WELL, memory=Part(22 * MIB, 420 * MIB), room=Part(11 * MIB, 200 * MIB))

    assert told(*[board] * 30) == []


@given(
    st.lists(
        st.builds(
            Vitals,
            under_voltage=st.none() | st.booleans(),
            celsius=st.none() | st.floats(0, 149),
            memory=st.none() | st.builds(Part, st.integers(0, GIB), st.integers(0, GIB)),
            room=st.none() | st.builds(Part, st.integers(0, GIB), st.integers(0, GIB)),
            files=st.none() | st.builds(Part, st.integers(0, 9), st.integers(0, 9)),
            read_only=st.none() | st.booleans(),
            file_system_errors=st.none() | st.integers(0, 3),
        ),
        max_size=30,
    )
)
def test_whatever_is_seen_faults_and_their_ends_take_turns(looks):
    course, failed = Course(), set()
    for number, vitals in enumerate(looks):
        for one in course.look(vitals, Instant(seconds(60 * number))):
            key = (one.part, one.condition)
            assert one.part in PARTS
            assert one.part.startswith(PREFIXES)
            if isinstance(one, PartFailed):
                assert key not in failed
                assert "\n" not in one.detail
                failed.add(key)
            else:
                failed.discard(key)


def test_the_room_for_the_journal_has_a_code_of_its_own():
    assert CODE_OF_GATEWAY_PART["disk"] == "623"
