"""firegw replay: judges a recording once more, by its own rules or by another site file's."""

import argparse
import json
from pathlib import Path
from typing import Any

from gateway.cli.outcome import ExitCode, show
from gateway.cli.recorded import recording_of, settings_of
from gateway.recording.comparison import Difference, Pair, compared
from gateway.recording.format import Recording
from gateway.recording.replay import begins, lasts, told, told_now
from gateway.recording.replay_view import event_written, replay_lines
from gateway.text import say, spoken
from rules.instant import in_seconds

NAME = "replay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the recording, and which rules are to judge it."""
    parser.add_argument("recording", metavar="RECORDING", type=Path, help=say("argument.recording"))
    parser.add_argument("--rules", metavar="SITE", type=Path, help=say("argument.replay-rules"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Replay, and compare; 0 where the same is told as then."""
    recording = recording_of(arguments.recording)
    site = settings_of(recording, arguments.rules).definition
    pairs = compared(told(recording), told_now(recording, site))
    if arguments.json:
        show(json.dumps(_as_json(recording, pairs), ensure_ascii=False))
    else:
        for line in replay_lines(recording, pairs, spoken()):
            show(line)
    same = all(pair.difference is Difference.SAME for pair in pairs)
    return ExitCode.OK if same else ExitCode.REFUSED


def _as_json(recording: Recording, pairs: tuple[Pair, ...]) -> dict[str, Any]:
    header, start = recording.header, begins(recording)
    return {
        "gateway": header.gateway,
        "reason": header.reason,
        "boot": header.boot_id,
        "lasts_s": in_seconds(lasts(recording)),
        "from_start_of_life": recording.segments[0].started is not None,
        "whole": recording.whole,
        "events": [
            {
                "difference": pair.difference.name.lower().replace("_", "-"),
                "what": event_written(pair.event),
                "then_s": None if pair.then is None else in_seconds(pair.then.at - start),
                "now_s": None if pair.now is None else in_seconds(pair.now.at - start),
            }
            for pair in pairs
        ],
    }
