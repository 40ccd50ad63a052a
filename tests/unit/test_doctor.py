"""What the doctor says: in both languages, of a closed list, with commands that can be copied."""

import ast
import re
import shlex
import string
from pathlib import Path

import pytest
from golden_file import assert_golden
from hypothesis import given
from hypothesis import strategies as st

from gateway.doctor.catalogue import CATALOGUE, found, refusal
from gateway.doctor.finding import Check, Finding, Unlooked, Verdict, gravity, unlooked, well
from gateway.doctor.view import VIETNAMESE, as_json, commands_of, mend_of, view
from gateway.doctor.words import CHECKS, MENDS, OTHER_CAUSE, SUMMARY, UNLOOKED, VERDICTS
from gateway.text import Language
from gateway.uplink.refusal_reason import RefusalReason
from rules.reading import FaultCause

TESTS = Path(__file__).parents[1]
DOCS = Path(__file__).parents[2] / "docs"
OTHER_TEXTS = (*CHECKS.values(), *MENDS.values(), *UNLOOKED.values(), *VERDICTS.values())


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def filled(fault: str) -> Finding:
    """A finding whose every place is filled."""
    entry = CATALOGUE[fault]
    texts = (entry.seen.en, entry.mend.en, *entry.commands)
    return found(fault, **{name: f"<{name}>" for text in texts for name in places(text)})


def words_of_the_tests() -> set[str]:
    sources = [path.read_text() for path in TESTS.rglob("test_doctor_*.py")]
    return {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_each_fault_that_the_doctor_claims_to_find_is_made_by_a_test_and_found():
    assert CATALOGUE.keys() - words_of_the_tests() == set()
    assert len(CATALOGUE) > 80


@pytest.mark.parametrize("fault", CATALOGUE)
def test_each_fault_has_its_words_in_both_languages_and_the_pages(fault):
    entry = CATALOGUE[fault]

    for text in (entry.seen, entry.mend):
        assert text.en.strip()
        assert text.vi.strip()
        assert places(text.en) == places(text.vi)
    assert entry.verdict in (Verdict.WRONG, Verdict.WARNING)
    for page in ("doctor.md", "doctor.vi.md"):
        assert f"`{fault}`" in (DOCS / page).read_text()


@pytest.mark.parametrize("fault", CATALOGUE)
def test_each_fault_can_be_said_and_its_commands_are_what_a_shell_reads(fault):
    finding = filled(fault)

    assert len(view([finding], Language.ENGLISH, quiet=False)) > 2
    assert view([finding], Language.VIETNAMESE, quiet=True)
    for command in commands_of(finding):
        assert shlex.split(command)
    told = as_json(finding)
    assert told["fault"] == fault
    assert told["mend"]


@pytest.mark.parametrize("text", [*OTHER_TEXTS, OTHER_CAUSE, SUMMARY])
def test_its_other_words_are_in_both_languages(text):
    assert text.en.strip()
    assert text.vi.strip()
    assert places(text.en) == places(text.vi)


def test_nothing_that_is_looked_at_lacks_a_name():
    assert CHECKS.keys() == set(Check)
    assert VERDICTS.keys() == set(Verdict)
    assert UNLOOKED.keys() == set(Unlooked)


def test_each_refusal_is_said_and_what_is_none_of_them_is_another():
    said = {refusal(reason, "lan").fault for reason in RefusalReason}

    assert {f"broker-{reason}" for reason in RefusalReason} - said == {"broker-credential-files"}
    assert refusal(RefusalReason.CREDENTIAL_FILES, "lan").fault == "broker-other"


def test_most_causes_of_a_detectors_fault_have_an_advice_of_their_own():
    assert {cause.value for cause in FaultCause} - MENDS.keys() <= {
        "warming-up",
        "heartbeat-stopped",
        "inhibited",
        "over-range",
        "implausible",
        "loop-undefined",
    }


FINDINGS = (
    well(Check.CLOCK, detail="2026-12-24 07:00 UTC, RTC"),
    unlooked(Check.SECRETS, Unlooked.NEEDS_ROOT, "/etc/fire-gateway/tls/gateway.key"),
    found("disk-low", "/var/lib/fire-gateway", folder="/var/lib/fire-gateway", left="90/200 MiB"),
    found(
        "console-on-port",
        "/dev/serial0",
        port="/dev/serial0",
        bus="panel",
        word="console=serial0",
        file="/boot/firmware/cmdline.txt",
    ),
    found(
        "standing-fault",
        "detector/heat-1",
        source="detector/heat-1",
        cause="no reply",
        cause_vi="không trả lời",
        detail="unit 1: no reply within 200 ms",
        mend=MENDS["no-reply"].en,
        mend_vi=MENDS["no-reply"].vi,
    ),
)


@pytest.mark.parametrize("language", Language)
def test_the_worst_comes_first_as_a_person_found_it_good(language):
    assert_golden(f"doctor.{language}", "\n".join(view(FINDINGS, language, quiet=False)))


def test_quiet_says_only_what_is_amiss():
    lines = "\n".join(view(FINDINGS, Language.ENGLISH, quiet=True))

    assert "ok:" not in lines
    assert "not looked at:" not in lines
    assert "serial0" in lines
    assert view(FINDINGS[:2], Language.ENGLISH, quiet=True) == []


def test_a_value_cannot_steer_the_terminal_nor_the_shell():
    hostile = "a\x1b[2J'; rm -rf /\n`reboot`"
    finding = found("port-held", bus="b", port=hostile, command=hostile, pid=hostile)

    lines = "\n".join(view([finding], Language.ENGLISH, quiet=False))
    [looks, ends] = commands_of(finding)

    assert "\x1b" not in lines
    assert shlex.split(looks)[:2] == ["ps", "-fp"]
    assert len(shlex.split(looks)) == len(shlex.split(ends)) == 3
    assert "\n" not in ends


def test_a_long_value_is_cut():
    finding = found("broker-other", path="lan", why="x" * 100_000, host="h", port=1, site="s")

    assert sum(map(len, view([finding], Language.ENGLISH, quiet=True))) < 2000


@given(st.text(max_size=50), st.sampled_from(sorted(CATALOGUE)))
def test_whatever_was_seen_the_lines_hold(value, fault):
    finding = filled(fault)
    other = found(fault, **dict.fromkeys(finding.values, value))

    lines = view([other], Language.ENGLISH, quiet=False)

    assert all(line.isprintable() for line in lines)
    assert all(len(line) <= 80 or line.startswith("      ") for line in lines)
    assert re.match(r"\S", lines[0])


def test_a_value_in_both_languages_is_said_in_the_persons():
    finding = FINDINGS[-1]

    assert "120" not in mend_of(finding, Language.ENGLISH)
    assert mend_of(finding, Language.VIETNAMESE) == MENDS["no-reply"].vi
    assert VIETNAMESE not in str(as_json(finding)["seen"])
    assert max(FINDINGS, key=gravity) is FINDINGS[0]
