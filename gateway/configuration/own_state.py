"""Keeps the files of the gateway's own state out of what may be applied.

Whoever applies a site file needs no root, and the gateway reads the files that it names: one could
have it send its own key to a broker as a password, or tell of it as of a script with mistakes. What
root writes into the site file itself is root's to answer for.
"""

import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from gateway.settings.model import Settings

NEVER_SENT: Final = "tls."
"""Fields of a path whose files prove who it is, and go nowhere."""


def own_state_named(settings: Settings, state_directory: Path) -> str:
    """Name a field that leads to a file in the state directory; empty where none does."""
    own = os.path.realpath(state_directory)
    for name, value in _texts(settings):
        # The gateway may work in that very directory, where any word could be a file's name.
        is_a_path = "/" in value or os.path.lexists(value)  # noqa: PTH  of any text, also none
        if is_a_path and os.path.commonpath((own, os.path.realpath(value))) == own:
            return name
    return ""


def _texts(settings: Settings) -> Iterator[tuple[str, str]]:
    for bus in settings.buses:
        for field, value in _of(bus.options):
            yield f"{field} of bus {bus.id}", value
    for path in settings.uplink.paths:
        for field, value in _of(path):
            if not field.startswith(NEVER_SENT):
                yield f"{field} of path {path.id}", value


def _of(part: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for field in fields(part):
        value = getattr(part, field.name)
        if is_dataclass(value):
            yield from _of(value, f"{prefix}{field.name}.")
        elif isinstance(value, str):
            yield prefix + field.name, value
