"""Power cuts by the ten thousand: `make power-cut`.

Lives of the journal with other dice are recorded, and each cut of each is tried with many outcomes.
A life is its seed, so a run goes on from any: `python -m power_cut.run --seed 70 --lives 5`, with
tests and tests/integration in PYTHONPATH. Ends with a line `N passed, N failed`, counting folders
that a cut may leave, and with 1 where anything failed.
"""

import argparse
import multiprocessing
import sys
from itertools import islice

from power_cut.cuts import Sweep, recorded_life
from power_cut.life import KINDS
from power_cut.recording import RecordingError

TURNS = 40
TORN, MIXED = 2, 6
MOST_SHOWN = 5
"""Failures of a life; the first are the shortest, and the others mostly the same."""


def try_life(given: tuple[str, int]) -> tuple[str, int, int, list[str]]:
    """Try all cuts of a life; give its name, how many there were and folders, and what failed."""
    kind, seed = given
    sweep = Sweep(recorded_life(kind, seed, TURNS))
    failures = sweep.failures(torn=TORN, mixed=MIXED, seed=seed)
    found = [str(failure) for failure in islice(failures, MOST_SHOWN)]
    return f"{kind} {seed}", sweep.cuts, sweep.tried, found


def main() -> None:
    """Try the lives that are asked for."""
    parser = argparse.ArgumentParser(prog="power-cut", description=__doc__)
    parser.add_argument("--lives", type=int, default=4, help="how many, of each kind")
    parser.add_argument("--seed", type=int, default=1, help="of the first")
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    given = parser.parse_args()
    lives = [(kind, given.seed + each) for each in range(given.lives) for kind in KINDS]
    tried = failed = 0
    with multiprocessing.Pool(given.workers) as pool:
        try:
            for name, cuts, folders, found in pool.imap_unordered(try_life, lives):
                tried, failed = tried + folders, failed + len(found)
                print(f"# life {name}: {cuts:,} cuts, {folders:,} folders, {len(found)} failed")
                for failure in found:
                    print(f"{failure}\n", flush=True)
        except RecordingError as error:
            sys.exit(f"power-cut: {error}")
    print(f"{tried - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
