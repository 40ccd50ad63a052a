"""firegw journal stats: how much of what a journal holds, and since when it waits."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from gateway.cli.journal_reading import add_journal_arguments, asked
from gateway.cli.outcome import ExitCode, show
from gateway.control.layout import columns, wrapped
from gateway.journal.statistics import Statistics, file_sizes, read_statistics
from gateway.messages.parts import utc_time
from gateway.record import ClockQuality
from gateway.text import say
from rules.condition import Lane

NONE: Final = "-"
SHOWN: Final = 10
"""Epochs, and boots: the newest. JSON has more."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the journal."""
    add_journal_arguments(parser)
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def run(arguments: argparse.Namespace) -> int:
    """Count, and show."""
    path: Path = arguments.journal
    held, sizes = asked(path, read_statistics), file_sizes(path)
    if arguments.json:
        show(json.dumps(_as_json(path, held, sizes), ensure_ascii=False))
    else:
        for line in (*_summary(path, held), *_tables(held, sizes)):
            show(line)
    return ExitCode.OK


def _summary(path: Path, held: Statistics) -> Iterator[str]:
    yield from wrapped(
        say("journal.held", path=path, count=held.records, first=held.first, last=held.last)
    )
    yield from wrapped(say("journal.held-gone", gone=held.gone, stubs=held.stubs))
    newest = held.checkpoint
    if newest is None:
        yield from wrapped(say("journal.not-vouched"))
    else:
        time = NONE if newest.clock == ClockQuality.UNKNOWN else utc_time(newest.wall_ns)
        yield from wrapped(
            say(
                "journal.vouched",
                count=held.checkpoints,
                number=newest.number,
                time=time,
                key=newest.key,
            )
        )


def _tables(held: Statistics, sizes: Mapping[str, int]) -> Iterator[str]:
    yield from _table("journal.lanes", "journal.lanes-columns", list(_lane_rows(held)))
    epochs = [
        (epoch.name, epoch.kind, epoch.reason or NONE, str(sum(epoch.records.values())))
        for epoch in held.epochs[-SHOWN:]
    ]
    yield from _table("journal.epochs", "journal.epochs-columns", epochs, len(held.epochs))
    boots = [
        (boot.boot_id, _time(boot.began_ns), boot.quality or NONE) for boot in held.boots[:SHOWN]
    ]
    yield from _table("journal.boots", "journal.boots-columns", boots, held.boot_count)
    files = [(name, f"{size / 1e6:.1f} MB") for name, size in sizes.items()]
    yield from _table("journal.files", "journal.files-columns", files)


def _lane_rows(held: Statistics) -> Iterator[tuple[str, ...]]:
    for lane, waiting in held.waiting.items():
        yield (
            lane,
            str(_records(held, lane)),
            str(waiting.count),
            NONE if waiting.oldest is None else str(waiting.oldest),
            _time(waiting.oldest_ns),
        )


def _records(held: Statistics, lane: Lane) -> int:
    return sum(epoch.records.get(lane, 0) for epoch in held.epochs)


def _table(
    title: str, heads: str, rows: Sequence[tuple[str, ...]], count: int | None = None
) -> Iterator[str]:
    """Lay out a table under its title; `count` is of all, where not all are shown."""
    if rows:
        yield ""
        more = "" if count is None or count == len(rows) else f" ({len(rows)}/{count})"
        yield say(title) + more
        yield from columns([tuple(say(heads).split("|")), *rows])


def _time(wall_ns: int | None) -> str:
    return NONE if wall_ns is None else utc_time(wall_ns)


def _as_json(path: Path, held: Statistics, sizes: Mapping[str, int]) -> dict[str, Any]:
    newest = held.checkpoint
    return {
        "journal": str(path),
        "schema": held.schema,
        "records": held.records,
        "first_number": held.first,
        "last_number": held.last,
        "gone": held.gone,
        "stubs": held.stubs,
        "lanes": {
            lane: {
                "records": _records(held, lane),
                "waiting": waiting.count,
                "oldest_waiting_number": waiting.oldest,
                "oldest_waiting_time": None
                if waiting.oldest_ns is None
                else utc_time(waiting.oldest_ns),
            }
            for lane, waiting in held.waiting.items()
        },
        "epochs": [
            {
                "epoch": epoch.name,
                "kind": epoch.kind,
                "reason": epoch.reason or None,
                "records": epoch.records,
                "highest_seq": epoch.highest,
            }
            for epoch in held.epochs
        ],
        "boots": [
            {
                "boot": boot.boot_id,
                "began": None if boot.began_ns is None else utc_time(boot.began_ns),
                "clock": boot.quality,
            }
            for boot in held.boots
        ],
        "boot_count": held.boot_count,
        "checkpoints": held.checkpoints,
        "newest_checkpoint": None
        if newest is None
        else {
            "number": newest.number,
            "time": utc_time(newest.wall_ns),
            "clock": newest.clock,
            "key": newest.key,
        },
        "bytes": dict(sizes),
    }
