"""The page of the rule language: its examples compile, and it names every word that there is."""

import re
from pathlib import Path

import pytest
from scenario import call_point, detector

from rules.condition import Condition
from rules.language.check_terms import MOST_READINGS_PER_SPAN
from rules.language.check_voters import LARGEST_TREE
from rules.language.compile import FUNCTIONS, Scope, compile_expression
from rules.language.grammar import DEEPEST
from rules.language.grammar import __doc__ as grammar
from rules.language.heat_class import STATIC
from rules.language.names import CONDITIONS
from rules.language.token import LONGEST_TEXT
from rules.quantity import QUANTITIES
from rules.unit import UNITS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ["rule-language.md", "rule-language.vi.md"]
DETECTORS = [
    detector("hall-smoke-1", "smoke", "temperature"),
    detector("hall-smoke-2", "smoke"),
    call_point("hall-call-point"),
    detector("hall-co", "co"),
    detector("attic-smoke", "smoke", zone="attic"),
    call_point("attic-call-point", zone="attic"),
    detector("kitchen-heat", "temperature", zone="kitchen"),
    call_point("kitchen-call-point", zone="kitchen"),
]
SCOPE = Scope("hall", {each.id: each for each in DETECTORS}, schedules=frozenset({"night"}))


def page(name):
    return (DOCS / name).read_text()


def examples(name):
    blocks = re.findall(r"^```rule\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("text", examples("rule-language.md"))
def test_an_example_of_the_page_compiles(text):
    compile_expression(text, SCOPE)


def test_both_pages_have_the_same_examples_and_blocks():
    english, vietnamese = (
        [*re.findall(r"```\w+\n.*?```", page(name), re.DOTALL)] for name in PAGES
    )

    assert english == vietnamese
    assert len(examples(PAGES[0])) >= len(FUNCTIONS)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_the_grammar_that_the_parser_follows(name):
    lines = [line for line in grammar.splitlines() if line.startswith("    ")]

    assert "\n".join(lines) in page(name)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_names_every_word(name):
    words = set(re.findall(r"`([^`\n]+)`", page(name)))

    assert {word for word in FUNCTIONS if not re.search(rf"`{word}\(", page(name))} == set()
    assert {*UNITS, *QUANTITIES, *CONDITIONS} - words == set()
    assert Condition.DEGRADED not in CONDITIONS


@pytest.mark.parametrize("name", PAGES)
def test_every_function_has_an_example_on_the_page(name):
    shown = "\n".join(examples(name))

    assert {function for function in FUNCTIONS if f"{function}(" not in shown} == set()


@pytest.mark.parametrize("name", PAGES)
def test_the_numbers_of_the_page_are_those_of_the_program(name):
    text = page(name)

    assert " | ".join(STATIC) in text
    assert " | ".join(f"{static:g}" for static in STATIC.values()) in text
    for limit in (LONGEST_TEXT, DEEPEST, LARGEST_TREE, MOST_READINGS_PER_SPAN):
        assert str(limit) in text
