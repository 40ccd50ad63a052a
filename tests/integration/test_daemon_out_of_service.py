"""Disablements and walk tests in the whole daemon: ordered by firegw, told, and survived."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from daemon_process import HEAD, ROOT, Centre, Daemon, Played, wait_for
from gateway_inside import WallClock, guarding, until

from gateway.cli.outcome import ExitCode
from rules.condition import Condition, Mode
from rules.snapshot import ConditionNow, Protection

ALARM, TROUBLE, STATUS = "alarm", "trouble", "status"

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones:
  - {{id: hall, name: Sảnh}}
  - {{id: store, name: Kho}}
detectors:
  - {{id: smoke-1, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: smoke-2, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: mcp, zone: hall, bus: played, profile: simulated-contact, kind: manual-call-point}}
  - {{id: smoke-3, zone: store, bus: played, profile: simulated-contact}}
outputs: [{{id: siren, bus: played, kind: siren, delay: 2 min}}]
rules:
  - {{id: hall-fire, zone: hall, raises: fire-alarm, when: smoke-1.contact or smoke-2.contact}}
  - {{id: store-fire, zone: store, raises: fire-alarm, when: smoke-3.contact}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""


class Unit:
    """A daemon, its building, the centre that listens, and a person at the keyboard."""

    def __init__(self, daemon: Daemon, building: Played, centre: Centre) -> None:
        self.daemon = daemon
        self.building = building
        self.centre = centre

    def firegw(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "gateway.cli.firegw", *arguments)
        return subprocess.run(
            (*command, "--socket", str(self.daemon.socket)),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            timeout=60,
            check=False,
        )

    def done(self, *arguments: str) -> str:
        """Order something that must be done; give what was said."""
        process = self.firegw(*arguments)
        assert process.returncode == ExitCode.OK, process.stderr
        return process.stdout

    def status(self) -> str:
        return self.done("status")

    def standing(self, condition: Condition, source: str) -> ConditionNow | None:
        status = self.daemon.status()
        if status is None:
            return None
        found = [
            each
            for each in status.now.conditions
            if (each.condition, each.source) == (condition, source)
        ]
        return found[0] if found else None

    def state(self) -> dict:
        return self.centre.of("state")[-1].json


@pytest.fixture
def unit(tmp_path, mosquitto) -> Iterator[Unit]:
    building = Played(tmp_path / "script")
    for detector in ("smoke-1", "smoke-2", "mcp", "smoke-3"):
        building.set(detector, 0)
    site = HEAD + SITE.format(script=building.path, broker=mosquitto.port)
    with Daemon(tmp_path, site) as daemon, Centre(mosquitto.port) as centre:
        daemon.start().until_up()
        made = Unit(daemon, building, centre)
        wait_for(
            lambda: all(zone.protection is Protection.FULL for zone in daemon.status().now.zones),
            "both zones protected",
        )
        yield made


def test_a_disabled_detector_is_visible_everywhere_and_raises_nothing_until_it_is_enabled(unit):
    said = unit.done("disable", "detector/smoke-3", "--for", "8h", "--reason", "hàn xì", "--yes")

    assert "detector smoke-3 is out of service for 8 h, as " in said
    [told] = wait_for(
        lambda: unit.centre.events(TROUBLE, source="detector/smoke-3"), "the disablement"
    )
    assert told["type"] == "vn.pccc.disabled.entered"
    assert (told["data"]["mode"], told["data"]["author"]) == ("live", author(said))
    assert told["data"]["detail"] == "hàn xì"
    assert (told["data"]["ends"] is None) == (told["clock"] == "unknown")
    assert told["data"]["contact_id"]["code"] == "571"
    shown = unit.status()
    assert "NOT PROTECTED: Kho" in shown.splitlines()[0]
    assert "\n  detector smoke-3, " in shown
    assert "hàn xì" in shown
    state = wait_for(
        lambda: unit.state()["detector_counts"]["disabled"] and unit.state(), "the state"
    )
    assert [each["id"] for each in state["detectors"] if each["disabled"]] == ["smoke-3"]

    unit.building.set("smoke-3", 1)
    unit.building.set("smoke-1", 1)
    [fire] = wait_for(lambda: unit.centre.events(ALARM), "the alarm of the hall")
    assert fire["data"]["source"] == "rule/hall-fire"
    assert not unit.centre.events(source="rule/store-fire")

    unit.done("enable", "detector/smoke-3")

    wait_for(lambda: unit.centre.events(ALARM, source="rule/store-fire"), "the alarm of the store")
    [_, left] = wait_for(
        lambda: (
            unit.centre.events(TROUBLE, source="detector/smoke-3")[1:]
            and unit.centre.events(TROUBLE, source="detector/smoke-3")
        ),
        "the end of the disablement",
    )
    assert (left["type"], left["data"]["author"]) == ("vn.pccc.disabled.left", author(said))


def test_what_a_test_raises_comes_as_a_test_in_the_lane_of_the_least_and_nowhere_else(unit):
    unit.done("test", "hall", "--for", "1h", "--yes")
    [begun] = wait_for(lambda: unit.centre.events(TROUBLE, source="zone/hall"), "the test")
    unit.building.set("smoke-1", 1)

    [raised] = wait_for(
        lambda: unit.centre.events(STATUS, condition="fire-alarm"), "the alarm of the test"
    )
    [tested] = wait_for(lambda: unit.centre.events(STATUS, notice="detector-tested"), "the notice")
    state = wait_for(lambda: unit.state()["test_conditions"] and unit.state(), "it in the state")
    shown = unit.status()

    assert (begun["type"], begun["data"]["contact_id"]["code"]) == ("vn.pccc.test.entered", "607")
    assert raised["type"] == "vn.pccc.test.fire-alarm.entered"
    assert (raised["data"]["mode"], raised["data"]["contact_id"]["code"]) == ("test", "614")
    assert "smoke-1" in tested["data"]["detail"]
    assert (state["overall"], state["zones"][0]["under_test"]) == ("disabled", True)
    assert "fire-alarm" not in state["zones"][0]["conditions"]
    assert shown.splitlines()[0] == "UNDER TEST: Sảnh"
    assert "test only, FIRE ALARM: Sảnh" in shown
    assert unit.centre.events(ALARM) == []

    unit.building.set("smoke-1", 0)
    wait_for(lambda: unit.centre.events(STATUS, condition="fire-alarm", change="left"), "its end")
    unit.done("test", "hall", "--end")

    [_, ended] = wait_for(
        lambda: (
            unit.centre.events(TROUBLE, source="zone/hall")[1:]
            and unit.centre.events(TROUBLE, source="zone/hall")
        ),
        "the end of the test",
    )
    assert ended["type"] == "vn.pccc.test.left"
    unit.building.set("smoke-1", 1)
    [fire] = wait_for(lambda: unit.centre.events(ALARM), "an alarm in earnest")
    assert (fire["type"], fire["data"]["mode"]) == ("vn.pccc.fire-alarm.entered", "live")


def test_a_further_detector_in_alarm_is_news_of_the_same_incident(unit):
    unit.building.set("smoke-1", 1)
    [first] = wait_for(lambda: unit.centre.events(ALARM, change="entered"), "the alarm")
    unit.building.set("smoke-2", 1)

    [further] = wait_for(lambda: unit.centre.events(ALARM, change="spread"), "the further one")

    assert further["type"] == "vn.pccc.fire-alarm.spread"
    assert further["data"]["incident"] == first["data"]["incident"]
    assert further["data"]["qualifier"] == "new"
    assert further["data"]["contact_id"] == first["data"]["contact_id"]
    wait_for(
        lambda: unit.state()["conditions"][0]["detectors"] == ["smoke-1", "smoke-2"], "the state"
    )


def test_a_manual_call_point_ends_the_test_and_goes_out_in_earnest(unit):
    unit.done("test", "hall", "--yes")

    unit.building.set("mcp", 1)

    [fire] = wait_for(lambda: unit.centre.events(ALARM), "the call point")
    assert (fire["type"], fire["data"]["source"]) == (
        "vn.pccc.fire-alarm.entered",
        "call-point/mcp",
    )
    wait_for(lambda: unit.standing(Condition.TEST, "zone/hall") is None, "the end of the test")


def test_what_is_out_of_service_is_so_after_a_power_cut_too(unit):
    unit.done("disable", "zone/hall", "--for", "2 d", "--yes")
    unit.done("disable", "zone/store", "--whole-site", "--yes")
    wait_for(lambda: unit.standing(Condition.FAULT, "gateway/disablement"), "the fault")
    before = unit.standing(Condition.DISABLED, "zone/hall")
    wait_for(lambda: unit.centre.events(TROUBLE, source="gateway/disablement"), "it being told")

    unit.daemon.kill()
    unit.daemon.start().until_up()

    after = unit.standing(Condition.DISABLED, "zone/hall")
    assert (after.author, after.detail, after.ends) == (before.author, before.detail, before.ends)
    assert unit.standing(Condition.FAULT, "gateway/disablement") is not None
    assert unit.standing(Condition.DISABLED, "output/siren/delay") is not None
    assert "Delays before outputs" in unit.status()


def test_an_order_that_cannot_be_is_refused_in_words(unit):
    orders = {
        ("disable", "detector/smoke-9", "--yes"): "there is no detector 'smoke-9'",
        ("disable", "detector/mcp", "--yes"): "it cannot be disabled",
        ("enable", "zone/hall"): "zone/hall is not disabled",
        ("test", "attic", "--yes"): "there is no zone 'attic'",
        ("test", "hall", "--end"): "nothing is under test there",
        ("test", "--whole-site", "--end"): "nothing is under test there",
    }

    for order, why in orders.items():
        process = unit.firegw(*order)
        assert process.returncode == ExitCode.REFUSED
        assert why in process.stderr
        assert len(process.stderr.splitlines()) == 1


def test_an_order_can_be_given_and_read_by_a_program(unit):
    answer = json.loads(
        unit.done("disable", "output/siren", "--for", "30min", "--reason", "x", "--yes", "--json")
    )

    assert answer == {
        "verb": "disable",
        "target": "output/siren",
        "duration_s": 1800,
        "reason": "x",
        "whole_site": False,
        "outcome": "done",
        "author": answer["author"],
        "refusals": [],
    }
    assert unit.daemon.status().now.disabled_outputs == {"siren"}
    wait_for(lambda: unit.state()["disabled_outputs"] == ["siren"], "the state")
    assert unit.standing(Condition.DISABLED, "output/siren").mode is Mode.LIVE


BY_NIGHT = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
schedules:
  - id: night
    on: [{{days: [mon, tue, wed, thu, fri, sat, sun], from: "22:00", to: "06:00"}}]
detectors: [{{id: smoke, zone: hall, bus: played, profile: simulated-contact}}]
rules:
  - {{id: night-smoke, zone: hall, raises: gas-alarm, when: smoke.contact and schedule(night)}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""
ONE_IN_THE_AFTERNOON_NS = 1_795_500_000 * 10**9  # 2026-11-24 13:00 in Hưng Yên
TEN_HOURS_NS = 10 * 3600 * 10**9


async def test_the_rules_know_the_wall_time_from_the_start_and_follow_its_jumps(
    tmp_path, mosquitto
):
    wall = WallClock.showing(ONE_IN_THE_AFTERNOON_NS, is_synchronised=True)
    building = Played(tmp_path / "script")
    building.set("smoke", 1)
    site = HEAD + BY_NIGHT.format(script=building.path, broker=mosquitto.port)
    with Centre(mosquitto.port) as centre:
        async with guarding(tmp_path, site, wall) as inside:

            async def protected() -> bool:
                return (await inside.status()).now.zones[0].protection is Protection.FULL

            await until(protected, "the zone protected")
            by_day = centre.events(source="rule/night-smoke")
            wall.jump_to(ONE_IN_THE_AFTERNOON_NS + TEN_HOURS_NS)
            await until(lambda: centre.events(source="rule/night-smoke"), "the night")
            wall.jump_to(ONE_IN_THE_AFTERNOON_NS)
            await until(
                lambda: centre.events(source="rule/night-smoke", change="cleared"), "the day again"
            )

    assert by_day == []


def author(said: str) -> str:
    return said.strip().rpartition(", as ")[2]
