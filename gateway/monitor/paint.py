"""What looks are on a terminal: sixteen colours at most, or none. Pure.

The sixteen are the terminal's own, so a person's palette holds; and they cost a slow line least.
Bars name both their colours, since a reversed yellow is white on yellow on a white terminal.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from gateway.monitor.lines import Line, Look, Tone, changes, part

INK: Final = {Tone.ALARM: 31, Tone.WARNING: 33, Tone.GOOD: 32}
BARS: Final = {Tone.ALARM: (37, 41), Tone.WARNING: (30, 43), Tone.GOOD: (30, 42)}
DIM: Final = 2
BOLD: Final = 1
REVERSE: Final = 7

BRIDGED: Final = 7  # unchanged cells; to be sent across them costs as many bytes

TO_SCREEN: Final = "\x1b[?1049h\x1b[?25l"  # the other screen, without a cursor
FROM_SCREEN: Final = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"


def codes(look: Look, *, has_colour: bool) -> tuple[int, ...]:
    """Give the codes of a look (ECMA-48, select graphic rendition); none for a plain one."""
    chosen = [BOLD] if look.bold else []
    if not has_colour:
        return (*chosen, REVERSE) if look.reverse else tuple(chosen)
    if look.reverse:
        return (*chosen, *BARS.get(look.tone, (REVERSE,)))
    if look.tone is Tone.FAINT:
        return (*chosen, DIM)
    return (*chosen, INK[look.tone]) if look.tone in INK else tuple(chosen)


def painted(rows: Iterable[Line], *, has_colour: bool) -> str:
    """Give a whole screen as a terminal takes it."""
    return "".join(
        f"\x1b[{number};1H{_row(row, has_colour=has_colour)}" for number, row in enumerate(rows, 1)
    )


def repainted(before: Sequence[Line], now: Sequence[Line], *, has_colour: bool) -> str:
    """Give what makes of one screen another of the same size: the cells that differ, no more."""
    return "".join(
        f"\x1b[{number};{start + 1}H{_row(part(new, start, end), has_colour=has_colour)}"
        for number, (old, new) in enumerate(zip(before, now, strict=True), 1)
        if old != new
        for start, end in changes(old, new, BRIDGED)
    )


def _row(row: Line, *, has_colour: bool) -> str:
    parts: list[str] = []
    for piece in row:
        chosen = codes(piece.look, has_colour=has_colour)
        if chosen:
            parts.append(f"\x1b[{';'.join(map(str, chosen))}m{piece.text}\x1b[0m")
        else:
            parts.append(piece.text)
    return "".join(parts)
