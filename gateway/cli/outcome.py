"""What a command tells its user: its lines, its one-line errors, and its exit code.

Scripts rely on the numbers: a code never changes its meaning.
"""

import sys
from enum import IntEnum

from gateway.cli.error_words import said
from gateway.text import spoken


class ExitCode(IntEnum):
    """The exit codes of every firegw command; text "exit.N" says each in words."""

    OK = 0
    REFUSED = 1  # the gateway refused, or the question was answered with no
    BAD_INPUT = 2  # a wrong file, a wrong argument
    UNREACHABLE = 3  # no gateway answers
    DENIED = 4  # the person at the keyboard may not
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it
    OUTPUT_CLOSED = 141  # 128 + SIGPIPE, likewise


class CommandError(Exception):
    """A command cannot go on for a reason that its user can understand.

    The dispatcher prints the text, one line, and exits with the code; there is no traceback.
    """

    def __init__(self, code: ExitCode, text: str) -> None:
        super().__init__(text)
        self.code = code


def show(text: str) -> None:
    """Print what was asked for."""
    print(text)  # noqa: T201  the one place where commands print


def complain(text: str) -> None:
    """Print what went wrong, in one line."""
    print(f"firegw: {said(text, spoken())}", file=sys.stderr)  # noqa: T201  likewise
