"""The walk test on a terminal: what responded, what is waited for, what ended it."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from golden_file import assert_golden
from walk_examples import DETECTORS, response, walk, walked, zone_test

from gateway.commissioning.proof import progress_of, zones_under_test
from gateway.commissioning.walk_view import WalkView, is_final
from gateway.commissioning.wording import Wording
from gateway.control.walk_status import WalkedDetector
from gateway.text import Language

HANOI = timezone(timedelta(hours=7))
HALL = frozenset({"hall"})


def view(
    language: Language = Language.ENGLISH, rows: int = 24, *, letters: bool = True
) -> WalkView:
    return WalkView(wording=Wording(language, HANOI), rows=rows, has_letters=letters)


@pytest.mark.parametrize("language", Language)
def test_a_walk_is_shown_as_a_person_found_it_good(language):
    shown = view(language)
    now = replace(walked(), tests=(zone_test("hall", 3600), zone_test("store", 60)))
    running = progress_of(now, zones_under_test(now))
    over = progress_of(walked(), HALL)

    assert_golden(
        f"walk-test.{language}",
        "\n".join(
            [
                *shown.lines(now, running),
                "",
                *shown.ends(now, running),
                "",
                *(shown.ticked(now, tick, running) for tick in running.done),
                "",
                *shown.over(over),
            ]
        ),
    )


def test_a_detector_that_responded_in_an_earlier_test_is_waited_for():
    now = walk(response("hall-smoke-1", "hall", 3000), tests=(zone_test("hall", 100),))

    assert progress_of(now, HALL).done == ()


def test_a_detector_that_responded_after_the_test_had_ended_was_not_ticked_off_in_it():
    now = walk(response("hall-smoke-1", "hall", 50), tests=(zone_test("hall", 500, 100),))

    assert progress_of(now, HALL).done == ()


@pytest.mark.parametrize("rows", [1, 10, 24, 50])
@pytest.mark.parametrize("done", [0, 3, 60, 80])
def test_a_large_zone_fits_the_terminal_and_says_what_it_leaves_out(rows, done):
    many = tuple(WalkedDetector(id=f"d{each}", name="x" * 90, zone="hall") for each in range(80))
    responses = [response(f"d{each}", "hall", 90 - each) for each in range(done)]
    now = walk(*responses, tests=(zone_test("hall", 100),), detectors=many)

    lines = view(rows=rows).lines(now, progress_of(now, HALL))

    assert len(lines) <= max(rows - 2, 7)
    assert max(map(len, lines)) < 80
    shown = [line for line in lines if line[2:3] in "✓·"]
    left_out = sum(int(line.split()[1]) for line in lines if line.startswith("  and "))
    assert len(shown) + left_out == 80


def test_the_newest_tick_is_always_in_sight():
    many = tuple(WalkedDetector(id=f"d{each}", name="", zone="hall") for each in range(80))
    responses = [response(f"d{each}", "hall", 90 - each) for each in range(3)]
    now = walk(*responses, tests=(zone_test("hall", 100),), detectors=many)

    assert any("✓ d2 " in line for line in view(rows=12).lines(now, progress_of(now, HALL)))


def test_a_terminal_without_the_letters_gets_plain_ones():
    now = walk(response("hall-smoke-1", "hall", 60), tests=(zone_test("hall", 100),))
    plain = [replace(each, name=each.id) for each in DETECTORS]
    now = replace(now, detectors=tuple(plain))

    text = "\n".join(view(letters=False).lines(now, progress_of(now, HALL)))

    assert text.isascii()
    assert "x hall-smoke-1" in text


def test_a_name_steers_no_terminal():
    hostile = (WalkedDetector(id="d", name="\x1b[2J\r\n\x07", zone="hall"),)
    now = walk(response("d", "hall", 60), tests=(zone_test("hall", 100),), detectors=hostile)
    progress = progress_of(now, HALL)

    lines = [*view().lines(now, progress), view().ticked(now, progress.ticks[0], progress)]

    assert all(line.isprintable() for line in lines)


def test_a_tick_is_told_once_its_times_are_known_or_after_ten_seconds():
    def final(**changed) -> bool:
        now = walk(response("hall-smoke-1", "hall", **changed), tests=(zone_test("hall", 100),))
        return is_final(now, progress_of(now, HALL).ticks[0])

    assert final(seconds_ago=1)
    assert not final(seconds_ago=1, centre_ms=None)
    assert final(seconds_ago=10, centre_ms=None)


def test_without_a_clock_it_says_how_long_the_test_runs_still():
    now = walk(tests=(zone_test("hall", 100),), now_ns=None)

    [first, *_] = view().ends(now, progress_of(now, HALL))

    assert "it runs for another 1 h 58 min at most" in first
