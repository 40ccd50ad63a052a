"""A machine that boots in 1970: the whole gateway, with a wall clock that jumps to the present.

The monotonic clock is the machine's own. Whatever the wall clock does, nothing that is timed may
notice.
"""

import re
import sqlite3
from contextlib import closing
from datetime import datetime

from daemon_process import HEAD, Centre, Played, name_of, now
from gateway_inside import BOOT, WallClock, guarding, until

from gateway import clock_watch
from rules.instant import in_seconds, seconds

NS = 1_000_000_000
IN_1970 = 90 * NS
PRESENT = 1_795_500_000 * NS
HOUR = 3600 * NS
HOLD, SPAN = seconds(3), seconds(2)

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: door, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: smoke, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: stove, zone: hall, bus: played, profile: simulated-detector, every: 100 ms, rest: 20}}
rules:
  - {{id: open, zone: hall, raises: supervisory, when: door.contact}}
  - {{id: smoke, zone: hall, raises: pre-alarm, when: smoke.contact, for: 3 s}}
  - {{id: mean, zone: hall, raises: gas-alarm, when: "avg(stove.temperature, 2 s) > 60 °C"}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}], telemetry_every: 500 ms}}
"""


def unix_ns(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * NS)


def entered(centre: Centre, rule: str) -> list[dict]:
    return centre.events(change="entered", source=f"rule/{rule}")


async def test_a_clock_that_starts_in_1970_and_jumps_to_the_present_disturbs_nothing(
    tmp_path, mosquitto
):
    wall = WallClock.showing(IN_1970)
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, broker=mosquitto.port)
    with Centre(mosquitto.port) as centre:
        async with guarding(tmp_path, site, wall):
            building.set("door", 1)
            [early] = await until(lambda: entered(centre, "open"), "an event of 1970")
            await until(lambda: centre.of("telemetry"), "telemetry of 1970")
            closed = building.set("smoke", 1)
            await until(lambda: now() - closed > HOLD // 3, "a third of the time")
            warmed = building.set("stove", 80, "temperature")

            wall.jump_to(PRESENT)
            wall.is_synchronised = True
            [established] = await until(
                lambda: centre.events("status", notice="clock-established"), "the notice"
            )
            [mean] = await until(lambda: entered(centre, "mean"), "the rule over a window")
            [held] = await until(lambda: entered(centre, "smoke"), "the rule with a for")
            building.set("door", 0)
            [late] = await until(
                lambda: centre.events(change="left", source="rule/open"), "an event of today"
            )
            await until(lambda: centre.of("telemetry")[-1].json["clock"] == "synchronised", "it")
            state = centre.of("state")[-1].json

            building.set("smoke", 0)
            await until(lambda: centre.events(change="left", source="rule/smoke"), "its end")
            wall.jump_to(PRESENT - HOUR)
            closed_again = building.set("smoke", 1)
            [back] = await until(
                lambda: centre.events("status", notice="clock-established")[1:], "the second"
            )
            [_, held_again] = await until(
                lambda: entered(centre, "smoke")[1:] and entered(centre, "smoke"), "and again"
            )

    started = centre.events("status", notice="started")[0]
    for event in (started, early):
        assert (event["clock"], event["time"]) == ("unknown", None)
    assert early["data"]["since"] is None
    assert {each.json["clock"] for each in centre.of("telemetry")} == {"unknown", "synchronised"}
    assert state["clock"] == "synchronised"

    # The notice dates what came before it, which later events of the same incident show.
    boot, offset = re.search(
        r"boot (\S+) began at (\d+) ns after 1970", established["data"]["detail"]
    ).groups()
    assert boot == early["boot"] == BOOT
    assert abs(int(offset) + int(established["monotonicns"]) - PRESENT) < 30 * NS
    assert "jumped forward" in established["data"]["detail"]
    assert (late["clock"], established["clock"]) == ("synchronised", "synchronised")
    since, dated = unix_ns(late["data"]["since"]), int(offset) + int(early["monotonicns"])
    assert abs(since - dated) < NS // 100

    # Nothing that is timed has noticed.
    assert in_seconds(int(held["monotonicns"]) - closed) >= in_seconds(HOLD)
    assert in_seconds(int(mean["monotonicns"]) - warmed) >= in_seconds(SPAN) / 2
    assert in_seconds(int(held_again["monotonicns"]) - closed_again) >= in_seconds(HOLD)
    assert "jumped back by 36" in back["data"]["detail"]
    assert unix_ns(held_again["time"]) < unix_ns(held["time"])
    assert {event["data"]["condition"] for event in centre.events("trouble")} == {"supervisory"}
    for lane in ("alarm", "trouble", "status"):
        told = centre.events(lane)
        assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
        instants = [int(event["monotonicns"]) for event in told]
        assert instants == sorted(instants)
    assert_records_are_never_rewritten(tmp_path, early)


async def test_a_clock_that_stays_unknown_is_a_warning_until_it_is_known(
    tmp_path, mosquitto, monkeypatch
):
    monkeypatch.setattr(clock_watch, "UNKNOWN_FOR", seconds(0.5))
    wall = WallClock.showing(IN_1970)
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, broker=mosquitto.port)
    with Centre(mosquitto.port) as centre:
        async with guarding(tmp_path, site, wall):
            [warned] = await until(
                lambda: centre.events("trouble", source="gateway/clock"), "the warning"
            )
            wall.jump_to(PRESENT)
            wall.is_synchronised = True
            [_, left] = await until(
                lambda: (
                    centre.events("trouble", source="gateway/clock")[1:]
                    and centre.events("trouble", source="gateway/clock")
                ),
                "its end",
            )

    assert (warned["data"]["condition"], warned["data"]["cause"]) == ("supervisory", "time-unknown")
    assert left["data"]["change"] == "left"
    assert left["data"]["since"] is not None


def assert_records_are_never_rewritten(folder, early: dict) -> None:
    epoch, lane, seq = name_of(early)
    question = """
        SELECT record.clock FROM record JOIN epoch ON epoch.id = record.epoch
        WHERE epoch.name = ? AND record.lane = ? AND record.seq = ?
    """
    with closing(sqlite3.connect(folder / "state" / "journal.db")) as journal:
        [(clock,)] = journal.execute(question, (epoch, lane, seq)).fetchall()
    assert clock == "unknown"
