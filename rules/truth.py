"""Kleene's three-valued logic: True, False, and None for unknown.

    a        not a      and │ T  U  F      or │ T  U  F
    True     False      ────┼────────      ───┼────────
    unknown  unknown      T │ T  U  F       T │ T  T  T
    False    True         U │ U  U  F       U │ T  U  U
                          F │ F  F  F       F │ T  U  F

A dead sensor is unknown, so it never looks like a quiet one; and what the living ones already
decide, the dead one cannot take back.
"""

from collections.abc import Iterable

Truth = bool | None


def negated(operand: Truth) -> Truth:
    """Give the contrary; of unknown, unknown."""
    return None if operand is None else not operand


def all_of(members: Iterable[Truth]) -> Truth:
    """Give the conjunction: one false decides."""
    result: Truth = True
    for member in members:
        if member is False:
            return False
        if member is None:
            result = None
    return result


def any_of(members: Iterable[Truth]) -> Truth:
    """Give the disjunction: one true decides."""
    result: Truth = False
    for member in members:
        if member:
            return True
        if member is None:
            result = None
    return result


def tally(members: Iterable[Truth]) -> tuple[int, int]:
    """Count the members that are true, and those that are true or unknown."""
    true = possible = 0
    for member in members:
        if member:
            true += 1
            possible += 1
        elif member is None:
            possible += 1
    return true, possible
