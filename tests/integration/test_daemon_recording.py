"""An alarm of the whole gateway is on disk, and is judged once more to the very same."""

import asyncio

from daemon_process import HEAD, Played
from gateway_inside import BOOT, guarding, until

from gateway.cli.firegw import run
from gateway.cli.outcome import ExitCode
from gateway.cli.recorded import settings_of
from gateway.recording.format import decode
from gateway.recording.replay import Replay, told
from rules.event import Change

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: smoke, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: stove, zone: hall, bus: played, profile: simulated-detector, every: 100 ms, rest: 20}}
rules:
  - {{id: smoke, zone: hall, raises: pre-alarm, when: smoke.contact, for: 1 s}}
  - {{id: mean, zone: hall, raises: gas-alarm, when: "avg(stove.temperature, 2 s) > 60 °C"}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: 9}}], telemetry_every: 500 ms}}
"""


async def test_an_alarm_is_recorded_and_replays_to_what_was_told(tmp_path, capsys):
    building = Played(tmp_path / "script")
    site = HEAD + SITE.format(script=building.path)
    folder = tmp_path / "state" / "recordings"
    async with guarding(tmp_path, site) as inside:
        building.set("smoke", 1)
        await until(lambda: list(folder.glob("*.recording")), "a recording")
        building.set("stove", 80, "temperature")

        async def gas():
            conditions = (await inside.status()).now.conditions
            return any(each.source == "rule/mean" for each in conditions)

        await until(gas, "the second alarm")

    (file,) = folder.glob("*.recording")
    recording = decode(file.read_bytes())
    assert recording.whole
    assert recording.header.reason == "pre-alarm rule/smoke"
    assert recording.header.boot_id == BOOT
    assert recording.segments[0].started is not None
    replay = Replay(recording, settings_of(recording, None).definition)
    again = tuple(event for each in replay.steps() for event in each.step.events)
    assert again == told(recording)
    entered = {event.source for event in again if getattr(event, "change", 0) is Change.ENTERED}
    assert {"rule/smoke", "rule/mean"} <= entered

    (tmp_path / "other.yaml").write_text(site.replace("> 60 °C", "> 90 °C"))
    assert run(["replay", str(file)]) == ExitCode.OK
    assert "the same as then" in capsys.readouterr().out
    other = str(tmp_path / "other.yaml")
    assert run(["replay", str(file), "--rules", other]) == ExitCode.REFUSED
    assert "enters gas-alarm mean" in capsys.readouterr().out


async def test_a_rule_of_a_running_gateway_is_explained(tmp_path, capsys):
    building = Played(tmp_path / "script")
    async with guarding(tmp_path, HEAD + SITE.format(script=building.path)) as inside:
        socket = ["--socket", str(inside.socket)]

        async def explained(name):
            code = await asyncio.to_thread(run, ["rules", "explain", name, *socket])
            return code, capsys.readouterr()

        building.set("stove", 80, "temperature")

        async def standing():
            code, said = await explained("mean")
            return code == ExitCode.OK and "raised" in said.out and said.out

        shown = await until(standing, "the rule in alarm")
        assert "✓ avg(stove.temperature, 2 s) > 60 °C" in shown
        code, said = await explained("none")
        assert code == ExitCode.REFUSED
        assert "there is no rule or call point 'none'" in said.err
