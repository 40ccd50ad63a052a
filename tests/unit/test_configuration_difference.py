"""What another configuration changes, as it is found and as a person is shown it."""

from pathlib import Path

import pytest
from golden_file import assert_golden
from hypothesis import given
from hypothesis import strategies as st
from status_examples import fire

from gateway.configuration.difference import Effect, Kind, difference
from gateway.configuration.difference_view import difference_as_json, difference_view
from gateway.configuration.flattened import flattened, time_written
from gateway.configuration.found_files import found_files
from gateway.configuration.leftovers import left_behind
from gateway.configuration.read_files import checked
from gateway.configuration.site_files import SiteFiles
from gateway.settings.model import Settings
from gateway.text import Language
from rules.condition import Condition
from rules.instant import Instant, Moment
from rules.snapshot import ConditionNow

EXAMPLES = Path(__file__).parents[2] / "config/examples"
MARKET, _ = found_files(EXAMPLES / "market.yaml")


def settings_of(*pairs: tuple[str, str]) -> Settings:
    text = MARKET.site
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    found = checked(SiteFiles(name="market.yaml", site=text))
    assert found.settings is not None, found.problems
    return found.settings


BEFORE = settings_of()
AFTER = settings_of(
    ("id: GW-0001", "id: GW-0002"),
    ("name: Bếp ăn", "name: Bếp ăn tập thể"),
    ("unit: 1, register_offset: 4}", "unit: 5, register_offset: 4, every: 2 s}"),
    (
        "{id: siren, bus: panel, kind: siren, line: 22,",
        "{id: horn, bus: panel, kind: siren, line: 24,",
    ),
    ("      or stalls-heat.temperature > 75 °C\n", "      or stalls-heat.temperature > 70 °C\n"),
    (
        "stalls-fire\n    zone: stalls\n    raises: fire-alarm",
        "stalls-fire\n    zone: stalls\n    raises: pre-alarm",
    ),
    ("host: mqtt.pccc.example", "host: mqtt2.pccc.example"),
    ("metrics:\n  port: 9466", ""),
)


def test_a_file_in_which_only_comments_differ_differs_in_nothing():
    found = difference(BEFORE, settings_of(("site:\n", "# looked at\nsite:\n")), fire())

    assert (found.changes, found.consequences) == ((), ())


@pytest.mark.parametrize("language", Language)
def test_the_difference_is_shown_as_a_person_found_it_good(language):
    lines = difference_view(difference(BEFORE, AFTER, fire()), language)

    assert_golden(f"apply.{language}", "\n".join(lines))
    assert max(map(len, lines)) <= 80


def test_what_is_told_to_programs_holds_all_of_it():
    found = difference(BEFORE, AFTER, fire())

    told = difference_as_json(found)

    assert len(told["changes"]) == len(found.changes)
    assert len(told["consequences"]) == len(found.consequences)


def test_what_is_added_one_way_is_removed_the_other_way():
    there, back = difference(BEFORE, AFTER), difference(AFTER, BEFORE)
    opposite = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED}

    assert {(c.kind, c.what, c.id) for c in there.changes} == {
        (opposite[c.kind], c.what, c.id) for c in back.changes
    }
    assert {
        (c.what, c.id, each.field, each.before, each.after)
        for c in there.changes
        for each in c.fields
    } == {
        (c.what, c.id, each.field, each.after, each.before)
        for c in back.changes
        for each in c.fields
    }


def test_a_zone_in_which_nothing_can_raise_an_alarm_any_more_is_named():
    effects = {each.effect for each in difference(BEFORE, AFTER).consequences}

    assert Effect.ZONE_LOSES_ALARMS in effects


@given(st.integers(1, 10**15))
def test_a_time_is_written_so_that_a_site_file_would_read_it(nanoseconds):
    number, unit = time_written(nanoseconds).split()

    assert unit in {"h", "min", "s", "ms"}
    assert float(number) > 0


def test_fields_of_options_and_times_are_written_as_a_person_would():
    detector = flattened(BEFORE.detectors[0])

    assert detector["every"].split()[1] in {"s", "ms", "min"}
    assert all("\n" not in value for value in detector.values())


def standing(source: str, condition: Condition = Condition.FAULT) -> ConditionNow:
    return ConditionNow(
        condition=condition,
        zone=None,
        source=source,
        incident=Moment("boot", Instant(0)),
        standing=True,
        latched=False,
        acknowledged=None,
        cause="x",
        detail="",
    )


def test_faults_of_paths_and_outputs_that_are_gone_are_left_behind_and_no_others():
    path, output = BEFORE.uplink.paths[0].id, BEFORE.outputs[0].id
    here = [f"path/{path}", f"output/{output}", "gateway/store", "bus/gone", "detector/gone"]
    gone = ["path/gone", "path/gone/dates", f"path/{path}/insecure", "output/gone"]

    found = left_behind([standing(each) for each in (*here, *gone)], BEFORE)

    assert [source for source, _ in found] == gone
