"""YAML text as a tree of frozen nodes, each of which knows where it stands.

Two rules keep it simple. Nothing is resolved: every scalar stays the text that was written, and the
type that a setting has decides what it means; so `id: no` is the word no, and `province: 01` keeps
its zero. And nothing of YAML is taken that hides what a file says: no anchors, aliases, merge keys,
tags or second documents.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

import yaml
from yaml._yaml import CParser

from gateway.settings.source import Source, empty_file, has_unshowable, source_of
from rules.problem import Place, Problem

DEEPEST: Final = 20
"""How deep mappings and lists may nest; the deepest setting lies at 6."""

MOST_NODES: Final = 200_000
"""Three times a site of 3,000 detectors; a reader that stops cannot be held up."""

MOST_PROBLEMS: Final = 100


class Style(Enum):
    """How a scalar is written."""

    PLAIN = auto()
    SINGLE_QUOTED = auto()
    DOUBLE_QUOTED = auto()
    BLOCK = auto()


_STYLES: Final = {
    None: Style.PLAIN,
    "": Style.PLAIN,
    "'": Style.SINGLE_QUOTED,
    '"': Style.DOUBLE_QUOTED,
    "|": Style.BLOCK,
    ">": Style.BLOCK,
}


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text.

    Attributes:
        source: the file it stands in.
        start: index of its first character in the file's text, quotes included.
        end: index after its last.
        line: of its first character, from 1.
        column: likewise, in characters.
        text: what it says: without quotes, escapes and folding.
        style: how it is written.
    """

    source: Source
    start: int
    end: int
    line: int
    column: int
    text: str
    style: Style

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(file=self.source.file, line=self.line, column=self.column)

    @property
    def shown(self) -> str:
        """What a message quotes of it: its first line as written."""
        return self.source.shown(self.start, self.end)


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list; `flow` where it is written in brackets."""

    source: Source
    start: int
    line: int
    column: int
    flow: bool
    items: tuple["Node", ...]

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(file=self.source.file, line=self.line, column=self.column)

    @property
    def shown(self) -> str:
        """What a message quotes of it: its first sign."""
        return self.source.shown(self.start, self.start + 1)


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys with their values, by the key's text in the order of the file; `flow` in braces."""

    source: Source
    start: int
    line: int
    column: int
    flow: bool
    entries: Mapping[str, tuple[ScalarNode, "Node"]]

    @property
    def place(self) -> Place:
        """Where it begins: the brace, or the first key."""
        return Place(file=self.source.file, line=self.line, column=self.column)

    @property
    def shown(self) -> str:
        """What a message quotes of it: its brace or first key."""
        return "{" if self.flow else next(iter(self.entries.values()))[0].shown

    def get(self, wanted: str) -> "Node | None":
        """Find the value of a key."""
        entry = self.entries.get(wanted)
        return None if entry is None else entry[1]

    def word(self, wanted: str) -> str | None:
        """Find the text of a key's value, where it is one and says something."""
        value = self.get(wanted)
        return value.text or None if isinstance(value, ScalarNode) else None


Node = ScalarNode | SequenceNode | MappingNode


def read_yaml(data: bytes, file: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read a file into a tree.

    There is a tree wherever one could be made, so that what is wrong beyond the YAML itself can be
    told in the same run.
    """
    source, problems = source_of(data, file)
    if source is None:
        return None, problems
    builder = _Builder(source)
    try:
        builder.build(_events(source.text))
    except yaml.MarkedYAMLError as error:
        builder.problems.append(_syntax_problem(source, error))
        builder.root = None
    if builder.root is None and not builder.problems:
        builder.problems.append(empty_file(file))
    return builder.root, tuple(builder.problems)


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    while (event := parser.get_event()) is not None:
        yield event


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen."""

    event: Any
    children: list[Node]


class _Builder:
    """Makes the tree out of the parser's events; notes what is refused and goes on."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._documents = 0
        self._broken = False
        self._ended = False

    def build(self, events: Iterator[Any]) -> None:
        """Take all events, or stop where going on would cost too much."""
        for number, event in enumerate(events):
            # Most events are scalars; a site of 500 detectors has 10,000.
            if type(event) is yaml.ScalarEvent:
                self._add(self._scalar(event))
            else:
                self._take(event)
            if number == MOST_NODES:
                self._end(event, f"the file holds more than {MOST_NODES} values")
            if self._ended:
                break
        if self._broken:
            self.root = None

    def _take(self, event: Any) -> None:
        """Take an event that is no scalar."""
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_marks_on(event)
                if len(self._open) == DEEPEST:
                    self._end(event, f"nested deeper than {DEEPEST} levels")
                self._open.append(_Open(event, []))
            case yaml.MappingEndEvent():
                self._add(self._mapping(self._open.pop()))
            case yaml.SequenceEndEvent():
                self._add(_sequence(self.source, self._open.pop()))
            case yaml.AliasEvent():
                self._problem(event, "aliases are not used here", "write the value again")
                self._broken = True
                self._add(_scalar_at(self.source, event, "", Style.PLAIN))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    hint = "one file is one document"
                    self._end(event, "a second document begins here", hint)

    def _end(self, event: Any, what: str, hint: str = "") -> None:
        """Note a problem after which nothing can be said of the rest."""
        self._problem(event, what, hint)
        self._broken = self._ended = True

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node

    def _scalar(self, event: Any) -> ScalarNode:
        if event.anchor is not None or event.tag is not None:
            self._refuse_marks_on(event)
        style = _STYLES[event.style]
        if style is Style.DOUBLE_QUOTED and has_unshowable(event.value):
            self._problem(event, "an escape makes a character that cannot be shown", "delete it")
        return _scalar_at(self.source, event, event.value, style)

    def _mapping(self, opened: _Open) -> MappingNode:
        entries: dict[str, tuple[ScalarNode, Node]] = {}
        children = iter(opened.children)
        for key, value in zip(children, children, strict=True):
            if not isinstance(key, ScalarNode):
                self._note(key, "a key must be a word", "quote a text that begins with { or [")
            elif key.text == "<<" and key.style is Style.PLAIN:
                self._note(key, "merge keys are not used here", "write the keys again")
            elif key.text in entries:
                first = entries[key.text][0]
                hint = "keep one of the two"
                self._note(key, f"{key.text} is already given at line {first.line}", hint)
            else:
                entries[key.text] = (key, value)
        start = opened.event.start_mark
        return MappingNode(
            self.source,
            start.index,
            start.line + 1,
            start.column + 1,
            bool(opened.event.flow_style) or not entries,
            entries,
        )

    def _refuse_marks_on(self, event: Any) -> None:
        if event.anchor is not None:
            self._problem(event, "anchors are not used here", f"delete &{event.anchor}")
        if event.tag is not None:
            self._problem(event, "tags are not used here", "delete the word that begins with !")

    def _note(self, node: Node, what: str, hint: str) -> None:
        self._append(Problem(place=node.place, what=what, text=node.shown, hint=hint))

    def _problem(self, event: Any, what: str, hint: str = "") -> None:
        start, end = event.start_mark, event.end_mark
        place = Place(file=self.source.file, line=start.line + 1, column=start.column + 1)
        text = self.source.shown(start.index, end.index)
        self._append(Problem(place=place, what=what, text=text, hint=hint))

    def _append(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) == MOST_PROBLEMS:
            self._broken = self._ended = True


def _scalar_at(source: Source, event: Any, text: str, style: Style) -> ScalarNode:
    start, line = event.start_mark, event.start_mark.line + 1
    return ScalarNode(
        source, start.index, event.end_mark.index, line, start.column + 1, text, style
    )


def _sequence(source: Source, opened: _Open) -> SequenceNode:
    start = opened.event.start_mark
    return SequenceNode(
        source,
        start.index,
        start.line + 1,
        start.column + 1,
        bool(opened.event.flow_style),
        tuple(opened.children),
    )


_HINTS: Final = {
    "mapping values are not allowed in this context": (
        "a text with a colon and a space in it needs quotes; "
        "else look at the indentation of this line and the one above"
    ),
    "did not find expected key": "look at the indentation of this line and the one above",
    "did not find expected '-' indicator": "look at the indentation of this line",
    "did not find expected ',' or '}'": "a comma or } is missing, or a text needs quotes",
    "did not find expected ',' or ']'": "a comma or ] is missing, or a text needs quotes",
    "could not find expected ':'": "write `key: value`, with a space after the colon",
    "found unexpected ':'": "write a space and a value after the colon, or quote the text",
    "found unexpected end of stream": "a quote is not closed",
    "found character that cannot start any token": (
        "a text that begins with this character needs quotes"
    ),
}


def _syntax_problem(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    index = min(mark.index if mark is not None else 0, len(source.text))
    what = str(error.problem or error.context or "this is no YAML")
    return Problem(
        place=source.place_of(index),
        what=f"this is no YAML: {what}",
        text=source.shown(index, index + 1),
        hint=_HINTS.get(what, ""),
    )
