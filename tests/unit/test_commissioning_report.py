"""The commissioning report: nothing is said of a detector but what was measured."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from golden_file import assert_golden
from walk_examples import HERE, all_proved, answers, response, walk, walked

from gateway.commissioning.proof import Verdict, verdict_of
from gateway.commissioning.report import Wishes, judged, summary
from gateway.commissioning.report_page import report_page
from gateway.commissioning.report_tables import report_of
from gateway.commissioning.report_words import Wordsmith, fingerprint
from gateway.commissioning.wording import Wording
from gateway.record import ClockQuality
from gateway.text import Language
from rules.instant import Duration

ENGLISH = Wishes(language=Language.ENGLISH)
HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e{{7*7}}\"'&"


class Tags(HTMLParser):
    """Collects what a page loads or runs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def page_of(given, wishes=ENGLISH) -> str:
    return report_page(report_of(given, wishes))


@pytest.mark.parametrize("language", Language)
def test_the_report_is_as_a_person_found_it_good(language):
    wishes = Wishes(
        language=language, technician="Trần Văn Bình", owner="Nguyễn Thị Lan", with_police=True
    )

    assert_golden(f"commissioning-report.{language}", page_of(answers(), wishes).rstrip("\n"))


def test_each_detector_has_the_verdict_that_was_measured():
    verdicts = {each.detector.id: each.verdict for each in judged(answers(), frozenset())}

    assert verdicts == {
        "hall-smoke-1": Verdict.PROVED,
        "hall-smoke-2": Verdict.NOT_TESTED,
        "hall-mcp": Verdict.PROVED,
        "stall-heat-1": Verdict.OTHER_CONFIGURATION,
        "store-gas": Verdict.NOT_TOLD,
    }


@pytest.mark.parametrize(
    ("has_paths", "by_centre", "published", "centre", "verdict"),
    [
        (True, True, 1, 1, Verdict.PROVED),
        (True, True, 1, None, Verdict.NOT_TOLD),
        (True, True, None, 1, Verdict.PROVED),  # the centre's word overtook the broker's
        (True, False, 1, None, Verdict.PROVED),
        (True, False, None, None, Verdict.NOT_TOLD),
        (False, False, None, None, Verdict.PROVED),  # there is nobody to tell
    ],
)
def test_proved_is_what_got_as_far_as_the_site_says(
    has_paths, by_centre, published, centre, verdict
):
    told = response("hall-smoke-1", "hall", 60, published_ms=published, centre_ms=centre)
    now = walk(told, has_paths=has_paths, by_centre=by_centre)

    assert verdict_of(now, told) is verdict


def test_only_a_report_without_a_gap_says_that_all_are_proved():
    whole, gap = report_of(all_proved(), ENGLISH), report_of(answers(), ENGLISH)

    assert (whole.result, whole.is_complete) == ("5 of 5 detectors proved.", True)
    assert whole.missing == ()
    assert (gap.result, gap.is_complete) == ("2 of 5 detectors proved; 3 not.", False)
    assert [(word, ids) for word, _, ids in gap.missing] == [
        ("NOT TESTED", "hall-smoke-2"),
        ("responded, not told", "store-gas"),
        ("other configuration", "stall-heat-1"),
    ]


def test_a_detector_that_was_not_tested_has_no_time_no_value_and_is_not_passed():
    [row] = [
        row
        for table in report_of(answers(), ENGLISH).tables_of_zones
        for row in table.rows
        if row.cells[0][0] == "hall-smoke-2"
    ]

    assert row.cells[3:5] == (("–",), ("–",))
    assert row.cells[5] == ("NOT TESTED",)
    assert row.mark == "bad"


def test_without_any_response_nothing_is_proved():
    page = page_of(answers(walk()))

    assert "0 of 5 detectors proved; 5 not." in page
    assert ">proved<" not in page


def test_a_report_of_one_zone_says_that_the_others_are_not_in_it():
    page = page_of(answers(), replace(ENGLISH, zones=frozenset({"hall"})))

    assert "Sảnh chính (hall); the other zones of the facility are not in this report" in page
    assert "2 of 3 detectors proved" in page
    assert "store-gas</div>" not in page.partition("What stands now")[0]


def test_nothing_is_loaded_and_nothing_runs():
    page = page_of(answers())

    for tag, attributes in Tags(page).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "form", "base", "a"}
        assert not {name for name in attributes if name.startswith("on")}
        assert not {"src", "href", "style"} & attributes.keys()
    assert "url(" not in page
    assert "@import" not in page


def test_a_hostile_name_is_text_wherever_it_stands():
    given = answers()
    site = replace(given.installed.site, name=HOSTILE, address=HOSTILE)
    spoiled = replace(
        given.installed,
        site=site,
        gateway=HOSTILE,
        configuration=HOSTILE,
        version=HOSTILE,
        zones=tuple(replace(zone, name=HOSTILE) for zone in given.installed.zones),
        detectors=tuple(
            replace(each, name=HOSTILE, device=HOSTILE, address=HOSTILE)
            for each in given.installed.detectors
        ),
        rules=tuple(replace(rule, when=HOSTILE, clear=HOSTILE) for rule in given.installed.rules),
    )
    changed = replace(given.walk, configuration=HOSTILE)
    wishes = replace(ENGLISH, technician=HOSTILE, owner=HOSTILE)

    page = page_of(replace(given, installed=spoiled, walk=changed), wishes)

    clean_tags = {tag for tag, _ in Tags(page_of(given)).tags}
    assert {tag for tag, _ in Tags(page).tags} <= clean_tags
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "{{7*7}}" in page  # and not 49
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "<" not in style
    assert style.count("{") == style.count("}")


def test_a_unit_that_does_not_know_the_date_leaves_it_to_the_hand():
    given = answers(replace(walked(), now_ns=None))
    unknown = replace(given, status=replace(given.status, clock=ClockQuality.UNKNOWN))

    page = page_of(unknown)

    assert "____ / ____ / ________" in page
    assert "the clock was not synchronised: dates may be wrong" in page


def test_a_site_without_a_path_does_not_say_that_anything_was_transmitted():
    now = walk(response("hall-smoke-1", "hall", 60, published_ms=None, centre_ms=None))
    given = answers(replace(now, has_paths=False, by_centre=False))
    report = report_of(replace(given, installed=replace(given.installed, paths=())), ENGLISH)

    assert report.meaning[0].endswith("The site has no path to a centre: nothing was transmitted.")
    assert report.result == "1 of 5 detectors proved; 4 not."


def test_a_fingerprint_is_the_hash_of_the_key_itself():
    assert fingerprint("AAAA") == (
        "709e 80c8 8487 a241 1e1e e4df b9f2 2a86 1492 d20c 4765 150c 0c79 4abd 70f8 147c"
    )


def test_a_site_without_detectors_proves_nothing():
    given = answers()
    empty = replace(given, installed=replace(given.installed, detectors=()))
    smith = Wordsmith(empty, ENGLISH)

    assert summary(smith.wording, smith.detectors) == "There is no detector."
    assert not report_of(empty, ENGLISH).is_complete


@pytest.mark.parametrize(
    ("nanoseconds", "said"),
    [(420_000, "0.4 ms"), (9_949_000, "9.9 ms"), (42_400_000, "42 ms"), (12_345_000_000, "12.3 s")],
)
def test_a_time_is_said_as_exactly_as_it_is_worth(nanoseconds, said):
    wording = Wording(Language.ENGLISH, Wordsmith(answers(), ENGLISH).wording.zone)

    assert wording.took(Duration(nanoseconds)) == said


def test_the_configuration_stands_in_full():
    assert f"<div>{HERE}</div>" in page_of(answers())
