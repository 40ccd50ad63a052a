"""The frame of firegw: its commands, their help, their exit codes."""

import importlib.util
import os
import subprocess
import sys

import pytest
from golden_file import assert_golden

from gateway.cli import firegw
from gateway.cli.firegw import COMMANDS, load, overview, parser_of
from gateway.cli.outcome import CommandError, ExitCode
from gateway.cli.wording import read_span
from gateway.spoken_time import span
from gateway.text import Language, say, speak
from rules.instant import seconds
from rules.operator import LONGEST_DISABLEMENT

HEAVY = (
    "pymodbus",
    "paho",
    "gpiozero",
    "serial",
    "prometheus_client",
    "yaml",
    "sqlite3",
    "asyncio",
)


@pytest.fixture(params=Language)
def language(request):
    speak(request.param)
    yield request.param
    speak(Language.ENGLISH)


def written(name: str) -> None:
    if importlib.util.find_spec(COMMANDS[name]) is None:
        pytest.skip(f"{name} is not written yet")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli.firegw", *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        env=kept | {"PYTHONUTF8": "1"} | environment,
        timeout=30,
        check=False,
    )


def test_the_overview_is_as_a_person_found_it_good(language):
    assert_golden(f"help.{language}", overview())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_called_by_its_name_and_has_help_with_an_example(name, language):
    written(name)
    command = load(name)

    text = parser_of(name, command).format_help()

    assert name == command.NAME
    assert say("firegw.example") in text
    assert f" firegw {name}" in text.rsplit(say("firegw.example"), 1)[1]
    assert say(f"command.{name}") in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "which command?"),
        (["stauts"], "'stauts' is no command (did you mean status?)"),
        (["\x1b[2J"], r"'\x1b[2J' is no command;"),
        (["status", "--no-such"], "unrecognized arguments: --no-such; see `firegw status --help`"),
        (["ack", "--zone"], "expected one argument; see `firegw ack --help`"),
        (["ack", "--zon", "hall"], "unrecognized arguments"),
        (["disable", "hall-smoke-1"], "as in detector/hall-smoke-1, zone/hall, output/siren"),
        (["disable", "detektor/hall-smoke-1"], "'detektor/hall-smoke-1': write what kind it is"),
        (["disable", "zone/"], "'zone/': write what kind it is"),
        (["disable", "zone/a/b"], "'zone/a/b': write what kind it is"),
        (["disable", "\x1b[2J"], r"'\x1b[2J': write what kind it is"),
        (["disable", "zone/hall", "--for", "8"], "'8' is no time with its unit; as in 8h"),
        (["disable", "zone/hall", "--for", "8 K"], "'8 K' is no time with its unit"),
        (["disable", "zone/hall", "--for", "-8h"], "expected one argument"),
        (["disable", "zone/hall", "--for", "31 d"], "'31 d': from 1 s to 30 d, please"),
        (["disable", "zone/hall", "--for", "0 s"], "'0 s': from 1 s to 30 d, please"),
        (["disable", "zone/hall", "--reason", "x" * 201], "has 201 characters; 200 at most"),
        (["enable", "hall"], "'hall': write what kind it is"),
        (["test"], "which zone? as in `firegw test hall`"),
        (["test", "--end"], "which zone? as in `firegw test hall`"),
        (["test", "hall", "--for", "3h"], "'3h': from 1 s to 2 h, please"),
        (["test", "hall", "--end", "--for", "1h"], "either --end or --for"),
    ],
)
def test_wrong_usage_is_one_line_and_says_where_to_read_more(arguments, said):
    with pytest.raises(CommandError) as caught:
        firegw.dispatch(arguments)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.code is ExitCode.BAD_INPUT


def test_each_exit_code_is_in_the_help():
    text = overview()

    assert [code for code in ExitCode if f"{int(code):>5}  " not in text] == []


def test_a_gateway_that_is_not_there_is_said_in_one_line_in_the_persons_language(tmp_path):
    path = str(tmp_path / "none.sock")

    done = run("status", "--socket", path, LANG="vi_VN.UTF-8")

    assert done.returncode == ExitCode.UNREACHABLE
    assert done.stdout == ""
    assert done.stderr.startswith(f"firegw: {path}: không có socket này")
    assert len(done.stderr.splitlines()) == 1


def test_a_locale_without_vietnamese_letters_costs_question_marks_not_the_answer():
    done = run("--help", LC_ALL="vi_VN", PYTHONUTF8="0", PYTHONIOENCODING="ascii")

    assert done.returncode == ExitCode.OK
    assert "các lệnh" not in done.stdout
    assert "c?c l?nh" in done.stdout


def test_reset_without_a_terminal_does_nothing_unless_told_not_to_ask(tmp_path):
    done = run("reset", "--socket", str(tmp_path / "none.sock"))
    forced = run("reset", "--yes", "--socket", str(tmp_path / "none.sock"))

    assert done.returncode == ExitCode.BAD_INPUT
    assert "add --yes" in done.stderr
    assert forced.returncode == ExitCode.UNREACHABLE


@pytest.mark.parametrize(
    "order", [("disable", "zone/hall"), ("test", "hall"), ("test", "--whole-site")]
)
def test_what_takes_protection_away_is_not_done_without_asking(tmp_path, order):
    done = run(*order, "--socket", str(tmp_path / "none.sock"))
    forced = run(*order, "--yes", "--socket", str(tmp_path / "none.sock"))

    assert done.returncode == ExitCode.BAD_INPUT
    assert f"{order[0]} asks first" in done.stderr
    assert forced.returncode == ExitCode.UNREACHABLE


def test_what_gives_protection_back_is_done_without_asking(tmp_path):
    for order in (("enable", "zone/hall"), ("test", "hall", "--end")):
        done = run(*order, "--socket", str(tmp_path / "none.sock"))

        assert done.returncode == ExitCode.UNREACHABLE


@pytest.mark.parametrize(
    ("written", "duration_s"),
    [("8h", 28_800), ("8 h", 28_800), ("30min", 1_800), ("1.5 h", 5_400), ("2 d", 172_800)],
)
def test_a_time_is_written_as_in_a_site_file(written, duration_s):
    assert read_span(written, LONGEST_DISABLEMENT) == seconds(duration_s)


@pytest.mark.parametrize(
    ("duration_s", "said"),
    [
        (0, "0 s"),
        (90, "1 min 30 s"),
        (28_800, "8 h"),
        (5_400, "1 h 30 min"),
        (30 * 86_400, "30 d"),
        (93_784, "1 d 2 h 3 min 4 s"),
    ],
)
def test_a_length_of_time_is_said_whole_and_without_its_empty_parts(duration_s, said):
    assert span(Language.ENGLISH, seconds(duration_s)) == said


def test_a_reader_that_goes_away_is_no_traceback():
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli.firegw", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, complaint = process.communicate(timeout=30)

    assert complaint == b""
    assert process.returncode == ExitCode.OUTPUT_CLOSED


def test_asking_for_the_status_loads_nothing_heavy(tmp_path):
    source = (
        "import sys\n"
        "from gateway.cli.firegw import run\n"
        f"run(['status', '--socket', {str(tmp_path / 'none')!r}])\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=30, check=False
    )

    assert done.stdout.strip() == "[]"
