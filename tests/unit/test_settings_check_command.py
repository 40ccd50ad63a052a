"""firegw check and firegw schema, as a person calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from golden_file import assert_golden
from settings_sites import ROOT

from gateway.problem_view import WIDEST, problems_view
from rules.problem import Place, Problem


def firegw(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli.firegw", *arguments],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "code", "files"),
    [
        ("check-examples", 0, ["config/examples/market.yaml", "config/examples/panel.yaml"]),
        ("check-five-mistakes", 2, ["tests/sites/five-mistakes.yaml"]),
        ("check-not-utf8", 2, ["tests/broken-sites/not-utf8.yaml"]),
        ("check-tab", 2, ["tests/broken-sites/tab-indentation.yaml"]),
        ("check-warning", 0, ["tests/broken-sites/warning-long-fire-hold.yaml"]),
        ("check-timing", 0, ["--timing", "config/examples/market.yaml"]),
        (
            "check-good-bad-and-missing",
            2,
            [
                "config/examples/panel.yaml",
                "tests/broken-sites/expression-in-folded-block.yaml",
                "nowhere.yaml",
            ],
        ),
    ],
)
def test_check_shows_what_a_person_found_it_good_to_show(name, code, files):
    done = firegw("check", *files)

    assert done.returncode == code
    assert done.stderr == ""
    assert_golden(name, done.stdout.rstrip("\n"))


def test_check_speaks_vietnamese_where_the_locale_does():
    done = firegw("check", "tests/sites/five-mistakes.yaml", LC_ALL="vi_VN.UTF-8")

    assert_golden("check-five-mistakes-vi", done.stdout.rstrip("\n"))


def test_check_for_programs_says_the_same_in_json():
    done = firegw(
        "check", "--json", "config/examples/panel.yaml", "tests/broken-sites/unknown-kind.yaml"
    )

    assert done.returncode == 2
    good, bad = json.loads(done.stdout)["files"]
    assert good.pop("timing")["faults"][0] == {
        "detector": "panel-alarm",
        "seconds": 4.5,
        "terms": [
            {"what": "fault", "of": "panel-alarm", "seconds": 3.0},
            {"what": "publication", "of": "", "seconds": 1.5},
        ],
    }
    assert good == {"file": "config/examples/panel.yaml", "ok": True, "problems": []}
    assert bad["ok"] is False
    assert bad["timing"] is None
    assert bad["problems"] == [
        {
            "file": "tests/broken-sites/unknown-kind.yaml",
            "line": 15,
            "column": 35,
            "what": "kind cannot be 'sirene'",
            "text": "sirene",
            "hint": "did you mean siren?",
            "warning": False,
        }
    ]


def test_times_are_told_in_vietnamese_where_the_locale_is():
    done = firegw("check", "--timing", "config/examples/panel.yaml", LC_ALL="vi_VN.UTF-8")

    assert done.returncode == 0
    assert_golden("check-timing-vi", done.stdout.rstrip("\n"))


def test_of_a_file_with_mistakes_no_times_are_told():
    done = firegw("check", "--timing", "tests/broken-sites/unknown-kind.yaml")

    assert done.returncode == 2
    assert done.stdout == firegw("check", "tests/broken-sites/unknown-kind.yaml").stdout


def test_check_without_a_file_says_how_it_is_used():
    done = firegw("check")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("arguments", "key"), [([], "detectors"), (["--profile"], "quantities")])
def test_schema_prints_a_schema(arguments, key):
    done = firegw("schema", *arguments)

    assert done.returncode == 0
    assert key in json.loads(done.stdout)["properties"]


def test_check_imports_no_hardware_and_nothing_of_the_daemon():
    program = (
        "import sys; from gateway.cli.firegw import run; run(['check', sys.argv[1]]);"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'gpiozero', 'lgpio', 'serial', 'pymodbus', 'paho', 'asyncio', 'sqlite3'}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(Path("config/examples/market.yaml"))],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def pointed(line: str, column: int, text: str) -> tuple[str, str]:
    problem = Problem(place=Place(file="f", line=1, column=column), what="wrong", text=text)
    _, shown, carets = problems_view([problem], {"f": line.encode()})
    return shown, carets


def test_the_caret_stands_under_the_text_whatever_is_wide_or_combining_before_it():
    assert pointed("a: 火 x", 6, "x") == ("    a: 火 x", "          ^")
    assert pointed("a: Sa\u0309nh x", 10, "x") == ("    a: Sa\u0309nh x", "            ^")
    assert pointed("a:\tx", 4, "x") == ("    a: x", "       ^")


def test_a_long_line_is_cut_around_the_place():
    shown, carets = pointed("a: [" + "x, " * 200 + "wrong, " + "y, " * 200 + "]", 605, "wrong")

    assert len(shown) <= WIDEST + 4
    assert shown[carets.index("^") :].startswith("wrong")
    assert carets.count("^") == 5


def test_what_would_command_the_terminal_is_shown_as_a_sign():
    shown, _ = pointed("a: \x1b[2Jx", 9, "x")

    assert "\x1b" not in shown
