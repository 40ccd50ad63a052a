"""Rules at random: expressions that are good, for any site, and texts that are hardly any.

Both are functions of a `random.Random`, so that a seed names a text.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from scenario import call_point, detector

from rules.instant import in_seconds, seconds
from rules.language.check_terms import MOST_READINGS_PER_SPAN
from rules.language.compile import FUNCTIONS, Scope
from rules.language.heat_class import CLASSES, RISE_SPAN, is_rate_of_rise, static_of
from rules.language.names import CONDITIONS
from rules.language.token import LONGEST_TEXT
from rules.quantity import QUANTITIES
from rules.site import DetectorDefinition
from rules.unit import UNITS, convert, difference_of, rate_of

DETECTORS = (
    detector("s1", "smoke"),
    detector("s2", "smoke", every=2),
    detector("s3", "smoke", "temperature", zone="attic"),
    detector("heat", "temperature", "humidity"),
    detector("slow-heat", "temperature", every=40, zone="attic"),
    detector("co-1", "co"),
    detector("co-2", "co", zone="kitchen"),
    detector("g", "gas", zone="kitchen"),
    call_point("mcp"),
    call_point("door", zone="kitchen"),
)
SCOPE = Scope(
    "hall",
    {each.id: each for each in DETECTORS},
    frozenset({"hall", "attic", "kitchen", "cellar"}),
    frozenset({"night", "market-day"}),
)
COMPARISONS = (">", ">=", "<", "<=")


def expression(random: Random, scope: Scope = SCOPE, depth: int = 3) -> str:
    """Write an expression that compiles in a scope, whose tree is about `depth` high."""
    while True:
        text = _Writer(random, scope).condition(depth, {})
        if len(text) <= LONGEST_TEXT:
            return text
        depth -= 1


@dataclass(frozen=True)
class Subject:
    """Something that is measured, as it is written, and who may be meant by it."""

    text: str
    quantity: str
    detectors: tuple[DetectorDefinition, ...]

    @property
    def range(self) -> tuple[float, float]:
        ranges = [each.quantities[self.quantity] for each in self.detectors]
        return max(each.lowest for each in ranges), min(each.highest for each in ranges)


class _Writer:
    """Writes one expression.

    `voters` are the quantities that stand alone in a group, with the detectors that they mean;
    outside of a group it is empty.
    """

    def __init__(self, random: Random, scope: Scope) -> None:
        self._random = random
        self._scope = scope
        self._used: set[str] = set()

    def condition(self, depth: int, voters: dict[str, tuple[DetectorDefinition, ...]]) -> str:
        if depth <= 0:
            return self._leaf(self._subject(voters))
        kinds = ["and", "or", "not", "leaf", "held", "verified"]
        kinds += [] if voters else ["group", "group", "count", "at_least"]
        match self._random.choice(kinds):
            case "not":
                return f"not ({self.condition(depth - 1, voters)})"
            case "and" | "or" as keyword:
                parts = [self.condition(depth - 1, voters) for _ in range(self._up_to(3))]
                space = self._random.choice([" ", "\n  "])
                return "(" + f"{space}{keyword} ".join(parts) + ")"
            case "held":
                return f"held({self.condition(depth - 1, voters)}, {self._span(1, 3600)})"
            case "verified":
                times = f"{self._span(0, 60)}, {self._span(1, 1800)}"
                return f"verified({self.condition(depth - 1, voters)}, {times})"
            case "leaf":
                return self._random.choice([self._leaf(self._subject(voters)), self._of_site()])
            case kind:
                return self._group(kind, depth)

    def _group(self, kind: str, depth: int) -> str:
        zones = self._zones()
        voters = self._voters(zones)
        if not voters:
            return self._of_site()
        prefix = ", ".join(zones) + ": " if zones != [self._scope.zone] else ""
        if kind == "at_least":
            parts, total = [], 0
            for _ in range(self._up_to(3)):
                text, number = self._vote(zones, voters, depth)
                parts.append(text)
                total += number
            number = self._random.randint(1, total)
            return f"at_least({prefix}{number}, {', '.join(parts)})"
        text, total = self._vote(zones, voters, depth)
        if kind == "group":
            return f"{self._random.choice(['any', 'all'])}({prefix}{text})"
        sign, lowest, highest = self._random.choice(
            [
                (">=", 1, total),
                (">", 0, total - 1),
                ("<", 1, total),
                ("<=", 0, total - 1),
                ("==", 0, total),
                ("!=", 0, total),
            ]
        )
        return f"count({prefix}{text}) {sign} {self._random.randint(lowest, highest)}"

    def _vote(self, zones, voters, depth) -> tuple[str, int]:
        """Write a condition with a quantity alone, and say how many votes it has."""
        quantity = self._random.choice(sorted(voters))
        self._used = {quantity}
        text = self._leaf(Subject(quantity, quantity, voters[quantity]))
        if self._random.random() < 0.4:
            several = {quantity: voters[quantity]}
            text += f" {self._random.choice(['and', 'or'])} " + self.condition(depth - 1, several)
        if self._random.random() < 0.2:
            text = f"held({text}, 5 min)"
        return text, sum(1 for each in voters[quantity] if each.zone in zones)

    def _zones(self) -> list[str]:
        if self._random.random() < 0.6:
            return [self._scope.zone]
        there = sorted({each.zone for each in self._scope.detectors.values()})
        return self._random.sample(there, self._random.randint(1, min(3, len(there))))

    def _voters(self, zones) -> dict[str, tuple[DetectorDefinition, ...]]:
        """Give the quantities that each of the zones measures, with the detectors."""
        found = {}
        for quantity in QUANTITIES:
            those = [each for each in self._scope.detectors.values() if each.zone in zones]
            those = [each for each in those if quantity in each.quantities]
            if {each.zone for each in those} == set(zones):
                found[quantity] = tuple(those)
        return found

    def _subject(self, voters) -> Subject:
        if voters and self._random.random() < 0.6:
            quantity = self._random.choice(sorted(voters))
            return Subject(quantity, quantity, voters[quantity])
        each = self._random.choice(sorted(self._scope.detectors.values(), key=lambda it: it.id))
        quantity = self._random.choice(sorted(each.quantities))
        alike = [
            other
            for other in self._scope.detectors.values()
            if other.zone == self._scope.zone and quantity in other.quantities
        ]
        if not voters and alike == [each] and self._random.random() < 0.4:
            return Subject(quantity, quantity, (each,))
        return Subject(f"{each.id}.{quantity}", quantity, (each,))

    def _leaf(self, subject: Subject) -> str:
        functions = ["", "age"]
        if subject.quantity != "contact":
            functions += ["", "avg", "min", "max", "rate", "change"]
        if subject.quantity == "co":
            functions += ["co_dose"] * 2
        if subject.quantity == "temperature":
            functions += ["heat_class"] * 2
        match self._random.choice(functions):
            case "" if subject.quantity == "contact":
                return subject.text
            case "":
                return self._compared(subject.text, *self._threshold(subject))
            case "age":
                return self._compared(f"age({subject.text})", self._span(1, 3600), "")
            case "co_dose":
                dose = _digits(self._random.uniform(1, 99))
                return self._compared(f"co_dose({subject.text})", dose, "%")
            case "heat_class":
                return self._heat_class(subject)
            case function:
                return self._windowed(function, subject)

    def _windowed(self, function: str, subject: Subject) -> str:
        periods = [each.every for each in subject.detectors]
        shortest = max(seconds(1), 2 * max(periods))
        longest = min(seconds(3600), MOST_READINGS_PER_SPAN * min(periods))
        span = self._span(in_seconds(shortest), in_seconds(longest))
        text = f"{function}({subject.text}, {span})"
        if function in ("avg", "min", "max"):
            return self._compared(text, *self._threshold(subject))
        lowest, highest = subject.range
        unit = difference_of(QUANTITIES[subject.quantity].unit)
        written = difference_of(self._random.choice(self._alike(subject.quantity, decibels=False)))
        widest = (highest - lowest) * 0.9
        value = self._random.uniform(-widest, widest)
        if function == "rate":
            per = UNITS[self._random.choice(["s", "min", "h"])]
            unit, written = rate_of(unit, UNITS["min"]), rate_of(written, per)
        return self._compared(text, _digits(convert(value, unit, written)), written.symbol)

    def _heat_class(self, subject: Subject) -> str:
        lowest, highest = subject.range
        fast = all(2 * each.every <= RISE_SPAN for each in subject.detectors)
        fitting = [
            name
            for name in CLASSES
            if lowest < static_of(name) <= highest and (fast or not is_rate_of_rise(name))
        ]
        if not fitting:
            return self._compared(subject.text, *self._threshold(subject))
        return f"heat_class({subject.text}, {self._random.choice(fitting)})"

    def _threshold(self, subject: Subject) -> tuple[str, str]:
        lowest, highest = subject.range
        unit = QUANTITIES[subject.quantity].unit
        written = self._random.choice(self._alike(subject.quantity))
        share = self._random.uniform(0.05, 0.95)
        if written.in_decibels:  # all the smoke there can be is no number of decibels
            highest = min(highest, 99.0)
        value = convert(lowest + share * (highest - lowest), unit, written)
        return _digits(value), written.symbol

    def _alike(self, quantity: str, *, decibels: bool = True):
        wanted = QUANTITIES[quantity].unit.dimension
        return [
            unit
            for unit in UNITS.values()
            if unit.dimension == wanted and (decibels or not unit.in_decibels)
        ]

    def _compared(self, left: str, number: str, unit: str) -> str:
        space = self._random.choice(["", " "]) if unit else ""
        right = f"{number}{space}{unit}"
        sign = self._random.choice(COMPARISONS)
        if self._random.random() < 0.2:
            return f"{right} {sign} {left}"
        return f"{left} {sign} {right}"

    def _of_site(self) -> str:
        if self._scope.schedules and self._random.random() < 0.5:
            return f"schedule({self._random.choice(sorted(self._scope.schedules))})"
        zones = sorted(self._scope.zones | {self._scope.zone})
        return f"condition({self._random.choice(zones)}, {self._random.choice(CONDITIONS)})"

    def _span(self, shortest_s: float, longest_s: float) -> str:
        """Write a time; in whole seconds, so that no rounding leaves the bounds."""
        length = self._random.randint(round(shortest_s), round(longest_s))
        for unit, size in (("h", 3600), ("min", 60)):
            if length and length % size == 0 and self._random.random() < 0.7:
                return f"{length // size} {unit}"
        return f"{length} s" if self._random.random() < 0.8 else f"{length * 1000} ms"

    def _up_to(self, most: int) -> int:
        return self._random.randint(1, most)


def _digits(value: float) -> str:
    return format(Decimal(f"{value:.7g}"), "f")


_SIGNS = "()(),.:<>=!-+*/%°³µ\"'{}[]|&_ \n\t\u00a0\u202e\u0301\ud800\U0001f525ếĐ٣²\x00"
_NESTS = ("(", "not ", "any(", "not (", "held(", "count(hall: ", "avg(", "((")
_WORD = re.compile(r"[\w.%/°³-]+|\s+|[^\w\s]+")
_WORDS = (
    *FUNCTIONS,
    *UNITS,
    *QUANTITIES,
    *SCOPE.detectors,
    *SCOPE.zones,
    "and",
    "or",
    "not",
    "A1R",
    "fire-alarm",
    "hall:",
    "dB/m/min",
    "°C/°C",
    "0,5",
    "1e9",
    "-0",
    "≥",
    "AND",
)


def garbled(random: Random) -> str:
    """Write what a hurried person, a broken file or a hostile one may hold for an expression."""
    text = expression(random, depth=random.randint(0, 4))
    damage = random.choice([_misworded, _misworded, _damaged])
    for _ in range(random.randint(1, 5)):
        text = damage(random, text)
    return text[: LONGEST_TEXT + 100]


def _misworded(random: Random, text: str) -> str:
    """Change a word, so that most of the grammar stays and the checker has its turn."""
    words = _WORD.findall(text)
    at = random.randrange(len(words)) if words else 0
    word = words[at] if words else ""
    alike = [each for each in _WORDS if each[:1].isalpha() == word[:1].isalpha()]
    match random.randrange(6):
        case 0:
            words[at : at + 1] = []
        case 1:
            words[at : at + 1] = [word, random.choice(words or ["and"])]
        case 2:
            words[at : at + 1] = [word[:1] + word]  # a slip of the finger
        case 3 if word[:1].isdigit():
            words[at : at + 1] = [random.choice(["0", "-1", "99999999", "0.5", "1000000000"])]
        case _:
            words[at : at + 1] = [random.choice(alike or list(_WORDS))]
    return "".join(words)


def _damaged(random: Random, text: str) -> str:
    start, end = sorted(random.randint(0, len(text)) for _ in range(2))
    before, middle, after = text[:start], text[start:end], text[end:]
    match random.randrange(10):
        case 0:
            return before + after
        case 1:
            return before + middle[: random.randint(0, 3)] + after
        case 2:
            return middle + before + after
        case 3:
            return before + middle * random.randint(2, 30) + after
        case 4:
            return before + random.choice(_SIGNS) * random.choice([1, 1, 1, 5, 700]) + after
        case 5:
            return before + f" {random.choice(_WORDS)} " + after
        case 6:
            nest, deep = random.choice(_NESTS), random.choice([1, 3, 19, 20, 21, 400])
            return before + nest * deep + middle + ")" * deep + after
        case 7:
            digits = str(random.randrange(10)) * random.choice([1, 9, 10, 309, 1500])
            return before + digits + random.choice(["", ".", ".0", "."]) + digits + after
        case 8:
            return before + random.choice([middle.upper(), middle[::-1], middle.title()]) + after
        case _:
            return before + "".join(random.choices(_WORDS, k=random.randint(1, 40))) + after
