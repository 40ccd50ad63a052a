"""firegw events at a running gateway: what a person sees of what happened and happens."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from daemon_process import HEAD, ROOT, WITHIN_S, Daemon, Played, wait_for
from firegw_command import Said, firegw

from gateway.cli.outcome import ExitCode
from gateway.control.protocol import Verb

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}, {{id: store, name: Kho}}]
detectors:
  - {{id: door, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: hatch, zone: store, bus: played, profile: simulated-contact}}
rules:
  - {{id: open, zone: hall, raises: fire-alarm, when: door.contact}}
  - {{id: ajar, zone: store, raises: supervisory, when: hatch.contact}}
uplink: {{paths: []}}
"""


@dataclass
class Scene:
    daemon: Daemon
    building: Played

    def has(self, kind: str, count: int = 1) -> bool:
        return len(self.daemon.rows(f"SELECT 1 FROM record WHERE kind = '{kind}'")) >= count

    def events(self, capsys, *arguments: str) -> Said:
        return firegw(capsys, "events", "--socket", self.daemon.socket, *arguments)


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("events")
    building = Played(folder / "script")
    with Daemon(folder, HEAD + SITE.format(script=building.path)) as daemon:
        made = Scene(daemon, building)
        daemon.start().until_up()
        building.set("door", 1)
        building.set("hatch", 1)
        wait_for(lambda: made.has("fire-alarm.entered"), "the alarm")
        wait_for(lambda: made.has("supervisory.entered"), "the open hatch")
        daemon.ask(Verb.ACKNOWLEDGE)
        wait_for(lambda: made.has("fire-alarm.acknowledged"), "the acknowledgement")
        yield made


def kinds(said: Said) -> list[str]:
    return [json.loads(line)["kind"] for line in said.out.splitlines()]


def test_a_person_sees_what_happened_the_newest_last(scene, capsys):
    said = scene.events(capsys)

    assert said.code == ExitCode.OK
    assert "  FIRE ALARM: Sảnh\n" in said.out
    assert said.out.index("gateway started") < said.out.index("FIRE ALARM: Sảnh")
    assert said.out.index("FIRE ALARM: Sảnh") < said.out.index("FIRE ALARM acknowledged: Sảnh")
    assert max(map(len, said.out.splitlines())) <= 80


def test_json_is_one_line_an_event_and_says_all(scene, capsys):
    said = scene.events(capsys, "--json", "--lane", "alarm", "--limit", "2")

    first = json.loads(said.out.splitlines()[0])
    assert kinds(said) == ["fire-alarm.entered", "fire-alarm.acknowledged"]
    assert first["condition"]["zone"] == {"id": "hall", "name": "Sảnh"}
    assert first["lane"] == "alarm"
    assert not first["delivered"]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (("--zone", "store"), True),
        (("--zone", "hal"), False),
        (("--lane", "alarm", "--zone", "store"), False),
        (("--lane", "alarm", "--since", "1 h"), True),
        (("--lane", "alarm", "--since", "2020-01-01 08:00"), True),
    ],
)
def test_events_can_be_chosen(scene, capsys, chosen, found):
    said = scene.events(capsys, *chosen)

    assert said.code == ExitCode.OK
    assert ("no such event" not in said.out) is found
    assert bool(kinds(scene.events(capsys, "--json", *chosen))) is found


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("--since", "yesterday"), "'yesterday' is no time"),
        (("--since", "\x1b[2J"), r"'\x1b[2J' is no time"),
        (("--since", "25:00"), "'25:00' is no time"),
        (("--limit", "0"), "--limit is from 1 to 10000"),
        (("--limit", "many"), "--limit"),
        (("--lane", "fire"), "--lane"),
    ],
)
def test_wrong_choices_are_told_in_one_line(scene, capsys, wrong, words):
    said = scene.events(capsys, *wrong)

    assert said.code == ExitCode.BAD_INPUT
    assert words in said.err
    assert len(said.err.splitlines()) == 1


def test_whoever_follows_sees_what_happens_over_a_restart_until_ctrl_c(scene):
    arguments = ("events", "--follow", "--json", "--socket", str(scene.daemon.socket))
    with subprocess.Popen(
        [sys.executable, "-m", "gateway.cli.firegw", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        bufsize=1,
    ) as following:
        assert following.stdout is not None
        shown = [json.loads(following.stdout.readline())]
        scene.daemon.stop()
        scene.daemon.start().until_up()
        scene.building.set("hatch", 0)
        while shown[-1]["kind"] != "supervisory.left":
            shown.append(json.loads(following.stdout.readline()))
        following.send_signal(signal.SIGINT)
        _, complaints = following.communicate(timeout=WITHIN_S)

    numbers = [event["number"] for event in shown]
    assert numbers == sorted(set(numbers)), "each once, in order"
    assert "notice.stopped" in [event["kind"] for event in shown]
    assert following.returncode == ExitCode.INTERRUPTED
    assert "interrupted" in complaints


def test_nobody_is_told_anything_by_a_gateway_that_is_not_there(tmp_path, capsys):
    said = firegw(capsys, "events", "--follow", "--socket", tmp_path / "none.sock")

    assert said.code == ExitCode.UNREACHABLE
    assert said.out == ""
