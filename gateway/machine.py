"""Which machine this is, as far as the journal cares: another one begins another epoch."""

from pathlib import Path
from typing import Final

MACHINE_ID: Final = Path("/etc/machine-id")


def machine_id() -> str:
    """Give this machine's id."""
    try:
        return MACHINE_ID.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return "unknown"  # a chroot or container without one: always the same machine
