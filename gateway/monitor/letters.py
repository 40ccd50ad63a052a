"""Letters on a terminal: what may stand there, and how many cells it takes. Pure.

Names come from site files, devices and brokers. Nothing of them may steer a terminal, and no row
may come out longer or shorter than it was reckoned, or every cell right of it would be wrong.
"""

import unicodedata
from typing import Final

REPLACED: Final = "?"
MARKS: Final = frozenset({"Mn", "Me"})  # they stand on the letter before them
MOST_MARKS: Final = 2  # on a letter; no language that is written here needs as many once composed
WIDE: Final = frozenset({"W", "F"})

# What a terminal that knows ASCII alone gets for letters that do not fall apart into one and a mark
PLAIN_LETTERS: Final = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "–": "-",
        "—": "-",
        "−": "-",
        "·": "-",
        "…": "~",
        "°": "",
        "µ": "u",
        "×": "x",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "─": "-",
        "›": ">",
        "✓": "x",
        "↑": "^",
        "↓": "v",
        "▁": "_",
        "▂": ".",
        "▃": ":",
        "▄": "-",
        "▅": "=",
        "▆": "+",
        "▇": "*",
        "█": "#",
    }
)


def tidy(text: str, *, ascii_only: bool = False) -> str:
    """Compose letters and take out all that could steer a terminal or has no sure width.

    With ascii_only, accents fall away and what is left over becomes a question mark.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    if ascii_only:
        apart = unicodedata.normalize("NFKD", composed.translate(PLAIN_LETTERS))
        composed = "".join(letter for letter in apart if not unicodedata.combining(letter))
    kept: list[str] = []
    marks = MOST_MARKS  # none may stand where there is no letter before it
    for letter in composed:
        if unicodedata.category(letter) in MARKS and not _is_selector(letter):
            marks += 1
            if marks > MOST_MARKS:
                continue
        else:
            marks = 0
        kept.append(_shown(letter, ascii_only=ascii_only))
    return "".join(kept)


def cells(text: str) -> int:
    """Tell how many cells a tidied text takes."""
    return len(text) if text.isascii() else sum(map(cells_of, text))


def cells_of(letter: str) -> int:
    """Tell how many cells a letter takes: none for a mark, two for a wide one."""
    if unicodedata.category(letter) in MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in WIDE else 1


def cut(text: str, width: int) -> str:
    """Cut a tidied text to so many cells at most; an ellipsis says that it was cut."""
    if cells(text) <= width:
        return text
    kept, taken = [], 0
    for letter in text:
        taken += cells_of(letter)
        if taken > width - 1:
            break
        kept.append(letter)
    return ("".join(kept) + "…") if width > 0 else ""


def fitted(text: str, width: int) -> str:
    """Give a tidied text in exactly so many cells, cut or filled up with blanks."""
    short = cut(text, width)
    return short + " " * (width - cells(short))


def _is_selector(letter: str) -> bool:
    """Tell whether it chooses between the forms of the letter before, and perhaps its width."""
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def _shown(letter: str, *, ascii_only: bool) -> str:
    category = unicodedata.category(letter)
    if category == "Zs":
        return " "
    unsure = (
        not letter.isprintable()
        or category == "Mc"
        or _is_selector(letter)
        or "\u1160" <= letter <= "\u11ff"  # parts of Korean syllables that found no whole
        or "\ud7b0" <= letter <= "\ud7ff"
        or "\U0001f1e6" <= letter <= "\U0001f1ff"  # halves of flags
        or "\U0001f3fb" <= letter <= "\U0001f3ff"  # tints of the letter before
    )
    return REPLACED if unsure or (ascii_only and not letter.isascii()) else letter
