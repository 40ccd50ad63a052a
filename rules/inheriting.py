"""How a running object takes over what another of its kind remembers, and each goes its own way."""

from copy import copy
from typing import TypeVar

Kind = TypeVar("Kind")


def take_over(heir: Kind, former: Kind, *names: str) -> None:
    """Give an object what another of its kind has under some names; containers are copied.

    Whatever they hold must not change in itself: instants, truths, tuples, frozen definitions.
    """
    for name in names:
        setattr(heir, name, copy(getattr(former, name)))
