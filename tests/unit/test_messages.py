"""Events on the wire: what they say, and what they can never be taken for."""

import json
from dataclasses import replace

import pytest
from contract_schemas import valid
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.example_events import (
    BEYOND_RANGE,
    DISABLED,
    FAULT,
    FIRE,
    RESET,
    STARTED,
    TEST,
    TEST_FIRE,
    TESTED,
)
from gateway.contract.example_site import DIRECTORY, ORIGIN
from gateway.messages.event import (
    EVENT_LIMIT,
    MOST_EVIDENCE,
    MessageTooLargeError,
    body_of,
    event_message,
    kind_of,
)
from gateway.messages.parts import clipped, measured, utc_time
from gateway.record import ClockQuality, Record, RecordName
from rules.condition import Condition, Lane
from rules.event import Change, ConditionEvent, Event, Evidence, Notice, NoticeEvent
from rules.instant import Instant, Moment

NINE_O_CLOCK_NS = 1_796_374_800_000_000_000  # 2026-12-04T09:00:00Z

WHY = "disabled by an.nguyen for 8 h: welding on the roof"


def record(event: Event, *, clock: ClockQuality = ClockQuality.SYNCHRONISED, seq: int = 7):
    return Record(
        name=RecordName("f" * 32, event.lane, seq),
        number=1,
        boot_id="boot-1",
        monotonic_ns=event.at,
        wall_ns=NINE_O_CLOCK_NS,
        clock=clock,
        kind=kind_of(event),
        body=body_of(event, DIRECTORY, NINE_O_CLOCK_NS),
        durable=True,
    )


def told(event: Event, **changes) -> dict:
    name = "condition-event" if isinstance(event, ConditionEvent) else "notice-event"
    return valid(name, event_message(record(event, **changes), ORIGIN, historical=False))


def test_the_envelope_names_the_event_for_ever():
    message = told(FIRE)

    assert message["id"] == f"{'f' * 32}/alarm/7"
    assert message["source"] == "/pccc/33/CS0001234/GW-8F2A"
    assert message["type"] == "vn.pccc.fire-alarm.entered"
    assert message["subject"] == "rule/kitchen-fire"
    assert message["time"] == "2026-12-04T09:00:00.000Z"
    assert (message["specversion"], message["datacontenttype"]) == ("1.0", "application/json")
    assert (message["gateway"], message["lane"], message["seq"]) == ("GW-8F2A", "alarm", 7)
    assert (message["boot"], message["monotonicns"]) == ("boot-1", "245123000000")


def test_attribute_names_are_such_as_cloudevents_allows():
    attributes = set(told(FIRE)) - {"data"}

    assert all(name.isascii() and name.isalnum() and name == name.lower() for name in attributes)


def test_names_stand_beside_ids():
    data = told(FIRE)["data"]

    assert data["zone"] == {"id": "kitchen", "name": "Bếp tầng 1"}
    assert data["site"]["name"] == "Chợ Phố Hiến"
    assert (data["site"]["province"], data["site"]["commune"]) == ("33", "12103")


def test_the_detector_is_named_where_there_is_but_one():
    one = told(BEYOND_RANGE)["data"]["detector"]
    several = told(FIRE)["data"]["detector"]
    of_the_source = told(FAULT)["data"]["detector"]
    of_its_range = told(replace(FAULT, source=f"{FAULT.source}/range"))["data"]["detector"]

    assert one == {"id": "kitchen-heat-1", "name": "Đầu báo nhiệt 1", "kind": "heat-detector"}
    assert several is None
    assert of_the_source["name"] == of_its_range["name"] == "Đầu báo nhiệt 2"


def test_over_range_and_unknown_are_said_in_words_that_json_has():
    beyond = told(BEYOND_RANGE)["data"]["evidence"][0]
    known, unknown = told(FIRE)["data"]["evidence"]

    assert (beyond["value"], beyond["over_range"], "unknown" in beyond) == (None, True, False)
    assert (unknown["value"], unknown["unknown"], "over_range" in unknown) == (None, True, False)
    assert known == {
        "detector": "kitchen-heat-1",
        "quantity": "temperature",
        "value": 61.5,
        "unit": "°C",
    }


def test_a_number_that_is_none_is_unknown():
    value = measured("d", "temperature", float("nan"))

    assert (value.value, value.unknown) == (None, True)


@pytest.mark.parametrize("change", list(Change))
@pytest.mark.parametrize("condition", list(Condition))
def test_each_condition_and_change_has_a_type_of_its_own(condition, change):
    message = told(replace(FIRE, condition=condition, change=change))

    assert message["type"] == f"vn.pccc.{condition}.{change}"
    assert message["data"]["condition"] == condition
    assert message["data"]["qualifier"] == (
        "new"
        if change in (Change.ENTERED, Change.SPREAD)
        else "restore"
        if change is Change.LEFT
        else "still"
    )


@pytest.mark.parametrize("notice", list(Notice))
def test_a_notice_has_no_field_that_an_alarm_is_known_by(notice):
    message = told(NoticeEvent(notice=notice, at=Instant(5), detail="x"))

    assert message["type"] == f"vn.pccc.notice.{notice}"
    assert not {"condition", "change", "qualifier", "latched"} & set(message["data"])


# What is not in earnest

CODES_OF_ALARMS = {"110", "111", "114", "115", "118", "151", "162", "912"}


@pytest.mark.parametrize("change", list(Change))
@pytest.mark.parametrize("condition", list(Condition))
def test_what_a_test_raises_cannot_be_taken_for_what_is_in_earnest(condition, change):
    event = replace(TEST_FIRE, condition=condition, change=change)

    message = told(event)

    assert event.lane is Lane.STATUS
    assert message["lane"] == "status"
    assert message["type"] == f"vn.pccc.test.{condition}.{change}"
    assert message["type"] not in {
        f"vn.pccc.{each}.{what}" for each in Condition for what in Change
    }
    assert message["data"]["mode"] == "test"
    assert message["data"]["contact_id"]["code"] not in CODES_OF_ALARMS
    assert "site" not in message["data"]


@pytest.mark.parametrize("condition", list(Condition))
def test_what_is_in_earnest_says_so(condition):
    assert told(replace(FIRE, condition=condition))["data"]["mode"] == "live"


def test_the_type_of_a_fire_is_not_found_in_that_of_a_test_by_its_beginning():
    assert told(FIRE)["type"].startswith("vn.pccc.fire-alarm.")
    assert not told(TEST_FIRE)["type"].startswith("vn.pccc.fire-alarm.")
    assert told(TEST)["type"] == "vn.pccc.test.entered"
    assert told(TEST)["lane"] == "trouble"


def test_a_detector_that_has_responded_to_a_test_is_a_notice_of_that_test():
    message = told(TESTED)

    assert message["type"] == "vn.pccc.test.notice.detector-tested"
    assert (message["lane"], message["data"]["mode"]) == ("status", "test")
    assert message["data"]["contact_id"]["code"] == "611"


def told_until(ends_wall_ns: int | None) -> dict:
    body = body_of(DISABLED, DIRECTORY, NINE_O_CLOCK_NS, ends_wall_ns)
    message = event_message(replace(record(DISABLED), body=body), ORIGIN, historical=False)
    return valid("condition-event", message)["data"]


def test_a_disablement_tells_who_why_and_until_when():
    data = told_until(NINE_O_CLOCK_NS + 8 * 3600 * 10**9)

    assert data["ends"] == "2026-12-04T17:00:00.000Z"
    assert (data["author"], data["detail"]) == ("an.nguyen", WHY)
    assert (data["source"], data["detector"]["id"]) == ("detector/kitchen-heat-2", "kitchen-heat-2")


def test_an_end_that_cannot_be_dated_is_null_and_what_has_no_end_has_no_such_field():
    assert told_until(None)["ends"] is None
    assert "ends" not in told(FIRE)["data"]


def test_a_latched_alarm_whose_cause_has_gone_is_no_restore():
    data = told(replace(FIRE, change=Change.CLEARED))["data"]

    assert (data["qualifier"], data["latched"]) == ("still", True)


def test_the_incident_is_the_same_from_first_to_last():
    entered = told(FIRE)["data"]["incident"]
    left = told(replace(FIRE, change=Change.LEFT, at=Instant(FIRE.at + 9)))["data"]["incident"]
    another = told(replace(FIRE, incident=Moment("boot-2", FIRE.at)))["data"]["incident"]

    assert entered == left != another


def test_only_the_alarm_lane_carries_the_site():
    assert "site" in told(FIRE)["data"]
    assert "site" in told(RESET)["data"]
    assert "site" not in told(FAULT)["data"]
    assert "site" not in told(STARTED)["data"]


def test_no_date_is_given_while_the_clock_is_unknown():
    message = told(FIRE, clock=ClockQuality.UNKNOWN)

    assert (message["time"], message["clock"]) == (None, "unknown")
    assert message["monotonicns"] == "245123000000"


def test_a_time_before_1970_or_after_9999_breaks_nothing():
    assert utc_time(-5) == "1970-01-01T00:00:00.000Z"
    assert utc_time(2**80).startswith("9999-12-31T23:59:59")


def test_a_zone_or_detector_of_an_older_configuration_goes_by_its_id():
    data = told(replace(FAULT, zone="gone", source="detector/gone"))["data"]

    assert (data["zone"], data["detector"]) == ({"id": "gone", "name": "gone"}, None)


def test_an_event_with_ordinary_names_is_below_four_kibibytes():
    evidence = tuple(Evidence(f"kitchen-heat-{n}", "temperature", 61.25, "°C") for n in range(500))

    message = event_message(record(replace(FIRE, evidence=evidence)), ORIGIN, historical=False)

    assert len(message) < 4096
    data = valid("condition-event", message)["data"]
    assert (len(data["evidence"]), data["evidence_omitted"]) == (MOST_EVIDENCE, 484)


TEXT = st.text(max_size=3000)


@given(
    detail=TEXT,
    cause=TEXT,
    author=TEXT,
    zone=TEXT,
    source=TEXT,
    detector=TEXT,
    values=st.lists(st.floats() | st.none(), max_size=40),
)
def test_no_event_exceeds_the_limit_or_the_schema(  # noqa: PLR0917 - each is a text of its own
    detail, cause, author, zone, source, detector, values
):
    event = replace(
        FIRE,
        detail=detail,
        cause=cause,
        author=author,
        zone=zone,
        source=source,
        evidence=tuple(Evidence(detector, "temperature", value, "°C") for value in values),
    )

    message = event_message(record(event), ORIGIN, historical=False)

    assert len(message) <= EVENT_LIMIT
    data = valid("condition-event", message)["data"]
    assert len(data["evidence"]) + data["evidence_omitted"] == len(values)


def test_the_longest_texts_of_control_characters_stay_within_the_limit():
    # JSON writes each of these with six characters.
    text = "\x01" * 5000
    event = replace(
        FIRE,
        detail=text,
        cause=text,
        author=text,
        zone=text,
        source=f"rule/{text}",
        evidence=(Evidence(text, "temperature", 1.0, "°C"),) * 100,
    )

    message = event_message(record(event), ORIGIN, historical=False)

    assert len(message) <= EVENT_LIMIT
    valid("condition-event", message)


def test_a_small_limit_costs_evidence_first_then_words_then_the_site():
    evidence = tuple(Evidence(f"kitchen-heat-{n}", "temperature", 61.25, "°C") for n in range(9))
    given_record = record(replace(FIRE, evidence=evidence, detail="d" * 300))

    def within(limit: int) -> tuple[int, dict]:
        message = event_message(given_record, ORIGIN, historical=False, limit=limit)
        assert len(message) <= limit
        return len(message), valid("condition-event", message)["data"]

    size, whole = within(EVENT_LIMIT)
    size, without_evidence = within(size - 1)
    size, short = within(size - 1)
    size, without_site = within(size - 1)

    assert len(whole["evidence"]) == 9
    assert (without_evidence["evidence"], without_evidence["evidence_omitted"]) == ([], 9)
    assert len(without_evidence["detail"]) == 300
    assert (len(short["detail"]), "site" in short) == (40, True)
    assert "site" not in without_site
    with pytest.raises(MessageTooLargeError, match=f"the broker takes {size - 1}"):
        within(size - 1)


def test_a_body_of_another_version_goes_out_as_it_is():
    body = json.loads(body_of(FIRE, DIRECTORY))
    foreign = replace(record(FIRE), body=json.dumps({**body, "added_later": 5}).encode())

    message = json.loads(event_message(foreign, ORIGIN, historical=True))

    assert message["data"]["added_later"] == 5
    assert message["historical"] is True


def test_vietnamese_goes_over_byte_for_byte():
    name = "Tầng 2 – kho sơn"

    message = event_message(record(replace(FIRE, detail=name)), ORIGIN, historical=False)

    assert name.encode() in message


def test_a_text_that_was_cut_says_so():
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("event", "lane"), [(FIRE, Lane.ALARM), (FAULT, Lane.TROUBLE), (STARTED, Lane.STATUS)]
)
def test_each_lane_has_a_topic(event, lane):
    assert ORIGIN.event(event.lane) == f"pccc/v1/33/CS0001234/GW-8F2A/event/{lane}"
