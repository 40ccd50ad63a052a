"""A process that journals as fast as it can and says what is durable. Made to be killed.

For each record it prints `epoch lane seq value`, but only once its commit was reported. The batch
of the record sets the row of state `last` to value, and values rise by one.
"""

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

from journal_parts import BOOT, Told, draft, open_journal, spans

from gateway.clock import Clock, ClockSources
from gateway.journal.writer import JournalWriter
from gateway.record import Batch
from rules.condition import Lane

AHEAD = 30  # batches under way at once, so that some share a transaction
LANES = (Lane.ALARM, Lane.TROUBLE, Lane.STATUS)


def main(path: Path) -> None:
    room = threading.Semaphore(AHEAD)

    def committed(records) -> None:
        for record in records:
            name = record.name
            line = f"{name.epoch} {name.lane} {name.seq} {record.body.decode()}\n"
            os.write(1, line.encode())
            room.release()
        writer.delivered(spans(record for record in records if record.name.seq % 3 == 0))

    clock = Clock(ClockSources(), boot_id=BOOT)
    ports = replace(Told().ports(now=clock.now), committed=committed)
    writer = JournalWriter(path, lambda: open_journal(path), ports, boot_id=BOOT)
    opening = writer.start().result(timeout=10)
    value = int(opening.stored.state.get("last", "0"))
    while True:
        value += 1
        room.acquire()
        body = str(value).encode()
        writer.submit(Batch((draft(LANES[value % 3], body),), (("last", str(value)),)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
