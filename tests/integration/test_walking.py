"""A walk test in the whole daemon: ticked off on a terminal, streamed, survived, and reported."""

import fcntl
import io
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pyte
import pytest
from daemon_process import DAEMON, HEAD, ROOT, Centre, Daemon, Played, wait_for
from mosquitto_broker import Mosquitto

from gateway.cli.firegw import run
from gateway.cli.outcome import ExitCode
from gateway.control.client import ask
from gateway.control.protocol import Request, Verb
from gateway.control.walk_status import WalkNow
from rules.condition import Lane
from rules.snapshot import Protection
from tests.unit import centre_keys
from tests.unit.centre_keys import key_of, received

CENTRE = "pc07-33"
VIEWER, OPERATOR, OUTSIDER = 4001, 4002, 4009
SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones:
  - {{id: hall, name: Sảnh}}
  - {{id: store, name: Kho}}
  - {{id: attic, name: Gác}}
detectors:
  - {{id: hall-1, name: "<b>Khói</b>", zone: hall, bus: played, profile: simulated-contact}}
  - {{id: hall-2, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: hall-mcp, zone: hall, bus: played, profile: simulated-contact, kind: manual-call-point}}
  - {{id: store-1, zone: store, bus: played, profile: simulated-contact}}
  - {{id: store-2, zone: store, bus: played, profile: simulated-contact}}
  - {{id: attic-1, zone: attic, bus: played, profile: simulated-contact}}
outputs: [{{id: siren, bus: played, kind: siren}}]
rules:
  - {{id: hall-fire, zone: hall, raises: fire-alarm, when: any(contact)}}
  - {{id: store-fire, zone: store, raises: fire-alarm, when: any(contact)}}
  - {{id: attic-fire, zone: attic, raises: fire-alarm, when: any(contact)}}
uplink:
  paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]
  delivered_when: centre
  centres: [{{id: pc07-33, key: "{key}"}}]
"""
DETECTORS = ("hall-1", "hall-2", "hall-mcp", "store-1", "store-2", "attic-1")
PASSWD = "root:x:0:0::/root:/bin/sh\nan:x:4001:4001::/:/bin/sh\nbinh:x:4002:4002::/:/bin/sh\n"
GROUP = "root:x:0:\nfiregw-view:x:4100:an,binh\nfiregw-operate:x:4101:binh\n"

AS_USER = """\
import gettext, locale, os, sys
import gateway.cli.report, gateway.cli.test
from gateway.cli.firegw import run
os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
sys.exit(run(sys.argv[2:]))
"""
"""What is needed is imported first: that user may not read this checkout."""


class AnsweringCentre(Centre):
    """A centre that signs for every event as soon as it has it."""

    def __enter__(self):
        super().__enter__()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()
        return self

    def __exit__(self, *failure):
        self._stop.set()
        self._thread.join()
        super().__exit__(*failure)

    def _answer(self) -> None:
        answered = 0
        while not self._stop.wait(0.01):
            events = self.events()
            for event in events[answered:]:
                span = received(
                    (event["seq"], event["seq"]), epoch=event["epoch"], lane=Lane(event["lane"])
                )
                payload = centre_keys.ack(CENTRE, span, gateway="GW-1")
                self._client.publish("pccc/v1/33/CS0001/GW-1/ack", payload, qos=1)
            answered = len(events)


class Unit:
    """A daemon, its building, and the people at the unit."""

    def __init__(self, daemon: Daemon, building: Played) -> None:
        self.daemon = daemon
        self.building = building

    def command(self, *arguments: str) -> tuple[str, ...]:
        return (*DAEMON, *arguments, "--socket", str(self.daemon.socket))

    def firegw(self, *arguments: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        typed = self.command(*arguments)[len(DAEMON) :]
        if user is None:  # in this process: starting one takes longer than all the rest
            out, err = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                code = run(typed)
            return subprocess.CompletedProcess(typed, code, out.getvalue(), err.getvalue())
        return subprocess.run(
            (sys.executable, "-c", AS_USER, str(user), *typed),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            cwd=ROOT,
            env=environment(),
            timeout=60,
            check=False,
        )

    def walk(self, zone: str | None = None) -> WalkNow:
        answer = ask(str(self.daemon.socket), Request(verb=Verb.WALK, zone=zone)).walk
        assert answer is not None
        return answer

    def until_protected(self) -> None:
        def is_protected() -> bool:
            status = self.daemon.status()
            return status is not None and all(
                zone.protection is Protection.FULL for zone in status.now.zones
            )

        wait_for(is_protected, "all zones protected")

    def puff(self, detector: str) -> None:
        """Let smoke into a detector, until the gateway has seen it; then let it out."""
        self.building.set(detector, 1)
        wait_for(lambda: self.value_of(detector) == 1, f"{detector} responds")
        self.building.set(detector, 0)
        wait_for(lambda: self.value_of(detector) == 0, f"{detector} at rest")

    def value_of(self, detector: str) -> float | None:
        time.sleep(0.1)  # asked more often, it would do nothing else
        status = self.daemon.status()
        return next(each.values["contact"] for each in status.now.detectors if each.id == detector)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm"}


def with_users(folder: Path) -> tuple[str, ...]:
    """How to start a program that sees these people; nothing where that cannot be done here."""
    for name, content in (("passwd", PASSWD), ("group", GROUP)):
        (folder / name).write_text(content)
    mounts = "".join(f"mount --bind {folder}/{name} /etc/{name}; " for name in ("passwd", "group"))
    prefix = ("unshare", "--mount", "sh", "-ec", mounts + 'exec "$@"', "sh")
    if shutil.which("unshare") is None:
        return ()
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return () if tried.returncode else prefix


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="firegw-walk-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def unit(folder) -> Iterator[Unit]:
    broker = Mosquitto(folder).start()
    building = Played(folder / "script")
    for detector in DETECTORS:
        building.set(detector, 0)
    key = key_of(CENTRE).public.text
    site = HEAD + SITE.format(script=building.path, broker=broker.port, key=key)
    program = (*with_users(folder), *DAEMON)
    try:
        with (
            Daemon(folder, site, program=program) as daemon,
            AnsweringCentre(broker.port),
        ):
            made = Unit(daemon, building)
            daemon.start()
            made.until_protected()
            yield made
    finally:
        broker.stop()


class Terminal:
    """A terminal of 80 columns with a program in it."""

    def __init__(self, *command: str) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.written = b""
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env=environment(),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  one thread
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def shows(self, *texts: str) -> str:
        """Wait until all of these can be read on the screen."""
        wait_for(lambda: all(text in self.text() for text in texts), f"{texts}")
        return self.text()

    def text(self) -> str:
        while select.select([self._ours], [], [], 0)[0]:
            try:
                said = os.read(self._ours, 65536)
            except OSError:  # the program has ended
                break
            self.written += said
            self._stream.feed(said)
        return "\n".join(line.rstrip() for line in self.screen.display)

    def ends(self) -> int:
        wait_for(lambda: self.process.poll() is not None or self.text() is None, "its end")
        self.text()
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._ours)


@contextmanager
def terminal(*command: str) -> Iterator[Terminal]:
    made = Terminal(*command)
    try:
        yield made
    finally:
        made.close()


def test_a_zone_is_walked_at_a_terminal_left_come_back_to_and_ended(unit):
    with terminal(*unit.command("test", "hall", "--walk")) as shown:
        shown.shows("Put zone hall under test for 2 h?")
        shown.type("y\n")
        shown.shows("walk test of hall: 0 of 3", "· hall-1    waiting", "q: leave it running")
        unit.puff("hall-1")
        shown.shows("hall: 1 of 3 have responded", "✓ hall-1    broker ", "centre ", "<b>Khói</b>")
        shown.type("\x03")

        assert shown.ends() == ExitCode.INTERRUPTED
        assert "the test goes on; `firegw test hall --walk` comes back to it" in shown.text()
        assert "Traceback" not in shown.text()

    with terminal(*unit.command("test", "hall", "--walk")) as shown:
        shown.shows("hall: 1 of 3 have responded", "✓ hall-1    broker ")  # without a question
        before = len(shown.written)
        unit.puff("hall-2")
        shown.shows("hall: 2 of 3 have responded", "✓ hall-2    broker ")
        drawn = shown.written[before:]
        assert b"hall-mcp" not in drawn, "what has not changed is not drawn again"
        shown.type("q")

        assert shown.ends() == ExitCode.OK

    with terminal(*unit.command("test", "--walk")) as shown:  # whatever is under test
        shown.shows("hall: 2 of 3 have responded")
        shown.type("e")
        shown.shows("the test of hall is over (ended by ", "not tested: hall-mcp")

        assert shown.ends() == ExitCode.OK
    assert unit.walk("hall").tests[0].ended is not None


def test_all_that_responded_is_ended_at_the_terminal_and_nothing_is_ticked_twice(unit):
    with terminal(*unit.command("test", "attic", "--walk")) as shown:
        shown.shows("[y/N]")
        shown.type("y\n")
        shown.shows("walk test of attic: 0 of 1")
        unit.puff("attic-1")
        shown.shows("all 1 detectors of attic have responded", "End the test now? [y/N]")
        shown.type("y\n")
        shown.shows("the test of attic is over (ended by ", "`firegw report FILE.html`")

        assert shown.ends() == ExitCode.OK
        assert shown.text().count("✓ attic-1") == 1
    assert unit.walk("attic").tests[0].cause == "end-test"


def test_a_walk_outlives_the_daemon_is_streamed_and_ends_in_a_report(unit, folder):
    streaming = subprocess.Popen(
        unit.command("test", "store", "--walk", "--yes", "--json"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env=environment(),
    )
    begun = json.loads(streaming.stdout.readline())
    unit.puff("store-1")
    first = json.loads(streaming.stdout.readline())
    unit.daemon.kill()
    unit.building.stand()
    unit.daemon.start()
    unit.until_protected()
    unit.puff("store-2")
    output, complaint = streaming.communicate(timeout=60)
    second, over = map(json.loads, output.splitlines())

    assert complaint == ""
    assert (begun["verb"], begun["outcome"]) == ("test", "done")
    assert (first["tick"]["detector"], first["done"], first["total"]) == ("store-1", 1, 2)
    assert (second["tick"]["detector"], second["done"]) == ("store-2", 2)
    for tick in (first["tick"], second["tick"]):
        assert 0 < tick["durable"] <= tick["published"]
        assert tick["published"] < 10_000_000_000
        assert tick["centre"] is not None
        assert tick["outputs"] == ["siren"]
        assert (tick["quantity"], tick["value"]) == ("contact", 1.0)
    assert (over["ended"], over["missing"], over["done"]) == ("over", [], 2)
    assert streaming.returncode == ExitCode.OK

    file = folder / "bien-ban.html"
    arguments = ("report", str(file), "--zone", "store", "--technician", "Trần <i>Bình</i>")
    written = unit.firegw(*arguments)
    again = unit.firegw(*arguments)
    as_json = json.loads(unit.firegw("report", "--json").stdout)

    assert (written.returncode, written.stderr) == (ExitCode.OK, "")
    assert written.stdout == f"{file}: 2 of 2 detectors proved.\n"
    assert again.returncode == ExitCode.BAD_INPUT
    assert "is there already; --overwrite replaces it" in again.stderr
    page = file.read_text()
    assert as_json["configuration"] in page
    assert "Trần &lt;i&gt;Bình&lt;/i&gt;" in page
    assert page.count(">proved<") == 2
    assert {each["id"]: each["verdict"] for each in as_json["detectors"]}["store-1"] == "proved"
    assert not [each for each in folder.iterdir() if each.name.startswith(".bien-ban")]
    assert unit.firegw(*arguments, "--overwrite").returncode == ExitCode.OK
    for where in (folder / "none" / "x.html", folder):
        refused = unit.firegw("report", str(where), "--overwrite")
        assert refused.returncode == ExitCode.BAD_INPUT
        assert len(refused.stderr.splitlines()) == 1


def test_another_configuration_takes_the_proof_away(unit):
    unit.firegw("test", "attic", "--yes")
    unit.puff("attic-1")
    unit.firegw("test", "attic", "--end")
    unit.daemon.stop()
    unit.daemon.site.write_text(unit.daemon.site.read_text() + "# changed\n")
    unit.building.stand()
    unit.daemon.start()
    unit.until_protected()

    verdicts = json.loads(unit.firegw("report", "--json", "--zone", "attic").stdout)["verdicts"]

    assert verdicts == {"other-configuration": 1}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_viewer_sees_the_walk_and_the_report_and_begins_nothing_and_an_outsider_sees_none(unit):
    if "unshare" not in unit.daemon._program:
        pytest.skip("no mount namespaces here")
    unit.daemon.socket.chmod(0o666)  # these processes have no groups: the database says who is who

    begun = unit.firegw("test", "store", "--walk", "--yes", user=VIEWER)
    report = unit.firegw("report", "--json", user=VIEWER)
    outside = [
        unit.firegw(*arguments, user=OUTSIDER)
        for arguments in (("test", "store", "--walk", "--yes"), ("report", "--json"))
    ]
    unit.firegw("test", "store", "--yes", user=OPERATOR)
    looking = subprocess.Popen(
        (
            *(sys.executable, "-c", AS_USER, str(VIEWER)),
            *unit.command("test", "store", "--walk", "--json")[len(DAEMON) :],
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env=environment(),
    )
    unit.puff("store-1")
    seen = json.loads(looking.stdout.readline())
    looking.send_signal(signal.SIGINT)
    output, _ = looking.communicate(timeout=60)
    ended = unit.firegw("test", "store", "--end", user=VIEWER)

    assert [each.returncode for each in (begun, *outside, ended)] == [ExitCode.DENIED] * 4
    assert "may not begin a test; be in group firegw-operate" in begun.stderr
    assert "may not see the walk test; be in group firegw-view" in outside[0].stderr
    assert "may not see what is installed" in outside[1].stderr
    assert report.returncode == ExitCode.OK
    assert (seen["tick"]["detector"], seen["tick"]["author"]) == ("store-1", "binh")
    assert json.loads(output.splitlines()[-1])["ended"] == "left"
    assert looking.returncode == ExitCode.INTERRUPTED
    assert unit.walk("store").tests[0].ended is None


def test_a_zone_that_is_not_there_is_said_in_one_line(unit):
    for arguments in (("test", "no-zone", "--walk"), ("report", "--json", "--zone", "no-zone")):
        said = unit.firegw(*arguments)

        assert said.returncode in (ExitCode.REFUSED, ExitCode.BAD_INPUT)
        assert len(said.stderr.splitlines()) == 1
        assert "no-zone" in said.stderr


def test_a_manual_call_point_ends_the_walk_in_earnest_and_is_its_own_proof(unit):
    unit.firegw("test", "hall", "--yes")
    with terminal(*unit.command("test", "hall", "--walk")) as shown:
        shown.shows("walk test of hall: 0 of 3")
        unit.building.set("hall-mcp", 1)
        shown.shows("(a manual call point was operated): 1 of 3", "not tested: hall-1, hall-2")

        assert shown.ends() == ExitCode.OK
    report = json.loads(unit.firegw("report", "--json", "--zone", "hall").stdout)
    [call_point] = [each for each in report["detectors"] if each["id"] == "hall-mcp"]

    assert call_point["verdict"] == "proved"
    assert call_point["response"]["lane"] == "alarm"
    assert unit.walk("hall").tests[0].cause == "call-point"
