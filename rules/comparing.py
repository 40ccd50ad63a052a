"""What the signs of comparison mean."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Final

from rules.language.syntax import Comparison

Compare = Callable[[float, float], bool]

COMPARE: Final[Mapping[Comparison, Compare]] = MappingProxyType(
    {
        Comparison.GREATER: gt,
        Comparison.GREATER_OR_EQUAL: ge,
        Comparison.LESS: lt,
        Comparison.LESS_OR_EQUAL: le,
        Comparison.EQUAL: eq,
        Comparison.NOT_EQUAL: ne,
    }
)
