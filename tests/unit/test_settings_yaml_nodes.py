"""Nodes say where they stand, to the character, however they are written."""

import string

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.settings.scalar_places import stretch_in
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, read_yaml


def tree(text: str) -> Node:
    node, problems = read_yaml(text.encode(), "f.yaml")
    assert problems == ()
    assert node is not None
    return node


def scalars(node: Node):
    match node:
        case ScalarNode():
            yield node
        case SequenceNode():
            for item in node.items:
                yield from scalars(item)
        case MappingNode():
            for key, value in node.entries.values():
                yield key
                yield from scalars(value)


@pytest.mark.parametrize(
    "word", ["no", "on", "yes", "true", "null", "~", "01", "0x1F", "1e3", "2026-01-01", "12:30:45"]
)
def test_a_plain_word_stays_the_word(word):
    node = tree(f"key: {word}")

    assert isinstance(node, MappingNode)
    assert node.word("key") == word


def test_every_scalar_stands_where_an_editor_shows_it():
    text = "tên: Bếp\r\nzones:\r\n  - {id: no, 'name': \"Sảnh 2\"} # ghi chú\r\n  - kho"

    places = {scalar.text: (scalar.line, scalar.column) for scalar in scalars(tree(text))}

    assert places == {
        "tên": (1, 1),
        "Bếp": (1, 6),
        "zones": (2, 1),
        "id": (3, 6),
        "no": (3, 10),
        "name": (3, 14),
        "Sảnh 2": (3, 22),
        "kho": (4, 5),
    }


def test_a_byte_order_mark_moves_no_place():
    node, problems = read_yaml(b"\xef\xbb\xbfkey: x", "f.yaml")

    assert problems == ()
    assert (node.line, node.column) == (1, 1)


def test_mappings_and_lists_stand_where_they_begin():
    node = tree("a:\n  - [x]\n  - {y: z}\n")
    assert isinstance(node, MappingNode)
    outer = node.get("a")
    assert isinstance(outer, SequenceNode)

    assert str(outer.place) == "f.yaml:2:3"
    assert [str(item.place) for item in outer.items] == ["f.yaml:2:5", "f.yaml:3:5"]
    assert [item.shown for item in outer.items] == ["[", "{"]


def test_problems_of_the_yaml_itself_are_told_together():
    text = "a: &x 1\na: 2\nb: !!int 3\n<<: {c: 1}\n"

    node, problems = read_yaml(text.encode(), "f.yaml")

    assert isinstance(node, MappingNode)
    assert [(problem.place.line, problem.text) for problem in problems] == [
        (1, "&x 1"),
        (3, "!!int 3"),
        (2, "a"),
        (4, "<<"),
    ]


def written_as(text: str, style: str | None) -> str:
    """Let another program write it, in a style, folding wherever it likes."""
    return yaml.dump(
        {"key": text}, default_style=style, allow_unicode=True, width=20, default_flow_style=False
    )


WORDS = st.text(alphabet=string.ascii_letters + "'\"\\°ế%().,>", min_size=1, max_size=9)


@pytest.mark.parametrize("style", [None, "'", '"', "|", ">"])
@given(words=st.lists(WORDS, min_size=1, max_size=12), gaps=st.sampled_from([" ", "\n", "\n\n"]))
@settings(max_examples=60, deadline=None)
def test_a_place_in_what_a_scalar_says_is_found_where_it_is_written(style, words, gaps):
    text = " ".join(words) if style is None else gaps.join(words)
    source = written_as(text, style)
    (*_, scalar) = scalars(tree(source))
    assert scalar.text.strip() == text
    lines = source.split("\n")

    offset = 0
    for word in words:
        offset = scalar.text.index(word, offset)
        place, _ = stretch_in(scalar, offset, len(word))
        found = lines[place.line - 1][place.column - 1 :]
        # A quote or backslash may be doubled or escaped; the first sign tells the place.
        assert found[0] == word[0] or found[:2] in {"''", '\\"', "\\\\"}, (source, word, found)
        offset += len(word)


@pytest.mark.parametrize(
    ("written", "offset", "length", "place", "shown"),
    [
        ("- a > 5", 4, 1, "1:7", "5"),
        ("- a >", 3, 1, "1:6", ""),  # something is missing at the end
        ("- 'it''s 5'", 5, 1, "1:10", "5"),
        (r'- "\u0061\x20> 5"', 4, 1, "1:16", "5"),
        (r'- "a\tb\n5"', 4, 1, "1:10", "5"),
        ('- "a >\n  5"', 4, 1, "2:3", "5"),
        ('- "a > \\\n  5"', 4, 1, "2:3", "5"),
        ("- |\n  a >\n   5 ppm\n", 5, 5, "3:4", "5 ppm"),
        ("- |\r\n  a >\r\n   5 ppm\r\n", 5, 5, "3:4", "5 ppm"),
        ("- > # why\n  a >\n\n  5\n", 4, 1, "4:3", "5"),
        ("- a >\n  5", 4, 1, "2:3", "5"),
        ("- >\n  a\n  and b\n", 2, 5, "3:3", "and b"),
        ("- a\n  and b", 0, 7, "1:3", "a"),  # over two lines, as much as one line shows
        ("- ''", 0, 1, "1:3", "''"),
    ],
)
def test_the_place_of_a_stretch(written, offset, length, place, shown):
    (scalar,) = scalars(tree(written))

    found, text = stretch_in(scalar, offset, length)

    assert (str(found), text) == (f"f.yaml:{place}", shown)
