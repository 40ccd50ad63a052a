"""firegw journal: the record of what happened. Each subcommand is a module of its own."""

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.cli.subcommands import add_subcommands, run_subcommand

NAME: Final = "journal"

SUBCOMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "verify": "gateway.cli.journal_verify",
        "export": "gateway.cli.journal_export",
        "stats": "gateway.cli.journal_stats",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands, each with its arguments."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


run = run_subcommand
