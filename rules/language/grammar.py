"""The grammar of the rule language, and the parser that follows it line by line.

    expression  = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation    = "not" negation | comparison
    comparison  = term [ ( ">" | ">=" | "<" | "<=" | "==" | "!=" ) term ]
    term        = number [ unit ]
                | name "(" [ zones ":" ] expression { "," expression } ")"
                | [ name "." ] name
                | "(" expression ")"
    zones       = name { "," name }

Names hold letters, digits, - and _. The parser knows no names and no units, and does not mind
which functions take zones: the checker (compile) does.
"""

from dataclasses import dataclass
from typing import Final

from rules.language.mistake import ExpressionError, Mistake, quoted, shortened
from rules.language.token import KEYWORDS, Kind, Token, tokens_of

DEEPEST: Final = 20
"""How deep parentheses, functions and `not` may nest."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal with its unit, as written."""

    value: float
    unit: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name, or two joined by a point: what it is the name of depends on where it stands.

    As a term it is a quantity, of the detector `owner` or, where that is None, of the zone.
    """

    owner: str | None
    name: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function, the zones that it is told to look at, and its arguments."""

    function: str
    zones: tuple[Named, ...]
    arguments: tuple["Node", ...]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Compare:
    """Two terms compared."""

    left: "Node"
    comparison: str
    right: "Node"
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Several expressions joined by one keyword: and, or, not."""

    keyword: str
    members: tuple["Node", ...]
    offset: int
    length: int


Node = Number | Named | Call | Compare | Joined


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: it does not follow the grammar; the first place where it departs.
    """
    parser = _Parser(tokens_of(text))
    node = parser.expression(0)
    parser.expect_end()
    return node


class _Parser:
    """One method for each line of the grammar."""

    def __init__(self, words: tuple[Token, ...]) -> None:
        self._words = words
        self._at = 0

    @property
    def _word(self) -> Token:
        return self._words[self._at]

    def expression(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise ExpressionError(
                Mistake(self._word.offset, 1, f"nested deeper than {DEEPEST} levels")
            )
        return self._joined("or", depth)

    def _joined(self, keyword: str, depth: int) -> Node:
        """Read expression and conjunction: they differ in their keyword only."""
        member = self._conjunction if keyword == "or" else self._negation
        first = member(depth)
        members = [first]
        while self._word.kind is Kind.KEYWORD and self._word.text == keyword:
            self._at += 1
            members.append(member(depth))
        if len(members) == 1:
            return first
        return Joined(keyword, tuple(members), first.offset, _length(first, members[-1]))

    def _conjunction(self, depth: int) -> Node:
        return self._joined("and", depth)

    def _negation(self, depth: int) -> Node:
        word = self._word
        if word.kind is not Kind.KEYWORD or word.text != "not":
            return self._comparison(depth)
        self._at += 1
        if depth >= DEEPEST:
            raise ExpressionError(Mistake(word.offset, 3, f"nested deeper than {DEEPEST} levels"))
        operand = self._negation(depth + 1)
        end = operand.offset + operand.length
        return Joined("not", (operand,), word.offset, end - word.offset)

    def _comparison(self, depth: int) -> Node:
        left = self._term(depth)
        sign = self._word
        if sign.kind is not Kind.COMPARISON:
            return left
        self._at += 1
        right = self._term(depth)
        if self._word.kind is Kind.COMPARISON:
            raise ExpressionError(
                Mistake(
                    self._word.offset,
                    len(self._word.text),
                    "a comparison has two sides",
                    "join two comparisons with and",
                )
            )
        return Compare(left, sign.text, right, left.offset, _length(left, right))

    def _term(self, depth: int) -> Node:
        word = self._word
        if word.kind is Kind.NUMBER:
            self._at += 1
            return Number(word.value, word.unit, word.offset, len(word.text))
        if word.kind is Kind.NAME:
            self._at += 1
            return self._named(word, depth)
        if word.text == "(":
            self._at += 1
            inner = self.expression(depth + 1)
            self._expect(")")
            return inner
        raise ExpressionError(self._unexpected("a detector, a function or a number"))

    def _named(self, first: Token, depth: int) -> Node:
        if self._word.text == "(":
            return self._call(first, depth)
        if self._word.text != ".":
            return Named(None, first.text, first.offset, len(first.text))
        self._at += 1
        quantity = self._word
        if quantity.kind is not Kind.NAME:
            raise ExpressionError(self._unexpected(f"a quantity of {shortened(first.text)}"))
        self._at += 1
        end = quantity.offset + len(quantity.text)
        return Named(first.text, quantity.text, first.offset, end - first.offset)

    def _call(self, name: Token, depth: int) -> Call:
        self._at += 1
        zones = self._zones()
        arguments = [self.expression(depth + 1)]
        while self._word.text == ",":
            self._at += 1
            arguments.append(self.expression(depth + 1))
        end = self._word.offset + 1
        self._expect(")")
        return Call(name.text, zones, tuple(arguments), name.offset, end - name.offset)

    def _zones(self) -> tuple[Named, ...]:
        """Read the zones where names and a colon come next; else read nothing."""
        names: list[Named] = []
        at = self._at
        while self._words[at].kind is Kind.NAME:
            word, after = self._words[at], self._words[at + 1]
            names.append(Named(None, word.text, word.offset, len(word.text)))
            at += 2
            if after.text == ":":
                self._at = at
                return tuple(names)
            if after.text != ",":
                break
        return ()

    def _expect(self, sign: str) -> None:
        if self._word.text != sign:
            raise ExpressionError(self._unexpected(repr(sign)))
        self._at += 1

    def expect_end(self) -> None:
        if self._word.kind is not Kind.END:
            raise ExpressionError(self._unexpected("the end, and or or"))

    def _unexpected(self, expected: str) -> Mistake:
        word = self._word
        found = "the expression ends"
        if word.kind is not Kind.END:
            found = f"{quoted(word.text)} stands"
        what = f"{found} where {expected} is expected"
        return Mistake(word.offset, max(1, len(word.text)), what, self._hint())

    def _hint(self) -> str:
        """Say what was probably meant by a word that stands where it cannot."""
        word = self._word
        if word.kind is Kind.NAME and word.text.lower() in KEYWORDS:
            return f"write {word.text.lower()} in small letters"
        if word.text == ":":
            return "zones stand first in any, all, count and at_least: any(hall, attic: …)"
        if word.text == "," and self._at > 0:
            before, after = self._words[self._at - 1], self._words[self._at + 1]
            if before.kind is after.kind is Kind.NUMBER and after.offset == word.offset + 1:
                return f"did you mean {before.text}.{after.text}?"
        return ""


def _length(first: Node, last: Node) -> int:
    return last.offset + last.length - first.offset
