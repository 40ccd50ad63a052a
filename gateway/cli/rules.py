"""firegw rules: what becomes of a site's rules. Each subcommand is a module of its own."""

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.cli.subcommands import add_subcommands, run_subcommand

NAME: Final = "rules"

SUBCOMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "test": "gateway.cli.rules_test",
        "explain": "gateway.cli.rules_explain",
        "plot": "gateway.cli.rules_plot",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands, each with its arguments."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


run = run_subcommand
