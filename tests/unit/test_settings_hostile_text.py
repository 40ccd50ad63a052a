"""Whatever a file holds, the loader answers with problems, never with an exception."""

import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.settings.loader import load_site
from gateway.settings.read_profile import load_profile
from gateway.settings.source import LARGEST_FILE
from gateway.settings.yaml_nodes import MOST_NODES

pytestmark = pytest.mark.unmeasured  # files of hundreds of thousands of values

ROOT = Path(__file__).resolve().parents[2]
PROFILES = {str(file): file.read_bytes() for file in (ROOT / "config/profiles").glob("*.yaml")}
MARKET = (ROOT / "config/examples/market.yaml").read_bytes()
PMS5003 = (ROOT / "config/profiles/plantower-pms5003.yaml").read_bytes()

# What YAML, units and rules give a meaning to, and what they do not.
YAML_SIGNS = rb"""{ } [ ] : - ' " | > # & * ! ? % @ \ --- ... << &a *a !!int""".split()
WORDS = rb"null ~ -1 0x 07 1e999 true ( ) > >= and not count( avg( \\u0000 \\x".split()
PIECES = st.one_of(
    st.sampled_from([*YAML_SIGNS, *WORDS, b": ", b"- ", b"\n", b"\r\n", b"  ", b"|\n", b">-\n"]),
    st.sampled_from([b"\t", b"\x00", b"\xff", b"\xc2\x85", b"\xe2\x80\xa8", b"9" * 400, b"5 s"]),
    st.binary(max_size=4),
)


@st.composite
def mutations(draw, text: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.sampled_from([0, 0, 1, 2, 5, 40]))
        text = text[:at] + draw(PIECES) + text[at + gone :]
    return text


def check(data: bytes) -> None:
    read, problems = load_site(data, "site.yaml", PROFILES)

    lines = data.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    for problem in problems:
        assert "\n" not in str(problem)
        if problem.place.file == "site.yaml":
            assert 1 <= problem.place.line <= lines.count("\n") + 1
            assert problem.place.column >= 1
    assert (read is None) == any(not problem.warning for problem in problems)


@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfes\x00i\x00")
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_problems(data):
    check(data)


@given(st.text(alphabet=string.printable + "°µ³ếở\u0301", max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_problems(text):
    check(text.encode())


@given(mutations(MARKET))
@settings(max_examples=400, deadline=None)
def test_a_market_mistyped_anywhere_gives_problems_or_settings(data):
    check(data)


@given(mutations(PMS5003))
@settings(max_examples=200, deadline=None)
def test_a_profile_mistyped_anywhere_gives_problems_or_a_profile(data):
    profile, problems = load_profile(data, "plantower-pms5003.yaml")

    assert (profile is None) == any(not problem.warning for problem in problems)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"#" * (LARGEST_FILE + 1), "the file is larger than 1024 KiB"),
        (b"[" * LARGEST_FILE, "nested deeper than 20 levels"),
        (b"- " * (LARGEST_FILE // 2), "nested deeper than 20 levels"),
        (b"[" + b"a," * (LARGEST_FILE // 2 - 1), f"holds more than {MOST_NODES} values"),
        (b"- &a 1\n" * 1000, "anchors are not used here"),
        (b"? " * 1000, "nested deeper than 20 levels"),
        (b"\xff" * 1000, "byte 0xFF is not UTF-8"),
        (b"a: \x01\n" * 1000, "the character U+0001 has no meaning here"),
        (b"a:\n\tb: 1\n" * 1000, "a tab cannot indent"),
        (b"zones:\n" + b"- {id: a}\n" * 10_001, "zones has more than 10000 entries"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_huge_or_hostile_file_is_refused_in_one_line_or_some_hundred(data, said):
    read, problems = load_site(data, "site.yaml", PROFILES)

    assert read is None
    assert said in "\n".join(map(str, problems))
    assert len(problems) <= 500


def test_a_file_of_nothing_but_mistakes_ends_after_some_hundred():
    data = b"".join(b"key%d: 1\n" % number for number in range(5_000))

    _, problems = load_site(data, "site.yaml", {})

    assert len(problems) == 500
