"""The whole demo, as `make demo` runs it: the end-to-end test of everything together."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.demo.broker import free_port

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 120
SUMMARY_ROW = re.compile(r"  (alarm|trouble|status) +(\d+) +(\d+) +(\d+)$", re.MULTILINE)


def environment(folder: Path, **changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    return {**kept, "LANG": "C.UTF-8", "TMPDIR": str(folder), **changes}


def left_behind(folder: Path) -> list[str]:
    """Processes that were given the demo's folder for temporary files."""
    mark = f"TMPDIR={folder}".encode()
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            given = (process / "environ").read_bytes().split(b"\0")
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:  # ended meanwhile, or another user's
            continue
        if mark in given:
            lines.append(b" ".join(words).decode(errors="replace"))
    return lines


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("d")  # short: it holds a socket


@pytest.mark.parametrize("broker", ["mosquitto", "amqtt"])
def test_the_demo_tells_its_story_and_nothing_is_lost(broker: str, folder: Path) -> None:
    port = str(free_port())  # two that begin at once would choose the same one
    options = ("--broker", broker, "--broker-port", port, "--pace", "0.1")
    done = subprocess.run(
        [sys.executable, "-m", "gateway.demo", *options],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    rows = {lane: tuple(map(int, counts)) for lane, *counts in SUMMARY_ROW.findall(done.stdout)}
    assert set(rows) == {"alarm", "trouble", "status"}
    assert all(journal == received > 0 for journal, received, _ in rows.values())
    assert "Nothing was lost" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout
    for shown in (
        r"stalls  pre-alarm  entered      E118",
        r"stalls  FIRE ALARM entered      E1",
        r"kitchen GAS ALARM  entered      E151",
        r"stalls  fault      entered      E381",
        r"\*alarm   hall    FIRE ALARM entered      E115",
        r"FIRE ALARM standing     P1",
        r"FIRE ALARM left         R1",
        r"the siren SOUNDS",
        r"the siren is still",
        r"^firegw: refused: ",
    ):
        assert re.search(shown, done.stdout, re.MULTILINE), shown
    assert list(folder.iterdir()) == []
    assert left_behind(folder) == []


def test_ctrl_c_ends_all_that_the_demo_started(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gateway.demo"],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "degraded" in line:  # the gateway runs, and has told of the dust sensor's warm-up
                break
        assert len(left_behind(folder)) > 4

        demo.send_signal(signal.SIGINT)
        rest = demo.communicate(timeout=WITHIN_S)[0]

    assert demo.returncode == 130
    assert rest.rstrip().endswith("interrupted")
    assert list(folder.iterdir()) == []
    assert left_behind(folder) == []


@pytest.mark.parametrize(("port", "why"), [(None, "in use"), (99_999, "65535")])
def test_a_port_that_cannot_be_had_is_told_in_a_line(
    port: int | None, why: str, folder: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        wanted = port or other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "gateway.demo", "--broker-port", str(wanted)],
            cwd=ROOT,
            env=environment(folder),
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"\nThe demo failed: --broker-port {wanted}: ")
    assert why in done.stdout
    assert len(done.stdout.splitlines()) == 2
    assert list(folder.iterdir()) == []
