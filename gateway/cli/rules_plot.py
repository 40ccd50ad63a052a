"""firegw rules plot: what a rule read in a recording, drawn in the terminal, or as numbers."""

import argparse
from pathlib import Path

import msgspec

from gateway.cli.outcome import ExitCode, show
from gateway.cli.recorded import recording_of, settings_of
from gateway.cli.rules_explain import source_of
from gateway.recording.plotted import plotted
from gateway.recording.replay_view import heading
from gateway.rule_view.plot import plot_lines
from gateway.text import say, spoken


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the rule and the recording."""
    parser.add_argument("rule", metavar="RULE", help=say("argument.rule"))
    parser.add_argument(
        "--recording", metavar="FILE", type=Path, required=True, help=say("argument.recording")
    )
    parser.add_argument("--site", metavar="FILE", type=Path, help=say("argument.explain-site"))
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Draw it."""
    recording = recording_of(arguments.recording)
    site = settings_of(recording, arguments.site).definition
    plot = plotted(recording, site, source_of(arguments.rule, site))
    assert plot is not None  # the site has the rule
    if arguments.json:
        show(msgspec.json.encode(plot).decode())
        return ExitCode.OK
    for line in (*heading(recording, spoken()), "", *plot_lines(plot, spoken())):
        show(line)
    return ExitCode.OK
