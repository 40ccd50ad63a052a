"""The subcommands of a command of firegw, each a module of its own."""

import argparse
import importlib
from collections.abc import Mapping
from typing import cast

from gateway.text import say


def add_subcommands(
    parser: argparse.ArgumentParser, command: str, modules: Mapping[str, str]
) -> None:
    """Add the subcommands of a command, each with its arguments.

    Args:
        parser: of the command.
        command: its name.
        modules: by name, the module of each; each has add_arguments and run.
    """
    chosen = parser.add_subparsers(
        title=say("rules.subcommands"), metavar=say("firegw.command-word"), required=True
    )
    for name, module in modules.items():
        subcommand = importlib.import_module(module)
        about = say(f"command.{command}-{name}")
        example = say(f"command.{command}-{name}.example")
        sub = chosen.add_parser(
            name,
            help=about,
            prog=f"firegw {command} {name}",
            description=about,
            epilog=f"{say('firegw.example')}\n  {example}",
        )
        subcommand.add_arguments(sub)
        sub.set_defaults(run=subcommand.run)


def run_subcommand(arguments: argparse.Namespace) -> int:
    """Run the subcommand that the arguments name."""
    return cast("int", arguments.run(arguments))
