"""docs/firegw.md: what it says of each command is what the command says of itself.

`WRITE_GOLDEN=1 pytest ...` writes the part behind the mark anew; what stands before it is written
by hand.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from every_command import leaves, options, parsers, subcommands

from gateway.cli.outcome import ExitCode
from gateway.control.protocol import GROUP_FOR, RIGHT_FOR, Right
from gateway.text import TEXTS, Language, phrase

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {Language.ENGLISH: "firegw.md", Language.VIETNAMESE: "firegw.vi.md"}
MARK = "<!-- from the commands themselves -->"

ASKS = {
    ("status",): Right.VIEW,
    ("monitor",): Right.VIEW,
    ("events",): Right.VIEW,
    ("page",): Right.VIEW,
    ("report",): Right.VIEW,
    ("rules", "explain"): Right.VIEW,
    ("ack",): Right.OPERATE,
    ("silence",): Right.OPERATE,
    ("reset",): Right.OPERATE,
    ("disable",): Right.OPERATE,
    ("enable",): Right.OPERATE,
    ("test",): Right.OPERATE,
    ("apply",): Right.ADMINISTER,
    ("confirm",): Right.ADMINISTER,
}
"""What a command asks of the running gateway needs this right; the others need none of it."""

NEEDS = {
    Language.ENGLISH: "group",
    Language.VIETNAMESE: "nhóm",
}


def reference(language: Language) -> str:
    return "\n".join(_reference(language))


def _reference(language: Language) -> Iterator[str]:
    yield MARK
    for path, parser in parsers(language).items():
        yield ""
        yield f"{'###' if len(path) > 1 else '##'} firegw {' '.join(path)}"
        yield ""
        yield f"{parser.description}."
        if path in ASKS:
            yield ""
            yield f"{NEEDS[language]}: `{GROUP_FOR[ASKS[path]]}`"
        if subcommands(parser):
            continue
        yield ""
        yield "```text"
        yield parser.format_help().rstrip()
        yield "```"


@pytest.mark.parametrize("language", Language)
def test_the_page_says_of_each_command_what_it_says_of_itself(language):
    page = DOCS / PAGES[language]
    head, mark, said = page.read_text().partition(MARK)
    if os.environ.get("WRITE_GOLDEN"):
        page.write_text(f"{head}{reference(language)}\n")
        return

    assert mark + said == reference(language) + "\n", "WRITE_GOLDEN=1 writes it anew"


@pytest.mark.parametrize("language", Language)
def test_the_page_documents_every_exit_code_and_every_group(language):
    page = (DOCS / PAGES[language]).read_text()

    for code in map(int, ExitCode):
        assert f"| {code} | {phrase(language, f'exit.{code}')} |" in page
    for group in GROUP_FOR.values():
        assert f"| `{group}` |" in page


def test_whoever_asks_the_gateway_is_told_which_group_may():
    asking = {path for path in leaves() if "--socket" in options(parsers()[path])}
    without = {("doctor",), ("health",), ("support-bundle",)}  # root's, or of whoever can see

    assert asking - ASKS.keys() <= without
    assert ASKS.keys() <= asking | {("page",)}
    assert set(ASKS.values()) == set(RIGHT_FOR.values())
    assert all(f"command.{'-'.join(path)}" in TEXTS for path in leaves())
