"""Every refusal that the gateway can give has words in Vietnamese."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from test_text import placeholders

from gateway.control.refusal_words import said
from gateway.text import Language
from gateway.texts.entry import Text
from gateway.texts.phrasebook import Phrasebook, pattern_of
from gateway.texts.refusals import REFUSAL_TEXTS

pytestmark = pytest.mark.unmeasured  # reads every source file

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, VIETNAMESE = Language.ENGLISH, Language.VIETNAMESE
STANDS_FOR_A_VALUE = "X"


def sentences(node: ast.AST) -> Iterator[str]:
    """The sentences in a piece of the source, with an X for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else STANDS_FOR_A_VALUE
            for part in node.values
        )
    else:
        for child in ast.iter_child_nodes(node):
            yield from sentences(child)


def refusals_in(tree: ast.AST) -> Iterator[ast.AST]:
    """What is refused in so many words: appended to refusals, given as `words`, or as a why-not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.endswith(("refusals.append", "refusals.extend", "_failed", "_refused")):
                yield from node.args
            yield from (each.value for each in node.keywords if each.arg == "words")
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("_why_n"):
            yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Return))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("words", "refusals"):
            yield node.value


SOURCES = (
    *sorted((ROOT / "rules").glob("*.py")),
    ROOT / "gateway/core.py",
    *sorted((ROOT / "gateway/control").glob("*.py")),
    *sorted((ROOT / "gateway/configuration").glob("*.py")),
    *sorted((ROOT / "gateway/commissioning").glob("walk_*.py")),
)
WITHOUT = {
    "X may not X; members of group X may",  # the reader is told of it by `reach.denied`
    "too many callers just now",  # likewise, by `reach.busy`
}


@cache
def every_refusal() -> list[str]:
    found = {
        words
        for file in SOURCES
        for given in refusals_in(ast.parse(file.read_text()))
        if given is not None
        for words in sentences(given)
        if " " in words.strip()
    }
    return sorted(found - WITHOUT)


@pytest.mark.parametrize("words", every_refusal())
def test_every_refusal_of_the_sources_is_said_in_vietnamese(words):
    assert said(words, VIETNAMESE) != words
    assert said(words, ENGLISH) == words


def test_the_search_for_refusals_is_not_blind():
    assert len(every_refusal()) >= 20
    assert "no alarm is sounding" in every_refusal()
    assert "there is no zone X; zones are X" in every_refusal()


def test_both_languages_name_the_same_places():
    assert [
        text.en for text in REFUSAL_TEXTS if placeholders(text.en) != placeholders(text.vi)
    ] == []


@pytest.mark.parametrize(
    ("words", "vietnamese"),
    [
        (
            "there is no zone 'hal'; zones are hall, store",
            "không có khu vực 'hal'; các khu vực là hall, store",
        ),
        (
            "zone/hall is disabled already, for another 7 h 30 min",
            "khu vực hall đã bị vô hiệu hóa rồi, còn 7 giờ 30 phút",
        ),
        (
            "fire-alarm of rule/hot stands: its cause has not gone (heat > 58 °C)",
            "BÁO CHÁY của luật hot vẫn còn: chưa hết nguyên nhân (heat > 58 °C)",
        ),
        ("there is no detector 'x'", "không có đầu báo 'x'"),
        ("a sentence of a later version", "a sentence of a later version"),
    ],
)
def test_what_stands_in_a_refusal_is_said_too(words, vietnamese):
    assert said(words, VIETNAMESE) == vietnamese


def test_a_phrase_is_found_by_its_most_particular_sentence():
    book = Phrasebook(
        (Text("{a} has no {b}", "{a} không có {b}"), Text("{a} has no value", "{a} thiếu giá trị"))
    )

    assert book.vietnamese("x has no value") == "x thiếu giá trị"
    assert book.vietnamese("x has no end") == "x không có end"
    assert book.vietnamese("x has") is None


def test_a_place_that_comes_twice_is_the_same_both_times():
    pattern = pattern_of("{a} and {a} in {{braces}}")

    assert pattern.fullmatch("x and x in {braces}")
    assert not pattern.fullmatch("x and y in {braces}")
