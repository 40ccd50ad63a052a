"""What a centre hears that asks who a gateway is, and how it is."""

from dataclasses import replace

import pytest
from status_examples import before, condition, fault, quiet

from gateway.messages.command import MOST_CHECKS
from gateway.record import ClockQuality
from gateway.self_test import MORE, checks_of, identity_line, summary_of
from rules.condition import Condition, Mode
from rules.health import Health, HealthState
from rules.reading import FaultCause
from rules.snapshot import Protection


def amiss(status, buses=("line",)) -> dict[str, str]:
    return {each.part: each.detail for each in checks_of(status, buses) if not each.ok}


def standing(what: Condition, source: str, **how):
    status = quiet()
    conditions = (condition(what, None, source, **how),)
    return replace(status, now=replace(status.now, conditions=conditions))


def test_where_all_is_well_each_part_says_so():
    checks = checks_of(quiet(), ["line"])

    assert all(check.ok and check.detail for check in checks)
    assert [check.part for check in checks] == [
        "gateway/store",
        "gateway/clock",
        "gateway/outbox",
        "path/lan",
        "bus/line",
        "output/siren",
        "output/fault-relay",
        "detectors",
    ]
    assert summary_of(checks) == "all is well"


def test_what_the_supervision_finds_is_found_here():
    found = amiss(fault())

    assert set(found) == {
        "gateway/store",
        "gateway/metrics",
        "detectors",
        "zone/hall",
        "detector/hall-smoke-1",
        "detector/hall-smoke-2",
    }
    assert found["detectors"] == "2 of 4 as they should be"
    assert found["detector/hall-smoke-2"].startswith("faulty: no-reply: unit 17")
    assert summary_of(checks_of(fault(), [])).startswith("6 amiss: gateway/store, ")


@pytest.mark.parametrize(
    "source", ["bus/line", "path/lan", "output/siren", "gateway/delivery/alarm", "gateway/store"]
)
def test_a_fault_is_told_at_the_part_that_it_names(source):
    status = standing(Condition.FAULT, source, cause="no-answer", detail="nothing came back")

    assert amiss(status) == {source: "no-answer: nothing came back"}


def test_of_a_fault_and_a_warning_at_one_part_the_fault_is_told():
    status = standing(Condition.FAULT, "gateway/clock", cause="broken")
    both = (*status.now.conditions, condition(Condition.SUPERVISORY, None, "gateway/clock"))
    status = replace(status, now=replace(status.now, conditions=both))

    assert amiss(status) == {"gateway/clock": "broken"}


def test_what_a_test_has_raised_is_not_amiss():
    assert amiss(standing(Condition.FAULT, "bus/line", mode=Mode.TEST)) == {}


def test_a_fire_is_no_fault_of_the_gateway():
    assert amiss(standing(Condition.FIRE_ALARM, "rule/hall-fire")) == {}


@pytest.mark.parametrize("clock", [ClockQuality.HOLDOVER, ClockQuality.UNKNOWN])
def test_a_clock_that_nobody_sets_is_amiss(clock):
    assert "gateway/clock" in amiss(replace(quiet(), clock=clock))


def test_a_path_without_a_connection_says_since_when_and_why():
    path = replace(quiet().paths[0], connected=False, since=before(130), detail="no route to host")

    assert amiss(replace(quiet(), paths=(path,))) == {
        "path/lan": "not connected for 2 min: no route to host"
    }


def test_a_site_without_any_path_is_amiss():
    assert amiss(replace(quiet(), paths=())) == {"path": "the site has none"}


def test_what_a_person_took_out_of_service_is_told():
    status = quiet()
    zones = (replace(status.now.zones[0], disabled=True, under_test=True), *status.now.zones[1:])
    detectors = (replace(status.now.detectors[0], disabled=True), *status.now.detectors[1:])
    now = replace(
        status.now, zones=zones, detectors=detectors, disabled_outputs=frozenset({"siren"})
    )

    assert amiss(replace(status, now=now)) == {
        "output/siren": "disabled, off",
        "detectors": "3 of 4 as they should be",
        "zone/hall": "protection full, disabled, under test",
        "detector/hall-smoke-1": "disabled",
    }


def test_a_detector_whose_values_count_may_be_at_fault_all_the_same():
    status = standing(Condition.FAULT, "detector/store-gas", cause="end-of-life")

    assert amiss(status) == {
        "detectors": "3 of 4 as they should be",
        "detector/store-gas": "end-of-life",
    }


def test_a_large_site_in_ruins_still_fits_a_reply():
    status = quiet()
    gone = Health(HealthState.FAULTY, FaultCause.BUS_DOWN)
    lost = [replace(status.now.detectors[0], id=f"d-{n}", health=gone) for n in range(5000)]
    zones = [
        replace(status.now.zones[0], id=f"z-{n}", protection=Protection.UNPROTECTED)
        for n in range(50)
    ]
    now = replace(status.now, detectors=tuple(lost), zones=tuple(zones))
    checks = checks_of(replace(status, now=now), [])

    assert len(checks) == MOST_CHECKS
    assert (checks[-1].part, checks[-1].ok) == (MORE, False)
    assert checks[-1].detail == "4958 more, 4958 of them amiss"


def test_a_gateway_names_itself_in_one_line():
    line = identity_line(quiet(), configuration="ab" * 32, device_key="KEY=")

    assert line == (
        "gateway hy-0001 of Chợ Phố Hiến, version 0.1.0, configuration abababababab, 4 detectors "
        "in 3 zones, running for 3 h 12 min, device key KEY="
    )
