"""Random cases by the million, and the whole daemon for an hour: `make soak`.

Rules against their definitions; garbled expressions, site files and frames. A case is its seed, so
a run goes on from any: `python -m soak.run rules --seed 1700000 --cases 300000`, with tests,
tests/unit and tests/integration in PYTHONPATH. The daemon may live longer or shorter:
`python -m soak.run daemon --minutes 4320`. Ends with a line `N passed, N failed`, and with 1 where
anything failed.
"""

import argparse
import gc
import multiprocessing
import sys
import time
from importlib import import_module

PARTS = {
    "rules": ("oracle.trial", 2_000_000),
    "expressions": ("soak.hostile_expressions", 900_000),
    "files": ("soak.hostile_files", 100_000),
    "frames": ("soak.garbled_frames", 1_000_000),
    "polls": ("soak.bit_errors", 1_000_000),
}
"""By name: where `failure_of` is found, which takes a seed, and how many cases there are."""

DAEMON = "daemon"
EVERYTHING = (*PARTS, DAEMON)
MINUTES = 60.0

PIECE = 2_000
"""Cases that a worker takes at a time."""

MOST_SHOWN = 10
TOLD_EVERY = 60.0
"""Seconds."""


def run_piece(piece):
    """Try the cases of some seeds; give how many there were and what is wrong with each."""
    module, first, last = piece
    failure_of = import_module(module).failure_of
    gc.freeze()  # what is there now stays: looking through it again and again takes time
    found = [failure for seed in range(first, last) if (failure := failure_of(seed))]
    return last - first, found


def sweep(name, cases, seed, workers):
    """Try the cases of one part; print what fails, and give how many passed and failed."""
    module = PARTS[name][0]
    ends = seed + cases
    pieces = [(module, at, min(at + PIECE, ends)) for at in range(seed, ends, PIECE)]
    began = told = time.monotonic()
    tried = failed = 0
    with multiprocessing.Pool(workers) as pool:
        for count, found in pool.imap_unordered(run_piece, pieces):
            tried += count
            for failure in found:
                failed += 1
                if failed <= MOST_SHOWN:
                    print(f"{failure}\n", flush=True)
            if time.monotonic() - told >= TOLD_EVERY:
                told = time.monotonic()
                print(f"# {name}: {tried:,} of {cases:,}, {failed} failed", flush=True)
    took = time.monotonic() - began
    pace = tried / took if took else 0.0
    print(f"# {name}: {tried:,} cases in {took:.0f} s, {pace:,.0f} a second, {failed} failed")
    return tried - failed, failed


def main():
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(EVERYTHING)}")
    parser.add_argument("--cases", type=int, help="how many, of each part")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of the daemon's life")
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    given = parser.parse_args()
    unknown = [part for part in given.parts if part not in EVERYTHING]
    if unknown:
        parser.error(f"there is no part {unknown[0]!r}: there are {', '.join(EVERYTHING)}")
    passed = failed = 0
    for name in given.parts or EVERYTHING:
        if name == DAEMON:
            fine, wrong = import_module("soak.daemon_hour").run(given.minutes)
        else:
            cases = PARTS[name][1] if given.cases is None else given.cases
            fine, wrong = sweep(name, cases, given.seed, given.workers)
        passed, failed = passed + fine, failed + wrong
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
