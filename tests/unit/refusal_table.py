"""The table of refusals as it stands in the docs: the very words that the gateway must say."""

import re
from dataclasses import dataclass
from pathlib import Path

from gateway.uplink.refusal_reason import RefusalReason

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<tick>`+)(?P<line>[^|]+)(?P=tick) \| `(?P<why>[^`|]+)` \|$"
)
HEADS = ("| what is wrong | line | reason |", "| sai ở đâu | dòng | lý do |")


@dataclass(frozen=True)
class Refusal:
    """A row of the table."""

    what: str
    line: str
    reason: RefusalReason


def refusals(page: str = "security.md") -> list[Refusal]:
    """Read the rows of a page, in their order."""
    lines = (DOCS / page).read_text().splitlines()
    [head] = [number for number, line in enumerate(lines) if line in HEADS]
    rows = []
    for line in lines[head + 2 :]:
        if not line:
            return rows
        row = ROW.fullmatch(line)
        assert row is not None, line
        rows.append(Refusal(row["what"], row["line"], RefusalReason(row["why"])))
    return rows


def begins_a_row(what: str) -> bool:
    """Tell whether some row begins so; a few letters alone name none."""
    return len(what) > 10 and any(row.what.startswith(what) for row in refusals())


def refusal(what: str) -> Refusal:
    """Give the row that says so, or else the one that begins so."""
    rows = [row for row in refusals() if row.what == what]
    [row] = rows or [row for row in refusals() if row.what.startswith(what)]
    return row
