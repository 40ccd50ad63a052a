"""What the kernel, the firmware or a program tells in a small file."""

from pathlib import Path
from typing import Final

LARGEST: Final = 64 * 1024


def text_of(file: Path, most: int = LARGEST) -> str | None:
    """Read a small file without the white space around it; None where that cannot be.

    Args:
        file: the file.
        most: bytes that are read; the rest is left.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(most).decode("utf-8", "replace").strip()
    except OSError:
        return None
