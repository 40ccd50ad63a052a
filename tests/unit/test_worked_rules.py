"""The worked rules: each place passes its tests, its page says what is in its file, and a rule that
somebody spoils is seen."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from golden_file import assert_golden
from settings_sites import ROOT

from gateway.cli.firegw import run
from gateway.cli.outcome import ExitCode
from gateway.site_file import read_site
from rules.language.compile import FUNCTIONS

pytestmark = pytest.mark.unmeasured  # days of twenty places, which take three times as long with it

PLACES = ROOT / "config/examples/places"
SITES = sorted(each for each in PLACES.glob("*.yaml") if not each.name.endswith(".test.yaml"))
PAGES = {"worked-rules.md": "**Why so:**", "worked-rules.vi.md": "**Vì sao:**"}
MEANT = {
    "06-server-room": ["nothing raises an alarm in zone underfloor"],
    "12-school": ["siren waits 60 s after an alarm"],
    "15-hospital-ward": ["bells-at-last waits 120 s after an alarm"],
    "20-archive": ["a fault of strongroom-cable alone raises fire-alarm"],
}
"""Warnings of firegw check that the page explains."""

LONG = re.compile(r"^    until: ([2-9]|\d\d) h", re.MULTILINE)
"""Tests of two hours and more, which `make soak` runs."""

SAYS_DEAD = re.compile(r": (lost|silent|open|shorted|down|\d(\.\d)? mA)$", re.MULTILINE)


@dataclass(frozen=True)
class Spoiled:
    """One replacement in a site file, and what its tests then find.

    Attributes:
        old: what stands there once.
        new: what is put there.
        test: the test that fails.
        rows: of its difference, in their order, each as it is printed but for line breaks.
    """

    old: str
    new: str
    test: str
    rows: tuple[str, ...]


SPOILED = {
    "01-restaurant-kitchen": Spoiled(
        "for: 5 s\n    clear: kitchen-heat",
        "for: 90 s\n    clear: kitchen-heat",
        "a burning pan is told within a minute and a half",
        (
            "2 min 30 s missing: enters fire-alarm kitchen-fire (waited for until 3 min 30 s)",
            "4 min 3 s not expected: enters fire-alarm kitchen-fire kitchen-co.co 160 ppm",
        ),
    ),
    "02-cold-store": Spoiled(
        "count(change(temperature, 5 min) > 10 K)",
        "count(change(temperature, 5 min) > 2 K)",
        "a door left open for a lorry, and a defrost, are no fire",
        ("13 min 7 s not expected: enters fire-alarm cold-fire cold-heat-door.temperature",),
    ),
    "03-karaoke-bar": Spoiled(
        "at_least(2,",
        "at_least(1,",
        "burning foam is a fire in less than a minute",
        (
            "3 min not expected: enters fire-alarm room-fire room-smoke-1.contact active",
            "3 min 15 s missing: enters fire-alarm room-fire (waited for until 3 min 50 s)",
        ),
    ),
    "04-garment-floor": Spoiled(
        "held(contact, 5 min)",
        "held(contact, 1 min)",
        "smoke that drifts from one detector to the next is a fire at the second",
        ("9 min 2 s missing: enters fire-alarm floor-fire", "how many of 3: >= 2 1"),
    ),
    "05-petrol-station": Spoiled(
        "avg(gas, 1 min) > 10 %LEL",
        "avg(gas, 10 s) > 10 %LEL",
        "the puff of a delivery is nothing",
        ("15 min 5 s not expected: enters pre-alarm pit-vapour pit-gas-1.gas 22 %LEL",),
    ),
    "06-server-room": Spoiled(
        "contact) >= 2\n",
        "contact) >= 1\n",
        "a cable that smoulders lights the lamp at the first detector, and is a fire at the second",
        (
            "1 min 3 s not expected: enters fire-alarm room-fire underfloor-smoke-1.contact active",
            "3 min 3 s missing: enters fire-alarm room-fire",
        ),
    ),
    "07-lpg-store": Spoiled(
        "\n    on_unknown: alarm",
        "",
        "a loop that breaks rings here, and clears only when the detector measures again",
        (
            "10 min missing: enters gas-alarm store-gas (unknown)",
            "21 min not expected: refuses reset: no alarm is latched",
        ),
    ),
    "08-car-park": Spoiled(
        "heat_class(temperature, A1R)",
        "heat_class(temperature, A1)",
        "a burning car is told by its heat before the ceiling is at 50 °C",
        (
            "4 min 30 s missing: enters fire-alarm park-fire (waited for until 5 min)",
            "5 min 41 s not expected: enters fire-alarm park-fire park-heat-2.temperature",
        ),
    ),
    "09-electrical-cabinet": Spoiled(
        "> 15 K and cabinet-heat.temperature > 55 °C",
        "> 5 K",
        "sun on the cabinet and a shift's load are no alarm",
        ("47 min 40 s not expected: enters pre-alarm cabinet-terminal cabinet-heat.temperature",),
    ),
    "10-dormitory": Spoiled(
        "\n      or (schedule(asleep) and any(contact))",
        "",
        "at night one detector is a fire after three seconds",
        (
            "1 min 3 s missing: enters fire-alarm rooms-fire",
            "1 min 33 s not expected: enters fire-alarm rooms-fire room-302.contact active",
        ),
    ),
    "11-market-stalls": Spoiled(
        'days: [holiday], from: "00:00", to: "24:00"',
        'days: [holiday], from: "20:00", to: "22:00"',
        "at noon on Tết the stalls are as closed as at night",
        (
            "6 min 40 s missing: enters pre-alarm stalls-haze (waited for until 7 min)",
            "10 min 5 s missing: enters fire-alarm stalls-fire",
            "schedule(closed)",
        ),
    ),
    "12-school": Spoiled(
        ", delay: 1 min",
        "",
        "smoke lights the guard's lamp and calls out at once, and sounds after a minute",
        ("5 min 5 s not expected: energises siren", "6 min 5 s missing: energises siren"),
    ),
    "13-apartment-corridor": Spoiled(
        "verified(contact, 20 s, 2 min)",
        "verified(contact, 5 s, 2 min)",
        "steam of a pot and votive paper are no fire",
        ("5 min 5 s not expected: enters fire-alarm storey-fire storey-smoke-1.contact active",),
    ),
    "14-pagoda": Spoiled(
        '"2026-11-23", ',
        "",
        "on a full-moon day the hall smokes from morning to night, and is no fire",
        ("6 min 5 s not expected: enters fire-alarm altar-fire altar-smoke-1.contact active",),
    ),
    "15-hospital-ward": Spoiled(
        ", coincidence: 2",
        "",
        "a second detector rings while the nurse is still on her way",
        (
            "2 min 3 s not expected: energises bells-at-two",
            "2 min 40 s missing: energises bells-at-two",
        ),
    ),
    "16-charging-room": Spoiled(
        "change(temperature, 1 min) > 15 K",
        "change(temperature, 1 min) > 40 K",
        "a flame from a seat heats by fifteen degrees, and is told though no gas was smelt",
        (
            "5 min 16 s missing: enters fire-alarm charging-fire (waited for until 5 min 19 s)",
            "5 min 29 s not expected: enters fire-alarm charging-fire",
        ),
    ),
    "17-boiler-room": Spoiled(
        "(boiler-heat.temperature, DS)",
        "(boiler-heat.temperature, CS)",
        "an opened furnace door throws its heat at the roof, and is no fire",
        ("6 min 34 s not expected: enters fire-alarm boiler-fire boiler-heat.temperature",),
    ),
    "18-wood-workshop": Spoiled(
        "at_least(2, verified(contact, 20 s, 2 min)",
        "at_least(2, contact",
        "an air gun at the end of the shift blows dust at both detectors, and is nothing",
        ("3 min 2 s not expected: enters fire-alarm shop-fire shop-smoke-1.contact active",),
    ),
    "19-iron-roof-warehouse": Spoiled(
        "heat_class(a-heat.temperature, B)",
        "heat_class(a-heat.temperature, A1)",
        "a June day at sixty-one degrees, a shower, and a forklift in each hall are no fire",
        ("2 h 36 min 45 s not expected: enters fire-alarm hall-a-fire a-heat.temperature 56",),
    ),
    "20-archive": Spoiled(
        "when: count(contact) >= 2, for: 3 s",
        "when: count(contact) >= 2, for: 60 s",
        "two of three detectors are a fire, and the readers are warned at the first",
        (
            "2 min 3 s missing: enters fire-alarm stacks-fire",
            "3 min not expected: enters fire-alarm stacks-fire stacks-smoke-1.contact active",
        ),
    ),
}


def script_of(site: Path) -> Path:
    return site.with_suffix(".test.yaml")


def blocks(page: str) -> list[str]:
    return re.findall(
        r"^```yaml\n(.*?)^```$", (ROOT / "docs" / page).read_text(), re.MULTILINE | re.DOTALL
    )


def sections(page: str) -> list[str]:
    return re.split(r"^## (?=\d+\. )", (ROOT / "docs" / page).read_text(), flags=re.MULTILINE)[1:]


def failures(printed: str) -> dict[str, str]:
    """Give what is printed below each test that failed, as one line without the bars of trees."""
    found = {}
    for part in re.split(r"^FAIL  ", printed, flags=re.MULTILINE)[1:]:
        words = re.split(r"^(?:ok    |\d+ tests?:)", part, flags=re.MULTILINE)[0]
        name, _, rows = " ".join(words.split()).partition(".test.yaml:")
        found[name.rpartition(" ")[0]] = re.sub(r"[✓✗?│├└─] ?", "", rows)
    return found


def test_there_are_twenty_places_and_each_has_tests_a_page_and_a_way_to_spoil_it():
    names = [site.stem for site in SITES]

    assert [name[:2] for name in names] == [f"{number:02}" for number in range(1, 21)]
    assert names == list(SPOILED)
    assert all(script_of(site).is_file() for site in SITES)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.stem)
def test_a_place_is_taken_with_no_warning_but_those_that_its_page_explains(site):
    read = read_site(site)

    assert read.settings is not None
    warnings = [problem.what for problem in read.problems]
    assert len(warnings) == len(MEANT.get(site.stem, []))
    for warning, meant in zip(warnings, MEANT.get(site.stem, []), strict=True):
        assert meant in warning


@pytest.mark.parametrize("page", PAGES)
def test_the_page_explains_each_warning(page):
    for section in sections(page):
        number = section.partition(".")[0].zfill(2)
        explains = any(name.startswith(number) for name in MEANT)

        assert ("`firegw check`" in section) is explains


@pytest.fixture
def code_of(tmp_path):
    """Give how the tests of a place end: those of hours, or all others."""

    def run_some(site: Path, *, long: bool) -> int:
        shutil.copy(site, tmp_path)
        head, *tests = re.split(r"^(?=  - name: )", script_of(site).read_text(), flags=re.MULTILINE)
        chosen = [each for each in tests if (LONG.search(each) is not None) is long]
        if not chosen:
            return ExitCode.OK
        script = tmp_path / script_of(site).name
        script.write_text(head + "".join(chosen))
        return run(["rules", "test", str(script)])

    return run_some


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.stem)
def test_a_place_passes_its_tests(site, code_of, capsys):
    assert (code_of(site, long=False), "FAIL" in capsys.readouterr().out) == (ExitCode.OK, False)


@pytest.mark.long
@pytest.mark.parametrize("site", SITES, ids=lambda site: site.stem)
def test_a_place_passes_its_tests_of_hours(site, code_of, capsys):
    assert (code_of(site, long=True), "FAIL" in capsys.readouterr().out) == (ExitCode.OK, False)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.stem)
def test_a_place_has_a_fire_a_nuisance_and_a_dead_detector(site):
    text = script_of(site).read_text()
    tests = re.split(r"^  - name: ", text, flags=re.MULTILINE)[1:]
    raising = [each for each in tests if re.search(r"enters: (fire|gas)-alarm", each)]
    quiet = [each for each in tests if not re.search(r"enters: (fire|gas)-alarm", each)]
    dead = [each for each in tests if SAYS_DEAD.search(each)]

    assert raising
    assert any(not SAYS_DEAD.search(each) for each in quiet)
    assert dead
    assert len(tests) >= 3


@pytest.fixture
def printed_of(tmp_path, monkeypatch, capsys):
    """Give what the tests of a place print, or one of them, once somebody has spoiled its site."""

    def spoil_and_run(site: Path, only: str = "") -> str:
        spoiled = SPOILED[site.stem]
        text = site.read_text()
        assert text.count(spoiled.old) == 1
        (tmp_path / site.name).write_text(text.replace(spoiled.old, spoiled.new))
        head, *tests = re.split(r"^(?=  - name: )", script_of(site).read_text(), flags=re.MULTILINE)
        chosen = [each for each in tests if only in each.partition("\n")[0]]
        (tmp_path / script_of(site).name).write_text(head + "".join(chosen))
        monkeypatch.chdir(tmp_path)
        assert run(["rules", "test", script_of(site).name]) == ExitCode.REFUSED == 1
        return capsys.readouterr().out

    return spoil_and_run


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.stem)
def test_a_spoiled_rule_fails_with_the_test_the_instant_and_what_happened(site, printed_of):
    spoiled = SPOILED[site.stem]

    printed = printed_of(site, spoiled.test)

    difference = failures(printed)[spoiled.test]
    place = 0
    for row in spoiled.rows:
        assert row in difference[place:]
        place = difference.index(row, place)
    rows = [line for line in printed.splitlines() if line[:4] not in {"FAIL", "ok  "}]
    assert max(map(len, rows)) <= 80


def test_what_a_spoiled_rule_shows_was_found_readable(printed_of):
    assert_golden("worked-rule-spoiled", printed_of(SITES[2]).rstrip("\n"))


@pytest.mark.parametrize("page", PAGES)
def test_what_the_page_shows_is_what_the_files_have(page):
    for block in blocks(page):
        head, _, rest = block.partition("\n")

        assert rest.rstrip("\n") in (PLACES / head.removeprefix("# ")).read_text()


@pytest.mark.parametrize(("page", "why"), PAGES.items())
def test_each_place_has_a_section_with_its_rules_and_why_they_are_so(page, why):
    named = [block.partition("\n")[0].removeprefix("# ") for block in blocks(page)]

    assert named == [site.name for site in SITES]
    assert [section.partition(".")[0] for section in sections(page)] == [
        str(number) for number in range(1, 21)
    ]
    assert all(why in section and "\nrules:\n" in section for section in sections(page))


def test_both_pages_show_the_same_rules():
    english, vietnamese = map(blocks, PAGES)

    assert english == vietnamese


def test_between_them_the_places_use_every_function_and_key_of_a_rule():
    whole = "".join(site.read_text() for site in SITES)

    assert {name for name in FUNCTIONS if f"{name}(" not in whole} == set()
    for word in ("on_unknown: alarm", "clear:", "for:", "holidays:", "coincidence:", "delay:"):
        assert word in whole
    for profile in ("4-20ma-gas", "supervised-loop", "plantower-pms5003", "jxct-jxbs-3001-co"):
        assert f"{profile}," in whole or f"{profile}}}" in whole
    for kind in ("manual-call-point", "panel-alarm", "panel-fault"):
        assert f"kind: {kind}" in whole
    assert re.search(r"(count|any)\([a-z-]+, [a-z-]+: ", whole)
