"""firegw rules: what becomes of a site's rules. Each subcommand is a module of its own."""

import argparse
import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from gateway.text import say

NAME = "rules"

SUBCOMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "test": "gateway.cli.rules_test",
        "explain": "gateway.cli.rules_explain",
        "plot": "gateway.cli.rules_plot",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands, each with its arguments."""
    chosen = parser.add_subparsers(
        title=say("rules.subcommands"), metavar=say("firegw.command-word"), required=True
    )
    for name, module in SUBCOMMANDS.items():
        subcommand = importlib.import_module(module)
        about, example = say(f"command.rules-{name}"), say(f"command.rules-{name}.example")
        sub = chosen.add_parser(
            name,
            help=about,
            prog=f"firegw rules {name}",
            description=about,
            epilog=f"{say('firegw.example')}\n  {example}",
        )
        subcommand.add_arguments(sub)
        sub.set_defaults(run=subcommand.run)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return cast("int", arguments.run(arguments))
