"""A test file: from its tree to tests, or to everything that is wrong with it."""

from dataclasses import replace
from typing import Final

from gateway.rehearsal.read_expect import ExpectReader
from gateway.rehearsal.read_given import GivenReader
from gateway.rehearsal.read_words import read_clock, read_span
from gateway.rehearsal.script import RuleTest
from gateway.settings.findings import Findings, near_or_all
from gateway.settings.model import Settings
from gateway.settings.read_fields import read_items, read_mapping
from gateway.settings.scalars import read_flag, read_text
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode
from rules.instant import Duration, seconds

QUIET_END: Final = seconds(60)
"""How long a test goes on after the last instant that is written: what must not come shows late."""

LONGEST: Final = seconds(7 * 86400)
FILE_KEYS: Final = ("site", "tests")
TEST_KEYS: Final = ("name", "clock", "start", "given", "expect", "until", "complete")


def site_named(root: Node, findings: Findings) -> ScalarNode | None:
    """Find which site file is tested, and note keys that a test file has not."""
    file = read_mapping(root, "a test file", findings)
    if file is None:
        return None
    _check_keys(file, FILE_KEYS, FILE_KEYS, findings)
    node = file.get("site")
    if node is None or read_text(node, "site", findings) is None:
        return None
    return node if isinstance(node, ScalarNode) else None


def read_tests(root: Node, settings: Settings, findings: Findings) -> tuple[RuleTest, ...]:
    """Read the tests of a file over a site; what is wrong is noted."""
    node = root.get("tests") if isinstance(root, MappingNode) else None
    if node is None:
        return ()  # site_named has said it
    items = read_items(node, "tests", findings)
    if items == ():
        findings.refuse(node, "tests is empty", "write at least one test")
    tests: list[RuleTest] = []
    names: dict[str, int] = {}
    for item in items or ():
        mapping = read_mapping(item, "a test", findings)
        test = None if mapping is None else _test(mapping, settings, findings)
        if test is None:
            continue
        if test.name in names:
            what = f"a test of this name stands at line {names[test.name]} already"
            findings.refuse(item, what, "give each its own name")
        names[test.name] = test.place.line
        tests.append(test)
    return tuple(tests)


def _test(node: MappingNode, settings: Settings, findings: Findings) -> RuleTest | None:
    _check_keys(node, TEST_KEYS, ("name", "given", "expect"), findings)
    name_node, clock, start = node.get("name"), node.get("clock"), node.get("start")
    name = None if name_node is None else read_text(name_node, "name", findings)
    utc_ns = None
    if clock is not None and not (isinstance(clock, ScalarNode) and clock.text == "unknown"):
        utc_ns = read_clock(clock, findings, settings.definition.utc_offset)
    complete = node.get("complete")
    given, expect = GivenReader(settings, findings), ExpectReader(settings, findings)
    if (given_node := node.get("given")) is not None:
        given.read(given_node)
    expect_node = node.get("expect")
    expected = () if expect_node is None else expect.read(expect_node)
    last = max([given.ends, *(each.until for each in expected)])
    until = _until(node, Duration(last + QUIET_END), findings)
    for each in expected:
        if each.at > until:
            what = "something is expected after the end of the test"
            findings.refuse(node.entries["until"][0], what, "end it later")
            break
    return RuleTest(
        name=name or "",
        place=node.place,
        series=given.series,
        given=tuple(given.given),
        expected=tuple(replace(each, until=min(each.until, until)) for each in expected),
        until=until,
        utc_ns=utc_ns,
        is_cold=start is not None and _is_cold(start, findings),
        is_complete=complete is not None and read_flag(complete, "complete", findings) is True,
    )


def _until(node: MappingNode, usual: Duration, findings: Findings) -> Duration:
    written = node.get("until")
    until = usual if written is None else read_span(written, "until", findings)
    if until is not None and until > LONGEST:
        findings.refuse(written or node, "a test lasts 7 d at most")
        return usual
    return usual if until is None else until


def _is_cold(node: Node, findings: Findings) -> bool:
    if not isinstance(node, ScalarNode) or node.text not in ("warm", "cold"):
        findings.refuse(node, "start must be warm or cold")
    return isinstance(node, ScalarNode) and node.text == "cold"


def _check_keys(
    node: MappingNode, known: tuple[str, ...], needed: tuple[str, ...], findings: Findings
) -> None:
    for key, _ in node.entries.values():
        if key.text not in known:
            findings.refuse(key, f"unknown key {key.shown}", near_or_all(key.text, known))
    for name in needed:
        if name not in node.entries:
            findings.missing(node.place, f"{name} is missing")
