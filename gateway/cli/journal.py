"""firegw journal: the record of what happened. Each subcommand is a module of its own."""

import argparse
import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from gateway.text import say

NAME = "journal"

SUBCOMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "verify": "gateway.cli.journal_verify",
        "export": "gateway.cli.journal_export",
        "stats": "gateway.cli.journal_stats",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands, each with its arguments."""
    chosen = parser.add_subparsers(
        title=say("rules.subcommands"), metavar=say("firegw.command-word"), required=True
    )
    for name, module in SUBCOMMANDS.items():
        subcommand = importlib.import_module(module)
        about, example = say(f"command.journal-{name}"), say(f"command.journal-{name}.example")
        sub = chosen.add_parser(
            name,
            help=about,
            prog=f"firegw journal {name}",
            description=about,
            epilog=f"{say('firegw.example')}\n  {example}",
        )
        subcommand.add_arguments(sub)
        sub.set_defaults(run=subcommand.run)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return cast("int", arguments.run(arguments))
