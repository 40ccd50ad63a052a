"""The grammar of the rule language, and the parser that follows it line by line.

    expression  = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation    = "not" negation | comparison
    comparison  = term [ ( ">" | ">=" | "<" | "<=" | "==" | "!=" ) term ]
    term        = number [ unit ]
                | name "(" expression { "," expression } ")"
                | [ name "." ] name
                | "(" expression ")"

A name alone is a quantity of the rule's zone; `detector.quantity` is one detector's. Names hold
letters, digits, - and _. The parser knows no names and no units: the checker (compile) does.
"""

from dataclasses import dataclass
from typing import Final

from rules.language.mistake import ExpressionError, Mistake
from rules.language.token import Kind, Token, tokens_of

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
    """A quantity of a detector, or of the zone where detector is None."""

    detector: str | None
    quantity: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
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
        def member() -> Node:
            return self._joined("and", depth) if keyword == "or" else self._negation(depth)

        first = member()
        members = [first]
        while self._word.kind is Kind.KEYWORD and self._word.text == keyword:
            self._at += 1
            members.append(member())
        if len(members) == 1:
            return first
        return Joined(keyword, tuple(members), first.offset, _length(first, members[-1]))

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
            raise ExpressionError(self._unexpected(f"a quantity of {first.text}"))
        self._at += 1
        end = quantity.offset + len(quantity.text)
        return Named(first.text, quantity.text, first.offset, end - first.offset)

    def _call(self, name: Token, depth: int) -> Call:
        self._at += 1
        arguments = [self.expression(depth + 1)]
        while self._word.text == ",":
            self._at += 1
            arguments.append(self.expression(depth + 1))
        end = self._word.offset + 1
        self._expect(")")
        return Call(name.text, tuple(arguments), name.offset, end - name.offset)

    def _expect(self, sign: str) -> None:
        if self._word.text != sign:
            raise ExpressionError(self._unexpected(repr(sign)))
        self._at += 1

    def expect_end(self) -> None:
        if self._word.kind is not Kind.END:
            raise ExpressionError(self._unexpected("the end, and or or"))

    def _unexpected(self, expected: str) -> Mistake:
        word = self._word
        found = "the expression ends" if word.kind is Kind.END else f"{word.text!r} stands"
        return Mistake(word.offset, max(1, len(word.text)), f"{found} where {expected} is expected")


def _length(first: Node, last: Node) -> int:
    return last.offset + last.length - first.offset
