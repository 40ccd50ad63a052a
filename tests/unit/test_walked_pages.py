"""Pages that a machine follows word for word: comments are understood, commands exist."""

import re
from pathlib import Path

import pytest
from system.console_blocks import PageError, blocks_of, not_printed

from gateway.cli.firegw import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    page
    for name in ("install", "technician")
    for page in (ROOT / f"docs/{name}.md", ROOT / f"docs/{name}.vi.md")
    if page.exists()
]
NAMED = re.compile(r"\bfiregw ([a-z][a-z-]*)")

PAGE = """\
# A page

<!-- walk first: touch /tmp/x -->
<!-- walk instead 1: sed --in-place s/a/b/ site.yaml -->
<!-- walk exits 2: 1 -->
<!-- walk answers 2: yes\\nno -->
<!-- walk within 2: 30 -->
```console
$ nano site.yaml
$ firegw check \\
    site.yaml
site.yaml:1: …
1 problem
```

Not typed:

```yaml
site: {}
```

<!-- walk file: /etc/x -->
```yaml
a: 1
```

<!-- walk skip: an adapter is needed -->
```console
$ firegw scan
```
"""


def test_a_page_is_taken_apart_into_what_is_typed_and_what_must_come_of_it():
    typed, written, skipped = blocks_of(PAGE)

    assert typed.first == ("touch /tmp/x",)
    edit, check = typed.commands
    assert (edit.shown, edit.typed) == ("nano site.yaml", "sed --in-place s/a/b/ site.yaml")
    assert check.typed == "firegw check \\\n    site.yaml"
    assert check.prints == ("site.yaml:1: …", "1 problem")
    assert (check.exit_code, check.answers, check.within_s) == (1, "yes\nno\n", 30)
    assert (written.file, written.content) == ("/etc/x", "a: 1\n")
    assert skipped.skipped == "an adapter is needed"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("walk first:", "walk furst:"),
        ("walk exits 2:", "walk exits 3:"),
        ("walk exits 2: 1", "walk exits 2: one"),
        ("walk exits 2: 1", "walk exits: 1"),
        ("walk exits 2: 1 -->", "walk exits 2 -->"),
        ("walk skip: an adapter is needed -->\n", "walk skip: it -->\nIn between.\n"),
        ("$ firegw scan", "firegw scan"),
        ("```console\n$ firegw scan", "```text\n$ firegw scan"),
    ],
)
def test_a_comment_that_would_be_overlooked_is_refused(right, wrong):
    assert right in PAGE

    with pytest.raises(PageError):
        blocks_of(PAGE.replace(right, wrong))


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        (("one", "three"), []),
        (("… wo",), ["… wo"]),
        (("t…o",), []),
        (("three", "one"), ["one"]),
        (("thre",), ["thre"]),
        (("thre…",), []),
    ],
)
def test_each_line_that_a_page_shows_is_looked_for_in_order(wanted, missing):
    assert not_printed(wanted, "one\ntwo  \nthree\n") == missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_of_a_walked_page_exists(page):
    blocks = blocks_of(page.read_text())
    lines = [
        line
        for block in blocks
        for line in (
            *block.first,
            *block.then,
            *(words for typed in block.commands for words in (typed.shown, typed.typed)),
        )
    ]
    named = {name for line in lines for name in NAMED.findall(line)}

    assert blocks
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_not_followed_says_why(page):
    assert all(len(block.skipped) > 8 for block in blocks_of(page.read_text()) if block.skipped)


@pytest.mark.parametrize("page", [page for page in PAGES if page.name.endswith(".vi.md")])
def test_both_languages_have_the_same_typed(page):
    english = page.with_name(page.name.replace(".vi.md", ".md"))

    def typed(each):
        return [
            (command.shown, command.typed)
            for block in blocks_of(each.read_text())
            for command in block.commands
        ]

    assert typed(english) == typed(page)
