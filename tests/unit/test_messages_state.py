"""State, presence, inventory, heartbeat and telemetry: what they say, and within which size."""

from dataclasses import replace

import pytest
from centre_keys import centre
from contract_schemas import valid

from gateway.contract.example_present import BURNING, QUIET, TESTING
from gateway.contract.example_site import (
    BOOT,
    BOOTED_NS,
    DIRECTORY,
    EPOCH,
    HEADS,
    ORIGIN,
    SETTINGS,
)
from gateway.messages.inventory import inventory_message
from gateway.messages.liveness import (
    Absence,
    counts_of,
    heartbeat_message,
    is_own_birth,
    presence_message,
)
from gateway.messages.parts import Stamp
from gateway.messages.state import STATE_LIMIT, essence, state_of, values_of
from gateway.messages.state_size import state_message
from gateway.messages.telemetry import telemetry_message
from gateway.record import ClockQuality
from gateway.settings.model import DeliveredWhen
from gateway.signature import PublicKey
from rules.condition import Condition, Lane
from rules.health import Health, HealthState
from rules.instant import Instant, Moment, seconds
from rules.reading import FaultCause, Reading
from rules.snapshot import Protection

STAMP = Stamp(
    boot_id=BOOT,
    at=Instant(seconds(300)),
    wall_ns=BOOTED_NS + seconds(300),
    clock=ClockQuality.SYNCHRONISED,
)

WHY = "disabled by an.nguyen for 8 h: welding on the roof"


def dated(moment: Moment) -> int | None:
    return BOOTED_NS + moment.at if moment.boot_id == BOOT else None


def made(now=BURNING, **changes):
    return state_of(now, STAMP, ORIGIN, DIRECTORY, heads=HEADS, dated=dated, **changes)


def told(now=BURNING, limit: int = STATE_LIMIT) -> dict:
    message = state_message(made(now), limit)
    assert len(message) <= limit
    return valid("state", message)


def test_the_state_is_the_whole_present():
    state = told()

    assert state["overall"] == "fire-alarm"
    assert [each["condition"] for each in state["conditions"]] == ["fire-alarm", "fault"]
    assert state["conditions"][0]["acknowledged"] == "an.nguyen"
    assert state["conditions"][0]["since"] == "2026-12-04T10:04:05.123Z"
    assert (state["epoch"], state["seq"]) == (EPOCH, {"alarm": 3, "trouble": 7, "status": 12})
    assert state["outputs"] == {"siren": True}
    assert state["omitted"] is None


def test_the_incident_in_the_state_is_that_of_the_events():
    assert told()["conditions"][0]["incident"].endswith(":245123000000:rule/kitchen-fire")


def test_a_condition_of_an_earlier_boot_has_no_date_rather_than_a_wrong_one():
    older = replace(BURNING.conditions[0], incident=Moment("boot-before", Instant(5)))

    state = told(replace(BURNING, conditions=(older,)))

    assert state["conditions"][0]["since"] is None


@pytest.mark.parametrize(
    ("protections", "overall"),
    [
        ((Protection.FULL, Protection.FULL), "quiescent"),
        ((Protection.FULL, Protection.STARTING), "starting"),
        ((Protection.DEGRADED, Protection.STARTING), "starting"),
        ((Protection.DEGRADED, Protection.FULL), "degraded"),
        ((Protection.UNPROTECTED, Protection.STARTING), "unprotected"),
    ],
)
def test_a_site_that_cannot_see_is_never_called_quiescent(protections, overall):
    zones = tuple(
        replace(zone, protection=protection)
        for zone, protection in zip(QUIET.zones, protections, strict=True)
    )

    assert told(replace(QUIET, zones=zones))["overall"] == overall


def test_the_gravest_condition_comes_first():
    fault = replace(BURNING.conditions[1], condition=Condition.FAULT)
    gas = replace(BURNING.conditions[0], condition=Condition.GAS_ALARM)

    state = told(replace(BURNING, conditions=(fault, gas, BURNING.conditions[0])))

    assert state["overall"] == "fire-alarm"
    assert [each["condition"] for each in state["conditions"]] == [
        "fire-alarm",
        "gas-alarm",
        "fault",
    ]


def test_detectors_that_are_quiet_are_counted_and_not_listed():
    state = told(QUIET)

    assert state["detectors"] == []
    assert state["detector_counts"] == {
        "total": 3,
        "ok": 3,
        "starting": 0,
        "warming_up": 0,
        "faulty": 0,
        "disabled": 0,
    }


@pytest.mark.parametrize("health", [state for state in HealthState if state != HealthState.OK])
def test_a_detector_that_cannot_be_trusted_is_listed(health):
    one = replace(QUIET.detectors[0], health=Health(health, FaultCause.STALE, "silent"))

    (listed,) = told(replace(QUIET, detectors=(one,)))["detectors"]

    assert (listed["health"], listed["name"]) == (health, "Đầu báo nhiệt 1")


def test_a_disabled_detector_is_listed_and_counted_beside_its_health():
    one = replace(QUIET.detectors[0], disabled=True)

    state = told(replace(QUIET, detectors=(one, *QUIET.detectors[1:])))

    (listed,) = state["detectors"]
    assert (listed["id"], listed["health"], listed["disabled"]) == ("kitchen-heat-1", "ok", True)
    assert listed["values"][0]["value"] == 24.5
    assert (state["detector_counts"]["ok"], state["detector_counts"]["disabled"]) == (3, 1)


def test_what_a_test_raised_stands_apart_and_is_not_the_state_of_the_site():
    state = told(TESTING)

    assert state["overall"] == "disabled"
    assert [each["condition"] for each in state["conditions"]] == ["disabled", "test"]
    assert {each["mode"] for each in state["conditions"]} == {"live"}
    (tested,) = state["test_conditions"]
    assert (tested["condition"], tested["mode"]) == ("fire-alarm", "test")
    assert tested["detectors"] == ["kitchen-heat-1"]
    assert state["zones"][0]["conditions"] == ["disabled", "test"]
    assert (state["zones"][0]["under_test"], state["zones"][1]["under_test"]) == (True, False)


def test_a_fire_in_earnest_beside_that_of_a_test_is_the_state_of_the_site():
    both = replace(TESTING, conditions=(*TESTING.conditions, BURNING.conditions[0]))

    state = told(both)

    assert state["overall"] == "fire-alarm"
    assert state["conditions"][0]["mode"] == "live"
    assert state["zones"][0]["conditions"][0] == "fire-alarm"


def test_a_disablement_stands_with_its_author_its_reason_and_its_end():
    disabled, test = told(TESTING)["conditions"]

    assert (disabled["author"], disabled["detail"]) == ("an.nguyen", WHY)
    assert (disabled["since"], disabled["ends"]) == (
        "2026-12-04T10:02:00.000Z",
        "2026-12-04T18:02:00.000Z",
    )
    assert test["ends"] == "2026-12-04T11:02:00.000Z"
    assert told()["conditions"][0]["ends"] is None


def test_an_end_that_cannot_be_dated_is_null():
    message = state_of(TESTING, STAMP, ORIGIN, DIRECTORY, heads=HEADS, dated=lambda _: None)

    assert {each.ends for each in message.conditions} == {None}


def test_a_disabled_zone_and_output_say_so():
    zones = (replace(QUIET.zones[0], disabled=True), QUIET.zones[1])

    state = told(replace(QUIET, zones=zones, disabled_outputs=frozenset({"siren"})))

    assert [zone["disabled"] for zone in state["zones"]] == [True, False]
    assert state["disabled_outputs"] == ["siren"]


def test_a_condition_names_some_of_many_detectors_and_counts_the_rest():
    many = replace(BURNING.conditions[0], detectors=tuple(f"d-{n}" for n in range(20)))

    condition = told(replace(BURNING, conditions=(many,)))["conditions"][0]

    assert (len(condition["detectors"]), condition["detectors_omitted"]) == (16, 4)


def test_an_active_contact_is_listed():
    active = replace(QUIET.detectors[2], values={"contact": 1.0})

    (listed,) = told(replace(QUIET, detectors=(active,)))["detectors"]

    assert listed["id"] == "mcp-1"


def crowd(count: int):
    """A state with many faulty detectors, many conditions and many zones."""
    detectors = tuple(
        replace(
            QUIET.detectors[0],
            id=f"detector-{n}",
            health=Health(HealthState.FAULTY, FaultCause.NO_REPLY, "no reply " * 5),
        )
        for n in range(count)
    )
    zones = tuple(replace(QUIET.zones[0], id=f"zone-{n}") for n in range(count))
    faults = tuple(
        replace(BURNING.conditions[1], source=f"detector/detector-{n}") for n in range(count)
    )
    return replace(
        BURNING, detectors=detectors, zones=zones, conditions=(*faults, BURNING.conditions[0])
    )


@pytest.mark.parametrize("limit", [STATE_LIMIT, 40_000, 10_000, 3_000, 1_600])
def test_a_state_that_is_too_large_leaves_out_what_can_best_be_missed(limit):
    state = told(crowd(400), limit)

    omitted = state["omitted"]
    assert state["conditions"][0]["condition"] == "fire-alarm"
    assert len(state["conditions"]) + omitted["conditions"] == 401
    assert len(state["zones"]) + omitted["zones"] == 400
    assert state["detector_counts"]["faulty"] == 400
    assert omitted["values"] == 400


def test_values_go_before_detectors_and_detectors_before_zones():
    whole = len(state_message(made(crowd(50)), 10**9))

    values_only = told(crowd(50), whole - 1)["omitted"]

    assert values_only == {
        "values": 50,
        "test_conditions": 0,
        "detectors": 0,
        "zones": 0,
        "conditions": 0,
    }


def test_what_a_test_raised_goes_before_anything_in_earnest():
    tested = replace(TESTING.conditions[0], detail="x" * 300)
    crowded = replace(crowd(50), conditions=(*crowd(50).conditions, *[tested] * 50))
    whole = len(state_message(made(crowded), 10**9))

    state = told(crowded, whole - 15_000)

    assert state["test_conditions"] == []
    assert state["omitted"]["test_conditions"] == 50
    assert (state["omitted"]["detectors"], state["omitted"]["conditions"]) == (0, 0)


def test_time_and_drift_are_no_news_but_a_change_is():
    later = replace(STAMP, at=Instant(STAMP.at + 1))
    warmer = replace(BURNING.detectors[0], values={"temperature": 62.0})
    drifted = replace(BURNING, detectors=(warmer, *BURNING.detectors[1:]))
    again = state_of(BURNING, later, ORIGIN, DIRECTORY, heads=HEADS, dated=dated)

    assert essence(again) == essence(made())
    assert essence(made(drifted)) == essence(made())
    assert values_of(made(drifted)) != values_of(made())
    assert essence(made(replace(BURNING, silenced=True))) != essence(made())


def presence(online: bool, reason: Absence | None = None, session: str = "s-2") -> bytes:
    return presence_message(online, session, STAMP, ORIGIN, "lan", version="1.2.3", reason=reason)


def test_birth_and_will_are_of_one_session():
    birth = valid("presence", presence(True))
    will = valid("presence", presence(False, Absence.LOST))

    assert (birth["online"], birth["reason"]) == (True, None)
    assert (will["online"], will["reason"]) == (False, "lost")
    assert birth["session"] == will["session"]
    assert birth["client_id"] == "GW-8F2A-lan"


@pytest.mark.parametrize(
    ("payload", "own"),
    [
        (presence(True), True),
        (presence(False, Absence.LOST), False),
        (presence(True, session="s-1"), False),
        (presence(False, Absence.LOST, session="s-1"), False),
        (b"", False),
        (b"[]", False),
        (b"\xff", False),
        (b'{"online": "yes", "session": "s-2"}', False),
    ],
)
def test_only_the_birth_of_this_session_is_its_own(payload, own):
    assert is_own_birth(payload, "s-2") is own


def test_the_inventory_names_what_is_installed_and_no_way_in():
    payload = inventory_message(SETTINGS, STAMP, ORIGIN, version="1.2.3")
    inventory = valid("inventory", payload)

    assert inventory["configuration"] == SETTINGS.hash
    assert [each["id"] for each in inventory["detectors"]] == [
        "kitchen-heat-1",
        "kitchen-heat-2",
        "mcp-1",
    ]
    assert inventory["detectors"][0]["quantities"] == {"temperature": "°C"}
    assert [each["id"] for each in inventory["profiles"]] == ["dry-contact", "heat-485"]
    assert inventory["paths"] == ["lan", "4g"]
    assert b"mqtt.example.vn" not in payload


def test_the_inventory_names_the_device_s_key_and_whose_word_counts():
    text = PublicKey(bytes(32)).text
    centres = (centre("pc07-33"), centre("watcher", required=False))
    uplink = replace(SETTINGS.uplink, centres=centres, delivered_when=DeliveredWhen.CENTRE)
    site = replace(SETTINGS, uplink=uplink)

    payload = inventory_message(site, STAMP, ORIGIN, version="1.2.3", device_key=text)

    inventory = valid("inventory", payload)
    assert (inventory["delivered_when"], inventory["centres"]) == ("centre", ["pc07-33"])
    assert inventory["interfaces"] == {"lan": None, "4g": "wwan0"}
    assert inventory["device_key"] == text


@pytest.mark.parametrize("word", DeliveredWhen)
def test_the_state_says_whether_a_centre_confirms_what_is_sent(word):
    directory = replace(DIRECTORY, delivered_when=word)

    message = state_of(QUIET, STAMP, ORIGIN, directory, heads=HEADS, dated=dated)

    assert valid("state", state_message(message))["delivered_when"] == word


def test_an_inventory_that_is_too_large_counts_what_it_leaves_out():
    many = replace(
        SETTINGS,
        detectors=tuple(replace(SETTINGS.detectors[0], id=f"d-{n}") for n in range(500)),
    )

    payload = inventory_message(many, STAMP, ORIGIN, version="1.2.3", limit=20_000)

    inventory = valid("inventory", payload)
    assert len(payload) <= 20_000
    assert len(inventory["detectors"]) + inventory["detectors_omitted"] == 500
    assert inventory["rules"] == []


@pytest.mark.parametrize("now", [BURNING, None])
def test_the_heartbeat_counts(now):
    heartbeat = valid(
        "heartbeat",
        heartbeat_message(
            STAMP,
            ORIGIN,
            nonce="n",
            now=now,
            outbox={Lane.ALARM: 2, Lane.TROUBLE: 0, Lane.STATUS: 9},
            journal_head=(4711, "ab" * 32),
            heads=HEADS,
            paths={"lan": True},
        ),
    )

    assert heartbeat["outbox"] == {"alarm": 2, "trouble": 0, "status": 9}
    assert (heartbeat["journal_number"], heartbeat["journal_head"]) == (4711, "ab" * 32)
    assert (heartbeat["counts"] or {}).get("fire_alarms") == (None if now is None else 1)


def test_the_heartbeat_counts_no_alarm_of_a_test():
    counts = counts_of(TESTING)

    assert (counts.fire_alarms, counts.disabled, counts.tests) == (0, 1, 1)


def test_telemetry_dates_each_reading():
    readings = [
        Reading("kitchen-heat-1", "temperature", 61.5, Instant(seconds(245))),
        Reading("kitchen-heat-2", "temperature", float("-inf"), Instant(seconds(299))),
        Reading("mcp-1", "contact", 1.0, Instant(seconds(300))),
    ]

    told_readings = valid("telemetry", telemetry_message(readings, STAMP, ORIGIN))["readings"]

    assert [each["time"] for each in told_readings] == [
        "2026-12-04T10:04:05.000Z",
        "2026-12-04T10:04:59.000Z",
        "2026-12-04T10:05:00.000Z",
    ]
    assert told_readings[1]["over_range"] is True
    assert told_readings[2]["unit"] == "bool"
