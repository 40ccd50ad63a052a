"""What the pages say can be done: commands parse, site files load, links lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from rule_examples import read

from gateway.cli.firegw import COMMANDS, load, parser_of
from gateway.cli.outcome import CommandError
from gateway.cli.rules import SUBCOMMANDS as OF_RULES
from gateway.cli.simulate import SUBCOMMANDS as OF_SIMULATE
from gateway.settings.loader import load_site
from gateway.settings.written import WrittenSite

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "config/**/*.md", "docs/**/*.md", "drivers/**/*.md", "rules/**/*.md")
    for path in ROOT.glob(pattern)
)

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND_LINE = re.compile(r"^(?:sudo )?(firegw .*)$")


def fences(page: Path) -> list[tuple[str, str]]:
    return FENCE.findall(page.read_text())


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text())


def command_lines(page: Path) -> list[str]:
    """Give what a person would type: inline, or after a prompt."""
    typed = INLINE.findall(prose(page))
    for language, block in fences(page):
        if language in {"console", "sh", "bash"}:
            typed += [line.removeprefix("$ ") for line in block.splitlines()]
    return typed


def firegw_lines(page: Path) -> list[str]:
    matches = (COMMAND_LINE.match(line.partition(" > ")[0]) for line in command_lines(page))
    return [match.group(1) for match in matches if match]


def understood(line: str) -> str:
    """Give what firegw finds wrong with a command line, or nothing."""
    _, name, *arguments = shlex.split(line)
    if name.startswith("--"):
        return "" if name in {"--help", "--version"} else f"no option {name}"
    if name not in COMMANDS:
        return f"no command {name}"
    subcommands = {"rules": OF_RULES, "simulate": OF_SIMULATE}.get(name, {})
    if arguments and arguments[0] in subcommands:
        arguments = arguments[1:] and arguments
    if not arguments or "--help" in arguments:  # a command is named, not typed
        return ""
    try:
        parser_of(name, load(name)).parse_args(arguments)
    except CommandError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_command_line_of_a_page_is_understood(page):
    wrong = {
        line: understood(line)
        for line in firegw_lines(page)
        if "COMMAND" not in line and "LỆNH" not in line and understood(line)
    }

    assert wrong == {}


def test_a_command_line_that_is_not_understood_would_be_seen():
    assert understood("firegw check site.yaml --json") == ""
    assert understood("firegw chekc site.yaml")
    assert understood("firegw check --fast site.yaml")
    assert understood("firegw --verbose")


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_each_command_stands_in_the_manual(page):
    named = {line.split()[1] for line in firegw_lines(ROOT / page)}

    assert set(COMMANDS) <= named


def shipped_profiles() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (ROOT / "config/profiles").glob("*.yaml")}


def sections(text: str) -> dict[str, str]:
    """Take a site file apart, as text: YAML 1.1 would take the key `on` for a truth."""
    parts = re.split(r"(?m)^(?=[a-z_]+:)", text)
    return {part.partition(":")[0]: part.rstrip("\n") + "\n" for part in parts[1:]}


def problems_of(block: str) -> list[str]:
    """Load a block as a site file; some sections alone take their place in the market's."""
    given = yaml.safe_load(block)
    if "tests" in given:  # tests of rules, over the market
        return read(block.partition("\n")[2])[1]
    if "driver" in given:  # a profile: it is loaded where a site names it
        return profile_problems(block, given)
    if "site" not in given:
        unknown = set(given) - set(WrittenSite.__dataclass_fields__)
        if unknown:
            return [f"no section {name}" for name in sorted(unknown)]
        whole = (ROOT / "config/examples/market.yaml").read_text()
        block = "".join((sections(whole) | sections(block)).values())
    settings, problems = load_site(block.encode(), "block", shipped_profiles())
    return [] if settings else [str(problem) for problem in problems]


def profile_problems(block: str, given: dict) -> list[str]:
    site = yaml.safe_load((ROOT / f"drivers/{given['driver']}/sample.yaml").read_text())
    site |= {"outputs": [], "rules": [], "detectors": site["detectors"][:1]}
    site["detectors"][0]["profile"] = given["id"]
    profiles = shipped_profiles() | {f"{given['id']}.yaml": block.encode()}
    text = yaml.safe_dump(site, allow_unicode=True, sort_keys=False)
    settings, problems = load_site(text.encode(), "block", profiles)
    return [] if settings else [str(problem) for problem in problems]


YAML_BLOCKS = [
    pytest.param(block, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, (language, block) in enumerate(fences(page))
    # What stands on the page of worked rules is a part of its own site: see test_worked_rules.
    if language == "yaml" and not page.name.startswith("worked-rules")
]


@pytest.mark.parametrize("block", YAML_BLOCKS)
def test_each_yaml_block_of_a_page_loads(block):
    assert problems_of(block) == []


def test_a_yaml_block_that_does_not_load_would_be_seen():
    rule = "rules: [{id: r, zone: hall, raises: fire-alarm, when: panel-alarm.contact}]"

    assert problems_of(rule) == []
    assert problems_of(rule.replace("hall", "hal"))
    assert problems_of("rule: []")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_a_page_leads_to_a_file(page):
    targets = [link.partition("#")[0] for link in LINK.findall(prose(page))]

    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_make_target_of_a_page_is_there(page):
    there = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        line.split()[1]
        for line in command_lines(page)
        if line.startswith("make ") and not line.split()[1].isupper()
    }

    assert named <= there
