"""Every command of firegw with its subcommands, found from the parsers themselves."""

import argparse
from collections.abc import Iterator
from functools import cache

from gateway.cli.firegw import COMMANDS, load, parser_of
from gateway.text import Language, speak, spoken

Path = tuple[str, ...]


@cache
def parsers(language: Language = Language.ENGLISH) -> dict[Path, argparse.ArgumentParser]:
    """By path, as ("rules", "test"): each parser that a person can ask for help."""
    before = spoken()
    speak(language)
    try:
        return {
            path: parser
            for name in COMMANDS
            for path, parser in _with_subcommands((name,), parser_of(name, load(name)))
        }
    finally:
        speak(before)


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {
        name: sub
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, sub in action.choices.items()
    }


def leaves() -> list[Path]:
    """The paths at which something is done."""
    return [path for path, parser in parsers().items() if not subcommands(parser)]


def options(parser: argparse.ArgumentParser) -> list[str]:
    return [option for action in parser._actions for option in action.option_strings]


def _with_subcommands(
    path: Path, parser: argparse.ArgumentParser
) -> Iterator[tuple[Path, argparse.ArgumentParser]]:
    yield path, parser
    for name, sub in subcommands(parser).items():
        yield from _with_subcommands((*path, name), sub)
