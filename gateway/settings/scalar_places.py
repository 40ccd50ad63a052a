"""From a place inside what a scalar says to the place in the file where that is written.

Quotes, escapes and folded lines lie between the two. Only white space is folded, and it is folded
into white space; so the characters that are not white space stand in the same order on both sides,
and walking along them finds each.
"""

from collections.abc import Iterator
from typing import Final

from gateway.settings.yaml_nodes import ScalarNode, Style
from rules.problem import Place

# How many hexadecimal digits follow; every other escape is one sign (YAML 1.2, 5.7).
_HEX_ESCAPES: Final = {"x": 2, "u": 4, "U": 8}
_SPACE_ESCAPES: Final = frozenset(" \tt_NLPnrfv\r\n")


def stretch_in(node: ScalarNode, offset: int, length: int) -> tuple[Place, str]:
    """Give the place of a stretch of a scalar's text, and that stretch as it is written."""
    starts = list(_written_at(node))
    if not starts:
        return node.place, node.shown
    # A stretch that begins behind the text (something is missing there) begins at its end.
    begin = starts[offset] if offset < len(starts) else starts[-1] + 1
    last = offset + length - 1
    end = starts[last] + 1 if last < len(starts) else begin + 1
    return node.source.place_of(begin), node.source.shown(begin, max(end, begin + 1))


def _written_at(node: ScalarNode) -> Iterator[int]:
    """Give, for each character of the text, the index in the file at which it is written."""
    written = node.source.text
    at = _content_start(node)
    for character in node.text:
        if character.isspace():
            # Several of these may be folded into one, or one come from an escape: the place behind
            # the character before is near enough, as nothing that is wrong is a space.
            yield at
            if at < node.end and written[at] == character:
                at += 1
            continue
        at = _skip_space(node, at)
        yield at
        at += _width(node, at)


def _content_start(node: ScalarNode) -> int:
    if node.style is Style.PLAIN:
        return node.start
    if node.style is not Style.BLOCK:
        return node.start + 1
    return min(node.source.next_line(node.start), node.end)


def _skip_space(node: ScalarNode, at: int) -> int:
    """Give the next place at which something other than white space is written."""
    while at < node.end and _is_space(node, at):
        at += _width(node, at)
    return at


def _is_space(node: ScalarNode, at: int) -> bool:
    written = node.source.text
    if node.style is not Style.DOUBLE_QUOTED or written[at] != "\\":
        return written[at].isspace()
    digits = _HEX_ESCAPES.get(written[at + 1])
    if digits is None:
        return written[at + 1] in _SPACE_ESCAPES
    return chr(int(written[at + 2 : at + 2 + digits], 16)).isspace()


def _width(node: ScalarNode, at: int) -> int:
    """Give how many signs of the file make the one at this place."""
    written = node.source.text
    if node.style is Style.SINGLE_QUOTED and written[at] == "'":
        return 2
    if node.style is Style.DOUBLE_QUOTED and written[at] == "\\":
        return 2 + _HEX_ESCAPES.get(written[at + 1], 0)
    return 1
