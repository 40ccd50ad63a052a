"""firegw schema: the JSON Schema of site files or profiles, for editors that check while typing."""

import argparse
import json

from gateway.cli.outcome import ExitCode, show
from gateway.settings.schema import profile_schema, site_schema
from gateway.text import say

NAME = "schema"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take which of the two is wanted."""
    parser.add_argument("--profile", action="store_true", help=say("argument.profile-schema"))
    parser.add_argument("--json", action="store_true", help=say("argument.json-anyway"))


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    schema = profile_schema() if arguments.profile else site_schema()
    show(json.dumps(schema, ensure_ascii=False, indent=2))
    return ExitCode.OK
