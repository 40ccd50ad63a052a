"""What commands print that need no gateway and no hardware, as a person has found it good."""

import json

import pytest
from golden_file import assert_golden
from recorded_life import file_of, lived
from test_replay import SMALL

from gateway.fleet.figures import Figures, figures_view
from gateway.recording.comparison import compared
from gateway.recording.format import decode
from gateway.recording.replay import told, told_now
from gateway.recording.replay_view import replay_lines
from gateway.settings.schema import site_schema
from gateway.text import Language
from rules.instant import Instant, seconds
from rules.reading import Reading


def test_the_schema_of_site_files():
    assert_golden("schema", json.dumps(site_schema(), ensure_ascii=False, indent=2))


@pytest.mark.parametrize("language", Language)
def test_a_replay(language):
    smoke = [
        (Instant(seconds(at)), Reading("s1", "smoke", value, Instant(seconds(at))))
        for at, value in ((1, 1.0), (2, 5.0), (3, 1.0))
    ]
    _, segments = lived(SMALL, smoke)
    recording = decode(file_of(segments))
    pairs = compared(told(recording), told_now(recording, SMALL))

    assert_golden(f"replay.{language}", "\n".join(replay_lines(recording, pairs, language)))


@pytest.mark.parametrize("language", Language)
def test_the_figures_of_a_fleet(language):
    figures = Figures(
        gateways=100,
        connections=101,
        published=500,
        acknowledged=498,
        unacknowledged=2,
        duplicates=3,
        disbelieved=0,
        heartbeats=600,
        answered=599,
        p50_ms=12.5,
        p99_ms=80.0,
        alarms_per_s=41.3,
    )

    assert_golden(f"said-simulate-fleet.{language}", "\n".join(figures_view(figures, language)))
