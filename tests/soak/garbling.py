"""Text garbled as disks, editors and people garble it; from one seeded generator.

A byte that is no UTF-8 stands in the text as Python's surrogateescape has it.
"""

SIGNS = (
    *"{}[]:-'\"|>#&*!?%@\\,()<=~`$^",
    *("---", "...", "<<", "&a", "*a", "!!int", "!!python/object", "!!binary", "|-", ">-"),
    *("null", "true", "no", "0x", "07", "-1", "1e999", "9" * 400, "1" * 30, "-0.0", "1e-400"),
    *("nan", ".inf", "1_000", "12:30:45", "2026-13-45"),
    *("count(", "avg(", "held(", " and ", " or ", "not ", ">=", "> 5 °C", "schedule("),
    *(": ", "- ", "\n", "\r\n", "\r", "  ", "\t", "|\n", ">-\n", "5 s", "°C", "%/m", "\u200b"),
    *("\x00", "\x07", "\x85", "\u2028", "\ufeff", "\u202e", "e\u0301", "ế", "🔥"),
    *("\udced\udca0\udc80", "\U000e0001"),
)
DEEP = ("[", "{a: ", "- ", "? ", "(", "not ", "a:\n ", "&a [", "!t [")


def garbled(text, random):
    """Give a text with one to five things wrong with it."""
    for _ in range(1 + int(random.random() ** 2 * 5)):
        text = random.choice(WAYS)(text, random)
    return text


def _insert(text, random):
    at = int(random.random() * (len(text) + 1))
    gone = random.choice((0, 0, 0, 1, 2, 5, 40))
    return text[:at] + random.choice(SIGNS) + text[at + gone :]


def _flip(text, random):
    """Flip one bit, which may leave what is no UTF-8."""
    data = bytearray(text.encode("utf-8", "surrogateescape"))
    if data:
        data[int(random.random() * len(data))] ^= 1 << int(random.random() * 8)
    return data.decode("utf-8", "surrogateescape")


def _cut(text, random):
    one, other = sorted(int(random.random() * (len(text) + 1)) for _ in range(2))
    return text[:one] if random.random() < 0.3 else text[:one] + text[other:]


def _lines(text, random):
    """Delete, repeat, swap or indent lines."""
    lines = text.split("\n")
    at, other = (int(random.random() * len(lines)) for _ in range(2))
    match int(random.random() * 5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = " " * int(random.random() * 9) + lines[at].lstrip()
        case 4:
            lines[at] = "\t" + lines[at]
    return "\n".join(lines)


def _word(text, random):
    """Put a word of the text where another stands."""
    words = text.split(" ")
    words[int(random.random() * len(words))] = words[int(random.random() * len(words))]
    return " ".join(words)


def _number(text, random):
    """Change a digit to something long."""
    begins = int(random.random() * (len(text) + 1))
    at = next((at for at in range(begins, len(text)) if text[at].isdigit()), None)
    if at is None:
        return text
    many = random.choice(("", "-", ".", "e", "0", "9" * int(random.random() * 500), "٣", "²"))
    return text[:at] + many + text[at + 1 :]


def _deep(text, random):
    """Nest one thing in another very often, or write one thing very long."""
    at = int(random.random() * (len(text) + 1))
    times = random.choice((3, 15, 25, 100, 2000))
    return text[:at] + random.choice(DEEP) * times + text[at:]


def _long(text, random):
    at = int(random.random() * (len(text) + 1))
    long = random.choice(("a", "0", " ", "ế", "a ", "- a\n", "\\")) * random.choice((50, 5000))
    return text[:at] + long + text[at:]


WAYS = (*[_insert] * 3, *[_flip] * 2, _cut, *[_lines] * 3, _word, _number, _deep, _long)
