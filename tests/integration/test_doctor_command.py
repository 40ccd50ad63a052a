"""`firegw doctor` as a person calls it: beside a running gateway, without one, without rights."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemon_process import HEAD, ROOT, WITHIN_S, Daemon, Played, wait_for
from firegw_command import firegw
from mosquitto_broker import Mosquitto
from unit_body import Body, faults, is_root

from gateway.cli.outcome import ExitCode
from gateway.clock import ClockSources
from gateway.doctor import examine as examining
from gateway.doctor import look_at_journal as journal
from gateway.doctor import look_at_paths as paths
from gateway.doctor import look_at_service as service
from gateway.doctor.examine import examine
from gateway.doctor.finding import Check, Unlooked, Verdict, well
from gateway.doctor.patient import Asked, Patient
from gateway.text import Language, speak
from rules.instant import seconds

NEEDS_ROOT = pytest.mark.skipif(not is_root, reason="only root can be somebody else")
SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors:
  - {{id: door, zone: hall, bus: played, profile: simulated-contact, every: 1 s}}
rules: [{{id: open, zone: hall, raises: fire-alarm, when: door.contact}}]
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
"""


class Unit:
    """A daemon, its broker and its building."""

    def __init__(self, folder: Path) -> None:
        # It takes nobody but the gateway under its own client id, and one that nothing forbids.
        self.broker = Mosquitto(folder).start()
        self.building = Played(folder / "script")
        self.building.set("door", 0)
        site = HEAD + SITE.format(script=self.building.path, broker=self.broker.port)
        self.daemon = Daemon(folder, site)

    @property
    def options(self) -> tuple[str, ...]:
        daemon = self.daemon
        return (
            *("--site", str(daemon.site), "--state-directory", str(daemon.state)),
            *("--socket", str(daemon.socket)),
        )

    def patient(self, sources: ClockSources | None = None) -> Patient:
        daemon = self.daemon
        return Patient(
            Asked(site=daemon.site, state=daemon.state, socket=str(daemon.socket)), sources=sources
        )


@pytest.fixture(scope="module")
def unit(tmp_path_factory) -> Iterator[Unit]:
    made = Unit(tmp_path_factory.mktemp("unit"))
    with made.daemon as daemon:
        daemon.start().until_up()
        wait_for(lambda: daemon.status().paths[0].connected, "the path")
        yield made
    made.broker.stop()


def test_looking_at_a_running_gateway_disturbs_nothing(unit, capsys):
    before, records = unit.daemon.status(), unit.daemon.records()

    said = firegw(capsys, "doctor", "--json", *unit.options)
    again = firegw(capsys, "doctor", "--json", *unit.options)

    after = unit.daemon.status()
    assert [path.since for path in after.paths] == [path.since for path in before.paths]
    assert unit.daemon.records() == records
    assert said.err == again.err == ""
    told = {each["check"]: each for each in said.json["findings"] if not each["fault"]}
    assert told["broker"]["verdict"] == told["authorisation"]["verdict"] == "ok"
    assert told["journal"]["verdict"] == told["daemon"]["verdict"] == "ok"


def test_each_fault_that_the_gateway_tells_is_shown_with_what_to_do_about_it(unit):
    unit.building.set("door", "silent")
    wait_for(
        lambda: any(e.condition == "fault" for e in unit.daemon.status().now.conditions),
        "the fault of the detector",
    )

    found = {each.about: each for each in service.daemon(unit.patient())}
    unit.building.set("door", 0)
    wait_for(
        lambda: not any(e.condition == "fault" for e in unit.daemon.status().now.conditions),
        "the end of the fault",
    )

    told = found["detector/door"]
    assert told.fault == "standing-fault"
    assert "power" in told.values["mend"]
    assert "nguồn" in told.values["mend_vi"] or "điện" in told.values["mend_vi"]
    assert any(each.fault == "standing-warning" for each in found.values())


def test_a_site_file_that_is_not_the_one_in_force_is_found(unit, capsys):
    text = unit.daemon.site.read_text()
    unit.daemon.site.write_text(f"{text}# changed\n")
    said = firegw(capsys, "doctor", "--offline", "--json", *unit.options)
    unit.daemon.site.write_text(text)

    assert "site-not-applied" in [each["fault"] for each in said.json["findings"]]


def test_events_that_wait_for_long_are_found(unit):
    """By a clock that is two hours ahead, of a unit whose broker was away."""
    unit.broker.stop()
    wait_for(lambda: not unit.daemon.status().paths[0].connected, "the loss of the path")
    wait_for(lambda: any(unit.daemon.status().outbox.values()), "an event that waits")
    ahead = ClockSources(time_ns=lambda: ClockSources().time_ns() + seconds(7200))
    ahead_synchronised = ClockSources(time_ns=ahead.time_ns, is_synchronised=lambda _: True)

    found = faults(journal.journal(unit.patient(ahead_synchronised)))
    unit.broker.start()
    wait_for(lambda: unit.daemon.status().paths[0].connected, "the path")

    assert set(found) == {"events-wait"}


def test_a_broker_that_takes_the_gateways_own_client_id_only_is_no_fault(tmp_path):
    folder = tmp_path / "strict"
    folder.mkdir()
    unit = Unit(folder)
    unit.broker.stop()
    unit.broker.settings = ("allow_anonymous true", "clientid_prefixes GW-1-lan")
    unit.broker.start()
    with unit.daemon as daemon:
        daemon.start().until_up()
        wait_for(lambda: daemon.status().paths[0].connected, "the path")
        patient = unit.patient()

        found = list(paths.path(patient, patient.settings, patient.settings.uplink.paths[0]))

        assert daemon.status().paths[0].connected
    unit.broker.stop()
    assert faults(found) == []
    assert Unlooked.OWN_CLIENT_ID in [each.why for each in found]


def test_a_gateway_that_does_not_run_is_found(tmp_path):
    patient = Patient(Asked(socket=str(tmp_path / "none.sock")))

    [finding] = service.daemon(patient)

    assert finding.fault == "gateway-silent"
    assert "none.sock" in finding.values["why"]


# Who asks, and whom the system knows


PASSWD = """\
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
firegw:x:901:901:gateway:/var/lib/fire-gateway:/usr/sbin/nologin
binh:x:1001:1001:Binh:/home/binh:/bin/sh
"""
GROUP = """\
root:x:0:
nogroup:x:65534:
firegw:x:901:
binh:x:1001:
gpio:x:902:
dialout:x:20:
firegw-view:x:903:
firegw-operate:x:904:firegw
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="firegw-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@NEEDS_ROOT
def test_users_and_groups_are_those_of_the_system(open_folder):
    """A system with users of its own, looked at by one who is in no group."""
    (open_folder / "passwd").write_text(PASSWD)
    (open_folder / "group").write_text(GROUP)
    body = open_folder / "body"
    body.mkdir()
    site = Body(body).site
    site.parent.chmod(0o755)
    site.write_text(
        site.read_text()
        .replace("buses: [", "buses: [{id: inputs, gpio: {}}, ")
        .replace("rules:", "#\nrules:")
    )
    source = "from gateway.cli.firegw import main; main()"
    look = f"doctor --offline --json --site {site} --socket {open_folder}/none"
    binds = " && ".join(
        f"mount --bind {open_folder}/{name} /etc/{name}" for name in ("passwd", "group")
    )
    person = "setpriv --reuid 1001 --regid 1001 --clear-groups"

    def seen(before: str) -> dict:
        inside = f'{binds} && exec {before} {sys.executable} -c "{source}" {look}'
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", inside],
            capture_output=True,
            timeout=60,
            check=False,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.stdout, done.stderr
        return {each["fault"]: each for each in json.loads(done.stdout)["findings"]}

    of_root, of_person = seen(""), seen(person)

    assert {"no-dialout-group", "user-has-rights", "groups-missing"} <= of_root.keys()
    assert "firegw-admin" in of_root["groups-missing"]["seen"]
    assert "sudo gpasswd -d firegw firegw-operate" in of_root["user-has-rights"]["commands"]
    assert "caller-in-no-group" not in of_root
    assert "binh" in of_person["caller-in-no-group"]["seen"]


@NEEDS_ROOT
def test_what_needs_root_says_so_to_others_and_is_no_fault(open_folder):
    body = Body(open_folder)
    body.site.parent.chmod(0o700)
    body.state.chmod(0o700)
    # The interpreter may lie where only root may look: it is somebody else once all is loaded.
    source = (
        "import os, encodings.ascii, encodings.idna, gateway.cli.doctor; "
        "from gateway.cli.firegw import main; "
        "os.setgroups([]); os.setgid(65534); os.setuid(65534); main()"
    )
    look = ("--site", str(body.site), "--state-directory", str(body.state))

    done = subprocess.run(
        [sys.executable, "-c", source, "doctor", "--offline", "--json", *look],
        capture_output=True,
        timeout=60,
        check=False,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert done.stderr == b""
    told = {each["check"]: each for each in json.loads(done.stdout)["findings"]}
    for check in ("site-file", "journal"):
        assert told[check]["why"] == "needs-root", told[check]


# The command itself


def test_all_well_is_code_0_and_says_nothing_when_quiet(capsys, monkeypatch):
    monkeypatch.setattr("gateway.cli.doctor.examine", lambda _: [well(Check.CLOCK)])

    quiet, loud = firegw(capsys, "doctor", "--quiet"), firegw(capsys, "doctor")

    assert (quiet.code, quiet.out, quiet.err) == (ExitCode.OK, "", "")
    assert loud.out == "ok: clock\n1 looked at: 0 wrong, 0 warnings; 0 not looked at\n"


def test_the_worst_comes_first_and_the_code_tells(capsys, tmp_path):
    options = ("--offline", "--site", tmp_path / "none.yaml", "--socket", tmp_path / "none")

    said = firegw(capsys, "doctor", *options)
    quiet = firegw(capsys, "doctor", "--quiet", *options)
    speak(Language.VIETNAMESE)
    vietnamese = firegw(capsys, "doctor", *options)
    speak(Language.ENGLISH)

    assert said.code == quiet.code == ExitCode.REFUSED
    heads = [line.partition(":")[0] for line in said.out.splitlines() if not line.startswith(" ")]
    order = [head for head in dict.fromkeys(heads) if head[0].islower() or head == "WRONG"]
    assert order[:2] == ["WRONG", "warning"]
    assert "ok:" not in quiet.out
    assert vietnamese.out.startswith("HỎNG: ")
    assert "WRONG" not in vietnamese.out
    assert max(len(line) for line in said.out.splitlines() if not line.startswith("      ")) <= 80


def test_a_look_that_hangs_or_makes_a_mistake_keeps_no_other_from_being_told(monkeypatch, tmp_path):
    never, patient = threading.Event(), Patient(Asked(socket=str(tmp_path / "none")))

    def hangs(_patient: Patient) -> list:
        never.wait(WITHIN_S)
        return []

    def mistakes(_patient: Patient) -> list:
        raise ZeroDivisionError

    looks = (
        (Check.DISK, hangs),
        (Check.GPIO, mistakes),
        (Check.CLOCK, lambda _: [well(Check.CLOCK)]),
    )
    monkeypatch.setattr(examining, "LOOKS", looks)
    monkeypatch.setattr(examining, "WITHIN", seconds(0.5))

    found = {each.check: each for each in examine(patient)}
    never.set()

    assert found[Check.DISK].why is Unlooked.TOO_LONG
    assert found[Check.GPIO].why is Unlooked.MISTAKE
    assert found[Check.CLOCK].verdict is Verdict.OK


def test_a_disk_that_does_not_answer_keeps_nobody_waiting(monkeypatch, tmp_path, capsys):
    never = threading.Event()
    monkeypatch.setattr("gateway.doctor.patient.read_site", lambda _: never.wait(WITHIN_S))
    monkeypatch.setattr("gateway.doctor.patient.PREPARED_WITHIN", seconds(0.1))
    monkeypatch.setattr(examining, "WITHIN", seconds(0.5))

    said = firegw(capsys, "doctor", "--json", "--socket", tmp_path / "none")
    never.set()

    why = {each["check"]: each["why"] for each in said.json["findings"]}
    assert why["site-file"] == "too-long"
    assert why["groups"] != "too-long"


def test_a_site_file_that_is_a_pipe_holds_up_neither_the_doctor_nor_the_bundle(tmp_path, capsys):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    options = ("--offline", "--site", pipe, "--state-directory", tmp_path, "--socket", tmp_path)

    looked = firegw(capsys, "doctor", "--quiet", *options)
    gathered = firegw(capsys, "support-bundle", tmp_path / "b.tar.gz", *options)

    assert "cannot be read: not a file" in " ".join(looked.out.split())
    assert gathered.code == ExitCode.OK
