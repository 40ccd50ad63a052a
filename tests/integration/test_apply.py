"""Another configuration in the running daemon: applied, confirmed, gone back from.

Everything is real: the daemon in a process of its own, its broker, its files, firegw as a person
calls it. Only the shortest trial is shorter than a person's.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemon_process import HEAD, ROOT, Centre, Daemon, Numbers, Played, now, wait_for
from firegw_command import Said, firegw
from mosquitto_broker import Mosquitto, free_port
from small_disk import mounted
from test_control import ROOT as AS_ROOT
from test_control import firegw as firegw_as
from test_control import open_directory, with_user_database  # noqa: F401 - a fixture

from gateway.cli.outcome import ExitCode
from gateway.configuration.site_files import SiteFiles
from gateway.control.client import ask
from gateway.control.protocol import Outcome, Reply, Request, Verb
from gateway.text import Language, speak
from rules.condition import Condition
from rules.instant import seconds
from tests.unit.golden_file import assert_golden

PROGRAM = (sys.executable, str(ROOT / "tests/integration/watched_outputs.py"))
FIVE_MISTAKES = "tests/sites/five-mistakes.yaml"
AS_CHECKED = {
    Language.ENGLISH: "check-five-mistakes",
    Language.VIETNAMESE: "check-five-mistakes-vi",
}
"""A file that cannot be applied is shown just as firegw check shows it."""

SITE = """\
# The comments of a site file are a technician's, and stay.
buses:
  - {{id: near, simulated: {{script: {script}}}}}
  - {{id: far, simulated: {{script: {script}.far}}}}
zones:
  - {{id: hall, name: Sảnh}}
  - {{id: store, name: Kho}}
detectors:
  - {{id: smoke, zone: hall, bus: near, profile: simulated-contact, every: 50 ms}}
  - {{id: gas, zone: store, bus: far, profile: simulated-contact, every: 100 ms}}
outputs: [{{id: siren, bus: near, kind: siren}}]
rules:
  - {{id: hall-fire, zone: hall, raises: fire-alarm, when: smoke.contact}}
  - {{id: store-fire, zone: store, raises: fire-alarm, when: gas.contact}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
metrics: {{port: {metrics}}}
"""


class Unit:
    """A daemon, its building, its centre, and a technician."""

    def __init__(self, folder: Path, broker: Mosquitto, state: Path | None = None) -> None:
        self.folder = folder
        self.capsys = None
        self.building = Played(folder / "script")
        self.far = Played(folder / "script.far")
        self.metrics = free_port()
        self.text = HEAD + SITE.format(
            script=self.building.path, broker=broker.port, metrics=self.metrics
        )
        self.daemon = Daemon(folder, self.text, program=PROGRAM, state=state)
        self.levels = folder / "levels"
        self.hash = SiteFiles(name="", site=self.text).hash
        self.seen = 0

    def start(self) -> "Unit":
        self.daemon.start(LEVELS=str(self.levels)).until_up()
        return self

    def as_delivered(self) -> None:
        """Go back to the site file that it was started with, and let nothing stand."""
        for played in (self.building, self.far):
            for detector, quantity in list(played.values):
                played.set(detector, 0, quantity)
        if self.daemon.status().trial is not None:
            assert self.firegw("confirm", "--back").code == ExitCode.OK
        if self.zone_names() != ["Sảnh", "Kho"] or self.daemon.status().configuration != self.hash:
            self.applied(self.edited(name="as-delivered.yaml"))
            self.confirmed()
        self.seen = len(self.told())

    def kill_and_start(self) -> None:
        self.daemon.kill()
        self.start()

    def firegw(self, *arguments: object) -> Said:
        return firegw(self.capsys, *arguments, "--socket", self.daemon.socket)

    def edited(self, *pairs: tuple[str, str], name: str = "edited.yaml") -> Path:
        """Write a copy of the site file in which some words are others."""
        text = self.text
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        path = self.folder / name
        path.write_text(text)
        return path

    def applied(self, file: Path, *more: object) -> Said:
        """Apply a file, which must be possible."""
        said = self.firegw("apply", file, "--yes", *more)
        assert said.code == ExitCode.OK, said
        return said

    def confirmed(self) -> None:
        assert self.firegw("confirm").code == ExitCode.OK

    def briefly(self, file: Path, *, lasts_s: float) -> Reply:
        """Apply a file for a trial that is shorter than firegw lets anybody ask for."""
        profiles = {p.name: p.read_text() for p in (self.folder / "profiles").glob("*.yaml")}
        files = SiteFiles(name=file.name, site=file.read_text(), profiles=profiles)
        request = Request(verb=Verb.APPLY, files=files, duration_s=lasts_s)
        reply = ask(str(self.daemon.socket), request, seconds(60), now)
        assert reply.outcome is Outcome.DONE, reply
        return reply

    def zone_names(self) -> list[str]:
        return [zone.name for zone in self.daemon.status().now.zones]

    def told(self) -> list[str]:
        """What was told of the configuration, in its order."""
        notices = [each for each in self.daemon.records().values() if "notice" in each]
        told = [e["detail"] for e in notices if e["notice"] == "configuration-changed"]
        return told[self.seen :]

    def standing(self, condition: Condition) -> list[str]:
        return [
            each.source
            for each in self.daemon.status().now.conditions
            if each.condition is condition
        ]


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path_factory.mktemp("broker")).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory, broker) -> Iterator[Unit]:
    """A unit that goes from test to test."""
    made = Unit(tmp_path_factory.mktemp("unit"), broker)
    with made.daemon:
        yield made.start()


@pytest.fixture
def unit(running, capsys) -> Unit:
    """The unit as its site file has it, whatever a test has left."""
    running.capsys = capsys
    running.as_delivered()
    return running


@pytest.fixture
def lone(tmp_path, broker, capsys) -> Iterator[Unit]:
    """A unit of a test's own, to be killed."""
    made = Unit(tmp_path, broker)
    made.capsys = capsys
    with made.daemon:
        yield made.start()


RENAMED = ("name: Kho", "name: Kho sơn")


def test_a_file_with_five_mistakes_shows_all_five_and_changes_nothing(unit, monkeypatch):
    monkeypatch.chdir(ROOT)
    before, records = unit.daemon.status(), len(unit.daemon.records())

    for language in Language:
        speak(language)
        said = unit.firegw("apply", FIVE_MISTAKES, "--yes")
        speak(Language.ENGLISH)
        assert said.code == ExitCode.BAD_INPUT
        assert_golden(AS_CHECKED[language], said.out.rstrip("\n"))
        assert (
            len(re.findall(r"^tests/sites/five-mistakes.yaml:\d+:\d+: ", said.out, re.MULTILINE))
            == 5
        )
    told = unit.firegw("apply", FIVE_MISTAKES, "--yes", "--json").json

    assert told["outcome"] == "mistaken"
    assert len(told["problems"]) == 5
    after = unit.daemon.status()
    assert (after.configuration, after.trial) == (before.configuration, None)
    assert len(unit.daemon.records()) == records


def test_35_an_unknown_key_a_bad_register_and_a_double_id_are_refused_in_one_go(unit):
    file = unit.edited(
        ("kind: siren}", "kind: siren, colour: red}"),
        ("{id: gas, zone: store", "{id: smoke, zone: store"),
        ("  - {id: far,", "  - {id: line, modbus: {host: plc.local}}\n  - {id: far,"),
        (
            "outputs:",
            (
                "  - {id: oven, zone: hall, bus: line, profile: generic-modbus-temperature, "
                "unit: 1, register_offset: 70000}\noutputs:"
            ),
        ),
    )
    before = unit.daemon.status().configuration
    lines = file.read_text().splitlines()
    places = {
        number + 1
        for number, line in enumerate(lines)
        if "colour" in line or "70000" in line or "{id: smoke, zone: store" in line
    }

    for language in Language:
        speak(language)
        said = unit.firegw("apply", file, "--yes")
        speak(Language.ENGLISH)
        assert said.code == ExitCode.BAD_INPUT
        shown = {int(line) for line in re.findall(r"edited\.yaml:(\d+):\d+: ", said.out)}
        assert places <= shown
        assert ("chỗ sai" in said.out) is (language is Language.VIETNAMESE)

    assert unit.daemon.status().configuration == before
    assert unit.told() == []


def test_36_a_technician_edits_while_an_alarm_sounds_and_neither_latch_nor_siren_is_lost(unit):
    unit.building.set("smoke", 1)
    wait_for(lambda: unit.daemon.status().now.outputs["siren"], "the siren")
    unit.building.set("smoke", 0)
    levels = unit.levels.read_text()
    before = next(e for e in unit.daemon.status().now.conditions if e.latched)

    # The siren's bus is not touched; then it is, and the siren is set before anything else.
    unit.applied(unit.edited(RENAMED, ("when: gas.contact}", "when: gas.contact, for: 1 s}")))
    untouched = unit.levels.read_text()
    unit.confirmed()
    unit.building.stand()
    said = unit.applied(unit.edited(RENAMED, ("every: 50 ms", "every: 60 ms"), name="b.yaml"))
    wait_for(lambda: "near runs" in unit.levels.read_text().removeprefix(untouched), "the bus anew")

    assert levels in untouched
    near = [each for each in untouched.removeprefix(levels).splitlines() if "far" not in each]
    assert set(near) == {"near siren on"}  # set once more, and neither released nor closed
    assert "the alarm in Sảnh stays until it is reset" in said.out
    anew = unit.levels.read_text().removeprefix(untouched).splitlines()
    assert [line for line in anew if line.startswith("near")] == [
        "near closed",
        "near siren on",
        "near runs",
    ]
    after = next(e for e in unit.daemon.status().now.conditions if e.latched)
    assert (after.source, after.incident) == (before.source, before.incident)
    assert unit.daemon.status().now.outputs["siren"]
    assert unit.firegw("reset", "--yes").code == ExitCode.OK


def test_what_an_alarm_drives_is_not_let_go_of_by_whoever_applies(lone):
    lone.building.set("smoke", 1)
    wait_for(lambda: lone.daemon.status().now.outputs["siren"], "the siren")

    for edit in (
        ("outputs: [{id: siren, bus: near, kind: siren}]", "outputs: []"),
        ("{id: siren, bus: near, kind: siren}", "{id: siren, bus: near, kind: fault-relay}"),
        ("{id: siren, bus: near,", "{id: siren, bus: far,"),
    ):
        said = lone.firegw("apply", lone.edited(edit), "--yes")
        assert said.code == ExitCode.REFUSED
        assert "an alarm drives siren" in said.err
        status = lone.daemon.status()
        assert (status.now.outputs["siren"], status.trial) == (True, None)


def test_a_bus_that_needs_no_change_reads_on_through_many_changes(unit):
    def polls() -> float:
        return Numbers(unit.metrics).of(
            "firegw_polls_total", bus="near", detector="smoke", result="ok"
        )

    wait_for(lambda: polls() > 3, "polls")
    ran, far = unit.levels.read_text().count("near runs"), unit.levels.read_text().count("far runs")
    for turn in range(3):
        before = polls()
        unit.applied(unit.edited(("every: 100 ms", f"every: {110 + turn} ms")))
        assert polls() >= before  # the count goes on, as the bus does
        if turn % 2:
            unit.confirmed()
        else:
            assert unit.firegw("confirm", "--back").code == ExitCode.OK

    wait_for(lambda: unit.levels.read_text().count("far runs") > far + 2, "the other bus anew")
    assert unit.levels.read_text().count("near runs") == ran
    failed = Numbers(unit.metrics).of(
        "firegw_polls_total", bus="near", detector="smoke", result="failed"
    )
    assert failed == 0
    assert unit.standing(Condition.FAULT) == []
    events = [json.dumps(each) for each in unit.daemon.records().values()]
    assert not [each for each in events if "detector/smoke" in each or "bus/near" in each]


def test_what_was_added_raises_alarms_and_what_was_removed_raises_none(lone):
    lone.applied(
        lone.edited(
            ("{id: gas, zone: store, bus: far", "{id: new, zone: store, bus: far"),
            ("when: gas.contact", "when: new.contact"),
        )
    )
    lone.far.set("new", 1)

    wait_for(lambda: lone.standing(Condition.FIRE_ALARM) == ["rule/store-fire"], "the alarm")
    assert "gas" not in [each.id for each in lone.daemon.status().now.detectors]


def test_events_go_to_another_broker_once_the_site_names_it(unit, start_mosquitto, broker):
    other = start_mosquitto()
    with Centre(broker.port) as first, Centre(other.port) as second:
        wait_for(lambda: first.of("inventory"), "the inventory")
        unit.applied(unit.edited((f"port: {broker.port}", f"port: {other.port}")))
        unit.building.set("smoke", 1)
        wait_for(lambda: second.events("alarm", condition="fire-alarm"), "the alarm there")
        configuration = unit.daemon.status().configuration
        wait_for(
            lambda: any(
                each.json["configuration"] == configuration for each in second.of("inventory")
            ),
            "the inventory of the other configuration",
        )
        assert unit.firegw("confirm", "--back").code == ExitCode.OK
        unit.far.set("gas", 1)
        wait_for(lambda: first.events("alarm", source="rule/store-fire"), "the alarm here again")


def test_a_technician_who_cuts_off_himself_and_the_centre_cuts_them_off_for_a_while_only(
    unit, broker
):
    with Centre(broker.port) as centre:
        wait_for(lambda: unit.daemon.status().paths[0].connected, "the path")
        before = unit.daemon.status().configuration
        unit.briefly(unit.edited((f"port: {broker.port}", f"port: {free_port()}")), lasts_s=1.5)
        assert unit.daemon.status().configuration != before
        unit.building.set("smoke", 1)

        wait_for(lambda: unit.daemon.status().trial is None, "the way back")

        assert unit.daemon.status().configuration == before
        wait_for(lambda: centre.events("alarm", condition="fire-alarm"), "the alarm, late")
        assert unit.told()[-1].endswith("gone back: not confirmed within 1 s, applied by root")
        assert unit.firegw("confirm").code == ExitCode.REFUSED


def test_what_was_on_trial_when_the_power_failed_is_not_there_at_the_next_start(lone):
    before = lone.daemon.status().configuration
    # The technician edits the very file that the gateway starts from.
    file = lone.edited(RENAMED, name="site.yaml")
    lone.applied(file)
    assert lone.zone_names() == ["Sảnh", "Kho sơn"]

    lone.kill_and_start()

    assert lone.daemon.status().configuration == before
    assert lone.zone_names() == ["Sảnh", "Kho"]
    assert "on trial when the gateway ended: gone back" in lone.told()[-1]
    assert file.read_text().count("Kho sơn") == 1


def test_a_site_file_that_a_person_has_edited_since_wins_at_the_next_start(lone):
    lone.applied(lone.edited(RENAMED))
    lone.confirmed()
    lone.edited(("name: Kho", "name: Kho gas"), name="site.yaml")

    settle = ("settle", lone.daemon.site, "--state-directory", lone.daemon.state)
    said = firegw(lone.capsys, *settle)
    lone.kill_and_start()

    assert ": was edited since, and is left as it is" in said.out
    assert lone.zone_names() == ["Sảnh", "Kho gas"]
    assert "was edited since" in lone.told()[-1]
    assert not (lone.daemon.state / "configuration/confirmed.json").exists()


def test_what_a_full_disk_cannot_keep_stays_on_trial_and_what_is_kept_comes_into_the_site_file(
    tmp_path, broker, capsys
):
    with mounted(tmp_path / "disk") as disk:
        unit = Unit(tmp_path, broker, state=disk.folder / "state")
        unit.capsys = capsys
        unit.start()
        file = unit.edited(RENAMED)
        unit.applied(file)
        disk.fill()

        refused = unit.firegw("confirm")

        assert refused.code == ExitCode.REFUSED
        assert "it stays on trial: " in refused.err
        assert unit.daemon.status().trial is not None
        disk.free()
        unit.confirmed()
        unit.kill_and_start()
        assert unit.zone_names() == ["Sảnh", "Kho sơn"]
        unit.daemon.kill()
        assert (unit.daemon.state / "configuration/to-settle").exists()
        before = unit.daemon.site.read_text()
        unit.daemon.site.chmod(0o604)
        settle = ("settle", unit.daemon.site, "--state-directory", unit.daemon.state)
        said = firegw(unit.capsys, *settle)
        assert said.code == ExitCode.OK, said
        assert not (unit.daemon.state / "configuration/to-settle").exists()
        assert unit.daemon.site.read_bytes() == file.read_bytes()  # comments and all
        assert unit.daemon.site.stat().st_mode & 0o777 == 0o604
        assert (unit.folder / "site.yaml.before").read_text() == before


def test_one_configuration_is_on_trial_at_a_time_and_none_twice(unit):
    first, second = unit.edited(RENAMED), unit.edited(("name: Kho", "name: K"), name="k.yaml")
    assert unit.firegw("confirm").code == ExitCode.REFUSED
    unit.applied(first)

    again, other = unit.firegw("apply", first, "--yes"), unit.firegw("apply", second, "--yes")

    assert (again.code, "in force already" in again.out) == (ExitCode.OK, True)
    assert other.code == ExitCode.REFUSED
    assert "what root applied waits for firegw confirm" in other.err
    assert unit.zone_names() == ["Sảnh", "Kho sơn"]


def test_to_look_only_changes_nothing_and_to_show_prints_what_was_written(unit):
    file = unit.edited(RENAMED)

    looked = unit.firegw("apply", file, "--dry-run", "--json")
    shown = unit.firegw("apply", "--show")

    (change,) = looked.json["difference"]["changes"]
    assert change["fields"] == [{"field": "name", "before": "Kho", "after": "Kho sơn"}]
    assert looked.json["outcome"] == "dry-run"
    assert shown.out == unit.text
    assert unit.daemon.status().trial is None


def test_a_site_of_many_detectors_is_applied_though_its_file_is_long(unit):
    more = "".join(
        f"  - {{id: d{n}, zone: store, bus: far, profile: simulated-contact, every: 30 s,"
        f" name: Đầu báo số {n} ở dãy kho phía sau}}\n"
        for n in range(700)
    )
    file = unit.edited(("outputs:", f"{more}outputs:"))
    assert file.stat().st_size > 70_000

    unit.applied(file)

    assert len(unit.daemon.status().now.detectors) == 702


def test_what_confirming_says_was_found_good_by_a_person(unit, monkeypatch):
    monkeypatch.chdir(unit.folder)
    settle = ("settle", "site.yaml", "--state-directory", unit.daemon.state)
    for language in Language:
        speak(language)
        said = ["$ firegw confirm", *_said(unit.firegw("confirm"))]
        unit.applied(unit.edited(RENAMED))
        said += ["$ firegw confirm --back", *_said(unit.firegw("confirm", "--back"))]
        said += ["$ firegw confirm --json", *_said(unit.firegw("confirm", "--json"))]
        settled = ["$ firegw settle site.yaml", *_said(firegw(unit.capsys, *settle))]
        speak(Language.ENGLISH)
        assert_golden(f"said-confirm.{language}", "\n".join(said))
        assert_golden(f"said-settle.{language}", "\n".join(settled))


def _said(said: Said) -> list[str]:
    return [*(said.out + said.err).splitlines(), f"[{said.code}]"]


def changed(unit: Unit) -> list[dict]:
    return [
        each
        for each in unit.daemon.records().values()
        if each.get("notice") == "configuration-changed"
    ]


PEOPLE = VIEWER, OPERATOR, ADMINISTRATOR = 4001, 4002, 4003


@AS_ROOT
def test_only_the_group_of_administrators_applies_and_confirms(
    open_directory,  # noqa: F811 - the fixture
    broker,
):
    prefix = with_user_database(open_directory)
    unit = Unit(open_directory, broker)
    unit.daemon = Daemon(open_directory, unit.text, program=(*prefix, *PROGRAM))
    with unit.daemon:
        unit.start()
        for path in (open_directory, open_directory / "profiles"):
            path.chmod(0o755)
        unit.daemon.socket.chmod(0o666)
        file = unit.edited(RENAMED)

        def codes(*command: object, users: tuple[int, ...] = PEOPLE) -> list[int]:
            return [
                firegw_as(*command, "--socket", unit.daemon.socket, user=user).returncode
                for user in users
            ]

        assert codes("apply", file, "--yes") == [ExitCode.DENIED, ExitCode.DENIED, ExitCode.OK]
        assert codes("confirm", users=(OPERATOR, ADMINISTRATOR)) == [ExitCode.DENIED, ExitCode.OK]
        assert unit.zone_names() == ["Sảnh", "Kho sơn"]
        assert [each["author"] for each in changed(unit)] == ["chi", "chi"]
        denials = Numbers(unit.metrics).of("firegw_control_denied_total")

    assert denials == 3
    assert "may not confirm" in unit.daemon.log
