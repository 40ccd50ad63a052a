"""The functions of the rule language, by their names, each with one example.

The list is closed: what is true or false stands here, what is a number over a while has its line in
rules.window_functions, and count stands between them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.language.syntax import Point, Window
from rules.quantity import QUANTITIES
from rules.unit import UNITS, Unit, difference_of, rate_of
from rules.window_functions import WINDOW_FUNCTIONS, Result

GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "any": "any(smoke > 3 %/m)",
        "all": "all(smoke < 2 %/m)",
        "count": "count(smoke > 3 %/m) >= 2",
        "at_least": "at_least(2, smoke > 3 %/m, temperature > 58 °C)",
    }
)
"""What has voters; the only ones that can be told which zones to look at."""

_TRUTHS: Final = MappingProxyType(
    {
        "held": "held(contact, 5 min)",
        "verified": "verified(contact, 10 s, 1 min)",
        "schedule": "schedule(night)",
        "condition": "condition(hall, fire-alarm)",
        "heat_class": "heat_class(kitchen-heat.temperature, A1R)",
    }
)

_SPANNED: Final = "{}(kitchen-heat.temperature, 1 min)"
_NUMBERS: Final = {
    name: _SPANNED.format(name) if function.takes_span else f"{name}(kitchen-co.co)"
    for name, function in WINDOW_FUNCTIONS.items()
}

FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType({**GROUPS, **_TRUTHS, **_NUMBERS})
"""Every function with an example of it. No id may be one of these names."""


def unit_of(left: Point | Window) -> Unit:
    """Give the canonical unit of what is compared."""
    if isinstance(left, Point):
        return QUANTITIES[left.quantity].unit
    match WINDOW_FUNCTIONS[left.function].result:
        case Result.VALUE:
            return unit_of(left.point)
        case Result.DIFFERENCE:
            return difference_of(unit_of(left.point))
        case Result.RATE:
            return rate_of(difference_of(unit_of(left.point)), UNITS["s"])
        case Result.TIME:
            return UNITS["s"]
        case Result.DOSE:
            return UNITS["%"]
