"""Every text exists in both languages and fills in the same values."""

import ast
import string
from pathlib import Path

import pytest

from gateway.cli.outcome import ExitCode
from gateway.control.protocol import Outcome, Verb
from gateway.record import ClockQuality
from gateway.text import TEXTS, Language, language_of, phrase
from gateway.texts.tables import TABLES
from rules.condition import Condition
from rules.health import HealthState
from rules.operator import Act
from rules.reading import FaultCause
from rules.snapshot import Protection

GATEWAY = Path(__file__).parents[2] / "gateway"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def literal_keys() -> set[str]:
    """The keys that the sources name outright."""
    sources = [path.read_text() for path in GATEWAY.rglob("*.py")]
    calls = [
        node
        for source in sources
        if "from gateway.text import" in source  # others may have a `say` of their own
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("say", "phrase")
    ]
    return {
        argument.value
        for call in calls
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_it_and_name_the_same_values(key):
    text = TEXTS[key]

    assert text.en.strip()
    assert text.vi.strip()
    assert placeholders(text.en) == placeholders(text.vi)
    assert "" not in placeholders(text.en), "values are named, not counted"


def test_no_key_stands_in_two_tables():
    assert len(TEXTS) == len(set(TEXTS))
    assert sum(map(len, TABLES)) == len(set().union(*TABLES))


def test_every_key_in_the_sources_has_a_text():
    assert literal_keys() <= TEXTS.keys()
    assert len(literal_keys()) > 50, "the search for keys has gone blind"


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("condition.", Condition),
        ("status.", list(Condition)),
        ("protection.", Protection),
        ("health.", HealthState),
        ("cause.", FaultCause),
        ("status.clock.", ClockQuality),
        ("exit.", [str(int(code)) for code in ExitCode]),
        ("verb.", Verb),
    ],
)
def test_every_word_of_the_core_can_be_said(prefix, words):
    assert [word for word in words if f"{prefix}{word}" not in TEXTS] == []


def test_every_act_is_told_for_a_zone_and_for_the_site():
    assert [
        act for act in Act for where in ("site", "zone") if f"act.{act}.{where}" not in TEXTS
    ] == []
    orders = {"disable", "enable", "test", "end-test", "apply", "confirm", "go-back"}
    questions = {"status", "explain", "events", "walk-test", "installed", "configuration"}
    assert {verb.value for verb in Verb} == {*questions, *(act.value for act in Act), *orders}
    assert Outcome.REFUSED != Outcome.DENIED


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.ENGLISH),
        ({"LANG": "vi_VN.UTF-8"}, Language.VIETNAMESE),
        ({"LANG": "vi"}, Language.VIETNAMESE),
        ({"LANG": "vi.UTF-8"}, Language.VIETNAMESE),
        ({"LANG": "vix_XX"}, Language.ENGLISH),
        ({"LC_ALL": "C", "LANG": "vi_VN.UTF-8"}, Language.ENGLISH),
        ({"LC_ALL": "", "LC_MESSAGES": "vi_VN", "LANG": "en_US"}, Language.VIETNAMESE),
    ],
)
def test_the_first_locale_variable_that_is_set_decides(environment, language):
    assert language == language_of(environment)


def test_a_text_is_filled_by_name():
    assert phrase(Language.ENGLISH, "time.seconds", count=3) == "3 s"
    assert phrase(Language.VIETNAMESE, "time.seconds", count=3) == "3 giây"
