"""What is wrong with something that a person wrote, and where.

A problem is data: the loader collects all of them, and the command that shows them decides how.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where in a file: line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake: its place, what is wrong, the offending text and the way out.

    Attributes:
        place: where the offending text begins.
        what: what is wrong, lower case, one line.
        text: the offending text as written, or empty where something is missing.
        hint: what to do, or empty.
        warning: true where the file may be used all the same.
    """

    place: Place
    what: str
    text: str = ""
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {kind}{self.what}{hint}"


class InvalidSettingError(ValueError):
    """A setting that cannot be used, raised while a settings object is being built.

    The loader catches it and adds the place of the field in the file.
    """

    def __init__(self, field: str, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.field = field
        self.what = what
        self.hint = hint
