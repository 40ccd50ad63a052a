"""What `firegw monitor` shows: whole screens that a person found good, and what holds for all."""

from dataclasses import replace

import pyte
import pytest
from golden_file import assert_golden
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_examples import HAPPENED, STATES, WALK, known, pen
from rich.cells import cell_len
from status_examples import EXAMPLES, NOW, quiet, zone

from gateway.control.gist import Gist
from gateway.monitor.desk import Desk, View
from gateway.monitor.detectors import Chosen, DetectorRows
from gateway.monitor.letters import cells, cut, fitted, tidy
from gateway.monitor.lines import Look, Piece, Tone, changes, part, text_of, whole
from gateway.monitor.paint import codes, painted, repainted
from gateway.monitor.picture import STALE_AFTER, Heard, Picture, with_heard
from gateway.monitor.screen import printed, screen
from gateway.monitor.trends import Trends
from gateway.text import TEXTS, Language
from rules.instant import Instant, later, seconds
from rules.snapshot import DetectorNow

SIZE = (80, 24)
HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x1b[]m\x07\x9b\u202e\u0301\u200d\ufe0f\U0001f1fb火が한ợ[red]/\n\t\0"),
    ),
    max_size=60,
)


def shown(picture, desk=None, language=Language.ENGLISH, now=NOW, size=SIZE, **pen_more):
    width, height = size
    return screen(picture, desk or Desk(), pen(language, width, **pen_more), height, now).rows


def texts(rows) -> list[str]:
    return [text_of(row) for row in rows]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", STATES)
def test_the_overview_is_as_a_person_found_it_good(state, language):
    rows = texts(shown(known(STATES[state]()), language=language))

    assert_golden(f"monitor-{state}.{language}", "\n".join(row.rstrip() for row in rows))
    assert len(rows) == 24
    assert {cells(row) for row in rows} == {80}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("view", [View.DETECTORS, View.EVENTS, View.WALK])
def test_the_other_views_are_as_a_person_found_them_good(view, language):
    picture = known(EXAMPLES["test"](), walk=WALK)
    rows = texts(shown(picture, Desk(view=view), language))

    assert_golden(f"monitor-view-{view.value}.{language}", "\n".join(row.rstrip() for row in rows))


@pytest.mark.parametrize("language", Language)
def test_a_gateway_that_is_gone_is_as_a_person_found_it_good(language):
    gone = with_heard(
        known(STATES["alarm"]()), Heard(at=NOW, trouble="control.sock: nobody answers")
    )
    rows = texts(shown(gone, language=language, now=later(NOW, seconds(75))))

    assert_golden(f"monitor-gone.{language}", "\n".join(row.rstrip() for row in rows))


@pytest.mark.parametrize("language", Language)
def test_the_help_names_every_key(language):
    rows = texts(shown(known(quiet()), Desk(is_helped=True), language))

    assert_golden(f"monitor-help.{language}", "\n".join(row.rstrip() for row in rows))


@pytest.mark.parametrize("language", Language)
def test_every_gist_has_large_words_that_fit_spaced(language):
    for gist in Gist:
        spaced = pen(language).spaced(pen(language).say(f"monitor.gist.{gist}"))
        assert "   " in spaced or " " in spaced.strip()
        assert spaced != pen(language).say(f"monitor.gist.{gist}")


@pytest.mark.parametrize("language", Language)
def test_the_rows_of_keys_fit_the_least_terminal(language):
    for key in TEXTS:
        if key.startswith("monitor.keys"):
            assert cells(pen(language).say(key)) <= 79, key


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_old_status_is_ever_shown_as_the_present(name):
    picture = known(EXAMPLES[name]())
    young = later(NOW, STALE_AFTER)
    old = later(NOW, seconds(5.001))

    assert picture.present(young) is not None
    for view in View:
        rows = texts(shown(picture, Desk(view=view), now=old))
        assert "N O   A N S W E R" in rows[0]
        assert "LAST HEARD 5 s AGO" in "".join(rows[:4])


def test_one_question_without_an_answer_is_enough_to_say_so():
    picture = with_heard(known(quiet()), Heard(at=NOW, trouble="nobody answers"))

    assert "N O   A N S W E R" in texts(shown(picture))[0]
    assert "P R O T E C T E D" not in "\n".join(texts(shown(picture)))


def test_before_the_first_answer_the_building_is_not_said_to_be_protected():
    assert "W A I T I N G" in texts(shown(Picture()))[0]


def test_the_first_row_is_bold_and_reversed_whatever_it_says():
    for state in STATES.values():
        for piece in shown(known(state()))[0]:
            assert piece.look.bold
            assert piece.look.reverse


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (40, 5), (10, 2), (1, 1)])
def test_a_small_window_says_so_below_what_the_building_is(size):
    rows = texts(shown(known(STATES["alarm"]()), size=size))

    assert len(rows) == size[1]
    assert {cells(row) for row in rows} == {size[0]}
    if size[0] >= 10:
        assert "FIRE" in rows[0].replace(" ", "") or "FIRE" in rows[0]


def test_a_building_of_many_zones_shows_those_that_are_not_quiet_and_counts_the_rest():
    status = STATES["alarm"]()
    more = tuple(zone(f"zone-{number}", f"Khu {number}") for number in range(40))
    many = replace(status, now=replace(status.now, zones=(*more, *status.now.zones)))

    rows = "\n".join(texts(shown(known(many))))

    assert "hall    " in rows
    assert "1-4 of 43" in rows
    chosen = "\n".join(texts(shown(known(many), Desk(zone="zone-20"))))
    assert "› zone-20" in chosen


def test_a_screen_full_of_faults_counts_those_that_have_no_room():
    status = EXAMPLES["fault"]()
    faults = tuple(
        replace(status.now.conditions[0], source=f"detector/smoke-{number}") for number in range(60)
    )
    many = replace(status, now=replace(status.now, conditions=faults))

    rows = "\n".join(texts(shown(known(many))))

    assert "─ 60 ─" in rows
    assert "and 5" in rows
    assert "Zones" in rows
    assert "Paths to the centre" in rows


def test_five_hundred_detectors_are_scrolled_and_the_end_is_the_end():
    status = quiet()
    first = status.now.detectors[0]
    many = tuple(replace(first, id=f"smoke-{number}") for number in range(500))
    picture = known(replace(status, now=replace(status.now, detectors=many)))

    far = screen(picture, Desk(view=View.DETECTORS, top=10**6), pen(), 24, NOW)

    assert "smoke-499" in "\n".join(texts(far.rows))
    assert "of 500" in "\n".join(texts(far.rows))
    assert far.top < 500


@given(st.integers(0, 60), st.integers(0, 20), st.integers(1, 30))
@settings(max_examples=50, deadline=None)
def test_the_rows_that_are_seen_are_those_of_all_rows(first, values, seen):
    status = EXAMPLES["fault"]()
    many = tuple(
        replace(each, id=f"{each.id}-{number}", values=dict.fromkeys("abcd"[: number % 4], 1.0))
        for number in range(values)
        for each in status.now.detectors
    )
    status = replace(status, now=replace(status.now, detectors=many))
    rows = DetectorRows(status, Trends(), Chosen(), pen())

    whole_list = rows.between(0, rows.total)

    assert len(whole_list) == rows.total
    assert rows.between(first, first + seen)[:seen] == whole_list[first : first + seen] or not many


@given(name=HOSTILE, detail=HOSTILE, ascii_only=st.booleans(), language=st.sampled_from(Language))
@settings(max_examples=60, deadline=None)
def test_hostile_names_steer_no_terminal_and_move_no_column(name, detail, ascii_only, language):
    status = STATES["alarm"]()
    first, *others = status.now.conditions
    status = replace(
        status,
        site_name=name,
        now=replace(
            status.now,
            zones=(zone(name or "z", detail), *status.now.zones),
            conditions=(replace(first, source=f"rule/{name}", detail=detail), *others),
            detectors=(
                DetectorNow(
                    id=name, zone=detail, health=status.now.detectors[0].health, values={name: 1.0}
                ),
            ),
        ),
    )
    picture = known(status, walk=WALK)
    for view in View:
        rows = shown(picture, Desk(view=view, said=detail), language, ascii_only=ascii_only)
        for text in texts(rows):
            assert text.isprintable()
            assert cells(text) == cell_len(text) == 80
            assert text.isascii() or not ascii_only
        assert painted(rows, has_colour=False).count("\x1b") <= 24 * 40


@given(HOSTILE)
def test_a_text_that_was_tidied_stays_as_it_is_and_is_as_wide_as_textual_reckons(text):
    tidied = tidy(text)

    assert tidied.isprintable()
    assert tidy(tidied) == tidied
    assert cells(tidied) == cell_len(tidied)
    assert tidy(text, ascii_only=True).isascii()


@given(HOSTILE, st.integers(0, 30))
def test_a_fitted_text_takes_just_its_cells(text, width):
    assert cells(fitted(tidy(text), width)) == width
    assert cells(cut(tidy(text), width)) <= width


def test_vietnamese_in_combining_letters_is_composed_and_without_utf_8_loses_its_accents():
    apart = "Sa\u0309nh chi\u0301nh, Đường \u0111a\u0306\u0323t"

    assert tidy(apart) == "Sảnh chính, Đường đặt"
    assert cells(tidy(apart)) == 21
    assert tidy(apart, ascii_only=True) == "Sanh chinh, Duong dat"


ROWS = st.lists(
    st.tuples(st.text("abợ火", max_size=6), st.sampled_from([Look(), Look(Tone.ALARM, bold=True)])),
    max_size=5,
).map(lambda pieces: whole([Piece(*piece) for piece in pieces], 20))


@given(ROWS, ROWS, st.integers(0, 8))
def test_what_changed_is_found_and_what_did_not_is_left_alone(old, new, bridged):
    spans = changes(old, new, bridged)
    before, after = by_cell(old), by_cell(new)

    touched = {at for start, end in spans for at in range(start, end)}
    assert {at for at in range(20) if before[at] != after[at]} <= touched
    assert all(0 <= start < end <= 20 for start, end in spans)
    assert not changes(new, new, bridged)
    for start, end in spans:
        assert cells(text_of(part(new, start, end))) == end - start


@given(st.lists(ROWS, min_size=3, max_size=3), st.lists(ROWS, min_size=3, max_size=3))
@settings(deadline=None)
def test_a_terminal_that_was_sent_the_changes_shows_what_one_shows_that_was_sent_it_all(old, new):
    changed, afresh = pyte.Screen(20, 3), pyte.Screen(20, 3)
    pyte.Stream(changed).feed(painted(old, has_colour=True))
    pyte.Stream(changed).feed(repainted(old, new, has_colour=True))
    pyte.Stream(afresh).feed(painted(new, has_colour=True))

    assert changed.display == afresh.display
    assert [[*row.items()] for row in map(of_row, changed.buffer.values())] == [
        [*row.items()] for row in map(of_row, afresh.buffer.values())
    ]


def of_row(row) -> dict:
    return {at: row[at] for at in range(20)}


def by_cell(row) -> list:
    found = []
    for piece in row:
        for letter in piece.text:
            found.append((letter, piece.look))
            found.extend([("", piece.look)] * (cells(letter) - 1))
    return found


def test_a_second_of_a_quiet_building_changes_its_clock_and_nothing_else():
    status = quiet()
    then = replace(status, now=replace(status.now, at=later(status.now.at, seconds(1))))
    before = known(status)
    after = with_heard(before, Heard(at=later(NOW, seconds(1)), status=then))

    told = repainted(shown(before), shown(after, now=later(NOW, seconds(1))), has_colour=True)

    assert told == "\x1b[3;79H1"


def test_without_colour_every_look_is_told_by_bold_and_reverse_alone():
    looks = [Look(tone, bold, reverse) for tone in Tone for bold in (0, 1) for reverse in (0, 1)]

    assert {code for look in looks for code in codes(look, has_colour=False)} == {1, 7}


def test_the_overview_is_printed_whole_for_whoever_has_no_screen():
    lines = printed(known(STATES["fault"]()), pen(), NOW)

    assert lines[0].strip() == "F A U L T"
    assert any("hall-smoke-2" in line for line in lines)
    assert max(map(cells, lines)) <= 80


def test_events_are_joined_by_their_names_and_bounded():
    picture = known(STATES["alarm"]())
    again = replace(HAPPENED[2], number=4)

    joined = with_heard(picture, Heard(at=NOW, status=quiet(), events=(again,)))
    anew = with_heard(joined, Heard(at=NOW, status=quiet(), events=(again,), events_anew=True))

    assert [each.number for each in joined.events] == [1, 2, 4]
    assert anew.events == (again,)
    many = tuple(replace(HAPPENED[0], number=number, seq=number) for number in range(1000))
    full = with_heard(picture, Heard(at=NOW, status=quiet(), events=many))
    assert len(full.events) == 300
    assert full.events[-1].number == 999


def test_an_age_is_never_negative():
    assert known(quiet()).age(Instant(NOW - 5)) == 0
