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
from gateway.text import Language, say, speak

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
    assert f"  firegw {name}" in text
    assert say(f"command.{name}") in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", ["status", "ack", "silence", "reset"])
def test_the_help_of_a_command_is_as_a_person_found_it_good(name, language):
    assert_golden(f"help-{name}.{language}", parser_of(name, load(name)).format_help().rstrip())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "which command?"),
        (["stauts"], "'stauts' is no command (did you mean status?)"),
        (["\x1b[2J"], r"'\x1b[2J' is no command;"),
        (["status", "--no-such"], "unrecognized arguments: --no-such; see `firegw status --help`"),
        (["ack", "--zone"], "expected one argument; see `firegw ack --help`"),
        (["ack", "--zon", "hall"], "unrecognized arguments"),
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
