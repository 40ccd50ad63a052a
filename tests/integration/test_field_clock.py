"""A wall clock that is an hour ahead until the time service puts it right."""

from datetime import datetime

from daemon_process import HEAD, Centre, Played
from gateway_inside import WallClock, guarding, until

from gateway import clock_watch
from rules.instant import seconds

PRESENT = 1_795_500_000_000_000_000
HOUR = 3_600_000_000_000
TIME_SET, TIME_INACCURATE = "625", "626"  # of Contact ID

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: door, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: open, zone: hall, raises: supervisory, when: door.contact}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {port}}}]}}
"""


async def test_a_clock_an_hour_ahead_is_told_and_its_step_back_makes_no_time_run_backwards(
    tmp_path, mosquitto, monkeypatch
):
    monkeypatch.setattr(clock_watch, "UNKNOWN_FOR", seconds(0.2))
    wall = WallClock.showing(PRESENT + HOUR)
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path, port=mosquitto.port)
    with Centre(mosquitto.port) as centre:
        async with guarding(tmp_path, site, wall):
            building.set("door", 1)
            await until(lambda: centre.events(source="rule/open"), "an event of the wrong hour")
            await until(lambda: centre.events(source="gateway/clock"), "the inaccurate time")

            wall.jump_to(PRESENT)
            wall.is_synchronised = True
            await until(lambda: centre.events(notice="clock-established"), "the time set")
            await until(lambda: centre.events(source="gateway/clock")[1:], "its end")
            building.set("door", 0)
            await until(lambda: centre.events(source="rule/open")[1:], "an event of the right hour")

    told = {lane: centre.events(lane) for lane in ("trouble", "status")}
    codes = [event["data"]["contact_id"] for lane in told.values() for event in lane]
    assert {TIME_SET, TIME_INACCURATE} <= {code["code"] for code in codes if code is not None}
    for events in told.values():
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        instants = [int(event["monotonicns"]) for event in events]
        assert instants == sorted(instants)
    dated = [
        (event["time"], event["data"]["since"])
        for event in told["trouble"]
        if event["time"] is not None
    ]
    assert len(dated) >= 2
    assert all(utc(time) >= utc(since) for time, since in dated)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)
