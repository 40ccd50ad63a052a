"""Rounds of chaos by the hundred: `make chaos`.

Each round lets some contacts move while things go wrong: gateway, broker and centre are killed,
packets are lost, lines go silent, the disk is full, the clock jumps, a page of the journal is
spoilt. Then all is mended, and the books are checked: chaos.ledger says what must hold.

Half of the buildings have a broker on each path and an oracle that sees by which path what came;
the other half have one broker, and `firegw centre` beside the oracle.

A building stands for some rounds and is drawn by its seed; the next one has the next seed. So
`python -m chaos.run --seed 37 --rounds 20`, with tests and tests/integration in PYTHONPATH, plays
building 37 again: the same faults at the same instants, though the machine is never quite the same.
Needs root, and network namespaces. Ends with a line `N passed, N failed`, and with 1 where anything
failed; what there was to see is then kept in a folder.
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from chaos.building import Building, NotHealedError
from chaos.faults import FAULTS, NEEDS_THE_CENTRES_WORD, play
from chaos.network import what_is_missing
from chaos.reckoning import Reckoning

ROUNDS = 1_000
ROUNDS_A_BUILDING = 20
EVIDENCE = Path("build/chaos")


@dataclass
class Outcome:
    """What came of some rounds.

    Attributes:
        failures: of each round that failed: seed, round, and what was wrong.
        faults: how often each fault befell.
        counts: what went through the books.
        took_s: how long that was.
    """

    passed: int = 0
    failures: list[str] = field(default_factory=list)
    faults: Counter = field(default_factory=Counter)
    counts: Counter = field(default_factory=Counter)
    took_s: float = 0.0


@dataclass(frozen=True)
class Given:
    """What the command line says."""

    faults: tuple[str, ...]
    centre_decides: bool
    evidence: Path


def play_building(seed: int, rounds: int, given: Given) -> Outcome:
    """Play the rounds of one building. After a round that fails another building takes over."""
    began = time.monotonic()
    outcome = Outcome()
    dice = random.Random(seed)
    begins = 1
    while begins <= rounds:
        numbers = range(begins, rounds + 1)
        begins = 1 + _play_until_it_fails(seed, numbers, given, outcome, dice=dice)
    outcome.took_s = time.monotonic() - began
    return outcome


def _play_until_it_fails(
    seed: int, rounds: range, given: Given, outcome: Outcome, *, dice: random.Random
) -> int:
    """Play rounds in a new building; give the number of the last one played."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        building = Building(
            folder, centre_decides=given.centre_decides, has_reference=seed % 2 == 0
        )
        reckoning = Reckoning(building)
        try:
            for number in rounds:
                wrong = _play_round(reckoning, dice, given, outcome)
                if wrong:
                    kept = given.evidence / f"seed-{seed}-round-{number}-{time.time_ns()}"
                    reckoning.keep_evidence(kept)
                    text = "\n  ".join(wrong)
                    outcome.failures.append(f"seed {seed}, round {number}; see {kept}\n  {text}")
                    break
                outcome.passed += 1
            outcome.counts += reckoning.counts()
        finally:
            building.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return number


def _play_round(
    reckoning: Reckoning, dice: random.Random, given: Given, outcome: Outcome
) -> list[str]:
    try:
        outcome.faults.update(play(reckoning.building, dice, list(given.faults)))
        reckoning.heal()
        return reckoning.check()
    except NotHealedError as error:
        return [str(error), *reckoning.wrong, *reckoning.waiting()]


def campaign(seed: int, rounds: int, workers: int, given: Given) -> Outcome:
    """Play all rounds, several buildings at a time, and tell how it goes."""
    pieces = {
        seed + place: min(ROUNDS_A_BUILDING, rounds - place * ROUNDS_A_BUILDING)
        for place in range(-(-rounds // ROUNDS_A_BUILDING))
    }
    whole = Outcome()
    began = time.monotonic()
    with ProcessPoolExecutor(workers, initializer=_end_properly) as pool:
        running = [pool.submit(play_building, *piece, given) for piece in pieces.items()]
        try:
            for future in as_completed(running):
                each = future.result()
                whole.passed += each.passed
                whole.failures += each.failures
                whole.faults += each.faults
                whole.counts += each.counts
                whole.took_s = time.monotonic() - began
                for failure in each.failures:
                    print(f"FAILED {failure}", flush=True)
                tried = whole.passed + len(whole.failures)
                print(
                    f"# {tried:,} of {rounds:,} rounds in {whole.took_s:.0f} s, "
                    f"{len(whole.failures)} failed",
                    flush=True,
                )
        finally:
            for future in running:
                future.cancel()
    return whole


def _end_properly() -> None:
    """Let a worker that is told to end take its namespaces away first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def main() -> None:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=1, help="of the first building")
    parser.add_argument("--workers", type=int, default=2, help="buildings at a time")
    parser.add_argument("--faults", default=",".join(FAULTS), help="of: %(default)s")
    parser.add_argument(
        "--delivered-when", choices=("centre", "broker"), default="centre", help="as in a site file"
    )
    parser.add_argument("--evidence", type=Path, default=EVIDENCE, help="where failures are kept")
    given = parser.parse_args()
    names = tuple(name for name in given.faults.split(",") if name)
    if unknown := set(names) - FAULTS.keys():
        parser.error(f"there is no fault {min(unknown)!r}: there are {', '.join(FAULTS)}")
    if missing := what_is_missing():
        parser.error(missing)
    centre_decides = given.delivered_when == "centre"
    if not centre_decides:
        names = tuple(name for name in names if name not in NEEDS_THE_CENTRES_WORD)
    given.evidence.mkdir(parents=True, exist_ok=True)
    whole = campaign(
        given.seed, given.rounds, given.workers, Given(names, centre_decides, given.evidence)
    )
    for title, counts in (("faults", whole.faults), ("books", whole.counts)):
        print(f"# {title}: " + ", ".join(f"{name} {n:,}" for name, n in sorted(counts.items())))
    print(f"{whole.passed} passed, {len(whole.failures)} failed")
    sys.exit(1 if whole.failures else 0)


if __name__ == "__main__":
    main()
