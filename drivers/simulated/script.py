"""Reads the script of a simulated bus: one line a change.

    SECONDS|now  DETECTOR  QUANTITY  VALUE|silent

Empty lines and what follows a `#` are ignored. A line counts once its end of line is there: whoever
appends to the file may be interrupted within a line.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rules.instant import Duration, seconds

LONGEST_SECONDS = 7 * 24 * 3600.0  # a rehearsal of more than a week is a slip of the hand
LONGEST_LINE = 1000  # bytes: what is longer is no script


@dataclass(frozen=True, slots=True)
class ScriptedChange:
    """What a line orders.

    Attributes:
        after: how long after the start.
        detector: the detector's id.
        quantity: the name of a quantity that it measures.
        value: what it measures from then on; None where it falls silent.
    """

    after: Duration
    detector: str
    quantity: str
    value: float | None


class ScriptError(ValueError):
    """A line that cannot be understood: its text says the line's number and what is wrong."""


class ScriptReader:
    """Makes changes of the bytes of a script, however they are cut."""

    def __init__(self, quantities: Mapping[str, Collection[str]]) -> None:
        self._quantities = quantities
        self._rest = b""
        self._line = 0

    def feed(self, chunk: bytes) -> list[ScriptedChange]:
        """Take bytes in the order of the file.

        Raises:
            ScriptError: a line cannot be understood.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise ScriptError(f"line {self._line + 1}: longer than {LONGEST_LINE} bytes")
        changes = []
        for line in lines:
            self._line += 1
            words = line.decode("utf-8", "replace").partition("#")[0].split()
            if words:
                changes.append(self._change(words))
        return changes

    def _change(self, words: list[str]) -> ScriptedChange:
        """Understand a line."""
        if len(words) != 4:
            raise self._error(f"{' '.join(words)!r} is not SECONDS DETECTOR QUANTITY VALUE|silent")
        when, detector, quantity, value = words
        if detector not in self._quantities:
            raise self._error(f"no detector {detector!r} on this bus")
        if quantity not in self._quantities[detector]:
            known = ", ".join(self._quantities[detector])
            raise self._error(f"{detector} does not measure {quantity!r}, only {known}")
        after = 0.0 if when == "now" else self._number(when, "a number of seconds, or now")
        if not 0 <= after <= LONGEST_SECONDS:
            raise self._error(f"{when!r} seconds lie outside a week from the start")
        number = None if value == "silent" else self._number(value, "a number, or silent")
        return ScriptedChange(seconds(after), detector, quantity, number)

    def _number(self, word: str, wanted: str) -> float:
        """Understand a number."""
        try:
            number = float(word)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self._error(f"{word!r} is not {wanted}")
        return number

    def _error(self, what: str) -> ScriptError:
        return ScriptError(f"line {self._line}: {what}")
