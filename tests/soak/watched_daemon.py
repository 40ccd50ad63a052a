"""The real daemon on mock pins, which notes every few seconds what only it can count of itself.

    watched_daemon.py FIFO NOTES run SITE ...

A line of NOTES is the number of asyncio's tasks, of threads, and of blocks of memory that Python
has given out: what leaks shows there long before it shows in the memory of the process. Where it
does, SOAK_TRACE names a file to which is written what has grown since the warm-up, and by which
lines; that takes time and memory, and is for looking, not for judging.
"""

import asyncio
import gc
import os
import sys
import threading
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

from gateway.cli import firegw
from gateway.demo.mock_pins import install_mock_pins

EVERY_S = 5.0
TRACE = os.environ.get("SOAK_TRACE")
TRACED_EVERY, TRACED_FRAMES, MOST_TRACED = 12, 8, 25
NOT_OURS = [
    tracemalloc.Filter(inclusive=False, filename_pattern=each, all_frames=True)
    for each in (__file__, tracemalloc.__file__)
]


def note(notes):
    """Write a line every few seconds, for ever."""
    loop, traced = None, []
    with notes.open("w", buffering=1) as lines:
        while True:
            time.sleep(EVERY_S)
            if loop is None:
                loop = running_loop()
                continue
            with suppress(RuntimeError):  # the tasks changed under its eyes too often
                tasks = sum(not task.done() for task in asyncio.all_tasks(loop))
                blocks = sys.getallocatedblocks()
                lines.write(f"{tasks} {threading.active_count()} {blocks}\n")
            if TRACE is not None:
                trace(traced)


def running_loop():
    """Find the event loop; None as long as there is none."""
    loops = [each for each in gc.get_objects() if isinstance(each, asyncio.BaseEventLoop)]
    return next((loop for loop in loops if loop.is_running()), None)


def trace(traced):
    """Write what has grown since the third minute."""
    traced.append(None)
    minutes, rest = divmod(len(traced), TRACED_EVERY)
    if rest or minutes < 3:
        return
    gc.collect()
    snapshot = tracemalloc.take_snapshot().filter_traces(NOT_OURS)
    if minutes == 3:
        traced[0] = snapshot
        return
    grown = snapshot.compare_to(traced[0], "traceback")[:MOST_TRACED]
    told = [f"{each}\n" + "\n".join(each.traceback.format()) for each in grown]
    Path(TRACE).write_text(f"after {minutes} min\n" + "\n\n".join(told))


def main():
    pins, notes, *command = sys.argv[1:]
    if TRACE is not None:
        tracemalloc.start(TRACED_FRAMES)
    install_mock_pins(Path(pins))
    threading.Thread(target=note, args=(Path(notes),), name="notes", daemon=True).start()
    sys.argv = ["firegw", *command]
    firegw.main()


if __name__ == "__main__":
    main()
