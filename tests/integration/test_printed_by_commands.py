"""What commands print at a real socket, a real journal, real files: as a person has found it good.

Each file of the golden ones is a transcript: what was typed, what was said, the exit code.
"""

import itertools
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import journal_parts
import pytest
from firegw_command import firegw
from journal_parts import BOOT, KEY, draft, open_journal
from mosquitto_broker import free_port
from test_control import control_running
from test_enrolment import Unit

from gateway.record import Batch, BootOffset, ClockQuality
from gateway.text import Language, speak
from rules.condition import Lane
from rules.instant import Instant
from tests.unit.golden_file import assert_golden

ROOT = Path(__file__).resolve().parents[2]
SECOND = 1_000_000_000
START_NS = 1_795_500_000 * SECOND  # 2026-11-24T06:00:00Z

Call = Callable[..., str]


@pytest.fixture(params=Language)
def language(request) -> Iterator[Language]:
    speak(request.param)
    yield request.param
    speak(Language.ENGLISH)


@pytest.fixture
def typed(capsys) -> Call:
    """Types a command, with what is not to be shown behind it; gives the transcript."""

    def one(line: str, *hidden: object) -> str:
        said = firegw(capsys, *shlex.split(line), *hidden)
        return f"$ firegw {line}\n{said.out}{said.err}[{said.code}]"

    return one


@pytest.fixture(scope="module")
def socket(tmp_path_factory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("control") / "control.sock"
    with control_running(path):
        yield path


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("ack", ["ack", "ack --zone hall", "ack --zone hall --json"]),
        ("silence", ["silence", "silence --zone hall", "silence --json"]),
        ("reset", ["reset --yes", "reset --zone hall --yes", "reset --zone hall --yes --json"]),
        (
            "disable",
            [
                "disable detector/hall-smoke-1 --yes",
                "disable zone/hall --for 30min --reason painting --yes",
                "disable output/siren --yes --json",
                "disable hall",
            ],
        ),
        ("health", ["health --may-restart", "health --may-restart --json"]),
        ("enable", ["enable zone/hall", "enable detector/hall-smoke-1 --json"]),
        (
            "test",
            ["test hall --yes", "test hall --end", "test --whole-site --yes --json", "test"],
        ),
    ],
)
def test_an_order(command, lines, socket, typed, language):
    shown = "\n".join(typed(line, "--socket", socket) for line in lines)

    assert_golden(f"said-{command}.{language}", shown)


@pytest.fixture
def journal(tmp_path, monkeypatch) -> Iterator[Path]:
    numbers = itertools.count(1)
    monkeypatch.setattr(journal_parts, "make_epoch", lambda: f"{next(numbers):032x}")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "journal.db"
    made = open_journal(path)
    for lane in (Lane.STATUS, Lane.ALARM):
        body = b'{"n": 1}'
        made.append(Batch((draft(lane, body, at=5 * SECOND, wall_ns=START_NS + 5 * SECOND),)))
    made.remember_boot(BOOT, BootOffset(START_NS, ClockQuality.SYNCHRONISED))
    made.vouch(Instant(9 * SECOND))
    yield path
    made.close()


@pytest.mark.parametrize("command", ["verify", "stats"])
def test_a_question_to_a_journal(command, journal, typed, language):
    more = {"verify": ["", f" --key {KEY.public.text}"], "stats": [""]}[command]
    lines = [f"journal {command}{each}" for each in more]
    shown = "\n".join(typed(line, "--journal", journal.name) for line in lines)

    shown = shown.replace(KEY.public.text, "KEY")
    assert_golden(f"journal-{command}.{language}", re.sub(r"\d+\.\d MB", "N MB", shown))


def test_the_export_of_a_journal(journal, typed):
    assert_golden("journal-export", typed("journal export --lane alarm", "--journal", journal))


def test_a_release(tmp_path, typed, language, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.yaml").write_text("site: {}\n")
    Unit(tmp_path)  # with a site of no buses

    lines = ["release wrong.yaml", "release none.yaml", "release site.yaml --json"]
    assert_golden(f"said-release.{language}", "\n".join(map(typed, lines)))


def test_an_enrolment_and_a_replacement(tmp_path, typed, language):
    unit = Unit(tmp_path)
    places = ("--site", tmp_path / "site.yaml", "--directory", unit.tls)
    places = (*places, "--state-directory", unit.state)
    for line in ("enrol", "replace --yes"):
        shown = typed(line, *places).replace(str(tmp_path), "UNIT")
        shown = re.sub(r"[0-9a-f]{2}(:[0-9a-f]{2}){31}", "FINGERPRINT", shown)
        shown = re.sub(r"[A-Za-z0-9+/]{43}=", "KEY", shown)
        shown = re.sub(r"\d{8}T\d{6}Z|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", "TIME", shown)
        assert_golden(f"said-{line.split()[0]}.{language}", shown)


def test_a_played_device(language):
    port = free_port()
    line = f"simulate device honeywell-sensepoint-xrl --tcp localhost:{port} --set gas=45"
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli.firegw", *line.split()],
        input="help\nsilent\nsing\nquit\n",
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "LANG": f"{language}_XX"},
        timeout=30,
        check=False,
    )
    shown = f"$ firegw {line}\n{done.stdout}{done.stderr}[{done.returncode}]"

    assert_golden(f"said-simulate-device.{language}", shown.replace(str(port), "PORT"))
