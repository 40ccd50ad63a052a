"""The text of a file that a person wrote: from bytes to characters that have a line and a column.

What cannot be shown or counted (other encodings, control characters, tabs as indentation) is
refused here, so that everything above may trust that a place in the text is the place that an
editor shows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.problem import Place, Problem

LARGEST_FILE: Final = 1024 * 1024
"""Bytes. A site of 3,000 detectors takes 300 KiB."""

MOST_STRAY_CHARACTERS: Final = 10
"""A file that is no text at all is not listed character by character."""

LONGEST_SHOWN_TEXT: Final = 60

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
# Everything that has no glyph, and the line ends that YAML 1.1 counts but no editor does.
_UNSHOWABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)
# A tab that indents something: empty lines and comments harm nobody.
_TAB_INDENT: Final = re.compile(r"(?:^|(?<=[\r\n]))[ ]*(\t)[ \t]*[^#\s]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and its text."""

    file: str
    text: str

    def place_of(self, index: int) -> Place:
        """Give line and column of a character of the text."""
        line, start = 1, 0
        for end in _LINE_END.finditer(self.text, 0, index):
            line, start = line + 1, end.end()
        return Place(file=self.file, line=line, column=index - start + 1)

    def next_line(self, index: int) -> int:
        """Give the index at which the line after this one begins."""
        end = _LINE_END.search(self.text, index)
        return len(self.text) if end is None else end.end()

    def shown(self, start: int, end: int) -> str:
        """Give a stretch of the text as a message can quote it: one line, not too long."""
        stretch = self.text[start : min(end, start + LONGEST_SHOWN_TEXT)]
        return _LINE_END.split(stretch, maxsplit=1)[0].rstrip()


def lines_of(text: str) -> list[str]:
    """Split a text into lines as the loader counts them."""
    return _LINE_END.split(text)


def has_unshowable(text: str) -> bool:
    """Tell whether a text holds a character that cannot be shown."""
    return _UNSHOWABLE.search(text) is not None


def source_of(data: bytes, file: str) -> tuple[Source | None, tuple[Problem, ...]]:
    """Decode a file; without a source, the problems say why."""
    start = Place(file=file, line=1, column=1)
    if len(data) > LARGEST_FILE:
        what = f"the file is larger than {LARGEST_FILE // 1024} KiB"
        return None, (Problem(place=start, what=what),)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(data, file, error),)
    source = Source(file, text)
    problems = tuple(_stray_characters(source))
    if problems:
        return None, problems
    if not text.strip():
        return None, (empty_file(file),)
    return source, ()


def empty_file(file: str) -> Problem:
    """Say that a file holds nothing."""
    return Problem(
        place=Place(file=file, line=1, column=1),
        what="the file is empty",
        hint="begin with an example from config/examples",
    )


def _not_utf8(data: bytes, file: str, error: UnicodeDecodeError) -> Problem:
    good = Source(file, data[: error.start].decode("utf-8").removeprefix("\ufeff"))
    return Problem(
        place=good.place_of(len(good.text)),
        what=f"byte 0x{data[error.start]:02X} is not UTF-8",
        hint="save the file in the encoding UTF-8",
    )


def _stray_characters(source: Source) -> Iterator[Problem]:
    found = 0
    for match in _UNSHOWABLE.finditer(source.text):
        yield Problem(
            place=source.place_of(match.start()),
            what=f"the character U+{ord(match.group()):04X} has no meaning here",
            hint="delete it",
        )
        found += 1
        if found == MOST_STRAY_CHARACTERS:
            return
    for match in _TAB_INDENT.finditer(source.text):
        yield Problem(
            place=source.place_of(match.start(1)),
            what="a tab cannot indent",
            text="\t",
            hint="use spaces; most editors can be told to",
        )
        found += 1
        if found == MOST_STRAY_CHARACTERS:
            return
