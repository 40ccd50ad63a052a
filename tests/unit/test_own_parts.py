"""What the core is told of the gateway's own parts: at the start, of all that is left over."""

from dataclasses import replace

from centre_keys import centre
from settings_sites import loaded

from gateway.own_parts import OwnParts, failing_at_first, unsure_at_first
from rules import disablement
from rules.condition import Condition
from rules.instant import Instant, Moment
from rules.part import PartFailed, PartRecovered
from rules.snapshot import ConditionNow

NOW = Instant(7)
WELL = {"store": None, "key": None, "damage": None, "metrics": None}


def standing(source: str, condition: Condition = Condition.FAULT) -> ConditionNow:
    return ConditionNow(
        condition=condition,
        zone=None,
        source=source,
        incident=Moment("an earlier boot", Instant(1)),
        standing=True,
        latched=False,
        acknowledged=None,
        cause="",
        detail="",
    )


def begun(*left: ConditionNow, failing=(), unsure=()) -> list:
    told = []
    OwnParts(told.append, lambda: NOW).begin(left, failing, unsure)
    return told


def failed(part: str, condition: Condition = Condition.FAULT) -> PartFailed:
    return PartFailed(part=part, cause="c", detail="d", at=NOW, condition=condition)


def test_a_fault_of_an_earlier_process_ends_where_the_part_is_well():
    told = begun(standing("gateway/key"), standing("gateway/metrics", Condition.SUPERVISORY))

    assert told == [
        PartRecovered(part="gateway/key", at=NOW),
        PartRecovered(part="gateway/metrics", at=NOW, condition=Condition.SUPERVISORY),
    ]


def test_what_fails_still_is_told_and_not_ended():
    failing = (failed("gateway/store"),)

    assert begun(standing("gateway/store"), failing=failing) == [*failing]


def test_a_warning_of_a_part_that_has_a_fault_now_ends_all_the_same():
    failing = (failed("gateway/store"),)

    told = begun(standing("gateway/store", Condition.SUPERVISORY), failing=failing)

    ended = PartRecovered(part="gateway/store", at=NOW, condition=Condition.SUPERVISORY)
    assert told == [ended, *failing]


def test_what_only_time_will_show_is_left_as_it_is():
    settings = loaded()
    uplink = replace(settings.uplink, centres=(centre("pc07-33"),))
    unsure = unsure_at_first(replace(settings, uplink=uplink))

    left = [standing(source) for source in sorted(unsure)]

    assert begun(*left, unsure=unsure) == []
    assert {"path/lan", "path/lan/answer", "output/siren", "gateway/clock"} <= unsure


def test_an_answer_that_no_centre_will_ever_give_is_not_waited_for():
    unsure = unsure_at_first(loaded())

    told = begun(standing("path/lan/answer"), unsure=unsure)

    assert told == [PartRecovered(part="path/lan/answer", at=NOW)]


def test_what_is_no_part_of_the_gateway_is_not_touched():
    assert (
        begun(
            standing("detector/hall-co"),
            standing("bus/line"),
            standing(disablement.WHOLE_SITE),
            standing("gateway/x", Condition.DISABLED),
        )
        == []
    )


def test_what_is_wrong_from_the_start_is_found():
    plain = loaded(("tls: {}", "insecure: true"))

    found = failing_at_first(
        plain, NOW, store="full", key="not private", damage="set aside", metrics="taken"
    )

    assert [(each.part, each.condition, each.detail) for each in found] == [
        ("gateway/store", Condition.FAULT, "full"),
        ("gateway/key", Condition.FAULT, "not private"),
        ("gateway/journal", Condition.SUPERVISORY, "set aside"),
        ("gateway/metrics", Condition.SUPERVISORY, "taken"),
        (
            "path/lan/insecure",
            Condition.SUPERVISORY,
            "what goes to mqtt.example can be read and changed on its way",
        ),
    ]
    assert list(failing_at_first(loaded(), NOW, **WELL)) == []


def test_each_damaged_journal_is_told_though_an_earlier_one_stands():
    left = standing("gateway/journal", Condition.SUPERVISORY)
    damaged = PartFailed(
        part="gateway/journal",
        cause="damaged",
        detail="set aside as journal.db.damaged-2",
        at=NOW,
        condition=Condition.SUPERVISORY,
    )

    told = begun(left, failing=[damaged])

    ended = PartRecovered(part="gateway/journal", at=NOW, condition=Condition.SUPERVISORY)
    assert told == [ended, damaged]
