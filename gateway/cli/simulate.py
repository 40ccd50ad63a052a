"""firegw simulate: plays what is not there. Each subcommand is a module of its own."""

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.cli.subcommands import add_subcommands, run_subcommand

NAME: Final = "simulate"

SUBCOMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "device": "gateway.cli.simulate_device",
        "fleet": "gateway.cli.simulate_fleet",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands, each with its arguments."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


run = run_subcommand
