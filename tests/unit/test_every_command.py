"""What every command of firegw has: help with an example, --json, output that a person has read.

Whoever adds a command is told here what is missing.
"""

import re

import pytest
from every_command import Path, leaves, options, parsers
from golden_file import FOLDER, assert_golden

from gateway.cli import firegw
from gateway.cli.outcome import CommandError, ExitCode
from gateway.cli.usage_words import said as said_usage
from gateway.text import TEXTS, Language, say, speak, spoken

WITHOUT_JSON = {
    ("run",): "it runs until it is ended, and speaks to systemd and to the log",
    ("page",): "it serves until it is ended",
}

GOLDEN = {
    ("check",): "check-five-mistakes",
    ("schema",): "schema",
    ("rules", "test"): "rule-test-failed.en",
    ("rules", "explain"): "explain.en",
    ("rules", "plot"): "plot",
    ("replay",): "replay.en",
    ("journal", "verify"): "journal-verify.en",
    ("journal", "export"): "journal-export",
    ("journal", "stats"): "journal-stats.en",
    ("release",): "said-release.en",
    ("health",): "said-health.en",
    ("apply",): "apply.en",
    ("confirm",): "said-confirm.en",
    ("settle",): "said-settle.en",
    ("status",): "status-fire.en",
    ("monitor",): "monitor-alarm.en",
    ("report",): "commissioning-report.en",
    ("events",): "events.en",
    ("ack",): "said-ack.en",
    ("silence",): "said-silence.en",
    ("reset",): "said-reset.en",
    ("disable",): "said-disable.en",
    ("enable",): "said-enable.en",
    ("test",): "said-test.en",
    ("centre",): "centre-status.en",
    ("scan",): "scan-line.en",
    ("read",): "read.en",
    ("doctor",): "doctor.en",
    ("support-bundle",): "said-support-bundle.en",
    ("simulate", "device"): "said-simulate-device.en",
    ("simulate", "fleet"): "said-simulate-fleet.en",
    ("enrol",): "said-enrol.en",
    ("replace",): "said-replace.en",
}
"""By command, the file in which what it prints stands as a person has found it good."""

WITHOUT_GOLDEN = {
    ("run",): "it prints nothing but its log",
    ("page",): "it prints nothing but its log",
}

MAY_BE_EQUAL = {"-h", "--help"}


@pytest.fixture(params=Language)
def language(request):
    before = spoken()
    speak(request.param)
    yield request.param
    speak(before)


def ids(path: Path) -> str:
    return "-".join(path)


@pytest.mark.parametrize("path", parsers(), ids=ids)
def test_the_help_of_every_command_is_as_a_person_found_it_good(path, language):
    assert_golden(f"help-{ids(path)}.{language}", parsers(language)[path].format_help().rstrip())


@pytest.mark.parametrize("path", parsers(), ids=ids)
def test_every_command_has_help_with_an_example_of_itself(path, language):
    text = parsers(language)[path].format_help()

    assert say("firegw.example") in text
    assert re.search(rf"\n  (sudo )?firegw {' '.join(path)}( |\n|$)", text)
    examples = 100  # an example is copied in one piece, however long
    assert max(map(len, text.splitlines())) <= (examples if "firegw simulate" in text else 80)


@pytest.mark.parametrize("path", parsers(), ids=ids)
def test_every_argument_is_explained_in_both_languages(path):
    english, vietnamese = (parsers(each)[path] for each in Language)
    for en, vi in zip(english._actions, vietnamese._actions, strict=True):
        name = en.option_strings or en.dest
        assert en.help or hasattr(en, "choices_actions") or en.nargs == "A...", f"{name}: no help"
        if en.help:
            assert en.help != vi.help, f"{name}: the same in both languages"
    assert english.description != vietnamese.description


@pytest.mark.parametrize("path", leaves(), ids=ids)
def test_every_command_gives_json_or_there_is_a_reason(path):
    has = "--json" in options(parsers()[path])

    assert has != (path in WITHOUT_JSON), f"firegw {' '.join(path)}: --json, or why not"


@pytest.mark.parametrize("path", leaves(), ids=ids)
def test_what_every_command_prints_is_in_a_file_that_a_person_found_good(path):
    if path in WITHOUT_GOLDEN:
        return
    assert path in GOLDEN, f"firegw {' '.join(path)}: name its golden file in this test"
    name = GOLDEN[path]
    assert (FOLDER / f"{name}.txt").is_file()
    if name.endswith(".en"):
        assert (FOLDER / f"{name.removesuffix('en')}vi.txt").is_file()


def test_what_has_a_reason_is_a_command():
    everything = set(leaves())

    assert {*WITHOUT_JSON, *GOLDEN, *WITHOUT_GOLDEN} <= everything


def test_every_exit_code_is_named_in_both_languages():
    assert [code for code in ExitCode if f"exit.{int(code)}" not in TEXTS] == []


WRONG_USAGE = [
    ["status", "--no-such"],
    ["status", "\x1b[2J"],
    ["ack", "--zone"],
    ["status", "--json=yes"],
    ["events", "--limit", "many"],
    ["events", "--lane", "fire"],
    ["check"],
    ["rules"],
    ["rules", "tset"],
    ["simulate", "device", "x"],
    ["simulate", "device", "x", "--tcp", "a:1", "--port-link", "b"],
    ["journal", "export", "--from", "1", "--since", "2"],
]


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_told_in_vietnamese_too(arguments, monkeypatch):
    heard = []
    monkeypatch.setattr(firegw, "said", lambda message, _: heard.append(message) or message)
    with pytest.raises(CommandError) as caught:
        firegw.dispatch(arguments)

    [message] = heard
    assert caught.value.code is ExitCode.BAD_INPUT
    assert str(caught.value).isprintable()
    assert said_usage(message, Language.VIETNAMESE) != message
    assert said_usage(message, Language.ENGLISH) == message
