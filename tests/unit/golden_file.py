"""Compares what is shown to people with a file that a person has read and found good.

`WRITE_GOLDEN=1 pytest ...` writes the files anew; read the difference before it is committed.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(text + "\n")
    assert text + "\n" == path.read_text()
