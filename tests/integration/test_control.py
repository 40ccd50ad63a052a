"""The control socket: who is let in, who is not, and that nobody holds up anybody."""

import asyncio
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import control_process
import pytest

from gateway.cli.outcome import ExitCode
from gateway.control import server as control
from gateway.control.access import caller_of
from gateway.control.client import NotPermittedError, UnreachableError, ask
from gateway.control.control_socket import ControlSocketError, listen_on
from gateway.control.protocol import (
    LONGEST_REQUEST,
    Outcome,
    Reply,
    Request,
    Right,
    Verb,
    decode_reply,
    encode,
)
from gateway.control.server import ControlServer
from gateway.control.status import decode
from rules.health import Health, HealthState
from rules.instant import seconds
from rules.operator import (
    Act,
    BeginTest,
    Command,
    Disable,
    Disabled,
    Enable,
    EndTest,
    OperatorCommand,
    Target,
)
from rules.snapshot import DetectorNow

PATIENCE_S = 20.0  # no test waits so long unless it fails
NOBODY = 65534
ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
STATUS = Request(verb=Verb.STATUS)


@pytest.fixture
def open_directory():
    """A directory that every user can enter and only we can write to."""
    made = Path(tempfile.mkdtemp(prefix="firegw-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def process_of(what: str, user: int, *arguments: object, prefix: tuple[str, ...] = ()):
    """Start a process of control_process as a user."""
    environment = {key: value for key, value in os.environ.items() if key[:2] not in ("LC", "LA")}
    root = str(Path(control.__file__).parents[1])
    return subprocess.Popen(
        [*prefix, sys.executable, control_process.__file__, what, str(user), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment | {"PYTHONPATH": root, "PYTHONUTF8": "1"},
    )


@contextlib.contextmanager
def control_running(
    path: Path,
    *operators: int,
    user: int | None = None,
    prefix: tuple[str, ...] = (),
    what: str = "serve",
):
    """The control socket in a process of its own; gives that process."""
    user = os.geteuid() if user is None else user
    process = process_of(what, user, path, *operators, prefix=prefix)
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"listening": True}
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE_S)


def heard(process: subprocess.Popen[str]) -> list[dict[str, object]]:
    """All that the process has said; it is ended for that."""
    process.kill()
    output, _ = process.communicate(timeout=PATIENCE_S)
    return [json.loads(line) for line in output.splitlines()]


def firegw(*arguments: object, user: int = 0) -> subprocess.CompletedProcess[str]:
    """Run firegw as a user, to its end."""
    process = process_of("firegw", user, *arguments)
    output, complaint = process.communicate(timeout=PATIENCE_S)
    return subprocess.CompletedProcess(process.args, process.returncode, output, complaint)


@ROOT
def test_a_person_asks_and_orders_from_another_process(open_directory):
    path = open_directory / "control.sock"
    with control_running(path) as process:
        shown = firegw("status", "--socket", path)
        as_json = firegw("status", "--socket", path, "--json")
        acknowledged = firegw("ack", "--zone", "hall", "--socket", path)
        refused = firegw("reset", "--zone", "hall", "--yes", "--socket", path)
        refused_json = firegw("reset", "--zone", "hall", "--yes", "--json", "--socket", path)
        orders = heard(process)

    assert shown.stdout.splitlines()[0] == "all quiet: 1 zone protected"
    assert decode(as_json.stdout.encode()) == control_process.status()
    assert (acknowledged.returncode, acknowledged.stdout) == (
        ExitCode.OK,
        "acknowledged in zone hall, as root\n",
    )
    assert (refused.returncode, refused.stderr) == (
        ExitCode.REFUSED,
        "firegw: refused: no alarm is latched\n",
    )
    assert refused_json.returncode == ExitCode.REFUSED
    assert json.loads(refused_json.stdout)["refusals"] == ["no alarm is latched"]
    assert orders == [
        {"act": "acknowledge", "zone": "hall", "author": "root"},
        *[{"act": "reset", "zone": "hall", "author": "root"}] * 2,
    ]


@ROOT
def test_a_person_disables_enables_and_tests_from_another_process(open_directory):
    path = open_directory / "control.sock"
    orders = [
        ("disable", "zone/hall", "--for", "30min", "--reason", "hàn  xì", "--yes"),
        ("disable", "detector/hall-smoke-1", "--yes"),
        ("enable", "zone/hall"),
        ("test", "hall", "--for", "1 h", "--yes"),
        ("test", "hall", "--end"),
        ("test", "--whole-site", "--yes"),
        ("test", "--whole-site", "--end"),
    ]
    with control_running(path) as process:
        done = [firegw(*order, "--socket", path) for order in orders]
        as_json = firegw("test", "hall", "--yes", "--json", "--socket", path)
        ordered = heard(process)

    assert [each.stderr for each in done] == [""] * len(orders)
    assert [each.stdout for each in done] == [
        "zone hall is out of service for 30 min, as root\n",
        "detector hall-smoke-1 is out of service for 8 h, as root\n",
        "zone hall is back in service, as root\n",
        "zone hall is under test for 1 h, as root\n",
        "the test of zone hall has ended, as root\n",
        "the whole site is under test for 2 h, as root\n",
        "the test of the whole site has ended, as root\n",
    ]
    assert [each["ordered"] for each in ordered] == [
        "disable zone/hall for 1800 s (hàn xì)",
        "disable detector/hall-smoke-1 for 28800 s",
        "enable zone/hall",
        "test of hall for 3600 s",
        "end of the test of hall",
        "test of the whole site for 7200 s",
        "end of the test of the whole site",
        "test of hall for 7200 s",
    ]
    assert json.loads(as_json.stdout) == {
        "verb": "test",
        "zone": "hall",
        "duration_s": 7200,
        "whole_site": False,
        "outcome": "done",
        "author": "root",
        "refusals": [],
    }


@ROOT
def test_a_user_of_no_group_is_denied_and_it_is_told(open_directory):
    path = open_directory / "control.sock"
    with control_running(path) as process:
        unseen = firegw("status", "--socket", path, user=NOBODY)
        path.chmod(0o666)
        seen = firegw("status", "--socket", path, user=NOBODY)
        ordered = firegw("silence", "--socket", path, user=NOBODY)
        told = heard(process)

    assert [each.returncode for each in (unseen, seen, ordered)] == [ExitCode.DENIED] * 3
    assert "permission denied; be in firegw-view (`sudo usermod" in unseen.stderr
    assert "nobody may not see the status; be in group firegw-view" in seen.stderr
    assert "nobody may not silence the sirens; be in group firegw-operate" in ordered.stderr
    assert all(len(each.stderr.splitlines()) == 1 for each in (unseen, seen, ordered))
    assert told == [
        {"denied": "status", "author": "nobody"},
        {"denied": "silence", "author": "nobody"},
    ]


@ROOT
def test_the_daemons_own_user_is_nobody_special_unless_the_command_line_says_so(open_directory):
    own = open_directory / "run"
    own.mkdir()
    os.chown(own, NOBODY, NOBODY)
    path = own / "control.sock"
    with control_running(path, user=NOBODY):
        denied = firegw("status", "--socket", path, user=NOBODY)
    with control_running(path, NOBODY, user=NOBODY) as process:
        allowed = firegw("silence", "--socket", path, user=NOBODY)
        orders = heard(process)

    assert denied.returncode == ExitCode.DENIED
    assert allowed.returncode == ExitCode.OK
    assert orders == [{"act": "silence", "zone": None, "author": "nobody"}]


PASSWD = """root:x:0:0::/root:/bin/sh
nobody:x:65534:65534::/:/bin/sh
an:x:4001:4001::/:/bin/sh
binh:x:4002:4002::/:/bin/sh
chi:x:4003:4003::/:/bin/sh
"""
GROUP = """root:x:0:
nogroup:x:65534:
firegw-view:x:4100:an,binh,chi
firegw-operate:x:4101:binh
firegw-admin:x:4102:chi
an:x:4001:
binh:x:4002:
chi:x:4003:
"""


def with_user_database(directory: Path) -> tuple[str, ...]:
    """How to start a program that sees other users and groups, in a mount namespace of its own."""
    for name, content in (("passwd", PASSWD), ("group", GROUP)):
        (directory / name).write_text(content)
    mounts = "".join(
        f"mount --bind {directory}/{name} /etc/{name}; " for name in ("passwd", "group")
    )
    prefix = ("unshare", "--mount", "sh", "-ec", mounts + 'exec "$@"', "sh")
    if (
        shutil.which("unshare") is None
        or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no mount namespaces here")
    return prefix


@ROOT
def test_each_group_has_its_rights_and_no_more(open_directory):
    path = open_directory / "control.sock"
    prefix = with_user_database(open_directory)
    with control_running(path, prefix=prefix) as process:
        mode, group = path.stat().st_mode, path.stat().st_gid
        path.chmod(0o666)  # the processes below have no groups: the database says who is who
        people = (4001, 4002, 4003)
        status = [firegw("status", "--socket", path, user=user).returncode for user in people]
        silence = [firegw("silence", "--socket", path, user=user).returncode for user in people]
        enable = [
            firegw("enable", "zone/hall", "--socket", path, user=user).returncode for user in people
        ]
        told = heard(process)

    assert (stat.S_IMODE(mode), group) == (0o660, 4100)
    assert status == [ExitCode.OK] * 3
    assert silence == enable == [ExitCode.DENIED, ExitCode.OK, ExitCode.DENIED]
    assert told == [
        {"denied": "silence", "author": "an"},
        {"act": "silence", "zone": None, "author": "binh"},
        {"denied": "silence", "author": "chi"},
        {"denied": "enable", "author": "an"},
        {"ordered": "enable zone/hall", "author": "binh"},
        {"denied": "enable", "author": "chi"},
    ]


def test_a_user_that_no_database_knows_has_a_number_and_no_rights():
    stranger = caller_of(3_999_999_999, frozenset())
    on_trial = caller_of(3_999_999_999, frozenset({3_999_999_999}))

    assert (stranger.name, stranger.rights) == ("uid 3999999999", frozenset())
    assert on_trial.rights == {Right.VIEW, Right.OPERATE}
    assert caller_of(0, frozenset()).rights == set(Right)


# In this process: the server on the loop, its callers around it.


class Served:
    """A server on the running loop, with what it was ordered."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.orders: list[Command] = []
        self.status = control_process.status()

    def order(self, command: Command) -> tuple[str, ...]:
        self.orders.append(command)
        if isinstance(command, OperatorCommand) and command.zone == "mistake":
            raise ZeroDivisionError
        return ()

    async def ask(self, request: Request = STATUS) -> Reply:
        return await asyncio.to_thread(ask, str(self.path), request)

    async def say(self, line: bytes) -> Reply:
        """Say something of one's own, and read what comes."""

        def converse() -> bytes:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
                caller.settimeout(PATIENCE_S)
                caller.connect(str(self.path))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    caller.sendall(line)
                return caller.makefile("rb").readline()

        return decode_reply(await asyncio.to_thread(converse))


@pytest.fixture
async def served(tmp_path):
    path = tmp_path / "control.sock"
    made = Served(path)
    operators = frozenset({os.geteuid()})
    server = ControlServer(path, lambda: made.status, made.order, operators)
    task = asyncio.create_task(server.run())
    async with asyncio.timeout(PATIENCE_S):
        await control_process.wait_for_socket(path)
    yield made
    assert not task.done(), "nothing that a caller does may end the server"
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert not path.exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"\n", "Input data was truncated"),
        (b"status\n", "JSON is malformed"),
        (b"\x00\xff\xfe\n", "JSON is malformed"),
        (b'{"verb": "open the door"}\n', "Invalid enum value 'open the door'"),
        (b'{"verb": "reset", "zone": 7}\n', "Expected `str | null`"),
        (b'{"verb": "status", "version": 2}\n', "this gateway speaks version 1"),
        (b'{"verb": "reset", "zone": "' + b"x" * 65 + b'"}\n', "zone of 65 characters"),
        (b'{"verb": "disable"}\n', "target None; one of detector/ID, zone/ID, output/ID"),
        (b'{"verb": "disable", "target": "hall"}\n', "target 'hall'; one of detector/ID"),
        (b'{"verb": "enable", "target": "bus/a"}\n', "target 'bus/a'; one of detector/ID"),
        (b'{"verb": "enable", "target": "zone/a/b"}\n', "target 'zone/a/b'; one of"),
        (b'{"verb": "enable", "target": "zone/' + b"x" * 69 + b'"}\n', "target of 74 characters"),
        (b'{"verb": "test", "duration_s": 0}\n', "duration of 0 s; more than 0 s"),
        (b'{"verb": "test", "duration_s": -1}\n', "duration of -1 s; more than 0 s"),
        (b'{"verb": "test", "duration_s": 1e300}\n', "duration of 1e+300 s; more than 0 s"),
        (b'{"verb": "test", "duration_s": NaN}\n', "JSON is malformed"),
        (b'{"verb": "test", "duration_s": "8h"}\n', "Expected `float | null`"),
        (b'{"verb": "disable", "reason": "' + b"x" * 201 + b'"}\n', "reason of 201 characters"),
        (b'{"verb": "disable", "target": "zone/a", "whole_site": 1}\n', "Expected `bool`"),
        (b"[" * 60_000 + b"\n", "Expected `object`"),
        (b"x" * (LONGEST_REQUEST + 1), "more than 65536 bytes"),
        (b"x" * LONGEST_REQUEST * 40, "more than 65536 bytes"),
    ],
)
async def test_a_line_that_is_no_request_is_answered_in_words(served, line, said):
    reply = await served.say(line)

    assert reply.outcome is Outcome.MISUNDERSTOOD
    assert said in reply.words[0]
    assert (await served.ask()).outcome is Outcome.DONE


HALL = Target(Disabled.ZONE, "hall")


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (b'{"verb": "disable", "target": "zone/hall"}\n', Disable(target=HALL, author="")),
        (
            b'{"verb": "disable", "target": "output/siren", "duration_s": 9, "whole_site": true}\n',
            Disable(
                target=Target(Disabled.OUTPUT, "siren"),
                author="",
                duration=seconds(9),
                whole_site=True,
            ),
        ),
        (
            b'{"verb": "disable", "target": "zone/hall", "reason": "b\\u00e0n"}\n',
            Disable(target=HALL, author="", reason="bàn"),
        ),
        (b'{"verb": "enable", "target": "zone/hall"}\n', Enable(target=HALL, author="")),
        (b'{"verb": "test", "zone": "hall"}\n', BeginTest(zone="hall", author="")),
        (
            b'{"verb": "test", "whole_site": true, "duration_s": 60.5}\n',
            BeginTest(zone=None, author="", duration=seconds(60.5), whole_site=True),
        ),
        (b'{"verb": "end-test", "zone": "hall"}\n', EndTest(zone="hall", author="")),
        (b'{"verb": "silence"}\n', OperatorCommand(Act.SILENCE, None, "")),
    ],
)
async def test_an_order_becomes_a_command_in_the_callers_name(served, line, command):
    reply = await served.say(line)

    assert reply.outcome is Outcome.DONE
    assert served.orders == [replace(command, author=reply.author)]
    assert reply.author


async def test_fields_that_are_not_known_are_ignored(served):
    reply = await served.say(b'{"verb": "reset", "colour": "red", "zone": "hall"}\n')

    assert reply.outcome is Outcome.DONE
    assert [(each.act, each.zone) for each in served.orders] == [(Act.RESET, "hall")]


async def test_a_mistake_in_the_gateway_is_said_and_the_socket_lives_on(served, caplog):
    mistaken = Request(verb=Verb.SILENCE, zone="mistake")

    with pytest.raises(UnreachableError, match="could not answer"):
        await served.ask(mistaken)

    assert (await served.ask()).outcome is Outcome.DONE
    assert "ZeroDivisionError" in caplog.text


async def test_callers_who_say_nothing_are_hung_up_on_and_meanwhile_others_served(
    served, monkeypatch
):
    monkeypatch.setattr(control, "READ_WITHIN_S", 1.0)
    silent = [await asyncio.open_unix_connection(served.path) for _ in range(3)]
    silent[0][1].write(b'{"verb":')

    assert (await served.ask()).outcome is Outcome.DONE
    async with asyncio.timeout(PATIENCE_S):
        farewells = [decode_reply(await reader.read()) for reader, _ in silent]
    for _, writer in silent:
        writer.transport.abort()

    assert {reply.outcome for reply in farewells} == {Outcome.MISUNDERSTOOD}
    assert "no whole line within" in farewells[0].words[0]


async def test_one_user_cannot_take_all_places(served):
    silent = [
        await asyncio.open_unix_connection(served.path)
        for _ in range(control.MOST_CALLERS_OF_A_USER)
    ]

    with pytest.raises(UnreachableError, match="too many callers"):
        await served.ask()
    for _, writer in silent:
        writer.transport.abort()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.suppress(UnreachableError):
                await served.ask()
                break


async def test_a_caller_who_does_not_read_is_dropped_and_others_served(served, monkeypatch):
    monkeypatch.setattr(control, "WRITE_WITHIN_S", 1.0)
    small = served.status
    health = control_process.status().now
    detectors = tuple(
        DetectorNow(
            id=f"d{number}", zone="hall", health=Health(HealthState.OK), values={"smoke": 0.1}
        )
        for number in range(20_000)
    )
    served.status = replace(small, now=replace(health, detectors=detectors))
    deaf = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    deaf.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(deaf, str(served.path))
    await loop.sock_sendall(deaf, encode(STATUS))

    reply = await served.ask()

    assert reply.status is not None
    assert len(reply.status.now.detectors) == 20_000
    received = bytearray()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.to_thread(_wait_for_hang_up, deaf)
        with contextlib.suppress(ConnectionResetError):
            while chunk := await loop.sock_recv(deaf, 2**20):
                received += chunk
    deaf.close()
    assert not received.endswith(b"\n"), "it was kept waiting for, or buffered whole"


def _wait_for_hang_up(connection: socket.socket) -> None:
    poll = select.poll()
    poll.register(connection, 0)  # a hang-up is told unasked
    assert poll.poll(PATIENCE_S * 1000)


@ROOT
def test_a_user_database_that_hangs_holds_up_nobody_but_whom_only_it_knows(open_directory):
    path = open_directory / "control.sock"
    prefix = with_user_database(open_directory)
    with control_running(path, prefix=prefix, what="hang") as process:
        path.chmod(0o666)
        waiting = [
            process_of("firegw", NOBODY, "status", "--socket", path)
            for _ in range(control.MOST_CALLERS_OF_A_USER)
        ]
        root = firegw("status", "--socket", path)
        of_the_machine = firegw("silence", "--socket", path, user=4002)
        complaints = [each.communicate(timeout=PATIENCE_S)[1] for each in waiting]
        again = firegw("status", "--socket", path, user=NOBODY)
        told = heard(process)

    assert [root.returncode, of_the_machine.returncode] == [ExitCode.OK] * 2
    assert all("user database does not answer" in each for each in (*complaints, again.stderr))
    assert again.returncode == ExitCode.UNREACHABLE
    assert told == [{"act": "silence", "zone": None, "author": "binh"}]


# The socket's file


def test_the_socket_of_a_killed_gateway_is_replaced(tmp_path):
    path = tmp_path / "control.sock"
    with control_running(path) as process:
        process.kill()
        process.wait(PATIENCE_S)
        assert path.is_socket()

        listening = listen_on(path)
        listening.remove()

    assert not path.exists()


def test_the_socket_of_a_living_gateway_is_left_alone(tmp_path):
    path = tmp_path / "control.sock"
    with control_running(path, os.geteuid()):
        with pytest.raises(ControlSocketError, match="another gateway answers there"):
            listen_on(path)
        assert ask(str(path), STATUS).outcome is Outcome.DONE


def test_a_socket_that_another_gateway_put_there_since_is_left_alone(tmp_path):
    path = tmp_path / "control.sock"
    first = listen_on(path)
    path.unlink()
    second = listen_on(path)

    first.remove()

    assert path.is_socket()
    second.remove()


def test_what_cannot_be_a_socket_is_said_with_its_path(tmp_path):
    path = tmp_path / "control.sock"
    path.write_text("precious")
    with pytest.raises(ControlSocketError, match="is there already and is no socket"):
        listen_on(path)
    assert path.read_text() == "precious"

    with pytest.raises(ControlSocketError, match="too long"):
        listen_on(tmp_path / ("x" * 120))


def test_a_directory_in_which_others_may_write_is_refused(tmp_path):
    tmp_path.chmod(0o777)

    with pytest.raises(ControlSocketError, match="others may write there"):
        listen_on(tmp_path / "control.sock")


def test_the_socket_is_its_owners_alone_where_there_is_no_group(tmp_path):
    if shutil.which("getent") and not subprocess.call(["getent", "group", "firegw-view"]):
        pytest.skip("this machine has the group")
    listening = listen_on(tmp_path / "new" / "control.sock")

    mode = listening.path.stat().st_mode
    listening.remove()

    assert stat.S_IMODE(mode) == 0o600


# The client, and gateways that misbehave


@contextlib.contextmanager
def answering(path: Path, *chunks: bytes, stay: bool = False):
    """Something on a socket that reads a line, says the chunks, and hangs up or stays."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen()
    done = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            with contextlib.suppress(BrokenPipeError):  # given up on, as it should be
                for chunk in chunks:
                    connection.sendall(chunk)
            if stay:
                done.wait(PATIENCE_S)

    thread = threading.Thread(target=serve)
    thread.start()
    yield str(path)
    done.set()
    thread.join(PATIENCE_S)
    listening.close()


@pytest.mark.parametrize(
    ("chunks", "stay", "said"),
    [
        ((), True, "no answer within 0 s"),
        ((b'{"outcome"',), True, "no answer within 0 s"),
        ((), False, "not an answer that firegw understands"),
        ((b'{"outcome"',), False, "not an answer that firegw understands"),
        ((b"HTTP/1.1 200 OK\r\n",), False, "not an answer that firegw understands"),
        ((b'{"outcome": "perhaps"}\n',), False, "Invalid enum value 'perhaps'"),
    ],
)
def test_a_gateway_that_misbehaves_costs_a_line_and_no_more(tmp_path, chunks, stay, said):
    with (
        answering(tmp_path / "control.sock", *chunks, stay=stay) as path,
        pytest.raises(UnreachableError, match=said) as caught,
    ):
        ask(path, STATUS, within=seconds(0.3))

    assert len(str(caught.value).splitlines()) == 1


def test_a_gateway_that_dribbles_is_given_up_in_time_whatever_it_sends(tmp_path):
    ticks = iter(range(0, 10**12, seconds(0.1)))  # each look at the clock is a tenth later

    with (
        answering(tmp_path / "control.sock", *[b"x"] * 1_000, stay=True) as path,
        pytest.raises(UnreachableError, match="no answer within 1 s"),
    ):
        ask(path, STATUS, within=seconds(1), now=lambda: next(ticks))


def test_a_socket_that_is_not_there_or_that_nobody_serves_is_said(tmp_path):
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as once:
        once.bind(str(dead))

    with pytest.raises(UnreachableError, match="no such socket; is the service running"):
        ask(str(tmp_path / "none.sock"), STATUS)
    with pytest.raises(UnreachableError, match="nobody answers; is the service running"):
        ask(str(dead), STATUS)
    with pytest.raises(UnreachableError):
        ask(str(tmp_path), STATUS)
    with pytest.raises(UnreachableError, match="too long"):
        ask("/" + "x" * 200, STATUS)


@ROOT
def test_a_person_at_a_terminal_is_asked_before_a_reset(open_directory):
    path = open_directory / "control.sock"
    with control_running(path) as process:
        no = _at_a_terminal(("reset", "--socket", str(path)), b"n\n")
        yes = _at_a_terminal(("reset", "--socket", str(path)), b"y\n")
        orders = heard(process)

    assert b"Reset every latched alarm of the site?" in no[1]
    assert no[0] == ExitCode.REFUSED
    assert yes[0] == ExitCode.OK
    assert len(orders) == 1


@ROOT
def test_a_person_at_a_terminal_is_asked_before_protection_is_taken_away(open_directory):
    path = open_directory / "control.sock"
    orders = {
        ("disable", "zone/hall"): b"Only its call points raise alarms meanwhile.",
        ("disable", "detector/d"): b"No alarm comes from it meanwhile.",
        ("disable", "output/siren"): b"No alarm sets it meanwhile.",
        ("test", "hall"): b"Its alarms go out as a test.",
        ("test", "--whole-site"): b"Put EVERY zone under test",
    }
    with control_running(path) as process:
        answers = {
            order: _at_a_terminal((*order, "--socket", str(path)), b"n\n") for order in orders
        }
        ordered = heard(process)

    for order, question in orders.items():
        code, output = answers[order]
        assert question in output
        assert b"nothing was changed" in output
        assert code == ExitCode.REFUSED
    assert ordered == []


HEARS_INTERRUPTS = ("env", "--default-signal=INT")


@ROOT
def test_a_person_who_breaks_off_has_done_nothing(open_directory):
    path = open_directory / "control.sock"
    ours, theirs = os.openpty()
    with control_running(path) as process:
        # A program that was started in the background inherits that it is not to be interrupted.
        asking = subprocess.Popen(
            [
                *HEARS_INTERRUPTS,
                sys.executable,
                "-m",
                "gateway.cli.firegw",
                "reset",
                "--socket",
                path,
            ],
            stdin=theirs,
            stderr=subprocess.PIPE,
        )
        assert asking.stderr is not None
        assert asking.stderr.read(5) == b"Reset"
        wait_until_asleep(asking.pid)  # in the read: before it, a signal is only taken note of
        asking.send_signal(signal.SIGINT)
        _, complaint = asking.communicate(timeout=PATIENCE_S)
        orders = heard(process)
    os.close(ours)
    os.close(theirs)

    assert asking.returncode == ExitCode.INTERRUPTED
    assert complaint.splitlines()[-1].endswith(b"firegw: interrupted")
    assert b"Traceback" not in complaint
    assert orders == []


def wait_until_asleep(pid: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "S":
        assert time.monotonic() < until
        time.sleep(0.01)


def _at_a_terminal(arguments: tuple[str, ...], typed: bytes) -> tuple[int, bytes]:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli.firegw", *arguments],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    os.write(ours, typed)
    output, _ = process.communicate(timeout=PATIENCE_S)
    os.close(ours)
    os.close(theirs)
    return process.returncode, output


def test_a_denial_over_the_socket_is_not_permitted_rather_than_unreachable(tmp_path):
    denied = encode(Reply(outcome=Outcome.DENIED, author="an", words=("no",)))

    with (
        answering(tmp_path / "control.sock", denied) as path,
        pytest.raises(NotPermittedError, match="an may not reset; be in group firegw-operate"),
    ):
        ask(path, Request(verb=Verb.RESET))
